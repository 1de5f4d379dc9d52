"""The learning rate of a training that has not begun yet, drawn small: step by step as its settings say."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.core.graph.training_settings import TrainingSettings
from designer.engine.training.schedule import Schedule
from designer.ui.style.labels import plural

_POINTS = 240
_GAP = 3
_LINES = 2.6
"""Its height, in lines of text."""


class RateCurve(QWidget):
    """A line over all epochs, with the largest rate beside its top and the last one at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rateCurve")
        self.setAccessibleName("Learning rate over the epochs")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rates: list[float] = []
        """From the first step to the last, evenly apart."""
        self._shown: tuple[TrainingSettings, int] | None = None

    def show_rates(self, settings: TrainingSettings, epoch_steps: int) -> None:
        """Draws the rates of these settings, with so many steps in an epoch."""
        if self._shown == (settings, epoch_steps):
            return
        self._shown = settings, epoch_steps
        schedule, last = Schedule(settings, epoch_steps), settings.epochs * epoch_steps - 1
        count = min(_POINTS, last + 1)
        self.rates = [schedule.rate(round(place * last / max(count - 1, 1))) for place in range(count)]
        words = f"From {self.rates[0]:.3g} to {self.rates[-1]:.3g} over {plural(settings.epochs, 'epoch')}"
        words += f", at most {max(self.rates):.2g}."
        if settings.schedule == "plateau":
            words += " How often it falls, and when, is only known once there are losses."
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the fields, and low."""
        return QSize(80, round(_LINES * self.fontMetrics().height()))

    def minimumSizeHint(self) -> QSize:
        """As low as it is."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line above a fine one for 0, and two numbers at the left."""
        if not self.rates:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(self.rates)
        top, bottom = f"{most:.2g}", "0"
        letters = self.fontMetrics().horizontalAdvance(top) + 2 * _GAP
        area = QRectF(self.rect()).adjusted(letters, _GAP + 1, -_GAP, -_GAP - 1)
        palette = self.palette()
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        beside = QRectF(0, 0, letters - _GAP, self.height())
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, top)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, bottom)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1.6))
        width, height = area.width() / max(len(self.rates) - 1, 1), area.height() / (most or 1)
        points = [
            QPointF(area.left() + place * width, area.bottom() - rate * height) for place, rate in enumerate(self.rates)
        ]
        painter.drawPolyline(QPolygonF(points))
