"""Loss and accuracy of a run, in figures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.protocol.figures import Metrics, by_output, figure_name
from designer.ui.style.labels import figure, percent
from designer.ui.widgets.elided import ElidedLabel


class RunFigures(QWidget):
    """Loss and accuracy of the last epoch, training beside validation; then the same for each of several Outputs."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(3, 1)
        self.empty = True
        self._cells: dict[tuple[str, str], list[QLabel]] = {}
        self._outputs: tuple[str, ...] = ()
        self._of_outputs: list[QLabel] = []
        self._when = self._put("", 0, 0, muted=True)
        for column, title in enumerate(("loss", "accuracy"), start=1):
            self._put(title, 0, column, muted=True)
        self._add_rows("")
        self.clear()

    def _put(self, text: str, row: int, column: int, muted: bool = False) -> QLabel:
        label = ElidedLabel(text)
        label.setProperty("role", "muted" if muted else "")
        if column:
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(label, row, column)
        return label

    def _add_rows(self, output: str) -> None:
        """A row for training and one for validation, of one Output or of all together."""
        for part, word in (("train", "training"), ("val", "validation")):
            row = self._grid.rowCount()
            name = self._put(f"{output}, {word}" if output else word, row, 0, muted=True)
            cells = [self._put("–", row, column) for column in (1, 2)]
            self._cells[output, part] = cells
            if output:
                self._of_outputs += [name, *cells]

    def _show_outputs(self, outputs: tuple[str, ...]) -> None:
        """Rows for these Outputs, and for no others."""
        if outputs == self._outputs:
            return
        self._outputs = outputs
        for label in self._of_outputs:
            label.hide()
            label.deleteLater()
        self._of_outputs = []
        self._cells = {key: cells for key, cells in self._cells.items() if not key[0]}
        for output in outputs:
            self._add_rows(output)

    def clear(self, outputs: tuple[str, ...] = ()) -> None:
        """Before the first epoch has ended, with rows for what it will bring."""
        self.empty = True
        self._when.setText("")
        self._show_outputs(outputs)
        for loss, accuracy in self._cells.values():
            loss.setText("–")
            accuracy.setText("–")

    def show_epoch(self, event: EpochEnded) -> None:
        """Shows an epoch's figures."""
        self.empty = False
        self._when.setText(f"epoch {event.epoch}")
        outputs = by_output(event.metrics, "train")
        self._show_outputs(tuple(outputs))
        for part in ("train", "val"):
            for output in ("", *outputs):
                self._show(output, part, event.metrics)

    def show_beginning(self, event: Finished) -> None:
        """Shows how far the first epoch came that was stopped: nothing was validated."""
        self.empty = False
        self._when.setText(f"epoch {event.epoch}, so far")
        self._show("", "train", event.metrics)

    def _show(self, output: str, part: str, metrics: Metrics) -> None:
        loss, accuracy = (metrics.get(figure_name(part, name, output)) for name in ("loss", "accuracy"))
        cells = self._cells[output, part]
        cells[0].setText("–" if loss is None else figure(loss))
        cells[1].setText(percent(accuracy))
