"""Tables that are read batch by batch: the same rows as in memory, written once, never half, and never old ones."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from designer.data import cache_room, opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats import table_streaming
from designer.data.formats.base import FoundData
from designer.data.samples import Dataset
from tests.data.formats.test_table import people


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    monkeypatch.setattr(table_streaming, "AT_ONCE", 7)
    return tmp_path / "kept" / "cache" / "rows"


@cache
def looked_at(path: Path, moment: int, written: bytes, options: str) -> tuple[str, FoundData[Any]]:
    """What is in a file as it stands: tests open it in several ways, and looking takes as long as opening."""
    return opening.inspect(path, "table", json.loads(options))


def opened(path: Path, reading: str, options: dict[str, Any] | None = None, **split: Any) -> Dataset:
    opening._opened.clear()
    source, found = looked_at(path, path.stat().st_mtime_ns, path.read_bytes(), json.dumps(options))
    data = opening.settings_for(path, source, found)
    return opening.load(data.model_copy(update={"reading": reading, **split}))


def expect_same(ours: Dataset, theirs: Dataset) -> None:
    assert set(ours.train.lazy) == {item.name for item in ours.info.features}
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        assert len(one) == len(other) > 0
        for name, values in other.columns.items():
            assert (one.taken(name, None) == values).all(), name
            assert one.taken(name, None).dtype == values.dtype
    assert ours.words == theirs.words
    assert {name: scale.tolist() for name, scale in ours.units.items()} == {
        name: scale.tolist() for name, scale in theirs.units.items()
    }


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"missing_numbers": "median"},
        {"missing_numbers": "leave_out"},
        {"repeated": "once"},
        {"encoding": "utf-16"},
    ],
)
def test_that_a_streamed_table_is_that_in_memory(options: dict[str, Any], tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv")
    if "encoding" in options:
        path.write_text(path.read_text(), encoding="utf-16")
    if "repeated" in options:
        path.write_text(path.read_text() + "\n".join(path.read_text().splitlines()[3:9]) + "\n")
    expect_same(opened(path, "streamed", options), opened(path, "memory", options))


@pytest.mark.parametrize("split", ["time", "group", "chance", "class"])
def test_that_a_streamed_parquet_file_is_split_as_in_memory(split: str, tmp_path: Path) -> None:
    rows = "i % 7 AS kind, i // 5 AS person, i AS moment, sqrt(i) AS a, sin(i) AS b FROM range(300) t(i)"
    duckdb.sql(f"COPY (SELECT {rows}) TO '{tmp_path / 'rows.parquet'}' (FORMAT parquet)")
    _, found = opening.inspect(tmp_path / "rows.parquet", "table")
    roles = {"kind": ("target", "category"), "person": ("group", "number"), "moment": ("time", "number")}
    columns = [
        item.model_copy(update=dict(zip(("role", "type"), roles.get(item.name, ("input", "number")), strict=True)))
        for item in found.options.columns
    ]
    options = {"columns": [item.model_dump(mode="json") for item in columns]}
    ours, theirs = (opened(tmp_path / "rows.parquet", how, options, split=split) for how in ("streamed", "memory"))
    expect_same(ours, theirs)


def test_that_rows_are_written_once_and_anew_when_the_file_is_another_one(tmp_path: Path, own_cache: Path) -> None:
    path = people(tmp_path / "people.csv")
    before = opened(path, "streamed").train.taken("numbers", None)
    written = [file.stat().st_mtime_ns for file in sorted(own_cache.rglob("*.rows"))]
    opened(path, "streamed")
    assert [file.stat().st_mtime_ns for file in sorted(own_cache.rglob("*.rows"))] == written
    text = path.read_text().replace(",38.0,", ",83.0,", 1)  # as long as it was
    path.write_text(text)
    os.utime(path, ns=(1, 1))
    changed = opened(path, "streamed")
    expect_same(changed, opened(path, "memory"))
    assert not np.array_equal(changed.train.taken("numbers", None), before)


def test_that_nothing_half_written_is_left_when_somebody_has_had_enough(tmp_path: Path, own_cache: Path) -> None:
    path = people(tmp_path / "people.csv")
    source, found = opening.inspect(path, "table")
    data = opening.settings_for(path, source, found).model_copy(update={"reading": "streamed"})
    seen = []

    def enough(done: int, of: int) -> None:
        seen.append((done, of))
        if of == 40 and done > 20:
            assert list(own_cache.parent.rglob("*.rows"))
            raise Cancelled

    with pytest.raises(Cancelled):
        opening.load(data, enough)
    assert (21, 40) in seen
    assert not list(own_cache.iterdir() if own_cache.exists() else [])
    assert not list((own_cache.parent / "making").iterdir())
    expect_same(opened(path, "streamed"), opened(path, "memory"))


@pytest.mark.parametrize(
    "harm", ["cut", "no list", "gone", "5", "[5]", '[["numbers", "nothing", [3]]]', '[["numbers", "<f4", 3]]']
)
def test_that_a_damaged_cache_is_made_again(harm: str, tmp_path: Path, own_cache: Path) -> None:
    path = people(tmp_path / "people.csv")
    opened(path, "streamed")
    rows, (listed,) = sorted(own_cache.rglob("*.rows")), own_cache.rglob("columns.json")
    if harm == "cut":
        rows[-1].write_bytes(rows[-1].read_bytes()[:-4])
    elif "5" in harm or "[" in harm:
        listed.write_text(harm)
    else:
        (listed if harm == "no list" else rows[0]).unlink()
    expect_same(opened(path, "streamed"), opened(path, "memory"))


def test_that_the_cache_is_emptied_but_for_what_is_in_use(tmp_path: Path, own_cache: Path) -> None:
    first = opened(people(tmp_path / "people.csv"), "streamed")
    opened(people(tmp_path / "others.csv", age=[1.0] * 40), "streamed")
    opening._opened.clear()
    there = cache_room.used()
    assert 0 < cache_room.empty() < there
    assert len(list(own_cache.iterdir())) == 1
    expect_same(first, opened(tmp_path / "people.csv", "memory"))
    del first
    cache_room.empty()
    assert cache_room.used() == 0


def test_that_a_table_without_room_on_disk_says_what_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_room, "_SHARE_OF_FREE", 0.0)
    with pytest.raises(DataError, match=r"no room there: they take .* KiB"):
        opened(people(tmp_path / "people.csv"), "streamed")


def test_that_a_disk_that_fills_up_is_told_and_nothing_half_written_stays(tmp_path: Path, own_cache: Path) -> None:
    resource = pytest.importorskip("resource")
    path = people(tmp_path / "people.csv")
    looked_at(path, path.stat().st_mtime_ns, path.read_bytes(), "null")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))
    try:
        with pytest.raises(DataError, match=r"no room there: File too large: make room"):
            opened(path, "streamed")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(own_cache.parent.rglob("*.rows"))
    expect_same(opened(path, "streamed"), opened(path, "memory"))


def test_that_a_large_table_is_streamed_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = people(tmp_path / "people.csv")
    assert not opened(path, "auto").train.lazy
    monkeypatch.setattr(opening, "MOST_IN_MEMORY", 1000)
    assert set(opened(path, "auto").train.lazy) == {"numbers", "town"}


def test_that_a_million_rows_are_looked_at_and_read_batch_by_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_streaming, "AT_ONCE", 100_000)
    path, rows = tmp_path / "million.csv", 1_000_000
    duckdb.execute(
        f"COPY (SELECT i % 97 AS size, i % 3 = 0 AS kind FROM range({rows}) t(i)) TO '{path.as_posix()}' (HEADER)"
    )
    source, found = opening.inspect(path)
    assert (source, found.samples) == ("table", rows)
    data = opening.settings_for(path, source, found).model_copy(update={"reading": "streamed", "split": "chance"})
    dataset = opening.load(data)
    (name,) = dataset.train.lazy
    batch = dataset.train.some(np.arange(32)).taken(name, None)
    assert len(dataset.train) + len(dataset.test) == rows
    assert batch.shape == (32, 1)
    assert np.isfinite(batch).all()
