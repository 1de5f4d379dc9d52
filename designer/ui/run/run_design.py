"""The design that was trained last, or is being trained, beside the one that is open: what differs, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from designer.core.diff.change import Parts
from designer.core.diff.edit_summary import described, settings_words
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.ui.editing.editor import Editor

_NAMED = 2


class RunDesign(QObject):
    """Whose the figures of a run are. `changed` tells that the open design differs from then, or no longer does."""

    changed = Signal()

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self._trained: Design | None = None
        self.data = ""
        """The identity of the data of that run; empty where nothing was trained."""
        self.difference = ""
        """What has changed since the run began, in a few words; empty where nothing has, or nothing was trained."""
        editor.listen(Parts.COMPUTED, lambda change: self._refresh())

    def begin(self, design: Design | None) -> None:
        """A run of this design begins; none, where another file is open and what ran before is not its own."""
        self._trained = design
        self.data = design.data.identity if design else ""
        self._refresh()

    def take_settings(self, settings: Mapping[str, object]) -> None:
        """The run that is under way has other settings from now on."""
        if self._trained:
            training = self._trained.training.model_copy(update=settings)
            self._trained = replace(self._trained, training=training)
            self._refresh()

    @property
    def trained(self) -> Design | None:
        """The design that was trained last, or is being trained; None where nothing was."""
        return self._trained

    @property
    def may_be_applied(self) -> bool:
        """Whether nothing has changed since the run began but settings that may change while it trains."""
        then, now = self._trained, self._editor.design
        if not (self.difference and then and _same_blocks(then.network, now.network) and then.data == now.data):
            return False
        return then.training.may_become(now.training)

    def _refresh(self) -> None:
        words = difference_words(self._trained, self._editor.design) if self._trained else ""
        if words != self.difference:
            self.difference = words
            self.changed.emit()


def difference_words(then: Design, now: Design) -> str:
    """What leads from a design to another, as far as runs depend on it, in a few words; empty where nothing differs."""
    settings = settings_words(then, now)
    words = settings if len(settings) <= _NAMED else [f"{len(settings)} settings"]
    if _same_blocks(then.network, now.network):
        return ", ".join(words)
    network = described(Design(then.network), Design(now.network))
    return ", ".join([network.within, *words])


def _same_blocks(one: Network, other: Network) -> bool:
    return one is other or dict(one.nodes) == dict(other.nodes)
