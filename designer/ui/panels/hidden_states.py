"""Hidden states: a heat map of time × units under the input sequence."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout

from designer.engine.protocol.events import ActivationsCaptured
from designer.ui.panels.inspection_panel import (
    LEAST_PLOT,
    InspectionPanel,
    ScaleBar,
    colour_limits,
    colour_map,
    has_signs,
)
from designer.ui.style.labels import axis_word, figure, place
from designer.ui.style.theme import Theme

_UNBOUNDED = 16_777_215
_MOST_CURVES = 24
_MIDDLE = 0.5
"""A step is as wide as 1 on the map, and its number stands below its middle."""


class HiddenStatesPanel(InspectionPanel):
    """The input's curves above, the states below, on the same time axis."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("states", "Select a block that gives a sequence, such as an LSTM, to see it over time.")
        self._theme = theme
        self.body.setMinimumHeight(LEAST_PLOT)

    def make_body(self) -> Iterator[None]:
        """Both plots, and the scale."""
        self._theme.prepare_plots()
        import pyqtgraph as pg

        from designer.ui.widgets.plot_axes import PlotAxis, WholeAxis
        from designer.ui.widgets.plotted_lines import PlottedLines

        yield
        self._plots = pg.GraphicsLayoutWidget()
        self._plots.setAccessibleName("Values over time")
        self._plots.ci.setContentsMargins(0, 0, 0, 0)
        self._plots.ci.setSpacing(10)
        self._scale = ScaleBar(self._theme)
        yield
        self._curves = self._plots.addPlot(row=0, col=0, axisItems={"left": PlotAxis("left")}, enableMenu=False)
        self._lines = PlottedLines(self._curves)
        yield
        axes = {name: WholeAxis(name, _MIDDLE) for name in ("left", "bottom")}
        self._map = self._plots.addPlot(row=1, col=0, axisItems=axes, enableMenu=False)
        yield
        self.heat = pg.ImageItem()
        self._map.addItem(self.heat)
        self._map.invertY(True)
        self._curves.setLabel("left", "input")
        self._curves.hideAxis("bottom")
        self._plots.ci.layout.setRowStretchFactor(0, 1)
        self._plots.ci.layout.setRowStretchFactor(1, 3)
        for plot in (self._curves, self._map):
            plot.hideButtons()
            plot.setMouseEnabled(x=False, y=False)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._plots, 1)
        row.addWidget(self._scale)
        self._plots.scene().sigMouseMoved.connect(self._tell)
        self._theme.changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        from designer.ui.widgets.plot_axes import style_axes

        colours = self._theme.colours
        self._plots.setBackground(colours.base)
        for plot in (self._curves, self._map):
            style_axes(plot, colours)
        if self.shown:
            self.show_values(self.shown)

    def _tell(self, point: QPointF) -> None:
        """The tool tip tells the place under the mouse and the value there."""
        self._plots.setToolTip(self.text_at(self._map.getViewBox().mapSceneToView(point)))

    def text_at(self, point: QPointF) -> str:
        """What is at a place of the map; nothing outside."""
        step, unit = math.floor(point.x()), math.floor(point.y())
        if self.shown is None or not (
            0 <= step < self.shown.values.shape[0] and 0 <= unit < self.shown.values.shape[1]
        ):
            return ""
        return f"{place((step, unit), self.shown.axes, self.shown.words)}: {figure(self.shown.values[step, unit])}"

    def show_values(self, event: ActivationsCaptured) -> None:
        """Shows [L, F] states; a value above zero is vermilion, below it blue."""
        import numpy as np

        states, has_sign = event.values, has_signs(event.values)
        low, high = colour_limits(states, has_sign)
        self.heat.setLookupTable(colour_map(has_sign, self._theme).getLookupTable(0.0, 1.0, 256))
        self.heat.setImage(np.ascontiguousarray(states), levels=(low, high))
        self._scale.show_scale(states, has_sign)
        steps, units = states.shape
        words = "time step" if event.axes[0] == "L" else axis_word(event.axes[0]), axis_word(event.axes[1])
        for side, word in zip(("bottom", "left"), words, strict=True):
            if self._map.getAxis(side).labelText != word:
                self._map.setLabel(side, word)
        self._map.setYRange(0, units, padding=0)
        self._show_input(event, steps)

    def _show_input(self, event: ActivationsCaptured, steps: int) -> None:
        """The input's curves, where it has the same steps; else the states have the room to themselves."""
        import numpy as np

        from designer.ui.widgets.plotted_lines import PlottedLine, hue_of

        x = event.sample.x
        fits = event.axes[0] == "L" and x.ndim == 2 and len(x) == steps
        self._curves.setMaximumHeight(_UNBOUNDED if fits else 0)
        self._curves.setVisible(fits)
        lines = []
        if fits:
            self._curves.setXRange(0, steps, padding=0)
            middle = np.arange(steps) + _MIDDLE
            one = x.shape[1] == 1
            for number in range(min(x.shape[1], _MOST_CURVES)):
                hue = QColor(self._theme.colours.text) if one else hue_of(number, 170)
                lines.append(PlottedLine(middle, x[:, number], hue))
        self._lines.show(lines)
        self._map.setXRange(0, steps, padding=0)
