"""The doctor: what it finds in a run stands in the Training panel, and its buttons do what they say."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject

from designer.core.graph.design import Design
from designer.core.graph.group_paths import path_of
from designer.engine.protocol.events import Diagnosed
from designer.ui.editing.editor import BY_ITSELF
from designer.ui.panels.doctor_notes import DoctorNotes, Offer
from designer.ui.panels.training import TrainingPanel
from designer.ui.workbench.navigate import show_block
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Puts the findings below the form of the Training panel, where they move nothing."""
    DoctorFeature(bench)


class DoctorFeature(QObject):
    """Shows findings, and does what is chosen: each edit is one step that can be undone.

    Remedies come in with the first finding: the window's start waits for none of them.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._notes = DoctorNotes(bench.theme, lambda finding: list(self._offers(finding)))
        panel = bench.panels.of(TrainingPanel)
        panel.put_notes(self._notes)
        bench.window.statusBar().insertPermanentWidget(0, self._notes.count)
        self._notes.count.clicked.connect(self._lead)
        self._notes.chosen.connect(self._do)
        self._notes.block_wanted.connect(self._show_block)
        bench.bridge.diagnosed.connect(self._notes.take)
        bench.kept_runs.begun.connect(lambda name: self._notes.clear())
        bench.filing.shown.connect(lambda design: self._notes.clear())

    def _lead(self) -> None:
        self._bench.panels.show("Training")
        self._bench.panels.of(TrainingPanel).ensureWidgetVisible(self._notes)

    def _offers(self, finding: Diagnosed) -> Iterator[Offer]:
        """What can be done in the design and with the run of now."""
        from designer.engine.training.doctor.remedies import BEST_EPOCH, GO_BACK, LOOK_AT_DATA, REMEDIES

        epoch = finding.good_epoch
        for name in finding.offers:
            if name == GO_BACK and self._bench.kept_runs.last:
                tip = f"A branch of this run goes on from the end of epoch {epoch}, at a third of the learning rate"
                yield name, f"Back to Epoch {epoch}, Slower", tip
            elif name == BEST_EPOCH and self._bench.kept_runs.last:
                yield name, f"Look at Epoch {epoch}", f"Looks inside with the weights of the end of epoch {epoch}"
            elif name == LOOK_AT_DATA:
                yield name, "Look at the Data", "Shows the Data panel"
            elif name in REMEDIES and self._changed(self._bench.editor.design, finding, name) is not None:
                yield name, REMEDIES[name].title, REMEDIES[name].tip

    def _changed(self, design: Design, finding: Diagnosed, name: str) -> Design | None:
        """The design with a remedy; None where it has it already, or cannot."""
        from designer.engine.training.doctor.remedies import REMEDIES

        try:
            after = REMEDIES[name].change(design, finding.block, self._bench.editor.data)
        except ValueError:
            return None
        return after if after != design else None

    def _do(self, finding: Diagnosed, name: str) -> None:
        from designer.engine.training.doctor.remedies import BEST_EPOCH, GO_BACK, LOOK_AT_DATA

        bench = self._bench
        if name == LOOK_AT_DATA:
            bench.panels.show("Data")
        elif name == BEST_EPOCH:
            if bench.kept_runs.last:
                bench.kept_runs.take_weights(bench.kept_runs.last.folder, finding.good_epoch)
        elif name == GO_BACK:
            self._go_back(finding)
        else:
            self._edit(finding, name)

    def _edit(self, finding: Diagnosed, name: str) -> None:
        editor = self._bench.editor
        if self._changed(editor.design, finding, name) is None:
            self._bench.say("It is so already.")
            return
        if editor.edit(BY_ITSELF, lambda design: self._changed(design, finding, name) or design):
            self._notes.rows[finding.finding].tell_done(name)

    def _go_back(self, finding: Diagnosed) -> None:
        """The rate is an edit, and the branch a run of its own: the one that went wrong stays as it is."""
        from designer.engine.training.doctor.remedies import THIRD, with_rate

        bench = self._bench
        kept = bench.kept_runs.last
        if kept is None:
            return
        more = max(bench.editor.design.training.epochs - finding.good_epoch, 1)
        if bench.bridge.training:
            bench.bridge.stop()
        if bench.editor.edit(BY_ITSELF, lambda design: with_rate(design, THIRD)):
            bench.kept_runs.branch(kept, more, finding.good_epoch)

    def _show_block(self, block: str) -> None:
        *path, name = path_of(block)
        if name in self._bench.editor.design.network.nodes or path:
            show_block(self._bench, tuple(path), name)
