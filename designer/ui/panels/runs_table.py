"""The table of runs in the window: keys, the menu, and rows that stay selected whatever is read anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QFrame,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from designer.ui.panels import runs_commands
from designer.ui.panels.runs_commands import RunCommand
from designer.ui.panels.runs_model import BEGUN, DOT, NAME, TITLES, Index, RunsModel
from designer.ui.style.theme import Theme, box_edge

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

_AROUND = 8
"""Pixels above and below the words of a row, together."""
_ROOM_FOR = (
    "    mean pooling, 2",
    "    finished",
    "loss 0.123",
    "yesterday 18:37",
    "12 of 20 epochs, 3 min 05 s",
    "mnist_cnn: learning rate 0.001 → 0.0001",
    "vowels_spoken",
    "loss 0.123",
    "with mean pooling instead of max",
)
"""What each column has room for at first, whatever the letters are."""


class _RunCells(QStyledItemDelegate):
    """Rows with some room around their words, and boxes for ticks that are seen on a dark ground as well."""

    def __init__(self, theme: Theme, table: QAbstractItemView) -> None:
        super().__init__(table)
        self._theme, self._table = theme, table

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Fusion draws the box of a tick darker than the window, which on a dark one is not to be seen."""
        super().initStyleOption(option, index)
        option.palette.setColor(QPalette.ColorRole.Window, box_edge(self._theme.colours))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row that has the keyboard has a line above and below, and not one cell of it a frame."""
        has_keyboard = self._table.hasFocus() and index.row() == self._table.currentIndex().row()
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if has_keyboard:
            painter.setPen(QColor(self._theme.colours.accent))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())


class RunsTable(QTableView):
    """The rows. What can be done with them is told by `take_commands`.

    A table, and no tree: that asks Python about every row when it is laid out, which takes 40 ms for ten thousand.
    """

    def __init__(self, model: RunsModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._commands: Sequence[RunCommand] = ()
        self._kept: tuple[list[str], str, int, int, int] = ([], "", 0, 0, 0)
        self._measured = False
        self.setObjectName("runsTable")
        self.setAccessibleName("Runs")
        model.modelAboutToBeReset.connect(self._remember)
        self.setModel(model)
        model.modelReset.connect(self._restore)
        self.setItemDelegate(_RunCells(theme, self))
        self.setIconSize(QSize(DOT, DOT))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # F2 is a command
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.popup_menu(self.viewport().mapToGlobal(at)))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().hide()
        self._fit_rows()
        header = self.header()
        header.setSortIndicator(BEGUN, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorClearable(True)  # a third click brings the newest to the top again
        header.setSelectionModel(
            QItemSelectionModel(model, header)
        )  # with the rows' own, it would look through them all
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self._do_for_key("Return"))

    def take_commands(self, commands: Sequence[RunCommand]) -> None:
        """What can be done with the runs that are selected."""
        self._commands = commands

    def header(self) -> QHeaderView:
        """The titles of the columns."""
        return self.horizontalHeader()

    def _fit_rows(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _AROUND)

    def selected_rows(self) -> list[int]:
        """The selected rows, from top to bottom. Qt's own list asks for the flags of every cell."""
        ranges = self.selectionModel().selection().toList()
        return sorted({row for chosen in ranges for row in range(chosen.top(), chosen.bottom() + 1)})

    def selected(self) -> list[RunSummary]:
        """The selected runs, from top to bottom."""
        return [self._model.run_at(row) for row in self.selected_rows()]

    def edit_name(self) -> None:
        """Lets a person type another name for the row that has the keyboard."""
        self.edit(self.currentIndex().siblingAtColumn(NAME))

    def toggle_ticks(self) -> None:
        """Ticks the selected rows, or takes their ticks away where all have one."""
        rows = self.selected_rows()
        self._model.tick(rows, not all(map(self._model.is_ticked, rows)))

    def copy(self) -> None:
        """The selected rows as text, with tabs between, for a spreadsheet."""
        cells = [
            [str(self._model.index(row, column).data()) for column in range(len(TITLES))]
            for row in self.selected_rows()
        ]
        QGuiApplication.clipboard().setText("".join("\t".join(line) + "\n" for line in [list(TITLES), *cells]))

    def visible_rows(self) -> Iterator[int]:
        """The rows that are in sight."""
        first = self.indexAt(QPoint(2, 2)).row()
        if first >= 0:
            height = max(self.rowHeight(first), 1)
            last = first + self.viewport().height() // height + 1
            yield from range(first, min(last + 1, self._model.rowCount()))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Rows are what a person moves among: Home and End lead to the first and the last, Left and Right scroll."""
        moves, current = QAbstractItemView.CursorAction, self.currentIndex()
        last = self._model.rowCount() - 1
        if action in (moves.MoveHome, moves.MoveEnd) and last >= 0:
            return self._model.index(0 if action == moves.MoveHome else last, NAME)
        if action in (moves.MoveLeft, moves.MoveRight) and current.isValid():
            bar = self.horizontalScrollBar()
            step = QAbstractSlider.SliderAction
            bar.triggerAction(step.SliderSingleStepSub if action == moves.MoveLeft else step.SliderSingleStepAdd)
            return current
        return super().moveCursor(action, modifiers)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Qt draws two cells anew; here rows show where the keyboard is."""
        super().currentChanged(current, previous)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        """Keys of the commands are the table's while it has the keyboard, and not the canvas's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._pressed(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Does what the key is for, or moves among the rows.

        Enter that ends the typing of a name comes on from the field to here: it is not meant for the row.
        """
        command = None if self.state() == QAbstractItemView.State.EditingState else self._pressed(event)
        if command is None:
            super().keyPressEvent(event)
        elif command.may(runs := self.selected()):
            command.do(runs)

    def _pressed(self, event: QKeyEvent) -> RunCommand | None:
        command = next((command for command in self._commands if runs_commands.is_pressed(command, event)), None)
        return None if command and command.yields and not command.may(self.selected()) else command

    def _do_for_key(self, keys: str) -> None:
        command = next(command for command in self._commands if keys in command.keys)
        if command.may(runs := self.selected()):
            command.do(runs)

    def popup_menu(self, place: QPoint) -> None:
        """The commands at a place of the screen."""
        menu = QMenu(self)
        menu.setObjectName("runsMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        runs_commands.fill(menu, self._commands, self.selected())
        menu.popup(place)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider columns."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit_rows()
            if self._measured:
                self.fit_columns()

    def fit_once(self) -> None:
        """Before the first sight; later a person's own widths stay."""
        if not self._measured:
            self.fit_columns()

    def fit_columns(self) -> None:
        """Gives each column the room that its words need, as a rule."""
        self._measured = True
        metrics = self.fontMetrics()
        for column, words in enumerate(_ROOM_FOR):
            self.setColumnWidth(column, metrics.horizontalAdvance(words) + 12)

    def _remember(self) -> None:
        current = self.currentIndex()
        folder = self._model.run_at(current.row()).folder if current.isValid() else ""
        bars = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        self._kept = [run.folder for run in self.selected()], folder, current.row(), *bars

    def _restore(self) -> None:
        """What was selected is so again; where it is gone, what stands in its place."""
        folders, current, row, down, across = self._kept
        if folders and not any(self._model.row_of(folder) is not None for folder in folders) and self._model.rowCount():
            folders = [self._model.run_at(min(max(row, 0), self._model.rowCount() - 1)).folder]
        self.select_folders(folders, current)
        self.verticalScrollBar().setValue(down)
        self.horizontalScrollBar().setValue(across)

    def select_folders(self, folders: Sequence[str], current: str = "") -> None:
        """Selects the rows of some runs; the keyboard is at the current one, or else at the first of them."""
        rows = [found for folder in folders if (found := self._model.row_of(folder)) is not None]
        chosen = QItemSelection()
        for first, last in _stretches(sorted(rows)):
            chosen.select(self._model.index(first, 0), self._model.index(last, len(TITLES) - 1))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flags.ClearAndSelect)
        place = self._model.row_of(current)
        if place is None and rows:
            place = rows[0]
        if place is not None:
            self.selectionModel().setCurrentIndex(self._model.index(place, NAME), flags.NoUpdate)


def _stretches(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch of rows that follow each other; the rows go up."""
    for _, group in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        stretch = [row for _, row in group]
        yield stretch[0], stretch[-1]
