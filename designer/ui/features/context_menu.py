"""The menu under the right mouse button and the Menu key: the actions that suit what it was opened on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QGraphicsItem, QMenu

from designer.core.validation.all_problems import Found
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.workbench.workbench import Workbench

_ON_SELECTION = ("Edit/clipboard", "Edit/block", "Edit/groups", "Edit/arrange")
_ON_CANVAS = (*_ON_SELECTION[:1], "Edit/selection", *_ON_SELECTION[1:], "View/zoom", "View/canvas")


def install(bench: Workbench) -> None:
    """Listens to the canvas."""
    ContextMenus(bench)


class ContextMenus(QObject):
    """Opens the menus. What is under the mouse is selected first, so that the actions are about it."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        bench.view.installEventFilter(self)
        bench.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The right button, or the Menu key."""
        if not isinstance(event, QContextMenuEvent) or self._bench.scene.notes.writing():
            return False
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            if watched is not self._bench.view.viewport():
                return False
            self._select_at(event.pos())
            self._open(event.globalPos())
        else:
            self._open(self._bench.view.viewport().mapToGlobal(self._place_of_selection()))
        return True

    def _select_at(self, place: QPoint) -> None:
        """Goes to the level that is there, as a press does, and selects what is there alone, unless it is selected.

        For an empty place nothing is selected then.
        """
        self._bench.scene.frames.enter_at(self._bench.view.mapToScene(place))
        item = self._item_at(place)
        if item is None or not item.isSelected():
            self._bench.scene.clearSelection()
            if item is not None:
                item.setSelected(True)

    def _item_at(self, place: QPoint) -> QGraphicsItem | None:
        selectable = QGraphicsItem.GraphicsItemFlag.ItemIsSelectable
        found = self._bench.scene.items(self._bench.view.mapToScene(place))
        return next((item for item in found if item.flags() & selectable and item.isVisible()), None)

    def _place_of_selection(self) -> QPoint:
        """In the middle of the block that has the keyboard; else in the middle of the canvas."""
        view, scene = self._bench.view, self._bench.scene
        middle = view.viewport().rect().center()
        card = scene.cards.get(view.keys.here)
        if card is None:
            return middle
        place = view.mapFromScene(card.scenePos() + card.solid().center())
        return place if view.viewport().rect().contains(place) else middle

    def _open(self, place: QPoint) -> None:
        menu = QMenu(self._bench.window)
        menu.setObjectName("contextMenu")
        self._add_fixes(menu)
        for section in self._sections():
            _add_section(menu, self._bench.menus.section(section))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _sections(self) -> Sequence[str]:
        chosen = self._bench.scene.selectedItems()
        if chosen and all(isinstance(item, EdgeItem) for item in chosen):
            return ("Edit/clipboard", "Edit/block")
        return _ON_SELECTION if chosen else _ON_CANVAS

    def _add_fixes(self, menu: QMenu) -> None:
        """The mends of the one selected block come first."""
        card = self._bench.scene.cards.get(self._bench.scene.current)
        if not isinstance(card, BlockItem) or card.problem is None:
            return
        editor, found = self._bench.editor, Found(self._bench.editor.path, card.problem)
        for fix in card.problem.fixes:
            action = menu.addAction(fix.title)
            action.triggered.connect(lambda checked=False, chosen=fix.title: editor.mend(found, chosen))
        menu.addSeparator()


def _add_section(menu: QMenu, actions: Sequence[QAction]) -> None:
    """Those that can be used now; a line stands between two sections that have any."""
    usable = [action for action in actions if _is_usable(action)]
    if usable and menu.actions() and not menu.actions()[-1].isSeparator():
        menu.addSeparator()
    menu.addActions(usable)


def _is_usable(action: QAction) -> bool:
    inner = action.menu()
    if isinstance(inner, QMenu):
        return any(_is_usable(below) for below in inner.actions())
    return action.isEnabled() and action.isVisible() and not action.isSeparator()
