"""Training: its panel, its curves, and the actions that begin and end a run."""

from __future__ import annotations

from designer.core.graph.data_settings import NO_DATA
from designer.engine.protocol.events import Finished
from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.data import DataPanel
from designer.ui.panels.epoch_axis import EpochAxis
from designer.ui.panels.run_figures import RunFigures
from designer.ui.panels.time_slider import TimeSlider
from designer.ui.panels.training import TrainingPanel
from designer.ui.run.run_baselines import RunBaselines
from designer.ui.widgets.menus import tell_shortcut
from designer.ui.workbench import train_again
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panels and the actions."""
    bridge, editor, run_design, add = bench.bridge, bench.editor, bench.run_design, bench.menus.action
    data_panel = bench.panels.of(DataPanel)
    at_hand = data_panel.at_hand

    def begin() -> None:
        if editor.design.data.source == NO_DATA:
            bench.panels.show("Data")
            bench.say("Choose data to train the network with.")
            return
        if at_hand.gone:
            bench.panels.show("Data")
            data_panel.content.point_at_gone()
            at_hand.look_whether_there()
            return
        train_again.train(
            bench.kept_runs, bench.settings, bench.filing.name, editor.design.training.epochs, bench.window
        )

    def show(name: str) -> None:
        panel.preparing(name)
        curves.preparing(name, bench.kept_runs.folder, bench.editor.design.training)
        bench.panels.show("Curves")
        bench.panels["Training"].raise_()  # behind others nothing would tell how far it is

    train = add(
        "Training/run", "actionTrain", "&Train", begin, "F5", lambda: not bridge.training and not editor.problems()
    )
    pause = add("Training/run", "actionPause", "&Pause", lambda: _pause_or_go_on(bench), "F6", lambda: has_begun())
    stop = add("Training/run", "actionStop", "&Stop", bridge.stop, "Shift+F5", lambda: bridge.training)

    def has_begun() -> bool:
        return bridge.training and bridge.has_run

    def tell_pause(paused: bool) -> None:
        pause.setText("&Continue" if paused else "&Pause")
        tell_shortcut(pause)

    bridge.rest_changed.connect(tell_pause)
    bridge.started.connect(lambda event: bench.menus.refresh())
    bench.kept_runs.begun.connect(show)
    for action, icon, colour in (
        (train, "train", lambda colours: colours.good),
        (pause, "pause", lambda colours: colours.text),
        (stop, "stop", lambda colours: colours.error),
    ):
        bench.tool_bar.add("training", action, icon, colour, with_text=True)
    panel = TrainingPanel(editor, bridge, run_design, bench.settings, (train, pause, stop))
    panel.data_wanted.connect(lambda: bench.panels.show("Data"))
    curves = CurvesPanel(bridge, run_design, bench.theme, bench.settings)
    curves.said.connect(bench.say)
    axis = EpochAxis(curves)
    slider = TimeSlider(bench.kept_runs, bridge, axis, bench.theme)
    figures = panel.findChild(RunFigures)
    assert figures is not None
    slider.looked_at.connect(lambda epoch: figures.look_at(epoch, axis.figures(bench.kept_runs.folder, epoch or 0)))
    run_design.changed.connect(slider.refresh)
    curves.add_below(slider)
    bench.closed.connect(curves.close_reading)
    bench.panels.add("Training", "Training", panel, Area.RightDockWidgetArea)
    bench.panels.add("Curves", "Curves", curves, Area.BottomDockWidgetArea)
    for forget in (panel.show_another, curves.show_another):
        bench.filing.shown.connect(lambda design, call=forget: call())
    bridge.failed.connect(lambda event: bench.say(f"Training ended: {event.message}"))
    bridge.failed.connect(lambda event: at_hand.look_whether_there())
    at_hand.changed.connect(lambda: bench.say("") if panel.show_gone(at_hand.gone) else None)
    bridge.refused.connect(lambda event: bench.say(event.reason))
    bridge.noticed.connect(lambda event: bench.say(event.text))
    bridge.weights_told.connect(lambda event: bench.say(event.text))
    bench.kept_runs.left.connect(panel.show_another)
    bench.kept_runs.found.connect(panel.show_kept)
    bench.kept_runs.found.connect(lambda summary: curves.show_run(summary.path))
    _compare_with_baselines(bench, panel)


def _compare_with_baselines(bench: Workbench, panel: TrainingPanel) -> None:
    """What plain methods reach is told once a run has all its epochs."""
    baselines = RunBaselines(panel)

    def measure(event: Finished) -> None:
        design = bench.run_design.trained
        if design is not None and event.reason == "completed":
            baselines.measure(design)

    baselines.found.connect(panel.show_baselines)
    bench.bridge.finished.connect(measure)
    bench.bridge.started.connect(lambda event: baselines.forget())
    bench.filing.shown.connect(lambda design: baselines.forget())
    bench.kept_runs.left.connect(baselines.forget)
    bench.closed.connect(baselines.close)


def _pause_or_go_on(bench: Workbench) -> None:
    """Who changes the rate in a pause and goes on means that rate."""
    bridge = bench.bridge
    if not bridge.is_paused:
        bridge.pause()
        return
    if bench.run_design.may_be_applied:
        bridge.change_settings(bench.editor.design)
    bridge.go_on()
