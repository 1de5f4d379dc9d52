"""Rows that took long to read are kept on disk: read once, never mixed up, within a limit."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from designer.data import row_cache
from designer.data.row_cache import KeptRows, bytes_as_numbers, kept
from tests.data.lazily import CountedColumn

VALUES = np.random.default_rng(0).integers(0, 255, (40, 3, 5, 4), dtype=np.uint8)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path))
    return tmp_path / "cache" / "rows"


def test_that_a_row_is_read_once_and_stays_what_it_was() -> None:
    column = CountedColumn(VALUES)
    cached = kept(column, "digits")
    for rows in ([3, 1, 39], [1, 2, 3], list(range(40)), [7, 7, 0]):
        assert (cached.take(np.array(rows)) == VALUES[rows]).all()
    assert max(column.read.values()) == 1


def test_that_rows_are_there_the_next_time() -> None:
    kept(CountedColumn(VALUES), "digits").take(np.arange(40))
    again = CountedColumn(VALUES)
    assert (kept(again, "digits").take(np.arange(40)) == VALUES).all()
    assert not again.read


def test_that_other_data_have_rows_of_their_own() -> None:
    kept(CountedColumn(VALUES), "digits").take(np.arange(40))
    others = CountedColumn(VALUES[::-1].copy())
    assert (kept(others, "other digits").take(np.arange(40)) == VALUES[::-1]).all()


@pytest.mark.parametrize("harm", ["cut", "notes cut", "gone"])
def test_that_a_damaged_cache_is_made_again(own_cache: Path, harm: str) -> None:
    kept(CountedColumn(VALUES), "digits").take(np.arange(40))
    (rows,), (notes,) = own_cache.glob("*/rows.bin"), own_cache.glob("*/rows.there")
    if harm == "gone":
        rows.unlink()
    else:
        harmed = rows if harm == "cut" else notes
        harmed.write_bytes(harmed.read_bytes()[:30])
    assert (kept(CountedColumn(VALUES), "digits").take(np.arange(40)) == VALUES).all()
    assert (kept(CountedColumn(VALUES), "digits").take(np.arange(40)) == VALUES).all()


def test_that_rows_which_were_not_noted_yet_are_read_again(own_cache: Path) -> None:
    kept(CountedColumn(VALUES), "digits").take(np.arange(10))  # and then a crash
    again = CountedColumn(VALUES)
    assert (kept(again, "digits").take(np.arange(40)) == VALUES).all()
    assert set(again.read) == set(range(40))


def test_that_what_was_not_used_for_longest_makes_room(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_cache, "LIMIT", 2 * VALUES.nbytes + 200)
    for name in ("first", "second", "third"):
        kept(CountedColumn(VALUES), name).take(np.arange(40))
    places = [place for place in own_cache.iterdir() if any(place.iterdir())]
    assert len(places) == 2
    again = CountedColumn(VALUES)
    kept(again, "third").take(np.arange(40))
    assert not again.read


def test_that_data_larger_than_the_limit_are_not_kept(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_cache, "LIMIT", VALUES.nbytes - 1)
    cached = kept(CountedColumn(VALUES), "digits")
    assert (cached.take(np.arange(40)) == VALUES).all()
    assert not isinstance(cached, KeptRows)
    assert not list(own_cache.iterdir())


def test_that_it_goes_on_where_nothing_can_be_written(own_cache: Path) -> None:
    cached = kept(CountedColumn(VALUES), "digits")
    (place,) = own_cache.iterdir()
    place.rmdir()
    place.write_text("in the way")
    assert (cached.take(np.arange(40)) == VALUES).all()


def test_that_bytes_are_numbers_from_0_to_1() -> None:
    numbers = bytes_as_numbers(CountedColumn(VALUES)).take(np.array([4, 5]))
    assert numbers.dtype == np.float32
    assert (numbers == VALUES[4:6].astype(np.float32) / 255).all()


def test_that_rows_go_on_being_read_when_their_names_are_gone(own_cache: Path) -> None:
    column = CountedColumn(VALUES)
    cached = kept(column, "digits")
    cached.take(np.arange(20))
    (place,) = own_cache.iterdir()
    shutil.rmtree(place)
    assert (cached.take(np.arange(40)) == VALUES).all()
    assert (cached.take(np.arange(40)) == VALUES).all()
    assert max(column.read.values()) == 1
