"""Opens a table in a file with DuckDB, so that its cells can be asked for without reading all of them into memory."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast

import duckdb

from designer.data.readers._archives import expect_no_trap

GAPS = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "null", "None", "none", "?")
"""Cells of a file of lines that stand for a missing value."""
SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " "}
"""What stands between two cells of a line."""
LINES = "lines"
WORKBOOK = "workbook"
PARQUET = "parquet"
RECORDS = "records"
KINDS = {
    **dict.fromkeys([".csv", ".tsv", ".tab", ".txt", ".data"], LINES),
    **dict.fromkeys([".xlsx", ".xlsm"], WORKBOOK),
    **dict.fromkeys([".parquet", ".pq"], PARQUET),
    **dict.fromkeys([".jsonl", ".ndjson", ".json"], RECORDS),
}
"""What a file is, by its ending in lower case."""
MOST_FAULTS = 1000
"""Lines with too few or too many cells that are kept to be told of."""
PIECE = 2**20
"""Bytes that are in memory at once where a file is copied."""
LARGEST_WORKBOOK = 2**32
"""Bytes of all that is packed in a workbook: one that would become larger is not unpacked."""
LEAST_MEMORY = "1GB"
"""What DuckDB may take before it lays the rest into a folder that is gone afterwards."""

Told = Callable[[int, int], object]
"""Told how much is done, and of how much."""


@dataclass(frozen=True)
class OpenTable:
    """A table that is open: the view `cells` has a column c0, c1, … for each of its names."""

    connection: duckdb.DuckDBPyConnection
    names: tuple[str, ...]
    """Each once."""
    written: tuple[str, ...]
    """The names as the file has them."""
    types: tuple[str, ...]
    """As DuckDB calls them; VARCHAR for all where the file has lines of text."""
    lines: Path | None = None
    """The file that is read, as UTF-8, where it has lines of text."""
    first: int = 0
    """Rows of the file before the first one of the table; a row of cells with line breaks counts once."""

    def faults(self) -> list[tuple[int, str]]:
        """Lines that the last query left out, by the place where they begin, in bytes, and why: at most MOST_FAULTS."""
        if self.lines is None:
            return []
        return self.connection.execute(
            "SELECT line_byte_position, min(error_type::VARCHAR) FROM reject_errors "
            "WHERE scan_id = (SELECT max(scan_id) FROM reject_scans) GROUP BY line_byte_position ORDER BY 1"
        ).fetchall()


def kind_of(path: Path) -> str:
    """What a file is, by its ending; empty where that says nothing. One that is packed by gzip has lines."""
    name = path.name.lower()
    ending = os.path.splitext(name.removesuffix(".gz"))[1]
    kind = KINDS.get(ending, "")
    return kind if kind == LINES or not name.endswith(".gz") else ""


@contextmanager
def opened_table(
    path: Path,
    encoding: str = "utf-8",
    delimiter: str = "comma",
    header: bool = True,
    skipped: int = 0,
    width: int = 0,
    gaps: Sequence[str] = GAPS,
    sheet: str = "",
    scratch: Path | None = None,
    told: Told = lambda done, of: None,
) -> Iterator[OpenTable]:
    """The table in a file. Raises ValueError and duckdb.Error where there is none.

    `width` is the number of columns; 0 is that of the first row. A line with more or fewer cells is left out. DuckDB
    can read that file alone, and fetches nothing from elsewhere; what has no room in memory it lays into the folder
    `scratch`, or where the system wants such files.
    """
    kind = kind_of(path)
    with TemporaryDirectory(prefix="table-", dir=scratch) as kept:
        folder = Path(kept)
        if kind in (PARQUET, RECORDS):
            with connected(path, folder) as connection:
                yield of_columns(connection, path, kind)
            return
        if kind == WORKBOOK:
            lines, delimiter = lines_of_workbook(path, sheet, folder, told), "comma"
        else:
            lines = lines_for_duckdb(path, encoding, folder, told)
        with connected(lines, folder) as connection:
            names, first = names_in(lines, SIGNS[delimiter], header, skipped, width)
            yield of_lines(connection, lines, SIGNS[delimiter], names, first, gaps)


@contextmanager
def connected(path: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that can read one file."""
    settings: dict[str, Any] = {
        "threads": min(4, os.cpu_count() or 1),
        "memory_limit": LEAST_MEMORY,
        "temp_directory": str(folder),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET allowed_paths = ?", [[str(path), literally(path)]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def of_lines(
    connection: duckdb.DuckDBPyConnection,
    lines: Path,
    sign: str,
    names: tuple[str, ...],
    first: int,
    gaps: Sequence[str],
) -> OpenTable:
    """The table in a file of lines; all cells are text."""
    connection.read_csv(
        literally(lines),
        auto_detect=False,
        columns={f"c{place}": "VARCHAR" for place in range(len(names))},
        header=False,
        skiprows=first,
        sep=sign,
        quotechar='"',
        escapechar='"',
        na_values=list(gaps),
        ignore_errors=True,
        store_rejects=True,
        rejects_limit=MOST_FAULTS,
        hive_partitioning=False,
    ).create_view("cells")
    return OpenTable(connection, distinct_names(names), names, ("VARCHAR",) * len(names), lines, first)


