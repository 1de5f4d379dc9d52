"""What a block kind is: typed parameters, a shape rule, and the torch calls that make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from designer.core.graph.saved import Saved
from designer.core.ir.expr import Call, Expr, Ref, call, module
from designer.core.schema.fields import flag, real
from designer.core.schema.shape import Shape

__all__ = [
    "Block",
    "Call",
    "Mend",
    "RepairHint",
    "Saved",
    "ShapeError",
    "UnknownBlock",
    "WrongInputError",
    "call",
    "expect_numbers",
]

Category = Literal[
    "Data",
    "Convolution",
    "Pooling",
    "Dense",
    "Recurrent",
    "Attention",
    "Sequence",
    "Merging",
    "Normalisation",
    "Regularisation",
    "Activation",
    "Shape",
    "Groups",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)
LEARNING = ("frozen", "rate_factor")
"""The fields that every kind has: whether, and how fast, a block learns. They change nothing of what it computes."""
LOWEST_RATE, HIGHEST_RATE = 1e-6, 1e6
"""What the learning rate of a block may be multiplied by. 0 would be frozen, but for the work."""


@dataclass(frozen=True)
class RepairHint:
    """A way out of an error, as the block that found it can tell: what to do where. It is offered where it mends.

    insert: put a block of kind `kind`, with `params`, in front of the input `port` of this one.
    adapt: put blocks in front of the input `port` that make the Shape `value` of what comes.
    set: give the parameter `name` of this block ("here") or of the one that gives `port` ("before") a value, and
    others those in `params`.
    port: take the value of the output port `name` of the block before.
    replace: make this block one of kind `kind`, with `params`.
    keep_sizes: let the windows of the blocks before add a padding that keeps the sizes.
    """

    action: Literal["insert", "adapt", "set", "port", "replace", "keep_sizes"]
    kind: str = ""
    where: Literal["here", "before"] = "here"
    name: str = ""
    value: Any = None
    params: Mapping[str, Any] = field(default_factory=dict)
    port: int = 0


Mend = RepairHint
"""As files of one's own call it that were written before it had its name."""


