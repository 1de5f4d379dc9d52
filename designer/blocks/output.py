"""Output: the task that the network is trained for."""

from __future__ import annotations

from typing import Literal

from designer.core.block import FEATURES, Block, Mend, WrongInputError
from designer.core.fields import choice
from designer.core.registry import register
from designer.core.shape import Shape


@register
class Output(Block):
    """Compares what arrives with the data's targets.

    Classification works on logits with the cross-entropy and shows probabilities; a softmax in front is
    recognised and not applied twice. Regression uses the mean squared or the mean absolute error.
    """

    kind = "output"
    title = "Output"
    category = "Data"
    summary = "The task: classification or regression, with its loss."
    prefix = "output"
    outputs = ()
    belongs = "network"

    task: Literal["classification", "regression"] = choice(
        "classification", "Classification names one of the data's classes; regression gives numbers."
    )
    regression_loss: Literal["mse", "mae"] = choice(
        "mse", "For regression: the mean squared (MSE) or the mean absolute error (MAE)."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names != FEATURES:
            if shape.is_sequence:
                raise WrongInputError(
                    "takes features (N×F)",
                    "let the recurrent block give its last state",
                    [Mend("port", name="last")],
                )
            raise WrongInputError(
                "takes features (N×F)", "put a Flatten between them", [Mend("insert", kind="flatten")]
            )
        return shape

    @property
    def loss(self) -> Literal["cross_entropy", "mse", "mae"]:
        """The loss that the task stands for."""
        return "cross_entropy" if self.task == "classification" else self.regression_loss

    def details(self) -> str:
        return "classification" if self.task == "classification" else f"regression · {self.regression_loss.upper()}"
