"""A pad to draw a sample on, beside the window: what the network makes of it follows each stroke."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from designer.data.single_samples import Drawing
from designer.ui.style.theme import Theme
from designer.ui.widgets.timers import once_after

_LONG_SIDE = 280
"""Pixels of the drawing: fine enough for any size that it is brought to."""
_PEN, _ERASER = 0.08, 0.16
"""Widths of the strokes, in shares of the shorter side."""
_TELL_MS = 100
_INVITATION = "Draw here"


class DrawingPad(QWidget):
    """Paper with ink; `drawn()` with each piece of a stroke. Fingers draw as the mouse does."""

    drawn = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._last: QPointF | None = None
        self._erasing = False
        self._ink = QImage()
        self._is_empty = True
        self.setObjectName("drawingPad")
        self.setAccessibleName("Paper to draw a sample on")
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_proportion(1, 1)
        theme.changed.connect(self.update)

    def set_proportion(self, height: int, width: int) -> None:
        """Empty paper of a shape."""
        scale = _LONG_SIDE / max(height, width)
        size = QSize(max(round(width * scale), 1), max(round(height * scale), 1))
        if size != self._ink.size():
            self._ink = QImage(size, QImage.Format.Format_Grayscale8)
            self._ink.fill(0)
            self._is_empty = True
            self.updateGeometry()
            self.update()

    def take_tool(self, erases: bool) -> None:
        """The eraser, or the pen."""
        self._erasing = erases

    def clear(self) -> None:
        """No ink."""
        self._ink.fill(0)
        self._is_empty = True
        self.update()

    def drawing(self) -> Drawing:
        """What is drawn."""
        import numpy as np

        height, width = self._ink.height(), self._ink.width()
        rows = np.frombuffer(self._ink.constBits(), np.uint8).reshape(height, self._ink.bytesPerLine())
        return Drawing(rows[:, :width].astype(np.float32) / np.float32(255))

    def sizeHint(self) -> QSize:
        return self._ink.size()

    def minimumSizeHint(self) -> QSize:
        return self._ink.size() / 2

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._last = event.position()
            self._stroke(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._stroke(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._last = None

    def paintEvent(self, event: object) -> None:
        """The ink in the colour of text, on the paper of lists."""
        painter, colours, place = QPainter(self), self._theme.colours, self._place()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(place, QColor(colours.base))
        ink = QImage(self._ink.size(), QImage.Format.Format_ARGB32)
        ink.fill(QColor(colours.text))
        ink.setAlphaChannel(self._ink)
        painter.drawImage(place, ink)
        if self._is_empty:
            painter.setPen(QColor(colours.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _INVITATION)
        painter.setPen(QColor(colours.border))
        painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _place(self) -> QRectF:
        """Where the paper lies: as large as there is room."""
        size = self._ink.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF((self.width() - size.width()) // 2, (self.height() - size.height()) // 2, *size.toTuple())

    def _stroke(self, to: QPointF) -> None:
        assert self._last is not None
        place = self._place()
        scale = self._ink.width() / max(place.width(), 1)
        width = min(self._ink.width(), self._ink.height()) * (_ERASER if self._erasing else _PEN)
        pen = QPen(QColor(0, 0, 0) if self._erasing else QColor(255, 255, 255), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter = QPainter(self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        begin, end = ((point - place.topLeft()) * scale for point in (self._last, to))
        painter.drawPoint(end) if begin == end else painter.drawLine(begin, end)
        painter.end()
        self._last, self._is_empty = to, False
        self.update()
        self.drawn.emit()


class DrawingDialog(QDialog):
    """The pad with its tools; it stays beside the window. `drawn(drawing)` at most ten times a second.

    `cleared()` when the paper is empty again.
    """

    drawn = Signal(object)
    cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setObjectName("drawing")
        self.setWindowTitle("Draw a Sample")
        self.pad = DrawingPad(theme)
        self._soon = once_after(self, _TELL_MS, lambda: self.drawn.emit(self.pad.drawing()))
        self.pad.drawn.connect(lambda: self._soon.isActive() or self._soon.start())
        self._tools = QButtonGroup(self)
        row = QHBoxLayout()
        for name, text, tip, erases in (
            ("drawingPen", "Pen", "Draw with the mouse or a finger", False),
            ("drawingEraser", "Eraser", "Take ink away", True),
        ):
            button = QRadioButton(text)
            button.setChecked(not erases)
            button.setObjectName(name)
            button.setToolTip(tip)
            button.clicked.connect(lambda on, erases=erases: self.pad.take_tool(erases))
            self._tools.addButton(button)
            row.addWidget(button)
        clear = QPushButton("Clear", autoDefault=False)
        clear.setObjectName("drawingClear")
        clear.setToolTip("Begin on empty paper")
        clear.clicked.connect(self._clear)
        row.addStretch(1)
        row.addWidget(clear)
        hint = QLabel("The Sample panel shows what the network makes of it.", wordWrap=True)
        hint.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(self.pad, 1)
        column.addWidget(hint)

    def show_paper(self, height: int, width: int) -> None:
        """Paper in the proportion of the pictures; a drawing of the same one stays."""
        self.pad.set_proportion(height, width)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What was drawn last is told still."""
        if self._soon.isActive():
            self._soon.stop()
            self.drawn.emit(self.pad.drawing())
        super().closeEvent(event)

    def _clear(self) -> None:
        self._soon.stop()
        self.pad.clear()
        self.cleared.emit()
