"""What the engine reports: plain, frozen values with Python numbers and NumPy copies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from designer.engine.protocol.class_figures import ClassFigures
from designer.engine.protocol.figures import Metrics
from designer.engine.protocol.seen import SampleShown, Sight

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Floats


@dataclass(frozen=True)
class Event:
    """Base of all events. `run` is the id of the run that an event tells of; empty where it tells of none."""

    run: str = field(default="", kw_only=True)

    @classmethod
    def name(cls) -> str:
        """What the event is called where it is JSON: epoch_ended."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


@dataclass(frozen=True)
class Started(Event):
    """A run has begun (or goes on, from step `step`)."""

    device: str
    parameters: int
    training_samples: int
    validation_samples: int
    epochs: int
    steps: int
    """Steps of the whole run."""
    step: int = 0
    environment: dict[str, str | int] = field(default_factory=dict)
    """What the curve depends on beside the design: threads, torch, device, dtype, processor."""
    frozen: int = 0
    """Of the parameters, those that are not trained."""


@dataclass(frozen=True)
class DataRead(Event):
    """How many samples (or files, or rows) of a design's data are read, and of how many; about four times a second."""

    done: int
    of: int


@dataclass(frozen=True)
class Noticed(Event):
    """Something about a run that a person should know, though it goes on: in one sentence."""

    text: str
    step: int


@dataclass(frozen=True)
class Paused(Event):
    """A run rests behind this step, until it is told to go on; it can be stopped and looked into meanwhile."""

    step: int
    epoch: int


@dataclass(frozen=True)
class Continued(Event):
    """A run that was paused goes on."""

    step: int
    epoch: int


@dataclass(frozen=True)
class SettingsChanged(Event):
    """From the step behind this one on a run has other settings: by their names what they were, and what they are.

    Both as JSON has them: `{"learning_rate": "0.001"}`.
    """

    step: int
    epoch: int
    before: dict[str, str]
    after: dict[str, str]


@dataclass(frozen=True)
class Diagnosed(Event):
    """A finding of the doctor has appeared behind this step, or is gone: what may be wrong with the run."""

    step: int
    epoch: int
    finding: str
    """Its id: `overfitting`. What is told of the same one later takes its place."""
    appears: bool
    text: str = ""
    """A sentence or two with the evidence in numbers; empty where it is gone."""
    block: str = ""
    """The block that it is at: `group1/conv1`; empty for none."""
    offers: tuple[str, ...] = ()
    """The ids of what can be done, as `engine/training/doctor/remedies.py` has them."""
    good_epoch: int = 0
    """The epoch to go back to, where there is one."""


@dataclass(frozen=True)
class BatchesEnded(Event):
    """The steps since the last report, about ten reports a second. `step` is the last of them, from 1."""

    step: int
    epoch: int
    metrics: dict[str, Floats]
    """Figures by name, a number for each batch [steps]: `loss`, and `accuracy` where there are classes.

    Those that are taken once a report have one number [1], that of its last step: `gradient_norm`, `update_ratio`,
    `samples_per_second` and `memory` (`training/gauges.py`).
    """
    seconds_left: float
    seconds: float = 0.0
    """Since the run has begun, or goes on, without pauses; 0 where that was not told yet."""


@dataclass(frozen=True)
class EpochEnded(Event):
    """An epoch and its validation are over; `figures.py` says what `metrics` are called."""

    epoch: int
    step: int
    metrics: Metrics
    samples_per_second: float
    classes: tuple[ClassFigures, ...] = ()
    """Of each class, of what validates; none where no Output names classes."""


@dataclass(frozen=True)
class Failed(Event):
    """A run has ended because something went wrong: what happened, and what to try."""

    message: str
    hint: str
    details: str = ""
    ways: tuple[str, ...] = ()
    """Ways out by their ids, as `engine/runs/run_errors.py` has them: who tells of it has words of its own for them."""


@dataclass(frozen=True)
class Done(Event):
    """The answer to a request that is carried out; of a Train, that its run has begun."""

    request: str
    """Its id."""
    kind: str
    """Its name: `train`."""


@dataclass(frozen=True)
class Refused(Event):
    """The answer to a request that is not carried out; the reason is for the person. What is under way goes on."""

    reason: str
    request: str
    kind: str


@dataclass(frozen=True)
class Finished(Event):
    """A run has ended as it should. `metrics` are those of the last epoch, and of the test samples.

    Those were never trained or validated with. After a stop there is no test.
    """

    reason: Literal["completed", "stopped"]
    epoch: int
    step: int
    metrics: Metrics
    seconds: float
    classes: tuple[ClassFigures, ...] = ()
    """Of each class, of what has validated the last epoch, and of the test."""


Weights = Literal["untrained", "training", "trained", "imported", "earlier", "partly"]
"""Where a model's weights come from; earlier: all were learned before an edit; partly: some were, others are new."""


