from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core import edits
from designer.core.check import DataInfo, problems
from designer.core.design import Design
from designer.core.files import read
from designer.core.inference import infer
from designer.core.network import Network, NetworkError
from designer.core.registry import kinds
from designer.core.resources import example
from designer.core.shape import features, image
from tests.helpers import blocks_of, chain, dense, design_of, input_of, output_for

DIGITS = DataInfo("digits", "Digits", image(1, 28, 28), tuple("0123456789"))
CNN = read(example("mnist_cnn"))


def messages(network: Network) -> list[str]:
    return [problem.message for problem in infer(network).problems]


def without_flatten() -> Network:
    return edits.remove(CNN.network, ["flatten"])


def test_that_the_shapes_of_the_articles_cnn_are_right() -> None:
    shapes = [str(result.shape) for result in infer(CNN.network).results.values()]
    assert shapes == ["1×28×28", "32×26×26", "32×13×13", "64×11×11", "64×5×5", "64×3×3", "576", "64", "10", "10"]


def test_that_an_error_names_both_blocks_and_the_mend() -> None:
    assert messages(without_flatten()) == [
        "Dense 'dense1' takes features (N×F), but 'conv3' gives images 64×3×3: put a Flatten between them"
    ]


def test_that_the_first_fix_of_each_problem_mends_it() -> None:
    cases = {
        "a missing Flatten": without_flatten(),
        "a kernel too large": edits.set_params(CNN.network, "conv3", kernel_size=(7, 2)),
        "two LSTMs with the last state between": chain(
            input_of(None, 12), ("lstm", "one"), ("lstm", "two"), dense(9), output_for()
        ),
        "a sequence at the Output": chain(input_of(None, 12), ("lstm", "one", {"output": "sequence"}), output_for()),
        "images at the Output": chain(input_of(1, 4, 4), output_for()),
    }
    for name, network in cases.items():
        (problem,) = infer(network).problems
        assert problem.fixes, name
        assert infer(problem.fixes[0].apply(Design(network)).network).problems == [], name


def test_that_blocks_behind_a_problem_wait_without_one() -> None:
    results = infer(without_flatten()).results
    assert results["dense2"].shape is None
    assert results["dense2"].problem is None


def test_that_only_what_is_downstream_is_inferred_again() -> None:
    before = infer(CNN.network)
    after = infer(edits.set_params(CNN.network, "conv3", out_channels=16), before)
    same = [name for name in CNN.network.nodes if after.results[name] is before.results[name]]
    assert same == ["input", "conv1", "pool1", "conv2", "pool2", "dense2", "output"]
    assert str(after.shape("flatten")) == "144"


@given(st.data())
def test_that_incremental_inference_equals_inference_from_scratch(data: st.DataObject) -> None:
    network, inference = CNN.network, infer(CNN.network)
    for _ in range(6):
        try:
            network = data.draw(random_edit(network))
        except NetworkError:
            continue
        inference = infer(network, inference)
        fresh = infer(network)
        assert [result.shape for result in inference.results.values()] == [r.shape for r in fresh.results.values()]
        assert [problem.message for problem in inference.problems] == messages(network)


def random_edit(network: Network) -> st.SearchStrategy[Network]:
    names = st.sampled_from(sorted(network.nodes)) if network.nodes else st.nothing()
    blocks = st.sampled_from(sorted(kinds())).flatmap(blocks_of)
    return st.one_of(
        st.builds(lambda block: edits.add(network, block), blocks),
        st.builds(lambda name: edits.remove(network, [name]), names),
        st.builds(lambda name, block: edits.append(network, block, name), names, blocks),
        st.builds(lambda one, two: edits.connect(network, one, two), names, names),
        st.builds(lambda one: edits.disconnect(network, one) if network.nodes[one].inputs else network, names),
        st.builds(lambda name: edits.rename(network, name, f"{name}_x"[:60]), names),
    )


def test_that_the_example_suits_its_data() -> None:
    assert problems(CNN, data=DIGITS) == []


@pytest.mark.parametrize("layers", [[], [("dropout", "dropout1")], [("activation", "a"), ("dropout", "d")]])
def test_that_the_last_dense_is_compared_with_the_classes(layers: list[tuple[str, str]]) -> None:
    network = chain(input_of(1, 28, 28), "flatten", dense(12, "fc"), *layers, output_for())
    (problem,) = problems(design_of(network), data=DIGITS)
    assert problem.message == (
        "Dense 'fc' gives 12 numbers, but the data 'Digits' has 10 classes: set out_features to 10"
    )
    assert problems(problem.fixes[0].apply(design_of(network)), data=DIGITS) == []


def test_that_a_wrong_task_and_wrong_sizes_have_one_click_fixes() -> None:
    design = design_of(chain(input_of(1, 8, 8), "flatten", dense(10), output_for("regression")))
    found = problems(design, data=DIGITS)
    assert [problem.field for problem in found] == ["sizes", "task"]
    for problem in found:
        design = problem.fixes[0].apply(design)
    assert problems(design, data=DIGITS) == []


def test_that_a_network_without_a_dense_gets_one_offered() -> None:
    design = design_of(chain(input_of(1, 28, 28), "flatten", output_for()))
    (problem,) = problems(design, data=DIGITS)
    assert "put a Dense of 10 before it" in problem.message
    assert problems(problem.fixes[0].apply(design), data=DIGITS) == []


def test_that_missing_and_double_ends_and_loose_blocks_are_named() -> None:
    assert [p.message for p in problems(Design())] == [
        "the network has no Input: add one for the samples",
        "the network has no Output: add one to name the task",
    ]
    headless = edits.remove(CNN.network, ["output"])
    (problem,) = problems(Design(headless))
    assert problems(problem.fixes[0].apply(Design(headless)), data=DIGITS) == []
    two = edits.add(CNN.network, CNN.network.nodes["input"].block)
    assert "more than one Input ('input' and 'input1')" in problems(Design(two))[0].message
    branch = edits.connect(edits.add(CNN.network, kinds()["dropout"](), "spare"), "conv1", "spare")
    (problem,) = problems(Design(branch))
    assert problem.message == "Dropout 'spare' does not lead to the Output: connect or remove it"
    assert problems(problem.fixes[0].apply(Design(branch)), data=DIGITS) == []


def test_that_a_variable_length_cannot_be_flattened() -> None:
    network = chain(input_of(None, 12), "flatten", dense(9), output_for())
    assert "lengths differ" in messages(network)[0]
    assert infer(network).shape("flatten") is None
    assert infer(chain(input_of(5, 12), "flatten", dense(9), output_for())).shape("flatten") == features(60)
