"""Finding a learning rate: the command, the button beside the rate, and the window that they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from designer.core.graph.data_settings import NO_DATA
from designer.ui.panels.training import TrainingPanel
from designer.ui.run.rate_finding import RateFinding, Start
from designer.ui.workbench.train_again import GO_ON
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.ui.panels.rate_finder import RateFinder


def _going_on(bench: Workbench) -> Start | None:
    """The run that Train would go on with, where it would not ask, or begin with new weights."""
    kept = bench.kept_runs.to_go_on_with if bench.settings.train_again == GO_ON else None
    return (kept.folder, kept.steps) if kept else None


def install(bench: Workbench) -> None:
    """Adds the action and the button."""
    bridge, editor = bench.bridge, bench.editor
    finding = RateFinding(editor, bridge, lambda: _going_on(bench), bench)
    shown: list[RateFinder] = []

    def find() -> None:
        if editor.design.data.source == NO_DATA:
            bench.panels.show("Data")
            bench.say("Choose data to try learning rates with.")
            return
        if not shown:
            from designer.ui.panels.rate_finder import RateFinder  # it brings in the library of plots

            shown.append(RateFinder(editor, bridge, finding, bench.theme, bench.window))
        shown[0].begin()

    def close() -> None:
        """Another design is open: what was tried is none of its own."""
        finding.forget()
        for dialog in shown:
            dialog.close()

    action = bench.menus.action(
        "Training/measure",
        "actionFindRate",
        "&Find a Learning Rate…",
        find,
        enabled=lambda: not bridge.training and not editor.problems(),
    )
    button = QPushButton("Find…")
    button.setObjectName("findRateButton")
    button.setAccessibleName("Find a learning rate")
    button.setToolTip("Tries rates from low to high, and suggests one")
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    button.setEnabled(action.isEnabled())
    bench.panels.of(TrainingPanel).form.fields["learning_rate"].put_beside(button)
    bench.filing.shown.connect(lambda design: close())
