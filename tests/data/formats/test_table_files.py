"""Files of tables as other programs write them, in all sorts of ways, and broken ones."""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import FoundData
from designer.data.formats.registry import recognised
from designer.data.formats.table import FORMAT
from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_row import sample_of
from designer.data.formats.table_words import row_of_table

WORDS = ["Genève", "Málaga", "naïve café"]
COUNT = 24


def frame() -> pd.DataFrame:
    """Whole numbers, fractions with gaps, words with accents, dates, and a class with a space in it."""
    return pd.DataFrame(
        {
            "rooms": [number % 5 + 1 for number in range(COUNT)],
            "area": [None if number % 8 == 3 else number * 1.5 + 20 for number in range(COUNT)],
            "town": [WORDS[number % 3] for number in range(COUNT)],
            "sold": pd.date_range("2024-02-27", periods=COUNT, freq="D"),
            "sort": ["old house", "new house"] * (COUNT // 2),
        }
    )


def found(path: Path, **options: object) -> FoundData[TableOptions]:
    return FORMAT.inspect(path, FORMAT.read_options(options) if options else None)


def assert_read(path: Path) -> FoundData[TableOptions]:
    """The table at a path is that of `frame`."""
    assert recognised(path)[0] is FORMAT
    what = found(path)
    table, columns = frame(), FORMAT.open(path, what.options).columns
    names = what.info.features[0].numbers
    numbers = dict(zip(names, columns["numbers"].T, strict=True))
    assert names[:3] == ("rooms", "area", "sold month sin")
    np.testing.assert_array_equal(numbers["rooms"], table["rooms"])
    np.testing.assert_allclose(numbers["area"], table["area"])
    np.testing.assert_array_equal(numbers["town = Málaga"], table["town"] == "Málaga")
    angle = 2 * np.pi * (table["sold"].dt.day - 1) / 31
    np.testing.assert_allclose(numbers["sold day cos"], np.cos(angle), atol=1e-6)
    assert what.info.targets[0].classes == ("new house", "old house")
    assert columns["sort"].tolist() == [1, 0] * (COUNT // 2)
    return what


def to_parquet_by_duckdb(table: pd.DataFrame, path: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("made", table)
        connection.execute(f"COPY made TO '{path}' (FORMAT parquet)")


WRITERS: dict[str, tuple[str, Callable[[pd.DataFrame, Path], object]]] = {
    "csv": ("t.csv", lambda table, path: table.to_csv(path, index=False)),
    "tabs": ("t.tsv", lambda table, path: table.to_csv(path, index=False, sep="\t")),
    "semicolons": ("t.csv", lambda table, path: table.to_csv(path, index=False, sep=";", decimal=",")),
    "bars": ("t.csv", lambda table, path: table.to_csv(path, index=False, sep="|", quoting=csv.QUOTE_ALL)),
    "marked": ("t.csv", lambda table, path: table.to_csv(path, index=False, encoding="utf-8-sig")),
    "utf-16": ("t.csv", lambda table, path: table.to_csv(path, index=False, encoding="utf-16")),
    "utf-16-be": ("t.csv", lambda table, path: table.to_csv(path, index=False, encoding="utf-16-be")),
    "utf-32": ("t.csv", lambda table, path: table.to_csv(path, index=False, encoding="utf-32")),
    "utf-32-be": ("t.csv", lambda table, path: table.to_csv(path, index=False, encoding="utf-32-be")),
    "latin-1": ("t.csv", lambda table, path: table.to_csv(path, index=False, encoding="latin-1")),
    "windows": ("t.csv", lambda table, path: table.to_csv(path, index=False, lineterminator="\r\n")),
    "old mac": ("t.csv", lambda table, path: table.to_csv(path, index=False, lineterminator="\r")),
    "gzip": ("t.csv.gz", lambda table, path: table.to_csv(path, index=False)),
    "parquet": ("t.parquet", lambda table, path: table.to_parquet(path)),
    "parquet by duckdb": ("t.parquet", to_parquet_by_duckdb),
    "json lines": ("t.jsonl", lambda table, path: table.to_json(path, orient="records", lines=True, date_format="iso")),
    "json": ("t.json", lambda table, path: table.to_json(path, orient="records", date_format="iso")),
    "excel": ("t.xlsx", lambda table, path: table.to_excel(path, index=False)),
    "glob": ("a[1]*?.csv", lambda table, path: table.to_csv(path, index=False)),
    "quotes": ('it\'s "so" 猫.csv', lambda table, path: table.to_csv(path, index=False)),
    "title": (
        "t.csv",
        lambda table, path: path.write_text("Houses of 2024\n\n" + table.to_csv(index=False), encoding="utf-8"),
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_that_files_of_other_programs_are_read_as_they_are(name: str, tmp_path: Path) -> None:
    ending, write = WRITERS[name]
    write(frame(), tmp_path / ending)
    assert_read(tmp_path / ending)


PRICES = {"paid": 1234.5, "part": 12.5, "people": 1_567_000, "left": -75, "small": 0.125}


@pytest.mark.parametrize(
    ("decimal", "cells", "expected"),
    [
        ("point", ("$1,234.50", "12.5%", "1,567,000", "-£75", "0.125"), PRICES),
        ("comma", ("1.234,50 €", "12,5 %", "1.567.000", "-75 €", "0,125"), PRICES),
        ("comma", ("0,25", "1.235", "12\u202f345,5", "48.15"), {"a": 0.25, "b": 1235, "c": 12345.5, "d": 48.15}),
    ],
)
def test_that_numbers_are_read_with_their_units_and_what_stands_before_thousands(
    decimal: str, cells: tuple[str, ...], expected: dict[str, float], tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    written = dict(zip(expected, cells, strict=True))
    table = {name: [cell, cell.replace("5", "6"), "", "3"] * 6 for name, cell in written.items()}
    pd.DataFrame({**table, "code": ["CHF 3", "X-7"] * 12, "sort": ["a", "b"] * 12}).to_csv(path, index=False, sep=";")
    what = found(path)
    assert what.options.decimal == decimal
    assert {item.name for item in what.options.columns if item.type == "number"} == set(expected)
    assert what.info.features[0].numbers[: len(expected)] == tuple(expected)
    alone = sample_of(";".join((*cells, "X-7")), what.options)["numbers"]
    for numbers in (FORMAT.open(path, what.options).columns["numbers"][0], alone):
        assert numbers[: len(expected)] == pytest.approx(list(expected.values()))


def test_that_letters_that_are_not_utf_8_are_told_and_can_be_read_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    pd.DataFrame({"x": range(6), "y": ["北京", "上海"] * 3}).to_csv(path, index=False, encoding="gb18030")
    what = found(path)
    finding = next(item for item in what.findings if "UTF-8" in item.message)
    assert what.info.targets[0].classes == ("上海", "北京")
    assert "by trial it is read as Chinese (gb18030), of which 100% of its letters" in finding.message
    answer = next(item for item in finding.answers if "Big5" in item.title)
    options = FORMAT.read_options(what.options.model_dump(mode="json") | dict(answer.changes))
    after = FORMAT.inspect(path, options)
    assert after.info.targets[0].classes != ("上海", "北京")
    assert any("cannot be told for sure: it is read as Chinese (Big5)" in item.message for item in after.findings)


def test_that_letters_far_down_a_file_tell_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"{number},plain\n" for number in range(60_000)) + "60000,café\n"
    path.write_bytes(("x,y\n" + rows).encode("cp1252"))
    assert found(path).options.encoding == "cp1252"
    assert found(path).options.columns[1].values == ("café", "plain")


def test_that_lines_of_other_lengths_are_told_with_their_numbers_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('x,"a\nb",y\n1,2,u\n3,4\n5,"6\n7",v\n8,9,u,w\n10,11,v\n12,13,u\n14,15,v\n', encoding="utf-8")
    what = found(path)
    finding = what.findings[0]
    assert finding.message.startswith("2 lines have too few or too many cells")
    assert finding.where == ("line 4", "line 7")
    assert what.samples == 5
    assert FORMAT.open(path, what.options).columns["y"].tolist() == [0, 1, 1, 0, 1]
    refuse = FORMAT.read_options(what.options.model_dump(mode="json") | dict(finding.answers[1].changes))
    with pytest.raises(DataError, match=r"t\.csv: expected 3 cells in each line, but not so in line 4, 7: leave"):
        FORMAT.open(path, refuse)


def test_that_lines_may_break_within_quotes(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["x", "all\nof y"], *([number, "one\nline"] for number in range(9)), [9, 'a "word", here']])
    what = found(path)
    assert what.samples == 10
    assert what.options.columns[1].values == ('a "word", here', "one\nline")
    assert FORMAT.open(path, what.options).columns["all of y"].tolist() == [1] * 9 + [0]


def test_that_names_that_are_missing_or_there_twice_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,,a,A,y\n1,2,3,4,u\n5,7,9,4,v\n6,2,1,1,u\n", encoding="utf-8")
    what = found(path)
    assert [item.name for item in what.options.columns] == ["a", "column 2", "a 2", "A", "y"]
    assert any(item.where == ("no name: column 2", "a: a 2") for item in what.findings)
    assert FORMAT.open(path, what.options).columns["numbers"][1].tolist() == [5, 7, 9, 4]


def test_that_a_file_without_names_is_read_so(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("5.1,3.5,setosa\n4.9,3.0,setosa\n7.0,3.2,versicolor\n", encoding="utf-8")
    what = found(path)
    assert [item.name for item in what.options.columns] == ["column 1", "column 2", "column 3"]
    assert what.samples == 3
    assert found(path, header="yes").samples == 2


def test_that_names_of_rows_need_no_name_in_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("mpg\tcyl\nMazda\t21.0\t6\nDatsun\t22.8\t4\nHornet\t21.4\t6\n", encoding="utf-8")
    assert [item.name for item in found(path).options.columns] == ["column 1", "mpg", "cyl"]


def test_that_a_sign_at_the_end_of_each_line_is_no_column(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,u,\n2,v,\n3,u,\n", encoding="utf-8")
    what = found(path)
    assert [item.name for item in what.options.columns] == ["x", "y"]
    assert what.samples == 3


@pytest.mark.parametrize(("dates", "order"), [("13/02/2024", "day_first"), ("02/13/2024", "month_first")])
def test_that_the_day_or_the_month_stands_first_as_the_dates_say(dates: str, order: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    pd.DataFrame({"when": [dates, "01/03/2024"] * 5, "y": ["u", "v"] * 5}).to_csv(path, index=False)
    what = found(path)
    assert (what.options.dates, what.options.columns[0].type) == (order, "date")
    assert what.columns[0].most == ("2024-03-01 00:00:00" if order == "day_first" else "2024-02-13 00:00:00")


def test_that_dates_that_can_be_read_both_ways_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    pd.DataFrame({"when": ["02/03/2024", "01/03/2024"] * 5, "y": ["u", "v"] * 5}).to_csv(path, index=False)
    finding = next(item for item in found(path).findings if "could have the day" in item.message)
    assert finding.answers[0].changes == {"dates": "day_first"}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "the file is empty"),
        ("t.csv", b"  \n\n", "the file is empty"),
        ("t.csv", b"x,y\n", "names of columns, but no rows"),
        ("t.csv", b"x\n1\n2\n", "there is one column, 'x'"),
        ("t.csv.gz", gzip.compress(b"x,y\n1,2\n", mtime=0)[:-9], "Compressed file ended"),
        ("t.csv.gz", gzip.compress(bytes(2**21)), "cannot be read as a table: field larger"),
        ("t.csv.gz", b"x,y\n1,2\n", "Not a gzipped file"),
        ("t.parquet", b"PAR1 and no more", "cannot be read as a table: "),
        ("t.jsonl", b'{"x": 1, "y": 2}\n{"x": \n', "cannot be read as a table: "),
        ("t.xlsx", b"PK\x03\x04 and no more", "no workbook, or a broken one"),
    ],
)
def test_that_what_is_broken_is_told_with_its_path(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"{path.name}: .*{said}") as error:
        opening.inspect(path, "table")
    assert "\n" not in str(error.value)


def test_that_a_column_without_any_number_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    pd.DataFrame({"x": [1.5, 2, 4] * 5, "nothing": [float("nan")] * 15, "y": ["u", "v", "u"] * 5}).to_csv(
        path, index=False
    )
    what = found(path)
    assert [item.role for item in what.options.columns] == ["input", "ignored", "target"]
    assert FORMAT.open(path, what.options).columns["numbers"].shape == (15, 1)


def test_that_a_file_that_vanishes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    frame().to_csv(path, index=False)
    data = opening.settings_for(path, "table", found(path))
    path.unlink()
    with pytest.raises(DataError, match=r"t\.csv: the data are no longer there"):
        opening.load(data)
    with pytest.raises(DataError, match=r"t\.csv: .*no such file"):
        opening.inspect(path, "table")


def test_that_excel_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.xlsx"
    frame().to_excel(path, index=False)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(DataError, match=r't\.xlsx: Excel files need openpyxl: pip install "network-designer\[excel\]"'):
        found(path)


def test_that_a_sheet_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame({"note": ["none"], "of it": [1]}).to_excel(writer, sheet_name="About", index=False)
        frame().to_excel(writer, sheet_name="Houses", index=False)
    assert found(path, sheet="Houses").samples == COUNT
    with pytest.raises(DataError, match="there is no sheet 'Prices': expected one of About, Houses"):
        found(path, sheet="Prices")


def test_that_nothing_but_the_file_itself_is_read(tmp_path: Path) -> None:
    from designer.data.readers._tables import opened_table

    frame().to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "other.csv").write_text("secret\n1\n", encoding="utf-8")
    with opened_table(tmp_path / "t.csv") as table:
        with pytest.raises(duckdb.PermissionException):
            table.connection.execute("SELECT * FROM read_csv(?)", [str(tmp_path / "other.csv")])
        with pytest.raises(duckdb.Error):
            table.connection.execute("INSTALL httpfs")


def test_that_no_temporary_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    frame().to_csv(tmp_path / "t.csv", index=False, encoding="utf-16")
    FORMAT.open(tmp_path / "t.csv", found(tmp_path / "t.csv").options)
    assert list((tmp_path / "temporary").iterdir()) == []


def test_that_no_number_in_a_column_of_numbers_is_a_missing_one(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    query = "SELECT CASE WHEN i % 4 = 0 THEN 'nan'::DOUBLE ELSE i / 3 END AS x, i % 2 AS y FROM range(20) t(i)"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    what = found(path)
    assert (what.columns[0].missing, what.columns[0].distinct) == (5, 15)
    assert not any("not a number" in item.message for item in what.findings)
    assert what.info.features[0].numbers == ("x", "x is missing")


def test_that_columns_of_any_type_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    query = """SELECT {'a': i} AS struct, [i, i] AS list, i % 3 = 0 AS truth, i::DECIMAL(9, 2) AS money,
        i::UTINYINT AS small, DATE '2024-01-01' + i::INT AS day, TIME '10:00:00' AS clock, uuid() AS id,
        'ab'::BLOB AS blob, [1.5::DECIMAL(3, 1)] AS decimals, i % 2 AS y FROM range(20) t(i)"""
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    what = found(path)
    types = {item.name: item.type for item in what.options.columns}
    assert {name: types[name] for name in ("struct", "list", "blob", "decimals")} == dict.fromkeys(
        ("struct", "list", "blob", "decimals"), "text"
    )
    assert (types["truth"], types["money"], types["small"], types["day"]) == ("yes_no", "number", "number", "date")
    assert what.info.features[0].numbers[:3] == ("truth", "money", "small")
    assert FORMAT.open(path, what.options).columns["numbers"][3, :3].tolist() == [1, 3, 3]


def test_that_what_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    frame().to_csv(path, index=False)
    packed = bytearray(path.read_bytes())
    packed[60:70] = b"\xff" * 10
    path.write_bytes(packed)
    with pytest.raises(DataError, match=r"t\.csv\.gz: it is broken: .*decompressing"):
        found(path)


@pytest.mark.parametrize(("first", "step"), [(1_700_000_000_000, 1000), (-4_500_000.25, 0.125), (2**60, 2**10)])
def test_that_large_numbers_that_differ_little_are_told_apart(first: float, step: float, tmp_path: Path) -> None:
    numbers = [first + step * place for place in range(40)]
    table = pd.DataFrame({"at": numbers, "level": [0.5, 1.5] * 20, "y": ["a", "b"] * 20}).sample(frac=1, random_state=0)
    table.to_csv(tmp_path / "t.csv", index=False)
    source, what = opening.inspect(tmp_path / "t.csv")
    dataset = opening.load(opening.settings_for(tmp_path / "t.csv", source, what))
    learned = dataset.train.columns["numbers"][:, 0].astype(float)
    assert (learned.mean(), learned.std()) == pytest.approx((0, 1), abs=1e-6)
    everywhere = np.sort(np.concatenate([learned, dataset.test.columns["numbers"][:, 0]]))
    np.testing.assert_allclose(np.diff(everywhere) / np.diff(everywhere).mean(), 1, rtol=1e-4)
    row = dict(
        row_of_table(what.options, {"numbers": FORMAT.open(tmp_path / "t.csv", what.options).columns["numbers"][0]}, {})
    )
    assert float(row["at"].replace("−", "-").replace(",", "")) == pytest.approx(table["at"].iloc[0], rel=1e-3)
    assert what.options.columns[1].offset == 0
