"""Shapes and problems of groups: of a use, of repeats, of groups within groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer.core.edits import group_editing as groups
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer, infer_inside
from designer.core.validation import check
from tests.grouping import definition, inception, inside, port, problem_of, two_uses, use
from tests.helpers import block, chain, dense, input_of, output_for
from tests.mendable import mendable_problem


def test_that_the_port_of_a_group_outside_of_one_is_a_problem() -> None:
    network = edits.append(edits.add(Network(), block("group_input"), "x"), block("dense"), "x")
    assert "Group Input 'x': stands only inside a group" in problem_of(network, "x")


def test_that_a_problem_inside_is_told_at_the_group_with_the_block_named_and_its_mend_works() -> None:
    design = two_uses()
    broken = groups.edited(
        design, ("first",), lambda inner: inner.edit(lambda net: edits.set_params(net, "wide", padding=0))
    )
    message = problem_of(broken.network, "first")
    assert message.startswith("Group 'first': inside, Add 'sum': ")
    image = chain(input_of(1, 4, 4), ("time_distributed", "steps"), output_for())
    assert "TimeDistributed 'steps' takes sequences" in problem_of(image, "steps")
    flat = Network.of(
        [
            Node("input", block("input", sizes=(1, 4, 4)), ()),
            Node("g", use(definition("D", port("x"), Node("d", block("dense"), ("x",)), port("y", "d"))), ("input",)),
        ]
    )
    fix, other = mendable_problem(flat, "g").fixes
    assert [fix.title, other.title] == ["Insert Flatten, inside", "Insert GlobalAvgPool, inside"]
    assert infer(fix.apply(Design(flat)).network).problems == []


def test_that_shapes_inside_are_those_of_the_use() -> None:
    found = infer(two_uses().network)
    assert str(infer_inside(found, "first").shape("x")) == "1×8×8"
    assert str(infer_inside(found, "second").shape("x")) == "6×8×8"
    loose = infer(edits.disconnect(two_uses().network, "second"))
    waiting = infer_inside(loose, "second")
    assert waiting.shape("x") is None
    assert waiting.problems == []


def test_that_repeated_groups_follow_their_shapes_and_count_their_weights() -> None:
    made = definition("D", port("x"), Node("d", block("dense", out_features=5), ("x",)), port("y", "d"))
    network = chain(input_of(3), ("group", "g", {"definition": made, "repeat": 3}))
    assert infer(network).results["g"].parameters == 3 * 5 + 5 + 2 * (5 * 5 + 5)
    shared = edits.set_params(network, "g", weights="shared")
    assert "repeats with the same weights, but makes 5 of 3" in problem_of(shared, "g")
    same = edits.set_params(shared, "input", sizes=(5,))
    assert infer(same).results["g"].parameters == 30
    two = definition("Two", port("a"), Node("d", block("dense"), ("a",)), port("y", "d"), port("z", "a"))
    assert "1 input and 2 outputs" in problem_of(
        chain(input_of(3), ("group", "g", {"definition": two, "repeat": 2})), "g"
    )


def test_that_a_mend_of_a_group_within_a_group_is_followed_by_its_uses_elsewhere() -> None:
    inner = definition("Inner", port("x"), Node("d", block("dense", out_features=3), ("x",)), port("y", "d"))
    outer = definition("Outer", port("x"), Node("i", use(inner), ("x",)), port("y", "i"))
    nodes = [Node("input", block("input", sizes=(4, 4)), ()), Node("a", use(inner), ("input",))]
    design = arrange.settled(Design(Network.of([*nodes, Node("b", use(outer), ("a",))])))

    def widened(within: Design) -> Design:
        return groups.edited(within, ("i",), lambda net: net.edit(lambda it: edits.set_params(it, "d", out_features=7)))

    after = groups.edited(design, ("b",), widened)
    for path in (("a",), ("b", "i")):
        assert inside(after, *path).nodes["d"].block == block("dense", out_features=7)


def test_that_shared_uses_count_once_and_must_be_alike() -> None:
    design = two_uses(weights="shared")
    message = problem_of(design.network, "second")
    assert "'second' shares its weights with 'first', but has other shapes" in message
    beside = edits.connect(design.network, "input", "second")
    assert "'second' shares its weights with 'first', but has other parameters" in problem_of(beside, "second")
    (fix,) = mendable_problem(beside, "second").fixes
    assert infer(fix.apply(Design(beside)).network).problems == []
    made = definition("D", port("x"), Node("d", block("dense", out_features=3), ("x",)), port("y", "d"))
    alike = chain(
        input_of(3),
        ("group", "a", {"definition": made, "weights": "shared"}),
        ("group", "b", {"definition": made, "weights": "shared"}),
    )
    assert infer(alike).parameters == 12
    assert infer(edits.set_params(alike, "b", repeat=3)).parameters == 12
    apart = edits.set_params(alike, "b", weights="separate")
    assert infer(apart).parameters == 24


def test_that_inference_after_an_edit_is_as_from_scratch() -> None:
    design = two_uses(weights="shared")
    before = infer(design.network)
    for change in (
        lambda net: edits.set_params(net, "second", weights="separate"),
        lambda net: edits.set_params(net, "first", channels=1),
        lambda net: edits.connect(net, "input", "second"),
    ):
        network = change(design.network)
        after = infer(network, before)
        assert {name: (result.shapes, str(result.problem)) for name, result in after.results.items()} == {
            name: (result.shapes, str(result.problem)) for name, result in infer(network).results.items()
        }


def test_that_blocks_behind_a_use_wait_when_an_edit_beside_it_ends_that_it_can_share() -> None:
    made = definition(
        "D",
        port("x"),
        Node("d", block("dense", out_features=3), ("x",)),
        port("y", "d"),
        parameters={"bias": ["d.bias"]},
    )
    beside = Network.of(
        [
            Node("input", block("input", sizes=(3,)), ()),
            Node("a", use(made, weights="shared"), ("input",)),
            Node("b", use(made, weights="shared"), ("input",)),
            Node("dense1", block("dense"), ("b",)),
        ]
    )
    before = infer(beside)
    assert before.shape("dense1") is not None
    after = infer(edits.set_params(beside, "a", bias=False), before)
    assert "has other parameters" in str(after.results["b"].problem)
    assert after.shape("dense1") is None


def test_that_a_block_inside_that_leads_nowhere_is_told_and_can_be_removed() -> None:
    made = inception()
    made = replace(
        made, network=edits.append(made.network, block("group_output"), "sum"), outputs=("output", "pooled", "output1")
    )
    loose = replace(made, network=edits.add(made.network, block("flatten"), "lost"))
    network = chain(input_of(1, 28, 28), ("group", "g", {"definition": loose}), "flatten", dense(10), output_for())
    (problem,) = check.problems(Design(network))
    assert problem.message == "Group 'g': inside, Flatten 'lost' does not lead to an output: connect or remove it"
    assert check.problems(problem.fixes[0].apply(Design(network))) == []
    deep = definition("Deep", port("x"), Node("inner", use(loose), ("x",)), port("y", "inner"))
    network = chain(input_of(1, 28, 28), ("group", "g", {"definition": deep}), "flatten", dense(10), output_for())
    (problem,) = check.problems(Design(network))
    assert problem.message.startswith("Group 'g': inside, Group 'inner': inside, Flatten 'lost'")
    assert check.problems(problem.fixes[0].apply(Design(network))) == []


@pytest.mark.parametrize("nested", [False, True])
def test_that_a_softmax_at_the_end_of_a_group_before_a_cross_entropy_is_told(nested: bool) -> None:
    made = definition(
        "Head", port("x"), Node("d", block("dense", out_features=4, activation="softmax"), ("x",)), port("y", "d")
    )
    if nested:
        made = definition("Outer", port("x"), Node("inner", use(made), ("x",)), port("y", "inner"))
    network = chain(input_of(3), ("group", "g", {"definition": made}), output_for())
    (problem,) = check.problems(Design(network))
    assert "so does 'd' inside 'g' before it: set activation to none" in problem.message
    assert problem.block == "g"
    assert problem.inside is not None
    assert problem.inside.block == ("inner" if nested else "d")
    assert check.problems(problem.fixes[0].apply(Design(network))) == []
    assert check.problems(Design(edits.set_params(network, "output", task="regression"))) == []


def test_that_a_softmax_at_every_step_is_told_and_one_at_another_output_is_none_of_the_loss_s_business() -> None:
    softmax = block("dense", out_features=4, activation="softmax")
    step = definition("Step", port("x"), Node("d", softmax, ("x",)), port("y", "d"))
    network = chain(
        input_of(5, 3), ("time_distributed", "steps", {"definition": step}), output_for("sequence_to_sequence")
    )
    (problem,) = check.problems(Design(network))
    assert "Output 'output' applies a softmax" in problem.message
    assert "so does 'd' inside 'steps' before it" in problem.message
    both = definition(
        "Both",
        port("x"),
        Node("d", block("dense"), ("x",)),
        Node("p", block("activation", function="softmax"), ("d",)),
        port("logits", "d"),
        port("shares", "p"),
    )
    nodes = [
        Node("input", block("input", sizes=(3,)), ()),
        Node("g", use(both), ("input",)),
    ]
    for source, count in (("g", 0), ("g.shares", 1)):
        network = Network.of([*nodes, Node("output", block("output"), (source,))])
        assert len(check.problems(Design(network))) == count
