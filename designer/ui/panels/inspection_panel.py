"""What the panels that look inside have in common: pictures of numbers with a scale, and empty states."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QImage, QLinearGradient, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from designer.ui.style.labels import sizes
from designer.ui.style.theme import CATEGORY_HUES, Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.steady import Steady

if TYPE_CHECKING:
    import pyqtgraph as pg

    from designer.engine.protocol.arrays import Floats
    from designer.engine.protocol.events import ActivationsCaptured, Weights

STATES = {
    "untrained": "untrained weights",
    "training": "training",
    "trained": "trained weights",
    "imported": "imported weights",
    "earlier": "trained before the last edits",
    "partly": "partly trained before the last edits",
}


def state_of(event: ActivationsCaptured, apart: str = "") -> str:
    """Whose weights made what is shown; `apart` says so of a network that is no longer on the canvas."""
    return weights_told(event.weights, event.step) + (f", {apart}" if apart else "")


def weights_told(weights: Weights, step: int) -> str:
    """Where weights come from, and how far they have learned."""
    return STATES[weights] + (f", step {step:,}" if step else "")


def colour_map(signed: bool, theme: Theme) -> pg.ColorMap:
    """Signed values: blue below a neutral zero, vermilion above. Others: viridis, even to the eye."""
    import pyqtgraph as pg  # for the first picture, which comes behind the drawn window

    if not signed:
        return pg.colormap.get("viridis")
    low, high = QColor(CATEGORY_HUES["Convolution"]), QColor(CATEGORY_HUES["Activation"])
    return pg.ColorMap([0.0, 0.5, 1.0], [low, QColor(theme.colours.zero), high])


def colour_limits(values: Floats, signed: bool) -> tuple[float, float]:
    """The range of the colours; symmetric around zero for signed values, never empty."""
    import numpy as np

    finite = values[np.isfinite(values)]
    top = float(np.abs(finite).max()) if finite.size else 1.0
    top = top or 1.0
    return (-top, top) if signed else (0.0, top)


def to_image(values: Floats, signed: bool, theme: Theme) -> QImage:
    """A picture with a pixel for each number of a [H, W] array."""
    import numpy as np

    low, high = colour_limits(values, signed)
    table = colour_map(signed, theme).getLookupTable(0.0, 1.0, 256, alpha=True)
    places = np.nan_to_num((values - low) / (high - low) * 255.0).clip(0, 255).astype(np.uint8)
    pixels = np.ascontiguousarray(table[places], dtype=np.uint8)
    height, width = values.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


_BAR = 18
"""Pixels of a scale's bar, with the gaps at its sides."""
_LONGEST = "-1.23e-05"
LEAST_PLOT = 68
"""Pixels of the height of a plot; kept free for it before it is there, as nothing may move when it comes."""


class ScaleBar(QWidget):
    """The colours with the numbers that they stand for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._signed, self._range = theme, False, (0.0, 1.0)
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Room for the longest number that may stand beside the bar."""
        self.setFixedWidth(_BAR + QFontMetrics(QApplication.font()).horizontalAdvance(_LONGEST) + 2)
        self.update()

    def show_scale(self, values: Floats, signed: bool) -> None:
        """Shows the scale of these values."""
        self._signed, self._range = signed, colour_limits(values, signed)
        self.update()

    def paintEvent(self, event: object) -> None:
        """Draws a vertical bar with its ends and, for signed values, its zero."""
        import numpy as np

        painter = QPainter(self)
        half = painter.fontMetrics().height() / 2
        bar = QRectF(4, half, 10, self.height() - 2 * half)
        gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        mapping = colour_map(self._signed, self._theme)
        for stop in np.linspace(0, 1, 9):
            gradient.setColorAt(float(stop), mapping.map(float(stop), mode="qcolor"))
        painter.fillRect(bar, gradient)
        painter.setPen(QColor(self._theme.colours.muted))
        low, high = self._range
        line = painter.fontMetrics().height()
        for value, y in ((high, bar.top()), ((low + high) / 2, bar.center().y()), (low, bar.bottom())):
            painter.drawText(
                QRectF(_BAR, y - line / 2, self.width() - _BAR, line),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                f"{value:.3g}",
            )


