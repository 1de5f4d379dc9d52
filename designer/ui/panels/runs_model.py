"""The table of runs: which of them are shown, in which order, what their cells say, and which are ticked.

It sorts and filters by itself: a proxy would ask Python for each comparison, which takes a second for ten thousand.
What runs are sorted and found by is made beside the window's thread, by `listed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from designer.ui.panels.runs_words import (
    STATES,
    all_figures,
    as_searched,
    begun_words,
    data_title,
    days_words,
    figure_rank,
    figure_words,
    is_of_day,
    length_words,
    network_name,
    searched_text,
    state_tip,
    tip_of,
    whole_time,
)
from designer.ui.style.theme import Theme
from designer.ui.widgets.message_box import as_tip

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary

Index = QModelIndex | QPersistentModelIndex
NAME, STATE, BEST, BEGUN, LENGTH, NETWORK, DATA, LAST, NOTE = range(9)
TITLES = ("Name", "State", "Best", "Begun", "Length", "Network", "Data", "Last", "Note")
_TIPS = (
    "What the run is called: F2 gives it another name. Ticked ones are drawn into the curves.",
    "How the run stands",
    "The figures of the epoch with the lowest loss in validation",
    "When it began",
    "Epochs that have ended, and the time that they took",
    "The file of its network, and what differs from the one that is open",
    "What it was trained on",
    "The figures of its last epoch",
    "What you have written about it",
)
_COLOURS = {
    "running": "accent",
    "paused": "found",
    "stopped": "edge",
    "finished": "good",
    "failed": "error",
    "lost": "found",
    "waiting": "border",
}
MOST_TICKED = 50
"""Runs that are drawn over one another at once: more are no picture, and all of each would have to be read."""
DOT = 10
"""Pixels of the mark of a state."""
_Role = Qt.ItemDataRole
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_NAME_FLAGS = _FLAGS | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
"""Put together once: a view asks for those of every row when it lays out anew."""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run with what it is sorted by, and the text that a filter looks into."""

    folder: str
    summary: RunSummary
    text: str
    keys: tuple[Any, ...]
    """A key for each column: those of one column can be compared."""
    day: tuple[str, ...] = ()
    """What the day on which it began may be called."""

    def holds(self, word: str) -> bool:
        """Whether a word of a filter, in small letters, is about it."""
        return word in self.text or is_of_day(word, self.day)


_KEYS: Sequence[Callable[[RunSummary], Any]] = (
    lambda run: run.name.casefold(),
    lambda run: (list(STATES).index(run.state), run.name),
    lambda run: figure_rank(run.best),
    lambda run: run.begun,
    lambda run: (run.epoch, run.seconds),
    lambda run: network_name(run).casefold(),
    lambda run: data_title(run).casefold(),
    lambda run: figure_rank(run.last),
    lambda run: (not run.note, run.note.casefold()),
)
"""By columns."""


def listed(summaries: Iterable[RunSummary], before: Mapping[str, ListedRun] | None = None) -> list[ListedRun]:
    """Runs as the model takes them; to be made beside the window, as there may be thousands.

    Those that are as `before`, by folders, are the same objects again: then the window's thread has nothing to compare.
    """
    known = before or {}
    made = []
    for run in summaries:
        kept = known.get(run.folder)
        made.append(kept if kept and kept.summary == run else _listed(run))
    return made


def _listed(run: RunSummary) -> ListedRun:
    return ListedRun(run.folder, run, searched_text(run), tuple(key(run) for key in _KEYS), days_words(run.begun))


