"""The row above the curves: which is which, what they are drawn over, how smooth, which plots, and what else to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from designer.ui.curves.figure_words import figure_title
from designer.ui.curves.legend import RunLegend
from designer.ui.curves.options import MOST_SMOOTHING, Along, CurveOptions
from designer.ui.style.theme import Theme

_ALONG: dict[Along, tuple[str, str]] = {
    "step": ("step", "Over &Steps"),
    "epoch": ("epoch", "Over &Epochs"),
    "time": ("time", "Over the &Time of Training"),
}
_SMOOTHINGS = (0.0, 0.6, 0.9, 0.97, 0.99)
_ROOM_FOR_ALL, _ROOM_FOR_SOME, _ROOM_FOR_CLASSES = 620, 470, 330
"""Pixels of the row from which on the slider, and the buttons, stand in it; the menu has all of it in any row."""
_HUNDRED, _MARGIN = 100, 8


class ToolRow(QWidget):
    """`changed(options)` tells of a choice; `copied`, `saved` and `zoomed_out` ask for what their names say."""

    changed = Signal(object)
    copied = Signal()
    saved = Signal()
    zoomed_out = Signal()

    def __init__(self, theme: Theme, options: CurveOptions) -> None:
        super().__init__()
        self._options = options
        self._figures: tuple[str, ...] = ("loss", "accuracy")
        self.legend = RunLegend(theme)
        self.along = self._menu_button("curvesAlong", "What the curves are drawn over", self._fill_along)
        self.log = QToolButton(autoRaise=True)
        self.log.setText("log")
        self.log.setCheckable(True)
        self.log.setObjectName("curvesLog")
        self.log.setAccessibleName("Logarithmic values")
        self.log.setToolTip("Draw the logarithms of the values, so that small differences of small values are seen.")
        self.log.toggled.connect(lambda on: self._choose(is_log=on))
        self.classes = QToolButton(autoRaise=True)
        self.classes.setText("classes")
        self.classes.setCheckable(True)
        self.classes.setObjectName("curvesClasses")
        self.classes.setAccessibleName("Figures per class")
        self.classes.setToolTip("Show precision, recall and F1 of each class beside the curves.")
        self.classes.toggled.connect(lambda on: self._choose(classes=on))
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, round(MOST_SMOOTHING * _HUNDRED))
        self.smoothing.setObjectName("curvesSmoothing")
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setFixedSize(72, self.log.sizeHint().height())
        self.smoothing.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.smoothing.valueChanged.connect(lambda value: self._choose(smoothing=value / _HUNDRED))
        self.plots = self._menu_button("curvesPlots", "Which plots are shown", self._fill_plots)
        self.plots.setText("plots ▾")
        self.more = self._menu_button("curvesMore", "What else there is to do with the curves", self.fill)
        self.more.setText("⋯")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(_MARGIN, 2, 4, 0)
        row.setSpacing(2)
        row.addWidget(self.legend, 1)
        row.addStretch(0)  # as wide as the names were, where these are below
        self._is_below = False
        for widget in (self.along, self.log, self.smoothing, self.classes, self.plots, self.more):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._show()

    @property
    def options(self) -> CurveOptions:
        """As they are chosen."""
        return self._options

    def offer(self, figures: tuple[str, ...]) -> None:
        """The figures that there are, each of which may have a plot."""
        self._figures = figures or self._figures

    def _menu_button(self, name: str, words: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = QToolButton(autoRaise=True, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setObjectName(name)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setProperty("role", "menu")
        menu = QMenu(button)
        menu.aboutToShow.connect(menu.clear)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        return button

    def _choose(self, **chosen: object) -> None:
        options = self._options.model_copy(update=chosen)
        if options != self._options:
            self._options = options
            self._show()
            self.changed.emit(options)

    def _show(self) -> None:
        options = self._options
        self.along.setText(f"{_ALONG[options.along][0]} ▾")
        with QSignalBlocker(self.log), QSignalBlocker(self.smoothing), QSignalBlocker(self.classes):
            self.classes.setChecked(options.classes)
            self.log.setChecked(options.is_log)
            self.smoothing.setValue(round(options.smoothing * _HUNDRED))
        self.smoothing.setToolTip(
            f"Smoothing {options.smoothing:.2f}: the bright line is the exponential mean over the steps, in which "
            "each step keeps this share of the mean so far. The faint line is what was measured."
        )

    def fill(self, menu: QMenu) -> None:
        """All there is to choose and to do, as in the context menu of the plots."""
        self._fill_along(menu)
        menu.addSeparator()
        log = menu.addAction("&Logarithmic Values")
        log.setCheckable(True)
        log.setChecked(self._options.is_log)
        log.toggled.connect(lambda on: self._choose(is_log=on))
        ghost = menu.addAction("The &Run Before in Grey")
        ghost.setCheckable(True)
        ghost.setChecked(self._options.ghost)
        ghost.toggled.connect(lambda on: self._choose(ghost=on))
        self._fill_smoothing(menu.addMenu("S&moothing"))
        self._fill_plots(menu.addMenu("&Plots"))
        classes = menu.addAction("Figures per &Class")
        classes.setCheckable(True)
        classes.setChecked(self._options.classes)
        classes.toggled.connect(lambda on: self._choose(classes=on))
        menu.addSeparator()
        menu.addAction("Show &All Again").triggered.connect(lambda: self.zoomed_out.emit())
        menu.addAction("&Copy as a Picture").triggered.connect(lambda: self.copied.emit())
        menu.addAction("Sa&ve as PNG, SVG or CSV…").triggered.connect(lambda: self.saved.emit())

    def _fill_along(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for along in get_args(Along):
            action = menu.addAction(_ALONG[along][1])
            action.setCheckable(True)
            action.setChecked(along == self._options.along)
            action.triggered.connect(lambda checked=False, along=along: self._choose(along=along))
            group.addAction(action)

    def _fill_smoothing(self, menu: QMenu) -> None:
        for share in _SMOOTHINGS:
            action = menu.addAction(f"{share:g}" if share else "None")
            action.setCheckable(True)
            action.setChecked(abs(share - self._options.smoothing) < 0.5 / _HUNDRED)
            action.triggered.connect(lambda checked=False, share=share: self._choose(smoothing=share))

    def _fill_plots(self, menu: QMenu) -> None:
        shown = self._options.plots(self._figures)
        for name in self._figures:
            action = menu.addAction(figure_title(name))
            action.setCheckable(True)
            action.setChecked(name in shown)
            action.triggered.connect(lambda on, name=name: self._choose_plot(name, on))

    def _choose_plot(self, name: str, wanted: bool) -> None:
        shown = [one for one in self._options.plots(self._figures) if one != name]
        chosen = [one for one in self._figures if one in shown or (wanted and one == name)]
        self._choose(figures=tuple(chosen))

    def place_legend(self, column: QVBoxLayout) -> None:
        """Names of several runs have the whole width of the column that it is in, below it, where that is narrow."""
        is_below = not self.legend.is_alone and self.width() < _ROOM_FOR_ALL
        if is_below is self._is_below:
            return
        self._is_below = is_below
        if is_below:
            self._row.removeWidget(self.legend)
            column.insertWidget(column.indexOf(self) + 1, self.legend)
        else:
            column.removeWidget(self.legend)
            self._row.insertWidget(0, self.legend, 1)
        self.legend.set_margin(_MARGIN if is_below else 0)
        self.legend.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What there is no room for is in the menu."""
        super().resizeEvent(event)
        width = event.size().width()
        self.smoothing.setVisible(width >= _ROOM_FOR_ALL)
        self.classes.setVisible(width >= _ROOM_FOR_CLASSES)
        for button in (self.log, self.plots):
            button.setVisible(width >= _ROOM_FOR_SOME)
