"""Block kinds of my own for Network Designer.

The program loads this file because I trust it: it is a program, and runs with my rights. After a change it has to be
trusted again (File > Custom Blocks…). Each class below with @register is a kind in the palette; a file may hold many.
"""

import torch
from torch import Tensor, nn

from designer.core.graph.block import Block, Call, call
from designer.core.graph.registry import register
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


class ScaledSigmoid(nn.Module):
    """Multiplies each number by sigmoid(beta * x), with a beta that is learned."""

    def __init__(self, beta: float) -> None:
        super().__init__()
        self.beta = nn.Parameter(torch.tensor(beta))

    def forward(self, x: Tensor) -> Tensor:
        """For x of any shape, values of the same shape."""
        return x * torch.sigmoid(self.beta * x)


@register
class Swish(Block):
    """Lets large numbers pass, and holds small ones back, by a share that is learned.

    y = x · sigmoid(β x)

    Source: Ramachandran, Zoph and Le 2017, Searching for Activation Functions.
    """

    kind = "swish"  # its name in architecture files: no other kind may have it
    title = "Swish"  # its name for people
    category = "Activation"  # its place in the palette: one of designer.core.graph.block.CATEGORIES
    summary = "x · sigmoid(β x) with a learned β."  # its line in the palette
    prefix = "swish"  # new blocks are called swish1, swish2

    # The inspector's fields: whole, real, choice and flag, or KernelSize, Stride and Padding for two sizes.
    beta: float = real(1.0, "The number β that training begins with.", low=0.0, high=10.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        """What it gives for these shapes (without the batch). Raise ShapeError for what it cannot take."""
        return super().output_shape(*inputs)  # numbers of any shape, which stays as it is

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        """The modules, one behind the other: call("nn.Linear", 8, 16) for one of torch's, or one of this file.

        For more than a chain, write `forward` instead, as the program's own kinds do.
        """
        return (call(ScaledSigmoid, self.beta),)

    def parameter_count(self, *inputs: Shape) -> int:
        """How many numbers are learned."""
        return 1

    def details(self) -> str:
        """The main parameters in a few words, for the card."""
        return f"β = {self.beta:g}"
