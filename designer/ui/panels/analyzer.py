"""Analyzer: what each block costs, as a table; the totals stay below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from designer.core.analysis.analysis import Analysis, CostRow, analyse
from designer.core.analysis.budgets import Budgets
from designer.core.analysis.costs import Costs
from designer.core.diff.change import Parts
from designer.core.graph.group_paths import GroupPath
from designer.core.schema import units
from designer.ui.editing.editor import Editor
from designer.ui.panels.analyzer_drawing import PAD, AmountDelegate, room_for_share
from designer.ui.panels.analyzer_model import QUANTITY_OF, TITLES, AnalyzerModel
from designer.ui.panels.analyzer_totals import TotalsModel
from designer.ui.panels.analyzer_words import as_text, memory_words
from designer.ui.panels.budget_dialog import BudgetDialog
from designer.ui.prefs.settings import Settings
from designer.ui.run.measuring import Measuring
from designer.ui.style.labels import plural
from designer.ui.style.theme import Theme
from designer.ui.widgets.timers import once_after

_NARROW, _WIDE = (82, 78, 90, 74, 66), (96, 120, 120, 120, 120)
_HELD = ("32×26×26", "999.9 M", "999.9 M", "999.9 KiB", "999.9 ms")
"""What each column has room for, however large the letters are."""
_ROOM_FOR_NAMES = 144
_ROOM_FOR_ONE_BAR = 480
"""Where the table is narrower, bars alone tell the shares."""
_SETTLE_MS = 40  # the canvas is drawn first
_EMPTY = "Add blocks to the canvas to see here what each of them costs."


class _Table(QTreeView):
    """The rows. Ctrl+C copies those that are selected."""

    copying = Signal()
    _widths: list[int] | None = None
    _timed = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is room, columns are wide enough for the shares in words; else the names need it more."""
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider columns."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_columns()

    def suit(self, nested: bool, timed: bool) -> None:
        """Leaves the names the room of arrows that open groups, and of times, where there are none."""
        self.setRootIsDecorated(nested)
        self._timed = timed
        self._fit_columns()

    def _fit_columns(self) -> None:
        metrics = self.fontMetrics()
        words = _HELD if self._timed else (*_HELD[:-1], TITLES[-1])
        held = [metrics.horizontalAdvance(word) + 2 * PAD for word in words]
        wide = [max(_WIDE[0], held[0]), *(max(most, room_for_share(metrics)) for most in _WIDE[1:])]
        narrow = [max(least, room) for least, room in zip(_NARROW, held, strict=True)]
        if not self._timed:
            narrow[-1] = held[-1]
        widths = wide if self.width() >= sum(wide) + _ROOM_FOR_NAMES else narrow
        if widths != self._widths:  # else a person's own widths stay
            self._widths = widths
            for column, width in enumerate(widths, start=1):
                self.setColumnWidth(column, width)

    def event(self, event: QEvent) -> bool:
        """Ctrl+C is the table's while it has the keyboard, not the canvas's."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copies, or moves among the rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copying.emit()
        else:
            super().keyPressEvent(event)


class AnalyzerPanel(QWidget):
    """The dock's content. `chosen(paths)` tells which rows a person has selected.

    It follows the document only while it is seen, and then once for all edits of a moment.
    """

    chosen = Signal(list)

    def __init__(self, editor: Editor, measuring: Measuring, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("analyzer")
        self._editor, self._measuring, self._settings = editor, measuring, settings
        self._analysis: Analysis | None = None
        self._seen = False
        self._following = False
        self._selected: tuple[GroupPath, ...] = ()
        self.model, self.totals_model = AnalyzerModel(theme, self), TotalsModel(self)
        self.table = self._make_table(theme)
        self.totals = self._make_totals(theme)
        self.summary = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.summary.setObjectName("analyzerSummary")
        self._empty = QLabel(_EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._empty.setProperty("role", "muted")
        self._empty.hide()
        self.measure = self._button("measureButton", "Measure", self._toggle_measuring)
        self._later = once_after(self, _SETTLE_MS, self.refresh)
        self._lay_out()
        self._tell_measuring()
        editor.listen(Parts.COMPUTED, lambda change: self._later.start() if self._seen else None)
        measuring.changed.connect(self._tell_measuring)
        theme.changed.connect(self.table.viewport().update)

    def _lay_out(self) -> None:
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._bar.setContentsMargins(8, 4, 8, 4)
        self._bar.setSpacing(4)
        self._bar.addWidget(self.summary, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self._bar.addLayout(buttons)
        copying = self._button("copyAnalysis", "Copy", self.copy_all)
        copying.setToolTip("Copy the whole table as text, with tabs between, for a spreadsheet")
        limits = self._button("budgetsButton", "Budgets…", self.ask_for_budgets)
        limits.setToolTip("Set limits; blocks that cost more are marked")
        self.measure.setToolTip("Measure how long each block takes for a batch, forward and backward")
        for button in (limits, copying, self.measure):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar)
        column.addWidget(self.table, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(self.totals)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the panel is narrow, the summary stands above the buttons: beside them it would be a word a line."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        self._bar.setDirection(ways.LeftToRight if event.size().width() >= _ROOM_FOR_ONE_BAR else ways.TopToBottom)

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.clicked.connect(slot)
        return button

    def _make_table(self, theme: Theme) -> _Table:
        table = _Table()
        table.setObjectName("analyzerTable")
        table.setAccessibleName("What each block costs")
        table.setModel(self.model)
        table.setItemDelegate(AmountDelegate(theme, table))
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.header()
        header.setSortIndicatorClearable(True)  # a third click brings the network's order back
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionsMovable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(56)
        table.setSortingEnabled(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(self._tell_chosen)
        table.copying.connect(self.copy_selected)
        return table

    def _make_totals(self, theme: Theme) -> QTreeView:
        totals = QTreeView()
        totals.setObjectName("analyzerTotals")
        totals.setAccessibleName("What the whole network costs")
        totals.setModel(self.totals_model)
        totals.setItemDelegate(AmountDelegate(theme, totals))
        totals.setHeaderHidden(True)
        totals.setRootIsDecorated(False)
        totals.setFrameShape(QFrame.Shape.NoFrame)
        totals.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        totals.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        totals.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        totals.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        totals.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = totals.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(self.table.header().minimumSectionSize())
        for column in range(len(TITLES)):
            totals.setColumnWidth(column, self.table.columnWidth(column))
        self.table.header().sectionResized.connect(lambda column, old, new: totals.setColumnWidth(column, new))
        self.table.horizontalScrollBar().valueChanged.connect(totals.horizontalScrollBar().setValue)
        font = totals.font()
        font.setWeight(font.Weight.DemiBold)
        totals.setFont(font)
        totals.setFixedHeight(totals.fontMetrics().height() + 12)
        return totals

    # What is shown.

    def set_seen(self, seen: bool) -> None:
        """Whether a person can see the panel; what has changed meanwhile is shown as soon as they can."""
        self._seen = seen
        if seen:
            self._later.start()

    def costs(self) -> Costs:
        """What the document's blocks cost now."""
        self._analysis = analyse(self._editor.document.inference, self._analysis, self._editor.longest)
        found = self._measuring.found
        times = (found.forward, found.backward) if found else ({}, {})
        return Costs(self._analysis, self._editor.design.training, *times, self._settings.budgets)

    def refresh(self) -> None:
        """Shows the document as it is now."""
        costs, stale = self.costs(), self._measuring.stale
        self._following = True
        self.model.show_costs(costs, stale)
        self.totals_model.show_costs(costs, stale)
        self._following = False
        self.table.suit(any(row.is_group for row in costs.analysis.rows), bool(costs.forward))
        for shown in (self.table, self.totals):
            shown.setVisible(bool(costs.analysis.rows))
        self._empty.setVisible(not costs.analysis.rows)
        self._tell_summary(costs)
        self.show_selected(self._selected)

    def _tell_summary(self, costs: Costs) -> None:
        measuring = self._measuring
        if measuring.busy:
            words, role = "Measuring…", "muted"
        elif measuring.problem:
            words, role = measuring.problem, "error"
        else:
            words, role = _summary(costs, measuring)
        self.summary.setText(words)
        self.summary.setToolTip(memory_words(costs))
        if self.summary.property("role") != role:
            self.summary.setProperty("role", role)
            self.summary.style().polish(self.summary)

    def _tell_measuring(self) -> None:
        """The button at once, the table when it is seen."""
        if self._seen:
            self._later.start()
        self.measure.setText("Stop" if self._measuring.busy else "Measure")
        self.measure.setAccessibleName("Stop measuring" if self._measuring.busy else "Measure time per block")

    def _toggle_measuring(self) -> None:
        if self._measuring.busy:
            self._measuring.stop()
        else:
            self._measuring.start()

    def ask_for_budgets(self) -> None:
        """The dialog of the limits; the table follows it."""
        dialog = BudgetDialog(self._settings.budgets, self.costs(), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._take_budgets)
        dialog.open()

    def _take_budgets(self, budgets: Budgets) -> None:
        self._settings.budgets = budgets
        self.refresh()

    # Selection, both ways.

    def show_selected(self, paths: tuple[GroupPath, ...]) -> None:
        """Selects the rows of these blocks, opens the groups around them, and scrolls to the first one."""
        self._selected = paths
        if not self._seen:
            return
        indexes = [index for path in paths if (index := self.model.index_of(path)).isValid()]
        if {self._path(index) for index in self.table.selectionModel().selectedRows()} == set(paths):
            return
        chosen = QItemSelection()
        for index in indexes:
            chosen.select(index, index)
        self._following = True
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().select(chosen, flags)
        if indexes:
            self.table.selectionModel().setCurrentIndex(indexes[0], QItemSelectionModel.SelectionFlag.NoUpdate)
            self.table.scrollTo(indexes[0])
        self._following = False

    def _path(self, index: QModelIndex) -> GroupPath:
        row = self.model.row_at(index)
        return row.path if row else ()

    def _tell_chosen(self) -> None:
        if self._following:
            return
        paths = tuple(self._path(index) for index in self.table.selectionModel().selectedRows())
        self._selected = paths
        if paths:
            self.chosen.emit(list(paths))

    # Text.

    def copy_all(self) -> None:
        """Puts all rows that are there, in the order in which they stand, and the total on the clipboard."""
        self._copy(self._shown_rows(QModelIndex()))

    def copy_selected(self) -> None:
        """Puts the selected rows on the clipboard, or all where none is."""
        selected = set(self.table.selectionModel().selectedRows())
        rows = self._shown_rows(QModelIndex())
        chosen = [row for row in rows if self.model.index_of(row.path) in selected]
        self._copy(chosen or rows)

    def _copy(self, rows: list[CostRow]) -> None:
        QGuiApplication.clipboard().setText(as_text(self.costs(), rows))

    def _shown_rows(self, parent: QModelIndex) -> list[CostRow]:
        """The rows from top to bottom, those inside a group where it is open."""
        found: list[CostRow] = []
        for place in range(self.model.rowCount(parent)):
            index = self.model.index(place, 0, parent)
            row = self.model.row_at(index)
            if row is not None:
                found.append(row)
            if self.table.isExpanded(index):
                found += self._shown_rows(index)
        return found


def _summary(costs: Costs, measuring: Measuring) -> tuple[str, str]:
    """What matters most: budgets that are exceeded, and what training takes; and the role of these words."""
    if not costs.analysis.rows:
        return "", "muted"
    words = [f"Batch of {costs.settings.batch_size:,}: training takes {units.memory(costs.training_memory.total)}"]
    over = [plural(len(costs.over_budget), "block")] if costs.over_budget else []
    over += ["the whole"] if any(costs.is_whole_over(quantity) for quantity in QUANTITY_OF.values()) else []
    if over:
        words.insert(0, f"Over budget: {' and '.join(over)}")
    if measuring.stale:
        words.append("times are from before the last edits")
    return " · ".join(words), "error" if over else "muted"
