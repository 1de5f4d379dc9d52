"""From panel to panel by keys, and back to the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from shiboken6 import isValid

from designer.ui.panels.inspector import InspectorPanel
from designer.ui.workbench.workbench import Workbench

_REASON = Qt.FocusReason.TabFocusReason
_ORDER = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
    Qt.DockWidgetArea.TopDockWidgetArea,
    Qt.DockWidgetArea.NoDockWidgetArea,
)


def install(bench: Workbench) -> None:
    """Adds the actions."""
    panels = PanelKeys(bench)
    add = bench.menus.action
    add("View/docks", "actionNextPanel", "&Next Panel", lambda: panels.go(1), "Ctrl+F6")
    add("View/docks", "actionPreviousPanel", "&Previous Panel", lambda: panels.go(-1), "Ctrl+Shift+F6")
    add(
        "Edit/block",
        "actionEditParameters",
        "&Edit Parameters",
        panels.edit_parameters,
        "Ctrl+Return",
        lambda: bool(bench.scene.current),
    )


class PanelKeys(QObject):
    """Knows where the keyboard is and was: each panel gets it back where it had it. Escape leads to the canvas."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._last: dict[QDockWidget, QWidget] = {}
        self._marked: QDockWidget | None = None
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        bench.closed.connect(lambda: application.focusChanged.disconnect(self._follow))
        bench.window.installEventFilter(self)

    def go(self, way: int) -> None:
        """Gives the keyboard to the next panel, the canvas among them; one behind another comes to the front."""
        stops: list[QDockWidget | None] = [None, *self._docks()]
        here = self._dock_of(QApplication.focusWidget())
        there = stops[((stops.index(here) if here in stops else 0) + way) % len(stops)]
        if there is None:
            self._bench.view.setFocus(_REASON)
        else:
            self._enter(there)

    def edit_parameters(self) -> None:
        """Gives the keyboard to the first parameter of the selected block, or to its name where it has none."""
        self._bench.panels.show("Inspector")
        inspector = self._bench.panels.of(InspectorPanel)
        first = inspector.first_editor()
        first.setFocus(_REASON)
        inspector.ensureWidgetVisible(first)

    def _docks(self) -> list[QDockWidget]:
        """The panels that the person has not closed: left, right, below; as they stand there."""
        window = self._bench.window
        shown = [dock for dock in self._bench.panels.values() if not dock.isHidden()]
        return sorted(shown, key=lambda dock: _ORDER.index(window.dockWidgetArea(dock)))

    def _enter(self, dock: QDockWidget) -> None:
        dock.raise_()
        last = self._last.get(dock)
        if last is not None and isValid(last) and dock.isAncestorOf(last) and last.isVisible() and last.isEnabled():
            last.setFocus(_REASON)
            return
        first = next((widget for widget in dock.widget().findChildren(QWidget) if _takes_keys(widget)), None)
        content = dock.widget()
        if first is None:
            content.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a panel that only shows something is a stop as well
        (first or content).setFocus(_REASON)

    def _dock_of(self, widget: QWidget | None) -> QDockWidget | None:
        while widget is not None and not isinstance(widget, QDockWidget):
            widget = widget.parentWidget()
        return widget if widget in self._bench.panels.values() else None

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Marks the panel that has the keyboard."""
        if now is None:  # the window is left, or about to go
            return
        dock = self._dock_of(now)
        if dock is not None:
            self._last[dock] = now
        if dock is self._marked:
            return
        for changed, mark in ((self._marked, ""), (dock, "here")):
            if changed is not None:
                changed.setProperty("role", mark)
                changed.style().polish(changed)
                changed.update()
        self._marked = dock

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape that no panel had a use for."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() != Qt.Key.Key_Escape or self._dock_of(QApplication.focusWidget()) is None:
            return False
        self._bench.view.setFocus(_REASON)
        return True


def _takes_keys(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
