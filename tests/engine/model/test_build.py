from __future__ import annotations

import pytest
import torch

from designer.core.graph.binding import bind
from designer.core.graph.network import Network
from designer.core.schema.shape import sequence
from designer.data.samples import Samples
from designer.engine.model.build import build
from designer.engine.training.batches import TensorSamples
from tests.helpers import Item, chain, classes_of, dense, input_of, output_for


def sequences(*items: Item) -> Network:
    return chain(input_of(None, 3), *items, output_for())


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_that_padding_changes_no_result(kind: str) -> None:
    network = sequences((kind, "first", {"hidden_size": 7}), (kind, "second", {"hidden_size": 5}), dense(4))
    model = build(network, seed=1).eval()
    lengths = torch.tensor([4, 9, 2])
    padded = torch.zeros(3, 9, 3)
    alone = [torch.randn(1, int(length), 3) for length in lengths]
    for row, sample in enumerate(alone):
        padded[row, : sample.shape[1]] = sample[0]
    with torch.no_grad():
        together = model(padded, lengths)
        one_by_one = torch.cat([model(sample, torch.tensor([sample.shape[1]])) for sample in alone])
        with_more_padding = model(torch.cat([padded, torch.zeros(3, 6, 3)], dim=1), lengths)
    torch.testing.assert_close(together, one_by_one)
    torch.testing.assert_close(together, with_more_padding)


def test_that_a_batch_is_cut_to_its_longest_sequence() -> None:
    x = torch.arange(24, dtype=torch.float32).reshape(3, 4, 2).numpy()
    lengths, y = torch.tensor([1, 4, 2]).numpy(), torch.zeros(3, dtype=torch.int64).numpy()
    samples = Samples({"x": x, "x_lengths": lengths, "y": y})
    binding = bind(chain(input_of(None, 2), "lstm", output_for()), classes_of("steps", sequence(None, 2), "ab"))
    batch = TensorSamples.of(samples, binding, torch.device("cpu")).take(torch.tensor([2, 0]))
    values, taken = batch.arguments
    assert values.shape == (2, 2, 2)
    assert taken.tolist() == [2, 1]


@pytest.mark.parametrize(
    "last",
    [
        [dense(4), ("activation", "softmax1", {"function": "softmax"})],
        [dense(4, activation="softmax")],
    ],
)
def test_that_a_softmax_before_the_output_is_not_applied_twice(last: list[Item]) -> None:
    plain = build(chain(input_of(6), dense(5, "hidden"), dense(4), output_for()), seed=3)
    model = build(chain(input_of(6), dense(5, "hidden"), *last, output_for()), seed=3)
    x = torch.randn(8, 6)
    torch.testing.assert_close(model(x), plain(x))
    shown = model.trace(x)
    torch.testing.assert_close(shown["output", "out"], plain(x))
    softmax = shown[last[-1][1], "out"]
    torch.testing.assert_close(softmax, plain(x).softmax(-1))


def test_that_a_softmax_within_the_network_is_applied() -> None:
    network = chain(input_of(6), dense(5, "hidden", activation="softmax"), dense(4), output_for())
    model = build(network, seed=3)
    x = torch.randn(8, 6)
    assert torch.allclose(model.trace(x)["hidden", "out"].sum(-1), torch.ones(8))
    torch.testing.assert_close(model(x), model.get_submodule("dense1")(model.trace(x)["hidden", "out"]))


def test_that_sum_pooling_adds_each_window_up() -> None:
    network = chain(input_of(2, 4, 6), ("sum_pool2d", "pool"), "flatten", dense(3), output_for())
    x = torch.randn(5, 2, 4, 6)
    expected = x.reshape(5, 2, 2, 2, 3, 2).sum(dim=(3, 5))
    torch.testing.assert_close(build(network).trace(x)["pool", "out"], expected)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_that_the_rnn_follows_its_formula(nonlinearity: str) -> None:
    network = sequences(("rnn", "rnn", {"hidden_size": 4, "nonlinearity": nonlinearity}), dense(2))
    model = build(network, seed=2).eval()
    weights = dict(model.get_submodule("rnn").named_parameters())
    x, h = torch.randn(1, 6, 3), torch.zeros(4)
    states = []
    for step in x[0]:
        h = getattr(torch, nonlinearity)(
            weights["weight_ih_l0"] @ step + weights["bias_ih_l0"] + weights["weight_hh_l0"] @ h + weights["bias_hh_l0"]
        )
        states.append(h)
    torch.testing.assert_close(model.trace(x, torch.tensor([6]))["rnn", "sequence"][0], torch.stack(states))


@pytest.mark.parametrize("name", ["train", "half", "forward", "output_", "T", "float"])
def test_that_a_block_may_have_any_name(name: str) -> None:
    model = build(chain(input_of(6), dense(5, name), dense(4), output_for()))
    assert model(torch.randn(2, 6)).shape == (2, 4)
    assert (name, "out") in model.trace(torch.randn(2, 6))


def test_that_layers_are_named_after_their_blocks(cnn_example: object) -> None:
    model = build(cnn_example.network)  # type: ignore[attr-defined]
    assert sorted(model.state_dict()) == sorted(
        f"{block}.{part}" for block in ("conv1", "conv2", "conv3", "dense1", "dense2") for part in ("weight", "bias")
    )


def test_that_branches_share_what_they_branch_from() -> None:
    from designer.core.edits import network_edits as edits

    network = chain(input_of(6), dense(4, "a"), dense(4, "b"), output_for())
    wide = edits.add(network, network.nodes["a"].block, "unused")
    model = build(wide)
    assert "unused.weight" not in model.state_dict()
