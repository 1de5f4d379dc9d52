"""The main window: a workbench, the features that fill it, and the window's own beginning and end."""

from __future__ import annotations

import sys
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from designer.core.diff.change import Parts
from designer.ui.app.silence import silence
from designer.ui.features import FEATURES
from designer.ui.prefs.settings import Settings
from designer.ui.prefs.window_place import WANTED, WindowPlace
from designer.ui.style.labels import named, parameters, plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.status_bar import StatusBar
from designer.ui.widgets.timers import AfterEdit
from designer.ui.widgets.typed import take_typed
from designer.ui.widgets.wheel import WheelGuard
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench

Panel = TypeVar("Panel", bound=QWidget)


class MainWindow(QMainWindow):
    """One window, one document, one engine thread.

    Its parts are the workbench's. Those that a program drives a window by are named here as well.
    """

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self._gone = False
        self._place = WindowPlace(self)
        self.bench = bench = Workbench(self, theme, settings)
        self.theme, self.settings = theme, settings
        self.editor, self.bridge, self.filing = bench.editor, bench.bridge, bench.filing
        self.scene, self.view, self.docks = bench.scene, bench.view, bench.panels
        self.notices, self.menus, self.arrangement = bench.notices, bench.menus, bench.arrangement
        self._totals = ElidedLabel()
        self._totals.setObjectName("totals")
        self.setStatusBar(StatusBar(self._totals))
        self.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        for install in FEATURES:
            install(bench)
        self._follow()
        self._restore_layout()
        self._tell_totals()
        self._refresh_title()
        self.menus.refresh()
        WheelGuard(self)

    def panel(self, kind: type[Panel]) -> Panel:
        """The panel of a class."""
        return self.bench.panels.of(kind)

    def action(self, name: str) -> QAction:
        """An action by its object name; LookupError where there is none."""
        found = self.findChild(QAction, name)
        if found is None:
            raise LookupError(name)
        return found

    def _follow(self) -> None:
        """Keeps the title, the totals and what can be done in step with the document."""
        editor, refresh_actions = self.editor, self.menus.refresh
        self.scene.selectionChanged.connect(refresh_actions)
        totals = AfterEdit(self, 0, self._tell_totals)
        editor.listen(Parts.NETWORK, lambda change: totals.start())
        editor.listen(Parts.DESIGN, lambda change: self._refresh_title())
        editor.changed.connect(lambda change: refresh_actions())
        editor.stack.cleanChanged.connect(lambda clean: self._refresh_title())
        editor.document.path_changed.connect(self._refresh_title)
        self.bridge.training_changed.connect(lambda training: refresh_actions())

    def _tell_totals(self) -> None:
        inference = self.editor.document.inference
        adds = sum(result.multiply_adds for result in inference.results.values())
        amounts = f"{parameters(inference.parameters, inference.trained)} · {named(adds, 'multiply_adds')}"
        self._totals.setText(f"{plural(len(inference.results), 'block')} · {amounts}")

    def _refresh_title(self) -> None:
        title, modified = f"{self.filing.name}[*] – Network Designer", not self.editor.stack.isClean()
        if (title, modified) != (self.windowTitle(), self.isWindowModified()):
            self.setWindowTitle(title)
            self.setWindowModified(modified)

    def _restore_layout(self) -> None:
        self.resize(WANTED)
        self.arrangement.prepare()
        kept = self.settings.geometry
        if not (kept and self.restoreGeometry(kept)):
            self._place.first()
        self._place.settle()
        self.arrangement.start(self.settings)

    def showEvent(self, event: QShowEvent) -> None:
        """The whole network at the first sight."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self.view.fit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks for unsaved work, then ends training and the engine's thread."""
        take_typed()
        if not self.filing.may_leave():
            event.ignore()
            return
        self.settings.geometry = self.saveGeometry()
        self.arrangement.keep(self.settings)
        self.settings.write()
        if self.settings.problem and sys.stderr:
            sys.stderr.write(f"designer: {self.settings.problem}\n")
        self.filing.recovery.forget()
        self.let_go()
        event.accept()

    def let_go(self) -> None:
        """Ends the threads, and keeps all that is in the window from telling others about its end."""
        if self._gone:
            return
        self._gone = True
        self.bridge.close()
        self.bench.closed.emit()
        silence(self, self.editor, self.scene)
