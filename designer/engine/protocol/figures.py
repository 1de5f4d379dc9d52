"""What figures are called: `train_loss`, `val_accuracy`, `test_loss`; of one of several Outputs, `train_loss/same`.

A new figure of a run is one more name. Losses of several Outputs are their weighted sum, accuracies are those of the
first Output with classes; the figures of each Output stand beside them. `test_mae` is how far numbers are off on
average, in the units of the data. A figure that there is not has no entry: there is no accuracy for numbers, and no
validation where no samples are held back.
"""

from __future__ import annotations

from collections.abc import Mapping

Metrics = dict[str, float]
"""Figures by name."""
_OF = "/"


def figure_name(part: str, figure: str, output: str = "") -> str:
    """The name of a figure of a part of the data ("train", "val" or "test"), as a whole or of one Output."""
    return f"{part}_{figure}{_OF}{output}" if output else f"{part}_{figure}"


def is_of_all(name: str) -> bool:
    """Whether a figure is of a network as a whole, and not of one of its Outputs."""
    return _OF not in name


def figures_of(metrics: Mapping[str, float], part: str, output: str = "") -> dict[str, float]:
    """The figures of a part of the data by their own names, as a whole or of one Output."""
    named = ((name.partition(_OF), value) for name, value in metrics.items())
    begin = figure_name(part, "")
    return {
        whole.removeprefix(begin): value for (whole, _, of), value in named if of == output and whole.startswith(begin)
    }


def figure_and_output(name: str) -> tuple[str, str]:
    """A figure, and the one of several Outputs that it is of; empty where it is of a network as a whole."""
    figure, _, output = name.partition(_OF)
    return figure, output


def by_output(metrics: Mapping[str, float], part: str) -> dict[str, dict[str, float]]:
    """The figures of each of several Outputs for a part of the data; nothing where there is but one Output."""
    found: dict[str, dict[str, float]] = {}
    for name, value in metrics.items():
        whole, _, output = name.partition(_OF)
        if output and whole.startswith(f"{part}_"):
            found.setdefault(output, {})[whole.removeprefix(f"{part}_")] = value
    return found
