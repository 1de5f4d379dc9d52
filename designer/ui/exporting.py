"""File > Export: the open network in files that other programs run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from designer.engine.exporting import ExportError, export_pytorch
from designer.ui.editor import Editor
from designer.ui.filing import Filing


class Exporting(QObject):
    """Asks where to, writes, and tells what was written in `done(text)`."""

    done = Signal(str)

    def __init__(self, editor: Editor, filing: Filing, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self._filing, self._window = editor, filing, window

    def export_pytorch(self) -> None:
        """A PyTorch script, with its data beside it."""
        start = str(Path(self._filing.folder) / f"{self._filing.name}.py")
        name, _ = QFileDialog.getSaveFileName(self._window, "Export as PyTorch", start, "Python scripts (*.py)")
        if not name:
            return
        path = Path(name) if name.endswith(".py") else Path(f"{name}.py")
        try:
            written = export_pytorch(self._editor.design, path, self._filing.name)
        except ExportError as error:
            self._complain(str(error))
            return
        beside = f", with {' and '.join(item.name for item in written.beside)} beside it" if written.beside else ""
        self.done.emit(f"Exported to {path.name}{beside}")

    def _complain(self, text: str) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("exportError")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("This network cannot be exported")
        box.setText("This network cannot be exported.")
        box.setInformativeText(text)
        box.exec()
