"""Tables of many columns: looked at as narrow ones are, without trying all that a cell may be on each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from designer.data import opening
from designer.data.formats import table_profile
from designer.data.formats.base import FoundData
from designer.data.readers import _tables


def odd(number: int, rows: int) -> Any:
    """Numbers, and now and then what may be taken for one: gaps, dates, yes and no, words, spaces, infinity, prices."""
    random = np.random.default_rng(number)
    column = pd.Series(random.normal(size=rows)).round(3).astype(object)
    column[:4] = [
        ["1", "2", "3", "4"],
        ["", "NA", "?", "0"],
        ["2024-01-01", "2024-01-02", "1,234.5", "12 %"],
        [" 7", "8 ", "inf", "-inf"],
        ["1e999", "0x10", "1_000", "nan"],
        ["yes", "no", "train", "test"],
        ["20240101", "20240102", "20240103", "20240104"],
    ][number % 7]
    if number % 11 == 3:
        column[:] = random.choice(["yes", "no"], rows)
    if number % 11 == 5:
        column[:] = random.integers(0, 2, rows)
    if number % 11 == 9:
        column[:] = pd.date_range("2024-01-01", periods=rows, freq="31h").astype(str)
    if number % 11 == 7:
        column[:] = ""
    return column


def wide(path: Path, columns: int = 24, rows: int = 120) -> Path:
    named = {
        ("date" if number == 20 else f"of {chr(97 + number % 26)}{number}"): odd(number, rows)
        for number in range(columns)
    }
    pd.DataFrame({**named, "kind": ["one", "other"] * (rows // 2)}).to_csv(path, index=False)
    return path


def looked_at(path: Path) -> FoundData[Any]:
    return opening.inspect(path, "table")[1]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_that_quicker_ways_find_what_is_found_by_trying_everything(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_profile, "_AT_ONCE", 6)
    path = wide(tmp_path / "wide.csv")
    if ending == ".parquet":
        pd.read_csv(path).to_parquet(path := tmp_path / "wide.parquet")
    quick = looked_at(path)
    monkeypatch.setattr(table_profile, "_plain_numbers", lambda cells: frozenset())
    monkeypatch.setattr(table_profile, "_MOST_HELD", 0)
    monkeypatch.setattr(table_profile.NamedCells, "text", table_profile.Cells.text)
    monkeypatch.setattr(table_profile.NamedCells, "any_number", table_profile.Cells.any_number)
    monkeypatch.setattr(table_profile, "_with_names", lambda cells, names, parts, source: source)
    slow = looked_at(path)
    assert quick == slow
    assert {item.type for item in quick.options.columns} >= {"number", "category", "yes_no", "date"}


def test_that_no_pattern_is_tried_on_columns_of_numbers_more_than_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def noting(connection: Any, query: str, *how: Any) -> None:
        asked.append(query)
        _tables.patiently(connection, query, *how)

    monkeypatch.setattr(table_profile, "patiently", noting)
    rows = np.random.default_rng(0).normal(size=(80, 30))
    path = tmp_path / "numbers.csv"
    pd.DataFrame(rows, columns=[f"of {number}" for number in range(30)]).to_csv(path, index=False)
    looked_at(path)
    assert sum(query.count("regexp_full_match") for query in asked) <= 30
    assert sum(query.count("strptime") for query in asked) == 0
