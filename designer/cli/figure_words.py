"""Figures of a run in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from designer.core.graph.metric_names import IN_UNITS, metric_label, metrics_among
from designer.core.schema import units

if TYPE_CHECKING:
    from designer.engine.evaluation.baselines import Baseline


def figure_words(figures: Mapping[str, float], without: Iterable[str] = ()) -> str:
    """The accuracy and the metrics that there are, each behind a space: ` accuracy 0.9310 F1 0.9284`."""
    names = [name for name in ("accuracy", *metrics_among(figures)) if name not in without]
    return "".join(f" {metric_label(name)} {_number(name, figures[name])}" for name in names if name in figures)


def baseline_words(found: Iterable[Baseline]) -> str:
    """What plain methods reach: `accuracy of chance 0.1000, majority class 0.1120, logistic regression 0.8820`."""
    listed = list(found)
    told = ", ".join(f"{item.name} {_number(item.figure, item.value)}" for item in listed)
    return f"{metric_label(listed[0].figure)} of {told}" if listed else ""


def baselines_row(found: Iterable[Baseline]) -> dict[str, float]:
    """The same by name, as JSON has it."""
    return {item.name: item.value for item in found}


def _number(name: str, value: float) -> str:
    return units.figure(value) if name in IN_UNITS else f"{value:.4f}"
