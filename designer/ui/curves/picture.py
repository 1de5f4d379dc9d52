"""Curves as a picture: a title, which run is which, and the plots as they stand, in the colours of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from designer.core.storage.writing import write_atomically
from designer.ui.curves.figure_plot import FigurePlot
from designer.ui.curves.hues import ShownRun
from designer.ui.style.theme import Theme

_MARGIN, _GAP, _STROKE = 12.0, 14.0, 18.0
_WIDE = 1600.0
"""Pixels that a bitmap is at least wide."""


@dataclass(frozen=True)
class LegendEntry:
    """A stroke and what it stands for."""

    hue: str
    text: str
    stroke: Qt.PenStyle = Qt.PenStyle.SolidLine


def legend_of(runs: Sequence[ShownRun], validates: bool) -> list[LegendEntry]:
    """Of a run alone training and validation under its name, of several their names."""
    dash, dot = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
    several = [run for run in runs if run.part != "ghost"]
    found = [LegendEntry(run.train_hue, run.name, dot if run.dotted else Qt.PenStyle.SolidLine) for run in several]
    if len(several) == 1:
        found = [LegendEntry(several[0].train_hue, "training")]
        found += [LegendEntry(several[0].validation_hue, "validation", dash)] if validates else []
    elif validates and several:
        found.append(LegendEntry("", "dashed: validation", dash))
    return found + [LegendEntry(run.train_hue, "the run before") for run in runs if run.part == "ghost"]


class CurvesPicture:
    """The plots where they stand, under a title and a legend."""

    def __init__(self, plots: Sequence[FigurePlot], title: str, legend: Sequence[LegendEntry], theme: Theme) -> None:
        self._plots, self._title, self._legend, self._colours = plots, title, legend, theme.colours
        around = QRect()
        for plot in plots:
            around = around.united(plot.geometry())
        self._around = around
        self._font = QApplication.font()
        self._line = QFontMetricsF(self._font).height()
        self._places = self._legend_places(around.width())
        lines = 1 + max((place.y() for place in self._places), default=-self._line) / self._line
        self._top = 2 * _MARGIN + 1.4 * self._line + lines * self._line
        self.size = QSize(round(around.width() + 2 * _MARGIN), round(self._top + around.height() + _MARGIN))

    def _legend_places(self, width: float) -> list[QPointF]:
        metrics, x, y, found = QFontMetricsF(self._font), 0.0, 0.0, []
        for entry in self._legend:
            wide = _STROKE + 6 + metrics.horizontalAdvance(entry.text) + _GAP
            if x and x + wide > width:
                x, y = 0.0, y + self._line
            found.append(QPointF(x, y))
            x += wide
        return found

    def paint(self, painter: QPainter) -> None:
        """Draws all of it, from 0, 0 to `size`."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(QPointF(), self.size.toSizeF()), QColor(self._colours.base))
        bold = QFont(self._font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(self._colours.text))
        head = QRectF(_MARGIN, _MARGIN, self._around.width(), 1.2 * self._line)
        title = QFontMetricsF(bold).elidedText(self._title, Qt.TextElideMode.ElideRight, head.width())
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(self._font)
        for entry, place in zip(self._legend, self._places, strict=True):
            self._draw_entry(painter, entry, place + QPointF(_MARGIN, _MARGIN + 1.4 * self._line))
        for plot in self._plots:
            self._draw_plot(painter, plot)

    def _draw_entry(self, painter: QPainter, entry: LegendEntry, place: QPointF) -> None:
        middle = QPointF(place.x(), place.y() + self._line / 2)
        painter.setPen(QPen(QColor(entry.hue or self._colours.muted), 2, entry.stroke))
        painter.drawLine(middle, middle + QPointF(_STROKE, 0))
        painter.setPen(QColor(self._colours.text))
        room = QRectF(place.x() + _STROKE + 6, place.y(), 10_000, self._line)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.text)

    def _draw_plot(self, painter: QPainter, plot: FigurePlot) -> None:
        """As it stands, without the place that is read."""
        read, plot.cursor_at = plot.cursor_at, None
        place = plot.geometry().translated(-self._around.topLeft())
        target = QRectF(place).translated(_MARGIN, self._top)
        painter.save()
        plot.draw_as_pixels(False)
        plot.render(painter, target, plot.viewport().rect())
        painter.restore()
        plot.draw_as_pixels(True)
        plot.cursor_at = read

    def image(self) -> QImage:
        """As a bitmap, which is sharp on any screen."""
        scale = max(2.0, _WIDE / max(self.size.width(), 1))
        image = QImage((self.size.toSizeF() * scale).toSize(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(scale, scale)
        self.paint(painter)
        painter.end()
        return image

    def write(self, path: Path) -> None:
        """As SVG or PNG, by the name. Raises OSError."""
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if path.suffix.lower() == ".svg":
            generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
            generator.setOutputDevice(buffer)
            generator.setSize(self.size)
            generator.setResolution(QImage(1, 1, QImage.Format.Format_RGB32).logicalDpiX())  # as axes are recorded
            generator.setViewBox(QRectF(QPointF(), self.size.toSizeF()))
            generator.setTitle(self._title)
            painter = QPainter(generator)
            self.paint(painter)
            painter.end()
        else:
            QImageWriter(buffer, QByteArray(b"png")).write(self.image())
        buffer.close()
        write_atomically(path, bytes(content.data()))
