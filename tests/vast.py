"""Designs of a few kilobytes that stand for more blocks, or for larger numbers, than any machine holds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from designer.core.graph.block import Block
from designer.core.graph.definition import Definition
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.settings import View
from tests.helpers import block


def _around(name: str, *nodes: Node) -> Definition:
    network = Network.of(
        [Node("enter", block("group_input"), ()), *nodes, Node("leave", block("group_output"), (nodes[-1].id,))]
    )
    return Definition(name, network, ("enter",), ("leave",))


def _whole(sizes: tuple[int, ...], *nodes: Node) -> Design:
    flat = Node("flat", block("flatten"), (nodes[-1].id,))
    dense = Node("dense", block("dense", out_features=10), ("flat",))
    output = Node("output", block("output"), ("dense",))
    network = Network.of([Node("input", block("input", sizes=sizes), ()), *nodes, flat, dense, output])
    places = {name: (0.0, 80.0 * row) for row, name in enumerate(network.nodes)}
    return Design(network, view=View(positions=places))


def doubled(times: int = 1100) -> Design:
    """Each Concatenate takes the one before twice: 2 to the power of 1,100 features."""
    names = ["input", *(f"concat{number}" for number in range(times))]
    pairs = pairwise(names)
    return _whole((4,), *(Node(name, block("concatenate"), (before, before)) for before, name in pairs))


def nested(leaf: Block, *, depth: int, uses: int = 1, repeat: int = 1, sizes: tuple[int, ...] = (4,)) -> Design:
    """Groups within groups: each level uses the one below so often, one behind the other."""
    definition = _around("Level1", Node("leaf", leaf, ("enter",)))
    for level in range(2, depth + 1):
        names = ["enter", *(f"use{number}" for number in range(uses))]
        group = block("group", definition=definition, repeat=repeat)
        pairs = pairwise(names)
        definition = _around(f"Level{level}", *(Node(name, group, (before,)) for before, name in pairs))
    return _whole(sizes, Node("top", block("group", definition=definition, repeat=repeat), ("input",)))


def abreast(leaf: Block, *, depth: int, uses: int) -> Design:
    """Groups within groups, side by side, all open in place."""
    definition = _around("Level1", Node("leaf", leaf, ("enter",)))
    for level in range(2, depth + 1):
        group = block("group", definition=definition)
        names = tuple(f"use{number}" for number in range(uses))
        merged = Node("sum", block("add", count=uses), names)
        inner = _around(f"Level{level}", *(Node(name, group, ("enter",)) for name in names), merged)
        places = {name: (300.0 * column, 80.0) for column, name in enumerate(inner.network.nodes)}
        view = View(positions=places, expanded=dict.fromkeys(names, (0.0, 0.0)))
        definition = Definition(inner.name, inner.network, inner.inputs, inner.outputs, view)
    whole = _whole((4,), Node("top", block("group", definition=definition), ("input",)))
    return Design(whole.network, view=whole.view.but(expanded={"top": (0.0, 0.0)}))


def _same() -> Block:
    return block("dense", out_features=4)


def _longer() -> Block:
    return block("zero_pad", padding=(0, 1))


VAST: dict[str, Callable[[], Design]] = {
    "doubled": doubled,
    "uses": lambda: nested(_same(), depth=10, uses=10),
    "repeats": lambda: nested(_same(), depth=5, repeat=64),
    "repeats that grow": lambda: nested(_longer(), depth=5, repeat=64, sizes=(4, 3)),
    "uses that grow": lambda: nested(_longer(), depth=10, uses=10, sizes=(4, 3)),
    "open in place": lambda: abreast(_same(), depth=10, uses=10),
    "broken inside": lambda: abreast(block("conv2d"), depth=10, uses=10),
}
