"""Pictures of a design as SVG, PDF or PNG: as the canvas draws it, or as boxes in perspective."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QIODevice,
    QMarginsF,
    QObject,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontInfo, QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from designer.core.analysis.box_diagram import perspective
from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.core.schema.units import Quantity
from designer.engine.protocol.events import Measured
from designer.ui.canvas.overlays.colouring import Colouring as Heat
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.editing.editor import Editor
from designer.ui.pictures import boxes, colour_scale
from designer.ui.style.theme import DARK, LIGHT, PRINT, Colours, Look

Drawing = Literal["canvas", "boxes"]
Colouring = Literal["light", "dark", "print"]
Format = Literal["svg", "pdf", "png"]
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that a note may have, but no XML (its version 1.0, section 2.2), which Qt writes as they are."""
FORMATS: tuple[Format, ...] = get_args(Format)

MARGIN = 24.0
MAX_SCALE = 8.0
_LONGEST, _MOST = 30_000, 150_000_000
"""Pixels of a side, and of a whole picture, that a bitmap may have."""
_COLOURS: dict[Colouring, Colours] = {"light": LIGHT, "dark": DARK, "print": PRINT}


class PictureError(Exception):
    """There is no such picture; the message says why, and what to do."""


@dataclass(frozen=True)
class Options:
    """How a picture looks. `scale`: pixels of a PNG for each pixel at 100 %; the others have no pixels."""

    drawing: Drawing = "canvas"
    colouring: Colouring = "light"
    scale: float = 2.0
    transparent: bool = False
    colour_by: Quantity | None = None
    """What colours the canvas's cards; boxes keep the hues of their categories."""
    times: Measured | None = None
    """What is known of the blocks' times."""


def an_application() -> QCoreApplication:
    """Qt's application, which has the fonts; the caller keeps it until the picture is drawn."""
    return QCoreApplication.instance() or QApplication([])


class Picture:
    """A design, laid out and ready to be painted any number of times."""

    def __init__(self, design: Design, options: Options) -> None:
        if not design.network.nodes:
            raise PictureError("the network has no blocks: there is nothing to draw")
        self._options = options
        self._colours = _COLOURS[options.colouring]
        self._rect, self._paint = (_canvas if options.drawing == "canvas" else _boxes)(design, options)

    @property
    def size(self) -> QSizeF:
        """Width and height at 100 %, in pixels."""
        return self._rect.size()

    def encoded(self, format_: Format, title: str = "") -> bytes:
        """The picture as the content of a file. Raises PictureError for a PNG of too many pixels."""
        return {"svg": self._svg, "pdf": self._pdf, "png": self._png}[format_](title)

    def image(self, scale: float) -> QImage:
        """The picture as a bitmap."""
        width, height = _pixels(self._rect.size(), scale)
        if not _possible(width, height):
            raise PictureError(
                f"the picture would have {width:,} × {height:,} pixels: take a smaller scale, or SVG or PDF"
            )
        if scale < 1 and _possible(*_pixels(self._rect.size(), 1.0)):
            # Painted small, cards would leave their words out, as they do on the canvas from far away.
            ignore, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            return self.image(1.0).scaled(max(width, 1), max(height, 1), ignore, smooth)
        image = QImage(max(width, 1), max(height, 1), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        self._draw(painter)
        return image

    def _draw(self, painter: QPainter) -> None:
        """Paints with the top left corner at the origin, and ends the painter."""
        if not self._options.transparent:
            painter.fillRect(QRectF(QPointF(0, 0), self._rect.size()), QColor(self._colours.canvas))
        painter.translate(-self._rect.topLeft())
        self._paint(painter)
        painter.end()

    def _png(self, title: str) -> bytes:
        image = self.image(self._options.scale)
        if title:
            image.setText("Title", title)
        content, buffer = _buffer()
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(content.data())

    def _svg(self, title: str) -> bytes:
        content, buffer = _buffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setTitle(title)
        generator.setDescription("Drawn by Network Designer")
        generator.setResolution(96)  # as browsers take it
        generator.setSize(_whole(self._rect.size()))
        generator.setViewBox(QRectF(QPointF(0, 0), self._rect.size()))
        self._draw(QPainter(generator))
        return _NOT_IN_XML.sub("", _with_fonts(bytes(content.data()).decode())).encode()

    def _pdf(self, title: str) -> bytes:
        content, buffer = _buffer()
        writer = QPdfWriter(buffer)
        writer.setTitle(title)
        writer.setCreator("Network Designer")
        writer.setResolution(96)  # so that a pixel is 0.75 points
        writer.setPageSize(QPageSize(self._rect.size() * 0.75, QPageSize.Unit.Point))
        writer.setPageMargins(QMarginsF())
        self._draw(QPainter(writer))
        return bytes(content.data())


def _with_fonts(svg: str) -> str:
    """Names the font that was drawn with, and a sort of font for systems without it. Qt alone knows its own name."""
    family = QFont().family()
    return svg.replace(f'font-family="{family}"', f'font-family="{QFontInfo(QFont()).family()}, sans-serif"')


def _buffer() -> tuple[QByteArray, QBuffer]:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return content, buffer


def _pixels(size: QSizeF, scale: float) -> tuple[int, int]:
    return round(size.width() * scale), round(size.height() * scale)


def _possible(width: int, height: int) -> bool:
    """Whether a bitmap may be so large."""
    return max(width, height) <= _LONGEST and width * height <= _MOST


def _whole(size: QSizeF) -> QSize:
    return QSize(round(size.width()), round(size.height()))


Drawn = tuple[QRectF, Callable[[QPainter], None]]


class _Times(QObject):
    """Times that do not change while a picture is drawn."""

    changed = Signal()

    def __init__(self, found: Measured | None, parent: QObject) -> None:
        super().__init__(parent)
        self.found = found


def _canvas(design: Design, options: Options) -> Drawn:
    """The canvas's own cards and edges, with nothing selected; coloured, with the scale of the colours below."""
    colours = _COLOURS[options.colouring]
    editor = Editor()
    editor.open(design, None)
    scene = CanvasScene(editor, Look(colours))
    colouring = Heat(scene, _Times(options.times, scene), scene)
    colouring.choose(options.colour_by)
    shown = scene.itemsBoundingRect().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
    below = colour_scale.ROOM if options.colour_by else 0.0

    def paint(painter: QPainter) -> None:
        scene.render(painter, shown, shown)
        if options.colour_by:
            colour_scale.paint(
                painter,
                QPointF(scene.blocks_rect().left(), shown.bottom()),
                options.colour_by,
                colouring.largest,
                colours,
            )

    return shown.adjusted(0, 0, 0, below), paint


def _boxes(design: Design, options: Options) -> Drawn:
    found = perspective(design, infer(design.network))
    return boxes.bounds(found), lambda painter: boxes.paint(painter, found, _COLOURS[options.colouring])
