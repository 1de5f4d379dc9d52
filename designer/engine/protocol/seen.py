"""What is seen of a sample and of a block, and what an Output makes of it: values that events hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array, Floats


@dataclass(frozen=True)
class OutputResult:
    """What an Output makes of a sample, beside what it should be."""

    output: str
    column: str
    """The name of its target."""
    task: str
    label: tuple[str, ...]
    """The target in words: one for the sample, or one for each step; none where there are too many numbers to read."""
    prediction: tuple[str, ...]
    scores: Floats
    """Probabilities of the classes [C] or [L, C], the numbers predicted [F] or [L, F], or the reconstruction."""
    target: Array
    """The class, int64 [], the classes of the steps [L], or the numbers, float32; [0] where nobody knows."""
    right: bool | None
    """Whether the class, or every step's, was recognised; None for numbers."""
    classes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class SampleShown:
    """A sample by its features, in the order of the Inputs, and what the network makes of it, Output by Output."""

    index: int
    features: dict[str, Array]
    verdicts: tuple[OutputResult, ...]
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What the tokens of a feature stand for, step by step, where that is known."""
    source: str = ""
    """The data that it is a sample of, by their `DataSettings.identity`."""
    is_own: bool = False
    """Whether it is somebody's own, and none of these data; its number is 0 then."""
    plain: dict[str, Array] = field(default_factory=dict)
    """Of features that were normalised or standardised what they were before that, float32."""

    @property
    def x(self) -> Floats:
        """The first feature as float32, in its own shape."""
        import numpy as np

        return np.asarray(next(iter(self.features.values())), dtype=np.float32)


@dataclass(frozen=True)
class Sight:
    """Something to see of a block: its id, what a person calls it, the letters of its axes, and the panel for it.

    The panel is empty where none shows it yet.
    """

    id: str
    title: str
    axes: tuple[str, ...]
    panel: str = ""
