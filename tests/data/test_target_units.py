"""Numbers of arrays and of series are learned in units of their own: those of the samples that are not for the test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import Dataset, DatasetDict

from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.formats.registry import format_of
from designer.data.looking import Wish, look_at, preview_of_own
from designer.data.own_units import as_in_files
from designer.data.sample_facts import facts_of
from tests.engine.evaluation.test_evaluation import own, rows_of, run_of, tried

NUMBERS = np.random.default_rng(4).normal(size=(60, 3))
ANSWERS = np.stack([NUMBERS[:, 0] * 700 + 20_000, NUMBERS[:, 1] / 50 - 3], axis=1)
AHEAD = {"layout": "forecast", "values": ["a"], "targets": ["a", "b"], "window": 4, "horizon": 2, "time": ""}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))


def arrays(folder: Path, **more: np.ndarray) -> Path:
    np.savez(folder / "homes.npz", x=NUMBERS, y=ANSWERS, **more)
    return folder / "homes.npz"


def series(folder: Path) -> Path:
    """It goes up steeply near its end."""
    rises = np.where(np.arange(80) < 60, np.arange(80) % 7, 1e6)
    rows = "\n".join(f"{value},{value * 50 + 4000}" for value in rises)
    (folder / "sales.csv").write_text(f"a,b\n{rows}\n")
    return folder / "sales.csv"


def labelled_curves(folder: Path) -> Path:
    """A number is to be told of each."""
    names = ",".join(f"t{step}" for step in range(6))
    rows = "\n".join(f"{1500 + 20 * row},{','.join(map(str, NUMBERS[row : row + 2].ravel()))}" for row in range(40))
    (folder / "curves.csv").write_text(f"price,{names}\n{rows}\n")
    return folder / "curves.csv"


def hub_set(folder: Path) -> Path:
    """In splits, a number of each row in the thousands."""
    rows = Dataset.from_dict({"a": NUMBERS[:, 0].tolist(), "score": ANSWERS[:, 0].tolist()})
    DatasetDict({"train": rows.select(range(45)), "test": rows.select(range(45, 60))}).save_to_disk(str(folder / "set"))
    return folder / "set"


def settings_of(path: Path, options: dict[str, Any] | None = None, **split: Any) -> DataSettings:
    source, found = opening.inspect(path, "" if options is None else "sequences", options)
    return opening.settings_for(path, source, found, DataSettings(**split))


def test_that_units_are_those_of_what_is_not_for_the_test(tmp_path: Path) -> None:
    parts = np.where(np.arange(60) < 45, 0, 2)
    rising = ANSWERS + np.where(parts == 2, 1e6, 0)[:, None]
    np.savez(tmp_path / "homes.npz", x=NUMBERS, y=rising, part=parts)
    mean, deviation = facts_of(settings_of(tmp_path / "homes.npz")).units["y"]
    np.testing.assert_allclose(mean, ANSWERS[:45].mean(0), rtol=0.05)
    np.testing.assert_allclose(deviation, ANSWERS[:45].std(0), rtol=0.05)
    mean, deviation = facts_of(settings_of(tmp_path / "homes.npz", split="chance")).units["y"]
    assert max(deviation) > 1e5


@pytest.mark.parametrize(("share", "is_steep"), [(0.3, False), (0.1, True)])
def test_that_units_of_a_forecast_know_nothing_of_the_end_that_is_for_the_test(
    share: float, is_steep: bool, tmp_path: Path
) -> None:
    data = settings_of(series(tmp_path), AHEAD, test_share=share)
    means, deviations = facts_of(data).units["next"]
    assert (len(means), len(deviations)) == (2, 2)
    assert (max(deviations) > 1e4) == is_steep
    learned = opening.load(data).train.columns["next"].reshape(-1, 2)
    np.testing.assert_allclose(learned.mean(0), 0, atol=0.1)
    np.testing.assert_allclose(learned.std(0), 1, atol=0.1)


@pytest.mark.parametrize("kind", ["arrays", "forecast", "labels", "hub"])
def test_that_streamed_answers_are_those_in_memory_and_the_file_has_them(kind: str, tmp_path: Path) -> None:
    write = {"arrays": arrays, "forecast": series, "labels": labelled_curves, "hub": hub_set}[kind]
    wide = {"layout": "wide", "values": [f"t{step}" for step in range(6)], "label": "price", "classes": None}
    options = {"forecast": AHEAD, "labels": wide}.get(kind)
    data = settings_of(write(tmp_path), options)
    ours, theirs = (opening.load(data.model_copy(update={"reading": how})) for how in ("streamed", "memory"))
    name = theirs.info.targets[0].name
    raw = format_of(data.source).read_options({**data.options, "target_units": {}})
    in_file = format_of(data.source).open(Path(data.path), raw).columns[name]
    units = facts_of(data).units[name]
    assert np.abs(in_file).max() > 1000
    found = []
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        assert (one.taken(name, None) == other.columns[name]).all()
        assert one.taken(name, None).dtype == np.float32
        found += as_in_files(other.columns[name], units).tolist()
    for row in found:
        assert np.isclose(in_file, row, rtol=1e-5, atol=0.1).all(-1).any()


def test_that_a_target_in_the_thousands_is_learned_and_told_in_units_of_the_file(tmp_path: Path) -> None:
    path = arrays(tmp_path)
    design = own(path)
    training = design.training.model_copy(update={"epochs": 12, "learning_rate": 0.05, "batch_size": 8})
    found, metrics = run_of(replace(design, training=training), tmp_path / "run")
    assert metrics["test_loss"] < 0.3
    rows = rows_of(found)
    np.testing.assert_allclose(np.array(rows["label"].tolist())[:, 0], [20_000] * len(rows), atol=2500)
    off = np.array(rows["predicted"].tolist()) - np.array(rows["label"].tolist())
    assert np.abs(off).mean(0)[0] < 350
    assert tried(found)["outputs"]["output"]["mae"] == pytest.approx(np.abs(off).mean(), rel=1e-3)
    assert metrics["test_mae"] == pytest.approx(np.abs(off).mean(), rel=1e-3)


@pytest.mark.parametrize("kind", ["shares", "as it is"])
def test_that_what_can_be_learned_as_it_is_or_shall_be_has_no_units(kind: str, tmp_path: Path) -> None:
    answers = (NUMBERS[:, :2] > 0).astype(float) if kind == "shares" else ANSWERS
    np.savez(tmp_path / "homes.npz", x=NUMBERS, y=answers)
    source, found = opening.inspect(tmp_path / "homes.npz")
    columns = tuple(item.model_copy(update={"type": "number"}) for item in found.options.columns)
    changes = {"columns": columns, "target_scale": "as_it_is" if kind == "as it is" else "standardised"}
    written = found.options.model_copy(update=changes).model_dump(mode="json")
    source, found = opening.inspect(tmp_path / "homes.npz", source, written)
    assert found.info.targets[0].classes is None
    data = opening.settings_for(tmp_path / "homes.npz", source, found)
    assert not facts_of(data).units
    assert "target_units" not in data.options


def test_that_looking_once_more_finds_the_same_units_and_shows_what_the_file_has(tmp_path: Path) -> None:
    path = arrays(tmp_path)
    first = look_at(Wish(path))
    again = look_at(Wish(path, first.settings.source, first.settings.options))
    assert again.settings == first.settings
    assert first.settings.options["target_units"]
    shown = [repr(preview_of_own(look)) for look in (first, again)]
    assert shown[0] == shown[1]
