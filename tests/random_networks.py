"""Networks drawn from a seed, of all kinds that fit one another: chains, branches, groups, repeats, several ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin
from zlib import crc32

from designer.core.graph.block import LEARNING as HOW_IT_LEARNS
from designer.core.graph.block import Block, ShapeError
from designer.core.graph.definition import Definition
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape
from tests.helpers import block

MOST_NUMBERS = 30_000
"""Values of a sample have no more, so that a network is quick."""
KINDS = [kind for kind, found in kinds().items() if found.input_ports and found.belongs == "anywhere"]
CHEAP = [
    *("upsample", "zero_pad", "rescale", "sum_pool1d", "sum_pool2d", "gaussian_noise", "flatten", "reshape", "add"),
    *("concatenate", "permute", "average", "subtract", "standardize", "global_avg_pool", "shift", "repeat_vector"),
    *("reverse", "crop", "slice_steps", "unflatten", "pad_steps", "pairs", "channel_dropout", "global_sum_pool"),
]
"""Kinds that save little for their gradients, and those that change no more than the shape."""
LEARNING = [kind for kind in KINDS if kinds()[kind].parameter_count is not Block.parameter_count]
SIZES: tuple[dict[str, Any], ...] = (
    {"sizes": (8,)},
    {"sizes": (48,)},
    {"sizes": (1, 12, 12)},
    {"sizes": (3, 16, 10)},
    {"sizes": (6, 8)},
    {"sizes": (24, 5)},
    {"sizes": (2, 4, 6, 5)},
    {"sizes": (None, 8)},
    {"sizes": (None, 12)},
    {"sizes": (None,), "axes": "tokens"},
    {"sizes": (9,), "axes": "tokens"},
    {"sizes": (4, 2, 8, 6), "axes": "image_sequence"},
)
_NUMBERS = {
    **dict.fromkeys(("out_features", "out_channels", "embedding_dim", "dim_feedforward"), (4, 8, 12, 24)),
    **dict.fromkeys(("hidden_size",), (16, 24, 32)),
    **dict.fromkeys(("num_layers", "depth_multiplier"), (1, 2, 3)),
    **dict.fromkeys(("count",), (2, 2, 3)),
    **dict.fromkeys(("n",), (1, 3, 6)),
    **dict.fromkeys(("num_heads", "nhead", "num_groups"), (1, 2, 4)),
    **dict.fromkeys(("p", "dropout"), (0.0, 0.2, 0.5)),
    **dict.fromkeys(("scale", "offset"), (0.5, 2.0)),
    "repeat": (1, 2, 3),
}
_PAIRS = {
    **dict.fromkeys(("kernel_size",), (1, 2, 3)),
    **dict.fromkeys(("stride",), (1, 1, 2)),
    **dict.fromkeys(("padding",), (0, 1)),
}
_NEW_SIZES = ((-1,), (-1, 4), (4, -1), (2, -1, 2), (1, 4, -1), (2, 2, -1, 1))


@dataclass
class Drawing:
    """A network while it grows: its blocks, and the shapes of what they give."""

    random: random.Random
    nodes: list[Node] = field(default_factory=list)
    given: dict[str, Shape] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    """What no block takes yet, the newest last."""

    def add(self, made: Block, refs: tuple[str | None, ...], shapes: tuple[Shape, ...]) -> str:
        """Puts a block behind others."""
        name = f"block{len(self.nodes) + 1}"
        self.nodes.append(Node(name, made, refs))
        for place, (port, shape) in enumerate(zip(made.output_ports, shapes, strict=False)):
            ref = f"{name}.{port}" if place else name
            self.given[ref] = shape
            self.free.append(ref)
        self.free = [ref for ref in self.free if ref not in refs]
        return name

    def grow(self, names: list[str], depth: int = 0) -> bool:
        """Adds a block of one of these kinds, where one fits; most often behind the newest."""
        for _ in range(60):
            made = self._block(self._kind(names), depth)
            refs = self._inputs(made) if made else None
            if made is None or refs is None:
                continue
            inputs = tuple(self.given[ref] for ref in refs if ref)
            try:
                shapes = made.output_shapes(*inputs)
            except (ShapeError, NetworkError):
                continue
            if all(_numbers(shape) <= MOST_NUMBERS for shape in shapes):
                self.add(made, refs, shapes)
                return True
        return False

    def _kind(self, names: list[str]) -> str:
        """One of them, chosen so that a kind more or less changes few networks."""
        number = self.random.random()
        return min(names, key=lambda name: crc32(f"{name} {number}".encode()))

    def _inputs(self, made: Block) -> tuple[str | None, ...] | None:
        """What the ports take: the newest first, and others mostly of the same shape."""
        pool = list(self.given)
        if not pool:
            return None
        first = self.free[-1] if self.free and self.random.random() < 0.75 else self.random.choice(pool)
        alike = [ref for ref in pool if self.given[ref] == self.given[first]]
        refs: list[str | None] = [first]
        for port in made.input_ports[1:]:
            if port in made.optional and self.random.random() < 0.6:
                refs.append(None)
            else:
                refs.append(self.random.choice(alike if self.random.random() < 0.7 else pool))
        return tuple(refs)

    def _block(self, kind: str, depth: int) -> Block | None:
        found = kinds()[kind]
        params: dict[str, Any] = {}
        if kind in ("group", "time_distributed"):
            if depth >= 2:
                return None
            definition = self._definition(kind, depth + 1)
            if definition is None:
                return None
            params["definition"] = definition
        for name, info in ((name, info) for name, info in found.model_fields.items() if name not in HOW_IT_LEARNS):
            value = self._value(name, info.annotation, getattr(info, "default", None))
            if value is not None:
                params[name] = value
        try:
            return found(**params)
        except ValueError:
            return None

    def _value(self, name: str, annotation: Any, default: Any) -> Any:
        draw = self.random
        if name in _NUMBERS:
            return draw.choice(_NUMBERS[name])
        if name in _PAIRS:
            value = draw.choice(_PAIRS[name])
            return (value,) * len(default) if isinstance(default, tuple) else value
        if name == "sizes":
            return draw.choice(_NEW_SIZES)
        if name == "order":
            return draw.choice(((2, 1), (1, 3, 2), (3, 1, 2)))
        if annotation is bool:
            return draw.random() < 0.5
        if get_origin(annotation) is Literal and name != "weights":
            return draw.choice(get_args(annotation)) if draw.random() < 0.6 else None
        return None

    def _definition(self, kind: str, depth: int) -> Definition | None:
        """A few blocks as a group, which takes what is newest here (of a sequence, one step)."""
        newest = self.given[self.free[-1] if self.free else self.random.choice(list(self.given))]
        if kind == "time_distributed":
            if "L" not in newest.names or newest.rank == 1:
                return None
            newest = Shape(newest.axes[1:])
        inner = Drawing(self.random)
        inner.add(block("group_input"), (), (newest,))
        for _ in range(self.random.randint(1, 4)):
            inner.grow(CHEAP if self.random.random() < 0.4 else KINDS, depth)
        if len(inner.nodes) == 1:
            return None
        leave = Node("leave", block("group_output"), (inner.free[-1],))
        return Definition(
            f"Drawn {self.random.randrange(10**9)}", Network.of([*inner.nodes, leave]), (inner.nodes[0].id,), ("leave",)
        )

    def end(self, ref: str) -> bool:
        """Leads a value to an Output, by a block in between where it needs one."""
        shape, draw = self.given[ref], self.random
        tasks = ["classification", "regression", "sequence_to_sequence", "autoencoder"]
        draw.shuffle(tasks)
        for task in tasks:
            if task == "autoencoder" and draw.random() < 0.5:
                continue
            made = block("output", task=task)
            try:
                made.output_shapes(shape)
            except ShapeError:
                continue
            self.add(made, (ref,), ())
            return True
        between = [block("flatten"), block("global_avg_pool"), block("pad_steps", n=4), block("embedding")]
        draw.shuffle(between)
        for made in between:
            try:
                shapes = made.output_shapes(shape)
            except ShapeError:
                continue
            name = self.add(made, (ref,), shapes)
            if made.kind == "flatten" and draw.random() < 0.6:
                dense = block("dense", out_features=5)
                name = self.add(dense, (name,), dense.output_shapes(*shapes))
            return self.end(name)
        return False


def _numbers(shape: Shape) -> int:
    """How many a sample has at most; a length that varies may be squared on the way, so that it is taken for long."""
    return shape.elements * (200 if shape.varies else 1)


def random_network(seed: int) -> Network | None:
    """A network of 3 to 15 blocks that can be trained; None where the seed gives none."""
    draw = random.Random(seed)
    drawing = Drawing(draw)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        made = block("input", **draw.choice(SIZES))
        drawing.add(made, (), made.output_shapes())
    cheap = draw.random() < 0.35
    if draw.random() < 0.8:
        drawing.grow(LEARNING)
    for _ in range(draw.randint(2, 12)):
        drawing.grow(CHEAP if draw.random() < (0.75 if cheap else 0.2) else KINDS)
    ended = [drawing.end(ref) for ref in _ends(drawing)]
    network = Network.of(drawing.nodes)
    inference = infer(network)
    return network if any(ended) and not inference.problems else None


def _ends(drawing: Drawing) -> Iterator[str]:
    """What leads to an Output: the newest, and now and then others that nobody takes."""
    free = [ref for ref in drawing.free if not drawing.given[ref].is_state]
    yield from [ref for ref in free[:-1] if drawing.random.random() < 0.3][:2]
    yield from free[-1:]
