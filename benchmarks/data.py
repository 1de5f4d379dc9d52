"""Measures what it takes to look at tables and to read them: `python -m benchmarks.data [ROWS]`.

A CSV of that many rows (a million) of eight numbers, a category and a class, and a Parquet file of five times as many
rows of ten numbers. Each is looked at and read in a process of its own, which tells its seconds of work and the most
memory that it has had.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from designer.data import opening
from designer.data.formats.registry import format_of

_CSV = """
COPY (SELECT {numbers}, ['Rome', 'Paris', 'Köln'][1 + (hash(i) % 3)::INT] AS town, hash(i + 1) % 2 AS y
FROM range({rows}) t(i)) TO '{path}' (FORMAT csv, HEADER)
"""
_PARQUET = "COPY (SELECT {numbers} FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet)"


def made(folder: Path, rows: int) -> list[Path]:
    """The two files."""
    paths = [folder / "rows.csv", folder / "rows.parquet"]
    for path, query, count, columns in ((paths[0], _CSV, rows, 8), (paths[1], _PARQUET, 5 * rows, 10)):
        numbers = ", ".join(f"round(random() * 100, 4) AS x{place}" for place in range(columns))
        duckdb.sql(query.format(numbers=numbers, rows=count, path=path))
    return paths


def measure(path: Path) -> None:
    """Looks at a table and reads it, as training does, and tells what that took."""
    table = format_of("table")
    began = time.process_time(), time.perf_counter()
    found = table.inspect(path)
    _tell(f"{path.name}, {path.stat().st_size / 2**20:,.0f} MiB: looked at", *began)
    began = time.process_time(), time.perf_counter()
    data = opening.settings_for(path, "table", found)
    dataset = opening.load(data)
    size = sum(column.nbytes for part in (dataset.train, dataset.test) for column in part.columns.values())
    _tell(f"{len(dataset.train) + len(dataset.test):,} rows of {size / 2**20:,.0f} MiB read", *began)


def _tell(what: str, work: float, clock: float) -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    spent = time.process_time() - work, time.perf_counter() - clock
    print(f"{what} in {spent[0]:.1f} s of work, {spent[1]:.1f} s by the clock; {most:,.0f} MiB at most")


def main() -> None:
    if len(sys.argv) > 1 and not sys.argv[1].isdigit():
        measure(Path(sys.argv[1]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        for path in made(Path(folder), rows):
            subprocess.run([sys.executable, "-m", __package__ + ".data", str(path)], check=True)


if __name__ == "__main__":
    main()
