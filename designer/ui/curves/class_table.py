"""The table beside the curves: precision, recall and F1 of each class, of the last epoch or of the test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from designer.engine.protocol.class_figures import ClassFigures
from designer.ui.curves.class_curve import ClassCurve
from designer.ui.curves.class_history import FIGURES, ClassHistory
from designer.ui.curves.class_model import SHARE, TITLES, ClassColumn, ClassModel, Index
from designer.ui.curves.hues import ShownRun
from designer.ui.style.labels import noun
from designer.ui.style.theme import Theme

_NOTHING = "Precision, recall and F1 of each class stand here once an epoch has been validated."
_NO_CLASSES = (
    "No Output of this run names classes, so that there are no figures of each: numbers have none, and embeddings are "
    "compared with each other. Which class the nearest neighbour of each sample has is counted under Confusion."
)
_NOT_VALIDATED = "No samples are kept apart for validation: figures of each class stand here once the run has ended."
_CHOOSE = "Choose a class to see its curve over the epochs."
_BAR_ALPHA = 60
_ROOM_FOR = ("", "8,888", "0.888", "0.888", "0.888")
"""What each column has room for beside its title, whatever the letters are; the first one has what is left."""
_AROUND, _BESIDE = 6, 18


@dataclass(frozen=True)
class _Told:
    """Figures of an Output that there are, and what they are called."""

    key: tuple[str, str, str]
    label: str
    figures: ClassFigures
    history: ClassHistory = field(compare=False)


class _ShareCells(QStyledItemDelegate):
    """Shares have a bar behind their number."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The bar first."""
        share = index.data(SHARE)
        if share:
            room = QRectF(option.rect).adjusted(2, 2, -2, -2)
            colour = QColor(self._theme.colours.accent)
            colour.setAlpha(_BAR_ALPHA)
            painter.fillRect(QRectF(room.left(), room.top(), room.width() * share, room.height()), colour)
        super().paint(painter, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high for every row."""
        return QSize(super().sizeHint(option, index).width(), option.fontMetrics.height() + _AROUND)


class ClassTable(QWidget):
    """Of the run that is shown: the figures that were told last, or those that a person has chosen of all there are."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._told: list[_Told] = []
        self._chosen: tuple[str, str, str] | None = None
        self.model = ClassModel(self)
        self.choice = QComboBox()
        self.choice.setObjectName("classesOf")
        self.choice.setAccessibleName("Whose classes are shown")
        self.choice.activated.connect(self._choose)
        self.said = QLabel(wordWrap=True)
        self.said.setObjectName("classesSaid")
        self.said.setProperty("role", "muted")
        self.empty = QLabel(_NOTHING, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter, margin=8)
        self.empty.setProperty("role", "muted")
        self.view = _view(self.model, theme, self)
        self.curve = ClassCurve(theme)
        self._class, self._figure = "", FIGURES[-1]
        self.view.selectionModel().currentChanged.connect(lambda now, before: self._choose_class(now))
        self.view.clicked.connect(self._choose_class)
        self._lay_out()
        theme.changed.connect(self.view.viewport().update)

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(4, 0, 4, 0)
        column.setSpacing(2)
        column.addWidget(self.choice)
        column.addWidget(self.view, 1)
        column.addWidget(self.curve)
        column.addWidget(self.said)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(whole)

    def show_runs(self, runs: Sequence[ShownRun]) -> None:
        """The figures of these runs; the main one's are offered first, and what was told last of it."""
        own = sorted((run for run in runs if run.part != "ghost"), key=lambda run: run.part != "main")
        told = [item for run in own for item in _told_of(run, several=len(own) > 1)]
        if not told:
            self.empty.setText(_why_none(own))
        if told == self._told:
            return
        self._told = told
        with QSignalBlocker(self.choice):
            self.choice.clear()
            self.choice.addItems([item.label for item in told])
        self._show()

    def _choose(self, place: int) -> None:
        self._chosen = self._told[place].key
        self._show()

    def _show(self) -> None:
        keys = [item.key for item in self._told]
        place = keys.index(self._chosen) if self._chosen in keys else 0
        self._stack.setCurrentIndex(int(bool(keys)))
        if not keys:
            self.model.show_figures(None)
            self._class = ""
            return
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(place)
        figures = self._told[place].figures
        column = max(self.view.currentIndex().column(), 0)
        self.model.show_figures(figures)
        self.said.setText(_said(figures))
        self.said.setVisible(bool(self.said.text()))
        if self._class and (row := self.model.row_of(self._class)) >= 0:
            self.view.setCurrentIndex(self.model.index(row, column))
        self._show_curve()

    def _choose_class(self, index: Index) -> None:
        """The class of a row; the figure is that of the column, if it has one."""
        if index.isValid():
            self._class = self.model.class_at(index.row())
            if index.column() > ClassColumn.SAMPLES:
                self._figure = FIGURES[index.column() - ClassColumn.SAMPLES - 1]
            self._show_curve()

    def _show_curve(self) -> None:
        keys = [item.key for item in self._told]
        if not self._class or not keys:
            self.curve.show_curve(_CHOOSE, None)
            return
        told = self._told[keys.index(self._chosen) if self._chosen in keys else 0]
        curve = told.history.curve(told.figures.output, self._class, self._figure)
        title = TITLES[ClassColumn.SAMPLES + 1 + FIGURES.index(self._figure)]
        is_known = len(curve[0]) and not np.isnan(curve[1]).all()
        without = f"No epoch has told of {self._class}: nothing was validated, or it is one of very many classes."
        self.curve.show_curve(f"{self._class} · {title}" if is_known else without, curve if is_known else None)


def _told_of(run: ShownRun, several: bool) -> list[_Told]:
    """All that is there of a run: of the test first, as that was told last."""
    curves, found = run.curves, []
    for part, named in (("test", "test"), ("val", f"validation, epoch {curves.classes_epoch}")):
        told = curves.classes.get(part, ())
        for figures in told:
            words = [*([run.name] if several else []), *([figures.output] if len(told) > 1 else []), named]
            key = (curves.run, part, figures.output)
            found.append(_Told(key, " · ".join(words), figures, curves.class_history))
    return found


def _why_none(runs: Sequence[ShownRun]) -> str:
    """Why there is nothing to be seen of each class."""
    if not any(run.curves.epochs for run in runs):
        return _NOTHING
    return _NO_CLASSES if any(run.curves.validates for run in runs) else _NOT_VALIDATED


def _said(figures: ClassFigures) -> str:
    """How many classes are not here; nothing where all are."""
    if figures.of == len(figures.names):
        return ""
    classes = noun(figures.of, "class", "classes")
    return f"{len(figures.names):,} of {figures.of:,} {classes}, those with the most samples."


def _view(model: ClassModel, theme: Theme, parent: QWidget) -> QTreeView:
    view = QTreeView(parent)
    view.setObjectName("classTable")
    view.setAccessibleName("Figures per class")
    view.setModel(model)
    view.setItemDelegate(_ShareCells(theme, view))
    view.setUniformRowHeights(True)
    view.setRootIsDecorated(False)
    view.setAllColumnsShowFocus(True)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = view.header()
    header.setStretchLastSection(False)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    header.setSortIndicatorClearable(True)
    view.setSortingEnabled(True)
    for column, words in enumerate(_ROOM_FOR):
        metrics = view.fontMetrics()
        header.resizeSection(column, max(map(metrics.horizontalAdvance, (words, TITLES[column]))) + _BESIDE)
        is_name = column == ClassColumn.NAME
        header.setSectionResizeMode(
            column, QHeaderView.ResizeMode.Stretch if is_name else QHeaderView.ResizeMode.Interactive
        )
    return view
