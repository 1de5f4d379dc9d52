"""The dialog for custom blocks: which Python files are trusted, what became of each, and how to start one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from designer.core.graph.registry import find
from designer.core.schema.limits import MAX_SCRIPT_BYTES
from designer.core.storage import plugins
from designer.core.storage.plugins import CustomError, CustomFile
from designer.core.storage.reading import ReadingError, read_bounded
from designer.core.storage.resources import resource
from designer.core.storage.trust import TrustError
from designer.core.storage.writing import reason, write_atomically
from designer.ui.files.overwrite_question import may_replace
from designer.ui.widgets.message_box import MessageBox, as_tip

_FILTER = "Python files (*.py)"
_STATES = {
    "loaded": "In use",
    "changed": "Changed since it was trusted",
    "missing": "Not found",
    "failed": "Not usable",
}
_WARNING = (
    "A Python file can bring block kinds of your own. Such a file is a program: while it is trusted, it runs with your "
    "rights each time Network Designer starts, and can read, change and send whatever you can. Trust only what you "
    "have written or read. Architecture files never load one."
)
_EMPTY = "No file is trusted yet. “New from Template…” writes a commented one to start from."
_Buttons = QMessageBox.StandardButton


class CustomBlocks(QDialog):
    """Lists the trusted files. `changed()` after each change of the list, when kinds have come or gone."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("customBlocks")
        self.setWindowTitle("Custom Blocks")
        self.resize(760, 420)
        self._files: list[CustomFile] = []
        warning = QLabel(_WARNING, wordWrap=True)
        self.list = self._make_list()
        self.details = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.details.setObjectName("customDetails")
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(warning)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(self._make_buttons())
        column.addLayout(row, 1)
        column.addWidget(self.details)
        closing = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        closing.rejected.connect(self.reject)
        column.addWidget(closing)
        self.list.currentItemChanged.connect(lambda *_: self._show_details())
        self._bring_in_step(plugins.load)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setObjectName("customFiles")
        made.setAccessibleName("Trusted files")
        made.setHeaderLabels(["File", "State", "Blocks"])
        made.setRootIsDecorated(False)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return made

    def _make_buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        made = []
        for name, text, slot in (
            ("customAdd", "&Add…", self._add),
            ("customNew", "&New from Template…", self._start_new),
            ("customTrust", "&Trust Again…", self._trust_again),
            ("customFolder", "Show &Folder", self._show_folder),
            ("customRemove", "&Remove", self._remove),
        ):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, call=slot: call())
            column.addWidget(button)
            made.append(button)
        column.addStretch(1)
        self._for_one = made[2:]
        return column

    @property
    def current(self) -> CustomFile | None:
        """The selected file."""
        item = self.list.currentItem()
        return self._files[self.list.indexOfTopLevelItem(item)] if item else None

    def _add(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Add a Python file", str(Path.home()), _FILTER)
        if name and self._may_trust(Path(name)):
            self._bring_in_step(lambda: plugins.trust_file(Path(name)), Path(name))

    def _start_new(self) -> None:
        start = str(Path.home() / "my_blocks.py")
        name, _ = QFileDialog.getSaveFileName(self, "A new file for blocks of my own", start, _FILTER)
        if not name:
            return
        path = Path(name).with_suffix(".py")
        if not may_replace(self, name, path):
            return

        def write() -> list[CustomFile]:
            try:
                write_atomically(path, resource("templates", "custom_block.py").read_bytes())
            except OSError as error:
                raise CustomError(f"{path} cannot be written: {reason(error)}") from None
            return plugins.trust_file(path)

        self._bring_in_step(write, path)

    def _trust_again(self) -> None:
        if self.current and self._may_trust(self.current.path):
            path = self.current.path
            self._bring_in_step(lambda: plugins.trust_file(path), path)

    def _remove(self) -> None:
        if self.current:
            path = self.current.path
            self._bring_in_step(lambda: plugins.remove_file(path))

    def _show_folder(self) -> None:
        if self.current:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.current.path.parent)))

    def _may_trust(self, path: Path) -> bool:
        """Whether the person trusts what a file holds now, which can be read in the question."""
        box = MessageBox(self)
        box.setObjectName("trustQuestion")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Trust this file?")
        box.setText(f"Trust “{path.name}”?")
        box.setInformativeText(
            "It is a program that runs with your rights, now and each time Network Designer starts. "
            "Trust it only if you have written or read it."
        )
        with suppress(ReadingError):  # trusting it will tell why it cannot be read
            box.setDetailedText(read_bounded(path, MAX_SCRIPT_BYTES).decode("utf-8", errors="replace"))
        box.setStandardButtons(_Buttons.Yes | _Buttons.Cancel)
        box.button(_Buttons.Yes).setText("Trust")
        box.setDefaultButton(_Buttons.Cancel)
        return bool(box.exec() == _Buttons.Yes)

    def _bring_in_step(self, change: Callable[[], list[CustomFile]], chosen: Path | None = None) -> None:
        """Makes a change of the list, shows the list after it, and selects a file."""
        problem = ""
        try:
            self._files = change()
        except (CustomError, TrustError) as error:
            problem = str(error)
        self._fill(chosen.resolve() if chosen else None)
        if problem:
            self._show(problem, "error")
        self.changed.emit()

    def _fill(self, chosen: Path | None) -> None:
        self.list.clear()
        for file in self._files:
            titles = [block.title for kind in file.kinds if (block := find(kind))]
            item = QTreeWidgetItem(self.list, [file.path.name, _STATES[file.state], ", ".join(titles)])
            item.setToolTip(0, as_tip(str(file.path)))
            if file.path == chosen:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if first and not self.list.currentItem():
            self.list.setCurrentItem(first)
        self._show_details()

    def _show_details(self) -> None:
        file = self.current
        for button in self._for_one:
            button.setEnabled(file is not None)
        if file is None:
            self._show("" if self._files else _EMPTY, "muted")
        elif file.message:
            more = " Its blocks stay as they were trusted until the program ends." if file.kinds else ""
            self._show(f"{file.message}.{more}\n{file.path}", "error")
        else:
            self._show(str(file.path), "muted")

    def _show(self, text: str, role: str) -> None:
        self.details.setProperty("role", role)
        self.details.style().polish(self.details)
        self.details.setText(text)
