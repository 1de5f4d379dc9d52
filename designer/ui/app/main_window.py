"""The main window: puts the panels around the canvas and connects them."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMessageBox, QVBoxLayout, QWidget

from designer import __version__
from designer.core.graph.roles import InputBlock
from designer.core.storage.file_kinds import is_of_keras
from designer.core.storage.resources import example
from designer.engine.protocol.events import Failed
from designer.ui.app import actions as acts
from designer.ui.app.silence import silence
from designer.ui.canvas.gestures.pointing import ZOOM_STEP
from designer.ui.canvas.overlays.breadcrumb import Breadcrumb
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.canvas.view.canvas_view import CanvasView
from designer.ui.editing.editor import Editor
from designer.ui.features import FEATURES
from designer.ui.files.exporting import Exporting
from designer.ui.files.filing import Filing
from designer.ui.files.gallery import Gallery
from designer.ui.files.importing import Importing
from designer.ui.panels.about import AboutPanel
from designer.ui.panels.code import CodePanel
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.inspection import Looking
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.palette import PalettePanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.prefs.arrangement import Arrangement
from designer.ui.prefs.settings import Settings
from designer.ui.prefs.shortcuts import Shortcuts
from designer.ui.prefs.window_place import WANTED, WindowPlace
from designer.ui.run.bridge import Bridge
from designer.ui.run.measuring import Measuring
from designer.ui.run.run_design import RunDesign
from designer.ui.search.kind_search import Offer
from designer.ui.style.labels import named, plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.dock import Dock
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.menus import Menus
from designer.ui.widgets.notices import Notices
from designer.ui.widgets.status_bar import StatusBar
from designer.ui.widgets.wheel import WheelGuard

_MESSAGE_MS = 8000
_AREA = Qt.DockWidgetArea


def _column(*widgets: QWidget) -> QWidget:
    """Widgets one below the other, without gaps; the last one takes the room."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    column.setStretchFactor(widgets[-1], 1)
    return whole


