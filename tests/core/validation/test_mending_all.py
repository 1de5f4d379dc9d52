"""All problems of a network, and mending those that leave no choice."""

from __future__ import annotations

from designer.core.edits import network_edits as edits
from designer.core.edits.placed_edits import mended, settled
from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.graph.design import Design
from designer.core.graph.messages import Later, Problem
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.layout.placement import ROW
from designer.core.schema.shape import image, sequence
from designer.core.validation import check
from designer.core.validation.all_problems import everywhere, mended_everywhere
from tests.core.validation.test_quick_fixes import DIGITS, network_of, problem_of, titles
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, input_of, output_for


def problems_of(network: Network, data: DataInfo = DIGITS) -> list[Problem]:
    return check.problems(design_of(network), data=data)


def after_first(network: Network, problem: Problem) -> Network:
    return problem.fixes[0].apply(design_of(network)).network


def test_that_a_missing_input_or_output_is_added_as_the_data_wants_it() -> None:
    first, _ = problems_of(Network())
    network = after_first(Network(), first)
    assert infer(network).shape("input") == image(1, 28, 28)
    (last,) = problems_of(network)
    assert titles(last) == ["Add Output after 'input'"]
    lonely = chain(("dense", "it"))
    (problem,) = problems_of(lonely)
    assert titles(problem) == ["Add Input in front of 'it'"]
    assert after_first(lonely, problem).nodes["it"].inputs == ("input",)
    forked = network_of(("start", "input", {}, ()), ("a", "flatten", {}, ("start",)), ("b", "dropout", {}, ("start",)))
    assert titles(problems_of(forked)[0]) == ["Add Output after 'a'", "Add Output after 'b'"]


def test_that_an_output_of_another_size_is_mended() -> None:
    network = chain(input_of(1, 28, 28), "flatten", dense(7), output_for())
    (problem,) = problems_of(network)
    assert titles(problem) == ["Set out_features of 'dense1' to 10"]
    assert problems_of(after_first(network, problem)) == []


def test_that_a_network_that_shortens_its_steps_is_given_padding() -> None:
    data = DataInfo("x", "X", (Feature("x", sequence(9, 2)),), (Target("y", sequence(9, 3)),))
    network = chain(input_of(9, 2), ("conv1d", "conv1"), dense(3), output_for("sequence_to_sequence", loss="mse"))
    (problem,) = problems_of(network, data)
    assert titles(problem) == ["Set padding_rule of 'conv1' to same"]
    assert problems_of(after_first(network, problem), data) == []


def test_that_an_autoencoder_is_brought_to_the_shape_that_entered() -> None:
    network = chain(
        input_of(1, 28, 28), ("conv2d", "conv1", {"out_channels": 4}), ("conv2d", "conv2"), output_for("autoencoder")
    )
    (problem,) = problems_of(network)
    assert titles(problem) == ["Insert ZeroPad (2, 2, 2, 2) and Conv2d (1 map · 1×1)"]
    assert problems_of(after_first(network, problem)) == []


def test_that_a_softmax_inside_a_group_is_taken_out_where_the_loss_applies_one() -> None:
    for ending in (Node("e", block("dense", out_features=10, activation="softmax"), ("x",)),):
        made = definition("Ending", port("x"), ending, port("y", "e"))
        outer = definition("Outer", port("x"), Node("inner", use(made), ("x",)), port("y", "inner"))
        network = Network.of(
            [*chain(input_of(1, 28, 28), "flatten").nodes.values(), Node("g", use(outer), ("flatten",))]
        )
        network = edits.append(network, block("output"), "g")
        (problem,) = problems_of(network)
        assert titles(problem) == ["Set activation of 'e' to none, inside"]
        assert problems_of(after_first(network, problem)) == []


