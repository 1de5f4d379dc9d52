"""Networks that are offered for tables reach what a plain linear model reaches, and more where that is not enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets
from sklearn.linear_model import LinearRegression, LogisticRegression

from designer.core.assist.begun_design import begun
from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data import opening
from designer.data.samples import Dataset
from designer.engine.protocol.events import Finished
from designer.engine.training.trainer import Trainer


def learned(name: str, folder: Path) -> tuple[Dataset, dict[str, float]]:
    """A set of scikit-learn's as CSV, and what the network that is offered first for it reaches."""
    return begun_for(getattr(datasets, f"load_{name}")(as_frame=True).frame, folder / f"{name}.csv")


def begun_for(frame: pd.DataFrame, path: Path) -> tuple[Dataset, dict[str, float]]:
    """A table with a column target as CSV, and what the network that is offered first for it reaches."""
    frame.to_csv(path, index=False)
    source, found = opening.inspect(path)
    assert source == "table"
    data = opening.settings_for(path, source, found, DataSettings(test_share=0.3))
    dataset = opening.load(data)
    before = Design(data=data, training=TrainingSettings(device="cpu"))
    samples = opening.counts(data)[0]
    design = begun(before, dataset.info, "", starting_networks(dataset.info, samples)[0], samples)
    ended = Trainer(design, dataset, lambda event: None).run()
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


def test_that_what_no_straight_line_tells_is_learned_from_a_small_table(tmp_path: Path) -> None:
    table = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 3)), columns=["a", "b", "c"])
    table["target"] = np.where(table.a * table.b > 0, "alike", "unlike")
    assert begun_for(table, tmp_path / "signs.csv")[1]["test_accuracy"] > 0.8
