"""Trained networks tried on samples: the figures are those that their runs ended with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile

from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import opening, sources
from designer.data.errors import DataError
from designer.engine.evaluation.figures import measured
from designer.engine.evaluation.passes import made_ready
from designer.engine.evaluation.predictions import predictions
from designer.engine.evaluation.samples import Part, samples_to_try
from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.protocol.figures import Metrics
from designer.engine.runs.run_folder import Run
from designer.engine.runs.trained_weights import TrainedWeights, trained_weights
from designer.engine.training import preparation
from tests.codegen import few
from tests.codegen.test_training import months, pairs, sequences_again, turning_round, two_outputs
from tests.data.formats.made import striped_pictures
from tests.data.formats.test_sequences import ucr_rows, waves
from tests.data.formats.test_sound import RATE, tone
from tests.data.formats.test_table import people
from tests.data.formats.test_text import reviews
from tests.data.test_known_values import WORD, roles, shop
from tests.helpers import design_of, starting_network, trained

FEW = {"epochs": 1, "validation_share": 0.4}


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data that come with the program, with few of their samples."""
    monkeypatch.setattr(sources, "load", few.samples_of)


def run_of(design: Design, folder: Path) -> tuple[TrainedWeights, Metrics]:
    """What a run has learned, and the figures that it ended with."""
    run = Run.create(folder, design)
    _, events = trained(design, preparation.load(design), run=run)
    run.close()
    (last,) = [event for event in events if isinstance(event, Finished)]
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    return trained_weights(folder, design), {**epochs[-1].metrics, **last.metrics}


def tried(found: TrainedWeights, named: str = "", part: Part | None = None, is_path: bool = False) -> dict[str, Any]:
    """The figures of some samples, and those of each Output."""
    samples = samples_to_try(found.design, named, part, is_path)
    report = measured(made_ready(found.design, found, samples), samples, {"validation": "val"}.get(str(part), "test"))
    return {**report.metrics, "outputs": report.outputs}


def rows_of(found: TrainedWeights, named: str = "", part: Part | None = None, is_path: bool = False) -> pd.DataFrame:
    samples = samples_to_try(found.design, named, part, is_path)
    table = predictions(made_ready(found.design, found, samples), samples)
    return pd.DataFrame(list(table.rows), columns=list(table.kinds))


def own(path: Path, options: dict[str, Any] | None = None, **settings: Any) -> Design:
    """The usual network for data of one's own, which learns a little."""
    source, found = opening.inspect(path, options=options)
    data = opening.settings_for(path, source, found, DataSettings()).model_copy(update=settings)
    (usual, *_) = starting_networks(found.info)
    return Design(usual.network, data, TrainingSettings(epochs=2, learning_rate=0.02, device="cpu"))


@pytest.mark.parametrize(
    ("network", "source"),
    [
        (two_outputs(), "mnist_5k"),
        (sequences_again(), "japanese_vowels"),
        (turning_round(), "number_reversal"),
        (pairs(), "digit_pairs"),
        (months(), "airline_passengers"),
    ],
    ids=["digits twice", "vowels again", "numbers reversed", "pairs", "passengers"],
)
def test_that_the_figures_are_those_that_a_run_ended_with(
    network: Network, source: str, tmp_path: Path, few_samples: None
) -> None:
    found, metrics = run_of(design_of(network, source, **FEW), tmp_path / "run")
    for part, name in (("test", "test"), ("validation", "val")):
        figures = tried(found, part=part)  # type: ignore[arg-type]
        expected = {key: value for key, value in metrics.items() if key.startswith(f"{name}_")}
        assert {key: figures[key] for key in expected} == pytest.approx(expected, rel=1e-5)
        assert len(expected) > 0


def stripes(folder: Path) -> Path:
    return striped_pictures(folder / "pets")


def tones(folder: Path) -> Path:
    for hertz in (300, 900):
        (folder / f"{hertz} Hz").mkdir()
        for number in range(12):
            soundfile.write(folder / f"{hertz} Hz" / f"{number}.wav", tone(hertz, 0.2, seed=number), RATE)
    return folder


def opinions(folder: Path) -> Path:
    reviews().to_csv(folder / "reviews.csv", index=False)
    return folder / "reviews.csv"


def curves(folder: Path) -> Path:
    rows, labels = waves()
    (folder / "Waves_TRAIN.tsv").write_text(ucr_rows(rows[:16], labels[:16]))
    (folder / "Waves_TEST.tsv").write_text(ucr_rows(rows[16:], labels[16:]))
    return folder


def passengers(folder: Path) -> Path:
    return people(folder / "people.csv")


NORMALISED = {"transforms": ({"kind": "normalise"},)}


