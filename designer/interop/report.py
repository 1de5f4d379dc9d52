"""What an import could not take over as it was, for the person to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from designer.core.schema.limits import capitalised
from designer.core.schema.units import few_of

What = Literal["changed", "dropped", "unsupported"]


@dataclass(frozen=True)
class ImportNote:
    """Something of a layer that is not as it was. An empty `layer` speaks of the whole model."""

    layer: str
    what: What
    why: str
    begins_with_name: bool = False
    """Whether `why` begins with a name as code has it, which takes no capital letter."""

    @property
    def sentence(self) -> str:
        """`why`, standing by itself."""
        return f"{self.why}." if self.begins_with_name else f"{capitalised(self.why)}."


def grouped(notes: Iterable[ImportNote]) -> list[tuple[What, str, tuple[str, ...]]]:
    """The notes that say the same, once, with all their layers: what, why, layers; unsupported ones come first."""
    found: dict[tuple[What, str], dict[str, None]] = {}
    for note in notes:
        found.setdefault((note.what, note.why), {})[note.layer] = None
    ranks = {"unsupported": 0, "changed": 1, "dropped": 2}
    ordered = sorted(found.items(), key=lambda item: ranks[item[0][0]])
    return [(what, why, tuple(layer for layer in layers if layer)) for (what, why), layers in ordered]


def sentences(notes: Sequence[ImportNote]) -> list[tuple[What, str, tuple[str, ...]]]:
    """The same with sentences that stand by themselves."""
    sentence = {(note.what, note.why): note.sentence for note in notes}
    return [(what, sentence[what, why], layers) for what, why, layers in grouped(notes)]


def lines(notes: Iterable[ImportNote], most: int = 4) -> list[str]:
    """A line for each group of notes, naming its first layers."""
    return [
        f"{what}: {few_of(layers, most)}: {why}" if layers else f"{what}: {why}" for what, why, layers in grouped(notes)
    ]
