"""One window for many tests: after each it is brought back to an empty design, and kept only if nothing else is left.

A window takes a third of a second to make. What the next test would find in the kept one is compared, entry by entry,
with a window that was opened and not touched (`window_state`); where anything differs, it goes and a new one is made.
Its engine is a new one for each test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAction, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.exceptions import capture_exceptions
from shiboken6 import isValid

from designer.core.graph.design import Design
from designer.core.storage.resources import example
from designer.engine.service.worker import Worker
from designer.ui.app.application import new_window, open_in
from designer.ui.app.main_window import MainWindow
from designer.ui.app.recovering import Recovering
from designer.ui.features.panels import PanelKeys
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.history import HistoryPanel
from designer.ui.panels.inspection_panel import InspectionPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.palette import PalettePanel
from designer.ui.search.find_bar import FindBar
from designer.ui.style.theme import Theme
from tests.ui.window_state import State, differences, of_action, state_of


class KeptWindow:
    """Gives a window to a test, and takes it back. `folder` has the settings of no test."""

    def __init__(self, theme: Theme, folder: Path) -> None:
        self._theme, self._folder = theme, folder
        self._kept: MainWindow | None = None
        self._untouched: State = Counter()
        """What a window holds that was opened, and nothing else."""
        self.left: list[str] = []
        """What the last test has left in its window that could not be kept."""

    @property
    def has_one(self) -> bool:
        """Whether a window waits for the next test."""
        return self._kept is not None

    def take(self) -> MainWindow:
        """A window with nothing in it, whose settings are those of the test."""
        window, self._kept = self._kept or self._made(), None
        window.settings.__init__()  # type: ignore[misc]  # the test has a folder of its own
        return window

    def give_back(self, window: MainWindow) -> None:
        """Keeps a window where nothing is left in it but an empty design."""
        with self._between_tests():
            self.left = self._left_in(window)
        if self.left:
            end(window)
        else:
            self._kept = window

    def let_go(self) -> None:
        """Ends the window that is kept."""
        if self._kept:
            end(self._kept)
        self._kept = None

    def _made(self) -> MainWindow:
        window = new_window(self._theme)
        if not self._untouched:
            with self._between_tests():
                open_in(window)
                window.show()
                wait_for(lambda: window.panel(FeatureMapsPanel).shown)
                bring_all_back(window)
                self._untouched = state_of(window)
        return window

    def _left_in(self, window: MainWindow) -> list[str]:
        if not isValid(window) or not window.isVisible() or window.bridge.training:
            return ["closed or busy"]
        with capture_exceptions() as exceptions:
            bring_back(window)
            state = state_of(window)
            if state != self._untouched:
                switch_back(window, self._untouched)
                bring_all_back(window)
                state = state_of(window)
        if exceptions:
            return [str(exceptions)]
        return differences(self._untouched, state)

    @contextmanager
    def _between_tests(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DESIGNER_DATA", str(self._folder))
            patch.setattr(QScreen, "availableGeometry", lambda screen: QRect(0, 0, 1920, 1080))
            yield


def bring_back(window: MainWindow) -> None:
    """An empty design with a new engine and no settings."""
    bench = window.bench
    renew_engine(window)
    window.settings.__init__()  # type: ignore[misc]
    window.filing._show(Design(), None, "untitled")
    window.docks["Inspector"].raise_()  # an example brings the words about it to the front
    window.view.fit()
    window.statusBar().clearMessage()
    window.panel(HistoryPanel).list.setCurrentIndex(QModelIndex())
    forget(window)
    for recovering in bench.findChildren(Recovering):
        recovering.deleteLater()
    QTest.mouseMove(window.statusBar(), QPoint(2, 2))
    QCoreApplication.sendEvent(window.view.viewport(), QEvent(QEvent.Type.Leave))
    for _ in range(2):
        serve_events()


def forget(window: MainWindow) -> None:
    """What parts remember of what has been, out of sight."""
    window.scene.sprites.forget()
    window.bench.findChild(PanelKeys)._last.clear()
    keys = window.view.keys
    keys._last, keys._came, keys._by_keys = "", None, False
    kept_forms = window.panel(InspectorPanel)._kept._forms
    for kept in kept_forms:
        kept.form.deleteLater()
    kept_forms.clear()
    for panel in window.findChildren(InspectionPanel):
        panel.name.setText("")
        panel.caption.setText("")


def switch_back(window: MainWindow, untouched: State) -> None:
    """What can be switched on and off is as it was. What forms offer is the document's, and has no name of its own."""
    for action in window.findChildren(QAction):
        is_ours = action.isCheckable() and action.objectName().startswith("action")
        if is_ours and action.isEnabled() and of_action(action) not in untouched:
            action.trigger()


def bring_all_back(window: MainWindow) -> None:
    """Also the panels, as they stand at a first start, and what is out of sight there: that of its first block."""
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.close()
            dialog.deleteLater()
    palette = window.panel(PalettePanel)
    palette.search.clear()
    palette.refill()
    window.findChild(FindBar).leave()
    window._place.first()
    serve_events()  # panels follow the size of the window
    window.arrangement.reset()
    window.filing.open_example(example("mnist_cnn"))
    QTest.mouseClick(window.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    window.scene.select("conv1")
    serve_events()
    bring_back(window)


def renew_engine(window: MainWindow) -> None:
    """The thread ends, with the model that it has and all that was asked of it, and another one begins."""
    bridge = window.bridge
    bridge.stop_measuring()
    bridge._worker.close()
    while not bridge._events.empty():
        bridge._events.get()
    bridge._waiting.clear()
    bridge._worker = Worker(bridge._events.put)


def serve_events() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    latest = monotonic() + seconds
    while not condition():
        assert monotonic() < latest
        QCoreApplication.processEvents()
        sleep(0.005)


def end(window: MainWindow) -> None:
    """Closes a window without a question; its objects go as well."""
    if isValid(window):
        window.editor.stack.setClean()
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
