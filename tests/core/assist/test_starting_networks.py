"""Networks to begin with suit the data and can be trained; a network is fitted to data in one step."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from designer.core.assist.begun_design import begun
from designer.core.assist.data_fit import fitted
from designer.core.assist.starting_networks import Style, starting_networks
from designer.core.graph.binding import LENGTHS, DataInfo, Feature, Target
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import Shape, features, image
from designer.core.validation import check
from designer.data.samples import Array, Dataset, Samples
from designer.data.sources import sources
from designer.engine.protocol.events import Finished
from designer.engine.training.trainer import Trainer
from tests.helpers import chain, dense, design_of, input_of, output_for, starting_network

CLASS = Target("class", features(1), ("one", "two", "three"))
NUMBER = Target("price", features(1))
STEPS = Target("tags", Shape.of((12,), ("L",)), ("B", "I", "O"))
COLUMNS = {
    "image": Feature("image", image(1, 9, 9)),
    "large image": Feature("image", image(3, 96, 64)),
    "features": Feature("numbers", features(5)),
    "sequence": Feature("curve", Shape.of((12, 2))),
    "varying": Feature("curve", Shape.of((None, 2)), longest=12),
    "tokens": Feature("text", Shape.of((12,), ("L",)), vocabulary=50),
    "category": Feature("town", Shape.of((1,), ("L",)), vocabulary=30),
    "frames": Feature("film", Shape.of((4, 1, 8, 8), ("L", "C", "H", "W"))),
    "films of any length": Feature("film", Shape.of((None, 3, 9, 8), ("L", "C", "H", "W")), longest=12),
    "volume": Feature("scan", Shape.of((1, 8, 8, 8))),
}
DATA = {
    **{name: DataInfo("mine", "Mine", (feature,), (CLASS,)) for name, feature in COLUMNS.items()},
    "mixed table": DataInfo("mine", "Mine", (COLUMNS["features"], COLUMNS["category"]), (CLASS, NUMBER)),
    "tagged steps": DataInfo("mine", "Mine", (COLUMNS["tokens"],), (STEPS,)),
    "numbers at steps": DataInfo("mine", "Mine", (COLUMNS["sequence"],), (Target("next", Shape.of((12, 3))),)),
    "picture and words": DataInfo("mine", "Mine", (COLUMNS["image"], COLUMNS["tokens"]), (NUMBER,)),
}

FILMS = DATA["films of any length"]


def samples_for(data: DataInfo, count: int = 12) -> Samples:
    random = np.random.default_rng(0)
    columns: dict[str, Array] = {}
    for item in data.features:
        sizes = tuple(size or item.longest or 1 for size in item.shape.sizes)
        if item.vocabulary:
            columns[item.name] = random.integers(0, item.vocabulary, (count, *sizes))
        else:
            columns[item.name] = random.normal(size=(count, *sizes)).astype(np.float32)
        if item.shape.varies:
            columns[item.name + LENGTHS] = random.integers(3, 13, count)
    for target in data.targets:
        sizes = tuple(size or 1 for size in target.shape.sizes)
        if target.classes:
            values = random.integers(0, len(target.classes), (count, *sizes))
            columns[target.name] = values if target.per_step else values[:, 0]
        else:
            columns[target.name] = random.normal(size=(count, *sizes)).astype(np.float32)
    return Samples(columns)


@pytest.mark.parametrize("name", DATA)
def test_that_three_networks_suit_the_data_and_learn(name: str) -> None:
    data = DATA[name]
    samples, found = samples_for(data), starting_networks(data)
    assert len({item.title for item in found}) == 3
    for item in found:
        design = Design(item.network, training=TrainingSettings(epochs=1, validation_share=0, device="cpu"))
        assert check.problems(design, data=data) == []
        ended = Trainer(design, Dataset(data, samples, samples), lambda event: None).run()
        assert isinstance(ended, Finished), ended
        assert np.isfinite(ended.metrics["test_loss"])


@pytest.mark.parametrize("name", [name for name in sources() if name != "number_reversal"])
def test_that_three_networks_suit_each_set_of_the_program(name: str) -> None:
    data = sources()[name].info
    for item in starting_networks(data):
        assert check.problems(Design(item.network), data=data) == []


def test_that_a_network_that_tells_the_next_token_does_not_see_it_and_is_called_what_it_is() -> None:
    letters = tuple("abcdefg")
    feature = Feature("text", Shape.of((12,), ("L",)), vocabulary=len(letters))
    told = DataInfo("mine", "Mine", (feature,), (Target("next", Shape.of((12,), ("L",)), letters),))
    for data, rules in ((told, {"causal"}), (DATA["tagged steps"], {"explicit"})):
        usual, _, recurrent = starting_networks(data)[:3]
        convolutions = [node.block for node in usual.network.nodes.values() if node.block.kind == "conv1d"]
        assert {block.model_dump()["padding_rule"] for block in convolutions} == rules
        assert (usual.title, recurrent.title) == ("Dilated 1-D CNN", "LSTM")


def test_that_a_network_for_films_of_one_length_looks_at_several_frames_at_once_and_keeps_time_at_first() -> None:
    plain, usual, larger = (starting_network(sources()["moving_digits"].info, style) for style in get_args(Style))
    kinds = [[node.block.kind for node in network.nodes.values()] for network in (plain, usual, larger)]
    assert [("conv3d" in found, "lstm" in found) for found in kinds] == [(False, False), (True, False), (False, True)]
    first = next(node.block for node in usual.nodes.values() if node.block.kind == "max_pool3d")
    assert first.model_dump()["kernel_size"] == [1, 2, 2]
    varying = [[node.block.kind for node in starting_network(FILMS, style).nodes.values()] for style in get_args(Style)]
    assert [("conv3d" in found, "lstm" in found) for found in varying] == [(False, False), (False, True), (False, True)]


def test_that_a_network_is_fitted_to_other_data_of_the_kind() -> None:
    network = chain(
        input_of(1, 28, 28),
        ("conv2d", "conv1", {"padding": 1}),
        "flatten",
        dense(64),
        dense(10, "dense2"),
        output_for(),
    )
    design = design_of(network)
    found = fitted(design, DATA["large image"])
    assert found is not None
    assert check.problems(found, data=DATA["large image"]) == []
    assert [(node.id, node.block.kind) for node in found.network.nodes.values()] == [
        (node.id, node.block.kind) for node in network.nodes.values()
    ]
    assert found.network.nodes["input"].block.model_dump()["sizes"] == [3, 96, 64]
    assert found.network.nodes["dense2"].block.model_dump()["out_features"] == 3


def test_that_a_network_for_images_is_not_made_one_for_films_by_a_reshape() -> None:
    """It would run with frames as channels, and see hardly any motion: other networks are offered instead."""
    design = design_of(chain(input_of(3, 9, 9), ("conv2d", "conv1"), "flatten", dense(3), output_for()))
    assert fitted(design, DATA["frames"]) is None
    assert fitted(design_of(chain(input_of(3, 9, 9), "flatten", dense(3), output_for())), DATA["frames"]) is not None


def test_that_a_classifier_of_numbers_becomes_a_regression() -> None:
    design = design_of(chain(input_of(4), dense(8), dense(3, "dense2"), output_for(loss="cross_entropy")))
    data = DataInfo("mine", "Mine", (COLUMNS["features"],), (NUMBER,))
    found = fitted(design, data)
    assert found is not None
    assert check.problems(found, data=data) == []
    assert found.network.nodes["output"].block.model_dump()["task"] == "regression"


def test_that_columns_of_other_data_are_named_no_longer() -> None:
    design = design_of(
        chain(("input", "input", {"sizes": (4,), "feature": "weights"}), dense(3), output_for(target="kinds"))
    )
    found = fitted(design, DATA["features"])
    assert found is not None
    assert check.problems(found, data=DATA["features"]) == []


def test_that_a_network_of_another_kind_is_left_to_the_person() -> None:
    images = chain(input_of(1, 28, 28), ("conv2d", "conv1"), "flatten", dense(10), output_for())
    assert fitted(design_of(images), DATA["tokens"]) is None


def test_that_fitting_twice_changes_nothing_more() -> None:
    design = design_of(chain(input_of(1, 28, 28), "flatten", dense(10), output_for()))
    once = fitted(design, DATA["image"])
    assert once is not None
    assert fitted(once, DATA["image"]) == once
    assert replace(once, network=once.network) == once


def first_begun(design: Design, data: DataInfo, samples: int) -> Design:
    return begun(design, data, "", starting_networks(data, samples)[0], samples)


@pytest.mark.parametrize(
    ("samples", "batch", "epochs", "share", "rate"),
    [
        (36, 8, 356, 0.0, 0.0005),
        (94, 8, 136, 0.0, 0.0005),
        (160, 16, 178, 0.1, 0.0007),
        (20_000, 128, 13, 0.2, 0.001),
        (5_000_000, 512, 4, 0.2, 0.001),
    ],
)
def test_that_few_samples_have_many_epochs_of_small_batches_and_small_steps(
    samples: int, batch: int, epochs: int, share: float, rate: float
) -> None:
    training = first_begun(Design(), DATA["sequence"], samples).training
    assert (training.batch_size, training.epochs) == (batch, epochs)
    assert (training.validation_share, training.learning_rate) == (share, rate)


def test_that_large_samples_have_fewer_epochs_than_small_ones_and_what_a_person_set_stays() -> None:
    photos = DataInfo("mine", "Mine", (Feature("photo", image(3, 224, 224)),), (CLASS,))
    before = Design(training=TrainingSettings(seed=7, device="cpu", l1=0.5))
    made = [first_begun(before, data, 60) for data in (photos, DATA["image"])]
    assert made[0].training.epochs * 5 < made[1].training.epochs
    assert made[0].training.learning_rate > made[1].training.learning_rate  # as there are few steps
    assert {(item.training.seed, item.training.device, item.training.l1) for item in made} == {(7, "cpu", 0.5)}
    unknown = first_begun(before, photos, 0)
    assert unknown.training == before.training


def test_that_a_linear_network_comes_first_for_a_very_small_table_alone() -> None:
    first = {name: starting_networks(DATA[name], 99)[0].style for name in ("features", "category", "image", "tokens")}
    assert first == {"features": "plain", "category": "plain", "image": "usual", "tokens": "usual"}
    titles = [starting_networks(DATA["features"], samples)[0].title for samples in (0, 100, 1000, 1001)]
    assert titles == ["Linear", "Wide and deep", "Wide and deep", "Two hidden layers"]


@pytest.mark.parametrize("name", ["features", "category", "mixed table"])
def test_that_a_straight_line_goes_past_the_hidden_units_of_a_small_table(name: str) -> None:
    data, (found, *_) = DATA[name], starting_networks(DATA[name], 200)
    assert check.problems(Design(found.network), data=data) == []
    nodes = found.network.nodes
    ends = [node for node in nodes.values() if node.block.kind == "add"]
    assert len(ends) == len(data.targets)
    for end in ends:
        straight, bent = (nodes[str(name)] for name in end.inputs)
        assert straight.block.kind == bent.block.kind == "dense"
        hidden = nodes[str(bent.inputs[0])]
        assert (hidden.block.kind, nodes[str(hidden.inputs[0])].inputs) == ("dropout", straight.inputs)


def test_that_steps_of_a_small_tables_network_are_larger_most_of_all_for_classes() -> None:
    number = replace(DATA["features"], targets=(Target("price", features(1)),))
    for samples, expected in ((99, [0.01, 0.003]), (200, [0.002, 0.002])):
        begun_for = [first_begun(Design(), data, samples).training for data in (DATA["features"], number)]
        assert [training.learning_rate for training in begun_for] == expected
        assert [training.l2 for training in begun_for] == ([0.0, 0.05] if samples == 200 else [0.0, 0.0])


def test_that_all_rows_of_a_small_table_are_learned_from() -> None:
    shares = [first_begun(Design(), DATA["mixed table"], rows).training.validation_share for rows in (150, 500, 501)]
    assert shares == [0.0, 0.0, 0.1]


def test_that_own_numbers_are_brought_to_one_scale_unless_they_are_or_that_takes_long() -> None:
    own = DataSettings(source="sequences", path="/somewhere/curves")
    noise = own.model_copy(update={"transforms": ({"kind": "noise"},)})
    scaled = replace(COLUMNS["features"], raw=5)
    cases = {
        "curves": (own, DATA["sequence"], 100, 1),
        "pictures": (own, DATA["image"], 100, 1),
        "words": (own, DATA["tokens"], 100, 0),
        "a table": (own, DataInfo("mine", "Mine", (scaled,), (CLASS,)), 100, 0),
        "a chain of one's own": (noise, DATA["sequence"], 100, 1),
        "millions of curves": (own, DATA["sequence"], 5_000_000, 0),
        "a set of the program": (DataSettings(), DATA["image"], 100, 0),
    }
    for name, (data, info, samples, count) in cases.items():
        made = first_begun(Design(data=data), info, samples).data
        assert len(made.transforms) == count, name
        assert made == data or [item["kind"] for item in made.transforms] == ["normalise"], name


def test_that_long_curves_are_shortened_and_short_ones_are_not() -> None:
    def kinds(length: int | None) -> list[str]:
        data = DataInfo("mine", "Mine", (Feature("curve", Shape.of((length, 1)), longest=900),), (CLASS,))
        assert check.problems(Design(starting_networks(data)[0].network), data=data) == []
        return [node.block.kind for node in list(starting_networks(data)[0].network.nodes.values())[1:3]]

    assert kinds(100) == kinds(None) == ["conv1d", "conv1d"]
    assert kinds(251) == ["avg_pool1d", "conv1d"]
    assert kinds(16_000) == ["conv1d", "batch_norm1d"]
