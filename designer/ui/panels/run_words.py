"""What is said of a run, in as much room whatever it is: what is under the mouse stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLabel

from designer.engine.protocol.figures import Metrics
from designer.ui.panels.runs_words import elsewhere_words
from designer.ui.style.labels import figure, percent, plural
from designer.ui.widgets.message_box import as_tip

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_LINES = 2
_MORE = "all of it"
_WHOLE_FROM, _WHOLE_TO = 1000, 1e12
"""Errors that are told in whole numbers: of prices and the like."""


class RunWords(QLabel):
    """Two lines. Longer words end in a link to all of them, which `whole` has: its place is below what must not move.

    `text()` is always all of it, for screen readers as well. `wanted()` when a person asks for the rest.
    """

    wanted = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text, wordWrap=True)
        self.setObjectName("trainingState")
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.whole = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.whole.setObjectName("trainingWords")
        self.whole.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.whole.hide()
        self._details = ""
        self._said: tuple[str, str, str, Qt.TextFormat] | None = None
        self._reserve()

    def tell(self, text: str, role: str = "", details: str = "") -> None:
        """Says something, as it stands: it may quote a file. `details` are for the tip alone."""
        self._say(text, role, details, Qt.TextFormat.PlainText)

    def tell_with_link(self, text: str) -> None:
        """Says something with a link in it, in words of ours alone."""
        self._say(text, "", "", Qt.TextFormat.RichText)

    def _say(self, text: str, role: str, details: str, read_as: Qt.TextFormat) -> None:
        """What is said already is not laid out anew: it is said again at every edit."""
        if (text, role, details, read_as) == self._said:
            return
        self._said = text, role, details, read_as
        self.setTextFormat(read_as)
        self.setText(text)
        self._details = details
        for label in (self, self.whole):
            if label.property("role") != role:
                label.setProperty("role", role)
                label.style().polish(label)
        self._fit()

    @property
    def is_long(self) -> bool:
        """Whether two lines do not hold it."""
        return len(self._lines()) > _LINES

    def _lines(self) -> list[tuple[int, int]]:
        """Where each line begins, and how many letters it has; one line for words with a link, which are short."""
        if self.textFormat() != Qt.TextFormat.PlainText:
            return [(0, len(self.text()))]
        layout = QTextLayout(self.text(), self.font())
        layout.beginLayout()
        found = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(self.contentsRect().width(), 1))
            found.append((line.textStart(), line.textLength()))
        layout.endLayout()
        return found

    def _fit(self) -> None:
        is_long = self.is_long
        self.whole.setText(self.text() if is_long else "")
        self.whole.setVisible(is_long)
        for label in (self, self.whole):  # words that are not there take no keyboard
            label.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_long else Qt.FocusPolicy.NoFocus)
        if self.textFormat() == Qt.TextFormat.RichText:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_long else Qt.CursorShape.ArrowCursor)
        parts = [self.text() if is_long else "", self._details]
        self.setToolTip(as_tip("\n\n".join(part for part in parts if part)) if any(parts) else "")
        self.update()

    def _reserve(self) -> None:
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """No word makes the panel wider."""
        return QSize(0, self.minimumHeight())

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need more room."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._reserve()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width there are other lines."""
        super().resizeEvent(event)
        self._fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on long words asks for all of them."""
        super().mouseReleaseEvent(event)
        if self.is_long and event.button() == Qt.MouseButton.LeftButton:
            self.wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space do as well."""
        if self.is_long and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first lines; the last one ends in the link, where there are more."""
        lines = self._lines()
        if len(lines) <= _LINES:
            super().paintEvent(event)
            return
        painter, metrics, room = QPainter(self), self.fontMetrics(), self.contentsRect()
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text, place = self.text(), QPointF(room.left(), room.top() + metrics.ascent())
        for start, length in lines[: _LINES - 1]:
            painter.drawText(place, text[start : start + length].rstrip())
            place.setY(place.y() + metrics.lineSpacing())
        more = metrics.horizontalAdvance(_MORE)
        rest = text[lines[_LINES - 1][0] :].replace("\n", " ")
        painter.drawText(place, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room.width() - more - 8))
        painter.setPen(self.palette().color(QPalette.ColorRole.Link))
        painter.drawText(QPointF(room.right() - more, place.y()), _MORE)
        if self.hasFocus():
            painter.drawLine(QPointF(room.right() - more, place.y() + 2), QPointF(room.right(), place.y() + 2))


def kept_words(run: RunSummary) -> str:
    """What is said of a network that was trained before, or is being trained elsewhere, when its file is opened."""
    if run.since:
        words = f"It is being trained {elsewhere_words(run.since)}"
        far = f": epoch {min(run.epoch + 1, run.epochs)} of {run.epochs}, step {run.step:,}" if run.epochs else ""
        return f"{words}{far}. Train begins a run of its own."
    return f"Trained before: {plural(run.epoch, 'epoch')}, {plural(run.step, 'step')}." + tested_words(run.last)


def tested_words(metrics: Metrics) -> str:
    """How well a network did on the samples that were kept for the test; empty where there were none."""
    if "test_loss" not in metrics:
        return ""
    accuracy, off = metrics.get("test_accuracy"), metrics.get("test_mae")
    told = f"loss {figure(metrics['test_loss'])}" if accuracy is None else percent(accuracy)
    if accuracy is None and off is not None:
        told += f", off by {f'{off:,.0f}' if _WHOLE_FROM <= off < _WHOLE_TO else figure(off)} on average"
    return f" On the test samples: {told}."