class InspectionPanel(QWidget):
    """A caption over a picture, or a word on what to do. Subclasses show the values in `body`, once there are any.

    Where there is more than one thing to see of a block, `view_chosen` tells the id of what the person wants.
    """

    view_chosen = Signal(str)

    def __init__(self, name: str, invitation: str) -> None:
        super().__init__()
        self.shown: ActivationsCaptured | None = None
        self._invitation = invitation
        self._message = QLabel(invitation, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._message.setProperty("role", "muted")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setMargin(8)
        self.caption = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)  # its end tells the step
        self.caption.setObjectName("insideCaption")
        self.caption.setProperty("role", "muted")
        self.name = ElidedLabel()
        self.name.setObjectName("insideBlock")
        self.name.setProperty("role", "heading")
        self.name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._view_name = f"{name}View"
        self.body = QWidget()
        self.is_made = False
        self._steps = self._made()
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self.name)
        self._head.addWidget(Steady(self.caption), 1)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(4)
        column.addLayout(self._head)
        column.addWidget(self.body, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._message)
        self._stack.addWidget(shown)

    @cached_property
    def view(self) -> QComboBox:
        """The choice of views, made for the first block that has one."""
        view = QComboBox()
        view.setObjectName(self._view_name)
        view.setAccessibleName("What to show of the block")
        view.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        view.activated.connect(lambda place: self.view_chosen.emit(view.itemData(place)))
        view.hide()
        self._head.addWidget(view)
        return view

    def show_message(self, text: str = "") -> None:
        """Shows a word instead of a picture; without one, the invitation."""
        self.shown, words = None, text or self._invitation
        if self._message.text() != words:  # else Qt lays it out all the same, in every panel
            self._message.setText(words)
        if self._stack.currentIndex():
            self._stack.setCurrentIndex(0)

    def show_capture(self, event: ActivationsCaptured, apart: str = "") -> None:
        """Shows what has been captured, and whose it is."""
        for _ in self.making():
            pass
        self.shown = event
        self.name.setText(event.block)
        self.tell(event, apart)
        self._offer(event)
        self.show_values(event)
        self._stack.setCurrentIndex(1)

    def tell(self, event: ActivationsCaptured, apart: str = "") -> None:
        """Says how large it is what has been captured, and whose."""
        shape, whose = event.values.shape, state_of(event, apart)
        self.caption.tell(f"{sizes(shape, event.axes)} · {whose}", f"{'×'.join(map(str, shape))} · {whose}")

    def _offer(self, event: ActivationsCaptured) -> None:
        """The choice of views, where there is one; it stays as it is while its list is open."""
        wanted = [(sight.title, sight.id) for sight in event.views]
        if len(wanted) < 2 and "view" not in vars(self):
            return
        offered = [(self.view.itemText(place), self.view.itemData(place)) for place in range(self.view.count())]
        if offered != wanted:
            self.view.clear()
            for title, view_id in wanted:
                self.view.addItem(title, view_id)
        if not self.view.view().isVisible():
            self.view.setCurrentIndex(self.view.findData(event.view))
        self.view.setVisible(len(wanted) > 1)

    def making(self) -> Iterator[None]:
        """What is left to do until something can be shown, step by step; `is_made` then."""
        for _ in self._steps:
            yield

    def _made(self) -> Iterator[None]:
        yield from self.make_body()
        self.is_made = True

    def make_body(self) -> Iterator[None]:
        """Fills `body`, where that can wait until the first values come: what nobody looks into costs nothing."""
        yield from ()

    def show_values(self, event: ActivationsCaptured) -> None:
        """Draws the values of an event."""
        raise NotImplementedError


def has_signs(values: Floats) -> bool:
    """Whether there are values below zero."""
    return bool((values < 0).any())
