"""Predictions as files: CSV, JSON lines and Parquet."""

from __future__ import annotations

import csv
import io
import json
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


def written(table: PredictionTable, ending: str) -> bytes:
    """What a file of that ending holds. Raises DataError where a sample cannot be read."""
    return WRITERS[ending](table)


def _csv(table: PredictionTable) -> bytes:
    """UTF-8 with a heading; lists are written as JSON."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.kinds)
    for row in table.rows:
        writer.writerow([json.dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in row])
    return text.getvalue().encode(errors="surrogateescape")


def _json_lines(table: PredictionTable) -> bytes:
    """An object a line; what is no finite number is null, as JSON knows no other."""
    names = list(table.kinds)
    lines = (
        json.dumps(dict(zip(names, map(_finite, row), strict=True)), ensure_ascii=False, allow_nan=False)
        for row in table.rows
    )
    return "".join(f"{line}\n" for line in lines).encode(errors="surrogateescape")


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value if not isinstance(value, float) or value - value == 0 else None


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
