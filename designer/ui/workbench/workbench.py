"""The workbench: what features get of the window, so that they need not know it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow, QWidget

from designer.ui.canvas.overlays.breadcrumb import Breadcrumb
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.editing.editor import Editor
from designer.ui.files.exporting import Exporting
from designer.ui.files.filing import Filing
from designer.ui.files.importing import Importing
from designer.ui.prefs.arrangement import Arrangement
from designer.ui.prefs.settings import Settings
from designer.ui.run.bridge import Bridge
from designer.ui.run.measuring import Measuring
from designer.ui.run.run_design import RunDesign
from designer.ui.style.theme import Theme
from designer.ui.widgets.column import Column
from designer.ui.widgets.menus import Menus
from designer.ui.widgets.notices import Notices
from designer.ui.workbench.kept_runs import KeptRuns
from designer.ui.workbench.opening import Opening
from designer.ui.workbench.panels import Panels
from designer.ui.workbench.tool_bar import ToolBar

_MESSAGE_MS = 8000


class Workbench(QObject):
    """One document with its canvas, its engine, its files, and the menus and panels around them.

    `window` is what dialogs stand over. `closed()` comes when it has been closed for good: who listens to what outlives
    it lets go then.
    """

    closed = Signal()

    def __init__(self, window: QMainWindow, theme: Theme, settings: Settings) -> None:
        super().__init__(window)
        self.window, self.theme, self.settings = window, theme, settings
        self.editor = Editor(self)
        self.bridge = Bridge(self)
        self.run_design = RunDesign(self.editor, self)
        self.measuring = Measuring(self.editor, self.bridge, self)
        self.filing = Filing(self.editor, settings, window)
        self.kept_runs = KeptRuns(self.editor, self.bridge, self.filing, self.run_design, settings)
        self.closed.connect(self.kept_runs.close)
        self.exporting = Exporting(self.editor, self.filing, self.bridge, window)
        self.importing = Importing(self.filing, self.bridge, window)
        self.scene = CanvasScene(self.editor, theme)
        self.view = CanvasView(self.scene)
        self.opening = Opening(self.scene, self.view, self.filing, self.importing)
        self.notices = Notices()
        self._middle = Column(self.notices, Breadcrumb(self.editor), self.view)
        window.setCentralWidget(self._middle)
        self.menus = Menus(window)
        self.tool_bar = ToolBar(window, theme)
        self.panels = Panels(window)
        self.arrangement = Arrangement(window, self.panels)
        for forget in (lambda: self.run_design.begin(None), self.measuring.forget, self.view.history.forget):
            self.filing.shown.connect(lambda design, call=forget: call())

    def say(self, text: str, milliseconds: int = _MESSAGE_MS) -> None:
        """Tells something in the status bar for some seconds; for 0, until something else is told."""
        self.window.statusBar().showMessage(text, milliseconds)

    def put_over_canvas(self, widget: QWidget) -> None:
        """A bar directly over the canvas."""
        self._middle.insert_before(self.view, widget)

    def append(self, kind: str) -> None:
        """A block of a kind behind the selected one; the canvas has the keyboard then."""
        self.editor.append(kind, self.scene.current or None)
        self.view.setFocus()
