"""File > Import: a network of Keras, with a report of what is not as it was, and its weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.core.graph.design import Design
from designer.core.schema.units import few_of
from designer.core.storage.files import run_beside
from designer.engine.protocol.requests import Adopt, Keep
from designer.interop.report import sentences
from designer.ui.files.filing import KERAS_FILTER, Filing
from designer.ui.run.bridge import Bridge
from designer.ui.style.labels import plural
from designer.ui.widgets.message_box import MessageBox, as_tip

if TYPE_CHECKING:
    from designer.interop.keras.importing import Imported

_FILTER = f"{KERAS_FILTER};;All files (*)"
_WORDS = {"unsupported": "No counterpart", "changed": "Changed", "dropped": "Left out"}
_SHOWN_LAYERS = 12
_LAYERS = 2
"""The column that names the layers."""


@contextmanager
def wait_cursor() -> Iterator[None]:
    """The cursor of a program that works; gone whatever happens."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QApplication.restoreOverrideCursor()


class ImportReport(QDialog):
    """What an import has changed or left out; it stays open beside the canvas."""

    def __init__(self, name: str, found: Imported, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("importReport")
        self.setWindowTitle(f"Imported from {name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 400)
        summary = QLabel(_summary(found), wordWrap=True)
        summary.setObjectName("importSummary")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(summary)
        layout.addWidget(self._table(found))
        layout.addWidget(buttons)

    def _table(self, found: Imported) -> QTableWidget:
        notes = sentences(found.notes)
        table = QTableWidget(len(notes), 3)
        table.setObjectName("importNotes")
        table.setAccessibleName("What is not as it was")
        table.setHorizontalHeaderLabels(["", "What", "Layers"])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        for row, (what, sentence, layers) in enumerate(notes):
            named = few_of(layers, _SHOWN_LAYERS) if layers else "the whole model"
            for column, text in enumerate((_WORDS[what], sentence, named)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                if column == _LAYERS:
                    item.setToolTip(as_tip(", ".join(layers)))
                table.setItem(row, column, item)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        table.setColumnWidth(_LAYERS, 240)
        header.sectionResized.connect(lambda *_: table.resizeRowsToContents())  # the texts wrap anew
        return table


def _summary(found: Imported) -> str:
    words = f"{plural(len(found.design.network.nodes), 'block')}. "
    if found.arrays:
        words += (
            "The weights came along: the panels look inside with them, and training begins from them, as long as they "
            "are all weights that the network has. When you save, they are kept beside the file. "
        )
    if not found.notes:
        return words + "Everything is as it was."
    return words + "This is not as it was:"


class Importing(QObject):
    """Brings networks of Keras into the window, and their weights to the engine. `imported()` when one is shown."""

    imported = Signal()

    def __init__(self, filing: Filing, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._filing, self._bridge, self._window = filing, bridge, window
        self._adopted = False
        """Whether the engine has weights from elsewhere."""
        filing.shown.connect(self._forget_weights)
        filing.opened.connect(self._look_for_weights)
        filing.written.connect(self._keep_weights)

    def ask_and_import(self) -> None:
        """A file that the person chooses, after the question about unsaved work."""
        if not self._filing.may_leave():
            return
        name, _ = QFileDialog.getOpenFileName(self._window, "Import from Keras", self._filing.folder, _FILTER)
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """A file; where it cannot be imported, a message tells why and nothing changes."""
        # Here, as the window need not wait at its start for what reads Keras's files.
        from designer.interop.keras.file.errors import KerasError
        from designer.interop.keras.importing import import_keras

        try:
            with wait_cursor():
                found = import_keras(path)
        except KerasError as error:
            self._complain(path, str(error))
            return
        self._filing.show_imported(found.design, path.stem)
        if found.arrays:
            self._bridge.request(Adopt(found.design, found.arrays))
            self._adopted = True
        self.imported.emit()
        report = ImportReport(path.name, found, self._window)
        self._filing.shown.connect(report.reject)  # of a design that is no longer open
        report.show()

    def _forget_weights(self, design: Design) -> None:
        if self._adopted:
            self._bridge.request(Adopt(design, {}))
            self._adopted = False

    def _look_for_weights(self, design: Design, path: Path) -> None:
        """Weights that an import has kept beside a file are used again when it is opened."""
        if run_beside(path).is_dir():
            self._bridge.request(Adopt(design, run_beside(path)))
            self._adopted = True

    def _keep_weights(self, design: Design, path: Path) -> None:
        if self._adopted and not run_beside(path).exists():
            self._bridge.request(Keep(design, run_beside(path)))

    def _complain(self, path: Path, text: str) -> None:
        box = MessageBox(self._window)
        box.setObjectName("importError")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("This file cannot be imported")
        box.setText("This file cannot be imported.")
        box.setInformativeText(f"{path.name}: {text}")
        box.exec()
