"""Hands for the tests: clicks, drags and answers, as a person gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.gestures.drags import KIND_MIME
from designer.ui.panels.inspection import Inspection

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
Buttons = QMessageBox.StandardButton


def action(window: MainWindow, name: str) -> QAction:
    return window.action(name)


def looking(window: MainWindow) -> Inspection:
    """What asks for what the panels that look inside show."""
    found = window.bench.findChild(Inspection)
    assert found is not None
    return found


def point(window: MainWindow, place: QPointF) -> QPoint:
    """A place of the scene in the canvas's pixels."""
    return window.view.mapFromScene(place)


def middle(window: MainWindow, block_id: str) -> QPoint:
    return point(window, window.scene.cards[block_id].pos() + QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2))


def choose(window: MainWindow, *blocks: str) -> None:
    click(window, middle(window, blocks[0]))
    for name in blocks[1:]:
        click(window, middle(window, name), CTRL)
    assert set(window.scene.selected_blocks()) == set(blocks)


def output_port(window: MainWindow, block_id: str) -> QPoint:
    card = window.scene.cards[block_id]
    return point(window, card.pos() + card.output_place())


def input_port(window: MainWindow, block_id: str, number: int = 0) -> QPoint:
    card = window.scene.cards[block_id]
    return point(window, card.pos() + card.input_place(number))


def edge_middle(window: MainWindow, target: str, number: int = 0) -> QPoint:
    return point(window, window.scene.edges[target, number].way.pointAtPercent(0.5))


def click(window: MainWindow, place: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mouseClick(window.view.viewport(), LEFT, keys, place)


def drag(window: MainWindow, start: QPoint, end: QPoint) -> None:
    """Presses, moves in steps and lets go."""
    viewport = window.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, start)
    for step in range(1, 6):
        QTest.mouseMove(viewport, start + (end - start) * step / 5)
    QTest.mouseRelease(viewport, LEFT, NONE, end)


def move_pressed(target: QWidget, place: QPoint, keys: Qt.KeyboardModifier = NONE) -> None:
    """The mouse moves over a widget with the left button down."""
    no_button, there = Qt.MouseButton.NoButton, QPointF(target.mapToGlobal(place))
    QApplication.sendEvent(target, QMouseEvent(QEvent.Type.MouseMove, QPointF(place), there, no_button, LEFT, keys))


def drop_files(target: QWidget, *paths: Path) -> bool:
    """Drags files over a widget and lets them go; whether they were welcome."""
    mime, copy, place = QMimeData(), Qt.DropAction.CopyAction, QPoint(20, 20)
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    entering = QDragEnterEvent(place, copy, mime, LEFT, NONE)
    QApplication.sendEvent(target, entering)
    QApplication.sendEvent(target, QDragMoveEvent(place, copy, mime, LEFT, NONE))
    dropping = QDropEvent(QPointF(place), copy, mime, LEFT, NONE)
    QApplication.sendEvent(target, dropping)
    return entering.isAccepted() and dropping.isAccepted()


def drag_kind(window: MainWindow, kind: str, place: QPoint) -> QMimeData:
    """What comes to the canvas when a kind is dragged there from the palette."""
    mime = QMimeData()
    mime.setData(KIND_MIME, QByteArray(kind.encode()))
    viewport = window.view.viewport()
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(viewport, QDragEnterEvent(place, copy, mime, LEFT, NONE))
    move = QDragMoveEvent(place, copy, mime, LEFT, NONE)
    QApplication.sendEvent(viewport, move)
    assert move.isAccepted()
    return mime


def drop_kind(window: MainWindow, kind: str, place: QPoint) -> None:
    """What comes to the canvas when it is dropped there."""
    mime = drag_kind(window, kind, place)
    QApplication.sendEvent(
        window.view.viewport(), QDropEvent(QPointF(place), Qt.DropAction.CopyAction, mime, LEFT, NONE)
    )


def shapes(window: MainWindow) -> dict[str, str]:
    """What the cards say of their outputs."""
    return {name: str(card.result.shape) for name, card in window.scene.cards.items()}


def shown_texts(widget: QWidget, role: type[QWidget]) -> list[str]:
    return [child.text() for child in widget.findChildren(role) if child.isVisible()]


@dataclass(frozen=True)
class Answered:
    name: str
    text: str


class Answers:
    """Answers every message box that opens with the button `then`; one that has no such button is unexpected."""

    def __init__(self) -> None:
        self.seen: list[Answered] = []
        self.unexpected: list[Answered] = []
        self.then = Buttons.Ok
        self.again = "train_start_over"
        """The button for the question what Train means for a network that has been trained."""
        self.look: Callable[[QMessageBox], None] = lambda box: None
        self._timer = QTimer(interval=10, timeout=self._look)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _look(self) -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            return
        self.look(box)
        self.seen.append(Answered(box.objectName(), f"{box.text()} {box.informativeText()}"))
        asks_again = box.objectName() == "trainAgainQuestion"
        button = box.findChild(QPushButton, self.again) if asks_again else box.button(self.then)
        if button is None:
            self.unexpected.append(self.seen[-1])
            box.reject()
        else:
            button.click()
