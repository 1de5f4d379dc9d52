"""Groups for the tests: an Inception module, an encoder, a network that uses them."""

from __future__ import annotations

from functools import lru_cache

from designer.core.edits import group_editing as groups
from designer.core.edits import placed_edits as arrange
from designer.core.graph.block import Block
from designer.core.graph.definition import Definition
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.settings import View
from designer.core.inference.infer import infer
from tests.helpers import block, chain, dense, input_of, output_for


def definition(name: str, *nodes: Node, parameters: dict[str, list[str]] | None = None) -> Definition:
    """A definition whose ports are in the order of its nodes; parameters as in a file: `conv1.out_channels`."""
    network = Network.of(nodes)
    targets = {
        name: tuple((item.split(".")[0], item.split(".")[1]) for item in items)
        for name, items in (parameters or {}).items()
    }
    return Definition(
        name,
        network,
        tuple(node.id for node in nodes if node.block.kind == "group_input"),
        tuple(node.id for node in nodes if node.block.kind == "group_output"),
        View(),
        targets,
    )


def port(name: str, source: str | None = None) -> Node:
    """An input of a group, or an output that takes from `source`."""
    return Node(name, block("group_output"), (source,)) if source else Node(name, block("group_input"), ())


def inception() -> Definition:
    """Three branches whose channels lie side by side, with the channels of each one as a parameter."""
    return definition(
        "Inception",
        port("x"),
        Node("narrow", block("conv2d", out_channels=4, kernel_size=1), ("x",)),
        Node("wide", block("conv2d", out_channels=4, kernel_size=3, padding=1), ("x",)),
        Node("pool", block("max_pool2d", kernel_size=3, stride=1, padding=1), ("x",)),
        Node("project", block("conv2d", out_channels=2, kernel_size=1), ("pool",)),
        Node("sum", block("add", count=2), ("narrow", "wide")),
        Node("output", block("group_output"), ("sum",)),
        Node("pooled", block("group_output"), ("project",)),
        parameters={
            "channels": ["narrow.out_channels", "wide.out_channels"],
            "pooled_channels": ["project.out_channels"],
        },
    )


@lru_cache(maxsize=1)
def some_definitions() -> list[Definition]:
    """Definitions of many sorts, for hypothesis to choose from."""
    return [
        inception(),
        definition("Nothing", port("x"), port("y", "x")),
        definition("Dense", port("x"), Node("dense1", block("dense", out_features=3), ("x",)), port("y", "dense1")),
        definition(
            "Reader",
            port("x"),
            Node("gru1", block("gru", hidden_size=5), ("x", None)),
            port("y", "gru1.sequence"),
            port("state", "gru1.state"),
        ),
        definition("Sum", port("a"), port("b"), Node("add1", block("add"), ("a", "b")), port("y", "add1")),
        definition(
            "Nested",
            port("x"),
            Node(
                "inner",
                use(definition("Flat", port("x"), Node("flatten1", block("flatten"), ("x",)), port("y", "flatten1"))),
                ("x",),
            ),
            Node("dense1", block("dense", out_features=4, activation="tanh"), ("inner",)),
            port("y", "dense1"),
        ),
    ]


def use(made: Definition, **params: object) -> Block:
    return block("group", definition=made, **params)


def cnn() -> Design:
    """A chain of convolutions with a place for each block."""
    return arrange.settled(
        Design(
            chain(
                input_of(1, 12, 12),
                ("conv2d", "conv1", {"out_channels": 4}),
                ("conv2d", "conv2", {"out_channels": 6, "padding": 1}),
                ("conv2d", "conv3", {"out_channels": 8}),
                "flatten",
                dense(4),
                output_for(),
            )
        )
    )


def two_uses(**params: object) -> Design:
    """Two Inception modules behind each other; the first sets its channels."""
    made = inception()
    nodes = [
        Node("input", block("input", sizes=(1, 8, 8)), ()),
        Node("first", use(made, values={"channels": 6}, **params), ("input",)),
        Node("second", use(made, **params), ("first",)),
        Node("merge", block("add"), ("second", "second")),
        Node("flatten1", block("flatten"), ("second.pooled",)),
        Node("output", block("output"), ("flatten1",)),
    ]
    return arrange.settled(Design(Network.of(nodes)))


def inside(design: Design, *path: str) -> Network:
    return groups.opened(design, path).network


def shapes(network: Network) -> dict[str, str]:
    return {name: str(result.shape) for name, result in infer(network).results.items()}


def problem_of(network: Network, block_id: str) -> str:
    found = infer(network).results[block_id].problem
    assert found is not None
    return found.message
