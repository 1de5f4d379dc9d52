"""Output: the task that the network is trained for."""

from __future__ import annotations

from typing import Literal

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
from designer.core.graph.roles import Criterion, OutputBlock, Task
from designer.core.schema.fields import TargetName, choice, real
from designer.core.schema.shape import Shape

_LOSSES: dict[Task, tuple[Criterion, ...]] = {
    "classification": ("cross_entropy",),
    "regression": ("mse", "mae"),
    "sequence_to_sequence": ("cross_entropy", "mse", "mae"),
    "autoencoder": ("mse", "mae", "bce"),
}
"""The losses that each task can have; `auto` is the first."""


@register
class Output(OutputBlock):
    """Compares what arrives with a target of the data; the network learns to make the loss small.

    Classification takes N×F logits, one for each class, and its loss is the cross-entropy −log softmax(x)[class]; a
    softmax in front is recognised and not applied twice. Regression takes N×F numbers, with the mean squared error
    mean (x − y)² or the mean absolute error mean |x − y|.

    Sequence to sequence takes N×L×F and compares every step: with a class, by the cross-entropy, or with numbers, by
    MSE or MAE. Steps behind a sequence's end do not count. An autoencoder's target is what entered at the Input, of any
    shape; besides MSE and MAE there is the binary cross-entropy −y log σ(x) − (1 − y) log(1 − σ(x)), for values from 0
    to 1. It works on logits; a sigmoid in front is recognised and not applied twice.

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
    loss: Literal["auto", "cross_entropy", "mse", "mae", "bce"] = choice(
        "auto",
        "What is made small. Auto: the cross-entropy for classes, the mean squared error (MSE) for regression and "
        "autoencoders.",
    )
    target: TargetName = Field(
        default="",
        description="Column of the data to learn; empty for the first one that no other Output takes. For an "
        "autoencoder a feature; empty for that of its Input.",
    )
    weight: float = real(1.0, "Factor of this loss in the sum over all Outputs.", low=0.0, high=1e6)

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

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Of the loss: the logarithms of a softmax, or what is compared, of padded sequences as copies.
        (shape,) = inputs
        if self.criterion == "cross_entropy":
            return Saved(inside=shape.bytes, view=True)
        return Saved(inside=2 * shape.bytes, view=True) if padded else Saved(inputs=(0,), inside=shape.bytes, view=True)

    def details(self) -> str:
        loss = {"cross_entropy": "", "mse": " · MSE", "mae": " · MAE", "bce": " · BCE"}[self.criterion]
        task = "seq2seq" if self.task == "sequence_to_sequence" else self.task
        return f"{task}{loss}"


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
