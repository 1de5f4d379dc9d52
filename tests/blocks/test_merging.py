"""Blocks that make one value of several."""

from __future__ import annotations

import pytest
import torch

from designer.core import edits
from designer.core.inference import infer
from designer.core.network import Network, Node
from designer.engine.build import build
from tests.helpers import block


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


def test_that_shapes_that_differ_are_refused_with_both_of_them():
    problem = infer(two_ways("add", second=7)).results["merged"].problem
    assert problem is not None
    assert "takes values of one shape, but input 1 is 6 and input 2 is 7" in problem.message


def test_that_more_inputs_are_free_at_first_and_fewer_drop_the_last():
    wider = edits.set_params(two_ways("add"), "merged", count=3)
    assert wider.nodes["merged"].inputs == ("a", "b", None)
    problem = infer(wider).results["merged"].problem
    assert problem is not None
    assert "has nothing at its input '3'" in problem.message
    assert edits.set_params(wider, "merged", count=2).nodes["merged"].inputs == ("a", "b")
