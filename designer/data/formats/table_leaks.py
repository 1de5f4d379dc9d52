"""Columns of a table that say what is to be learned, as the sampled rows have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from designer.data.formats.columns import ColumnChoice
from designer.data.readers._cells import Cells

_LEAST_ROWS = 50
"""Fewer rows can be told apart by a column that says nothing of others."""
_NEARLY = 0.999
_ALWAYS_ONE = 0.95
"""Share of the most frequent class from which every column seems to tell the class."""
_MOST_VALUES = 0.2
"""Different values in proportion to rows, up to which values are no names of rows."""
_MOST_COLUMNS = 200


def leaking(cells: Cells, columns: tuple[ColumnChoice, ...], distinct: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """The names of inputs that determine a target, or nearly so, and of that target.

    `distinct` has how many different values there are in the columns of the sampled rows.
    """
    targets = [item for item in columns if item.role == "target"]
    inputs = [item for item in columns if item.role == "input" and item.type != "date"][:_MOST_COLUMNS]
    rows = _one(cells, "SELECT count(*) FROM sampled")[0]
    if rows < _LEAST_ROWS:
        return
    few = {name for name, count in distinct.items() if count <= _MOST_VALUES * rows}
    for target in targets:
        for item in inputs:
            if _tells(cells, item, target, item.name in few):
                yield item.name, target.name


def _tells(cells: Cells, item: ColumnChoice, target: ColumnChoice, has_few: bool) -> bool:
    is_number = item.type == "number"
    if target.type == "number":
        return is_number and _follows(cells, item.name, target.name)
    return (has_few and _values_tell(cells, item.name, target.name)) or (
        is_number and _ranges_tell(cells, item.name, target.name)
    )


def _follows(cells: Cells, item: str, target: str) -> bool:
    """Whether a number is another one in other units."""
    found = _one(cells, f"SELECT corr({cells.number(item)}, {cells.number(target)}) FROM sampled")[0]
    return found is not None and abs(found) > _NEARLY


def _values_tell(cells: Cells, item: str, target: str) -> bool:
    """Whether rows with the same value have the same class."""
    value, label = cells.text(item), cells.text(target)
    pairs = (
        f"SELECT {value} AS value, {label} AS label, count(*) AS rows FROM sampled "
        f"WHERE value IS NOT NULL AND label IS NOT NULL GROUP BY value, label"
    )
    values = f"SELECT max(rows) AS usual, sum(rows) AS rows FROM ({pairs}) GROUP BY value"
    usual, rows = _one(cells, f"SELECT sum(usual), sum(rows) FROM ({values})")
    if not rows or usual < _NEARLY * rows:
        return False
    most = _one(cells, f"SELECT max(rows) FROM (SELECT sum(rows) AS rows FROM ({pairs}) GROUP BY label)")
    return bool(most[0] < _ALWAYS_ONE * rows)


def _ranges_tell(cells: Cells, item: str, target: str) -> bool:
    """Whether each class has a range of numbers of its own."""
    number, label = cells.number(item), cells.text(target)
    meant = f"SELECT {number} AS number, {label} AS label FROM sampled"
    query = (
        f"SELECT min(number), max(number), count(*) FROM ({meant}) "
        "WHERE number IS NOT NULL AND label IS NOT NULL GROUP BY label ORDER BY 1"
    )
    ranges = cells.table.connection.execute(query).fetchall()
    most = max((count for _, _, count in ranges), default=0)
    apart = all(before[1] < behind[0] for before, behind in pairwise(ranges))
    return len(ranges) > 1 and apart and most < _ALWAYS_ONE * sum(count for _, _, count in ranges)


def _one(cells: Cells, query: str) -> tuple[float, ...]:
    return cells.table.connection.execute(query).fetchone() or (0,)
