"""What others may ask of the engine's thread, each by an id. Imports no torch, so that asking is cheap.

Every request is answered once, by `Done` or by `Refused`, beside the events that tell what became of it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.design import Design

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array, Floats


EPOCHS_BUDGET = 512 << 20
"""Bytes of a run's checkpoints of epochs, unless a person has set another budget."""
LOWEST_RATE, HIGHEST_RATE = 1e-6, 10.0
"""Between these the learning rate of nearly every network lies."""
RATES_TRIED = 200
"""About 30 for each power of ten: a network learns in so many steps what it can at these rates."""


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Keeping:
    """What is written down of a run when it begins, beside its design: where it comes from, and how much is kept."""

    name: str = ""
    """What a person calls it."""
    file: str = ""
    """The architecture file that was open; empty for a design that is in none."""
    budget: int = EPOCHS_BUDGET
    """Bytes that the checkpoints of its epochs may take."""
    notice: str = ""
    """What there is to say of where it is kept, in a sentence."""


@dataclass(frozen=True)
class Request:
    """Base of all requests. The answer names it by its `id`, which no other request has."""

    id: str = field(default_factory=_new_id, kw_only=True)

    @classmethod
    def name(cls) -> str:
        """What the request is called where it is JSON: save_weights."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


@dataclass(frozen=True)
class Train(Request):
    """Start a run of this design, with fresh weights, or with those that were adopted for its network.

    It is done once the run has begun, which ends by Finished or Failed. While another one is under way it is refused;
    after a stop, it starts as soon as that one has ended.

    With a `folder` it is kept there. `resume` goes on with the run that is there, from its last checkpoint; settings
    that may change while a network is trained may be others than before. With `branch_of`, the folder of another run,
    the run begins where that one is, or was at the end of `branch_epoch`, and goes on from there by itself.
    """

    design: Design
    folder: Path | None = None
    resume: bool = False
    branch_of: Path | None = None
    branch_epoch: int | None = None
    keeping: Keeping = field(default_factory=Keeping)


@dataclass(frozen=True)
class Pause(Request):
    """Let the run that is under way rest behind the batch at hand, until it is told to go on or to stop."""


@dataclass(frozen=True)
class Continue(Request):
    """Go on with the run that is paused."""


@dataclass(frozen=True)
class ChangeSettings(Request):
    """Give the run that is under way, or paused, the training settings of this design from the next batch on.

    Only those may differ from what it has that `graph.training_settings.MAY_CHANGE` names; else it is refused.
    """

    design: Design


@dataclass(frozen=True)
class Stop(Request):
    """End the run that is under way, and those that were asked for before this, each within one batch."""


@dataclass(frozen=True)
class Cancel(Request):
    """End what one request has begun: a run after the batch at hand, measuring after the pass at hand."""

    of: str
    """The id of that request."""


@dataclass(frozen=True)
class Show(Request):
    """The design has changed: look into this one from now on; where one is trained, once that has ended.

    `is_another` tells that another file was opened since the last one: what was learned there is none of its own.
    """

    design: Design
    is_another: bool = False


@dataclass(frozen=True)
class TakeWeights(Request):
    """Look into this design with the weights of a run that is kept: its last ones, or those at the end of an epoch.

    It is told by WeightsTaken; weights of another network are refused. While a network is trained that one is looked
    into; the request waits for the end of the run.
    """

    design: Design
    folder: Path
    epoch: int | None = None


@dataclass(frozen=True)
class Watch(Request):
    """Look into a block with a sample of the test split; while training, again and again.

    A block of an open group is called by the way to it: `group1/conv1`.
    `view` is what to see of the block, by its id; without one, what tells most.
    A watcher looks into one block, until it asks for another one; who wants to see several has as many watchers. They
    do not disturb each other, and those that look at the same sample share one pass of it.

    `own` is a sample of somebody's own in place of one of the test split: for each feature that the network takes what
    a reader of the data would have made of it, before any transform; features that it lacks are those of the sample.
    There is no label to compare with.
    """

    block: str
    sample: int
    view: str = ""
    watcher: str = ""
    own: Mapping[str, Array] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Unwatch(Request):
    """A watcher looks no longer."""

    watcher: str = ""


@dataclass(frozen=True)
class Write(Request):
    """Go on with a text: the network that is looked into tells what follows, and one token after the other is drawn.

    Each is told by Written; it is done with the last one. Another Write ends this one, as does a Cancel. The same seed
    and weights give the same text. A temperature below 1 draws what is likely more often; 0 the likeliest alone.
    """

    beginning: str
    length: int = 200
    """Tokens that are written, unless it is ended before."""
    temperature: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class CountClasses(Request):
    """Tell, by ClassesCounted, which classes the network that is looked into names, and which they are.

    It is of one Output, the first that names classes where none is given, and of the samples that are kept apart for
    validation, or for the test where none are. Counts come while it is under way, as long as nothing else is asked
    for in between. Another one takes its place. While a network is trained they are those that the last epoch was
    validated with, and while the run is paused those of its weights at that moment.
    """

    output: str = ""


@dataclass(frozen=True)
class Adopt(Request):
    """Weights that come from elsewhere: as arrays by their names, or in a run that has not begun, if it is there.

    They are what is seen inside, and what training begins from, as long as they are all weights that the network has.
    Without any, those that were adopted before are forgotten.
    """

    design: Design
    source: Mapping[str, Floats] | Path


@dataclass(frozen=True)
class Keep(Request):
    """Put the weights that were adopted into a run's folder."""

    design: Design
    folder: Path


@dataclass(frozen=True)
class FindWeights(Request):
    """Tell, by WeightsFound, which weights there are for this design's network; they are to be put at `path`."""

    design: Design
    path: Path


@dataclass(frozen=True)
class SaveWeights(Request):
    """Put the weights that there are for this design's network into a file, and tell by WeightsSaved."""

    design: Design
    path: Path


@dataclass(frozen=True)
class Measure(Request):
    """Tell, by Measured, how long each block of a design takes."""

    design: Design


@dataclass(frozen=True)
class FindRate(Request):
    """Try learning rates from `low` to `high`, a step at each, with a network of this design that nobody else has.

    Its weights are those that a Train would begin with: imported or new ones, or those of the run `going_on` in its
    folder, where a person would go on with that. Nothing of it is kept. What is tried is told by RatesTried, and
    what came of it by RateFound or RateNotFound. Where `seconds` are too few for so many steps, it is done in fewer.
    While a run is under way it is refused. A Cancel ends it, as do a Train and another FindRate.
    """

    design: Design
    low: float = LOWEST_RATE
    high: float = HIGHEST_RATE
    steps: int = RATES_TRIED
    seconds: float = 60.0
    going_on: Path | None = None


@dataclass(frozen=True)
class Close(Request):
    """End the thread. What comes after is refused."""


AnyRequest = (
    Train
    | Pause
    | Continue
    | ChangeSettings
    | Stop
    | Cancel
    | Show
    | TakeWeights
    | Watch
    | Unwatch
    | CountClasses
    | Write
    | Adopt
    | Keep
    | FindWeights
    | SaveWeights
    | Measure
    | FindRate
    | Close
)
"""All that can be asked for."""
