"""Filing: new, open, save, examples, and the question before unsaved work would be lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from designer.core.edits import placed_edits
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.ui.editing.editor import Editor
from designer.ui.files.begun_networks import BegunNetworks
from designer.ui.files.file_watch import FileWatch, digest_of_text
from designer.ui.files.gallery import by_section, title_of
from designer.ui.files.lost_work import Lost
from designer.ui.files.overwrite_question import OverwriteChoice, ask_about_change, may_replace, named
from designer.ui.files.recovery import Recovery
from designer.ui.prefs.settings import Settings
from designer.ui.widgets.message_box import MessageBox, as_tip

_ALL = "All files (*)"
FILTER = f"Architecture files (*{files.SUFFIX} *.json);;{_ALL}"
KERAS_FILTER = "Models of Keras (*.keras *.json *.h5 *.hdf5)"
_OPENED = f"Architectures and models of Keras (*{files.SUFFIX} *.json *.keras *.h5 *.hdf5);;{KERAS_FILTER};;{FILTER}"
_Buttons = QMessageBox.StandardButton


class Filing(QObject):
    """Moves designs between the editor and the disk. `name` is what the window's title shows."""

    opened = Signal(object, object)
    """A design and the file that it was read from."""
    shown = Signal(object)
    """Another design, whatever it comes from."""
    written = Signal(object, object)
    """A design and the file that it is in now."""

    def __init__(self, editor: Editor, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self._settings, self._window = editor, settings, window
        self.watch = FileWatch(editor.document, self)
        self.watch.found.connect(self._found)
        self.recovery = Recovery(editor, lambda: self.watch.seen, lambda: self.name)
        self._untitled = "untitled"
        self._begun = BegunNetworks(editor, self.watch, lambda: self._untitled, self._call)
        self._clean_at = -1

    @property
    def name(self) -> str:
        """The file's name without its suffix, or what an unsaved design is called."""
        path = self._editor.document.path
        return path.name.removesuffix(files.SUFFIX) if path else self._untitled

    def new(self) -> None:
        """An empty design, after the question."""
        if self.may_leave():
            self._show(Design(), None, "untitled")

    def ask_for_file(self) -> Path | None:
        """A file that the person chooses to open, after the question; None for none."""
        if not self.may_leave():
            return None
        name, _ = QFileDialog.getOpenFileName(self._window, "Open an architecture", self.folder, _OPENED)
        return Path(name) if name else None

    def open(self, path: Path) -> bool:
        """A file; where it cannot be read, a message tells why and nothing changes."""
        try:
            design, seen = files.read_with_digest(path)
        except files.FileError as error:
            self.complain("This file cannot be opened", error)
            return False
        self._show(design, path, path.name)
        self.watch.expect(seen)
        self._settings.add_recent_file(path)
        self.opened.emit(design, path)
        return True

    def open_example(self, path: Path) -> None:
        """An example, as a design of the person's own: saving it asks for a new name."""
        self._show(files.read(path), None, path.name.removesuffix(files.SUFFIX))

    def show_imported(self, design: Design, name: str) -> None:
        """A design that was made of another program's file; it counts as not saved."""
        self._show(design, None, name)
        self._editor.stack.resetClean()

    def recover(self, lost: Lost) -> None:
        """Work that a crash left; it counts as not saved, and is kept on until it is."""
        if lost.kept is None:
            return
        self._show(lost.kept.design, lost.kept.path, lost.kept.name or "recovered")
        self.recovery.take_over(lost)
        self.watch.expect_from_before(lost.kept.seen)
        self._editor.stack.resetClean()

    def begin(self, words: str, change: Callable[[Design], Design], name: str, leaves: bool = True) -> bool:
        """Another network takes the place of the one that is open, as one edit; whether it does.

        It is in no file, and has a name of its own, until that is undone. The question comes before it where the
        person has worked on what is there, and `leaves` it: not where that lives on in the other one.
        """
        if leaves and self._begun.is_touched() and not self.may_leave():
            return False
        if not self._editor.edit(words, change):
            return False
        self._begun.note_last(name)
        return True

    def _call(self, untitled: str) -> None:
        self._untitled = untitled

    def _show(self, design: Design, path: Path | None, untitled: str) -> None:
        self._begun.forget()
        self._untitled = untitled
        self.recovery.forget()
        self._editor.open(design, path)
        self.shown.emit(design)

    def save(self) -> bool:
        """To its file, or to one that the person chooses; False if it was not saved."""
        path = self._editor.document.path
        if path is None:
            return self.save_as()
        state = self.watch.state()
        if state == "same" or self.watch.holds() == digest_of_text(files.dumps(self._editor.design)):
            return self._write(path)
        answer = ask_about_change(self._window, self.name, state)
        if answer == OverwriteChoice.RELOAD:
            self.reload()
            return False
        if answer == OverwriteChoice.OTHER_NAME:
            return self.save_as()
        return answer == OverwriteChoice.HERE and self._write(path)

    def save_here(self) -> bool:
        """To its file, whatever has become of that."""
        path = self._editor.document.path
        return self._write(path) if path else self.save_as()

    def reload(self) -> bool:
        """What the file holds now, as an edit: what was open can be had back by undo."""
        path = self._editor.document.path
        if path is None:
            return False
        try:
            design, seen = files.read_with_digest(path)
        except files.FileError as error:
            self.complain("This file cannot be opened", error)
            return False
        if not self._editor.edit(f"Reload {self.name}", lambda _: placed_edits.settled(design)):
            return False
        self._editor.stack.setClean()
        self.recovery.forget()
        self.watch.expect(seen)
        return True

    def _found(self, state: str) -> None:
        """Where the file has gone, what is open is the only copy; where it is back, it is saved again."""
        stack = self._editor.stack
        if state == "gone":
            self._clean_at = stack.cleanIndex()
            stack.resetClean()
        elif state == "same" and stack.cleanIndex() < 0 and stack.index() == self._clean_at:
            stack.setClean()

    def save_as(self) -> bool:
        """To a file that the person chooses."""
        start = str(Path(self.folder) / f"{self.name}{files.SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the architecture", start, FILTER)
        if not name:
            return False
        path = named(name)
        return may_replace(self._window, name, path) and self._write(path)

    def _write(self, path: Path) -> bool:
        try:
            seen = files.write(self._editor.design, path)
        except files.FileError as error:
            self.complain("The architecture could not be saved", error)
            return False
        self._clean_at = -1
        self._editor.document.set_path(path)
        self.watch.expect(seen)
        self._editor.stack.setClean()
        self.recovery.forget()
        self._settings.add_recent_file(path)
        self.written.emit(self._editor.design, path)
        return True

    def may_leave(self) -> bool:
        """Whether the design may go: it is saved, or the person saves it now or gives it up."""
        if self._editor.stack.isClean():
            return True
        box = MessageBox(self._window)
        box.setObjectName("unsavedQuestion")
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Unsaved changes")
        box.setText(f"Save the changes to “{self.name}”?")
        box.setInformativeText("Without saving they are lost.")
        box.setStandardButtons(_Buttons.Save | _Buttons.Discard | _Buttons.Cancel)
        box.setDefaultButton(_Buttons.Save)
        answer = box.exec()
        if answer == _Buttons.Save:
            return self.save()
        return bool(answer == _Buttons.Discard)

    def fill_recent(self, menu: QMenu, open_file: Callable[[Path], None]) -> None:
        """The menu of files opened last."""
        menu.clear()
        for path in self._settings.recent_files:
            action = menu.addAction(path.name)
            action.setToolTip(as_tip(str(path)))
            action.triggered.connect(lambda checked=False, chosen=path: open_file(chosen))
        if menu.isEmpty():
            menu.addAction("No files yet").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Clear This List").triggered.connect(self._settings.clear_recent_files)

    def fill_examples(self, menu: QMenu, open_example: Callable[[Path], None]) -> None:
        """The menu of examples, a part for each section."""
        for section, listed in by_section().items():
            menu.addSection(section)
            for path, about in listed:
                action = menu.addAction(title_of(path, about))
                action.setObjectName(f"example_{path.name.removesuffix(files.SUFFIX)}")
                action.triggered.connect(lambda checked=False, chosen=path: open_example(chosen))

    @property
    def folder(self) -> str:
        """Where file dialogs begin: at the open file, or at the one opened last."""
        path = self._editor.document.path
        recent = self._settings.recent_files
        return str(path.parent if path else recent[0].parent if recent else Path.home())

    def complain(self, title: str, error: files.FileError) -> None:
        """Tells why a file could not be used."""
        box = MessageBox(self._window)
        box.setObjectName("fileError")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(title)
        box.setText(f"{title}.")
        box.setInformativeText(f"{Path(error.path).name}: " + "\n".join(error.problems[:3]))
        if len(error.problems) > 3:
            box.setDetailedText("\n".join(error.problems))
        box.exec()
