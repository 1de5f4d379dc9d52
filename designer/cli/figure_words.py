"""Figures of a run in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from designer.core.graph.metric_names import IN_UNITS, METRICS, metric_label
from designer.core.schema import units


def figure_words(figures: Mapping[str, float], names: Iterable[str] = ("accuracy", *METRICS)) -> str:
    """Those of these names that there are, each behind a space: ` accuracy 0.9310 F1 0.9284`."""
    return "".join(f" {metric_label(name)} {_number(name, figures[name])}" for name in names if name in figures)


def _number(name: str, value: float) -> str:
    return units.figure(value) if name in IN_UNITS else f"{value:.4f}"
