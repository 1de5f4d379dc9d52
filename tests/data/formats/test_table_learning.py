"""Networks that learn from real tables reach what a plain linear model reaches."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression

from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.settings import TrainingSettings
from designer.data import opening
from designer.data.samples import Dataset
from designer.engine.protocol.events import Finished
from designer.engine.training.trainer import Trainer


def learned(name: str, folder: Path) -> tuple[Dataset, dict[str, float]]:
    """A set of scikit-learn's as CSV, and what the plainest network that is offered for it reaches."""
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    frame.to_csv(folder / f"{name}.csv", index=False)
    source, found = opening.inspect(folder / f"{name}.csv")
    assert source == "table"
    data = opening.settings_for(folder / f"{name}.csv", source, found, DataSettings(test_share=0.3))
    dataset = opening.load(data)
    network = starting_networks(dataset.info)[0].network
    training = TrainingSettings(device="cpu", epochs=60, learning_rate=0.03, validation_share=0.0)
    ended = Trainer(Design(network, data, training), dataset, lambda event: None).run()
    assert isinstance(ended, Finished)
    return dataset, ended.metrics


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer"])
def test_that_classes_of_a_table_are_learned_as_well_as_by_logistic_regression(name: str, tmp_path: Path) -> None:
    dataset, metrics = learned(name, tmp_path)
    train, test = dataset.train.columns, dataset.test.columns
    plain = LogisticRegression(max_iter=5000).fit(train["numbers"], train["target"])
    assert metrics["test_accuracy"] >= plain.score(test["numbers"], test["target"]) - 1.5 / len(dataset.test)


def test_that_a_number_of_a_table_is_learned_as_well_as_by_linear_regression(tmp_path: Path) -> None:
    dataset, metrics = learned("diabetes", tmp_path)
    train, test = dataset.train.columns, dataset.test.columns
    plain = LinearRegression().fit(train["numbers"], train["target"])
    assert metrics["test_loss"] <= 1.05 * ((plain.predict(test["numbers"]) - test["target"]) ** 2).mean()
