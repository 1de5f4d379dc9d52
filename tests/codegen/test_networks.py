"""Whole networks as exported PyTorch: branches, groups, names, and lines that are long."""

from __future__ import annotations

import pytest
import torch

from designer.codegen import model_script
from designer.core.edits import network_edits as edits
from designer.core.graph.network import Network, Node
from designer.core.inference.compile import compiled
from tests.codegen.reading import ForRuff, assert_script_computes_the_same
from tests.grouping import definition, port, two_uses, use
from tests.helpers import block, chain, dense, input_of, output_for

IMAGES = torch.randn(3, 1, 8, 8)


def of_images(*nodes: Node) -> Network:
    """Nodes that start from images 1×8×8 and end in features, which a Dense and an Output take."""
    return Network.of(
        [
            Node("input", block("input", sizes=(1, 8, 8)), ()),
            *nodes,
            Node("flatten", block("flatten"), (nodes[-1].id,)),
            Node("dense", block("dense", out_features=3), ("flatten",)),
            Node("output", block("output"), ("dense",)),
        ]
    )


def conv(name: str, source: str, **params: object) -> Node:
    return Node(name, block("conv2d", **{"out_channels": 4, "padding": 1, **params}), (source,))


def residual() -> Network:
    return of_images(
        conv("conv1", "input", activation="relu"),
        conv("conv2", "conv1", activation="relu"),
        conv("conv3", "conv2"),
        Node("add1", block("add"), ("conv1", "conv3")),
        Node("relu", block("activation"), ("add1",)),
    )


def repeated(**params: object) -> Network:
    made = definition(
        "Residual block",
        port("x"),
        conv("conv1", "x", activation="relu"),
        Node("drop", block("channel_dropout", p=0.3), ("conv1",)),
        conv("conv2", "drop"),
        Node("add1", block("add"), ("x", "conv2")),
        port("y", "add1"),
    )
    return of_images(conv("stem", "input"), Node("body", use(made, repeat=5, **params), ("stem",)))


def nested() -> Network:
    unit = definition(
        "Unit",
        port("x"),
        conv("conv", "x", activation="relu"),
        port("y", "conv"),
        parameters={"n": ["conv.out_channels"]},
    )
    stage = definition(
        "Stage",
        port("x"),
        Node("one", use(unit, values={"n": 3}), ("x",)),
        Node("two", use(unit), ("one",)),
        port("y", "two"),
    )
    return of_images(Node("first", use(stage), ("input",)), Node("second", use(stage), ("first",)))


def inceptions() -> Network:
    network = edits.remove(two_uses().network, ["merge"])
    return edits.set_params(network, "output", task="regression")