def broken_group() -> Network:
    """Two uses of a group in which two blocks are wrong, and one wrong block beside them."""
    made = definition(
        "Broken",
        port("x"),
        Node("wide", block("conv2d", out_channels=4, kernel_size=(40, 40)), ("x",)),
        Node("other", block("conv2d", groups=5), ("x",)),
        Node("sum", block("add"), ("wide", "other")),
        port("y", "sum"),
    )
    entry = Node("input", block("input"), ())
    uses = [Node(name, use(made), ("input",)) for name in ("first", "second")]
    return Network.of([entry, *uses, Node("alone", block("dense"), ("input",))])


def test_that_problems_inside_groups_are_listed_where_they_are_each_once() -> None:
    inference = infer(broken_group())
    found = everywhere(inference.problems, inference)
    assert [item.place for item in found] == [("first", "wide"), ("first", "other"), ("alone",)]
    assert "Conv2d 'wide': kernel_size" in found[0].problem.message
    after = found[1].mended(settled(Design(broken_group())), found[1].problem.fixes[0])
    left = infer(after.network)
    assert [item.place for item in everywhere(left.problems, left)] == [("first", "wide"), ("alone",)]


def test_that_mending_all_takes_the_only_ways_and_leaves_what_a_person_has_to_choose() -> None:
    network = network_of(
        ("start", "input", {"sizes": (1, 20, 20)}, ()),
        ("conv", "conv2d", {"groups": 3}, ("start",)),
        ("flat", "flatten", {}, ("conv",)),
        ("dense", "dense", {"out_features": 7}, ("flat",)),
        ("out", "output", {"task": "regression"}, ("dense",)),
    )
    design = settled(design_of(network))
    after, done = mended_everywhere(design, DIGITS)
    assert done == [
        "Set sizes of 'start' to 1×28×28",
        "Set groups of 'conv' to 1",
        "Set task of 'out' to classification",
        "Set out_features of 'dense' to 10",
    ]
    assert check.problems(after, data=DIGITS) == []
    without = edits.remove(network, ["flat"])
    after, done = mended_everywhere(settled(design_of(without)), DIGITS)
    assert done == ["Set sizes of 'start' to 1×28×28", "Set groups of 'conv' to 1"]
    (left,) = check.problems(after, data=DIGITS)
    assert titles(left) == ["Insert Flatten", "Insert GlobalAvgPool"]


def test_that_mending_all_takes_nothing_away() -> None:
    network = edits.add(chain(input_of(1, 28, 28), "flatten", dense(10), output_for()), block("activation"))
    network = edits.connect(network, "dense1", "activation1" if "activation1" in network.nodes else "relu1")
    (problem,) = problems_of(network)
    assert [fix.loses for fix in problem.fixes] == [True]
    design = settled(design_of(network))
    assert mended_everywhere(design, DIGITS) == (design, [])


def test_that_mending_all_guesses_no_edges() -> None:
    network = network_of(("start", "input", {}, ()), ("it", "conv2d", {}, (None,)))
    assert titles(problem_of(network)) == ["Connect 'start' to 'it'"]
    design = settled(design_of(network))
    assert mended_everywhere(design, DIGITS) == (design, [])


def test_that_blocks_that_a_mend_puts_in_stand_in_the_chain_with_room_below() -> None:
    design = settled(Design(chain(input_of(3, 8, 6), ("lstm", "it"), dense(2))))
    (fix,) = problem_of(design.network).fixes
    after = mended(design, fix.apply)
    places, before = after.view.positions, design.view.positions
    x, y = before["it"]
    added = [name for name in after.network.nodes if name not in design.network.nodes]
    assert [places[name] for name in added] == [(x, y), (x, y + ROW)]
    assert places["it"] == (x, y + 2 * ROW)
    assert places["dense1"][1] == before["dense1"][1] + 2 * ROW


def test_that_fixes_are_looked_for_once_when_somebody_first_asks() -> None:
    asked = []
    later = Later(lambda: asked.append("asked") or [])
    problem = Problem("wrong", fixes=later)
    assert asked == []
    assert not problem.fixes
    assert list(problem.fixes) == []
    assert asked == ["asked"]
