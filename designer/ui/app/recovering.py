"""Recovering: unsaved work that was left behind is offered in a bar, and stays until the person has decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from designer.core.storage import files
from designer.core.storage.writing import reason
from designer.ui.files.filing import FILTER
from designer.ui.files.lost_work import Lost, claim_lost_work
from designer.ui.files.overwrite_question import may_replace, named
from designer.ui.widgets.message_box import MessageBox
from designer.ui.widgets.notices import Choice
from designer.ui.workbench.workbench import Workbench

_SUBJECT = "lost"
_TRIES = 3
"""Work that has been opened so often at a start, and nothing done to it since, may be what ends the program."""
_Buttons = QMessageBox.StandardButton


def _more(count: int) -> str:
    return "" if count < 1 else " There is one more." if count == 1 else f" There are {count} more."


class Recovering(QObject):
    """Has what other windows left behind, the newest first, and offers it piece by piece."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._lost: list[Lost] = []
        for lost in claim_lost_work():
            if lost.is_saved():
                lost.place.clear()
            else:
                self._lost.append(lost)
        bench.closed.connect(self._leave)

    def open_newest(self) -> bool:
        """Opens what was lost last, at a start without a file; False where there is nothing that can be opened."""
        found = next((lost for lost in self._lost if lost.kept and lost.kept.opened < _TRIES), None)
        if found is None:
            return False
        self._lost.remove(found)
        found.count_opening()
        self._bench.filing.recover(found)
        return True

    def offer(self) -> None:
        """Shows the bar for the newest that is left."""
        notices = self._bench.notices
        if not self._lost:
            notices.drop(_SUBJECT)
            return
        lost = self._lost[0]
        save, discard = self._while_offered(lost, self._save), self._while_offered(lost, self._discard)
        choices = [Choice("lostSave", "Save Elsewhere…", save), Choice("lostDiscard", "Discard…", discard)]
        if lost.kept:
            open_it = self._while_offered(lost, self._open)
            choices.insert(0, Choice("lostOpen", "Open", open_it, "Opens it as it was, to be saved or not"))
        else:
            choices.insert(1, Choice("lostFolder", "Show Folder", self._while_offered(lost, self._show_folder)))
        notices.tell(_SUBJECT, self._words(lost), choices, None)

    def _words(self, lost: Lost) -> str:
        when = _moment(QDateTime.fromSecsSinceEpoch(int(lost.time)))
        more = _more(len(self._lost) - 1)
        if lost.kept:
            name = lost.kept.name or (lost.kept.path.name if lost.kept.path else "a network without a name")
            return f"The program did not end well, and kept unsaved work on “{name}” from {when}.{more}"
        return f"The program kept unsaved work from {when} that cannot be opened ({lost.problem}).{more}"

    def _while_offered(self, lost: Lost, choose: Callable[[Lost], object]) -> Callable[[], object]:
        """A button of a bar that is going may be clicked once more, when all is decided."""
        return lambda: choose(lost) if lost in self._lost else None

    def _open(self, lost: Lost) -> None:
        if self._bench.filing.may_leave():
            self._lost.remove(lost)
            self._bench.filing.recover(lost)
            self._bench.view.fit()
            self.offer()

    def _save(self, lost: Lost) -> None:
        filing = self._bench.filing
        name = lost.kept.name if lost.kept else "recovered"
        start = str(Path(filing.folder) / f"{name}{files.SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self._bench.window, "Save the unsaved work", start, FILTER)
        if not chosen or not may_replace(self._bench.window, chosen, path := named(chosen)):
            return
        try:
            lost.save_to(path)
        except files.FileError as error:
            filing.complain("The unsaved work could not be saved", error)
        except OSError as error:
            filing.complain("The unsaved work could not be saved", files.FileError(path, [reason(error)]))
        else:
            self._decided(lost)
            self._bench.say(f"Saved the unsaved work to {path.name}")

    def _discard(self, lost: Lost) -> None:
        box = MessageBox(self._bench.window)
        box.setObjectName("discardQuestion")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Discard the unsaved work?")
        box.setText("Discard the unsaved work? It cannot be brought back.")
        box.setStandardButtons(_Buttons.Discard | _Buttons.Cancel)
        box.setDefaultButton(_Buttons.Cancel)
        if box.exec() == _Buttons.Discard:
            self._decided(lost)

    def _decided(self, lost: Lost) -> None:
        lost.place.clear()
        self._lost.remove(lost)
        self.offer()

    def _show_folder(self, lost: Lost) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(lost.place.file.parent)))

    def _leave(self) -> None:
        """Nothing was decided: the next start offers it."""
        for lost in self._lost:
            lost.place.release()


def _moment(time: QDateTime) -> str:
    """As the system writes it; a system without a language would write 29 11 2026."""
    locale = QLocale()
    if locale.language() == QLocale.Language.C:
        return time.toString("yyyy-MM-dd HH:mm")
    return locale.toString(time, QLocale.FormatType.ShortFormat)
