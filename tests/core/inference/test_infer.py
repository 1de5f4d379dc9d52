"""Shape inference: what it says, that its mends mend, and that doing only what is needed gives the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import network_edits as edits
from designer.core.graph.block import UnknownBlock
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.registry import kinds
from designer.core.inference.infer import Inference, infer
from designer.core.validation.quick_fixes import mendable
from tests.drawing import blocks_of
from tests.helpers import block, chain, dense, input_of, output_for
from tests.mendable import mendable_problem, problem_at


def problem_of(network: Network, block_id: str):
    return mendable_problem(network, block_id)


def conv(name: str, **params: object):
    return ("conv2d", name, params)


IMAGES_INTO_DENSE = chain(input_of(1, 5, 5), conv("conv3", out_channels=64), dense(10))
IMAGES_INTO_OUTPUT = chain(input_of(1, 5, 5), output_for())
SEQUENCES_INTO_OUTPUT = edits.connect(
    chain(input_of(None, 12), ("lstm", "lstm1"), output_for()), "lstm1.sequence", "output"
)
STATE_INTO_GRU = edits.connect(chain(input_of(None, 12), ("lstm", "lstm1"), ("gru", "gru1")), "lstm1", "gru1")
KERNEL_TOO_LARGE = chain(input_of(1, 4, 9), conv("conv1", kernel_size=(5, 3)))
SPREAD_KERNEL_TOO_LARGE = chain(input_of(1, 8, 20), conv("conv1", kernel_size=(5, 5), dilation=3))
WINDOW_TOO_LARGE = chain(input_of(1, 1, 1), ("max_pool2d", "pool1", {"kernel_size": 6, "padding": 2}))


@pytest.mark.parametrize(
    ("sizes", "kind", "wanted"),
    [
        ((1, 9, 9), ("conv1d", "it", {"out_channels": 5, "kernel_size": 4, "activation": "relu"}), "conv2d"),
        ((20, 3), ("conv2d", "it", {"out_channels": 5, "kernel_size": 4, "activation": "relu"}), "conv1d"),
        ((1, 9, 9, 9), ("conv2d", "it", {"out_channels": 5, "kernel_size": 4, "activation": "relu"}), "conv3d"),
        ((3, 9, 9), ("max_pool1d", "it", {"kernel_size": 3}), "max_pool2d"),
        ((3, 9, 9), ("batch_norm1d", "it", {"momentum": 0.2}), "batch_norm2d"),
    ],
)
def test_that_a_kind_for_other_axes_is_replaced_by_the_one_like_it(sizes, kind, wanted):
    network = chain(input_of(*sizes), kind)
    fix = problem_of(network, "it").fixes[0]
    after = fix.apply(Design(network)).network
    made = after.nodes["it"].block
    assert fix.title == f"Make 'it' a {made.title}"
    assert (made.kind, after.nodes["it"].inputs) == (wanted, ("input",))
    for name, value in kind[2].items():
        kept = made.params()[name]
        assert (set(kept) if isinstance(kept, (tuple, list)) else {kept}) == {value}
    assert infer(after).problems == []


def test_that_parameters_that_the_other_kind_does_not_have_are_its_own():
    network = chain(input_of(1, 9, 9), ("conv1d", "it", {"padding_rule": "causal"}))
    fix = problem_of(network, "it").fixes[0]
    assert fix.apply(Design(network)).network.nodes["it"].block == block("conv2d")
    uneven = chain(input_of(20, 3), conv("it", kernel_size=(3, 5)))
    fix = problem_of(uneven, "it").fixes[0]
    assert fix.apply(Design(uneven)).network.nodes["it"].block == block("conv1d")


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (
            IMAGES_INTO_DENSE,
            "Dense 'dense1' takes features (N×F), but 'conv3' gives images 64×3×3: put a Flatten between them",
        ),
        (
            IMAGES_INTO_OUTPUT,
            "Output 'output' takes features (N×F), but 'input' gives images 1×5×5: put a Flatten between them",
        ),
        (
            SEQUENCES_INTO_OUTPUT,
            "Output 'output' takes features (N×F), but 'lstm1.sequence' gives sequences L×64: "
            "let the recurrent block give its last state",
        ),
        (
            STATE_INTO_GRU,
            "GRU 'gru1' takes sequences (N×L×F), but 'lstm1' gives features 64: "
            "connect a block that gives the whole sequence",
        ),
        (
            KERNEL_TOO_LARGE,
            "Conv2d 'conv1': kernel_size covers 5 of the height, but the image has only 4 (1×4×9 with its padding): "
            "set kernel_size to 4×3 or less, or add padding",
        ),
        (
            chain(input_of(3, 8, 8), conv("conv1", out_channels=8, groups=2)),
            "Conv2d 'conv1': groups 2 does not divide the input's channels (3): "
            "set groups to a divisor of both 3 and 8",
        ),
        (
            chain(input_of(4, 8, 8), conv("conv1", out_channels=9, groups=2)),
            "Conv2d 'conv1': groups 2 does not divide out_channels (9): set groups to a divisor of both 4 and 9",
        ),
        (
            chain(input_of(None, 12), "flatten"),
            "Flatten 'flatten': cannot flatten sequences whose lengths differ: the row would have no fixed size: "
            "take the last state of a recurrent block instead",
        ),
        (
            chain(input_of(7), ("avg_pool2d", "pool1")),
            "AvgPool2d 'pool1' takes images (N×C×H×W), but 'input' gives features 7: connect a block that gives images",
        ),
        (chain(dense(3)), "Dense 'dense1' has no input: connect a block to it"),
        (
            Network.of([Node("later", UnknownBlock("attention", {}), (None,))]),
            "'later' is of kind 'attention', which is not known here: trust the Python file that defines it "
            "(File > Custom Blocks…), or replace or remove it",
        ),
    ],
)
def test_that_a_problem_is_told_in_these_words(network, message):
    (found,) = infer(network).problems
    assert found.message == message
    assert found.block in message


def test_that_the_field_to_blame_is_named():
    assert problem_of(KERNEL_TOO_LARGE, "conv1").field == "kernel_size"
    odd = chain(input_of(1, 9, 9), ("max_pool2d", "pool1", {"kernel_size": 2, "padding": 2}))
    assert problem_of(odd, "pool1").field == "padding"


def test_that_only_the_first_block_of_a_broken_chain_has_a_problem():
    network = chain(input_of(1, 5, 5), dense(10), dense(5, "dense2"), output_for())
    found = infer(network)
    assert [problem.block for problem in found.problems] == ["dense1"]
    assert found.shape("dense2") is None
    assert found.results["dense2"].parameters == found.results["dense2"].multiply_adds == 0


@pytest.mark.parametrize(
    ("network", "block_id", "title"),
    [
        (IMAGES_INTO_DENSE, "dense1", "Insert Flatten"),
        (IMAGES_INTO_OUTPUT, "output", "Insert Flatten"),
        (SEQUENCES_INTO_OUTPUT, "output", "Take 'last' of 'lstm1'"),
        (STATE_INTO_GRU, "gru1", "Take 'sequence' of 'lstm1'"),
        (KERNEL_TOO_LARGE, "conv1", "Set kernel_size of 'conv1' to 4×3"),
        (SPREAD_KERNEL_TOO_LARGE, "conv1", "Set kernel_size of 'conv1' to 3×5"),
        (WINDOW_TOO_LARGE, "pool1", "Set kernel_size of 'pool1' to 5×5"),
    ],
)
def test_that_a_fix_says_what_it_does_and_mends_its_problem(network, block_id, title):
    fixes = problem_of(network, block_id).fixes
    assert fixes[0].title == title
    for fix in fixes:
        mended = infer(fix.apply(Design(network)).network)
        assert mended.results[block_id].problem is None
        assert mended.shape(block_id) is not None


def test_that_what_the_block_before_cannot_give_is_made_of_what_it_gives():
    network = chain(input_of(7), ("lstm", "lstm1"))
    assert [fix.title for fix in problem_of(network, "lstm1").fixes] == ["Insert Reshape (7×1)"]


@given(data=st.data())
def test_that_every_fix_of_any_block_after_any_other_mends_its_problem(data):
    first = data.draw(st.sampled_from([name for name, kind in kinds().items() if kind.outputs and kind.inputs]))
    second = data.draw(st.sampled_from([name for name, kind in kinds().items() if kind.inputs]))
    nodes = [Node("input", data.draw(blocks_of("input")), ())]
    for name, kind in (("first", first), ("second", second)):
        made = data.draw(blocks_of(kind))
        nodes.append(Node(name, made, (nodes[-1].id,) * len(made.input_ports)))
    network = Network.of(nodes)
    for problem in mendable(infer(network)):
        for fix in problem.fixes:
            result = infer(fix.apply(Design(network)).network).results.get(problem.block)
            assert (result is None) == fix.loses
            mended = result.problem if result else None
            # Where two inputs take the same, each is mended by itself: the other one is told next, by its name.
            assert mended is None or mended.message != problem.message
            assert mended is None or mended.field != problem.field or not problem.field


def test_that_an_edit_keeps_the_results_before_it_as_the_same_objects():
    network = chain(input_of(1, 9, 9), conv("conv1"), conv("conv2"), "flatten", dense(4), output_for())
    before = infer(network)
    after = infer(edits.set_params(network, "conv2", out_channels=5), before)
    assert after.results["input"] is before.results["input"]
    assert after.results["conv1"] is before.results["conv1"]
    for changed in ("conv2", "flatten", "dense1"):
        assert after.results[changed] is not before.results[changed]
    # Dense gives 4 numbers whatever it takes.
    assert after.results["output"] is before.results["output"]


def test_that_an_edit_that_changes_no_shape_infers_only_its_own_block_again():
    network = chain(input_of(1, 9, 9), conv("conv1"), conv("conv2"), "flatten", dense(4))
    before = infer(network)
    after = infer(edits.set_params(network, "conv1", activation="relu"), before)
    assert [name for name in after.results if after.results[name] is not before.results[name]] == ["conv1"]


def test_that_a_problem_names_its_source_anew_after_the_source_was_renamed():
    before = infer(IMAGES_INTO_DENSE)
    renamed = edits.rename(IMAGES_INTO_DENSE, "conv3", "edges")
    assert "'edges' gives" in infer(renamed, before).results["dense1"].problem.message


def test_that_fixes_follow_the_kind_of_the_block_before_even_where_its_shape_stays():
    network = chain(input_of(7, 12), ("flatten", "x"), ("gru", "gru1"))
    before = infer(network)
    assert [fix.title for fix in problem_at(before, "gru1").fixes] == ["Insert Reshape (84×1)"]
    replaced = edits.replace_block(network, "x", block("lstm", hidden_size=84))
    after = infer(replaced, before)
    assert after.shape("x") == before.shape("x")
    assert [fix.title for fix in problem_at(after, "gru1").fixes] == ["Take 'sequence' of 'x'"]


def random_edit(data: st.DataObject, network: Network) -> Network:
    """One edit of any sort, where it is allowed; else the network as it is."""
    names = list(network.nodes)
    here, there = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    new = data.draw(st.sampled_from(list(kinds())).flatmap(blocks_of))
    sort = data.draw(
        st.sampled_from(["add", "append", "insert", "remove", "connect", "disconnect", "rename", "replace"])
    )
    try:
        if sort == "add":
            return edits.add(network, new)
        if sort == "append":
            return edits.append(network, new, here)
        if sort == "insert" and network.nodes[here].inputs:
            return edits.insert(network, new, here)
        if sort == "remove" and len(names) > 2:
            return edits.remove(network, {here})
        if sort == "connect":
            return edits.connect(network, here, there)
        if sort == "disconnect" and network.nodes[here].inputs:
            return edits.disconnect(network, here)
        if sort == "rename":
            return edits.rename(network, here, data.draw(st.sampled_from(["alpha", "beta", "gamma"])))
        return edits.replace_block(network, here, data.draw(blocks_of(network.nodes[here].block.kind)))
    except NetworkError:
        return network


def seen(inference: Inference) -> list[tuple[object, ...]]:
    """All that a person sees of the results."""
    return [
        (
            name,
            result.node,
            result.inputs,
            result.shape,
            result.parameters,
            result.multiply_adds,
            result.problem and (result.problem.message, result.problem.block, result.problem.field),
            result.problem and [fix.title for fix in problem_at(inference, name).fixes],
        )
        for name, result in inference.results.items()
    ]


@given(data=st.data())
def test_that_incremental_inference_gives_what_inference_from_scratch_gives(data):
    network = chain(input_of(2, 9, 9), conv("conv1", out_channels=4), "flatten", dense(5), output_for())
    inference = infer(network)
    for _ in range(data.draw(st.integers(1, 6))):
        after = random_edit(data, network)
        incremental = infer(after, inference)
        assert seen(incremental) == seen(infer(after))
        network, inference = after, incremental


def test_that_the_counts_of_the_cnn_example_are_those_of_torch(cnn_example):
    inference = infer(cnn_example.network)
    assert inference.parameters == 93_322
    assert [str(result.shape) for result in inference.results.values()] == [
        "1×28×28", "32×26×26", "32×13×13", "64×11×11", "64×5×5", "64×3×3", "576", "64", "10", "10",
    ]  # fmt: skip


def test_that_replacing_a_block_keeps_its_place():
    network = chain(input_of(8), dense(6), output_for())
    after = edits.replace_block(network, "dense1", block("dropout"))
    assert list(after.nodes) == list(network.nodes)
    assert infer(after).shape("output") == infer(after).shape("input")