class RunsModel(QAbstractTableModel):
    """The rows. `renamed(run, name)` when a person has typed another name, `ticks_changed()` after a tick.

    `left_out(count)` when so many could not be ticked, as there are enough.
    """

    renamed = Signal(object, str)
    ticks_changed = Signal()
    left_out = Signal(int)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._all: list[ListedRun] = []
        self._rows: list[ListedRun] = []
        self._places: dict[str, int] = {}
        self._words: tuple[str, ...] = ()
        self._shows_hidden = False
        self._order: tuple[int, bool] = (BEGUN, True)
        self._differences: dict[str, str] = {}
        self._ticked: dict[str, None] = {}

    @property
    def total(self) -> int:
        """How many runs there are, those that are hidden or filtered out among them."""
        return len(self._all)

    @property
    def hidden(self) -> int:
        """How many a person has hidden."""
        return sum(item.summary.hidden for item in self._all)

    def set_runs(self, runs: Sequence[ListedRun]) -> None:
        """Takes other runs, or the same as they are now. Ticks of runs that are gone go."""
        self._all = list(runs)
        there = {item.folder for item in runs} if self._ticked else set()
        gone = [folder for folder in self._ticked if folder not in there]
        for folder in gone:
            del self._ticked[folder]
        self._arrange()
        if gone:
            self.ticks_changed.emit()

    def update_run(self, run: RunSummary) -> None:
        """A run has come further, or is called otherwise; its row stays where it is."""
        item = _listed(run)
        self._all = [item if other.folder == run.folder else other for other in self._all]
        row = self._places.get(run.folder)
        if row is not None:
            self._rows[row] = item
            self._tell_changed(row)

    def _tell_changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(TITLES) - 1))

    def find(self, words: str) -> None:
        """Shows those alone that hold each of some words, or began on the day that a word means."""
        self._words = tuple(as_searched(words).split())
        self._arrange()

    @property
    def shows_hidden(self) -> bool:
        """Whether those that a person has hidden are shown, too."""
        return self._shows_hidden

    def show_hidden(self, shown: bool) -> None:
        """Whether those that a person has hidden are shown, too."""
        self._shows_hidden = shown
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column; of equal ones the newest stand first."""
        self._order = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else (BEGUN, True)
        self._arrange()

    def _arrange(self) -> None:
        column, descends = self._order
        rows = sorted(self._shown(), key=lambda item: item.keys[column], reverse=descends)
        folders = [item.folder for item in rows]
        if folders == list(self._places):
            before, self._rows = self._rows, rows
            for row, (was, now) in enumerate(zip(before, rows, strict=True)):
                if was is not now and was.summary != now.summary:
                    self._tell_changed(row)
            return
        self.beginResetModel()
        self._rows = rows
        self._places = {folder: row for row, folder in enumerate(folders)}
        self.endResetModel()

    def _shown(self) -> list[ListedRun]:
        rows = self._all if self._shows_hidden else [item for item in self._all if not item.summary.hidden]
        for word in self._words:
            rows = [item for item in rows if item.holds(word)]
        return rows

    def run_at(self, row: int) -> RunSummary:
        """The run of a row."""
        return self._rows[row].summary

    def row_of(self, folder: str) -> int | None:
        """The row of a run; None where it is not shown."""
        return self._places.get(folder)

    def run_in(self, folder: str) -> RunSummary | None:
        """The run of a folder, shown or not."""
        return next((item.summary for item in self._all if item.folder == folder), None)

    def under_way(self) -> list[RunSummary]:
        """The runs that a process is at work on."""
        return [item.summary for item in self._all if item.summary.state in ("running", "paused")]

    @property
    def ticked(self) -> list[RunSummary]:
        """Those that are ticked, in the order in which they were."""
        runs = {item.folder: item.summary for item in self._all} if self._ticked else {}
        return [runs[folder] for folder in self._ticked]

    def tick(self, rows: Iterable[int], ticked: bool) -> None:
        """Ticks some rows, as long as there are no more than `MOST_TICKED`, or takes their ticks away."""
        chosen, left = list(rows), 0
        for row in chosen:
            folder = self._rows[row].folder
            self._ticked.pop(folder, None)
            if ticked and len(self._ticked) < MOST_TICKED:
                self._ticked[folder] = None
            elif ticked:
                left += 1
        if left:
            self.left_out.emit(left)
        if chosen:
            self.dataChanged.emit(self.index(min(chosen), NAME), self.index(max(chosen), NAME))
        self.ticks_changed.emit()

    def untick_all(self) -> None:
        """Takes all ticks away."""
        self.tick([self._places[folder] for folder in self._ticked if folder in self._places], False)
        self._ticked.clear()

    def is_ticked(self, row: int) -> bool:
        """Whether a row is ticked."""
        return self._rows[row].folder in self._ticked

    def unknown_differences(self, rows: Iterable[int]) -> list[str]:
        """The folders of rows of which it is not known what differs from the open network."""
        return [folder for folder in (self._rows[row].folder for row in rows) if folder not in self._differences]

    def set_differences(self, words: Mapping[str, str]) -> None:
        """What differs from the open network, by folders."""
        self._differences.update(words)
        for row in (self._places[folder] for folder in words if folder in self._places):
            self.dataChanged.emit(self.index(row, NETWORK), self.index(row, NETWORK))

    def forget_differences(self) -> None:
        """Another network is open. What is shown stays until it is known anew."""
        self._differences.clear()

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows that are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """As many for every run."""
        return 0 if parent is not None and parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        """The titles, and what is meant by them."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return {_Role.DisplayRole: TITLES, _Role.ToolTipRole: _TIPS}.get(_Role(role), [None] * len(TITLES))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names can be edited, and ticked."""
        return _NAME_FLAGS if index.column() == NAME else _FLAGS

    def data(self, index: Index, role: int = _Role.DisplayRole) -> object:
        """What a cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        run, column = self._rows[index.row()].summary, index.column()
        if role == _Role.DisplayRole:
            return self._text(run, column)
        if role == _Role.ToolTipRole:
            return as_tip(self._tip(run, column))
        if role == _Role.ForegroundRole and (run.hidden or column not in (NAME, STATE, BEST)):
            return QColor(self._theme.colours.muted)
        if role == _Role.FontRole and run.hidden:
            font = QFont()
            font.setItalic(True)
            return font
        if role == _Role.DecorationRole and column == STATE:
            return dot(getattr(self._theme.colours, _COLOURS[run.state]))
        if column == NAME and role == _Role.CheckStateRole:
            return Qt.CheckState.Checked if run.folder in self._ticked else Qt.CheckState.Unchecked
        return run.name if column == NAME and role == _Role.EditRole else None

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:
        """Takes another name, or a tick."""
        run = self.run_at(index.row())
        if role == _Role.CheckStateRole:
            self.tick([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        name = " ".join(str(value).split())
        if role != _Role.EditRole or name in ("", run.name):
            return False
        self.renamed.emit(run, name)
        return True

    def _text(self, run: RunSummary, column: int) -> str:
        if column == NETWORK:
            words = self._differences.get(run.folder, "")
            return f"{network_name(run)}: {words}" if words else network_name(run)
        texts: Mapping[int, Callable[[], str]] = {
            NAME: lambda: run.name,
            STATE: lambda: STATES[run.state],
            BEST: lambda: figure_words(run.best),
            BEGUN: lambda: begun_words(run.begun),
            LENGTH: lambda: length_words(run),
            DATA: lambda: data_title(run),
            LAST: lambda: figure_words(run.last),
            NOTE: lambda: " ".join(run.note.split()),
        }
        return texts[column]()

    def _tip(self, run: RunSummary, column: int) -> str:
        tips: Mapping[int, Callable[[], str]] = {
            STATE: lambda: state_tip(run),
            BEST: lambda: all_figures(run.best, f"Epoch {run.best_epoch}"),
            LAST: lambda: all_figures(run.last, f"Epoch {run.epoch}"),
            BEGUN: lambda: whole_time(run.begun),
            NETWORK: lambda: f"{self._text(run, NETWORK)}\n{run.file}".rstrip(),
            NOTE: lambda: run.note,
        }
        return tips.get(column, lambda: tip_of(run, self._parent_of(run), self._differences.get(run.folder, "")))()

    def _parent_of(self, run: RunSummary) -> str:
        """What the run is called that a branch was begun from; empty where it is none, or that is not listed."""
        found = (item.summary.name for item in self._all if run.parent and item.summary.run == run.parent)
        return next(found, "")


@lru_cache(maxsize=32)
def dot(colour: str) -> QIcon:
    """A round mark, sharp on screens with twice the density; the same in a row that is selected."""
    picture = QPixmap(2 * DOT, 2 * DOT)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QRectF(2, 2, 2 * DOT - 4, 2 * DOT - 4))
    painter.end()
    picture.setDevicePixelRatio(2)
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
