"""Inspection: keeps the panels that look inside in step with the selection, the sample and the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.core.diff.change import Parts
from designer.core.graph.carrying import carries, carrying_blocks
from designer.core.graph.group_paths import name_of, path_of
from designer.core.graph.roles import OutputBlock
from designer.data import opening
from designer.data.sample_facts import facts_of
from designer.engine.protocol.events import ActivationsCaptured, CaptureFailed
from designer.engine.protocol.requests import Show
from designer.ui.editing.editor import Editor
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.film_clock import FilmClock
from designer.ui.panels.hidden_states import HiddenStatesPanel
from designer.ui.panels.inspection_panel import InspectionPanel
from designer.ui.panels.sample import SamplePanel
from designer.ui.panels.values import ValuesPanel
from designer.ui.run.bridge import Bridge
from designer.ui.run.own_sample import OwnSample
from designer.ui.run.run_design import RunDesign
from designer.ui.style.theme import Theme
from designer.ui.widgets.timers import TurnByTurn, once_after

if TYPE_CHECKING:
    from designer.data.samples import Array

_SETTLE_MS = 120
_OTHERS = "The run under way learns from other data: samples of these are shown once it has ended."
_OTHER_FILE = "A network of another file is being trained: this one is looked into once that has ended."
_COMING = "The data are others now: what the block gives for them is shown once they are read."
_LOADING, _LOADING_SAMPLE = "Loading what {} gives…", "Loading the sample…"
"""Torch and the data may take seconds to come in."""
_FROM_ZEROS = "states begin with zeros"
"""Of a sample that is looked at by itself, where training carries states over from sample to sample."""
_NO_OUTPUT = "The network has no Output yet: what it makes of a sample is shown here once it has one."
WATCHER = "panels"
"""Who asks for what these panels show: captures of other watchers are none of theirs."""


class Inspection(QObject):
    """Asks the bridge for the selected block, and hands what comes back to the panel that suits it.

    `suits(panel name)` names the panel to raise: "maps", "states" or "values".
    """

    suits = Signal(str)

    def __init__(self, editor: Editor, bridge: Bridge, run_design: RunDesign, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._bridge, self._run_design = editor, bridge, run_design
        self.own = OwnSample(editor, self)
        clock = FilmClock(self)
        self.sample = SamplePanel(theme, self.own, clock)
        self.panels: dict[str, InspectionPanel] = {
            "maps": FeatureMapsPanel(theme, clock),
            "states": HiddenStatesPanel(theme),
            "values": ValuesPanel(theme),
        }
        self.block = ""
        self._watched = ""
        self._judged: ActivationsCaptured | None = None
        """The last capture of the sample that is shown."""
        self._is_another = self._has_reason = False
        """Whether the engine does not know yet that another file was opened; whether it is told why all is empty."""
        self._raised = "", ""
        """The block and the panel that were raised last: a block of one name may have another panel by now."""
        self._source = ""
        self._views: dict[str, str] = {}
        self._own_shown: Mapping[str, Array] | None = None
        self._settle = once_after(self, _SETTLE_MS, self._ask)
        self._making = TurnByTurn(self)
        for panel in self.panels.values():
            panel.view_chosen.connect(self._choose_view)
        self.sample.chosen.connect(lambda index: self._choose_sample())
        self.own.changed.connect(self._show_own)
        editor.listen(Parts.DATA, lambda change: self._show_data())
        editor.listen(Parts.COMPUTED, lambda change: self._settle.start())
        editor.listen(Parts.TRAINING, lambda change: self._tell_anew())
        bridge.captured.connect(self._captured)
        bridge.capture_failed.connect(self._capture_failed)
        bridge.training_changed.connect(lambda training: training or self._settle.start())
        self._show_data()

    def show_block(self, block_id: str) -> None:
        """Looks into another block of what the canvas shows; into none for an empty name."""
        self.block, self._raised = name_of((*self._editor.path, block_id)) if block_id else "", ("", "")
        self._settle.start()
        if not block_id:
            self._say()
        elif not (self._has_reason or any(panel.shown for panel in self.panels.values())):
            self._say(_LOADING.format(block_id), is_reason=False)
            if not self._watched:
                self.sample.clear(_LOADING_SAMPLE)

    def _choose_sample(self) -> None:
        """The picture follows the number, also where no block is selected."""
        self.sample.own_row.put_away()
        self.own.forget()
        self._look_at_sample()

    def _show_own(self) -> None:
        """Another sample of the person's own: at once, as they may be drawing it."""
        shown = self._own_shown
        self._own_shown = self.own.values
        if self.own.values is not shown:
            self._watched = self._watched or self._output()
            self._ask()

    def _look_at_sample(self) -> None:
        self._watched = self._watched or self._output()
        if not self._watched and not self.block:
            self.sample.clear(_NO_OUTPUT)
        self._settle.start()

    def _output(self) -> str:
        """What is looked into for the sample alone: an Output; empty where there is none."""
        return next((node.id for node, _ in self._editor.design.network.of_type(OutputBlock)), "")

    def _choose_view(self, view: str) -> None:
        """Another thing to see of the same block; remembered for when it is selected again."""
        self._views[self.block], self._raised = view, ("", "")
        self._settle.start()

    def forget(self) -> None:
        """Another file is open: nothing of it has been looked at."""
        self._watched, self._judged = "", None
        self._views.clear()
        self._is_another = True
        self.sample.own_row.put_away()
        self.own.forget()
        self.sample.clear(_LOADING_SAMPLE if self.block else "")
        if self.block:  # one of that name is selected in the other file, too
            self._settle.start()

    def _show_data(self) -> None:
        """Samples of other data, and what blocks gave for them, go at once: others come when they have been read."""
        data = self._editor.design.data
        source, before = data.identity, self._source
        is_of_run = not self._bridge.training or source == self._run_design.data
        self._source = source
        info, count = opening.info(data), opening.counts(data)[1]
        self.sample.show_data(info, facts_of(data), source, count, "" if is_of_run else _OTHERS)
        if self.block and before not in ("", source):
            self._say(_COMING if is_of_run else _OTHERS)

    def _say(self, words: str = "", is_reason: bool = True) -> None:
        self._has_reason = bool(words) and is_reason
        for panel in self.panels.values():
            panel.show_message(words)

    def _ask(self) -> None:
        """Once the person pauses: the design as it is now, then the block."""
        if not self.block and not self._watched:
            return  # nobody has looked at anything yet, and torch is not in
        self._watched = self.block or self._output()
        if not self._watched:
            self.sample.clear()
            return
        self._show_network()
        view = self._views.get(self._watched, "")
        self._bridge.watch(self._watched, self.sample.number.value(), view, WATCHER, self.own.values)

    def _show_network(self) -> None:
        """The engine looks into the design as it is now; once a run has ended that is under way."""
        self._bridge.request(Show(self._editor.design, self._is_another))
        self._is_another = False

    def made_ready(self) -> str:
        """Has the engine look into the open network; the reason why it cannot, empty for none."""
        if self._is_run_of_another_file:
            return _OTHER_FILE
        self._show_network()
        return ""

    def _captured(self, event: ActivationsCaptured) -> None:
        if event.watcher != WATCHER or event.sample.is_own != (self.own.values is not None):
            return
        if self._is_run_of_another_file:
            self._fail(event.block, _OTHER_FILE)
            return
        if event.sample.source != self._source:
            return  # late, or of a run that learns from other data
        event = replace(event, views=tuple(sight for sight in event.views if sight.panel in self.panels))
        if event.block == self._watched:  # else it comes late, of a block or a design that is no longer looked at
            self._judged = event
            self.sample.show_capture(event, self._apart(event, self._output()))
        wanted = self._views.get(event.block, event.view)
        is_there = any(sight.id == wanted for sight in event.views)
        late = is_there and wanted != event.view  # captured before the person chose another view
        if event.block != self.block or late:
            return
        self._has_reason = False
        fitting = event.sight.panel
        if not self.panels[fitting].is_made:
            self._making.begin(self._made_for(self.panels[fitting], event))
            return
        for name, panel in self.panels.items():
            if name == fitting:
                panel.show_capture(event, self._apart(event, event.block))
            else:
                panel.show_message()
        if self._raised != (event.block, fitting):
            self._raised = event.block, fitting
            self.suits.emit(fitting)

    def _tell_anew(self) -> None:
        """What a block gives stays as it is with other settings, but not what it lacks."""
        if self._judged:
            self.sample.tell_whose(self._judged, self._apart(self._judged, self._output()))
        for panel in self.panels.values():
            if panel.shown:
                panel.tell(panel.shown, self._apart(panel.shown, panel.shown.block))

    def _made_for(self, panel: InspectionPanel, event: ActivationsCaptured) -> Iterator[None]:
        """What is to show a capture, which may come too late by then."""
        yield from panel.making()
        self._captured(event)

    def _apart(self, event: ActivationsCaptured, block: str) -> str:
        """Words for what is of a run whose network is no longer on the canvas, or lacks what was before a sample."""
        was = event.weights == "training" and bool(self._run_design.difference)
        told = ["of the network as it was"] if was else []
        return ", ".join([*told, *([_FROM_ZEROS] if self._depends_on_carried(block) else [])])

    def _depends_on_carried(self, block: str) -> bool:
        """Whether what a block gives for a sample would be something else with the states that training carries."""
        network, training = self._editor.design.network, self._editor.design.training
        outermost = path_of(block)[0]
        if not carries(network, training) or outermost not in network.nodes:
            return False
        before = network.upstream(outermost)
        return any(item.at in before for item in carrying_blocks(network))

    def _capture_failed(self, event: CaptureFailed) -> None:
        if event.watcher == WATCHER:
            self._fail(event.block, _OTHER_FILE if self._is_run_of_another_file else event.reason)

    def _fail(self, block: str, reason: str) -> None:
        if block == self._watched:
            self.sample.clear(reason)
        if block == self.block:
            self._say(reason)

    @property
    def _is_run_of_another_file(self) -> bool:
        """Whether the network that is being trained is another file's: its values are none of this one's."""
        return self._bridge.training and not self._run_design.data
