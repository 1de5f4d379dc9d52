"""The panels around the canvas: every one is added here, by the window's own features and by any other in one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from designer.ui.widgets.dock import Dock

Area = Qt.DockWidgetArea
Panel = TypeVar("Panel", bound=QWidget)


class Panels(Mapping[str, Dock]):
    """The docks by their names, and the panels that are in them by what they are."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: dict[str, Dock] = {}
        self._panels: dict[type[QWidget], QWidget] = {}

    def add(self, name: str, title: str, panel: QWidget, area: Area, behind: str = "") -> Dock:
        """A panel that can be moved and closed, at the end of an area or as a tab behind another one."""
        dock = Dock(title, self._window)
        dock.setObjectName(f"dock{name}")
        dock.setAccessibleName(title)
        if not panel.accessibleName():
            panel.setAccessibleName(title)
        dock.setWidget(panel)
        self._window.addDockWidget(area, dock)
        if behind:
            self._window.tabifyDockWidget(self._docks[behind], dock)
            self._docks[behind].raise_()
        dock.toggleViewAction().setObjectName(f"actionShow{name}")
        self._docks[name] = dock
        self._panels[type(panel)] = panel
        return dock

    def of(self, kind: type[Panel]) -> Panel:
        """The panel of a class; KeyError where it has not been added."""
        panel = self._panels[kind]
        assert isinstance(panel, kind)
        return panel

    def show(self, name: str) -> None:
        """Opens a panel where it is closed, and brings it to the front."""
        self._docks[name].show()
        self._docks[name].raise_()

    def bring_forward(self, name: str) -> None:
        """Brings a panel to the front; where the person has closed it, it stays so."""
        if not self._docks[name].isHidden():
            self._docks[name].raise_()

    def __getitem__(self, name: str) -> Dock:
        return self._docks[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)
