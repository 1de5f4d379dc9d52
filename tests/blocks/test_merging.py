"""Blocks that make one value of several."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.engine.model.build import build
from tests.helpers import block
from tests.mendable import mendable_problem


def two_ways(kind: str, second: int = 6) -> Network:
    """Two Dense on one Input, merged."""
    return Network.of(
        [
            Node("input", block("input", sizes=(4,)), ()),
            Node("a", block("dense", out_features=6), ("input",)),
            Node("b", block("dense", out_features=second), ("input",)),
            Node("merged", block(kind), ("a", "b")),
            Node("output", block("output"), ("merged",)),
        ]
    )


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("add", torch.add),
        ("multiply", torch.multiply),
        ("subtract", torch.subtract),
        ("average", lambda a, b: (a + b) / 2),
        ("maximum", torch.maximum),
    ],
)
def test_that_a_merging_block_follows_its_formula(kind, rule):
    model = build(two_ways(kind), seed=0)
    x = torch.randn(3, 4)
    torch.testing.assert_close(model(x), rule(model.get_submodule("a")(x), model.get_submodule("b")(x)))


def merged_of(kind: str, *sizes: tuple[int | None, ...], **params: Any) -> Network:
    """Inputs a, b, … of these sizes, merged."""
    names = "abc"[: len(sizes)]
    nodes = [Node(name, block("input", sizes=size), ()) for name, size in zip(names, sizes, strict=True)]
    return Network.of([*nodes, Node("merged", block(kind, **params), tuple(names))])


def problem_of(network: Network) -> Problem:
    return mendable_problem(network, "merged")


def with_ending(network: Network, *kinds: str) -> Network:
    for kind in kinds:
        network = edits.append(network, block(kind), list(network.nodes)[-1])
    return network


def test_that_an_axis_of_size_one_stands_for_all():
    model = build(with_ending(merged_of("multiply", (4, 3, 2), (4, 1, 1)), "flatten", "output"))
    a, b = torch.randn(2, 4, 3, 2), torch.randn(2, 4, 1, 1)
    torch.testing.assert_close(model(a, b), (a * b).flatten(1))


@pytest.mark.parametrize(
    ("one", "other", "title"),
    [
        ((6,), (7,), "Insert Dense (6 units) at input '2'"),
        ((None, 6), (None, 7), "Insert Dense (6 units) at input '2'"),
        ((8, 5, 5), (4, 9, 9), "Insert Conv2d (8 maps · 1×1) at input '2'"),
        ((4, 3, 3), (4,), "Insert Reshape (4×1×1) at input '2'"),
        ((5, 4), (4,), "Insert Reshape (1×4) at input '2'"),
    ],
)
def test_that_shapes_that_a_projection_makes_alike_are_mended_by_it(one, other, title):
    network = merged_of("add", one, other)
    fixes = problem_of(network).fixes
    for fix in fixes:
        assert infer(fix.apply(Design(network)).network).results["merged"].problem is None
    assert fixes[0].title == title


def test_that_shapes_that_nothing_makes_alike_have_no_mend():
    assert not problem_of(merged_of("add", (None, 4), (5, 4))).fixes


@pytest.mark.parametrize(("axis", "dim"), [("channels", 1), ("height", 2), ("width", 3)])
def test_that_concatenate_lays_images_along_an_axis(axis, dim):
    sizes = [[3, 4, 5], [3, 4, 5]]
    sizes[1][dim - 1] = 7
    network = with_ending(merged_of("concatenate", *map(tuple, sizes), axis=axis), "flatten", "output")
    a, b = (torch.randn(2, *size) for size in sizes)
    torch.testing.assert_close(build(network)(a, b), torch.cat([a, b], dim).flatten(1))


def test_that_sequences_of_any_lengths_follow_one_another_without_a_gap():
    network = merged_of("concatenate", (None, 2), (3, 2), (None, 2), axis="length", count=3)
    model = build(with_ending(network, "gru", "output"))
    a, b, c = torch.randn(3, 4, 2), torch.randn(3, 3, 2), torch.randn(3, 2, 2)
    lengths, others = torch.tensor([4, 1, 2]), torch.tensor([1, 2, 2])
    model.get_submodule("gru1").eval()
    given = model(a, lengths, b, c, others)
    for row in range(3):
        whole = torch.cat([a[row, : lengths[row]], b[row], c[row, : others[row]]])
        traced = model.trace(a, lengths, b, c, others)["merged", "out"]
        torch.testing.assert_close(traced[row, : len(whole)], whole)
        torch.testing.assert_close(given[row], model.get_submodule("gru1")(whole[None])[1][0, 0])
    assert traced.shape[1] == 8


def test_that_what_is_concatenated_agrees_in_all_other_sizes():
    assert "input 1 is 3×4×5 and input 2 is 2×4×6" in str(problem_of(merged_of("concatenate", (3, 4, 5), (2, 4, 6))))
    assert "set padding_rule to same" in str(problem_of(merged_of("concatenate", (3, 4, 5), (2, 4, 6))))
    assert "padding_rule" not in str(problem_of(merged_of("concatenate", (3, 4, 5), (6,))))
    problem = problem_of(merged_of("concatenate", (4,), (5,), axis="length"))
    assert "features 4 have no length: set axis to channels" in problem.message
    mended = problem.fixes[0].apply(Design(merged_of("concatenate", (4,), (5,), axis="length"))).network
    assert str(infer(mended).shape("merged")) == "9"


@pytest.mark.parametrize(("kind", "width"), [("add", 2), ("maximum", 2), ("concatenate", 4)])
def test_that_sequences_from_two_inputs_merge_only_where_their_lengths_agree(kind, width):
    model = build(with_ending(merged_of(kind, (None, 2), (None, 2)), "gru", "output"))
    a, b, lengths = torch.randn(2, 4, 2), torch.randn(2, 4, 2), torch.tensor([4, 2])
    assert model.trace(a, lengths, b, lengths)["merged", "out"].shape == (2, 4, width)
    with pytest.raises(ValueError, match=r"sample 1 of the batch are 2 in one and 3 in the other"):
        model(a, lengths, b, torch.tensor([4, 3]))


@pytest.mark.parametrize("normalize", [True, False])
def test_that_dot_says_how_much_two_values_agree(normalize):
    a, b = torch.randn(2, 5), torch.randn(2, 5)
    network = with_ending(merged_of("dot", (5,), (5,), normalize=normalize), "output")
    wanted = torch.cosine_similarity(a, b) if normalize else (a * b).sum(1)
    torch.testing.assert_close(build(network)(a, b), wanted[:, None])
    network = with_ending(merged_of("dot", (4, 5), (3, 5), normalize=normalize), "flatten", "output")
    a, b = torch.randn(2, 4, 5), torch.randn(2, 3, 5)
    wanted = torch.cosine_similarity(a[:, :, None], b[:, None], dim=-1) if normalize else a @ b.transpose(1, 2)
    torch.testing.assert_close(build(network)(a, b), wanted.flatten(1))


def test_that_shapes_that_differ_are_refused_with_both_of_them():
    problem = mendable_problem(two_ways("add", second=7), "merged")
    assert "its values must be of one shape, but input 1 is 6 and input 2 is 7" in problem.message


def test_that_more_inputs_are_free_at_first_and_fewer_drop_the_last():
    wider = edits.set_params(two_ways("add"), "merged", count=3)
    assert wider.nodes["merged"].inputs == ("a", "b", None)
    problem = mendable_problem(wider, "merged")
    assert "has nothing at its input '3'" in problem.message
    assert edits.set_params(wider, "merged", count=2).nodes["merged"].inputs == ("a", "b")
