"""Texts that are read as pieces of one row on disk: the samples, the words and the findings of memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats import text, text_pieces, text_streaming
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.registry import format_of
from designer.data.readers._text_files import encoding_of
from designer.data.row_slices import Slices
from designer.data.samples import Dataset
from tests.data.formats.test_text import BAD, GOOD, reviews
from tests.data.lazily import CountedColumn

STORY = "Ein Ärgernis, sagt’s — ΟΔΥΣΣΕΥΣ ΣΑΣ\r\nund 猫 wartet\x0cauf  Fische; naïve Kätzchen\n" * 9
RUSSIAN = "она вошла в дом и тихо села к окну, а потом долго смотрела на снег\n" * 9


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    monkeypatch.setattr(text_pieces, "PIECE", 7)
    monkeypatch.setattr(text_streaming, "AT_ONCE", 5)
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


def expect_same(ours: Dataset, theirs: Dataset) -> None:
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        assert len(one) == len(other) > 0
        assert {*one.columns, *one.lazy} == other.columns.keys()
        for name, values in other.columns.items():
            found = one.taken(name, None)
            assert (found.dtype, found.shape) == (values.dtype, values.shape)
            assert (found == values).all(), name
    assert ours.words == theirs.words


NEXT = {"layout": "next", "units": "characters", "length": 9, "vocabulary": 30, "lower": False}


@pytest.mark.parametrize(
    ("write", "options"),
    [
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
    ],
)
def test_that_streamed_texts_are_those_in_memory_and_are_told_of_alike(
    write: Callable[[Path], Path], options: dict[str, Any] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "data")
    source, found = opening.inspect(path, "text", options)
    data = opening.settings_for(path, source, found)
    ours, theirs = (opening.load(data.model_copy(update={"reading": how})) for how in ("streamed", "memory"))
    assert {"text"} <= set(ours.train.lazy)
    expect_same(ours, theirs)
    few = preview(path, found)
    monkeypatch.setattr(text, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(text.Text, "call", None)  # the readers hold all of a text
    assert opening.inspect(path, "text", options)[1] == found
    assert preview(path, found) == few
    opening.forget()
    expect_same(ours, opening.load(data.model_copy(update={"reading": "memory"})))


def preview(path: Path, found: FoundData[Any]) -> dict[str, Any]:
    opened: Opened = format_of("text").preview(path, found.options, 4)
    return {name: values.tolist() for name, values in opened.columns.items()}


def test_that_windows_of_a_text_take_no_more_on_disk_than_its_tokens(tmp_path: Path, own_cache: Path) -> None:
    source, found = opening.inspect(story(tmp_path / "data"), "text", NEXT)
    data = opening.settings_for(tmp_path / "data" / "story.txt", source, found)
    opening.load(data.model_copy(update={"reading": "streamed"}))
    assert max(file.stat().st_size for file in own_cache.rglob("*.rows")) == 2 * len(STORY)


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
    ],
)
def test_that_what_is_wrong_with_a_large_text_is_told_as_of_a_small_one(
    path: str, options: dict[str, Any], expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    folder = tmp_path / "data"
    story(folder), table(folder), tagged(folder)
    form = format_of("text")
    told = []
    for most in (2**20, -1):
        monkeypatch.setattr(text, "MOST_AT_ONCE", most)
        with pytest.raises(DataError, match=expected) as error:
            form.open(folder / path, form.read_options(options))
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
