"""A normalisation over batches of one number is told before training, with what mends it; others are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from designer.core.edits.learning import with_learning
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.validation import check
from designer.core.validation.check_batches import lone_numbers
from designer.data.samples import Dataset
from designer.engine.protocol.events import Failed, Finished, Started
from designer.engine.runs.script_export import NoTrainingError, pytorch_script
from tests.grouping import definition, port, use
from tests.helpers import Item, block, chain, dense, design_of, digits_dataset, input_of, output_for, trained

FEATURES: Item = ("batch_norm1d", "norm1")
IMAGES: Item = ("batch_norm2d", "norm1")


def naming(*items: Item, **settings: Any) -> Design:
    """Stripes that are named by blocks which give features."""
    network = chain(input_of(1, 6, 6), *items, dense(4, "named"), output_for())
    return design_of(network, **{"batch_size": 1, **settings})


def told(design: Design) -> list[Problem]:
    return check.problems(design)


def in_group(repeat: int = 1, name: str = "Normed") -> Network:
    inside = definition(name, port("x"), Node("norm1", block("batch_norm1d"), ("x",)), port("y", "norm1"))
    group = use(inside, repeat=repeat)
    nodes = [
        Node("input", block("input", sizes=(1, 6, 6)), ()),
        Node("flatten", block("flatten"), ("input",)),
        Node("group1", group, ("flatten",)),
        Node("named", block("dense", out_features=4), ("group1",)),
        Node("output", block("output"), ("named",)),
    ]
    return Network.of(nodes)


def test_that_a_mean_over_one_number_is_told_and_mended() -> None:
    design = naming("flatten", dense(5), FEATURES)
    (problem,) = told(design)
    assert problem.block == "norm1"
    assert problem.message == (
        "BatchNorm1d 'norm1' takes the mean of each of its features over a batch, but a batch has 1 sample: "
        "set the batch size to 2 or more, or take a LayerNorm"
    )
    (fix,) = problem.fixes
    assert fix.title == "Set the batch size to 32"
    assert not told(fix.apply(design))


def test_that_no_script_is_written_that_would_fail() -> None:
    network = chain(input_of(1, 28, 28), "flatten", dense(5), FEATURES, dense(10, "named"), output_for())
    assert pytorch_script(design_of(network, batch_size=2), "network").text
    with pytest.raises(NoTrainingError, match="set the batch size to 2 or more"):
        pytorch_script(design_of(network, batch_size=1), "network")


@pytest.mark.parametrize("repeat", [1, 3])
def test_that_it_is_told_at_the_group_that_it_is_in(repeat: int) -> None:
    (problem,) = told(design_of(in_group(repeat), batch_size=1))
    assert problem.block == "group1"
    assert problem.message.startswith("In 'group1', BatchNorm1d 'norm1' takes the mean")
    assert not told(design_of(in_group(repeat), batch_size=2))


@pytest.mark.parametrize(
    ("items", "is_told"),
    [
        ((IMAGES, "flatten"), False),
        ((("avg_pool2d", "pool1", {"kernel_size": 6}), IMAGES, "flatten"), True),
        ((("reshape", "lines", {"sizes": (6, 6)}), FEATURES, "flatten"), False),
        ((("reshape", "line", {"sizes": (1, 36)}), FEATURES, "flatten"), True),
        (("flatten", ("layer_norm", "norm1")), False),
    ],
    ids=["pixels", "one pixel", "steps", "one step", "by itself"],
)
def test_that_it_is_told_as_torch_refuses_it(items: tuple[Item, ...], is_told: bool) -> None:
    design = naming(*items)
    assert bool(told(design)) == is_told
    events = trained(design, digits_dataset(12))[1]
    assert isinstance(events[-1], Failed if is_told else Finished)
    assert is_told != any(isinstance(event, Started) for event in events)


def test_that_a_frozen_one_goes_by_what_it_has_learned() -> None:
    design = with_learning(naming("flatten", dense(5), FEATURES), ["norm1"], frozen=True)
    assert not told(design)
    assert isinstance(trained(design, digits_dataset(12))[1][-1], Finished)
    assert not told(with_learning(design_of(in_group(), batch_size=1), ["group1"], frozen=True))


def test_that_one_sample_to_learn_from_is_told_before_training() -> None:
    data = digits_dataset(12)
    one = Dataset(data.info, data.train.some([0]), data.test)
    design = naming("flatten", dense(5), FEATURES, batch_size=8, validation_share=0.0)
    (failed,) = trained(design, one)[1]
    assert isinstance(failed, Failed)
    assert failed.message.endswith("of its features over a batch, but there is 1 sample to learn from")
    assert not failed.details
    assert isinstance(trained(naming("flatten", validation_share=0.0), one)[1][-1], Finished)


def test_that_groups_within_groups_are_looked_at_once_for_each_shape() -> None:
    inside = definition("Normed", port("x"), Node("norm1", block("batch_norm1d"), ("x",)), port("y", "norm1"))
    for level in range(6):
        inner = use(inside, repeat=64)
        inside = definition(f"Level{level}", port("x"), Node("inner", inner, ("x",)), port("y", "inner"))
    network = in_group()
    nodes = [replace(node, block=use(inside)) if node.id == "group1" else node for node in network.nodes.values()]
    found = lone_numbers(infer(Network.of(nodes)))
    assert list(found) == ["group1"]
    assert found["group1"].startswith("In 'group1', BatchNorm1d 'norm1' takes")
