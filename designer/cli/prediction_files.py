"""Predictions as files: CSV, JSON lines and Parquet."""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.engine.evaluation.predictions import Kind, PredictionTable

_TYPES: dict[Kind, str] = {
    "text": "VARCHAR",
    "whole": "BIGINT",
    "number": "DOUBLE",
    "texts": "VARCHAR[]",
    "numbers": "DOUBLE[]",
    "nested": "JSON",
}
"""In the words of DuckDB."""
_FEWEST, _OF_FLOAT32 = 6, 9
"""Digits of a number: as many as are always there, and as many as any float32 needs to come back."""


def written(table: PredictionTable, ending: str) -> bytes:
    """What a file of that ending holds. Raises DataError where a sample cannot be read."""
    return WRITERS[ending](table)


def _csv(table: PredictionTable) -> bytes:
    """UTF-8 with a heading; lists are written as JSON, and numbers so that float32 comes back as it was."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.kinds)
    for row in table.rows:
        cells = [_rounded(cell) for cell in row]
        writer.writerow([json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in cells])
    return text.getvalue().encode(errors="surrogateescape")


def _json_lines(table: PredictionTable) -> bytes:
    """An object a line, with numbers from which float32 comes back as it was; what is not finite is null."""
    names = list(table.kinds)
    lines = (
        json.dumps(dict(zip(names, map(_written, row), strict=True)), ensure_ascii=False, allow_nan=False)
        for row in table.rows
    )
    return "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")


def _written(value: Any) -> Any:
    if isinstance(value, list):
        return [_written(item) for item in value]
    return _rounded(value) if not isinstance(value, float) or value - value == 0 else None


def _rounded(value: Any) -> Any:
    """Numbers with as few digits as bring the float32 back, in lists, too: 0.1 rather than 0.100000001."""
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if not isinstance(value, float):
        return value
    *shorter, longest = (float(f"{value:.{digits}g}") for digits in range(_FEWEST, _OF_FLOAT32 + 1))
    return next((short for short in shorter if _as_float32(short) == _as_float32(value)), longest)


def _as_float32(value: float) -> bytes:
    """Its four bytes; what a float32 has no room for is itself, and as such like no other."""
    try:
        return struct.pack("f", value)
    except OverflowError:
        return struct.pack("d", value)


def _parquet(table: PredictionTable) -> bytes:
    import duckdb

    with TemporaryDirectory() as place:
        source, target = Path(place, "rows.jsonl"), Path(place, "rows.parquet")
        source.write_bytes(_json_lines(table))
        columns = {name: _TYPES[kind] for name, kind in table.kinds.items()}
        with duckdb.connect() as connection:
            rows = connection.read_json(str(source), columns=columns, format="newline_delimited")
            rows.write_parquet(str(target))
        return target.read_bytes()


WRITERS: dict[str, Callable[[PredictionTable], bytes]] = {".csv": _csv, ".jsonl": _json_lines, ".parquet": _parquet}
"""By the endings of files."""
