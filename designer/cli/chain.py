"""The chain of transforms of a design in words, and as JSON: what changes which column, when, and its shape then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from designer.core.graph.binding import DataInfo, Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.limits import one_line
from designer.data.transforms.base import Transform
from designer.data.transforms.registry import applied_to, chain_of, expect_columns


def chain_lines(data: DataSettings, info: DataInfo) -> Iterator[str]:
    """A line for each transform. Raises DataError for one that these data do not suit."""
    steps = _steps(data, info)
    yield "transforms, in this order:" if steps else "transforms: none"
    for item, features in steps:
        values = ", ".join(f"{name} {_said(value)}" for name, value in item.arguments().items())
        when = "while learning" if item.is_random else "always"
        kept = "; ".join(f"{one_line(feature.name)} stays {feature.shape}" for feature in features)
        yield f"  {item.kind}{f' ({values})' if values else ''}: {when}: {kept or 'changes no column'}"


def chain_as_json(data: DataSettings, info: DataInfo) -> list[dict[str, Any]]:
    """Each transform with the columns that it changes, and their shapes, which it keeps. Raises DataError."""
    return [
        {
            "kind": item.kind,
            "values": item.arguments(),
            "random": item.is_random,
            "columns": {feature.name: list(feature.shape.sizes) for feature in features},
        }
        for item, features in _steps(data, info)
    ]


def _steps(data: DataSettings, info: DataInfo) -> list[tuple[Transform, tuple[Feature, ...]]]:
    chain = chain_of(data)
    expect_columns(chain, info.features)
    return [(item, applied_to(item, info.features)) for item in chain]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else one_line(str(value))
