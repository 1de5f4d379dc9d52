"""What a network's figures are compared with: plain methods, on the same split, in the units of the data."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, Ridge

from designer.__main__ import main
from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.graph.design import Design
from designer.core.schema.shape import features, image, sequence, tokens
from designer.core.storage.files import read, write
from designer.core.storage.resources import example
from designer.data.errors import Cancelled
from designer.data.samples import Dataset, Samples
from designer.engine.evaluation import baselines as module
from designer.engine.evaluation.baselines import SampleRows, baselines
from designer.engine.evaluation.regressions import linear, logistic
from designer.engine.training import preparation
from tests.codegen.test_training import months, with_settings
from tests.helpers import (
    chain,
    classes_of,
    dense,
    design_of,
    digits_dataset,
    input_of,
    numbers_of,
    output_for,
    stripes_network,
)


def values_of(design: Design, dataset: Dataset) -> dict[str, float]:
    (found,) = baselines(design, dataset).values()
    return {item.name: item.value for item in found}


def test_that_a_logistic_regression_is_as_good_as_that_of_scikit_learn() -> None:
    x, y = load_digits(return_X_y=True)
    x = (x - x[:1200].mean(0)) / x[:1200].std()
    named = logistic(x[:1200], y[:1200], x[1200:], 10)
    theirs = LogisticRegression(max_iter=1000).fit(x[:1200], y[:1200])
    assert (named == y[1200:]).mean() == pytest.approx(theirs.score(x[1200:], y[1200:]), abs=0.012)
    assert (named == theirs.predict(x[1200:])).mean() > 0.97


def test_that_a_regression_ends_between_two_looks_at_the_rows() -> None:
    """A window that is closed waits for it."""
    looks = count(1)

    def heed() -> None:
        if next(looks) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        baselines(design_of(stripes_network()), digits_dataset(), heed=heed)
    assert next(looks) == 4


def test_that_a_linear_regression_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(1)
    for rows in (50, 6):  # and with fewer rows than features
        x, y, other = (random.normal(3, 2, size) for size in ((rows, 8), (rows, 2), (20, 8)))
        np.testing.assert_allclose(linear(x, y, other), Ridge(alpha=1.0).fit(x, y).predict(other), rtol=1e-8)


def test_that_classes_are_compared_with_chance_the_majority_and_a_regression() -> None:
    data, design = digits_dataset(), design_of(stripes_network())
    before = torch.get_rng_state()
    found = values_of(design, data)
    assert torch.equal(torch.get_rng_state(), before), "a run that goes on beside it draws the same numbers"
    assert found["chance"] == 0.25
    assert found["majority class"] == pytest.approx(float((data.test.columns["y"] == 0).mean()))
    assert found["logistic regression"] == 1.0, "stripes are linear"


def test_that_a_forecast_is_compared_with_the_last_value() -> None:
    design = design_of(months(), "airline_passengers")
    dataset = preparation.load(design)
    found = values_of(design, dataset)
    test = dataset.test.columns
    assert found["last value"] == pytest.approx(float(np.abs(test["months"][:, -1] - test["next_month"]).mean()))
    assert found["linear regression"] < found["last value"] < found["mean"]


def test_that_steps_behind_the_end_of_a_sequence_count_for_nothing() -> None:
    info = DataInfo("steps", "Steps", (Feature("x", sequence(None, 2)),), (Target("y", tokens(None), ("a", "b")),))
    labels = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0]] * 10)
    columns = {"x": np.zeros((30, 4, 2), np.float32), "y": labels}
    lengths = {"x_lengths": np.array([1, 2, 3] * 10), "y_lengths": np.array([1, 2, 3] * 10)}
    samples = Samples({**columns, **lengths})
    network = chain(input_of(None, 2), dense(2), output_for("sequence_to_sequence"))
    (found,) = baselines(design_of(network), Dataset(info, samples, samples)).values()
    assert {item.name: item.value for item in found} == {"chance": 0.5, "majority class": pytest.approx(5 / 6)}


def test_that_categories_of_a_table_are_numbers_of_their_own() -> None:
    kinds = np.arange(60) % 3
    info = DataInfo("kinds", "Kinds", (Feature("kind", tokens(1), 4),), (Target("y", features(1), ("no", "yes")),))
    samples = Samples({"kind": kinds[:, None] + 1, "y": (kinds == 1).astype(np.int64)})
    embedding = ("embedding", "embedding1", {"num_embeddings": 4, "embedding_dim": 2})
    network = chain(input_of(1), embedding, "flatten", dense(2), output_for())
    found = values_of(design_of(network), Dataset(info, samples, samples))
    assert found["logistic regression"] == 1.0, "no line through the numbers 1, 2 and 3 tells the middle one"


def test_that_no_more_rows_and_numbers_are_taken_than_a_second_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    part = SampleRows(digits_dataset().train, np.arange(96))
    assert part.few(10).rows.tolist() == np.linspace(0, 95, 10).astype(int).tolist()
    monkeypatch.setattr(module, "MOST_FEATURES", 35)
    assert "logistic regression" not in values_of(design_of(stripes_network()), digits_dataset())
    info = numbers_of("wide", image(3, 4, 4), 1)
    x = np.ones((20, 3, 4, 4), np.float32)
    samples = Samples({"x": x, "y": np.ones((20, 1), np.float32)})
    network = chain(input_of(3, 4, 4), "flatten", dense(1), output_for("regression"))
    assert values_of(design_of(network), Dataset(info, samples, samples)) == {"mean": 0.0}


def test_that_there_is_nothing_to_compare_with_where_there_are_no_samples() -> None:
    data = digits_dataset()
    empty = Dataset(classes_of("none", image(1, 6, 6), "abcd"), data.train, data.train.some(np.arange(0)))
    assert list(baselines(design_of(stripes_network()), empty).values()) == [()]


def test_that_the_command_line_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    design = with_settings(read(example("flat_prices_table")), epochs=1, device="cpu")
    path, run = tmp_path / "x.network.json", tmp_path / "run"
    write(design, path)
    assert main(["train", str(path), "--run", str(run)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("to compare with: ")]
    assert line.startswith("to compare with: test MAE of mean ")
    assert ", linear regression 0." in line
    assert main(["evaluate", str(path), "--run", str(run)]) == 0
    assert f"to compare with: {line.removeprefix('to compare with: test ')}" in capsys.readouterr().out
    assert main(["evaluate", str(path), "--run", str(run), "--json"]) == 0
    (output,) = json.loads(capsys.readouterr().out)["outputs"].values()
    assert list(output["baselines"]) == ["mean", "linear regression"]
    assert f"linear regression {output['baselines']['linear regression']:.4f}" in line
