"""Models with groups, against the same networks written with plain torch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.inference.infer import infer
from designer.core.storage import files
from designer.data import sources
from designer.engine.inspection.probe import capture
from designer.engine.model.build import Model, build
from designer.engine.protocol.requests import Watch
from tests.grouping import definition, port, two_uses, use
from tests.helpers import block, chain, dense, input_of, output_for


def module_of(model: nn.Module, name: str) -> nn.Module:
    return model.get_submodule(name)


def call(model: nn.Module, name: str, *values: Tensor) -> Tensor:
    result: Tensor = module_of(model, name)(*values)
    return result


def inception(model: nn.Module, prefix: str, x: Tensor) -> tuple[Tensor, Tensor]:
    """The module of tests.grouping, by hand."""
    pooled = functional.max_pool2d(x, 3, stride=1, padding=1)
    wide, narrow = call(model, f"{prefix}.wide", x), call(model, f"{prefix}.narrow", x)
    return narrow + wide, call(model, f"{prefix}.project", pooled)


def output_network(*nodes: Node, task: str = "regression") -> Network:
    return Network.of([*nodes, Node("output", block("output", task=task), (nodes[-1].id,))])


def counted(model: nn.Module) -> int:
    return sum(weight.numel() for weight in model.parameters())


def test_that_inception_modules_compute_what_they_say_with_weights_of_their_own() -> None:
    network = edits.remove(two_uses().network, ["merge"])
    network = edits.set_params(network, "output", task="regression")
    model = build(network, seed=3).eval()
    x = torch.randn(5, 1, 8, 8)
    first, _ = inception(model, "first", x)
    _, pooled = inception(model, "second", first)
    torch.testing.assert_close(model(x), pooled.flatten(1))
    assert module_of(model, "first.wide").weight.shape == (6, 1, 3, 3)
    assert module_of(model, "second.wide").weight.shape == (4, 6, 3, 3)
    assert counted(model) == infer(network).parameters


def test_that_uses_that_share_are_one_module_and_learn_together() -> None:
    made = definition("Branch", port("x"), Node("d", block("dense", out_features=3), ("x",)), port("y", "d"))
    network = output_network(
        Node("input", block("input", sizes=(3,)), ()),
        Node("one", use(made, weights="shared"), ("input",)),
        Node("two", use(made, weights="shared"), ("one",)),
        Node("branch", block("dense", out_features=3), ("two",)),
    )
    model = build(network, seed=1)
    assert {name.split(".")[0] for name, _ in model.named_parameters()} == {"branch", "branch_"}
    assert counted(model) == infer(network).parameters == 24
    x = torch.randn(4, 3)
    linear = module_of(model, "branch.d")
    torch.testing.assert_close(model(x), module_of(model, "branch_")(linear(linear(x))))
    model(x).sum().backward()
    by_hand = linear.weight.grad.clone()
    linear.weight.grad = None
    module_of(model, "branch_")(linear(linear(x))).sum().backward()
    torch.testing.assert_close(by_hand, linear.weight.grad)


@pytest.mark.parametrize("weights", ["separate", "shared"])
def test_that_a_repeated_group_is_applied_so_often(weights: str) -> None:
    made = definition(
        "Block",
        port("x"),
        Node("d", block("dense", out_features=4, activation="tanh"), ("x",)),
        Node("sum", block("add"), ("d", "x")),
        port("y", "sum"),
    )
    network = chain(
        input_of(4), ("group", "g", {"definition": made, "repeat": 3, "weights": weights}), output_for("regression")
    )
    model = build(network, seed=2)
    names = ["block"] * 3 if weights == "shared" else ["g_1", "g_2", "g_3"]
    x = torch.randn(6, 4)
    expected = x
    for name in names:
        expected = torch.tanh(call(model, f"{name}.d", expected)) + expected
    torch.testing.assert_close(model(x), expected)
    assert counted(model) == infer(network).parameters == (20 if weights == "shared" else 60)


def steps_network(length: int | None) -> Network:
    """A small CNN at every image of a sequence, then a GRU over what it gives."""
    cnn = definition(
        "Frame",
        port("frame"),
        Node("conv1", block("conv2d", out_channels=3, kernel_size=3, activation="relu"), ("frame",)),
        Node("norm", block("batch_norm2d"), ("conv1",)),
        Node("flatten1", block("flatten"), ("norm",)),
        Node("dense1", block("dense", out_features=5), ("flatten1",)),
        port("features", "dense1"),
    )
    return output_network(
        Node("input", block("input", sizes=(length, 1, 6, 6), axes="image_sequence"), ()),
        Node("frames", block("time_distributed", definition=cnn), ("input",)),
        Node("gru1", block("gru", hidden_size=4), ("frames", None)),
    )


def frames(model: nn.Module, x: Tensor) -> Tensor:
    return call(model, "frames.dense1", call(model, "frames.norm", call(model, "frames.conv1", x).relu()).flatten(1))


def test_that_a_distributed_cnn_is_applied_to_each_image() -> None:
    model = build(steps_network(4), seed=4)
    x = torch.randn(3, 4, 1, 6, 6)
    with torch.no_grad():
        steps = torch.stack([frames(model.eval(), x[:, place]) for place in range(4)], 1)
        _, last = module_of(model, "gru1")(steps)
    torch.testing.assert_close(model(x), last[-1])


def test_that_padding_changes_nothing_in_a_distributed_group_not_even_batch_norm() -> None:
    lengths = torch.tensor([4, 2, 3])
    x = torch.randn(3, 4, 1, 6, 6)
    garbage = x.clone()
    for row, length in enumerate(lengths):
        garbage[row, length:] = 1e6
    first, second = build(steps_network(None), seed=4), build(steps_network(None), seed=4)
    torch.testing.assert_close(first.train()(x, lengths), second.train()(garbage, lengths))
    torch.testing.assert_close(
        module_of(first, "frames.norm").running_mean, module_of(second, "frames.norm").running_mean
    )
    first.eval()
    with torch.no_grad():
        _, last = module_of(first, "gru1")(frames(first, x[1, :2])[None])
    torch.testing.assert_close(first(x, lengths)[1], last[-1, 0])


def encoder_decoder(kind: str) -> Network:
    """An encoder that is a group with a port for its state, which starts the decoder."""
    encoder = definition(
        "Encoder",
        port("steps"),
        Node("rnn1", block(kind, hidden_size=5), ("steps", None)),
        port("state", "rnn1.state"),
        port("sequence", "rnn1.sequence"),
    )
    return output_network(
        Node("input", block("input", sizes=(None, 3)), ()),
        Node("encoder", use(encoder), ("input",)),
        Node("decoder", block(kind, hidden_size=5), ("encoder.sequence", "encoder.state")),
    )


@pytest.mark.parametrize("kind", ["gru", "lstm"])
def test_that_a_state_leaves_a_group_and_starts_a_decoder_and_lengths_go_along(kind: str) -> None:
    network = encoder_decoder(kind)
    network = edits.connect(edits.disconnect(network, "decoder", 1), "encoder", "decoder", 1)
    assert infer(network).problems == []
    model = build(network, seed=5).eval()
    x, lengths = torch.randn(2, 6, 3), torch.tensor([6, 4])
    for row, length in enumerate(lengths):
        states, state = module_of(model, "encoder.rnn1")(x[row : row + 1, :length])
        _, last = module_of(model, "decoder")(states, state)
        hidden = last[0] if kind == "lstm" else last
        torch.testing.assert_close(model(x, lengths)[row], hidden[-1, 0])


@pytest.mark.parametrize("chosen", [["conv1"], ["conv1", "gru1"], ["conv1", "gru1", "conv2"], ["gru1", "conv2"]])
def test_that_lengths_that_change_inside_a_group_leave_it_with_the_values(chosen: list[str]) -> None:
    plain = output_network(
        Node("input", block("input", sizes=(None, 3)), ()),
        Node("conv1", block("conv1d", out_channels=4, kernel_size=3, stride=2), ("input",)),
        Node("gru1", block("gru", hidden_size=5), ("conv1", None)),
        Node("conv2", block("conv1d", out_channels=4, kernel_size=2), ("gru1.sequence",)),
        Node("gru2", block("gru", hidden_size=5), ("conv2", None)),
    )
    network = grouping.grouped(Design(plain), chosen, "Some").network
    one, other = build(plain, seed=1).eval(), build(network, seed=2).eval()
    weights = one.state_dict()
    other.load_state_dict({name: weights[name.removeprefix("group1.")] for name in other.state_dict()})
    x, lengths = torch.randn(3, 14, 3), torch.tensor([14, 9, 12])
    torch.testing.assert_close(one(x, lengths), other(x, lengths))
    alone = other(x[1:2, :9], torch.tensor([9]))
    torch.testing.assert_close(other(x, lengths)[1:2], alone)


def test_that_groups_within_groups_build_and_save_through_a_file() -> None:
    inner = definition("Inner", port("x"), Node("d", block("dense", out_features=6), ("x",)), port("y", "d"))
    outer = definition(
        "Outer", port("x"), Node("a", use(inner), ("x",)), Node("b", use(inner, repeat=2), ("a",)), port("y", "b")
    )
    network = chain(input_of(3), ("group", "g", {"definition": outer}), dense(2), output_for())
    read = files.parse(files.dumps(Design(network))).network
    one, other = build(network, seed=1), build(read, seed=1)
    assert list(one.state_dict()) == list(other.state_dict())
    assert "g.b_2.d.weight" in one.state_dict()
    x = torch.randn(4, 3)
    torch.testing.assert_close(one(x), other(x))


def test_that_an_input_that_nothing_inside_uses_changes_nothing() -> None:
    made = definition("Half", port("a"), port("b"), Node("d", block("dense", out_features=2), ("a",)), port("y", "d"))
    network = output_network(
        Node("input", block("input", sizes=(None, 3)), ()),
        Node("gru1", block("gru", hidden_size=4), ("input", None)),
        Node("g", use(made), ("gru1", "gru1.sequence")),
    )
    model = build(network, seed=1)
    assert model(torch.randn(2, 5, 3), torch.tensor([5, 2])).shape == (2, 2)


def test_that_a_whole_network_traces_what_a_group_gives() -> None:
    network = edits.remove(two_uses().network, ["merge"])
    model: Model = build(network, seed=3)
    shown = model.trace(torch.randn(2, 1, 8, 8))
    assert shown["first", "output"].shape == (2, 6, 8, 8)
    assert shown["first", "pooled"].shape == (2, 2, 8, 8)


def test_that_a_trace_looks_into_an_open_group() -> None:
    network = edits.remove(two_uses().network, ["merge"])
    model = build(network, seed=3).eval()
    x = torch.randn(2, 1, 8, 8)
    first, _ = inception(model, "first", x)
    shown = model.trace_with_lengths(x, inside=("second",))[0]
    torch.testing.assert_close(shown["second/wide", "out"], call(model, "second.wide", first))
    torch.testing.assert_close(shown["second/x", "out"], first)
    assert shown["second/pooled", "out"].shape == (2, 2, 8, 8)
    with pytest.raises(KeyError):
        model.trace_with_lengths(x, inside=("flatten1",))


def test_that_a_trace_looks_into_the_first_repetition_and_into_the_steps() -> None:
    made = definition("Block", port("x"), Node("d", block("dense", out_features=4), ("x",)), port("y", "d"))
    outer = definition("Outer", port("x"), Node("inner", use(made), ("x",)), port("y", "inner"))
    network = chain(input_of(4), ("group", "g", {"definition": outer, "repeat": 2}), output_for("regression"))
    model, x = build(network, seed=2), torch.randn(3, 4)
    shown = model.trace_with_lengths(x, inside=("g", "inner"))[0]
    torch.testing.assert_close(shown["g/inner/d", "out"], call(model, "g_1.inner.d", x))
    steps, images = build(steps_network(None), seed=4).eval(), torch.randn(1, 4, 1, 6, 6)
    shown = steps.trace_with_lengths(images, torch.tensor([4]), inside=("frames",))[0]
    torch.testing.assert_close(shown["frames/dense1", "out"], frames(steps, images[0]))


@given(st.sets(st.sampled_from(["conv1", "conv2", "pool1", "add1", "norm", "flatten", "dense1"]), min_size=1))
@settings(max_examples=40)
def test_that_grouping_any_blocks_changes_no_result(chosen: set[str]) -> None:
    nodes = [
        Node("input", block("input", sizes=(1, 8, 8)), ()),
        Node("conv1", block("conv2d", out_channels=3, padding=1), ("input",)),
        Node("conv2", block("conv2d", out_channels=3, padding=1, activation="relu"), ("conv1",)),
        Node("pool1", block("max_pool2d", kernel_size=3, stride=1, padding=1), ("conv1",)),
        Node("add1", block("add"), ("conv2", "pool1")),
        Node("norm", block("batch_norm2d"), ("add1",)),
        Node("flatten", block("flatten"), ("norm",)),
        Node("dense1", block("dense", out_features=4), ("flatten",)),
    ]
    plain = output_network(*nodes)
    try:
        network = grouping.grouped(Design(plain), chosen, "Some").network
    except NetworkError:
        assume(False)
    one, other = build(plain, seed=1).eval(), build(network, seed=2).eval()
    weights = one.state_dict()
    other.load_state_dict({name: weights[name.removeprefix("group1.")] for name in other.state_dict()})
    x = torch.randn(2, 1, 8, 8)
    torch.testing.assert_close(one(x), other(x))


def test_that_the_words_of_a_text_are_told_inside_a_group_and_not_behind_one_that_turns_it() -> None:
    embedding = Node("embedding1", block("embedding", num_embeddings=7000, embedding_dim=4), ("x",))
    straight = definition("Reader", port("x"), embedding, port("y", "embedding1"))
    turned = definition(
        "Turner", port("x"), embedding, Node("turn", block("reverse"), ("embedding1",)), port("y", "turn")
    )
    numbers = sources.load("movie_reviews").test.sample("words", 4)
    for made, told in ((straight, len(numbers)), (turned, 0)):
        network = chain(
            ("input", "input", {"sizes": (None,), "axes": "tokens"}),
            ("group", "g", {"definition": made}),
            "gru",
            dense(2),
            output_for(),
        )
        model, dataset = build(network, seed=1), sources.load("movie_reviews")
        inner = capture(model, network, dataset, Watch("g/embedding1", 4), "untrained", 0)
        assert inner.values.shape == (len(numbers), 4)
        behind = capture(model, network, dataset, Watch("gru", 4), "untrained", 0)
        assert len(behind.words) == told
