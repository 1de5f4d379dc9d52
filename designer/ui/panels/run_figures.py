"""What was measured of a run, in figures: of what is learned, of what validates it, and in the end of the test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from designer.core.graph.metric_names import (
    IN_UNITS,
    is_read_in_percent,
    measured_of,
    metric_label,
    metrics_among,
)
from designer.core.graph.network import Network
from designer.core.graph.roles import OutputBlock, given_by
from designer.core.graph.training_settings import TrainingSettings
from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.protocol.figures import by_output, figure_name, figures_of
from designer.ui.style.labels import figure, percent
from designer.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from designer.engine.evaluation.baselines import Baseline

_PARTS = {"train": "training", "val": "validation", "test": "test"}
_NONE = "–"


def expected_figures(network: Network, settings: TrainingSettings) -> tuple[str, ...]:
    """The figures that a run of a network will bring: there is room for them from the beginning."""
    given = {given_by(block.criterion) for _, block in network.of_type(OutputBlock)} or {"classes"}
    by_themselves = ["loss", *(["mae"] if given == {"numbers"} else ["accuracy"])]
    there = (name for name in settings.metrics if measured_of(name) in given)
    return tuple(dict.fromkeys([*by_themselves, *there]))


class RunFigures(QWidget):
    """A row for each figure: of the last epoch, and of the test. Those of several Outputs come behind those of all."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(0, 1)
        self.empty = True
        self._blank = False
        """Whether nothing has been shown since all was cleared."""
        self._put_by: tuple[str, dict[tuple[str, str, str], str]] | None = None
        """What is told of the last epoch, while an earlier one is looked at."""
        self._cells: dict[tuple[str, str, str], QLabel] = {}
        self._rows: tuple[tuple[str, str], ...] = ()
        self._in_rows: list[QLabel] = []
        self._when = self._put("", 0, 0, muted=True)
        for column, title in enumerate(_PARTS.values(), start=1):
            self._put(title, 0, column, muted=True)
        self._method, self._reached = self._put("", 1, 0, muted=True), self._put(_NONE, 1, len(_PARTS), muted=True)
        self.clear()

    def _put(self, text: str, row: int, column: int, muted: bool = False) -> QLabel:
        label = ElidedLabel(text)
        label.setProperty("role", "muted" if muted else "")
        if column:
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        else:  # names have what room numbers leave
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._grid.addWidget(label, row, column)
        return label

    def shown(self, part: str, name: str, output: str = "") -> str:
        """What a figure reads, of all Outputs or of one. Raises KeyError where it has no row."""
        return self._cells[output, part, name].text()

    def _show_rows(self, outputs: Iterable[str], names: Iterable[str]) -> None:
        """A row for each figure of all Outputs together, then of each of these, and no others."""
        rows = tuple((output, name) for output in ("", *outputs) for name in names)
        if rows == self._rows:
            return
        self._rows = rows
        for label in self._in_rows:
            label.hide()
            label.deleteLater()
        self._in_rows, self._cells = [], {}
        for place, (output, name) in enumerate(rows, start=1):
            words = f"{output}: {metric_label(name)}" if output else metric_label(name)
            self._in_rows.append(self._put(words, place, 0, muted=True))
            for column, part in enumerate(_PARTS, start=1):
                self._cells[output, part, name] = cell = self._put(_NONE, place, column)
                self._in_rows.append(cell)
        self._grid.addWidget(self._method, len(rows) + 1, 0, 1, len(_PARTS))
        self._grid.addWidget(self._reached, len(rows) + 1, len(_PARTS))

    def clear(self, outputs: Iterable[str] = (), names: Iterable[str] = ("loss", "accuracy")) -> None:
        """Before the first epoch has ended, with rows for what it will bring."""
        before = self._rows
        self._show_rows(outputs, names)
        if self._blank and self._rows == before:  # as at nearly every edit before a first run
            return
        self.empty, self._put_by = True, None
        self._when.setText("")
        for cell in self._cells.values():
            cell.setText(_NONE)
        self._tell_baseline("baseline", _NONE, "What plain methods reach on the test samples, once a run has ended.")
        self._blank = True

    def show_epoch(self, event: EpochEnded) -> None:
        """Shows an epoch's figures."""
        self.look_at(None)
        self.empty = False
        self._when.setText(f"epoch {event.epoch}")
        self._make_room(event.metrics)
        self._show(event.metrics)

    def show_beginning(self, event: Finished) -> None:
        """Shows how far the first epoch came that was stopped: nothing was validated."""
        self.look_at(None)
        self.empty = False
        self._when.setText(f"epoch {event.epoch}, so far")
        self._show(event.metrics)

    def look_at(self, epoch: int | None, metrics: Mapping[str, float] | None = None) -> None:
        """Shows the figures of an earlier epoch, which no test was measured of; None for those of the last one again.

        Where nothing is known of that epoch, the last one's stay.
        """
        if self._put_by:
            when, texts = self._put_by
            self._put_by = None
            self._when.setText(when)
            for place, cell in self._cells.items():
                cell.setText(texts.get(place, _NONE))
        if epoch is not None and metrics and not self.empty:
            self._put_by = self._when.text(), {place: cell.text() for place, cell in self._cells.items()}
            self._when.setText(f"epoch {epoch}")
            for cell in self._cells.values():
                cell.setText(_NONE)
            self._show(metrics)

    def show_test(self, metrics: Mapping[str, float]) -> None:
        """Shows what was measured with the samples of the test."""
        self.look_at(None)
        self._show({name: value for name, value in metrics.items() if name.startswith("test_")})

    def show_baselines(self, found: Sequence[Baseline]) -> None:
        """Shows the best of some plain methods; the tip names all."""
        by = {item.name: _read(item.figure, item.value) for item in found}
        worth = [item for item in found if item.name != "chance"] or found
        best = min(worth, key=lambda item: item.value if item.figure == "mae" else -item.value)
        tip = f"On the test samples: {', '.join(f'{name} {value}' for name, value in by.items())}."
        self._tell_baseline(f"baseline: {best.name}", by[best.name], tip)

    def _tell_baseline(self, name: str, value: str, tip: str) -> None:
        self._blank = False
        for label, text in ((self._method, name), (self._reached, value)):
            label.setText(text)
            label.setToolTip(tip)

    @property
    def baseline(self) -> tuple[str, str, str]:
        """What is told to compare with: a method, what it reaches, and the tip with all of them."""
        return self._method.text(), self._reached.text(), self._method.toolTip()

    def _make_room(self, metrics: Mapping[str, float]) -> None:
        """Rows for the figures of a run that was begun with other settings than the design has now."""
        names = {name for _, name in self._rows}
        more = [name for name in metrics_among(figures_of(metrics, "val")) if name not in names]
        outputs = by_output(metrics, "train")
        if more or tuple(outputs) != tuple(dict.fromkeys(output for output, _ in self._rows if output)):
            self._show_rows(outputs, [*dict.fromkeys(name for _, name in self._rows), *more])

    def _show(self, metrics: Mapping[str, float]) -> None:
        self._blank = False
        for (output, part, name), cell in self._cells.items():
            value = metrics.get(figure_name(part, name, output))
            if value is not None:
                cell.setText(_read(name, value))


def _read(name: str, value: float) -> str:
    """A figure as people read it: 96.4 %, 0.913, 1,254."""
    if is_read_in_percent(name):
        return percent(value)
    return figure(value) if name in IN_UNITS else f"{value:.3f}"