@dataclass(frozen=True)
class ActivationsCaptured(Event):
    """What a block gives for a sample, to one watcher: [C, H, W] maps, [L, F] states or values, or [F] values.

    `axes` are the letters of the values' axes. `view` is the id of what of the block is shown (one of its output
    ports, a gate, its kernels), and `views` are all that there is to see. `words` are what the steps stand for, where
    the sample is a text.
    """

    block: str
    sample: SampleShown
    values: Floats
    weights: Weights
    step: int
    axes: tuple[str, ...]
    view: str = ""
    views: tuple[Sight, ...] = ()
    words: tuple[str, ...] = ()
    watcher: str = ""

    @property
    def sight(self) -> Sight:
        """What is shown."""
        return next((item for item in self.views if item.id == self.view), Sight(self.view, self.view, self.axes))


@dataclass(frozen=True)
class ClassesCounted(Event):
    """How often a network has named each class, by those that they are; `problem` says why nothing was counted."""

    output: str
    """The Output that names them; `outputs` are all that do."""
    outputs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()
    """Rows are the classes that they are, columns those that were named; of steps each one counts."""
    part: str = ""
    """What the samples are kept apart for: `validation` or `test`."""
    done: int = 0
    """Samples that were counted, `of` so many."""
    of: int = 0
    weights: Weights = "untrained"
    step: int = 0
    epoch: int = 0
    """Of a run that is under way: the epoch that has ended with these weights, or that they are in the middle of."""
    is_within: bool = False
    """Whether that epoch goes on."""
    by_neighbours: bool = False
    """Whether these are embeddings, which count as named by the class of the nearest one."""
    problem: str = ""


@dataclass(frozen=True)
class WeightsTaken(Event):
    """The weights of a run that is kept are those to look into: the folder, its last step, or the end of an epoch."""

    folder: str
    step: int
    epoch: int
    """Epochs that had ended then."""
    is_last: bool = True
    """Whether they are the last that the run has learned."""


@dataclass(frozen=True)
class WeightsTold(Event):
    """What became of weights that come from elsewhere, in a sentence for the person."""

    text: str


@dataclass(frozen=True)
class WeightsFound(Event):
    """Which weights there are to be put at a path; untrained where there are none to keep."""

    path: str
    weights: Weights


@dataclass(frozen=True)
class WeightsSaved(Event):
    """Weights that were asked for are in their file; or the reason why they are not."""

    path: str
    problem: str = ""


@dataclass(frozen=True)
class Measured(Event):
    """How long each block takes for a batch, in seconds: the median of some runs.

    `group1/conv1` is a block in a group; the time of a group is that of all that is inside.
    """

    device: str
    batch_size: int
    runs: int
    forward: dict[str, float]
    backward: dict[str, float]


@dataclass(frozen=True)
class MeasureFailed(Event):
    """Nothing was measured; the reason is for the person, and empty where it was they who ended it."""

    reason: str


@dataclass(frozen=True)
class RatesTried(Event):
    """Learning rates that were tried since the last report, about ten reports a second, and the loss at each [rates].

    All are float64. `smoothed` is the mean of the losses so far, of which later ones count more
    (`training/rate_choice.py`).
    """

    request: str
    """The id of the FindRate."""
    rates: Floats
    losses: Floats
    smoothed: Floats


@dataclass(frozen=True)
class RateFound(Event):
    """All learning rates were tried that make sense: the one to train with, and why, in a sentence or two.

    There is none where the loss has not fallen at any rate; `text` says so then.
    """

    request: str
    rate: float | None
    """With two digits."""
    text: str
    device: str
    weights: Weights = "untrained"
    """Those that it began with, and after how many steps of learning."""
    step: int = 0


@dataclass(frozen=True)
class RateNotFound(Event):
    """The rates could not be tried; the reason is for the person, and empty where it was they who ended it."""

    request: str
    reason: str


@dataclass(frozen=True)
class CaptureFailed(Event):
    """What a watcher asked for cannot be shown; the reason is for the person who looks at the empty panel."""

    block: str
    reason: str
    watcher: str = ""


@dataclass(frozen=True)
class Written(Event):
    """A token that a network has written, or the end of its text; `problem` says why there is none.

    `names` are the tokens that follow most probably behind it, with the probability of each, in their order.
    """

    request: str
    """The id of the Write."""
    text: str = ""
    """What stands behind the text so far."""
    tokens: int = 0
    """How many have been written."""
    names: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    weights: Weights = "untrained"
    step: int = 0
    ended: bool = False
    problem: str = ""


AnyEvent = (
    Started
    | Noticed
    | Paused
    | Continued
    | SettingsChanged
    | Diagnosed
    | DataRead
    | BatchesEnded
    | EpochEnded
    | Failed
    | Finished
    | Done
    | Refused
    | ActivationsCaptured
    | CaptureFailed
    | ClassesCounted
    | WeightsTaken
    | WeightsTold
    | WeightsFound
    | WeightsSaved
    | Written
    | Measured
    | MeasureFailed
    | RatesTried
    | RateFound
    | RateNotFound
)
"""All that is told."""
