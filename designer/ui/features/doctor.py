"""The doctor: what it finds in a run stands in the Training panel and at the blocks; its buttons do what they say."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton

from designer.core.diff.change import Parts
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, path_of, use_at
from designer.core.graph.network import AnyBlock, NetworkError
from designer.engine.protocol.events import Diagnosed
from designer.ui.canvas.items.level_of_detail import NEAR
from designer.ui.canvas.overlays.advising import Advising
from designer.ui.panels.doctor_notes import DoctorNotes, FindingRow
from designer.ui.panels.doctor_offers import DoctorOffers
from designer.ui.panels.doctor_runs import DoctorRuns
from designer.ui.panels.runs import RunsPanel
from designer.ui.panels.training import TrainingPanel
from designer.ui.run.past_run import PastRun
from designer.ui.widgets.timers import once_after
from designer.ui.workbench.navigate import show_block
from designer.ui.workbench.workbench import Workbench

_AFTER_EDIT_MS = 250
"""What can be done is asked for anew once a person rests: each remedy is tried on the design."""
_MOST_TRIED = 200
"""Of larger networks it is found out by the press alone: trying takes longer than the window may wait."""


def install(bench: Workbench) -> None:
    """Puts the findings below the form of the Training panel, where they move nothing, and signs at their blocks."""
    DoctorFeature(bench)


class DoctorFeature(QObject):
    """Shows findings, and does what is chosen: each edit is one step that can be undone.

    Remedies come in with the first finding: the window's start waits for none of them.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench, self._offers = bench, DoctorOffers(bench)
        self._notes = DoctorNotes(bench.theme, lambda finding: self._offers.of(finding, self._past))
        self._advising = Advising(bench.scene)
        self._runs = DoctorRuns(bench, self._notes)
        self._refresh_soon = once_after(self, _AFTER_EDIT_MS, self._refresh)
        panel = bench.panels.of(TrainingPanel)
        panel.put_notes(self._notes)
        bench.window.statusBar().insertPermanentWidget(0, self._notes.count)
        self._notes.count.clicked.connect(self._lead)
        self._notes.chosen.connect(self._do)
        self._notes.block_wanted.connect(self._show_block)
        self._notes.changed.connect(self._advise)
        bench.run_design.changed.connect(self._advise)
        bench.editor.listen(Parts.COMPUTED, lambda change: self._follow())
        bench.bridge.training_changed.connect(lambda training: self._follow())
        bench.scene.advice_clicked.connect(self._lead_from)
        bench.panels.of(RunsPanel).selected.connect(self._runs.choose)

    @property
    def _past(self) -> PastRun | None:
        """The run that is over whose findings are shown; None for that of now."""
        return self._runs.shown

    def _follow(self) -> None:
        """The design is another one, or may be trained again."""
        if self._notes.rows:
            self._advise()
            self._refresh_soon.start()

    def _refresh(self) -> None:
        if len(self._bench.editor.design.network.nodes) <= _MOST_TRIED:
            self._notes.refresh()

    def _advise(self) -> None:
        """Signs at the blocks that are as they were when something was found."""
        said: dict[GroupPath, str] = {}
        then = self._past.design if self._past else self._bench.run_design.trained
        for finding in self._notes.shown.values():
            place = path_of(finding.block)
            if finding.block and then and _is_as_it_was(place, then, self._bench.editor.design):
                said[place] = f"{said[place]}\n{finding.text}" if place in said else finding.text
        self._advising.show(said)

    def _lead(self) -> None:
        self._bench.panels.show("Training")
        self._bench.panels.of(TrainingPanel).ensureWidgetVisible(self._notes)

    def _lead_from(self, block_id: str) -> None:
        """From the sign at a block to what is said of it; from far away no sign is drawn, and a click is the card's."""
        if self._bench.view.transform().m11() < NEAR:
            return
        place = self._advising.first_at((*self._bench.editor.path, block_id))
        row = next((row for row in self._notes.rows.values() if path_of(row.finding.block) == place), None)
        if row is not None:
            self._bench.panels.show("Training")
            _bring_in_sight(self._bench.panels.of(TrainingPanel), row)

    def _do(self, finding: Diagnosed, name: str) -> None:
        if self._offers.do(finding, name, self._past) and (row := self._notes.rows.get(finding.finding)):
            row.tell_done(name)

    def _show_block(self, block: str) -> None:
        *path, name = path_of(block)
        if name in self._bench.editor.design.network.nodes or path:
            show_block(self._bench, tuple(path), name)


def _bring_in_sight(panel: TrainingPanel, row: FindingRow) -> None:
    """All of it, with the keyboard at its first button."""
    panel.ensureWidgetVisible(row)
    if button := next((item for item in row.findChildren(QPushButton) if item.isEnabled()), None):
        button.setFocus(Qt.FocusReason.OtherFocusReason)
    panel.ensureWidgetVisible(row)


def _is_as_it_was(place: GroupPath, then: Design, now: Design) -> bool:
    """Whether a block has the fields that it had."""
    before = _block_at(then, place)
    return before is not None and before == _block_at(now, place)


def _block_at(design: Design, place: GroupPath) -> AnyBlock | None:
    *groups, name = place
    try:
        network = use_at(design.network, tuple(groups)).network if groups else design.network
    except NetworkError:
        return None
    return network.nodes[name].block if name in network.nodes else None
