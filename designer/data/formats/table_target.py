"""Which column of a table is likely to be learned: what speaks for each of them is weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from designer.data.formats.table_profile import Sampled

_SURE_NAMES = (
    "target", "label", "labels", "class", "y", "outcome", "response", "species", "diagnosis", "survived", "churn",
    "churned", "exited", "attrition", "fraud", "isfraud", "saleprice", "medv", "medianhousevalue", "medhouseval",
    "ziel", "klasse", "标签", "类别",
)  # fmt: skip
"""What a column is hardly called that is not to be learned, the surest first."""
_ORDINARY_NAMES = (
    "price", "income", "salary", "charges", "quality", "rating", "score", "result", "default", "category", "preis",
)  # fmt: skip
"""What is often learned, and as often one of the things that something else is learned from."""
_RANKS = {name: place for place, name in enumerate((*_SURE_NAMES, *_ORDINARY_NAMES))}
_SURE, _ORDINARY, _LAST, _TWO, _FEW = 8, 4, 3, 2, 1
_GAPS, _MANY_GAPS, _COUNTS_ROWS = -1, -3, -4
"""What speaks for a column: its name, standing last, two answers or few. Against it: gaps, and naming the rows."""
_COMPLETE, _MOSTLY = 0.999, 0.5
_MOST_CLASSES = 20
_BETWEEN = re.compile(r"[ _.-]")
_IDENTIFIER = re.compile(r"(.*[ _])?(id|uuid|guid|index|key|nr|no|row)\Z", re.IGNORECASE)


def likely_targets(columns: Sequence[Sampled], taken: Iterable[str]) -> tuple[str, ...]:
    """The columns that can be learned, the likeliest first.

    Those that are the same in all rows are among them where their names are sure, or no others are left.
    """
    others = set(taken)
    able = [item for item in columns if item.name not in others and item.type in ("number", "category", "yes_no")]
    able = [item for item in able if item.distinct > 1 or _plain(item.name) in _SURE_NAMES] or able
    most = max((item.filled for item in columns), default=0)
    plain = {_plain(item.name) for item in columns}
    weights = {
        item.name: _by_name(item.name, plain) + _by_cells(item, most) + (_LAST if item is able[-1] else 0)
        for item in able
    }
    places = {item.name: place for place, item in enumerate(able)}

    def order(name: str) -> tuple[int, int, int]:
        return -weights[name], _RANKS.get(_plain(name), len(_RANKS)), -places[name]

    return tuple(sorted(weights, key=order))


def _plain(name: str) -> str:
    """Sale Price and sale_price are saleprice."""
    return _BETWEEN.sub("", name).lower()


def _by_name(name: str, all_names: set[str]) -> int:
    plain = _plain(name)
    if _IDENTIFIER.match(name):
        return _COUNTS_ROWS
    if plain in _SURE_NAMES:
        return 0 if plain == "y" and all_names >= {"x", "z"} else _SURE  # a place in space is seldom learned
    return _ORDINARY if plain in _ORDINARY_NAMES else 0


def _by_cells(column: Sampled, most: int) -> int:
    """By how few answers there are, and how many rows have one; no column has more cells than `most`."""
    few = _TWO if column.type == "yes_no" or column.distinct == 2 else _FEW if _has_few(column) else 0
    share = column.filled / most if most else 1.0
    return few + (0 if share >= _COMPLETE else _GAPS if share >= _MOSTLY else _MANY_GAPS)


def _has_few(column: Sampled) -> bool:
    return column.has_few or (column.type == "category" and column.distinct <= _MOST_CLASSES)
