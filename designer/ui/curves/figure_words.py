"""What figures of a run are called, and how their values are told."""

from __future__ import annotations

from designer.core.graph.metric_names import is_read_in_percent, metric_label
from designer.core.schema.units import memory
from designer.engine.protocol.figures import figure_and_output
from designer.ui.style.labels import figure as number_words
from designer.ui.style.labels import percent

_TITLES = {
    "learning_rate": "Learning rate",
    "gradient_norm": "Gradient norm",
    "update_ratio": "Update-to-weight ratio",
    "samples_per_second": "Samples/s",
}
_SHORT = {"learning_rate": "Rate", "gradient_norm": "Gradient", "update_ratio": "Update", "memory": "MiB"}
_MIB = float(1 << 20)
_UNIT = ("f1", "precision", "recall", "auroc")
"""Figures that lie between 0 and 1, beside those that are read in percent."""


def figure_title(name: str) -> str:
    """What a figure is called; that of one of several Outputs by its name: digit: Accuracy."""
    figure, output = figure_and_output(name)
    return f"{output}: {_title(figure)}" if output else _title(figure)


def _title(name: str) -> str:
    label = metric_label(name)
    words = label if label != name else name.replace("_", " ")
    return _TITLES.get(name) or words[:1].upper() + words[1:]


def short_title(name: str) -> str:
    """The same beside its curves, where there is little room."""
    return _SHORT.get(name) or figure_title(name)


def axis_unit(name: str) -> float:
    """What the numbers at an axis are told in: bytes in MiB."""
    return _MIB if name == "memory" else 1.0


def is_share(name: str) -> bool:
    """Whether a figure lies between 0 and 1."""
    figure, _ = figure_and_output(name)
    return figure in _UNIT or (is_read_in_percent(figure) and figure != "mape")


def value_words(name: str, value: float) -> str:
    """A value of a figure, as short as it can be read: 0.1235, 96.4 %, 1.2 GiB."""
    if name == "memory":
        return memory(value)
    return percent(value) if is_read_in_percent(figure_and_output(name)[0]) else number_words(value)
