"""What others do to the open file is said in a bar when it happens, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction

from designer.ui.widgets.notices import Choice
from designer.ui.workbench.workbench import Workbench

_SUBJECT, _UNKEPT, _SETTINGS = "file", "recovery", "settings"


def install(bench: Workbench) -> None:
    """Listens to the watch over the file, and to what keeps unsaved work."""
    changes = FileChanges(bench)
    bench.filing.watch.found.connect(changes.show)
    bench.filing.recovery.told.connect(changes.show_unkept)
    bench.window.installEventFilter(changes)


class FileChanges(QObject):
    """Shows the bars, and looks at the file when the window comes to the front: not every disk tells of changes."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._was_gone = False
        """Whether it has been away since it was last opened or saved: what is open here is in no file then."""

    def show(self, state: str) -> None:
        """Says what has become of the file."""
        notices = self._bench.notices
        if state != "changed":
            self._was_gone = state == "gone"
        if state == "same":
            notices.drop(_SUBJECT)
        elif state == "gone":
            notices.tell(_SUBJECT, self._gone(), self._for_gone(), None)
        else:
            notices.tell(_SUBJECT, self._changed(), self._for_changed(), None)

    def _gone(self) -> str:
        path = self._bench.editor.document.path
        place = f" from the folder “{path.parent.name or path.parent}”" if path else ""
        return (
            f"“{self._bench.filing.name}” has gone{place}: it was deleted, moved or renamed. "
            "What is open here may be its only copy."
        )

    def _for_gone(self) -> list[Choice]:
        filing = self._bench.filing
        return [
            Choice("noticeSaveAgain", "Save Again", filing.save_here, "Makes the file anew where it was"),
            Choice("noticeSaveAs", "Save As…", filing.save_as),
        ]

    def _changed(self) -> str:
        name = self._bench.filing.name
        if trouble := self._bench.filing.watch.trouble():
            return f"“{name}” is no longer what it was: {trouble}. What is open here may be its only copy."
        if self._was_gone:
            return f"“{name}” is back where it was, but not as it was left here. What is open here is in no file."
        own = "" if self._bench.editor.stack.isClean() else " Your own changes are still here, and not saved."
        return f"“{name}” was changed by another program or window.{own}"

    def _for_changed(self) -> list[Choice]:
        save_as = Choice("noticeSaveAs", "Save As…", self._bench.filing.save_as)
        if self._bench.filing.watch.trouble():
            return [save_as]
        return [
            *([save_as] if self._was_gone else []),
            Choice("noticeReload", "Reload", self._bench.filing.reload, "The file as it is now; undo leads back"),
            Choice("noticeCompare", "Compare", self._compare, "The file as it is now beside what is open here"),
        ]

    def _compare(self) -> None:
        action = self._bench.window.findChild(QAction, "actionCompareSaved")
        if action is not None:
            action.trigger()

    def show_unkept(self, why: str) -> None:
        """Says that a crash would lose what is not saved, as long as that is so."""
        if not why:
            self._bench.notices.drop(_UNKEPT)
        elif _UNKEPT not in self._bench.notices.texts():
            text = f"Your changes cannot be kept for the case of a crash: {why}. Save them yourself meanwhile."
            save = Choice("noticeSave", "Save…", self._bench.filing.save)
            self._bench.notices.tell(_UNKEPT, text, [save], None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks at the file whenever the person comes back to the window."""
        if event.type() == QEvent.Type.WindowActivate:
            self._bench.filing.watch.look_soon()
            if problem := self._bench.settings.problem:
                self._bench.notices.tell(_SETTINGS, problem, [], None)
        return False
