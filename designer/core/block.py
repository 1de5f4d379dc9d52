"""What a block kind is: typed parameters, a shape rule, and the torch calls that make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from designer.core.shape import Shape

Category = Literal["Data", "Convolution", "Pooling", "Dense", "Recurrent", "Activation", "Regularisation", "Shape"]
CATEGORIES: tuple[Category, ...] = (
    "Data",
    "Convolution",
    "Pooling",
    "Dense",
    "Recurrent",
    "Activation",
    "Regularisation",
    "Shape",
)
Keep = Literal["", "sequence", "last"]


@dataclass(frozen=True)
class Call:
    """A torch module by name and arguments: built by the engine, and printable as Python.

    `keep` says what a recurrent module hands on: the whole sequence of its hidden states, or the last.
    """

    target: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    keep: Keep = ""

    def __str__(self) -> str:
        arguments = [repr(arg) for arg in self.args]
        arguments += [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{self.target}({', '.join(arguments)})"


def call(target: str, *args: Any, keep: Keep = "", **kwargs: Any) -> Call:
    """`call("nn.Conv2d", 1, 32, kernel_size=3)`."""
    return Call(target, args, kwargs, keep)


@dataclass(frozen=True)
class Mend:
    """A way out of an error, as the block that found it can tell: what to do where.

    insert: put a block of kind `kind` in front of this one.
    set: give the parameter `name` of this block ("here") or of the one before it ("before") a value.
    """

    action: Literal["insert", "set"]
    kind: str = ""
    where: Literal["here", "before"] = "here"
    name: str = ""
    value: Any = None


class ShapeError(Exception):
    """A block cannot take what it is given. `reason` goes on from the block's name, `hint` says the mend."""

    def __init__(self, reason: str, hint: str = "", mends: Sequence[Mend] = (), field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.mends = tuple(mends)
        self.field = field


class WrongInputError(ShapeError):
    """The input has the wrong axes; inference adds which block gives it."""


class Block(BaseModel):
    """Base of every kind. Subclasses add frozen, typed fields and say how they act on shapes.

    A kind reads: `kind` (in files), `title` (on the card), `category`, `summary` (in the palette),
    `inputs` (the names of its input ports) and `has_output`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    title: ClassVar[str]
    category: ClassVar[Category]
    summary: ClassVar[str]
    prefix: ClassVar[str]
    """Names of new blocks start so: conv1, conv2."""
    inputs: ClassVar[tuple[str, ...]] = ("in",)
    has_output: ClassVar[bool] = True

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape this block gives for these inputs; raises ShapeError where it cannot take them."""
        return inputs[0]

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        """The torch modules to apply one after the other; none for a block that passes its input on."""
        return ()

    def parameter_count(self, *inputs: Shape) -> int:
        """Trainable numbers."""
        return 0

    def multiply_adds(self, *inputs: Shape) -> int:
        """Multiplications with an addition for one sample (for one step, where the length varies)."""
        return 0

    def details(self) -> str:
        """The main parameters in a few words, for the card."""
        return ""

    def params(self) -> dict[str, Any]:
        """The parameters as JSON values."""
        return self.model_dump(mode="json")


IMAGE = ("C", "H", "W")
SEQUENCE = ("L", "F")
FEATURES = ("F",)


@dataclass(frozen=True)
class UnknownBlock:
    """A block of a kind that this version does not know: kept as it is, and saved back unchanged."""

    kind: str
    raw_params: dict[str, Any]

    title: ClassVar[str] = "Unknown"
    category: ClassVar[Category] = "Data"
    inputs: ClassVar[tuple[str, ...]] = ("in",)
    has_output: ClassVar[bool] = True

    def params(self) -> dict[str, Any]:
        """The parameters as they were read."""
        return self.raw_params

    def details(self) -> str:
        """Shown on the card."""
        return self.kind
