"""What can be done about a finding: in the open design, with the run that it was found in; or why it cannot be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from designer.core.graph.design import Design
from designer.engine.protocol.events import Diagnosed
from designer.ui.editing.editor import BY_ITSELF
from designer.ui.panels.doctor_notes import Offer
from designer.ui.run.past_run import PastRun
from designer.ui.workbench.kept_runs import KeptRun
from designer.ui.workbench.workbench import Workbench

_HAS_IT = "The design has it already, or has no place for it."
_OTHER_NETWORK = "This was found in another network than the open one: open that one first, in the Runs panel."
_EDITED = "The network was edited since: undo that first."
_IS_TRAINING = "A run is under way: stop it first, or wait until it has ended."
_GONE = "The run is no longer kept where it was."


@dataclass(frozen=True)
class DoctorOffers:
    """Of the run that is under way or was the last one, or of one that is over and was read."""

    bench: Workbench

    def of(self, finding: Diagnosed, past: PastRun | None) -> list[Offer]:
        """Each thing that may help, with the reason where it is none by now."""
        return list(self._found(finding, past))

    def _found(self, finding: Diagnosed, past: PastRun | None) -> Iterator[Offer]:
        from designer.engine.training.doctor.remedies import BEST_EPOCH, GO_BACK, LOOK_AT_DATA, REMEDIES

        epoch, of_run = finding.good_epoch, self._not_of_run(finding, past)
        for name in finding.offers:
            if name == GO_BACK:
                tip = f"A branch of this run goes on from the end of epoch {epoch}, at a third of the learning rate"
                yield Offer(name, f"Back to Epoch {epoch}, Slower", tip, of_run)
            elif name == BEST_EPOCH:
                tip = f"Looks inside with the weights of the end of epoch {epoch}"
                yield Offer(name, f"Look at Epoch {epoch}", tip, of_run)
            elif name == LOOK_AT_DATA:
                yield Offer(name, "Look at the Data", "Shows the Data panel")
            elif name in REMEDIES:
                remedy = REMEDIES[name]
                yield Offer(name, remedy.title, remedy.tip, self._not_an_edit(finding, name, past))

    def _not_of_run(self, finding: Diagnosed, past: PastRun | None) -> str:
        """Why nothing can be done with the run's weights; empty where it can."""
        run = self._run(past)
        if run is None or not run.folder.is_dir():
            return _GONE
        if dict(run.design.network.nodes) != dict(self.bench.editor.design.network.nodes):
            return _EDITED if past is None or self._has_its_blocks(past) else _OTHER_NETWORK
        if past is None:
            return ""
        if self.bench.bridge.training:
            return _IS_TRAINING
        is_kept = finding.good_epoch in past.kept
        return "" if is_kept else f"The weights of epoch {finding.good_epoch} are not kept any longer."

    def _not_an_edit(self, finding: Diagnosed, name: str, past: PastRun | None) -> str:
        if past is not None and not self._has_its_blocks(past):
            return _OTHER_NETWORK
        return "" if self._changed(self.bench.editor.design, finding, name) is not None else _HAS_IT

    def _has_its_blocks(self, past: PastRun) -> bool:
        """Whether the open network has the blocks of that run, which may have been edited, and others, by now."""
        now = self.bench.editor.design.network.nodes
        then = past.design.network.nodes
        return all(name in now and type(now[name].block) is type(node.block) for name, node in then.items())

    def _changed(self, design: Design, finding: Diagnosed, name: str) -> Design | None:
        """The design with a remedy; None where it has it already, or cannot."""
        from designer.engine.training.doctor.remedies import REMEDIES

        try:
            after = REMEDIES[name].change(design, finding.block, self.bench.editor.data)
        except ValueError:
            return None
        return after if after != design else None

    def do(self, finding: Diagnosed, name: str, past: PastRun | None) -> bool:
        """Does it; whether the design was edited."""
        from designer.engine.training.doctor.remedies import BEST_EPOCH, GO_BACK, LOOK_AT_DATA

        run = self._run(past)
        if name == LOOK_AT_DATA:
            self.bench.panels.show("Data")
        elif name == BEST_EPOCH:
            if run:
                self.bench.kept_runs.take_weights(run.folder, finding.good_epoch)
        elif name == GO_BACK:
            if run:
                self._go_back(finding, run)
        else:
            return self._edit(finding, name)
        return False

    def _run(self, past: PastRun | None) -> KeptRun | None:
        if past is None:
            return self.bench.kept_runs.last
        return KeptRun(past.summary.path, past.design, past.summary.epoch, past.summary.step)

    def _edit(self, finding: Diagnosed, name: str) -> bool:
        editor = self.bench.editor
        if self._changed(editor.design, finding, name) is None:
            self.bench.say("It is so already.")
            return False
        return bool(editor.edit(BY_ITSELF, lambda design: self._changed(design, finding, name) or design))

    def _go_back(self, finding: Diagnosed, run: KeptRun) -> None:
        """The rate is an edit, and the branch a run of its own: the one that went wrong stays as it is."""
        from designer.engine.training.doctor.remedies import THIRD, with_rate

        bench = self.bench
        more = max(bench.editor.design.training.epochs - finding.good_epoch, 1)
        if bench.bridge.training:
            bench.bridge.stop()
        if bench.editor.edit(BY_ITSELF, lambda design: with_rate(design, THIRD)):
            bench.kept_runs.branch(run, more, finding.good_epoch)