@pytest.mark.parametrize(
    ("made", "settings"),
    [
        (stripes, {}),
        (stripes, NORMALISED),
        (tones, {}),
        (opinions, {}),
        (curves, NORMALISED),
        (passengers, {}),
        (passengers, {"reading": "streamed"}),
    ],
    ids=["pictures", "pictures normalised", "sounds", "texts", "curves normalised", "table", "table streamed"],
)
def test_that_data_of_one_s_own_are_measured_as_the_run_measured_them(
    made: Any, settings: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    path = made(tmp_path / "data")
    found, metrics = run_of(own(path, **settings), tmp_path / "run")
    figures = tried(found)
    expected = {key: value for key, value in metrics.items() if key.startswith("test_")}
    assert {key: figures[key] for key in expected} == pytest.approx(expected, rel=1e-5)
    same = tried(found, str(path), is_path=True)
    assert same == figures
    rows = rows_of(found)
    assert (rows["label"] == rows["predicted"]).mean() == pytest.approx(metrics["test_accuracy"])
    assert set(rows["part"]) == {"test"}
    everything = rows_of(found, part="all")
    same_rows = everything.set_index("sample")["probability"][rows["sample"]]
    np.testing.assert_allclose(same_rows, rows["probability"], rtol=1e-4)


def test_that_other_pictures_are_read_as_those_that_were_learned(tmp_path: Path) -> None:
    found, _ = run_of(own(stripes(tmp_path), {"height": 8, "width": 8}, **NORMALISED), tmp_path / "run")
    labelled = rows_of(found, str(striped_pictures(tmp_path / "others", each=3, size=30)), is_path=True)
    assert labelled["sample"].tolist() == [
        f"{name}/{number:03}.png" for name in ("cats", "dogs") for number in range(3)
    ]
    assert labelled["label"].tolist() == ["cats"] * 3 + ["dogs"] * 3
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in (tmp_path / "others" / "dogs").iterdir():
        path.rename(flat / path.name)
    (tmp_path / "others" / "dogs").rmdir()
    assert set(rows_of(found, str(tmp_path / "others"), is_path=True)["label"]) == {"cats"}
    (flat / "broken.png").write_bytes(b"none")
    unknown = rows_of(found, str(flat), is_path=True)
    assert "label" not in unknown
    assert unknown["sample"].tolist() == ["000.png", "001.png", "002.png"]
    np.testing.assert_allclose(unknown["p(dogs)"], labelled["p(dogs)"][3:], rtol=1e-4)
    alone = rows_of(found, str(flat / "001.png"), is_path=True)
    np.testing.assert_allclose(alone["p(dogs)"], unknown["p(dogs)"][1:2], rtol=1e-4)
    with pytest.raises(DataError, match=r"there is no 'class', which Output '.*' is compared with"):
        tried(found, str(flat), is_path=True)
    striped_pictures(tmp_path / "strange", ("cats", "foxes"), each=1)
    with pytest.raises(DataError, match=r"classes that were learned \(cats, dogs\), and got foxes"):
        rows_of(found, str(tmp_path / "strange"), is_path=True)


def test_that_other_texts_have_the_numbers_of_the_words_that_were_learned(tmp_path: Path) -> None:
    found, _ = run_of(own(opinions(tmp_path)), tmp_path / "run")
    everything = rows_of(found, part="all")
    reviews()[30:34].to_csv(tmp_path / "others.csv", index=False)
    others = rows_of(found, str(tmp_path / "others.csv"), is_path=True)
    np.testing.assert_allclose(others["probability"], everything["probability"][30:34], rtol=1e-4)


def test_that_others_have_the_categories_of_the_rows_that_were_learned(tmp_path: Path) -> None:
    path = shop(tmp_path / "shop.csv", [*(f"town {row % 16}" for row in range(80)), *([WORD] * 20)])
    _, found = opening.inspect(path, "table", roles(path))
    data = opening.settings_for(path, "table", found, DataSettings(split="time", test_share=0.2))
    info = opening.info(data)
    assert info is not None
    design = Design(starting_network(info, "usual"), data, TrainingSettings())
    pd.read_csv(path).tail(30).to_csv(tmp_path / "others.csv", index=False)
    for named in ("", str(tmp_path / "others.csv")):
        samples = samples_to_try(design, named, None, bool(named))
        (piece,) = samples.pieces
        towns = piece.samples.taken("town", piece.rows)[:, 0]
        assert not towns[-20:].any()
        assert towns[:-20].all()
    assert len(towns) == 30


def test_that_numbers_of_a_table_are_told_as_the_file_has_them(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    rows = pd.DataFrame({"area": random.uniform(20, 200, 60).round(1), "rooms": random.integers(1, 6, 60)})
    rows["price"] = (rows["area"] * 3000 + rows["rooms"] * 10_000).round(-3)
    rows.to_csv(tmp_path / "homes.csv", index=False)
    found, metrics = run_of(own(tmp_path / "homes.csv"), tmp_path / "run")
    told = rows_of(found, part="all")
    assert told["label"].tolist() == pytest.approx(rows["price"].tolist(), rel=1e-6)
    tests = rows_of(found)
    missed = (tests["predicted"] - tests["label"]).abs()
    ((_, figures),) = (measures := tried(found))["outputs"].items()
    assert measures["test_loss"] == pytest.approx(metrics["test_loss"], rel=1e-5)
    assert figures["mae"] == pytest.approx(missed.mean())
    assert figures["mae"] > 1000
    rows[["rooms", "area"]].to_csv(tmp_path / "others.csv", index=False, sep=";")
    others = rows_of(found, str(tmp_path / "others.csv"), is_path=True)
    assert "label" not in others
    np.testing.assert_allclose(others["predicted"], told["predicted"], rtol=1e-5)
    rows[["rooms", "price"]].to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(DataError, match=r"less\.csv: there is no column 'area', which the network takes"):
        rows_of(found, str(tmp_path / "less.csv"), is_path=True)


def test_that_data_which_do_not_suit_the_network_are_told(tmp_path: Path, few_samples: None) -> None:
    found, _ = run_of(replace(read(example("mnist_cnn")), training=TrainingSettings(**FEW)), tmp_path / "run")  # type: ignore[arg-type]
    pictures = striped_pictures(tmp_path / "pets", each=2)
    with pytest.raises(DataError, match=r"pets: the network cannot take these data: Input 'input' takes 1×28×28"):
        tried(found, str(pictures), is_path=True)
    with pytest.raises(DataError, match="there is no source called 'digits'"):
        tried(found, "digits")
    with pytest.raises(DataError, match=r"japanese_vowels: the network cannot take these data"):
        tried(found, "japanese_vowels")
