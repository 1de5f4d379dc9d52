"""What there is to see of a block: gates that torch keeps to itself, kernels, the ports that tell most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence

from designer.core.graph.network import Network, Node
from designer.core.schema.shape import sequence
from designer.data import sources
from designer.engine.inspection.gates import CELL, HIDDEN, gate_names, gates_of
from designer.engine.inspection.probe import capture
from designer.engine.inspection.registry import Subject, sights_of
from designer.engine.inspection.sample_pass import ForwardPass, modules_of
from designer.engine.model.build import Model, build
from designer.engine.protocol.events import ActivationsCaptured
from designer.engine.protocol.requests import Watch
from tests.helpers import Item, block, chain, dense, input_of, output_for


@dataclass(frozen=True)
class Seen:
    """What is shown of a block, and all that there is to see of it, as people call them."""

    name: str
    names: tuple[str, ...]
    axes: tuple[str, ...]
    values: NDArray[np.float32]


def seen(model: Model, name: str, view: str, *arguments: Tensor) -> Seen:
    """A block after a pass of these arguments, in place of a sample of some data."""
    model.eval()
    forward = ForwardPass(model, arguments, [name])
    subject = Subject(name, block("flatten"), forward.ports(name), tuple(modules_of(model, name)), forward.calls(name))
    found = {item.sight.title: item for item in sights_of(subject).values() if item.view.moment == "forward"}
    chosen = found.get(view) or next(iter(found.values()))
    with torch.inference_mode():
        return Seen(chosen.sight.title, tuple(found), chosen.sight.axes, chosen.found.read().detach().numpy())


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_that_gates_come_with_the_hidden_states_that_torch_gives(
    kind: type[nn.RNNBase], layers: int, bidirectional: bool
) -> None:
    rnn = kind(3, 5, layers, batch_first=True, bidirectional=bidirectional)
    states_count = layers * (2 if bidirectional else 1)
    x, h, c = torch.randn(1, 7, 3), torch.randn(states_count, 1, 5), torch.randn(states_count, 1, 5)
    state = (h, c) if kind is nn.LSTM else h
    with torch.no_grad():
        states, last = rnn(x, state)
        found = gates_of(rnn, x, state)
        packed = gates_of(rnn, pack_padded_sequence(x, torch.tensor([7]), batch_first=True), state)
    torch.testing.assert_close(found[HIDDEN], states[0])
    assert set(found) == {HIDDEN, *gate_names(rnn)}
    for name, values in found.items():
        torch.testing.assert_close(packed[name], values)
        assert values.shape == states[0].shape
    if kind is nn.LSTM:
        torch.testing.assert_close(found[CELL][-1, :5], last[1][states_count - (2 if bidirectional else 1), 0])


def test_that_the_gates_of_an_lstm_make_its_cell_state() -> None:
    rnn = nn.LSTM(3, 5, batch_first=True)
    with torch.no_grad():
        found = gates_of(rnn, torch.randn(1, 7, 3))
    i, f, g, o, c = (
        found[f"{gate}"] for gate in ("input gate i", "forget gate f", "cell gate g", "output gate o", CELL)
    )
    torch.testing.assert_close(c[1:], f[1:] * c[:-1] + i[1:] * g[1:])
    torch.testing.assert_close(found[HIDDEN], o * c.tanh())


def test_that_a_recurrent_block_shows_its_hidden_states_first_and_its_gates_by_choice() -> None:
    model = build(chain(input_of(None, 3), ("lstm", "lstm1", {"hidden_size": 4}), dense(2), output_for()), seed=1)
    x, lengths = torch.randn(1, 6, 3), torch.tensor([6])
    view = seen(model, "lstm1", "", x, lengths)
    assert view.names == (
        "hidden state h",
        "last",
        "state",
        "cell state c",
        "input gate i",
        "forget gate f",
        "cell gate g",
        "output gate o",
    )
    assert (view.name, view.axes, view.values.shape) == (HIDDEN, ("L", "F"), (6, 4))
    lstm = model.get_submodule("lstm1")
    states, (_, c) = lstm(x)
    np.testing.assert_allclose(view.values, states[0].detach().numpy(), atol=1e-6)
    cells = seen(model, "lstm1", CELL, x, lengths)
    np.testing.assert_allclose(cells.values[-1], c[0, 0].detach().numpy(), atol=1e-6)
    state = seen(model, "lstm1", "state", x, lengths)
    assert (state.axes, state.values.shape) == (("HC", "S", "F"), (2, 1, 4))
    np.testing.assert_allclose(state.values[1, 0], c[0, 0].detach().numpy(), atol=1e-6)


def test_that_gates_of_a_decoder_start_with_the_state_that_it_was_given() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(5, 3)), ()),
            Node("encoder", block("gru", hidden_size=4), ("input", None)),
            Node("decoder", block("gru", hidden_size=4), ("input", "encoder.state")),
            Node("output", block("output"), ("decoder",)),
        ]
    )
    model, x = build(network, seed=1), torch.randn(1, 5, 3)
    hidden = seen(model, "decoder", HIDDEN, x).values
    gates = {name: seen(model, "decoder", name, x).values for name in ("update gate z", "new gate n")}
    z, n = gates["update gate z"], gates["new gate n"]
    start = seen(model, "encoder", "state", x).values[0]
    np.testing.assert_allclose(hidden[0], (1 - z[0]) * n[0] + z[0] * start, atol=1e-6)


def test_that_attention_shows_its_weights_first() -> None:
    attention = ("multi_head_attention", "attention1", {"num_heads": 2})
    model = build(chain(input_of(None, 8), attention, ("gru", "gru1"), dense(2), output_for()), seed=1)
    view = seen(model, "attention1", "", torch.randn(1, 6, 8), torch.tensor([6]))
    assert (view.name, view.names, view.axes) == ("weights", ("weights", "out"), ("A", "Q", "K"))
    np.testing.assert_allclose(view.values.sum(-1), np.ones((2, 6)), atol=1e-6)
    assert seen(model, "attention1", "out", torch.randn(1, 6, 8), torch.tensor([6])).axes == ("L", "F")


@pytest.mark.parametrize("norm_first", [False, True])
def test_that_a_transformer_shows_the_attention_of_each_layer(norm_first: bool) -> None:
    params = {"nhead": 2, "num_layers": 2, "norm_first": norm_first, "causal": True}
    network = chain(
        input_of(None, 8), ("transformer_encoder", "layers", params), ("gru", "gru1"), dense(2), output_for()
    )
    model, x = build(network, seed=1), torch.randn(1, 6, 8)
    first = seen(model, "layers", "", x, torch.tensor([6]))
    second = seen(model, "layers", "attention, layer 2", x, torch.tensor([6]))
    assert first.names == ("attention, layer 1", "attention, layer 2", "out")
    assert (first.name, first.axes, first.values.shape) == ("attention, layer 1", ("A", "Q", "K"), (2, 6, 6))
    layer = model.get_submodule("layers_1")
    read = layer.norm1(x) if norm_first else x
    unseen = torch.ones(6, 6, dtype=torch.bool).triu(1)
    with torch.no_grad():
        _, expected = layer.self_attn(read, read, read, attn_mask=unseen, average_attn_weights=False)
    np.testing.assert_allclose(first.values, expected[0].numpy(), atol=1e-6)
    assert not np.allclose(first.values, second.values)
    np.testing.assert_allclose(second.values.sum(-1), np.ones((2, 6)), atol=1e-6)
    out = seen(model, "layers", "out", x, torch.tensor([6]))
    with torch.inference_mode():
        np.testing.assert_allclose(out.values, model.trace(x, torch.tensor([6]))["layers", "out"][0], atol=1e-5)


@pytest.mark.parametrize("view", ["attention:layer1", "states:out", "gradient:out"])
def test_that_looking_while_training_drops_nothing_out_and_draws_no_random_numbers(view: str) -> None:
    transformer = ("transformer_encoder", "layers", {"nhead": 2, "dropout": 0.5})
    network = chain(input_of(None, 12), transformer, ("gru", "gru1"), dense(9), output_for())
    model = build(network, seed=1).train()
    dataset, before = sources.load("japanese_vowels"), torch.get_rng_state()
    events = [capture(model, network, dataset, Watch("layers", 2, view), "training", 1) for _ in range(2)]
    np.testing.assert_array_equal(events[0].values, events[1].values)
    assert [event.view for event in events] == [view, view]
    assert torch.equal(torch.get_rng_state(), before)
    assert all(module.training for module in model.modules())


def test_that_a_convolution_shows_its_maps_first_and_its_kernels_by_choice() -> None:
    model = build(chain(input_of(2, 6, 6), ("conv2d", "conv1", {"out_channels": 4}), "flatten", dense(2), output_for()))
    x = torch.randn(1, 2, 6, 6)
    view = seen(model, "conv1", "", x)
    assert (view.name, view.names, view.axes) == ("out", ("out", "kernels"), ("C", "H", "W"))
    kernels = seen(model, "conv1", "kernels", x)
    assert kernels.axes == ("O", "I", "H", "W")
    np.testing.assert_array_equal(kernels.values, model.get_submodule("conv1").weight.detach().numpy())


def test_that_of_very_many_kernels_the_first_are_shown() -> None:
    network = chain(input_of(512, 3, 3), ("conv2d", "conv1", {"out_channels": 300}), "flatten", dense(2), output_for())
    view = seen(build(network), "conv1", "first kernels", torch.randn(1, 512, 3, 3))
    assert (view.name, view.values.shape) == ("first kernels", (2, 512, 3, 3))


def test_that_a_view_that_a_block_does_not_have_gives_the_one_that_tells_most() -> None:
    model = build(chain(input_of(8), dense(2), output_for()))
    view = seen(model, "dense1", "kernels", torch.randn(1, 8))
    assert (view.name, view.names, view.axes) == ("out", ("out",), ("F",))
    with pytest.raises(KeyError):
        seen(model, "dense7", "", torch.randn(1, 8))


def test_that_padding_is_not_shown() -> None:
    attention = ("multi_head_attention", "attention1", {"num_heads": 2})
    network = chain(input_of(6, 8), "masking", attention, ("gru", "gru1"), dense(2), output_for())
    x = torch.randn(1, 6, 8)
    x[:, 4:] = 0
    model = build(network, seed=1)
    weights = seen(model, "attention1", "weights", x).values
    assert weights.shape == (2, 4, 6)
    assert not weights[..., 4:].any()
    for name, view in (("masking", ""), ("attention1", "out"), ("gru1", HIDDEN), ("gru1", "update gate z")):
        assert len(seen(model, name, view, x).values) == 4
    assert len(seen(model, "input", "", x).values) == 6


def review_network(*more: Item) -> Network:
    return chain(
        ("input", "input", {"sizes": (None,), "axes": "tokens"}),
        *more,
        ("embedding", "embedding1", {"num_embeddings": 7000, "embedding_dim": 8}),
        ("multi_head_attention", "attention1", {"num_heads": 2}),
        ("gru", "gru1"),
        dense(2),
        output_for(),
    )


def captured(network: Network, block_id: str) -> ActivationsCaptured:
    dataset = sources.load("movie_reviews")
    return capture(build(network, seed=1), network, dataset, Watch(block_id, 4), "untrained", 0)


def test_that_the_steps_of_a_text_are_told_with_their_words() -> None:
    dataset = sources.load("movie_reviews")
    numbers = dataset.test.sample("words", 4)
    expected = tuple(dataset.words["words"][number] for number in numbers)
    for name in ("input", "embedding1", "attention1", "gru1"):
        assert captured(review_network(), name).words == expected
    assert captured(review_network(), "dense1").words == ()
    turned = review_network("reverse")
    assert captured(turned, "reverse").words == expected[::-1]
    assert captured(turned, "gru1").words == (), "its steps are no longer those of the text"
    delayed = review_network(("shift", "shift", {"value": 6000.0}))
    assert captured(delayed, "shift").words == ("6000", *expected[:-1])


def test_that_tokens_keep_their_axis() -> None:
    network = chain(
        ("input", "input", {"sizes": (5,), "axes": "tokens"}), "reverse", "embedding", "gru", dense(2), output_for()
    )
    view = seen(build(network), "reverse", "", torch.tensor([[1, 2, 3, 4, 5]]))
    assert view.axes == ("L",)
    assert view.values.tolist() == [5, 4, 3, 2, 1]
    assert build(network).program.shapes["embedding", "out"] == sequence(5, 32)


@pytest.mark.parametrize("last", ["dense1", "softmax1"])
def test_that_a_last_softmax_and_the_sample_show_the_same_numbers(last: str) -> None:
    softmax: Item = ("activation", "softmax1", {"function": "softmax"})
    items = [dense(10, activation="softmax")] if last == "dense1" else [dense(10), softmax]
    network = chain(input_of(1, 28, 28), "flatten", *items, output_for())
    data = sources.load("mnist_5k")
    for watched in (last, "output"):
        event = capture(build(network, seed=3), network, data, Watch(watched, 5), "untrained", 0)
        np.testing.assert_allclose(event.values, event.sample.verdicts[0].scores, atol=1e-6)
        assert event.values.sum() == pytest.approx(1.0, abs=1e-5)
