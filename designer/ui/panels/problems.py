"""Problems: all that is wrong with the design, where it is, and what would mend it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from designer.core.validation.all_problems import Found
from designer.ui.editing.mending import Mending
from designer.ui.style import icons
from designer.ui.style.labels import plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.fix_button import FixButton
from designer.ui.widgets.flow_layout import FlowLayout
from designer.ui.widgets.layouts import empty_layout

MOST_ROWS = 60
"""Problems that are listed: nobody reads more of them, and those behind come up when the first are mended."""
_ICON = 16


class ProblemRow(QFrame):
    """One problem: a press or Enter goes there (`chosen`), a button mends it (`fix_chosen(title)`)."""

    chosen = Signal()
    fix_chosen = Signal(str)
    step_wanted = Signal(int)
    """Up or down was pressed: the row above or below is to have the keyboard."""

    def __init__(self, found: Found, theme: Theme) -> None:
        super().__init__()
        self.found = found
        self.setObjectName("problemRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        where = " › ".join(found.place) or "Whole network"
        self.setAccessibleName(f"{where}: {found.problem.message}")
        picture = QLabel()
        picture.setPixmap(icons.pixmap("problem", theme.colours.error, _ICON))
        name = QLabel(where, textFormat=Qt.TextFormat.PlainText)
        name.setProperty("role", "heading")
        words = QLabel(found.problem.message, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._buttons = FlowLayout()
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(name)
        column.addWidget(words)
        column.addLayout(self._buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self._titles: list[str] = []
        self.show_found(found)

    def show_found(self, found: Found) -> None:
        """The same words, maybe with other fixes."""
        self.found = found
        titles = [fix.title for fix in found.problem.fixes]
        if titles == self._titles:
            return
        self._titles = titles
        empty_layout(self._buttons)
        for title in titles:
            button = FixButton(title)
            button.clicked.connect(lambda checked=False, chosen=title: self.fix_chosen.emit(chosen))
            self._buttons.addWidget(button)

    def mark(self, here: bool) -> None:
        """Shows whether the person is at this problem."""
        if bool(self.property("here")) != here:
            self.setProperty("here", here)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes there."""
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes there, the arrows to the rows around."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_wanted.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The ring shows that it has the keyboard."""
        super().focusInEvent(event)
        self.update()


class ProblemsPanel(QWidget):
    """The list, a line that says how many there are, and a button that mends what needs no choice.

    `chosen(found)` when the person wants to go to a problem. `mended()` after a fix.
    """

    chosen = Signal(object)
    mended = Signal()

    def __init__(self, mending: Mending, theme: Theme) -> None:
        super().__init__()
        self._mending, self._theme = mending, theme
        self._seen = False
        self.rows: list[ProblemRow] = []
        self._count = QLabel()
        self._count.setObjectName("problemsSaid")
        self.mend_all = QPushButton("Mend All")
        self.mend_all.setObjectName("mendAll")
        self.mend_all.setToolTip("Makes every mend that needs no choice of yours, as one step that can be undone")
        self.mend_all.clicked.connect(self._mend_all)
        self._more = QLabel()
        self._more.setProperty("role", "muted")
        self._well = QLabel("All is well: the network can be trained.")
        self._well.setProperty("role", "good")
        self._well.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        theme.changed.connect(self._recolour)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(10, 6, 8, 6)
        head.addWidget(self._count, 1)
        head.addWidget(self.mend_all)
        content = QWidget()
        content.setObjectName("problemsList")
        self._list = QVBoxLayout(content)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addWidget(self._well, 1)
        self._list.addWidget(self._more)
        self._list.addStretch(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._scroll, 1)

    def sizeHint(self) -> QSize:
        """A panel that fits beside others."""
        return QSize(320, 200)

    def set_seen(self, seen: bool) -> None:
        """Whether the panel is in sight: what nobody sees is not brought up to date."""
        self._seen = seen
        self.refresh()

    def refresh(self) -> None:
        """Shows the problems that there are; rows that say the same stay, and the keyboard with them."""
        if not self._seen:
            return
        found = self._mending.found()
        self._show_rows(found[:MOST_ROWS])
        self._well.setVisible(not found)
        more = len(found) - MOST_ROWS
        self._more.setText(f"    … and {more:,} more, which come up when these are mended")
        self._more.setVisible(more > 0)
        self._count.setText(plural(len(found), "problem") if found else "No problems")
        self.mend_all.setEnabled(bool(found))

    def _show_rows(self, found: list[Found]) -> None:
        known = {row.found.identity: row for row in self.rows}
        wanted = {item.identity for item in found}
        focused = next((place for place, row in enumerate(self.rows) if row.hasFocus() or _within(row)), None)
        for row in self.rows:
            if row.found.identity not in wanted:
                self._list.removeWidget(row)
                row.hide()
                row.deleteLater()
        self.rows = []
        for place, item in enumerate(found):
            row = known.get(item.identity) or self._row(item)
            row.show_found(item)
            if self._list.indexOf(row) != place:
                self._list.insertWidget(place, row)
            self.rows.append(row)
        if focused is not None and not any(row.hasFocus() or _within(row) for row in self.rows):
            stays = self.rows[min(focused, len(self.rows) - 1)] if self.rows else self
            stays.setFocus()

    def _row(self, found: Found) -> ProblemRow:
        row = ProblemRow(found, self._theme)
        row.chosen.connect(lambda: self.chosen.emit(row.found))
        row.fix_chosen.connect(lambda title: self._mend(row.found, title))
        row.step_wanted.connect(lambda way: self._step(row, way))
        return row

    def _step(self, row: ProblemRow, way: int) -> None:
        if row not in self.rows:
            return
        place = self.rows.index(row) + way
        if 0 <= place < len(self.rows):
            self.rows[place].setFocus()
            self._scroll.ensureWidgetVisible(self.rows[place])

    def _mend(self, found: Found, title: str) -> None:
        if self._mending.apply(found, title):
            self.mended.emit()

    def _mend_all(self) -> None:
        if self._mending.mend_all():
            self.mended.emit()
        else:
            self._count.setText(f"{plural(len(self.rows), 'problem')}: each needs a choice of yours")

    def show_here(self, found: Found | None) -> None:
        """Marks the problem that the person is at, and scrolls to it."""
        for row in self.rows:
            here = found is not None and row.found.identity == found.identity
            row.mark(here)
            if here:
                self._scroll.ensureWidgetVisible(row)

    def _recolour(self) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        self.refresh()


def _within(row: QWidget) -> bool:
    """Whether something in a row has the keyboard."""
    return any(child.hasFocus() for child in row.findChildren(QPushButton))
