"""The legend of a coloured canvas: what its colours stand for, in the corner at the lower left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget

from designer.core.schema import units
from designer.ui.canvas.overlays.colouring import Colouring
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.run.measuring import Measuring
from designer.ui.style.cost_colormap import TITLES, paint_ramp
from designer.ui.style.theme import Theme
from designer.ui.widgets.flat_button import flat_button

_FROM_EDGE = 10


class _Scale(QWidget):
    """The colours from nothing to the largest amount."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A bar."""
        return QSize(150, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws it."""
        bar = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        painter = QPainter(self)
        paint_ramp(painter, bar, self._theme.colours)


class Legend(QFrame):
    """Lies over the view while it is coloured. It can end that, and asks for times where none were measured."""

    def __init__(self, view: CanvasView, colouring: Colouring, measuring: Measuring, theme: Theme) -> None:
        super().__init__(view)
        self.setObjectName("heatLegend")
        self.setAccessibleName("What the colours stand for")
        self._view, self._colouring, self._measuring = view, colouring, measuring
        self.title, self.least, self.most = QLabel(), QLabel("0"), QLabel()
        self.title.setProperty("role", "heading")
        self.most.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._scale = _Scale(theme)
        self.measure = QPushButton("Measure")
        self.measure.setObjectName("legendMeasure")
        self.measure.setAccessibleName("Measure time per block")
        self.measure.clicked.connect(measuring.start)
        self.closing = flat_button("×", "legendClose", "No longer colour the canvas")
        self.closing.clicked.connect(lambda: colouring.choose(None))
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 4, 6, 8)
        grid.setSpacing(4)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.closing, 0, 1)
        grid.addWidget(self._scale, 1, 0, 1, 2)
        grid.addWidget(self.least, 2, 0)
        grid.addWidget(self.most, 2, 0, 1, 2)
        grid.addWidget(self.measure, 3, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        colouring.changed.connect(self._refresh)
        view.viewport().installEventFilter(self)
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays in its corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.adjustSize()
        self.move(_FROM_EDGE, self._view.viewport().height() - self.height() - _FROM_EDGE)

    def _refresh(self) -> None:
        quantity, largest = self._colouring.quantity, self._colouring.largest
        self.setVisible(quantity is not None)
        if quantity is None:
            return
        unmeasured = quantity == "time" and self._measuring.found is None
        self.title.setText(f"{TITLES[quantity]}: not measured yet" if unmeasured else TITLES[quantity])
        self.measure.setVisible(unmeasured)
        self.measure.setEnabled(not self._measuring.busy)
        for widget in (self._scale, self.least, self.most):
            widget.setVisible(not unmeasured)
        stale = ", before the last edits" if quantity == "time" and self._measuring.stale else ""
        most = f"{units.shown(largest, quantity)}{stale}"
        self.most.setText(most)
        self.setAccessibleDescription(f"{TITLES[quantity]}: from 0 to {most}")
        self._place()