class MainWindow(QMainWindow):
    """One window, one document, one engine thread.

    `closed` comes when it has been closed for good: who listens to what outlives it lets go then.
    """

    closed = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.settings, self.theme = settings, theme
        self._gone, self.engine_ended = False, False
        self.editor = Editor(self)
        self.bridge = Bridge(self)
        self.run_design = RunDesign(self.editor, self)
        self.measuring = Measuring(self.editor, self.bridge, self)
        self.filing = Filing(self.editor, settings, self)
        self.exporting = Exporting(self.editor, self.filing, self.bridge, self)
        self.importing = Importing(self.filing, self.bridge, self)
        self.actions_ = acts.make_actions(self, self.editor)
        self.scene = CanvasScene(self.editor, theme)
        self.view = CanvasView(self.scene)
        self.notices = Notices()
        self.setCentralWidget(_column(self.notices, Breadcrumb(self.editor), self.view))
        self.looking = Looking(self.editor, self.bridge, self.run_design, theme, self)
        self.docks: dict[str, QDockWidget] = {}
        self._make_docks()
        self._place, self.arrangement = WindowPlace(self), Arrangement(self, self.docks)
        self._totals = ElidedLabel()
        self._totals.setObjectName("totals")
        self.setStatusBar(StatusBar(self._totals))
        acts.make_tool_bar(self, self.actions_)
        self.menus = Menus(self)
        self._submenus = acts.fill_menus(self.menus, self.actions_)
        for install in FEATURES:
            install(self)
        self._fill_menus()
        self.shortcuts = Shortcuts(self.menus, settings)
        self._connect()
        self._restore_layout()
        self._colour_icons()
        self._refresh()
        WheelGuard(self)

    def _make_docks(self) -> None:
        palette = PalettePanel(self.theme, self.settings, self.editor)
        palette.chosen.connect(self.append)
        self.palette_panel = palette
        self.inspector = InspectorPanel(self.editor)
        train, stop = self.actions_.train, self.actions_.stop
        self.training = TrainingPanel(self.editor, self.bridge, self.run_design, self.settings, train, stop)
        self.curves = CurvesPanel(self.bridge, self.run_design, self.theme)
        self.code = CodePanel(self.editor, self.theme, lambda: self.filing.name)
        panels = self.looking.panels
        for name, title, widget, area in (
            ("Palette", "Blocks", palette, _AREA.LeftDockWidgetArea),
            ("Inspector", "Inspector", self.inspector, _AREA.RightDockWidgetArea),
            ("About", "About", AboutPanel(self.editor), _AREA.RightDockWidgetArea),
            ("Training", "Training", self.training, _AREA.RightDockWidgetArea),
            ("Curves", "Curves", self.curves, _AREA.BottomDockWidgetArea),
            ("Code", "Code", self.code, _AREA.BottomDockWidgetArea),
            ("Sample", "Sample", self.looking.sample, _AREA.BottomDockWidgetArea),
            ("FeatureMaps", "Feature maps", panels["maps"], _AREA.BottomDockWidgetArea),
            ("HiddenStates", "Hidden states", panels["states"], _AREA.BottomDockWidgetArea),
            ("Values", "Values", panels["values"], _AREA.BottomDockWidgetArea),
        ):
            self.add_dock(name, title, widget, area)
        self.setCorner(Qt.Corner.BottomRightCorner, _AREA.RightDockWidgetArea)
        self.setCorner(Qt.Corner.BottomLeftCorner, _AREA.BottomDockWidgetArea)
        self.tabifyDockWidget(self.docks["Inspector"], self.docks["About"])
        self.docks["Inspector"].raise_()
        self.tabifyDockWidget(self.docks["Curves"], self.docks["Code"])
        self.docks["Curves"].raise_()
        self.tabifyDockWidget(self.docks["FeatureMaps"], self.docks["HiddenStates"])
        self.tabifyDockWidget(self.docks["HiddenStates"], self.docks["Values"])
        self.docks["FeatureMaps"].raise_()

    def say(self, text: str, milliseconds: int = _MESSAGE_MS) -> None:
        """Tells something in the status bar for some seconds."""
        self.statusBar().showMessage(text, milliseconds)

    def add_dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        """A panel that can be moved and closed; a feature may put its own beside another one with tabifyDockWidget."""
        dock = Dock(title, self)
        dock.setObjectName(f"dock{name}")
        dock.setAccessibleName(title)
        if not widget.accessibleName():
            widget.setAccessibleName(title)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        dock.toggleViewAction().setObjectName(f"actionShow{name}")
        self.docks[name] = dock
        return dock

    def _connect(self) -> None:
        actions, view = self.actions_, self.view
        for action, slot in (
            (actions.new, self.filing.new),
            (actions.open, self._ask_and_open),
            (actions.save, self.filing.save),
            (actions.save_as, self.filing.save_as),
            (actions.export_pytorch, self.exporting.export_pytorch),
            (actions.export_model, lambda: self.exporting.export_pytorch(model_only=True)),
            (actions.import_keras, self.importing.ask_and_import),
            (actions.quit, self.close),
            (actions.delete, self.scene.delete_selected),
            (actions.duplicate, self.scene.duplicate_selected),
            (actions.select_all, self._select_all),
            (actions.train, self._train),
            (actions.stop, self.bridge.stop),
            (actions.fit, view.fit),
            (actions.actual_size, view.show_actual_size),
            (actions.zoom_in, lambda: view.zoom_by(ZOOM_STEP)),
            (actions.zoom_out, lambda: view.zoom_by(1 / ZOOM_STEP)),
            (actions.find_kind, self._find_kind),
            (actions.gallery, self._browse_examples),
            (actions.about, self._about),
        ):
            action.triggered.connect(lambda checked=False, call=slot: call())
        backspace = QShortcut(QKeySequence(Qt.Key.Key_Backspace), view)
        backspace.setContext(Qt.ShortcutContext.WidgetShortcut)
        backspace.activated.connect(self.scene.delete_selected)
        self.scene.current_changed.connect(self.inspector.show_block)
        self.scene.current_changed.connect(self.looking.show_block)
        self.scene.current_changed.connect(self.code.show_block)
        self.docks["Code"].visibilityChanged.connect(self.code.set_seen)
        self.code.save_wanted.connect(self.exporting.export_pytorch)
        self.exporting.done.connect(lambda text: self.say(text))
        self.scene.current_changed.connect(self._raise_inspector)
        self.editor.added.connect(view.see)
        self.scene.pressed.connect(self._raise_inspector)
        self.scene.selectionChanged.connect(self._refresh_actions)
        self.editor.changed.connect(lambda before, after: self._refresh())
        self.editor.path_changed.connect(lambda path: self._refresh_actions())
        self.editor.refused.connect(lambda text: self.say(text))
        self.editor.stack.cleanChanged.connect(lambda clean: self._refresh_title())
        self.editor.document.path_changed.connect(self._refresh_title)
        self.bridge.training_changed.connect(lambda training: self._refresh_actions())
        self.bridge.failed.connect(self._tell_failure)
        self.bridge.refused.connect(lambda event: self.say(event.reason))
        self.bridge.noticed.connect(lambda event: self.say(event.text))
        self.bridge.weights_told.connect(lambda event: self.say(event.text))
        self.importing.imported.connect(self._show_all)
        for forget in (
            lambda: self.run_design.begin(None),
            self.training.show_another,
            self.curves.show_another,
            self.looking.forget,
            self.measuring.forget,
            view.looks.forget,
        ):
            self.filing.shown.connect(lambda design, call=forget: call())
        self.looking.suits.connect(self._raise_view)
        self.theme.changed.connect(self._colour_icons)

    def _fill_menus(self) -> None:
        recent = self._submenus["Recent"]
        recent.aboutToShow.connect(lambda: self.filing.fill_recent(recent, self.open_file))
        self.filing.fill_recent(recent, self.open_file)
        self.filing.fill_examples(self.menus.menu("Examples"), self.open_example)
        self.menus.add("View/docks", *(dock.toggleViewAction() for dock in self.docks.values()))
        self.menus.action("View/layout", "actionResetLayout", "&Reset Layout", self.arrangement.reset)

    def open_file(self, path: Path) -> None:
        """Opens a file, after the question, and shows all of it."""
        if self.filing.may_leave():
            self.take_file(path)

    def _ask_and_open(self) -> None:
        if path := self.filing.ask_for_file():
            self.take_file(path)

    def take_file(self, path: Path) -> None:
        """Opens an architecture, imports a model of Keras, or tells why it cannot; what was open may go."""
        if is_of_keras(path):
            self.importing.import_file(path)
        elif self.filing.open(path):
            self._show_all()

    def open_example(self, path: Path) -> None:
        """Opens an example, after the question."""
        if self.filing.may_leave():
            self.filing.open_example(path)
            self._show_all(explained=True)

    def open_first(self) -> None:
        """What a first start shows: the article's CNN, with its first convolution selected."""
        self.filing.open_example(example("mnist_cnn"))
        self._show_all(explained=True)

    def _show_all(self, explained: bool = False) -> None:
        """The whole network with its first block selected; for an example its explanation lies on top."""
        self.view.fit()
        looked_at = [
            name for name, node in self.editor.design.network.nodes.items() if not isinstance(node.block, InputBlock)
        ]
        if looked_at:
            # After the canvas is drawn: looking inside brings in torch, which takes seconds.
            QTimer.singleShot(0, self, lambda: self._look_at(looked_at[0], explained))

    def _look_at(self, block_id: str, explained: bool) -> None:
        self.scene.select(block_id)
        if explained and not self.docks["About"].isHidden():
            self.docks["About"].raise_()

    def _raise_inspector(self, block_id: str) -> None:
        """Who selects a block wants to see it; where the dock was closed it stays so."""
        if block_id and not self.docks["Inspector"].isHidden():
            self.docks["Inspector"].raise_()

    def _browse_examples(self) -> None:
        gallery = Gallery(self.theme, self)
        if gallery.exec() and gallery.chosen:
            self.open_example(gallery.chosen)

    def append(self, kind: str) -> None:
        """A block of a kind behind the selected one; the canvas has the keyboard then."""
        self.editor.append(kind, self.scene.current or None)
        self.view.setFocus()

    def offers(self) -> list[Offer]:
        """The kinds and groups that may be added to what the canvas shows."""
        return self.palette_panel.offers()

    def _select_all(self) -> None:
        for card in self.scene.cards.values():
            card.setSelected(True)

    def _find_kind(self) -> None:
        self.docks["Palette"].show()
        self.palette_panel.search.setFocus()
        self.palette_panel.search.selectAll()

    def _train(self) -> None:
        self.training.preparing(self.filing.name)
        self.run_design.begin(self.editor.design)
        self.docks["Curves"].show()
        for dock in (self.docks["Curves"], self.docks["Training"]):  # behind others nothing would tell how far it is
            dock.raise_()
        self.bridge.train(self.editor.design)

    def _tell_failure(self, event: Failed) -> None:
        self.say(f"Training ended: {event.message}")

    def _raise_view(self, name: str) -> None:
        """Shows the view that suits the selected block, unless the person has closed it or looks at another panel."""
        views = {"maps": "FeatureMaps", "states": "HiddenStates", "values": "Values"}
        dock = self.docks[views[name]]
        others = [other for other in self.tabifiedDockWidgets(dock) if other.objectName()[4:] not in views.values()]
        if not dock.isHidden() and all(other.visibleRegion().isEmpty() for other in others):
            dock.raise_()

    def _refresh(self) -> None:
        inference = self.editor.document.inference
        adds = sum(result.multiply_adds for result in inference.results.values())
        amounts = f"{named(inference.parameters, 'parameters')} · {named(adds, 'multiply_adds')}"
        self._totals.setText(f"{plural(len(inference.results), 'block')} · {amounts}")
        self._refresh_title()
        self._refresh_actions()

    def _refresh_title(self) -> None:
        self.setWindowTitle(f"{self.filing.name}[*] – Network Designer")
        self.setWindowModified(not self.editor.stack.isClean())

    def _refresh_actions(self) -> None:
        training, valid = self.bridge.training, not self.editor.problems()
        self.actions_.train.setEnabled(valid and not training)
        self.actions_.export_pytorch.setEnabled(valid)
        self.actions_.export_model.setEnabled(self.editor.is_a_model())
        self.actions_.stop.setEnabled(training)
        self.actions_.delete.setEnabled(bool(self.scene.selectedItems()))
        self.actions_.duplicate.setEnabled(bool(self.scene.selected_blocks() or self.scene.notes.selected()))
        self.menus.refresh()

    def _colour_icons(self) -> None:
        acts.colour_icons(self.actions_, self.theme)

    def _restore_layout(self) -> None:
        self.resize(WANTED)
        self.arrangement.prepare()
        kept = self.settings.geometry
        if not (kept and self.restoreGeometry(kept)):
            self._place.first()
        self._place.settle()
        self.arrangement.start(self.settings)

    def _about(self) -> None:
        QMessageBox.about(
            self,
            "About Network Designer",
            f"<b>Network Designer {__version__}</b><br>Design neural networks by pointing and clicking, "
            "train them, and look inside while they learn.",
        )

    def showEvent(self, event: QShowEvent) -> None:
        """The whole network at the first sight."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self.view.fit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Asks for unsaved work, then ends training and the engine's thread."""
        if not self.filing.may_leave():
            event.ignore()
            return
        self.settings.geometry = self.saveGeometry()
        self.arrangement.keep(self.settings)
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
        self.engine_ended = self.bridge.close()
        self.code.close_writer()
        self.closed.emit()
        silence(self, self.editor, self.scene)
