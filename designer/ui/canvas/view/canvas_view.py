"""CanvasView: pan, zoom, fit, drops from the palette, and connecting by hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView

from designer.ui.canvas.gestures.connecting import port_at
from designer.ui.canvas.gestures.drags import Drags
from designer.ui.canvas.gestures.keyboard import CanvasKeys, typed_by
from designer.ui.canvas.gestures.wheel_and_touch import WheelAndTouch, shift_as_ctrl
from designer.ui.canvas.items.background import paint_background
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.level_of_detail import FAR, natural_zoom
from designer.ui.canvas.layers.overview_painter import draw_on_scene, paint_rubber_band
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.canvas.scene.highlights import Highlights
from designer.ui.canvas.view.invitation import paint_invitation
from designer.ui.canvas.view.view_history import ViewHistory, Viewpoint

MIN_ZOOM, MAX_ZOOM = 0.05, 4.0
_SEEN_AROUND = 24
_MOST_PARTS = 4
"""What is to be painted in more rectangles is painted in one around them."""
_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class CanvasView(QGraphicsView):
    """Shows the scene. Wheel scrolls, Ctrl+wheel zooms, the middle button or Space with the left one pans."""

    outdated = Signal()
    """Something on the scene looks otherwise than it was painted."""
    looked_elsewhere = Signal()
    """Another part of the scene is in view; what was painted there is not yet."""
    typed = Signal(str)
    """A letter, or Enter as an empty text: a block is wanted at the selection."""
    double_clicked = Signal(QPoint)
    """On no card, in the view's pixels."""

    def __init__(self, scene: CanvasScene) -> None:
        self.full_size = natural_zoom()
        """The zoom that is 100 %."""
        super().__init__(scene)
        self.setObjectName("canvas")
        self.setAccessibleName("Canvas")
        self._canvas = scene
        scene.arrivals.in_view = self._in_view
        self.highlights = Highlights(scene)
        self.keys = CanvasKeys(self, scene, self.highlights)
        self._wheel_and_touch = WheelAndTouch(self)
        self._drags = Drags(self, scene)
        self._pan_from: QPoint | None = None
        self._space = False
        self._fitted = True
        self._invited = False
        self.history = ViewHistory(self, scene.editor)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.RubberBandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        # The canvas has room on all sides: bars would always show, and say little.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Qt does not know where items are painted, as it does not paint them. Once anybody listens to what of the scene
        # has changed, it tells the view by that, and not item by item.
        scene.changed.connect(self.outdated)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        scene.theme.changed.connect(self.viewport().update)
        # What is dragged may be gone, or be another network's, once the document is another one.
        scene.editor.changed.connect(lambda change: self._drags.end())

    def scene(self) -> CanvasScene:
        """What it shows."""
        return self._canvas

    def _look_elsewhere(self) -> None:
        """Another part of the scene is in view."""
        self._canvas.arrivals.seen(self._in_view())
        self.looked_elsewhere.emit()

    def _in_view(self) -> QRectF:
        return self.mapToScene(self.viewport().rect()).boundingRect()

    @property
    def fitted(self) -> bool:
        """Whether the view shows the whole network, and goes on doing so when its size changes."""
        return self._fitted

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms, within limits. What lies `at` a place of the view stays there; without one, at the mouse."""
        now = self.transform().m11()
        wanted = min(max(now * factor, self._least_zoom()), MAX_ZOOM * self.full_size)
        self._fitted = False
        if at is None:
            self.scale(wanted / now, wanted / now)
            self._look_elsewhere()
            return
        kept = self.mapToScene(at.toPoint())
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.scale(wanted / now, wanted / now)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.pan(QPointF(at.toPoint() - self.mapFromScene(kept)))

    def _least_zoom(self) -> float:
        """A network that is larger than any limit can still be seen as a whole."""
        rect, room = self._canvas.blocks_rect(), self.viewport().size()
        whole = min(room.width() / rect.width(), room.height() / rect.height())
        return min(MIN_ZOOM * self.full_size, whole, self.transform().m11())

    def show_actual_size(self) -> None:
        """Zooms to 100 %."""
        self.zoom_by(self.full_size / self.transform().m11())

    def show_place(self, place: Viewpoint) -> None:
        """Shows what was seen before."""
        self.setTransform(QTransform.fromScale(place.zoom, place.zoom))
        room = self.viewport().size()
        self.centerOn(place.corner + QPointF(room.width(), room.height()) / (2 * place.zoom))
        self._fitted = False

    def pan(self, by: QPointF) -> None:
        """Moves what is shown by so many pixels of the view."""
        self._fitted = False
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - round(by.x()))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - round(by.y()))

    def see(self, block_id: str) -> None:
        """Scrolls as far as it takes to see a block."""
        card = self._canvas.cards.get(block_id)
        if card:
            self.ensureVisible(card.sceneBoundingRect(), _SEEN_AROUND, _SEEN_AROUND)

    def look_at(self, place: QPointF) -> None:
        """Brings a place of the scene into the middle."""
        self._fitted = False
        self.centerOn(place)

    def fit(self) -> None:
        """Shows the whole network, at most at 100 %."""
        self.fit_to(self._canvas.blocks_rect())
        self._fitted = True

    def fit_to(self, rect: QRectF) -> None:
        """Shows all of a rectangle of the scene, at most at 100 %."""
        self.fitInView(rect.adjusted(-24, -16, 24, 16), Qt.AspectRatioMode.KeepAspectRatio)
        if self.transform().m11() > self.full_size:
            self.setTransform(QTransform.fromScale(self.full_size, self.full_size))
            self.centerOn(rect.center())
        self._fitted = False
        self._look_elsewhere()

    def changeEvent(self, event: QEvent) -> None:
        """With larger letters of the system, cards are larger: the view keeps its zoom in per cent."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and natural_zoom() != self.full_size:
            fitted, before, self.full_size = self._fitted, self.full_size, natural_zoom()
            self._canvas.forget_fonts()
            self.zoom_by(self.full_size / before)
            if fitted:
                self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A view that showed the whole network goes on showing it."""
        super().resizeEvent(event)
        if self._fitted:
            self.fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """What lies over the canvas follows before it is painted, and not with a painting of its own."""
        super().scrollContentsBy(dx, dy)
        if self._invited:  # the words stay in the middle
            self.viewport().update()
        self._look_elsewhere()

    def paintEvent(self, event: QPaintEvent) -> None:
        """All is painted at once, which Qt would do item by item in several times as long."""
        self._canvas.arrivals.seen(self._in_view())
        scene, to_view, region = self._canvas, self.viewportTransform(), event.region()
        few = 0 < region.rectCount() <= _MOST_PARTS
        parts = list(region) if few else [event.rect()]  # type: ignore[call-overload]
        exposed = [self.mapToScene(part.adjusted(-1, -1, 1, 1)).boundingRect() for part in parts]
        around = self.mapToScene(event.rect().adjusted(-1, -1, 1, 1)).boundingRect()
        painter = QPainter(self.viewport())
        painter.setRenderHints(self.renderHints())
        draw_on_scene(painter, to_view, self.drawBackground, around)
        if self.transform().m11() < FAR:
            scene.overview.paint(painter, to_view, scene.theme.colours)
        else:
            scene.in_view.paint(painter, to_view, exposed, scene.theme.colours)
        draw_on_scene(painter, to_view, self.drawForeground, around)
        paint_rubber_band(painter, self)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The canvas under the network."""
        paint_background(painter, rect, self.transform().m11(), self._canvas.theme.colours)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """What the scene writes over its items, and marks; an empty canvas says what to do."""
        super().drawForeground(painter, rect)
        is_empty = not (self._canvas.cards or self._canvas.notes.items)
        if is_empty != self._invited:  # the words lie beyond what is drawn now, where a card came or went
            self._invited = is_empty
            self.viewport().update()
        if not is_empty:
            self.highlights.paint(painter)
            return
        paint_invitation(painter, self.viewport().rect(), self._canvas.theme.colours.muted)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the mouse; without it the canvas scrolls."""
        if not self._wheel_and_touch.wheel(event):
            self._fitted = False
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Gestures of touchpads and touch screens."""
        ready = getattr(self, "_wheel_and_touch", None) is not None  # Qt sends the first events while the view is made
        return (ready and self._wheel_and_touch.event(event)) or super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and their like go from block to block; Space makes the left button pan; Escape ends what is on."""
        if self._canvas.notes.writing():
            super().keyPressEvent(event)
            return
        if self.keys.pressed(event):
            return
        if event.key() == Qt.Key.Key_F2 and (note := self._canvas.notes.chosen()):
            note.begin_writing()
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() == Qt.Key.Key_Escape:
            if not (self._drags.end() or self._canvas.give_up_drag()):
                self._canvas.clearSelection()
        elif (wanted := typed_by(event)) is not None:
            self.typed.emit(wanted)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who came by the keyboard sees where it is."""
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self.keys.seen_by_keys()
        else:
            self.keys.came_back()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes with the keyboard."""
        super().focusOutEvent(event)
        self.keys.lost()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Without Space the left button selects again."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and self._space:
            self._space = False
            self.viewport().unsetCursor()
        super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins to pan, to connect, or what the scene makes of it."""
        self.keys.seen_by_mouse()
        if event.button() == Qt.MouseButton.RightButton:  # a menu follows: what is selected stays so
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._pan_from = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        self._canvas.frames.enter_at(self.mapToScene(event.position().toPoint()))
        if not (left and self._drags.press(event)):
            super().mousePressEvent(event if self._canvas.focusItem() else shift_as_ctrl(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Goes on with what was begun; over a port the cursor says that it can be dragged."""
        point = event.position().toPoint()
        if self._pan_from is not None:
            self.pan(QPointF(point - self._pan_from))
            self._pan_from = point
        elif not self._drags.move(point):
            if event.buttons() == Qt.MouseButton.NoButton and not self._space:
                over = port_at(self._canvas, self.mapToScene(point))
                self.viewport().setCursor(Qt.CursorShape.CrossCursor if over else Qt.CursorShape.ArrowCursor)
            if event.buttons():  # what is selected is dragged from where it is, and a rubber band goes beyond the view
                self._canvas.arrivals.settle()
            super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a free place or an edge a block is wanted there; a card or a note knows what to do."""
        point = event.position().toPoint()
        free = all(isinstance(item, EdgeItem) for item in self.items(point))
        if event.button() == Qt.MouseButton.LeftButton and free:
            self.double_clicked.emit(point)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends what was begun."""
        self._drags.stop_scrolling()
        if self._pan_from is not None:
            self._pan_from = None
            self.viewport().unsetCursor()
        elif not self._drags.release(event):
            super().mouseReleaseEvent(event if self._canvas.focusItem() else shift_as_ctrl(event))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Kinds from the palette are welcome: a ghost of the new block's card shows what would come of it."""
        _answer(event, self._drags.take_up(event))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The ghost follows the mouse."""
        _answer(event, self._drags.move_new(event))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The drag has gone elsewhere."""
        self._drags.end()

    def dropEvent(self, event: QDropEvent) -> None:
        """The block goes where the ghost says."""
        dropped = self._drags.drop_new(event)
        _answer(event, dropped)
        if dropped:
            self.setFocus()


def _answer(event: QDropEvent, is_ours: bool) -> None:
    """Tells who drags whether what they have may be dropped here."""
    if is_ours:
        event.acceptProposedAction()
    else:
        event.ignore()
