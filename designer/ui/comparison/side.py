"""One side of a comparison: a network drawn as on the canvas, which takes no edits, with marks on what differs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QLabel, QSizePolicy, QVBoxLayout, QWidget

from designer.core.diff.change import Parts
from designer.core.diff.design_diff import Mark
from designer.core.edits import inline_groups
from designer.core.graph.design import Design
from designer.ui.canvas.overlays.breadcrumb import Breadcrumb
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.comparison.difference_marks import colour_of, paint_badge
from designer.ui.editing.editor import Editor
from designer.ui.style.labels import named, parameters, plural
from designer.ui.style.theme import Look
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.message_box import as_tip

_STEP, _LEAST, _MOST = 1.2, 0.05, 4.0
_FAINT = 120
_AROUND = 3.0
_MARGIN = 32.0


class SideView(QGraphicsView):
    """Looks at the cards; drags move the view, the wheel scrolls it, with Ctrl it zooms.

    Signals: `scrolled(dx, dy)` and `zoomed(factor, place)`, so that the other side follows; `picked(block_id)` at a
    click on a card.
    """

    scrolled = Signal(int, int)
    zoomed = Signal(float, QPoint)
    picked = Signal(str)

    def __init__(self, scene: CanvasScene, name: str) -> None:
        super().__init__(scene)
        self.setAccessibleName(name)
        self.marks: Mapping[str, Mark] = {}
        self.alone = False
        """Whether the other side stays where it is."""
        self._canvas = scene
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def fit(self) -> float:
        """The zoom at which all of it is seen, at most 100 %."""
        rect = self._canvas.blocks_rect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        room = self.viewport().rect()
        return min(room.width() / rect.width(), room.height() / rect.height(), 1.0)

    def zoom_to(self, zoom: float) -> None:
        """Zooms, and puts the network in the middle."""
        self.resetTransform()
        self.scale(zoom, zoom)
        self.centerOn(self._canvas.blocks_rect().center())

    def zoom_at(self, factor: float, place: QPoint) -> None:
        """Zooms within limits; what is at this place of the view stays there."""
        alone, self.alone = self.alone, True
        now, there = self.transform().m11(), self.mapToScene(place)
        wanted = min(max(now * factor, _LEAST), _MOST)
        self.scale(wanted / now, wanted / now)
        step = self.mapFromScene(there) - place
        self._move(step.x(), step.y())
        self.alone = alone

    def follow(self, dx: int, dy: int) -> None:
        """Scrolls as the other side did: by as much, as the networks may lie at different places."""
        alone, self.alone = self.alone, True
        self._move(-dx, -dy)
        self.alone = alone

    def _move(self, right: int, down: int) -> None:
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + right)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + down)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Tells the other side."""
        super().scrollContentsBy(dx, dy)
        if not self.alone:
            self.scrolled.emit(dx, dy)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Plain: dots would say that something could be placed here."""
        painter.fillRect(rect, QColor(self._canvas.theme.colours.canvas))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """What is the same on both sides is faint; what differs has a border and a sign."""
        super().drawForeground(painter, rect)
        colours = self._canvas.theme.colours
        veil = QColor(colours.canvas)
        veil.setAlpha(_FAINT)
        for name, card in self._canvas.cards.items():
            area = card.sceneBoundingRect()
            if not area.intersects(QRectF(rect)):
                continue
            mark = self.marks.get(name)
            if mark is None:
                if not card.isSelected():
                    painter.fillRect(area, veil)
                continue
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colour_of(mark, colours)), 2.5))
            shape = card.mapToScene(card.shape()).boundingRect()
            painter.drawRoundedRect(shape.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND), 7, 7)
            paint_badge(painter, shape.topLeft() + QPointF(-1, -1), mark, colours)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the mouse."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor, place = _STEP ** (event.angleDelta().y() / 120), event.position().toPoint()
            self.zoom_at(factor, place)
            self.zoomed.emit(factor, place)
            event.accept()
        else:
            super().wheelEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A card under the mouse is picked."""
        super().mouseReleaseEvent(event)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        card = self._canvas.card_at(self.mapToScene(event.position().toPoint()))
        if card is not None and card.isSelected():
            self.picked.emit(card.block_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Opens groups; notes are not written here."""
        if self._canvas.card_at(self.mapToScene(event.position().toPoint())):
            super().mouseDoubleClickEvent(event)


class ComparisonSide(QWidget):
    """What it is, how large it is, and the network."""

    def __init__(self, design: Design, title: str, theme: Look) -> None:
        super().__init__()
        self.editor = Editor(self)
        self.editor.open(inline_groups.closed(design, list(design.view.expanded)), None)
        self.scene = CanvasScene(self.editor, theme)
        self.scene.setParent(self)
        self.view = SideView(self.scene, title)
        head = QLabel(title, textFormat=Qt.TextFormat.PlainText)
        head.setProperty("role", "heading")
        head.setToolTip(as_tip(title))
        head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # a long title takes no room away
        inference = self.editor.document.inference
        adds = sum(result.multiply_adds for result in inference.results.values())
        amounts = f"{parameters(inference.parameters, inference.trained)} · {named(adds, 'multiply_adds')}"
        size = ElidedLabel(f"{plural(len(inference.results), 'block')} · {amounts}")
        size.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (head, size, Breadcrumb(self.editor, editable=False)):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        column.insertSpacing(2, 4)
        self.editor.listen(Parts.WHERE, lambda change: self._hold())
        self._hold()

    def _hold(self) -> None:
        """Nothing here can be moved."""
        for item in self.scene.items():
            item.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, False)

    def show_marks(self, marks: Mapping[str, Mark]) -> None:
        """Marks these blocks of what is shown."""
        self.view.marks = marks
        self.view.viewport().update()

    def sees(self, block_id: str) -> bool:
        """Whether all of a block is in view; true for one that is not there."""
        card = self.scene.cards.get(block_id)
        seen = self.view.mapToScene(self.view.viewport().rect()).boundingRect()
        return card is None or seen.contains(card.sceneBoundingRect())

    def look_at(self, block_id: str) -> None:
        """Brings a block to the middle."""
        card = self.scene.cards.get(block_id)
        if card is not None:
            self.view.centerOn(card.sceneBoundingRect().center())

    def close_scene(self) -> None:
        """At the end: the scene tells of nothing any longer."""
        self.scene.blockSignals(True)
