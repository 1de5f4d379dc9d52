"""Cards that glide to their new places after an edit that moves many of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPointF, QVariantAnimation
from PySide6.QtWidgets import QApplication, QGraphicsView, QStyle

from designer.ui.canvas.scene.canvas_scene import CanvasScene

_MILLISECONDS = 250
_MOST = 300
"""More cards than this jump: their edges could not follow at every frame."""
_INTERRUPTIONS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.KeyPress,
    QEvent.Type.DragEnter,
)


class MoveAnimation(QObject):
    """Shows an edit as a movement. The document has it from the first moment; any key, press or edit ends the glide."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        super().__init__(view)
        self._scene = scene
        self._ways: dict[str, tuple[QPointF, QPointF]] = {}
        self._then: Callable[[], object] | None = None
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(_MILLISECONDS)
        self._animation.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._animation.valueChanged.connect(self._show)
        self._animation.finished.connect(self.finish)
        scene.editor.changed.connect(lambda change: self.finish())
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    def glide(self, edit: Callable[[], bool], then: Callable[[], object] | None = None) -> bool:
        """Makes an edit, and lets the cards that it moves glide from where they were. False where it was refused.

        `then` is called once they are there.
        """
        self.finish()
        before = {name: card.pos() for name, card in self._scene.cards.items()}
        if not edit():
            return False
        ways = {
            name: (start, self._scene.cards[name].pos())
            for name, start in before.items()
            if name in self._scene.cards and self._scene.cards[name].pos() != start
        }
        if ways and len(ways) <= _MOST and _wanted():
            self._ways, self._then = ways, then
            self._show(0.0)
            self._animation.start()
        elif then:
            then()
        return True

    def finish(self) -> None:
        """Puts the cards where they belong, at once."""
        self._animation.stop()
        ways, self._ways = self._ways, {}
        places = self._scene.editor.shown.view.positions
        for name in ways:
            if name in self._scene.cards and name in places:
                self._scene.cards[name].setPos(QPointF(*places[name]) + self._scene.offset)
        then, self._then = self._then, None
        if then:
            then()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What a person does next finds the cards in their places."""
        if self._ways and event.type() in _INTERRUPTIONS:
            self.finish()
        return super().eventFilter(watched, event)

    def _show(self, share: float) -> None:
        for name, (start, end) in self._ways.items():
            if name in self._scene.cards:
                self._scene.cards[name].setPos(start + (end - start) * share)


def _wanted() -> bool:
    """Whether the system's style moves things at all: people can switch that off."""
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
