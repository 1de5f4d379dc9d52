"""Fixes: what is offered for which problem, and that each of them truly mends it."""

from __future__ import annotations

import pytest

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.schema.shape import image
from designer.core.validation.quick_fixes import mendable
from tests.helpers import block, chain, classes_of, input_of
from tests.mendable import mendable_problem

DIGITS = classes_of("digits", image(1, 28, 28), map(str, range(10)))
SAMPLES = {
    "features": {"sizes": (49,)},
    "sequences": {"sizes": (6, 5)},
    "sequences of any length": {"sizes": (None, 5)},
    "tokens": {"sizes": (7,), "axes": "tokens"},
    "images": {"sizes": (3, 8, 6)},
    "volumes": {"sizes": (2, 4, 5, 6)},
    "image sequences": {"sizes": (3, 1, 6, 6), "axes": "image_sequence"},
}


def network_of(*nodes: tuple[str, str, dict[str, object], tuple[str | None, ...]]) -> Network:
    return Network.of(Node(name, block(kind, **params), inputs) for name, kind, params, inputs in nodes)


def branches(kind: str, *inputs: tuple[int | None, ...], **params: object) -> Network:
    """One Input for each of the sizes, all into one block `it`."""
    names = [f"in{place}" for place in range(len(inputs))]
    entries = [(name, "input", {"sizes": sizes}, ()) for name, sizes in zip(names, inputs, strict=True)]
    return network_of(*entries, ("it", kind, {**params}, tuple(names)))


def problem_of(network: Network, block_id: str = "it") -> Problem:
    return mendable_problem(network, block_id)


def titles(problem: Problem) -> list[str]:
    return [fix.title for fix in problem.fixes]


def each_mends(network: Network, block_id: str = "it") -> list[str]:
    """The titles of all fixes, each of which was seen to mend."""
    problem = problem_of(network, block_id)
    for fix in problem.fixes:
        result = infer(fix.apply(Design(network)).network).results.get(block_id)
        assert (result is None) == fix.loses, fix.title
        assert result is None or result.problem is None, fix.title
    return titles(problem)


@pytest.mark.parametrize("given", SAMPLES)
def test_that_each_block_with_one_input_has_a_way_out_whatever_comes_and_each_fix_leads_on(given: str) -> None:
    for kind in kinds().values():
        made = kind()
        taken = len(made.input_ports) - len(made.optional)
        if not made.input_ports or not made.output_ports or kind.kind == "group_output":
            continue
        free = (None,) * len(made.optional)
        network = network_of(("start", "input", SAMPLES[given], ()), ("it", kind.kind, {}, ("start",) * taken + free))
        problem = next(iter(mendable(infer(network))), None)
        assert problem is None or problem.fixes or taken > 1, kind.kind
        for fix in problem.fixes if problem else ():
            after = infer(fix.apply(Design(network)).network).results.get("it")
            left = after.problem if after else None
            assert left is None or left.message != problem.message or taken > 1, f"{kind.kind}: {fix.title}"


def test_that_dense_on_an_image_flattens_it_or_takes_the_mean_of_each_map() -> None:
    network = chain(input_of(3, 8, 8), ("dense", "it"))
    assert each_mends(network) == ["Insert Flatten", "Insert GlobalAvgPool"]


def test_that_a_kernel_that_is_too_large_shrinks_or_gets_padding() -> None:
    network = chain(input_of(1, 3, 9), ("conv2d", "it", {"kernel_size": (5, 5)}))
    assert each_mends(network) == [
        "Set kernel_size of 'it' to 3×5",
        "Set padding of 'it' to 1×0",
        "Set padding_rule of 'it' to same",
    ]
    assert each_mends(chain(input_of(4, 8), ("conv1d", "it", {"kernel_size": 9, "dilation": 2})))[1] == (
        "Set padding of 'it' to 7"
    )


def test_that_the_last_state_is_taken_also_through_what_keeps_the_shape() -> None:
    network = network_of(
        ("start", "input", {"sizes": (9, 4)}, ()),
        ("lstm", "lstm", {}, ("start", None)),
        ("drop", "dropout", {}, ("lstm.sequence",)),
        ("it", "output", {}, ("drop",)),
    )
    assert each_mends(network) == ["Take 'last' of 'lstm'"]
    (fix,) = problem_of(network).fixes
    assert fix.apply(Design(network)).network.nodes["drop"].inputs == ("lstm",)


