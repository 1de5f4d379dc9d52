"""Attention, by hand and by plain torch: masks, other sequences to look at, places, layers."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.engine.model.build import build
from tests.helpers import block, chain, dense, input_of, output_for
from tests.mendable import mendable_problem

LENGTHS = torch.tensor([6, 2, 4])


def traced(network: Network, *arguments: Tensor) -> tuple[nn.Module, dict[tuple[str, str], Tensor]]:
    """The model in eval mode, and what each port gives."""
    model = build(network, seed=3).eval()
    with torch.no_grad():
        return model, model.trace(*arguments)


def looked_into(kind: str, length: int | None = None, features: int = 8, **params: object) -> Network:
    """A block of this kind on sequences, with something behind it that makes the network whole."""
    return chain(input_of(length, features), (kind, "seen", params), ("gru", "gru1", {}), dense(3), output_for())


def cross_attention(**params: object) -> Network:
    """Queries of 8 features that look at a memory of 5."""
    return Network.of(
        [
            Node("queries", block("input", sizes=(4, 8)), ()),
            Node("memory", block("input", sizes=(None, 5)), ()),
            Node("seen", block("multi_head_attention", num_heads=2, **params), ("queries", "memory")),
            Node("gru1", block("gru"), ("seen", None)),
            Node("output", block("output"), ("gru1",)),
        ]
    )


def by_hand(attention: nn.MultiheadAttention, x: Tensor, heads: int, unseen: Tensor) -> tuple[Tensor, Tensor]:
    """softmax(Q Kᵀ / √d) V of self-attention, head by head; `unseen` [N, Q, K] is left out."""
    queries, keys, values = (x @ attention.in_proj_weight.T + attention.in_proj_bias).chunk(3, dim=-1)
    size = x.shape[-1] // heads
    seen, weights = [], []
    for head in range(heads):
        own = slice(head * size, (head + 1) * size)
        scores = queries[..., own] @ keys[..., own].transpose(1, 2) / math.sqrt(size)
        weights.append(scores.masked_fill(unseen, -math.inf).softmax(-1))
        seen.append(weights[-1] @ values[..., own])
    out = torch.cat(seen, -1) @ attention.out_proj.weight.T + attention.out_proj.bias
    return out, torch.stack(weights, dim=1)


@pytest.mark.parametrize("causal", [False, True])
def test_that_attention_is_the_softmax_of_the_products_of_queries_and_keys(causal: bool) -> None:
    x = torch.randn(3, 6, 8)
    model, shown = traced(looked_into("multi_head_attention", num_heads=2, causal=causal), x, LENGTHS)
    unseen = (torch.arange(6) >= LENGTHS[:, None])[:, None, :].expand(3, 6, 6)
    if causal:
        unseen = unseen | torch.ones(6, 6, dtype=torch.bool).triu(1)
    attention = model.get_submodule("seen")
    assert isinstance(attention, nn.MultiheadAttention)
    with torch.no_grad():
        out, weights = by_hand(attention, x, 2, unseen)
    torch.testing.assert_close(shown["seen", "out"], out)
    torch.testing.assert_close(shown["seen", "weights"], weights)


def test_that_attention_to_a_memory_agrees_with_torch_and_leaves_its_padding_out() -> None:
    queries, memory = torch.randn(3, 4, 8), torch.randn(3, 6, 5)
    network = cross_attention()
    result = infer(network).results["seen"]
    assert result.shapes is not None
    assert [str(shape) for shape in result.shapes] == ["4×8", "2×4×K"]
    model, shown = traced(network, queries, memory, LENGTHS)
    weights = shown["seen", "weights"]
    assert weights.shape == (3, 2, 4, 6)
    torch.testing.assert_close(weights.sum(-1), torch.ones(3, 2, 4))
    assert not weights[1, :, :, 2:].any()
    attention = model.get_submodule("seen")
    expected, _ = attention(queries[1:2], memory[1:2, :2], memory[1:2, :2])
    torch.testing.assert_close(shown["seen", "out"][1:2], expected)
    assert result.parameters == sum(weight.numel() for weight in attention.parameters())


def test_that_causal_attention_does_not_see_what_comes_later() -> None:
    x = torch.randn(1, 6, 8)
    changed = x.clone()
    changed[:, 3:] += 1
    for kind, heads in (("multi_head_attention", "num_heads"), ("transformer_encoder", "nhead")):
        network = looked_into(kind, 6, causal=True, **{heads: 2})
        _, before = traced(network, x)
        _, after = traced(network, changed)
        torch.testing.assert_close(before["seen", "out"][:, :3], after["seen", "out"][:, :3])
        assert not torch.allclose(before["seen", "out"][:, 3:], after["seen", "out"][:, 3:])


def test_that_heads_that_do_not_divide_the_features_are_refused_with_a_mend() -> None:
    for kind, field in (("multi_head_attention", "num_heads"), ("transformer_encoder", "nhead")):
        problem = mendable_problem(looked_into(kind, 6, features=10, **{field: 4}), "seen")
        assert "10 features cannot be shared out among 4 heads: set " + field in problem.message
        assert problem.field == field
        assert [fix.title for fix in problem.fixes] == [f"Set {field} of 'seen' to 2"]


def test_that_a_transformer_encoder_is_torch_s_layers_one_behind_the_other() -> None:
    network = looked_into("transformer_encoder", nhead=2, num_layers=3, norm_first=True, activation="gelu")
    x = torch.randn(3, 6, 8)
    model, shown = traced(network, x, LENGTHS)
    expected, padding = x, torch.arange(6) >= LENGTHS[:, None]
    layers = [model.get_submodule(f"seen_{number}") for number in (1, 2, 3)]
    with torch.no_grad():
        for layer in layers:
            assert isinstance(layer, nn.TransformerEncoderLayer)
            assert layer.norm_first
            expected = layer(expected, src_key_padding_mask=padding)
    for row, length in enumerate(LENGTHS):
        torch.testing.assert_close(shown["seen", "out"][row, :length], expected[row, :length])
    first, second = (layer.linear1.weight for layer in layers[:2])
    assert not torch.equal(first, second), "every layer starts with weights of its own"


@pytest.mark.parametrize("size", [8, 7])
def test_that_sinusoidal_places_are_those_of_vaswani(size: int) -> None:
    x = torch.randn(1, 5, size)
    _, shown = traced(looked_into("positional_encoding", 5, size), x)
    for step in range(5):
        for place in range(size):
            angle = step / 10_000 ** ((place - place % 2) / size)
            expected = math.cos(angle) if place % 2 else math.sin(angle)
            assert float(shown["seen", "out"][0, step, place] - x[0, step, place]) == pytest.approx(expected, abs=1e-5)


def test_that_learned_places_are_rows_of_a_table_and_the_last_one_serves_longer_sequences() -> None:
    network = looked_into("positional_encoding", encoding="learned", max_length=4)
    x = torch.zeros(1, 6, 8)
    model, shown = traced(network, x, torch.tensor([6]))
    table = model.get_submodule("seen").weight
    torch.testing.assert_close(shown["seen", "out"][0], table[[0, 1, 2, 3, 3, 3]])


def test_that_a_table_of_places_too_short_for_sequences_of_one_length_is_refused_with_a_mend() -> None:
    problem = mendable_problem(looked_into("positional_encoding", 6, encoding="learned", max_length=4), "seen")
    assert "has learned places for 4 steps, but sequences have 6: set max_length to 6 or more" in problem.message
    assert [fix.title for fix in problem.fixes] == ["Set max_length of 'seen' to 6"]


@pytest.mark.parametrize("kind", ["activation", "layer_norm", "rms_norm", "dropout", "add", "concatenate"])
def test_that_nothing_computes_with_padded_attention_weights(kind: str) -> None:
    made = block(kind)
    nodes = [
        Node("input", block("input", sizes=(None, 4)), ()),
        Node("attention1", block("multi_head_attention", num_heads=2), ("input", None)),
        Node("taker", made, ("attention1.weights",) * len(made.input_ports)),
    ]
    problem = mendable_problem(Network.of(nodes), "taker")
    assert "cannot compute with the attention of sequences whose length varies" in problem.message
    assert problem.fixes[0].title == "Take 'out' of 'attention1'"


def set_network() -> Network:
    """Points through learned ones and back, and pooled by a learned seed (Lee et al. 2019)."""
    return Network.of(
        [
            Node("points", block("input", sizes=(None, 8)), ()),
            Node("induced", block("learned_steps", n=3), ("points",)),
            Node("down", block("multi_head_attention", num_heads=2), ("induced", "points")),
            Node("up", block("multi_head_attention", num_heads=2), ("points", "down")),
            Node("seed", block("learned_steps", n=1), ("up",)),
            Node("pooled", block("multi_head_attention", num_heads=2), ("seed", "up")),
            Node("flat", block("flatten"), ("pooled",)),
            Node("dense", block("dense", out_features=4), ("flat",)),
            Node("output", block("output"), ("dense",)),
        ]
    )


def test_that_a_set_gives_the_same_in_any_order_and_whatever_stands_behind_it() -> None:
    torch.manual_seed(1)
    points, lengths = torch.randn(3, 6, 8), torch.tensor([6, 2, 4])
    _, given = traced(set_network(), points, lengths)
    order = torch.stack([torch.cat([torch.randperm(count), torch.arange(count, 6)]) for count in lengths.tolist()])
    moved = points.gather(1, order[:, :, None].expand(points.shape))
    moved[torch.arange(6)[None] >= lengths[:, None]] = 99.0
    _, again = traced(set_network(), moved, lengths)
    torch.testing.assert_close(again["dense", "out"], given["dense", "out"])
    assert given["pooled", "out"].shape == (3, 1, 8)


def test_that_learned_steps_are_the_same_for_all_and_learn() -> None:
    model, given = traced(set_network(), torch.randn(3, 6, 8), torch.tensor([6, 2, 4]))
    seeds = given["induced", "out"]
    assert torch.equal(seeds, seeds[:1].expand_as(seeds))
    model.train()
    result = model(torch.randn(3, 6, 8), torch.tensor([6, 2, 4]))
    (result if isinstance(result, Tensor) else result[0]).sum().backward()
    (weight,) = (value for name, value in model.named_parameters() if "induced" in name)
    assert weight.grad is not None
    assert weight.grad.abs().sum() > 0
