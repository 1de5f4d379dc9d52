"""Samples of the data and how their values are spread, as they have been found; grey while others are read."""

from __future__ import annotations

from PySide6.QtWidgets import QGraphicsOpacityEffect, QLabel, QVBoxLayout, QWidget

from designer.core.schema.units import plural
from designer.data.preview import Curves, Histogram, Part, PicturesPreview, PointSets, SamplesPreview, Texts
from designer.ui.panels.data_grids import PictureGrid, PointGrid
from designer.ui.panels.data_table import TableRows
from designer.ui.panels.data_views import MOST_BARS, Bars, CurveRows, DataView, TextRows
from designer.ui.style.theme import Theme
from designer.ui.widgets.elided import ElidedLabel
from designer.ui.widgets.layouts import empty_layout
from designer.ui.widgets.wrapped import WrappedLabel

_OLD = 0.4
"""How much is left of a picture while another one is on its way."""


class DataPreview(QWidget):
    """A view for each feature, and a histogram for each column that has one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: SamplesPreview | None = None
        self._problem = WrappedLabel(self, role="muted")
        self._faded = QGraphicsOpacityEffect(self, opacity=_OLD)
        self._faded.setEnabled(False)
        self._body = QWidget()
        self._body.setGraphicsEffect(self._faded)
        self._views = QVBoxLayout(self._body)
        self._views.setContentsMargins(0, 0, 0, 0)
        self._views.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._problem)
        column.addWidget(self._body)

    def show_preview(self, preview: SamplesPreview | None, problem: str, is_old: bool) -> None:
        """Shows one; without one the reason, if there is any. `is_old` while another one is on its way."""
        self._faded.setEnabled(is_old)
        self._problem.tell(problem)
        if preview is self._shown:
            return
        self._shown = preview
        empty_layout(self._views)
        if preview is None:
            return
        for part in preview.parts:
            if len(preview.parts) > 1:
                self._views.addWidget(_muted(part.caption))
            self._views.addWidget(view_of(part, self._theme))
        for histogram in preview.histograms:
            self._views.addWidget(_muted(_title(histogram)))
            self._views.addWidget(Bars(self._theme, histogram))


def view_of(part: Part, theme: Theme) -> DataView:
    """The view that shows a part of a preview."""
    if isinstance(part, PicturesPreview):
        return PictureGrid(theme, part)
    if isinstance(part, PointSets):
        return PointGrid(theme, part)
    if isinstance(part, Curves):
        return CurveRows(theme, part)
    return TextRows(theme, part) if isinstance(part, Texts) else TableRows(theme, part)


def _title(histogram: Histogram) -> str:
    """What is counted; of more classes than have a line each, how many there are, and how often they come."""
    if not histogram.names:
        return f"{histogram.title}, {plural(sum(histogram.counts), 'value')}"
    if len(histogram.names) <= MOST_BARS:
        return histogram.title
    least, most = min(histogram.counts), max(histogram.counts)
    each = f"{most:,}" if least == most else f"{least:,} to {most:,}"
    return f"{histogram.title}: {plural(len(histogram.names), 'class', 'classes')}, {each} each"


def _muted(text: str) -> QLabel:
    label = ElidedLabel(text)
    label.setProperty("role", "muted")
    return label
