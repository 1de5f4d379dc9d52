"""Compare: this network beside a file, an example, how it was saved, or any state of the history."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from designer.core.edits import placed_edits
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.ui.comparison.dialog import CompareDialog
from designer.ui.files.filing import FILTER
from designer.ui.files.gallery import Gallery, title_of
from designer.ui.panels.history import HistoryPanel
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions, and what the history's menu asks for."""
    comparing, editor = _Comparing(bench), bench.editor
    menu = bench.menus.submenu("View/compare", "&Compare With", "menuCompare")
    add = partial(bench.menus.action, menu)
    add("actionCompareFile", "A &File…", comparing.ask_for_file)
    add("actionCompareExample", "An &Example…", comparing.ask_for_example)
    add(
        "actionCompareSaved",
        "The &Saved File",
        comparing.with_saved,
        enabled=lambda: editor.document.path is not None,
    )
    add(
        "actionCompareStart",
        "The S&tart of the History",
        lambda: comparing.with_state(0),
        enabled=lambda: bool(editor.stack.count()),
    )
    editor.document.path_changed.connect(bench.menus.refresh)
    bench.panels.of(HistoryPanel).compare_wanted.connect(comparing.with_state)


class _Comparing:
    """Finds what to compare with, and shows it on the left of what the window has."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def ask_for_file(self) -> None:
        """A file that the person chooses."""
        filing = self._bench.filing
        name, _ = QFileDialog.getOpenFileName(self._bench.window, "Compare with an architecture", filing.folder, FILTER)
        if name:
            self._with_file(Path(name))

    def ask_for_example(self) -> None:
        """An example out of the gallery."""
        gallery = Gallery(self._bench.theme, self._bench.window, "Compare")
        if gallery.exec() and gallery.chosen:
            self._with_file(gallery.chosen, title_of(gallery.chosen, files.read_about(gallery.chosen)))

    def with_saved(self) -> None:
        """How the open file is on the disk."""
        path = self._bench.editor.document.path
        if path is not None:
            self._with_file(path, f"{self._bench.filing.name}, saved")

    def with_state(self, place: int) -> None:
        """The network after so many edits of the history."""
        edits = self._bench.editor.history()
        when = f"after “{edits[place - 1].words}”" if place else "at the start"
        self._show(self._bench.editor.state_at(place), f"{self._bench.filing.name} {when}")

    def _with_file(self, path: Path, title: str = "") -> None:
        try:
            design = placed_edits.settled(files.read(path))
        except files.FileError as error:
            self._bench.filing.complain("This file cannot be compared", error)
            return
        self._show(design, title or path.name.removesuffix(files.SUFFIX))

    def _show(self, other: Design, title: str) -> None:
        bench = self._bench
        dialog = CompareDialog(
            (other, title), (bench.editor.design, f"{bench.filing.name}, now"), bench.theme, bench.window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
