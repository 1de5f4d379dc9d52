"""Runs: the list of every training that is kept, and what can be done with each."""

from __future__ import annotations

from pathlib import Path

from designer.core.diff.change import Parts
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.runs_actions import RunActions
from designer.ui.panels.runs_keeping import RunKeeping
from designer.ui.panels.runs_reading import RunsReader
from designer.ui.panels.time_slider import TimeSlider
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panel, behind the curves; it is read when it is seen, and when a run begins or ends."""
    bridge, kept = bench.bridge, bench.kept_runs
    reader = RunsReader(bench)
    bench.closed.connect(reader.close)
    panel = RunsPanel(reader, kept.homes, lambda: bench.editor.design, bench.theme)
    actions, keeping = RunActions(bench, panel), RunKeeping(panel, kept.homes)
    keeping.moved.connect(kept.look_whether_it_is_there)
    panel.take_commands([*actions.commands(), *keeping.commands()])
    dock = bench.panels.add("Runs", "Runs", panel, Area.BottomDockWidgetArea, behind="Curves")
    dock.visibilityChanged.connect(panel.set_seen)
    kept.changed.connect(lambda: panel.show_own(kept.last.folder if kept.last else None))
    bridge.started.connect(lambda event: panel.refresh())
    bridge.finished.connect(lambda event: panel.refresh())
    bridge.failed.connect(lambda event: panel.refresh())
    bridge.epoch_ended.connect(panel.take_epoch)
    bridge.rest_changed.connect(lambda paused: panel.read_own())
    bench.filing.shown.connect(lambda design: panel.refresh())
    bench.editor.listen(Parts.COMPUTED, lambda change: panel.network_changed())
    curves = bench.panels.of(CurvesPanel)
    panel.overlay_wanted.connect(curves.overlay)
    slider = curves.findChild(TimeSlider)
    assert slider is not None
    slider.branch_wanted.connect(actions.ask_to_branch_last)
    curves.run_removed.connect(panel.untick)
    curves.run_chosen.connect(lambda folder: _show_run(bench, panel, folder))


def _show_run(bench: Workbench, panel: RunsPanel, folder: Path) -> None:
    """Brings the panel to the front, with the run selected."""
    panel.select_when_read([str(folder)])
    bench.panels.show("Runs")
    panel.refresh()
