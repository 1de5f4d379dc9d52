"""What others may ask of the engine's thread. Imports no torch, so that asking is cheap."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from numpy import float32
from numpy.typing import NDArray

from designer.core.graph.design import Design


@dataclass(frozen=True)
class Train:
    """Start a run of this design, with fresh weights, or with those that were adopted for its network.

    While another one is under way it is refused; after a stop, it starts as soon as that one has ended. `stop` ends it
    after the batch at hand.
    """

    design: Design
    stop: threading.Event = field(default_factory=threading.Event, compare=False)


@dataclass(frozen=True)
class Show:
    """The design has changed: look into this one from now on; where one is trained, once that has ended.

    `is_another` tells that another file was opened since the last one: what was learned there is none of its own.
    """

    design: Design
    is_another: bool = False


@dataclass(frozen=True)
class Watch:
    """Look into a block with a sample of the test split; while training, again and again.

    A block of an open group is called by the way to it: `group1/conv1`.
    `view` is what to see of the block; without one, what tells most.
    """

    block: str
    sample: int
    view: str = ""


@dataclass(frozen=True)
class Adopt:
    """Weights that come from elsewhere: as arrays by their names, or in a run that has not begun, if it is there.

    They are what is seen inside, and what training begins from, as long as they are all weights that the network has.
    Without any, those that were adopted before are forgotten.
    """

    design: Design
    source: Mapping[str, NDArray[float32]] | Path


@dataclass(frozen=True)
class Keep:
    """Put the weights that were adopted into a run's folder."""

    design: Design
    folder: Path


@dataclass(frozen=True)
class FindWeights:
    """Tell, by WeightsFound, which weights there are for this design's network; they are to be put at `path`."""

    design: Design
    path: Path


@dataclass(frozen=True)
class SaveWeights:
    """Put the weights that there are for this design's network into a file, and tell by WeightsSaved."""

    design: Design
    path: Path


@dataclass(frozen=True)
class Measure:
    """Tell, by Measured, how long each block of a design takes; `cancelled` ends it after the run at hand."""

    design: Design
    cancelled: threading.Event = field(default_factory=threading.Event, compare=False)


@dataclass(frozen=True)
class Close:
    """End the thread."""


Request = Train | Show | Watch | Adopt | Keep | FindWeights | SaveWeights | Measure | Close