def test_that_rows_of_an_image_become_steps_for_a_recurrent_block() -> None:
    assert each_mends(chain(input_of(1, 8, 6), ("lstm", "it"))) == ["Insert Reshape (8×6)"]
    network = chain(input_of(3, 8, 6), ("lstm", "it"))
    assert each_mends(network) == ["Insert Permute (2, 3, 1) and Reshape (8×18)"]
    after = infer(problem_of(network).fixes[0].apply(Design(network)).network)
    assert [str(after.shape(name)) for name in after.results] == ["3×8×6", "8×6×3", "8×18", "64"]


def test_that_inputs_the_wrong_way_round_are_swapped() -> None:
    network = network_of(
        ("start", "input", {"sizes": (9, 4)}, ()),
        ("first", "lstm", {}, ("start", None)),
        ("it", "lstm", {}, ("first.state", "first.sequence")),
    )
    assert "Swap the inputs of 'it'" in each_mends(network)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ((8, 5, 5), (4, 5, 5), ["Insert Conv2d (8 maps · 1×1) at input '2'"]),
        ((8, 5, 5), (8, 9, 9), ["Insert Crop (2, 2, 2, 2) at input '2'", "Insert ZeroPad (2, 2, 2, 2) at input '1'"]),
        (
            (8, 4, 4),
            (8, 7, 7),
            ["Insert AdaptiveAvgPool2d (4×4) at input '2'"],
        ),
        ((8, 5, 5), (8, 10, 10), ["Insert Upsample (× 2×2) at input '1'"]),
        ((6, 5), (9, 5), ["Insert Crop (1, 2) at input '2'"]),
        ((6,), (3, 4, 4), ["Insert GlobalAvgPool and Dense (6 units) at input '2'"]),
        ((6,), (8, 6), ["Insert Reshape (1×6) at input '1'"]),
    ],
)
def test_that_a_sum_of_unlike_values_is_mended_by_what_makes_them_alike(one, other, wanted) -> None:
    offered = each_mends(branches("add", one, other))
    assert [title for title in wanted if title not in offered] == [], offered


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ((3, 8, 8), (5, 6, 6), "Insert Crop (1, 1, 1, 1) at input '1'"),
        ((3, 8, 8), (5, 6, 6), "Insert ZeroPad (1, 1, 1, 1) at input '2'"),
        ((3, 4, 4), (5, 8, 8), "Insert Upsample (× 2×2) at input '1'"),
        ((3, 4, 4), (5,), "Insert Flatten at input '1'"),
        ((7, 4), (5,), "Insert Flatten at input '1'"),
    ],
)
def test_that_what_is_laid_side_by_side_is_cropped_padded_resized_or_flattened(one, other, wanted) -> None:
    assert wanted in each_mends(branches("concatenate", one, other))


def test_that_branches_of_unlike_windows_keep_their_sizes() -> None:
    network = network_of(
        ("start", "input", {"sizes": (1, 9, 9)}, ()),
        ("stem", "conv2d", {"out_channels": 4}, ("start",)),
        ("three", "conv2d", {"out_channels": 4}, ("stem",)),
        ("five", "conv2d", {"out_channels": 4, "kernel_size": 5}, ("stem",)),
        ("it", "concatenate", {}, ("three", "five")),
    )
    assert each_mends(network)[0] == "Set padding_rule of 2 blocks to same"
    after = problem_of(network).fixes[0].apply(Design(network)).network
    assert [after.nodes[name].block.padding_rule for name in ("stem", "three", "five")] == ["explicit", "same", "same"]


