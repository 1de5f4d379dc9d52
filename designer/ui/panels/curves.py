"""The curves: loss above what else tells how well a network learns, of the run that learns and of others beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QStackedLayout, QVBoxLayout, QWidget

from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.writing import reason
from designer.data.errors import DataError
from designer.engine.protocol.events import Event, Failed, Finished, Started
from designer.ui.curves.hues import ShownRun
from designer.ui.curves.options import Along, CurveOptions
from designer.ui.curves.shown_runs import ShownRuns
from designer.ui.curves.tool_row import ToolRow
from designer.ui.files.overwrite_question import may_replace
from designer.ui.prefs.settings import Settings
from designer.ui.run.bridge import Bridge
from designer.ui.run.run_design import RunDesign
from designer.ui.style.theme import Theme
from designer.ui.widgets.timers import TurnByTurn, once_after

if TYPE_CHECKING:
    from designer.ui.curves.class_table import ClassTable
    from designer.ui.curves.figure_plot import FigurePlot
    from designer.ui.curves.picture import CurvesPicture
    from designer.ui.curves.plot_grid import PlotGrid
    from designer.ui.curves.run_curves import RunCurves

_REPAINT_MS = 200
_FIRST_STEPS, _FIRST_SECONDS = 100, 10.0
_LEAST = (240, 92)
_INVITATION = "Press Train (F5): loss and accuracy are drawn here while the network learns."
_COMING = "Preparing…"
"""Torch and the data may take seconds to come in."""
_READING = "Reading the curves…"
_FILTERS = {"PNG picture (*.png)": ".png", "SVG drawing (*.svg)": ".svg", "CSV table of all points (*.csv)": ".csv"}
_OVER = {"step": "steps", "epoch": "epochs", "time": "time"}
_NAMED = 4
_ROOM_FOR_BOTH, _WIDEST_TABLE, _ANY_WIDTH = 640, 430, 16_777_215
"""Pixels: of the panel, from which on plots and table stand side by side; of the table then, and alone."""
_LEAST_PART = 1e-5
"""Of the axis: what is zoomed to is not smaller."""
_DRAWING = tuple(f"designer.ui.curves.{name}" for name in ("figure_plot", "plot_grid", "run_curves"))
"""What is drawn with comes in ahead of the first curve."""


class CurvesPanel(QWidget):
    """What is drawn; before the first run, a word on what will be here, and no plots yet.

    `run_chosen(folder)` tells that a curve was clicked, `run_removed(folder)` that a run was taken away here,
    `said(text)` what became of a copy or a file, and `axis_moved()` that the axis is elsewhere, or one of other runs.
    """

    run_chosen = Signal(object)
    run_removed = Signal(object)
    said = Signal(str)
    axis_moved = Signal()

    def __init__(self, bridge: Bridge, run_design: RunDesign, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._bridge, self._run_design, self._theme, self._settings = bridge, run_design, theme, settings
        bridge.plots.bring(*_DRAWING)
        self._options = CurveOptions.read(settings.curves)
        self.runs = ShownRuns(theme, self._options.smoothing, self)
        self._zoom: tuple[float, float] | None = None
        self.grid: PlotGrid | None = None
        """The plots, once there are any."""
        self._empty = QLabel(_INVITATION, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter, margin=8)
        self._empty.setProperty("role", "muted")
        self.row = ToolRow(theme, self._options)
        self._legend = self.row.legend.words
        plots = QWidget()
        plots.setMinimumSize(*_LEAST)
        self._column = QVBoxLayout(plots)
        self._column.setContentsMargins(0, 0, 0, 2)
        self._column.setSpacing(0)
        self._column.addWidget(self.row)
        self._beside, self._below = QHBoxLayout(), QVBoxLayout()
        self._beside.setSpacing(0)
        self._column.addLayout(self._beside, 1)
        self._column.addLayout(self._below)
        self._classes: ClassTable | None = None
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(plots)
        self._making = TurnByTurn(self)
        self._due = once_after(self, _REPAINT_MS, lambda: self._draw())
        self._listen()

    def _listen(self) -> None:
        bridge, row = self._bridge, self.row
        bridge.training_changed.connect(self._training_changed)
        bridge.started.connect(self._started)
        for signal in (bridge.batches_ended, bridge.epoch_ended, bridge.noticed):
            signal.connect(self._take)
        for signal in (bridge.paused, bridge.continued, bridge.settings_changed):
            signal.connect(self._take)
        bridge.failed.connect(self._failed)
        bridge.finished.connect(self._finished)
        for signal in (bridge.failed, bridge.finished):
            signal.connect(lambda event: self._draw())
        self._run_design.changed.connect(self._show_legend)
        self._theme.changed.connect(self._restyle)
        self.runs.changed.connect(self._restyle)
        self.runs.changed.connect(self._show_state)
        self.runs.problem.connect(self._show_problem)
        self.runs.written.connect(lambda path: self.said.emit(f"The curves were saved in {path.name}."))
        row.changed.connect(self._take_options)
        row.copied.connect(self.copy)
        row.saved.connect(self._ask_where_to_save)
        row.zoomed_out.connect(self._see_all)
        row.legend.removed.connect(self._remove)
        self._show_legend()

    @property
    def loss(self) -> FigurePlot:
        """Its plot, made when it is first wanted."""
        return self.plots.plot("loss")

    @property
    def accuracy(self) -> FigurePlot:
        """Its plot, made when it is first wanted."""
        return self.plots.plot("accuracy")

    @property
    def plots(self) -> PlotGrid:
        """All plots; the library of plots is imported for the first one, if it is not there yet."""
        if self.grid is None:
            self._bridge.plots.load()
            self._theme.prepare_plots()
            from designer.ui.curves.figure_plot import FigurePlot
            from designer.ui.curves.plot_grid import PlotGrid

            self.grid = PlotGrid(lambda figure: FigurePlot(figure, self._theme))
            self.grid.zoomed.connect(self._zoom_to)
            self.grid.all_wanted.connect(self._see_all)
            self.grid.clicked.connect(self._click)
            self.grid.menu_wanted.connect(self._show_menu)
            self.grid.moved.connect(self.axis_moved)
            self._beside.insertWidget(0, self.grid, 3)
        return self.grid

    @property
    def along(self) -> Along:
        """What the curves are drawn over."""
        return self._options.along

    def add_below(self, widget: QWidget) -> None:
        """Puts something below the plots, which are as wide as it."""
        self._below.addWidget(widget)

    def preparing(self, name: str, folder: Path | None = None, settings: TrainingSettings | None = None) -> None:
        """A run is about to begin, under this name, with these settings, and kept in this folder."""
        self.runs.announce(name, folder, settings)

    def show_run(self, folder: Path) -> None:
        """The curves of a kept run as the main ones. A run that is under way stays; others that lie over it go."""
        if not self._bridge.training:
            self._empty.setText(_READING)
            self.runs.show_kept(folder)

    def overlay(self, folders: Sequence[Path]) -> None:
        """The curves of these runs over one another, and over that of a run under way; without any, the last one alone.

        They are read beside the window. One that cannot be read is told in `said`, and left out.
        """
        if not self._bridge.training and folders:
            self._empty.setText(_READING)
        self.runs.overlay(folders, keeps_main=self._bridge.training)

    def show_another(self) -> None:
        """Another design is open: curves of one that was trained before are gone; a run under way is drawn on."""
        if not self._bridge.training:
            self._empty.setText(_INVITATION)
            self._zoom = None
            self.runs.forget()

    def close_reading(self) -> None:
        """Ends what is read beside the window."""
        self.runs.close()

    def _training_changed(self, training: bool) -> None:
        """The plots are made before the first batch: they would hold up the window while it learns."""
        self._empty.setText(_COMING if training else _INVITATION)
        if training:
            self._bridge.plots.when_there(lambda: self._making.begin(self._made()))

    def _made(self) -> Iterator[None]:
        """The plots, each in a turn of its own."""
        for name in ("loss", "accuracy"):
            self.plots.plot(name).ensurePolished()
            yield

    def _started(self, event: Started) -> None:
        self._zoom = None
        self.runs.begin(event)
        self._stack.setCurrentIndex(1)

    def _take(self, event: Event) -> None:
        """What a run tells; drawn a moment later, with what comes until then."""
        if self.runs.main is not None and self._bridge.training:
            self.runs.tell(event)
            if not self._due.isActive():
                self._due.start()

    def _failed(self, event: Failed) -> None:
        if self.runs.main is not None and self.runs.main.step == 0:
            self.runs.take_back()

    def _finished(self, event: Finished) -> None:
        if self.runs.main is not None and self.runs.is_live:
            self.runs.tell(event)

    def _show_state(self) -> None:
        self._stack.setCurrentIndex(int(bool(self.runs.shown())))

    def _show_problem(self, error: DataError) -> None:
        self.said.emit(f"{error}.")
        if not self.runs.shown():
            self._empty.setText(f"{error}.")

    def _restyle(self) -> None:
        """Other runs, or other colours."""
        self._show_legend()
        self._draw(anew=True)

    def _show_legend(self) -> None:
        shown = self.runs.shown(self._options.ghost)
        validates = any(run.curves.validates for run in shown)
        self.row.legend.show_runs(shown, validates or not shown, bool(self._run_design.difference))
        self.row.place_legend(self._column)

    def _take_options(self, options: CurveOptions) -> None:
        self._settings.curves = options.model_dump_json()
        if options.along != self._options.along:
            self._zoom = None
        self._options = options
        self.runs.smooth(options.smoothing)
        self._restyle()

    def showEvent(self, event: QShowEvent) -> None:
        """What came while it was behind others."""
        super().showEvent(event)
        self._draw()

    def _draw(self, anew: bool = False) -> None:
        """Draws all that has come in; nothing where nobody sees it."""
        shown = self.runs.shown(self._options.ghost)
        if not shown and self.grid is None:
            return
        if not self._bridge.plots.is_there:
            self._bridge.plots.when_there(self._restyle)
            return
        figures = tuple(dict.fromkeys(name for run in shown for name in run.curves.figures))
        self.row.offer(figures)
        is_other = self.plots.show_figures(self._options.plots(figures))
        self._show_classes(shown)
        low, high = self._zoom or (0.0, self._reach(shown))
        for plot in self.plots.shown:
            if anew or is_other:
                plot.show_runs(shown)
                plot.set_axes(self._options.along, self._options.is_log)
            if anew or is_other or self.isVisible():
                plot.redraw(low, high, self._zoom is not None)
        if anew or is_other:
            self.axis_moved.emit()

    def _show_classes(self, shown: Sequence[ShownRun]) -> None:
        """The table, made when it is first wanted."""
        if self._options.classes and self._classes is None:
            from designer.ui.curves.class_table import ClassTable

            self._classes = ClassTable(self._theme)
            self._beside.addWidget(self._classes, 2)
        if self._classes is not None:
            self._classes.setVisible(self._options.classes)
            self._divide()
            if self._options.classes and self.isVisible():
                self._classes.show_runs(shown)

    def _divide(self) -> None:
        """The table stands beside the plots, and in their place where there is no room for both."""
        if self._classes is not None:
            has_room = self.width() >= _ROOM_FOR_BOTH
            self.plots.setVisible(has_room or not self._options.classes)
            self._classes.setMaximumWidth(_WIDEST_TABLE if has_room else _ANY_WIDTH)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What has no room beside the plots takes their place."""
        super().resizeEvent(event)
        self._divide()
        self.row.place_legend(self._column)

    def _reach(self, shown: Sequence[ShownRun]) -> float:
        """Where the axis ends. Of a run under way it grows in steps of two, so that nothing trembles."""
        ends = []
        for run in shown:
            curves, along = run.curves, self._options.along
            end = curves.place(curves.step, along)
            if run.part == "main" and self.runs.is_live:
                end = self._reach_of_live(curves, end)
            ends.append(0.0 if run.part == "ghost" else end)
        return max(ends, default=0.0) or 1.0

    def _reach_of_live(self, curves: RunCurves, end: float) -> float:
        if self._options.along == "time":
            return _doubled(_FIRST_SECONDS, end)
        steps = _doubled(_FIRST_STEPS, curves.step)
        whole = max(curves.steps, curves.step) or steps
        return curves.place(min(steps, whole), self._options.along)

    def _zoom_to(self, low: float, high: float) -> None:
        """A part of the axis; not beyond its ends."""
        whole = self._reach(self.runs.shown(self._options.ghost))
        low, high = max(low, 0.0), min(high, whole)
        if high - low < _LEAST_PART * whole:
            return
        self._zoom = None if (low, high) == (0.0, whole) else (low, high)
        self._draw(anew=True)

    def _see_all(self) -> None:
        self._zoom = None
        for plot in self.plots.shown:
            plot.y_zoom = None
        self._draw(anew=True)

    def _click(self, plot: FigurePlot, pixel: QPointF) -> None:
        run = plot.run_at(pixel)
        if run is not None and run.curves.folder is not None:
            self.run_chosen.emit(run.curves.folder)

    def _remove(self, folder: Path) -> None:
        self.runs.remove(folder)
        self.run_removed.emit(folder)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.row.fill(menu)
        menu.popup(place)

    def _picture(self) -> CurvesPicture:
        from designer.ui.curves.picture import CurvesPicture, legend_of

        shown = self.runs.shown(self._options.ghost)
        names = [run.name for run in shown if run.part != "ghost"]
        whose = ", ".join(names) if len(names) < _NAMED else f"{len(names)} runs"
        titles = [plot.title.lower() for plot in self.plots.shown]
        what = " and ".join(titles) if len(titles) < _NAMED else f"{len(titles)} figures"
        legend = legend_of(shown, any(run.curves.validates for run in shown))
        title = f"{whose}: {what} over {_OVER[self._options.along]}"
        return CurvesPicture(self.plots.shown, title, legend, self._theme)

    def copy(self) -> None:
        """Puts a picture into the clipboard."""
        if self.runs.shown():
            QGuiApplication.clipboard().setImage(self._picture().image())
            self.said.emit("The curves were copied as a picture.")

    def _ask_where_to_save(self) -> None:
        if not self.runs.shown():
            return
        name, chosen = QFileDialog.getSaveFileName(self, "Save the curves", "curves.png", ";;".join(_FILTERS))
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in _FILTERS.values():
            path = path.with_name(path.name + _FILTERS.get(chosen, ".png"))
        if may_replace(self, name, path):
            self.save(path)

    def save(self, path: Path) -> None:
        """Writes a PNG, an SVG or, beside the window, a CSV of all points, by the ending; `said` tells of it."""
        if path.suffix.lower() == ".csv":
            self.runs.write_table(path, self._options.ghost)
            return
        try:
            self._picture().write(path)
        except OSError as error:
            self.said.emit(f"{path}: the picture cannot be written: {reason(error)}.")
        else:
            self.said.emit(f"The curves were saved in {path.name}.")


def _doubled(first: float, reached: float) -> float:
    """Twice, four times, … of the first, until it is reached."""
    return float(2 ** math.ceil(math.log2(max(reached, first) / first)) * first)
