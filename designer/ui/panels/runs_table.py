"""The table of runs in the window: keys, the menu, and rows that stay selected whatever is read anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
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

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Fusion draws the box of a tick darker than the window, which on a dark one is not to be seen."""
        super().initStyleOption(option, index)
        option.palette.setColor(QPalette.ColorRole.Window, box_edge(self._theme.colours))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high for every row."""
        return QSize(super().sizeHint(option, index).width(), option.fontMetrics.height() + _AROUND)


class RunsTable(QTreeView):
    """The rows. What can be done with them is told by `take_commands`."""

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
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)  # F2 is a command
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.popup_menu(self.viewport().mapToGlobal(at)))
        header = self.header()
        header.setSortIndicator(BEGUN, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorClearable(True)  # a third click brings the newest to the top again
        header.setStretchLastSection(True)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda index: self._do_for_key("Return"))

    def take_commands(self, commands: Sequence[RunCommand]) -> None:
        """What can be done with the runs that are selected."""
        self._commands = commands

    def selected(self) -> list[RunSummary]:
        """The selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._model.run_at(row) for row in rows]

    def edit_name(self) -> None:
        """Lets a person type another name for the row that has the keyboard."""
        self.edit(self.currentIndex().siblingAtColumn(NAME))

    def toggle_ticks(self) -> None:
        """Ticks the selected rows, or takes their ticks away where all have one."""
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        self._model.tick(rows, not all(map(self._model.is_ticked, rows)))

    def copy(self) -> None:
        """The selected rows as text, with tabs between, for a spreadsheet."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        cells = [[str(self._model.index(row, column).data()) for column in range(len(TITLES))] for row in rows]
        QGuiApplication.clipboard().setText("".join("\t".join(line) + "\n" for line in [list(TITLES), *cells]))

    def visible_rows(self) -> Iterator[int]:
        """The rows that are in sight."""
        first = self.indexAt(QPoint(2, 2)).row()
        if first >= 0:
            height = max(self.rowHeight(self._model.index(first, 0)), 1)
            last = first + self.viewport().height() // height + 1
            yield from range(first, min(last + 1, self._model.rowCount()))

    def event(self, event: QEvent) -> bool:
        """Keys of the commands are the table's while it has the keyboard, and not the canvas's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._pressed(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Does what the key is for, or moves among the rows."""
        command = self._pressed(event)
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
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._measured:
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
        for number in rows:
            chosen.select(self._model.index(number, 0), self._model.index(number, len(TITLES) - 1))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(chosen, flags.ClearAndSelect)
        place = self._model.row_of(current)
        if place is None and rows:
            place = rows[0]
        if place is not None:
            self.selectionModel().setCurrentIndex(self._model.index(place, NAME), flags.NoUpdate)
