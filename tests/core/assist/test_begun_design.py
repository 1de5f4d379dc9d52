"""What a design is called that is begun for some data."""

from __future__ import annotations

import pytest

from designer.core.assist.begun_design import begun, name_of
from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.binding import DataInfo, Feature, Target, one_to_one
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import features
from designer.core.validation import check


def data_of(title: str) -> DataInfo:
    return one_to_one("table", title, Feature("numbers", features(3)), "kind", ("one", "other"))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("iris.csv", "iris – Linear"),
        ("My photos 2.0 beta", "My photos 2.0 beta – Linear"),
        ("a/b: c", "a-b- c – Linear"),
        ("鸢尾花.parquet", "鸢尾花 – Linear"),
        ("x" * 200, f"{'x' * 60} – Linear"),
        ("...", "data – Linear"),
    ],
)
def test_that_a_begun_design_is_called_as_a_file_may_be(title: str, name: str) -> None:
    assert name_of(data_of(title), starting_networks(data_of(title))[0]) == name


def test_that_a_begun_design_suits_its_data_and_says_so() -> None:
    data = data_of("iris.csv")
    made = begun(Design(), data, "150 rows", starting_networks(data)[1])
    assert check.problems(made, data=data) == []
    assert made.about.text.startswith("A network to begin with, for the data “iris” (150 rows). Dense blocks")
    assert len(made.view.positions) == len(made.network.nodes)


@pytest.mark.parametrize("own", [0.0, 0.003])
def test_that_what_holds_weights_small_is_a_persons_own_behind_one_network_and_the_next(own: float) -> None:
    feature, target = Feature("numbers", features(3)), Target("price", features(1))
    data = DataInfo("table", "homes.csv", (feature,), (target,))
    offered = {item.title: item for item in starting_networks(data, 400)}
    made = Design(training=TrainingSettings(l2=own))
    for title in ("Linear", "Wide and deep", "Linear", "Wide and deep", "Linear"):
        made = begun(made, data, "", offered[title], 400)
        brought = 0.025 if title == "Wide and deep" else 0.0
        assert made.training.l2 == (own or brought)
