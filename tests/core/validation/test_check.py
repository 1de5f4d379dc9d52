"""The analyzer: all that keeps a design from being trained on its data, with a mend where there is one."""

from __future__ import annotations

import pytest

from designer.core.edits import network_edits as edits
from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network
from designer.core.inference.infer import infer
from designer.core.schema.shape import features, image, sequence
from designer.core.validation import check
from tests.helpers import block, chain, classes_of, dense, design_of, input_of, numbers_of, output_for

DIGITS = classes_of("digits", image(1, 8, 8), "0123456789")
NUMBERS = numbers_of("numbers", features(8), 2)


def problems(network: Network, data: DataInfo | None = None) -> list[Problem]:
    return check.problems(design_of(network), data=data)


def mended(network: Network, problem: Problem, data: DataInfo) -> list[Problem]:
    """What is still wrong after the one-click fix."""
    (fix,) = problem.fixes
    return check.problems(fix.apply(design_of(network)), data=data)


def classifier(*blocks: object, sizes: tuple[int, ...] = (1, 8, 8)) -> Network:
    return chain(input_of(*sizes), *blocks, output_for())


def test_that_a_network_that_suits_its_data_has_no_problems():
    assert problems(classifier("flatten", dense(10)), DIGITS) == []


def test_that_the_examples_have_no_problems(cnn_example, vowels_example):
    assert check.problems(cnn_example, data=classes_of("x", image(1, 28, 28), "0123456789")) == []
    assert check.problems(vowels_example, data=classes_of("x", sequence(None, 12), "012345678")) == []


def test_that_a_wrong_number_of_classes_is_mended_by_one_click():
    network = classifier("flatten", dense(7))
    (found,) = problems(network, DIGITS)
    assert found.message == (
        "Dense 'dense1' gives 7 numbers, but the data 'Digits' has 10 classes: set out_features to 10"
    )
    assert (found.block, found.field) == ("dense1", "out_features")
    assert found.fixes[0].title == "Set out_features of 'dense1' to 10"
    assert mended(network, found, DIGITS) == []


def test_that_the_dense_to_mend_is_found_through_blocks_that_keep_the_size():
    network = classifier("flatten", dense(7), "dropout", "activation")
    (found,) = problems(network, DIGITS)
    assert found.block == "dense1"
    assert mended(network, found, DIGITS) == []


def test_that_without_a_dense_at_the_end_one_is_offered():
    network = classifier("flatten")
    (found,) = problems(network, DIGITS)
    assert found.message == (
        "Output 'output' gets 64 numbers, but the data 'Digits' has 10 classes: put a Dense of 10 before it"
    )
    assert found.fixes[0].title == "Insert Dense with 10 units"
    assert mended(network, found, DIGITS) == []


def test_that_the_wrong_task_is_mended_by_one_click():
    network = chain(input_of(8), dense(2), output_for("classification"))
    (found,) = problems(network, NUMBERS)
    assert found.message == "Output 'output' is for classification, but the data 'Numbers' has numbers as targets"
    assert (found.block, found.field) == ("output", "task")
    assert mended(network, found, NUMBERS) == []

    network = chain(input_of(1, 8, 8), "flatten", dense(10), output_for("regression"))
    (found,) = problems(network, DIGITS)
    assert found.message == "Output 'output' is for regression, but the data 'Digits' has classes as targets"
    assert mended(network, found, DIGITS) == []


def test_that_a_regression_needs_as_many_outputs_as_there_are_targets():
    network = chain(input_of(8), dense(3), output_for("regression"))
    (found,) = problems(network, NUMBERS)
    assert "has 2 numbers to predict: set out_features to 2" in found.message
    assert mended(network, found, NUMBERS) == []


@pytest.mark.parametrize("sizes", [(1, 9, 8), (64,), (8, 8), (3, 8, 8)])
def test_that_wrong_sizes_of_the_input_are_mended_by_one_click(sizes):
    network = chain(input_of(*sizes), output_for()) if len(sizes) == 1 else chain(input_of(*sizes), "flatten")
    network = edits.append(network, block("dense", out_features=10), list(network.nodes)[-2 if len(sizes) == 1 else -1])
    if len(sizes) > 1:
        network = edits.append(network, block("output"), "dense1")
    found = problems(network, DIGITS)[0]
    assert found.message.startswith("Input 'input' takes ")
    assert found.message.endswith("but the data 'Digits' gives images 1×8×8: set its sizes to those of the data")
    assert (found.block, found.field) == ("input", "sizes")
    after = found.fixes[0].apply(design_of(network))
    assert infer(after.network).shape("input") == DIGITS.features[0].shape


def test_that_several_mismatches_are_told_at_once():
    network = chain(input_of(9), dense(3), output_for("classification"))
    assert [problem.field for problem in problems(network, NUMBERS)] == ["sizes", "task", "out_features"]


def test_that_a_missing_output_is_mended_by_one_click():
    network = chain(input_of(1, 8, 8), "flatten", dense(10))
    (found,) = problems(network, DIGITS)
    assert found.message == "The network has no Output: add one to name the task"
    assert found.fixes[0].title == "Add Output after 'dense1'"
    assert mended(network, found, DIGITS) == []


def test_that_an_output_is_offered_for_each_place_where_it_could_go():
    network = edits.connect(edits.add(chain(input_of(8), dense(10)), block("dense")), "input", "dense2")
    (found,) = problems(network)
    assert [fix.title for fix in found.fixes] == ["Add Output after 'dense1'", "Add Output after 'dense2'"]


def test_that_an_empty_network_lacks_both_ends():
    assert [str(problem) for problem in check.problems(Design())] == [
        "The network has no Input: add one for the samples",
        "The network has no Output: add one to name the task",
    ]


def test_that_an_input_that_nothing_takes_is_told_and_removed_by_one_click():
    network = edits.add(chain(input_of(8), dense(2), output_for("regression")), block("input"))
    (found,) = problems(network)
    assert found.message == "Input 'input1' does not lead to the Output: connect or remove it"
    assert mended(network, found, NUMBERS) == []


def test_that_a_loose_end_is_told_and_removed_by_one_click():
    network = chain(input_of(8), dense(2), output_for("regression"))
    network = edits.connect(edits.add(network, block("dropout")), "input", "dropout1")
    (found,) = problems(network, NUMBERS)
    assert found.message == "Dropout 'dropout1' does not lead to the Output: connect or remove it"
    assert found.fixes[0].title == "Remove 'dropout1'"
    assert mended(network, found, NUMBERS) == []


def test_that_problems_of_shapes_come_before_all_others():
    network = chain(input_of(*DIGITS.features[0].shape.sizes), dense(3))
    assert [problem.block for problem in problems(network, DIGITS)] == ["dense1"]


def test_that_an_input_of_other_sizes_than_the_data_is_mended_before_the_shapes_that_follow_from_it():
    network = chain(input_of(1, 9, 9), dense(3))
    assert [problem.block for problem in problems(network, DIGITS)] == ["input", "dense1"]
    assert [problem.block for problem in problems(network)] == ["dense1"]


def test_that_the_mend_of_one_block_leaves_places_on_the_canvas():
    design = design_of(classifier("flatten", dense(7))).placed({"dense1": (3.0, 4.0)})
    (found,) = check.problems(design, data=DIGITS)
    assert found.fixes[0].apply(design).view.positions == {"dense1": (3.0, 4.0)}
