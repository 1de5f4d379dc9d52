"""The minimap: the whole network in a corner of the canvas, and which part of it is in view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from designer.core.diff.change import Parts
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.widgets.timers import AfterEdit

_MOST_WIDTH, _MOST_HEIGHT, _LEAST = 180, 150, 48
_FROM_EDGE, _INSET = 10, 6
_LEAST_VIEW = 260
"""Pixels of the view's width below which there is no room for it."""
_AROUND = 40.0
_LEAST_BAR = 1.5
_SOON_MS = 60


class Minimap(QWidget):
    """Lies over the view's lower right corner while a part of the network is out of sight.

    A click goes there; the rectangle of what is in view can be dragged. What the cards look like from so far is drawn
    once after each change; a moved view draws but its rectangle, whatever the size of the network.
    """

    def __init__(self, view: CanvasView, scene: CanvasScene) -> None:
        super().__init__(view)
        self.setObjectName("minimap")
        self.setAccessibleName("Minimap")
        self.setToolTip("Click to go there, or drag the rectangle")
        self._view, self._scene = view, scene
        self._wanted = True
        self._whole, self._seen = QRectF(), QRectF()
        self._to_map = QTransform()
        self._picture = QPixmap()
        self._fresh = False
        self._grip: QPointF | None = None
        """From where the mouse is on the scene to the middle of the view, while the rectangle is dragged."""
        self._soon = AfterEdit(self, _SOON_MS, self._draw)
        scene.editor.listen(Parts.DRAWN, lambda change: self._soon.start())  # the edit is painted first
        for signal in (scene.theme.changed, scene.recoloured, scene.selectionChanged):
            signal.connect(self._draw_soon)
        view.looked_elsewhere.connect(self._follow)
        view.viewport().installEventFilter(self)
        self._draw()

    @property
    def wanted(self) -> bool:
        """Whether the person wants it; it is still hidden while all is in view."""
        return self._wanted

    @wanted.setter
    def wanted(self, wanted: bool) -> None:
        self._wanted = wanted
        self._draw()

    @property
    def view_rect(self) -> QRectF:
        """What is in view, in the map's pixels."""
        return self._to_map.mapRect(self._seen)

    def _draw_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The view was drawn: it may show another part of the scene, or have another size."""
        if event.type() in (QEvent.Type.Paint, QEvent.Type.Resize):
            self._follow()
        return False

    def _follow(self) -> None:
        seen = self._view.mapToScene(self._view.viewport().rect()).boundingRect()
        if seen == self._seen:
            return
        self._seen = seen
        self._show_or_hide()
        self.update()

    def _show_or_hide(self) -> None:
        """Shown where something is out of sight. It does not go while it is dragged."""
        room = self._view.viewport().size()
        needed = self._wanted and bool(self._scene.cards) and not self._seen.contains(self._blocks)
        fits = room.width() >= _LEAST_VIEW and room.height() >= self.height() + 4 * _FROM_EDGE
        self.setVisible((needed and fits) or self._grip is not None)
        self.move(room.width() - self.width() - _FROM_EDGE, room.height() - self.height() - _FROM_EDGE)

    @property
    def _blocks(self) -> QRectF:
        return self._whole.adjusted(_AROUND, _AROUND, -_AROUND, -_AROUND)

    def _to_scene(self, place: QPointF) -> QPointF:
        return self._to_map.inverted()[0].map(place)

    def _draw(self) -> None:
        """Takes the network's extent; the cards are drawn when they are to be seen."""
        self._whole = self._scene.blocks_rect().adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        wide, high = self._whole.width(), self._whole.height()
        scale = min(_MOST_WIDTH / wide, _MOST_HEIGHT / high)
        # A chain of a thousand blocks would be a hair: it is shown wider than it is.
        across, down = max(scale, _LEAST / wide), max(scale, _LEAST / high)
        self.resize(round(wide * across) + 2 * _INSET, round(high * down) + 2 * _INSET)
        corner = self._whole.topLeft()
        self._to_map = QTransform(across, 0, 0, down, _INSET - corner.x() * across, _INSET - corner.y() * down)
        self._fresh = False
        self._show_or_hide()
        self.update()

    def _pictured(self) -> QPixmap:
        """The cards on their sheet: each time that the canvas is painted below, it is blended with that at once."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        sheet = QColor(self._scene.theme.colours.card)
        sheet.setAlpha(235)
        picture.fill(sheet)
        painter = QPainter(picture)
        painter.setTransform(self._to_map)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, bars in self._bars().items():
            painter.setBrush(QColor.fromRgba(colour))
            painter.drawRects(bars)
        painter.end()
        return picture

    def _bars(self) -> dict[int, list[QRectF]]:
        """The cards on the scene, by colour: selected ones and those with a problem stand out, and come last."""
        colours = self._scene.theme.colours
        accent, error = QColor(colours.accent).rgba(), QColor(colours.error).rgba()
        height = max(CARD_HEIGHT, _LEAST_BAR / self._to_map.m22())
        frames = self._scene.frames
        bars: dict[int, list[QRectF]] = {QColor(colours.border).rgba(): frames.rects()}
        last: dict[int, list[QRectF]] = {error: [], accent: []}
        for card, (x, y) in frames.all_cards():
            bar = QRectF(x, y, CARD_WIDTH, height)
            if card.isSelected():
                last[accent].append(bar)
            elif card.problem:
                last[error].append(bar)
            else:
                bars.setdefault(card.bar_colour().rgba(), []).append(bar)
        return {**bars, **last}

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and what is in view."""
        colours = self._scene.theme.colours
        if not self._fresh:
            self._picture, self._fresh = self._pictured(), True
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        inside = self.view_rect.intersected(QRectF(self.rect()).adjusted(1, 1, -2, -2))
        tint = QColor(colours.accent)
        tint.setAlpha(28)
        painter.fillRect(inside, tint)
        painter.setPen(QPen(QColor(colours.accent), 1.5))
        painter.drawRect(inside)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of the rectangle; beside it, the view goes there first."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._to_scene(event.position())
        if not self._seen.contains(place):
            self._view.look_at(place)
            self._follow()
        self._grip = self._seen.center() - place
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The view follows the rectangle."""
        if self._grip is not None:
            self._view.look_at(self._to_scene(event.position()) + self._grip)
            self._follow()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go."""
        self._grip = None
        self.unsetCursor()
        self._show_or_hide()
