"""File > Export: the open network in files that other programs run, with the weights that there are for it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from designer.core.graph.design import Design
from designer.engine.protocol.events import WeightsFound, WeightsSaved
from designer.engine.protocol.requests import FindWeights, SaveWeights
from designer.ui.editing.editor import Editor
from designer.ui.files.filing import Filing
from designer.ui.files.overwrite_question import may_replace
from designer.ui.run.bridge import Bridge
from designer.ui.widgets.message_box import MessageBox

_Buttons = QMessageBox.StandardButton
_NOT_POSSIBLE, _NOT_WRITTEN = "This network cannot be exported", "The export could not be written"
_WEIGHTS = {
    "trained": "trained weights",
    "training": "weights as they are now",
    "imported": "imported weights",
    "earlier": "weights that were trained before the last edits",
}


@dataclass(frozen=True)
class _Wish:
    """What the person wants, while the engine is asked about weights."""

    design: Design
    title: str
    path: Path
    model_only: bool
    weights_were_there: bool

    @property
    def weights(self) -> Path:
        """Where the weights are to be."""
        from designer.engine.runs.script_export import weights_beside

        return weights_beside(self.path)


class Exporting(QObject):
    """Asks where to, and whether weights go along; writes, and tells what was written in `done(text)`.

    The engine's thread has the weights: it says which there are, and writes them.
    """

    done = Signal(str)

    def __init__(self, editor: Editor, filing: Filing, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self._filing, self._bridge, self._window = editor, filing, bridge, window
        self._wishes: dict[str, _Wish] = {}
        """By the paths of their weights."""
        bridge.weights_found.connect(self._ask_for_weights)
        bridge.weights_saved.connect(self._write_with_weights)

    def export_pytorch(self, model_only: bool = False) -> None:
        """A PyTorch script, with its data beside it, or the model alone."""
        from designer.engine.runs.script_export import weights_beside

        start = str(Path(self._filing.folder) / f"{self._filing.name}.py")
        what = "Export the model as PyTorch" if model_only else "Export as PyTorch"
        name, _ = QFileDialog.getSaveFileName(self._window, what, start, "Python scripts (*.py)")
        if not name:
            return
        path = Path(name) if name.endswith(".py") else Path(f"{name}.py")
        if not may_replace(self._window, name, path):
            return
        there = os.path.lexists(weights_beside(path))
        wish = _Wish(self._editor.design, self._filing.name, path, model_only, there)
        self._wishes[str(wish.weights)] = wish
        self._bridge.request(FindWeights(wish.design, wish.weights))

    def _ask_for_weights(self, event: WeightsFound) -> None:
        wish = self._wishes.pop(event.path, None)
        if wish is None:  # the same place was chosen twice, and is served
            return
        answer = self._answer(wish, event) if event.weights in _WEIGHTS else _Buttons.No
        if answer == _Buttons.Yes:
            self._wishes[event.path] = wish
            self._bridge.request(SaveWeights(wish.design, wish.weights))
        elif answer == _Buttons.No:
            self._write(wish, with_weights=False)

    def _answer(self, wish: _Wish, event: WeightsFound) -> _Buttons:
        place = f"in {wish.weights.name}"
        place += ", instead of the file that is there" if os.path.exists(wish.weights) else ""
        use = "The script loads them" if wish.model_only else "The script then loads them, and does not train"
        box = MessageBox(self._window)
        box.setObjectName("weightsQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Export with weights")
        box.setText(f"Take the {_WEIGHTS[event.weights]} along?")
        box.setInformativeText(f"They are put beside the script, {place}. {use}.")
        box.setStandardButtons(_Buttons.Yes | _Buttons.No | _Buttons.Cancel)
        box.setDefaultButton(_Buttons.Yes)
        return _Buttons(box.exec())

    def _write_with_weights(self, event: WeightsSaved) -> None:
        wish = self._wishes.pop(event.path, None)
        if event.problem:
            self._complain(event.problem, _NOT_WRITTEN)
        elif wish:
            self._write(wish, with_weights=True)

    def _write(self, wish: _Wish, with_weights: bool) -> None:
        from designer.engine.runs.script_export import ExportError, ExportWriteError, export_pytorch

        try:
            written = export_pytorch(
                wish.design, wish.path, wish.title, model_only=wish.model_only, weights_are_there=with_weights
            )
        except ExportError as error:
            if with_weights and not wish.weights_were_there:
                wish.weights.unlink(missing_ok=True)
            self._complain(str(error), _NOT_WRITTEN if isinstance(error, ExportWriteError) else _NOT_POSSIBLE)
            return
        beside = f", with {' and '.join(item.name for item in written.beside)} beside it" if written.beside else ""
        self.done.emit(f"Exported to {wish.path.name}{beside}")

    def _complain(self, text: str, title: str) -> None:
        box = MessageBox(self._window)
        box.setObjectName("exportError")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(title)
        box.setText(f"{title}.")
        box.setInformativeText(text)
        box.exec()