NETWORKS = {
    "residual": residual(),
    "separate": repeated(),
    "shared": repeated(weights="shared"),
    "nested": nested(),
    "inceptions": inceptions(),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_that_a_network_of_images_computes_the_same_when_exported(name: str, for_ruff: ForRuff) -> None:
    text = assert_script_computes_the_same(compiled(NETWORKS[name], title=name), [IMAGES])
    for_ruff(text)


def test_that_a_chain_of_modules_is_a_sequential() -> None:
    network = chain(input_of(1, 8, 8), ("conv2d", "conv1", {"activation": "relu"}), "flatten", dense(4), output_for())
    text = model_script(compiled(network, title="small_cnn")).text
    assert "class SmallCnn(nn.Sequential):" in text
    assert "def forward" not in text


def test_that_values_along_a_chain_are_called_x_and_others_after_their_blocks() -> None:
    text = model_script(compiled(residual())).text
    body = [line.strip() for line in text.splitlines() if line.startswith("        x = ") or " = self.conv" in line]
    assert body == [
        "x = self.conv1_relu(self.conv1(x))",
        "conv2 = self.conv2_relu(self.conv2(x))",
        "conv3 = self.conv3(conv2)",
        "x = x + conv3",
        "x = self.relu(x)",
        "x = self.flatten(x)",
    ]


def test_that_uses_of_a_group_that_differ_in_numbers_are_one_class_with_arguments() -> None:
    text = model_script(compiled(inceptions())).text
    assert text.count("class Inception(nn.Module):") == 1
    assert "def __init__(self, in_channels: int, out_channels: int) -> None:" in text
    assert "self.first = Inception(in_channels=1, out_channels=6)" in text


def test_that_a_group_within_a_group_passes_its_arguments_on() -> None:
    text = model_script(compiled(nested())).text
    assert text.count("class Unit(") == text.count("class Stage(") == 1
    assert "first=Stage(in_channels=1)," in text
    assert "one=Unit(in_channels=in_channels, out_channels=3)," in text


def test_that_repetitions_that_share_their_weights_are_one_module() -> None:
    text = model_script(compiled(NETWORKS["shared"])).text
    assert text.count("ResidualBlock()") == 1
    assert text.count("self.residual_block(x)") == 5


@pytest.mark.parametrize("name", ["torch", "nn", "Tensor", "self_", "float", "X", "lengths", "forward", "F"])
def test_that_a_block_may_have_any_name(name: str, for_ruff: ForRuff) -> None:
    sequence = f"{name}.sequence"
    network = Network.of(
        [
            Node("input", block("input", sizes=(None, 3)), ()),
            Node(name, block("gru", hidden_size=3), ("input", None)),
            Node("more", block("add"), ("input", sequence)),
            Node("again", block("add"), ("more", sequence)),
            Node("last", block("gru", hidden_size=3), ("again", f"{name}.state")),
            Node("output", block("output"), ("last",)),
        ]
    )
    given = [torch.randn(3, 5, 3), torch.tensor([5, 1, 3])]
    for_ruff(assert_script_computes_the_same(compiled(network), given))


def test_that_a_name_is_not_given_away_while_it_is_needed(for_ruff: ForRuff) -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(7, 3)), ()),
            Node("first", block("gru", hidden_size=3), ("input", None)),
            Node("second", block("gru", hidden_size=3), ("first.sequence", "first.state")),
            Node("third", block("gru", hidden_size=3), ("second.sequence", "first.state")),
            Node("sum", block("add", count=4), ("first.sequence", "second.sequence", "third.sequence", "input")),
            Node("fourth", block("gru", hidden_size=3), ("sum", "second.state")),
            Node("output", block("output"), ("fourth",)),
        ]
    )
    text = assert_script_computes_the_same(compiled(network), [torch.randn(3, 7, 3)])
    assert "second_states, second_state = self.second(states, state)" in text
    for_ruff(text)


def test_that_long_names_make_lines_that_are_broken_as_ruff_breaks_them(for_ruff: ForRuff) -> None:
    first, second = "a_convolution_with_a_name_as_long_as_one_may_be_in_this_program_", "B" * 64
    network = of_images(
        conv(first, "input", activation="leaky_relu", stride=(1, 2), kernel_size=(2, 4), dilation=(2, 1), bias=False),
        conv(second, first, padding=(0, 3), kernel_size=(1, 7)),
        Node("sum", block("add", count=8), (first, second) * 4),
    )
    for_ruff(assert_script_computes_the_same(compiled(network), [IMAGES]))


def test_that_each_block_has_its_lines() -> None:
    script = model_script(compiled(residual()))
    shown = {
        name: [script.lines[number].text.strip() for number in script.lines_of(name)] for name in ("conv2", "add1")
    }
    assert shown == {
        "conv2": [
            "self.conv2 = nn.Conv2d(4, 4, kernel_size=3, padding=1)",
            "self.conv2_relu = nn.ReLU()",
            "conv2 = self.conv2_relu(self.conv2(x))",
        ],
        "add1": ["x = x + conv3"],
    }


def test_that_a_group_within_a_group_is_called_once_where_its_lengths_are_handed_out() -> None:
    inner = definition(
        "Inner",
        port("x"),
        Node("conv1", block("conv1d", out_channels=4, kernel_size=2), ("x",)),
        Node("norm1", block("batch_norm1d"), ("conv1",)),
        Node("drop1", block("dropout"), ("norm1",)),
        port("y", "drop1"),
        port("z", "conv1"),
    )
    outer = definition("Outer", port("x"), Node("inner1", use(inner), ("x",)), port("y", "inner1"))
    network = chain(
        input_of(None, 4), ("group", "outer1", {"definition": outer}), "global_avg_pool", dense(2), output_for()
    )
    given = [torch.randn(3, 6, 4), torch.tensor([6, 2, 4])]
    text = assert_script_computes_the_same(compiled(network), given)
    assert text.count("self.inner1(") == 1
