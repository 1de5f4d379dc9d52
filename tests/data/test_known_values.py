"""Words and categories are those of the samples to learn from, where the program keeps others apart for the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from datasets import Dataset as Hub

from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.samples import Dataset

READINGS = ("memory", "streamed")
WORD = "zebra"
"""Stands in the samples for the test alone."""


def opened(
    path: Path, source: str, reading: str, options: dict[str, Any] | None = None, split: str = "time"
) -> Dataset:
    """The data at a path, a fifth of them for the test: by itself the last one."""
    named, found = opening.inspect(path, source, options)
    how = DataSettings.model_validate({"split": split, "test_share": 0.2, "reading": reading})
    return opening.load(opening.settings_for(path, named, found, how))


def shop(path: Path, towns: list[str]) -> Path:
    """A table in the order of time; `towns` has a category for each row, of which there are 100."""
    days = pd.date_range("2024-01-01", periods=100).astype(str)
    rows = {"day": days, "town": towns, "size": np.arange(100) % 7, "price": np.arange(100) * 3.5}
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True)
def _kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))


def roles(path: Path) -> dict[str, Any]:
    """The options of the table with its day as the time."""
    _, found = opening.inspect(path, "table")
    columns = [item.model_dump(mode="json") for item in found.options.columns]  # type: ignore[attr-defined]
    return {"columns": [item | ({"role": "time"} if item["name"] == "day" else {}) for item in columns]}


@pytest.mark.parametrize("reading", READINGS)
def test_that_a_category_of_the_test_rows_alone_is_another_one(reading: str, tmp_path: Path) -> None:
    path = shop(tmp_path / "shop.csv", [*(f"town {row % 16}" for row in range(80)), *([WORD] * 10), *(["town 1"] * 10)])
    dataset = opened(path, "table", reading, roles(path))
    assert WORD in dataset.words["town"]
    tested = dataset.test.taken("town", None)[:, 0]
    assert tested[:10].tolist() == [0] * 10
    assert [dataset.words["town"][number] for number in tested[10:]] == ["town 1"] * 10
    assert dataset.train.taken("town", None).min() > 0


@pytest.mark.parametrize("reading", READINGS)
def test_that_a_category_of_the_test_rows_alone_has_no_number_of_its_own(reading: str, tmp_path: Path) -> None:
    path = shop(tmp_path / "shop.csv", [*(["Rome", "Oslo"] * 40), *([WORD] * 10), *(["Rome"] * 10)])
    dataset = opened(path, "table", reading, roles(path))
    (feature,) = dataset.info.features
    places = {name: place for place, name in enumerate(feature.numbers)}
    tested = dataset.test.taken("numbers", None)
    assert not tested[:, places[f"town = {WORD}"]].any()
    assert tested[10:, places["town = Rome"]].tolist() == [1] * 10
    assert np.ptp(tested[:, places["size"]]) > 1  # all other numbers stay


def table_of_texts(folder: Path, texts: list[str], labels: list[str]) -> Path:
    pd.DataFrame({"text": texts, "label": labels}).to_csv(folder / "texts.csv", index=False)
    return folder / "texts.csv"


def hub_set_of_texts(folder: Path, texts: list[str], labels: list[str]) -> Path:
    Hub.from_dict({"text": texts, "label": labels}).save_to_disk(str(folder / "set"))
    return folder / "set"


def folders_of_texts(folder: Path, texts: list[str], labels: list[str]) -> Path:
    for number, (text, label) in enumerate(zip(texts, labels, strict=True)):
        (folder / "texts" / label).mkdir(parents=True, exist_ok=True)
        (folder / "texts" / label / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder / "texts"


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(
    ("source", "made"),
    [("text", table_of_texts), ("text", folders_of_texts), ("hub", hub_set_of_texts)],
    ids=["table", "folders", "hub"],
)
def test_that_a_word_of_the_test_texts_alone_is_unknown(
    source: str, made: Callable[[Path, list[str], list[str]], Path], reading: str, tmp_path: Path
) -> None:
    texts = [f"{'good' if row % 2 else 'bad'} film and number{row} too" for row in range(60)]
    path = made(tmp_path, texts, ["one", "two"] * 30)
    dataset = opened(path, source, reading, split="auto")
    words, tested = dataset.words["text"], dataset.test.taken("text", None)
    learned = {words[number] for number in dataset.train.taken("text", None).flat}
    assert {words[number] for number in tested.flat} <= {*learned, "<unknown>"}
    assert len(dataset.test) == (tested == 1).any(axis=1).sum()
    strange = next(word for word in words if word.startswith("number") and word not in learned)
    assert list(dataset.cut["text"](f"good {strange}")) == [words.index("good"), 1]


@pytest.mark.parametrize("reading", READINGS)
def test_that_letters_of_the_end_of_a_text_are_neither_read_nor_told(reading: str, tmp_path: Path) -> None:
    path = tmp_path / "book.txt"
    path.write_text("the cat sat on the mat. " * 80 + "zzz " * 100, encoding="utf-8")
    letters = {"layout": "next", "units": "characters", "length": 16, "lower": False}
    dataset = opened(path, "text", reading, letters, "auto")
    z = dataset.words["text"].index("z")
    for name in ("text", "next"):
        assert not (dataset.train.taken(name, None) == z).any()
        assert not (dataset.test.taken(name, None) == z).any()
        assert (dataset.test.taken(name, None) == 1).any()


def test_that_padding_stays_padding(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    rows = [("one two three four five six", "ab"[row % 2]) for row in range(40)] + [("one two", "a")]
    pd.DataFrame(rows, columns=["text", "label"]).to_csv(path, index=False)
    _, found = opening.inspect(path, "text")
    how = DataSettings(split="chance", test_share=0.3, split_seed=3)
    dataset = opening.load(opening.settings_for(path, "text", found, how))
    tested = dataset.test.taken("text", None)
    assert (tested[:, -1] == 0).any(), "the short text is to be tested with"
    assert not (dataset.train.taken("text", None) == 0).any()
    assert not (tested == 1).any()