def of_columns(connection: duckdb.DuckDBPyConnection, path: Path, kind: str) -> OpenTable:
    """The table in a file that says the types of its columns."""
    if kind == PARQUET:
        relation = connection.from_parquet(literally(path), hive_partitioning=False)
    else:
        lines = path.suffix.lower() != ".json"
        relation = connection.read_json(
            literally(path), format="newline_delimited" if lines else "auto", sample_size=-1, hive_partitioning=False
        )
    names = distinct_names(relation.columns)
    relation.create_view("columns_of_file")
    columns = ", ".join(f"c{place}" for place in range(len(names)))
    connection.execute(f"CREATE VIEW cells AS SELECT * FROM columns_of_file AS named({columns})")
    return OpenTable(connection, names, names, tuple(str(item) for item in relation.types))


def literally(path: Path) -> str:
    """A path in which DuckDB takes no letter for a pattern that other files fit."""
    return re.sub(r"[*?[]", r"[\g<0>]", str(path))


def names_in(lines: Path, sign: str, header: bool, skipped: int, width: int = 0) -> tuple[tuple[str, ...], int]:
    """The names of the columns as they are written, and the rows of the file before the first one of the table.

    Without a header they are called column 1, column 2, …. A header with one name too few has none for the first.
    Raises ValueError where there is nothing, or the header has another number of names.
    """
    with lines.open(encoding="utf-8-sig", newline="") as file:
        rows = enumerate(csv.reader(islice(file, skipped, None), delimiter=sign), 1)
        cells, number = next(((cells, number) for number, cells in rows if cells), ([], 0))
    if not cells:
        raise ValueError("it is empty")
    width = width or len(cells)
    if not header:
        return tuple(f"column {place + 1}" for place in range(width)), skipped
    if len(cells) == width - 1:
        cells = ["", *cells]
    if len(cells) != width:
        raise ValueError(f"line {skipped + number}: expected the names of {width} columns, got {len(cells)}")
    return tuple(cells), skipped + number


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names in a line each, and each once: a second `a` is `a 2`, the third, if it is empty, `column 3`."""
    made: dict[str, None] = {}
    for number, name in enumerate(names, 1):
        usual = " ".join(name.split()) or f"column {number}"
        found, count = usual, 1
        while found in made:
            count += 1
            found = f"{usual} {count}"
        made[found] = None
    return tuple(made)


def lines_for_duckdb(path: Path, encoding: str, folder: Path, told: Told = lambda done, of: None) -> Path:
    """The file itself where DuckDB reads it as it is, or a copy of it in UTF-8 with line ends of one kind."""
    packed = path.name.lower().endswith(".gz")
    if encoding == "utf-8" and not packed and not mixes_line_ends(path):
        return path
    copy, size = folder / "lines.csv", path.stat().st_size
    with path.open("rb") as file, copy.open("w", encoding="utf-8", newline="\n") as written:
        raw = cast(BinaryIO, gzip.GzipFile(fileobj=file) if packed else file)
        with io.TextIOWrapper(raw, encoding="utf-8-sig" if encoding == "utf-8" else encoding) as text:
            done = 0
            while piece := text.read(PIECE):
                written.write(piece)
                done += len(piece)
                if packed:
                    expect_no_trap(done, size)
                told(min(file.tell(), size), size)
    return copy


def mixes_line_ends(path: Path) -> bool:
    """Whether lines end in CR LF here and in LF there, as where cells of a spreadsheet have line breaks in them."""
    pairs = single = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if piece.endswith(b"\r"):
                piece += file.read(1)
            pairs += piece.count(b"\r\n")
            single += piece.count(b"\n")
    return 0 < pairs < single


@contextmanager
def opened_sheet(path: Path, sheet: str) -> Iterator[Iterable[Sequence[Any]]]:
    """The rows of a sheet of a workbook, of the first one where none is named. Raises ValueError."""
    from zipfile import BadZipFile, ZipFile

    from openpyxl import load_workbook

    try:
        with ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_WORKBOOK:
                raise ValueError("it would become larger than 4 GiB when it is unpacked: save it as CSV")
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError) as error:
        raise ValueError(f"it is no workbook, or a broken one: {error}") from error
    try:
        if sheet and sheet not in book.sheetnames:
            raise ValueError(f"there is no sheet {sheet!r}: expected one of {', '.join(book.sheetnames)}")
        yield (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
    finally:
        book.close()


def lines_of_workbook(path: Path, sheet: str, folder: Path, told: Told = lambda done, of: None) -> Path:
    """A copy of a sheet as lines. Raises ValueError."""
    copy = folder / "lines.csv"
    with opened_sheet(path, sheet) as rows, copy.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, cells in enumerate(rows):
            if any(cell is not None for cell in cells):
                writer.writerow(["" if cell is None else cell for cell in cells])
            if number % 1000 == 0:
                told(0, 1)
    return copy


def patiently(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any], told: Told) -> None:
    """Runs a query and tells how far it is; whatever `told` raises ends it."""
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(connection.execute, query, values)
        try:
            while wait([job], timeout=0.1).not_done:
                told(max(0, round(connection.query_progress())), 100)
        except BaseException:
            connection.interrupt()
            raise
        job.result()


def line_at(lines: Path, place: int) -> int:
    """The number of the line that begins at a place in bytes, from 1."""
    count, left = 1, place
    with lines.open("rb") as file:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            count += piece.count(b"\n") or piece.count(b"\r")
            left -= len(piece)
    return count
