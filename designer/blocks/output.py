"""Output: the task that the network is trained for."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from designer.blocks._features import to_features
from designer.core.graph.block import (
    FEATURES,
    SEQUENCE,
    RepairHint,
    Saved,
    ShapeError,
    WrongInputError,
    expect_numbers,
)
from designer.core.graph.registry import register
from designer.core.graph.roles import OF_LOGITS, Criterion, Link, OutputBlock, Task
from designer.core.schema.fields import TargetName, choice, flag, real
from designer.core.schema.shape import Shape

_LOSSES: dict[Task, tuple[Criterion, ...]] = {
    "classification": ("cross_entropy", "focal", "triplet"),
    "regression": ("mse", "mae", "huber", "quantile", "poisson", "cosine"),
    "sequence_to_sequence": ("cross_entropy", "focal", "mse", "mae", "huber", "quantile", "poisson", "cosine"),
    "autoencoder": ("mse", "mae", "huber", "cosine", "bce"),
}
"""The losses that each task can have; `auto` is the first."""
_OPTIONS: dict[str, Criterion] = {
    "gamma": "focal",
    "delta": "huber",
    "quantile": "quantile",
    "log_input": "poisson",
    "mining": "triplet",
    "margin": "triplet",
}
"""The loss that each of these fields belongs to. They came later than the others, and files have them where they are
not at their defaults."""


def losses_of(task: Task) -> tuple[Criterion, ...]:
    """The losses that a task can have."""
    return _LOSSES[task]


@register
class Output(OutputBlock):
    """Compares what arrives with a target of the data; the network learns to make the loss small.

    Classification takes N×F logits, one for each class, and its loss is the cross-entropy −log softmax(x)[class]; a
    softmax in front is recognised and not applied twice. Regression takes N×F numbers, with the mean squared error
    mean (x − y)² or the mean absolute error mean |x − y|.

    Sequence to sequence takes N×L×F and compares every step, with a class or with numbers. Steps behind a sequence's
    end do not count. An autoencoder's target is what entered at the Input, of any shape; besides the losses of numbers
    there is the binary cross-entropy −y log σ(x) − (1 − y) log(1 − σ(x)), for values from 0 to 1. It works on logits; a
    sigmoid in front is recognised and not applied twice.

    Classes also have the focal loss −(1 − p)^γ log p, with p the probability of the right class (Lin et al. 2017):
    samples that are told well already count less. Numbers also have the Huber loss, which is squared up to δ and
    grows straight beyond (Huber 1964); the quantile loss max(q (y − x), (q − 1) (y − x)), which learns the number that
    a share q of what is seen lies below (Koenker and Bassett 1978); Poisson's exp(x) − y x, for counts; and
    1 − cos(x, y), for which the direction of a sample's numbers counts alone.

    The triplet loss learns an embedding instead of logits: N×F numbers of any width, in which samples of one class lie
    close together. It is max(0, d(x, p) − d(x, n) + margin), with d the distance, over the triplets of a batch: a
    sample x, another one p of its class, and one n of another class (Hermans, Beyer and Leibe 2017). Its accuracy is
    the share of samples whose nearest neighbour in the batch is of their class. Batches have to be large enough that
    classes come several times.

    With several Outputs, weight times loss is summed over all of them.
    """

    kind = "output"
    title = "Output"
    category = "Data"
    summary = "The task: classification, regression, sequence to sequence or autoencoder, with its loss."
    prefix = "output"

    task: Task = choice(
        "classification",
        "Classification names a class; regression gives numbers; sequence to sequence gives a class or numbers for "
        "each step; an autoencoder gives back what entered.",
    )
    loss: Literal["auto", Criterion] = choice(
        "auto",
        "What is made small. Auto: the cross-entropy for classes, the mean squared error (MSE) for regression and "
        "autoencoders. Others: torch's CrossEntropyLoss, MSELoss, L1Loss, HuberLoss, PoissonNLLLoss, CosineSimilarity, "
        "BCEWithLogitsLoss and TripletMarginLoss; the focal loss and the quantile loss are not in torch.",
    )
    target: TargetName = Field(
        default="",
        description="Column of the data to learn; empty for the first one that no other Output takes. For an "
        "autoencoder a feature; empty for that of its Input.",
    )
    weight: float = real(1.0, "Factor of this loss in the sum over all Outputs.", low=0.0, high=1e6)
    gamma: float = real(
        2.0,
        "How much less samples count whose class is told well already: by (1 − p)^gamma. At 0 the focal loss is the "
        "cross-entropy.",
        low=0.0,
        high=20.0,
    )
    delta: float = real(
        1.0,
        "How far off a number may be until its loss grows straight instead of squared, in the units that it is learned "
        "in: torch's HuberLoss(delta=…).",
        low=1e-6,
        high=1e6,
    )
    quantile: float = real(
        0.9,
        "Share of what is seen that is to lie below the number which is told: 0.5 is the median, 0.9 is not passed in "
        "nine of ten cases.",
        low=0.001,
        high=0.999,
    )
    log_input: bool = flag(
        True,
        "Whether the logarithm of the count that is expected arrives, as torch's PoissonNLLLoss(log_input=True) has "
        "it, and any number will do; otherwise the count itself, which has to be positive.",
    )
    mining: Literal["all", "hard"] = choice(
        "all",
        "Which triplets of a batch are compared: all, or for each sample the hardest, with the farthest one of its "
        "class and the nearest one of another. The hardest teach more once much is learned; at first they may draw all "
        "samples to one point, which a Unit Norm in front and a smaller margin, as 0.3, prevent.",
    )
    margin: float = real(
        1.0,
        "How much nearer samples of its own class are to lie to a sample than those of others: torch's "
        "TripletMarginLoss(margin=…).",
        low=1e-6,
        high=1e6,
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        there = _LOSSES[self.task]
        if self.loss != "auto" and self.loss not in there:
            raise ShapeError(
                f"the task {self.task} has no loss called {self.loss}",
                f"choose {', '.join(['auto', *there[:-1]])} or {there[-1]}",
                [RepairHint("set", name="loss", value="auto")],
                field="loss",
            )
        if self.criterion == "cosine":
            _expect_direction(shape)
        if self.task == "autoencoder":
            expect_numbers(shape)
        elif self.task == "sequence_to_sequence":
            _expect_sequence(shape)
        else:
            _expect_features(shape)
        return shape

    @property
    def criterion(self) -> Criterion:
        """The loss that is used."""
        return _LOSSES[self.task][0] if self.loss == "auto" else self.loss

    @property
    def loss_options(self) -> dict[str, float | bool | str]:
        """The one that its loss has, where it has one."""
        return {name: getattr(self, name) for name, loss in _OPTIONS.items() if loss == self.criterion}

    @property
    def link(self) -> Link:
        """What the loss applies itself to what arrives."""
        if self.criterion == "poisson":
            return "exp" if self.log_input else ""
        return super().link

    @property
    def hidden_fields(self) -> frozenset[str]:
        """Those of other losses."""
        return frozenset(name for name, loss in _OPTIONS.items() if loss != self.criterion)

    def params(self) -> dict[str, Any]:
        """As a file has them: fields that came later only where they are not at their defaults."""
        fields = type(self).model_fields
        found = super().params()
        return {name: v for name, v in found.items() if name not in _OPTIONS or v != fields[name].default}

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Of the loss: the logarithms of a softmax, or what is compared, of padded sequences as copies.
        (shape,) = inputs
        if self.criterion in OF_LOGITS:
            return Saved(inside=shape.bytes, view=True)
        return Saved(inside=2 * shape.bytes, view=True) if padded else Saved(inputs=(0,), inside=shape.bytes, view=True)

    def details(self) -> str:
        task = "seq2seq" if self.task == "sequence_to_sequence" else self.task
        return f"{task}{_SHORT[self.criterion]}"


_SHORT: dict[Criterion, str] = {
    "cross_entropy": "",
    "focal": " · focal",
    "mse": " · MSE",
    "mae": " · MAE",
    "huber": " · Huber",
    "quantile": " · quantile",
    "poisson": " · Poisson",
    "cosine": " · cosine",
    "bce": " · BCE",
    "triplet": " · triplet",
}
"""On the card; the cross-entropy goes without saying."""


def _expect_direction(shape: Shape) -> None:
    if (shape.is_sequence or shape.is_features) and shape.last == 1:
        raise ShapeError(
            "the cosine of a single number is no more than its sign",
            "choose mse or another loss, or give it at least two numbers",
            [RepairHint("set", name="loss", value="mse")],
            field="loss",
        )


def _expect_features(shape: Shape) -> None:
    if shape.names == FEATURES:
        return
    if shape.is_sequence:
        mend = RepairHint("port", name="last")
        raise WrongInputError("takes features (N×F)", "let the recurrent block give its last state", [mend])
    raise WrongInputError("takes features (N×F)", "put a Flatten between them", to_features())


def _expect_sequence(shape: Shape) -> None:
    if shape.names != SEQUENCE:
        mend = RepairHint("port", name="sequence")
        raise WrongInputError("takes sequences (N×L×F)", "let the recurrent block give its whole sequence", [mend])