class ShapeError(Exception):
    """A block cannot take what it is given. `reason` goes on from the block's name, `hint` says the mend."""

    def __init__(self, reason: str, hint: str = "", mends: Sequence[RepairHint] = (), field: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.mends = tuple(mends)
        self.field = field


class WrongInputError(ShapeError):
    """An input has the wrong axes; inference adds which block gives it. `port` counts the connected inputs."""

    def __init__(self, reason: str, hint: str = "", mends: Sequence[RepairHint] = (), port: int = 0) -> None:
        super().__init__(reason, hint, mends)
        self.port = port


def expect_numbers(shape: Shape, port: int = 0) -> None:
    """Raises WrongInputError for tokens, which are names and not quantities, for states, and for padded attention.

    Attention weights of sequences of unequal length are padded along two axes, which nothing behind them could mask.
    """
    if shape.is_tokens:
        raise WrongInputError(
            "cannot compute with tokens",
            "put an Embedding between them",
            [RepairHint("insert", kind="embedding", port=port)],
            port,
        )
    if shape.is_state:
        raise WrongInputError(
            "cannot take states",
            "take the block's sequence or its last output",
            [RepairHint("port", name="last")],
            port,
        )
    if shape.names == ("A", "Q", "K") and shape.varies:
        raise WrongInputError(
            "cannot compute with the attention of sequences whose length varies",
            "take what the attention gives",
            [RepairHint("port", name="out")],
            port,
        )


class Block(BaseModel):
    """Base of every kind. Subclasses add frozen, typed fields and say how they act on shapes.

    A kind reads: `kind` (in files), `title` (on the card), `category`, `summary` (in the palette), `inputs` and
    `outputs` (the names of its ports). Input ports named in `optional` may stay free; they come last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # what checks values is made for the first

    kind: ClassVar[str]
    title: ClassVar[str]
    category: ClassVar[Category]
    summary: ClassVar[str]
    prefix: ClassVar[str]
    """Names of new blocks start so: conv1, conv2."""
    inputs: ClassVar[tuple[str, ...]] = ("in",)
    outputs: ClassVar[tuple[str, ...]] = ("out",)
    optional: ClassVar[tuple[str, ...]] = ()
    called_by: ClassVar[str] = ""
    """The field by whose choices people call the block: who types relu means Activation."""
    keeps_probabilities: ClassVar[bool] = False
    """Whether numbers from 0 to 1 are only moved, left out, chosen, averaged or added: probabilities stay such."""
    belongs: ClassVar[Literal["anywhere", "network", "group"]] = "anywhere"
    """Where blocks of this kind may stand: only in the whole network, or only inside a group."""

    frozen: bool = flag(
        False,
        "A frozen block is not learned: its parameters stay as they are, requires_grad_(False) in PyTorch. So do the "
        "running mean and variance of a frozen batch norm, which go for each batch as they do in validation. Dropout "
        "drops as before. A frozen group freezes all that is inside. A run that is under way goes on as it began: this "
        "counts once one begins, or is gone on with.",
    )
    rate_factor: float = real(
        1.0,
        "The learning rate of this block is that of the schedule times this, at each step: a parameter group of its "
        "own in PyTorch's optimizer. Inside a group it is multiplied by that of the group.",
        low=LOWEST_RATE,
        high=HIGHEST_RATE,
    )

    @property
    def input_ports(self) -> tuple[str, ...]:
        """The input ports of this very block, for kinds whose parameters say how many there are."""
        return self.inputs

    @property
    def output_ports(self) -> tuple[str, ...]:
        """The output ports of this very block, for kinds whose parameters say how many there are."""
        return self.outputs

    @property
    def learning(self) -> tuple[bool, float]:
        """Whether it is frozen, and by what its learning rate is multiplied."""
        return self.frozen, self.rate_factor

    @property
    def hands_on_probabilities(self) -> bool:
        """Whether this very block keeps probabilities what they are, for kinds whose parameters say so."""
        return self.keeps_probabilities

    @property
    def moves_steps(self) -> bool:
        """Whether the steps of what it gives stand in other places than those of what it takes."""
        return False

    @property
    def shared_as(self) -> str:
        """Blocks of one network that name the same here are one module, with the same weights; empty for none."""
        return ""

    def form_fields(self) -> Mapping[str, FieldInfo]:
        """The parameters that a person edits. How it learns is no parameter: see LEARNING."""
        return _own_fields(type(self))

    @property
    def idle_fields(self) -> frozenset[str]:
        """Parameters that do nothing as the others stand; the form shows them, but takes no edit."""
        return frozenset()

    @property
    def hidden_fields(self) -> frozenset[str]:
        """Parameters that belong to another choice than the one that is made; the form leaves them out."""
        return frozenset()

    def value_of(self, name: str) -> Any:
        """The value of a parameter that a person edits."""
        return getattr(self, name)

    def changed(self, **params: Any) -> Block:
        """The same block with other values of these parameters. Raises pydantic's ValidationError."""
        return type(self)(**{**dict(self), **params})

    def output_shape(self, *inputs: Shape) -> Shape:
        """The shape this block gives for these inputs; raises ShapeError where it cannot take them."""
        expect_numbers(inputs[0])
        return inputs[0]

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """The shape that each output port gives; optional inputs at the end may be missing."""
        return (self.output_shape(*inputs),)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        """The torch modules to apply one after the other; none for a block that passes its input on."""
        return ()

    def forward(self, *inputs: Ref) -> Expr | tuple[Expr, ...]:
        """What the block computes, for each output port: its layers one after the other, where it says no more.

        `with_lengths(value, lengths)` gives an output lengths of its own.
        """
        value: Expr = inputs[0]
        for place, item in enumerate(self.layers(*(x.shape for x in inputs))):
            value = module(item, item.target.removeprefix("nn.").lower() if place else "")(value)
        return value

    def lengths(self, *inputs: Ref) -> Expr | None:
        """The lengths [N] of what it gives, where they vary: those of the first input that has any."""
        return next((x.lengths for x in inputs if x.lengths is not None), None)

    def parameter_count(self, *inputs: Shape) -> int:
        """Numbers that training changes, unless it is frozen."""
        return 0

    def multiply_adds(self, *inputs: Shape) -> int:
        """Multiplications with an addition for one sample (for one step, where the length varies)."""
        return 0

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        """What autograd saves of one sample for its gradients: nothing, where a kind does not say.

        `padded`: sequences differ in length, and the sizes are those of the longest (of one step, where not known).
        """
        return Saved()

    def details(self) -> str:
        """The main parameters in a few words, for the card."""
        return ""

    def params(self) -> dict[str, Any]:
        """The parameters as JSON values; how it learns, only where that is not as usual."""
        usual = {name for name in LEARNING if getattr(self, name) == Block.model_fields[name].default}
        return self.model_dump(mode="json", exclude=usual)


@lru_cache(maxsize=512)
def _own_fields(kind: type[Block]) -> Mapping[str, FieldInfo]:
    return {name: info for name, info in kind.model_fields.items() if name not in LEARNING}


for _told in Block.__class_vars__:  # pydantic would read them again for each kind: a third of the time that it takes
    Block.__annotations__.pop(_told, None)


IMAGE = ("C", "H", "W")
VOLUME = ("C", "D", "H", "W")
SEQUENCE = ("L", "F")
FEATURES = ("F",)
TOKENS = ("L",)


@dataclass(frozen=True)
class UnknownBlock:
    """A block of a kind that this version does not know: kept as it is, and saved back unchanged."""

    kind: str
    raw_params: dict[str, Any]

    title: ClassVar[str] = "Unknown"
    category: ClassVar[Category] = "Data"
    inputs: ClassVar[tuple[str, ...]] = ("in",)
    input_ports: ClassVar[tuple[str, ...]] = ("in",)
    outputs: ClassVar[tuple[str, ...]] = ("out",)
    output_ports: ClassVar[tuple[str, ...]] = ("out",)
    optional: ClassVar[tuple[str, ...]] = ()
    shared_as: ClassVar[str] = ""
    frozen: ClassVar[bool] = False
    learning: ClassVar[tuple[bool, float]] = (False, 1.0)

    def params(self) -> dict[str, Any]:
        """The parameters as they were read."""
        return self.raw_params

    def details(self) -> str:
        """Shown on the card."""
        return self.kind
