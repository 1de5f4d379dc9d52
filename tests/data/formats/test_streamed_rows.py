"""Texts and sequences that are pieces of one row on disk: the samples, the words and the findings of memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats import (
    ordered_steps,
    sequence_streaming,
    sequences,
    text,
    text_pieces,
    text_report,
    text_streaming,
)
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.registry import format_of
from designer.data.readers._text_files import encoding_of
from designer.data.row_slices import Slices
from designer.data.samples import Dataset
from tests.data.formats.test_sequences import ucr_rows, waves
from tests.data.formats.test_text import BAD, GOOD, reviews
from tests.data.lazily import CountedColumn

STORY = "Ein Ärgernis, sagt’s — ΟΔΥΣΣΕΥΣ ΣΑΣ\r\nund 猫 wartet\x0cauf  Fische; naïve Kätzchen\n" * 9
RUSSIAN = "она вошла в дом и тихо села к окну, а потом долго смотрела на снег\n" * 9


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    monkeypatch.setattr(text_pieces, "PIECE", 7)
    monkeypatch.setattr(text_streaming, "AT_ONCE", 5)
    monkeypatch.setattr(sequence_streaming, "AT_ONCE", 5)
    monkeypatch.setattr(ordered_steps, "ROWS_AT_ONCE", 8)
    (tmp_path / "data").mkdir()
    return tmp_path / "kept" / "cache" / "rows"


def story(folder: Path, written: str = STORY, encoding: str = "utf-8") -> Path:
    (folder / "story.txt").write_bytes(written.encode(encoding))
    return folder / "story.txt"


def stories(folder: Path) -> Path:
    (folder / "more").mkdir()
    story(folder / "more", RUSSIAN)
    story(folder)
    return folder


def table(folder: Path) -> Path:
    """With texts that stand twice, one that is empty, and one of two lines; Western letters come late."""
    rows = reviews(30)
    rows.loc[3, "review"], rows.loc[7, "review"] = "", "a line,\nand   Another one\x0bhere"
    rows["opinion"] = rows["opinion"].replace("schlecht 坏", "hässlich")
    rows.loc[20:29, "review"] = rows.loc[0:9, "review"].tolist()
    rows.to_csv(folder / "reviews.csv", index=False, encoding="cp1252")
    return folder / "reviews.csv"


def folders(folder: Path) -> Path:
    for part in ("train", "test"):
        for name, texts in (("pos", GOOD), ("neg", BAD)):
            (folder / part / name).mkdir(parents=True)
            for number, written in enumerate(texts):
                (folder / part / name / f"{number}.txt").write_text(f"{written} {part}ing" * number, encoding="utf-16")
    return folder


def tagged(folder: Path) -> Path:
    sentence = (
        "-DOCSTART- -X- O\n\nAnn NNP B-PER\nlives VBZ O\nin IN O\nOslo NNP B-LOC\n\nshe PRP O\nruns VBZ O\r\n\r\n"
    )
    (folder / "names.conll").write_text(sentence * 6, newline="")
    return folder / "names.conll"


def ucr(folder: Path) -> Path:
    """Of unequal lengths, in two parts."""
    for part, rows in (("TRAIN", waves(12)), ("TEST", waves(6))):
        lines = ucr_rows(*rows).splitlines()
        (folder / f"W_{part}.tsv").write_text("\n".join(line[: 90 + 5 * number] for number, line in enumerate(lines)))
    return folder


def series_of_archive(folder: Path) -> Path:
    lines = "1,2,3:10,20,30:wave\n4,?,6,7:40,50,60,70:fist\n0.5:1.5:wave\n\n# a comment\n" * 5
    (folder / "Gestures.ts").write_text(f"# first\n@problemName Gestures\n@classLabel true wave fist\n@data\n{lines}")
    return folder / "Gestures.ts"


def wide(folder: Path) -> Path:
    """With gaps in the middle and at the end."""
    curves, labels = waves()
    table = pd.DataFrame(curves, columns=[f"t{step}" for step in range(20)])
    table.iloc[3, 4:6], table.iloc[5, 15:] = np.nan, np.nan
    table.insert(0, "speed", np.where(labels == 1, "fast one", "慢"))
    table.to_csv(folder / "wide.csv", index=False)
    return folder / "wide.csv"


def long(folder: Path, times: Callable[[int], str] = str, each_step: bool = False) -> Path:
    """The steps of several samples in any order, some of which are missing."""
    rows = [
        (f"{'ab'[sample % 2]}{sample}", times(step), step * sample, step or "", (step if each_step else sample) % 2)
        for sample in range(12)
        for step in range(3 + sample % 4)
    ]
    table = pd.DataFrame(rows, columns=["sample", "time", "x", "y", "label"]).sample(frac=1, random_state=0)
    table.to_csv(folder / "long.csv", index=False)
    return folder / "long.csv"


def a_file_each(folder: Path) -> Path:
    curves, labels = waves(12)
    for number, (curve, label) in enumerate(zip(curves, labels, strict=True)):
        place = folder / ("slow", "fast")[label]
        place.mkdir(exist_ok=True)
        table = pd.DataFrame({"time": range(len(curve) - number), "v": curve[number:]})
        table.to_csv(place / f"{number}.csv", index=False)
    (folder / "slow" / "broken.csv").write_text("time,v\n1,nothing\n")
    return folder


def forecast(folder: Path, times: Callable[[int], str] = str) -> Path:
    """A series with gaps at its ends and over several blocks, whose rows do not lie in order."""
    values = np.sin(np.arange(90) / 5).round(4)
    table = pd.DataFrame({"month": [times(step) for step in range(90)], "a": values, "b": values[::-1], "c": np.nan})
    table.loc[[0, 1, *range(30, 47), 88, 89], "a"] = np.nan
    table.sample(frac=1, random_state=3).to_csv(folder / "series.csv", index=False)
    return folder / "series.csv"


def with_commas(folder: Path) -> Path:
    """The same with commas before fractions."""
    path = forecast(folder)
    path.write_text(path.read_text().replace(",", ";").replace(".", ","))
    return path


def as_date(step: int) -> str:
    return (pd.Timestamp("2024-01-28") + pd.Timedelta(days=step)).strftime("%d.%m.%Y")


def expect_same(ours: Dataset, theirs: Dataset) -> None:
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        assert len(one) == len(other) > 0
        assert {*one.columns, *one.lazy} == other.columns.keys()
        for name, values in other.columns.items():
            found = one.taken(name, None)
            assert (found.dtype, found.shape) == (values.dtype, values.shape)
            assert (found == values).all(), name
    assert ours.words == theirs.words


AHEAD = {"layout": "forecast", "time": "month", "values": ("a", "b", "c"), "targets": ("b", "a"), "window": 7}
NEXT = {"layout": "next", "units": "characters", "length": 9, "vocabulary": 30, "lower": False}


TEXTS: list[Any] = [
    (story, NEXT),
    (story, NEXT | {"lower": True}),
    (story, NEXT | {"units": "words", "lower": True}),
    (story, NEXT | {"units": "byte pairs", "lower": True, "vocabulary": 60}),
    (lambda folder: story(folder, encoding="utf-16"), NEXT),
    (lambda folder: story(folder, RUSSIAN, "koi8-r"), NEXT),
    (lambda folder: story(folder, "plain\nwords\n" * 9 + RUSSIAN, "cp1251"), NEXT | {"units": "words"}),
    (stories, NEXT),
    (table, None),
    (table, {"length": 3}),
    (table, {"text": "review", "label": "opinion", "classes": ("good", "hässlich"), "distinct": True, "length": 0}),
    (folders, None),
    (tagged, None),
]
CURVES: list[Any] = [
    (ucr, None),
    (series_of_archive, None),
    (wide, None),
    (long, None),
    (lambda folder: long(folder, as_date), None),
    (lambda folder: long(folder, lambda step: f"step {8 + step}", each_step=True), None),
    (a_file_each, None),
    (forecast, AHEAD),
    (with_commas, AHEAD),
    (lambda folder: forecast(folder, as_date), AHEAD | {"horizon": 3, "stride": 2}),
]


@pytest.mark.parametrize(
    ("source", "write", "options"), [*(("text", *item) for item in TEXTS), *(("sequences", *item) for item in CURVES)]
)
def test_that_streamed_samples_are_those_in_memory_and_are_told_of_alike(
    source: str,
    write: Callable[[Path], Path],
    options: dict[str, Any] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write(tmp_path / "data")
    _, found = opening.inspect(path, source, options)
    data = opening.settings_for(path, source, found)
    ours, theirs = (opening.load(data.model_copy(update={"reading": how})) for how in ("streamed", "memory"))
    assert {item.name for item in ours.info.features} <= set(ours.train.lazy)
    expect_same(ours, theirs)
    few = preview(path, source, found)
    module = {"text": text, "sequences": sequences}[source]
    monkeypatch.setattr(module, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(type(module.FORMAT), "call", None)  # the readers hold all of a file
    assert opening.inspect(path, source, options)[1] == found
    assert preview(path, source, found) == few
    opening.forget()
    expect_same(ours, opening.load(data.model_copy(update={"reading": "memory"})))


def preview(path: Path, source: str, found: FoundData[Any]) -> dict[str, Any]:
    opened: Opened = format_of(source).preview(path, found.options, 4)
    return {name: values.tolist() for name, values in opened.columns.items()}


def test_that_windows_of_a_text_take_no_more_on_disk_than_its_tokens(tmp_path: Path, own_cache: Path) -> None:
    source, found = opening.inspect(story(tmp_path / "data"), "text", NEXT)
    data = opening.settings_for(tmp_path / "data" / "story.txt", source, found)
    opening.load(data.model_copy(update={"reading": "streamed"}))
    assert max(file.stat().st_size for file in own_cache.rglob("*.rows")) == 2 * len(STORY)


CURVES_OF = {"layout": "long", "sample": "sample", "time": "time", "values": ("x",), "label": "label"}


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        ("story.txt", NEXT | {"length": 400}, r"the text has 702 characters: expected at least 801"),
        ("reviews.csv", {"text": "review", "label": "mood"}, "no column is called 'mood': there are review, opinion"),
        (
            "reviews.csv",
            {"text": "review", "label": "opinion", "classes": ("good", "bad")},
            "the label 'hässlich' is none of the classes good, bad",
        ),
        ("names.conll", {"layout": "tagged", "classes": ("O",)}, "it cannot be read as texts"),
        ("series.csv", AHEAD | {"window": 90}, "the series has 90 steps: expected 91, or a smaller window"),
        ("series.csv", AHEAD | {"values": ("d",)}, "no column is called 'd': there are month, a, b, c"),
        ("series.csv", AHEAD | {"values": ("month",)}, "row 2: expected a number in 'month', got '2[0-9.]+'"),
        ("long.csv", CURVES_OF | {"classes": ("0", "2")}, "the label '1' is none of the classes 0, 2"),
        (
            "Gestures.ts",
            {"layout": "ucr", "files": (("Gestures.ts", 0),), "classes": ("fist", "nod")},
            "'wave' is none",
        ),
    ],
)
def test_that_what_is_wrong_with_a_large_file_is_told_as_of_a_small_one(
    path: str, options: dict[str, Any], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    folder = tmp_path / "data"
    story(folder), table(folder), tagged(folder), long(folder), forecast(folder, as_date), series_of_archive(folder)
    source = "text" if path in ("story.txt", "reviews.csv", "names.conll") else "sequences"
    told = []
    for most in (2**20, -1):
        monkeypatch.setattr({"text": text, "sequences": sequences}[source], "MOST_AT_ONCE", most)
        with pytest.raises(DataError, match=expected) as error:
            opening.inspect(folder / path, source, options)
        told.append(str(error.value))
    assert told[0] == told[1]
    assert not list(own_cache.rglob("*.rows"))


def test_that_reading_a_large_text_tells_how_far_it_is_and_ends_when_nobody_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    path = story(tmp_path / "data")
    monkeypatch.setattr(text, "MOST_AT_ONCE", 0)
    seen: list[tuple[int, int]] = []

    def enough(done: int, of: int) -> None:
        seen.append((done, of))
        if done > path.stat().st_size:
            raise Cancelled

    with pytest.raises(Cancelled):
        opening.inspect(path, "text", NEXT, enough)
    assert {of for _, of in seen} == {2 * path.stat().st_size}
    assert seen == sorted(seen)
    assert not list(own_cache.rglob("*.rows"))


def test_that_pieces_of_a_row_are_cut_where_each_begins_and_ends() -> None:
    column = Slices(CountedColumn(np.arange(10)), np.array([0, 7, 2]), np.array([2, 3, 1]), np.dtype(np.int64))
    assert column.take(np.array([2, 1, 0, 1])).tolist() == [[2, 0, 0], [7, 8, 9], [0, 1, 0], [7, 8, 9]]


@pytest.mark.parametrize("before", ["", "plain words\n" * 6000, "plain" * 20])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "cp1251", "cp1252"])
def test_that_the_encoding_of_a_file_is_found_without_holding_it(before: str, encoding: str, tmp_path: Path) -> None:
    content = (before + (STORY[:14] if encoding == "cp1252" else RUSSIAN)).encode(encoding)
    (tmp_path / "letters.txt").write_bytes(content)
    assert text_pieces.encoding_at(tmp_path / "letters.txt") == encoding_of(content)


def test_that_unknown_letters_of_a_large_text_are_counted_without_cutting_it_into_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = story(tmp_path / "data")
    _, expected = opening.inspect(path, "text", NEXT | {"vocabulary": 12})
    assert "of the tokens are not among the 12" in expected.findings[0].message
    monkeypatch.setattr(text, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(text_report, "_STEPS_AT_ONCE", 50)
    monkeypatch.setattr(Slices, "take", None)
    assert opening.inspect(path, "text", NEXT | {"vocabulary": 12})[1] == expected


@pytest.mark.parametrize("kind", ["text", "series"])
def test_that_of_a_window_little_is_held(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_pieces, "PIECE", 2**18)
    path = tmp_path / "data" / f"{kind}.csv"
    path.write_text("ab" * 60_000 if kind == "text" else "a\n" + "1\n2\n" * 15_000)
    ahead = {"layout": "forecast", "values": ("a",), "targets": ("a",), "window": 2}
    options = NEXT | {"length": 4} if kind == "text" else ahead
    source, found = opening.inspect(path, "text" if kind == "text" else "sequences", options)
    data = opening.settings_for(path, source, found).model_copy(update={"reading": "streamed"})
    opening.load(data)
    opening.forget()
    tracemalloc.start()
    dataset = opening.load(data)
    opening.forget()
    again = dataset.train.some(np.arange(len(dataset.train) - 5))
    held = tracemalloc.get_traced_memory()[0] / found.samples
    tracemalloc.stop()
    assert len(again.taken(dataset.info.features[0].name, np.arange(3))) == 3
    assert held < 40