@pytest.mark.parametrize(
    ("network", "title"),
    [
        (chain(input_of(6, 8, 8), ("conv2d", "it", {"groups": 4})), "Set groups of 'it' to 2"),
        (chain(input_of(None, 8), ("group_norm", "it")), "Make 'it' a LayerNorm"),
        (chain(input_of(3, 8, 8), ("max_pool2d", "it", {"padding": 2})), "Set padding of 'it' to 1"),
        (chain(input_of(3, 8, 8), ("crop", "it", {"cropping": (6,)})), "Set cropping of 'it' to 3"),
        (chain(input_of(None, 8), "flatten"), "Make 'flatten' a GlobalAvgPool"),
        (chain(input_of(8), ("channel_dropout", "it")), "Make 'it' a Dropout"),
        (chain(input_of(3, 8, 8), ("permute", "it", {"order": (2, 1)})), "Set order of 'it' to 2×1×3"),
        (chain(input_of(300, 8), ("pairs", "it")), "Insert SliceSteps ([:256])"),
        (chain(input_of(3, 8, 8), ("standardize", "it", {"mean": (1.0, 2.0)})), "Set mean of 'it' to 1.0"),
        (
            chain(input_of(3, 1, 1), ("conv_transpose2d", "it", {"output_padding": (1, 1)})),
            "Set output_padding of 'it' to 0×0",
        ),
        (branches("dot", (6,), (9,)), "Insert Dense (6 units) at input '2'"),
        (branches("lstm_state", (6,), (9,)), "Insert Dense (6 units) at input 'c'"),
    ],
)
def test_that_a_rule_of_a_block_comes_with_a_fix_for_it(network: Network, title: str) -> None:
    name = next(node.id for node in network.nodes.values() if node.block.kind != "input")
    assert title in each_mends(network, name)


def test_that_a_state_of_another_size_or_kind_is_met_by_the_block_that_starts_with_it() -> None:
    nodes = [
        ("start", "input", {"sizes": (9, 4)}, ()),
        ("first", "gru", {"hidden_size": 5, "bidirectional": True}, ("start", None)),
    ]
    assert each_mends(network_of(*nodes, ("it", "gru", {}, ("start", "first.state")))) == [
        "Set hidden_size of 'it' to 5"
    ]
    assert each_mends(network_of(*nodes, ("it", "lstm", {}, ("start", "first.state")))) == ["Make 'it' a GRU"]


def test_that_a_free_input_is_joined_to_the_outputs_that_fit_those_first_that_nothing_takes() -> None:
    network = network_of(
        ("start", "input", {"sizes": (1, 9, 9)}, ()),
        ("conv", "conv2d", {}, ("start",)),
        ("pool", "max_pool2d", {}, ("conv",)),
        ("flat", "flatten", {}, ("start",)),
        ("out", "output", {}, ("flat",)),
        ("it", "conv2d", {}, (None,)),
    )
    assert each_mends(network) == ["Connect 'pool' to 'it'", "Connect 'conv' to 'it'"]
    through = edits.replace_block(network, "it", block("dense"))
    assert "Connect 'pool' to 'it' through Flatten" in each_mends(through)


def test_that_what_a_block_takes_already_is_offered_last_for_its_free_input() -> None:
    network = network_of(
        ("start", "input", {"sizes": (4, 9, 9)}, ()),
        ("conv", "conv2d", {"out_channels": 4, "padding_rule": "same"}, ("start",)),
        ("it", "add", {}, ("conv", None)),
    )
    assert each_mends(network)[:2] == ["Connect 'start' to 'it' at input '2'", "Connect 'conv' to 'it' at input '2'"]


def test_that_no_fix_of_a_free_input_closes_a_circle() -> None:
    network = network_of(("it", "dense", {}, (None,)), ("after", "dense", {}, ("it",)))
    assert titles(problem_of(network)) == []


def test_that_what_a_rule_proposes_is_offered_only_where_it_helps() -> None:
    assert each_mends(branches("dot", (6,), (9,))) == ["Insert Dense (6 units) at input '2'"]
    offered = each_mends(branches("dot", (6,), (4, 9)))
    assert offered[0] == "Insert Flatten and Dense (6 units) at input '2'"
    assert "Insert Dense (6 units) at input '2'" not in offered


def test_that_a_merging_block_loses_the_inputs_that_are_free() -> None:
    network = network_of(
        ("start", "input", {"sizes": (4,)}, ()),
        ("it", "add", {"count": 4}, ("start", None, "start", None)),
    )
    problem = problem_of(network)
    after = problem.fixes[-1].apply(Design(network)).network
    assert problem.fixes[-1].title == "Take the free inputs of 'it' away"
    assert after.nodes["it"].inputs == ("start", "start")
    assert infer(after).problems == []
