"""Values: the numbers of a block that gives features, as bars."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QHBoxLayout

from designer.engine.protocol.events import ActivationsCaptured
from designer.ui.panels.inspection_panel import LEAST_PLOT, InspectionPanel
from designer.ui.style.labels import axis_word, figure, place
from designer.ui.style.theme import CATEGORY_HUES, Theme


def _classes(event: ActivationsCaptured) -> tuple[str, ...]:
    """The names of the classes where a block is an Output and its values are theirs."""
    for item in event.sample.verdicts:
        if item.output == event.block and item.scores.ndim == 1 and len(item.classes or ()) == len(event.values):
            return item.classes or ()
    return ()


class ValuesPanel(InspectionPanel):
    """One bar a number, from zero; the axis grows with the values and never shrinks for one block and sample."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("values", "Select a Dense block on the canvas to see its values.")
        self._theme = theme
        self.body.setMinimumHeight(LEAST_PLOT)
        self._shown: tuple[str, str, int, int, str] | None = None
        self._range = (0.0, 0.0)

    def make_body(self) -> Iterator[None]:
        """The plot, with no bars yet."""
        self._theme.prepare_plots()
        import pyqtgraph as pg

        from designer.ui.widgets.name_axis import NameAxis
        from designer.ui.widgets.plot_axes import PlotAxis

        yield
        self._places = NameAxis("bottom")
        axes = {"bottom": self._places, "left": PlotAxis("left")}
        self._plot = pg.PlotWidget(axisItems=axes, enableMenu=False)
        self._plot.setAccessibleName("Values of the block as bars")
        yield
        blue, vermilion = CATEGORY_HUES["Convolution"], CATEGORY_HUES["Activation"]
        # Bars of one colour are drawn at once: with a brush for each, thousands of values took 60 ms.
        self.below, self.above = (
            pg.BarGraphItem(x=[], height=[], width=0.8, pen=None, brush=hue) for hue in (blue, vermilion)
        )
        for bars in (self.below, self.above):
            self._plot.addItem(bars)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._plot)
        self._plot.scene().sigMouseMoved.connect(self._tell)
        self._theme.changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        from designer.ui.widgets.plot_axes import style_axes

        colours = self._theme.colours
        self._plot.setBackground(colours.base)
        style_axes(self._plot.getPlotItem(), colours)
        self._plot.showGrid(x=False, y=True, alpha=0.15)

    def _tell(self, point: QPointF) -> None:
        """The tool tip tells the bar under the mouse."""
        self._plot.setToolTip(self.text_at(self._plot.getPlotItem().getViewBox().mapSceneToView(point)))

    def _name_axis(self, event: ActivationsCaptured) -> None:
        """The names of classes below the scores of an Output; numbers below all else."""
        named = _classes(event)
        self._places.show_names(named)
        classes = f"class: {self._places.shared}…" if self._places.shared else "class"
        self._plot.setLabel("bottom", classes if named else axis_word(event.axes[0]))

    def text_at(self, point: QPointF) -> str:
        """Which bar is at a place, and its value; nothing outside."""
        number = round(point.x())
        if self.shown is None or not 0 <= number < len(self.shown.values):
            return ""
        named = _classes(self.shown)
        where = named[number] if named else place((number,), self.shown.axes, self.shown.words)
        return f"{where}: {figure(self.shown.values[number])}"

    def show_values(self, event: ActivationsCaptured) -> None:
        """Shows [F] values; below zero in blue, above in vermilion."""
        import numpy as np

        values = np.nan_to_num(event.values.astype(float))
        key = (event.block, event.view, event.sample.index, len(values), event.sample.source)
        if key != self._shown:
            self._shown, self._range = key, (0.0, 0.0)
            self._name_axis(event)
            self._plot.setXRange(-0.5, len(values) - 0.5, padding=0.01)
        self._range = min(self._range[0], values.min()), max(self._range[1], values.max())
        self._plot.setYRange(*self._range if self._range != (0.0, 0.0) else (0.0, 1.0), padding=0.05)
        for bars, places in ((self.below, values < 0), (self.above, values >= 0)):
            bars.setOpts(x=np.flatnonzero(places), height=values[places])
