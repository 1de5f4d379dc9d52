"""What the time slider has of the curves above it: where epochs stand, a line there, and the figures that they had."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from designer.ui.panels.curves import CurvesPanel
from designer.ui.panels.epoch_track import TrackAxis

if TYPE_CHECKING:
    from designer.ui.curves.run_curves import RunCurves


class EpochAxis:
    """The axis of the curves as that of one run's epochs."""

    def __init__(self, curves: CurvesPanel) -> None:
        self._curves = curves
        self.moved = curves.axis_moved

    def under(self, folder: Path | None, widget: QWidget) -> TrackAxis | None:
        """Where it lies in a widget's pixels, with the epochs of a run; None where no plot shows that run."""
        grid = self._curves.grid
        plot = grid.lowest if grid is not None and not grid.isHidden() else None
        run = self._shown(folder)
        if plot is None or run is None:
            return None
        frame, view = plot.frame, plot.viewport()

        def across(x: float) -> float:
            return float(widget.mapFromGlobal(view.mapToGlobal(QPointF(x, 0.0))).x())

        def place(epoch: int) -> float:
            return across(frame.pixel(run.place(run.step_of(epoch), self._curves.along), 0.0).x())

        return TrackAxis(across(frame.room.left()), across(frame.room.right()), place)

    def look_at(self, folder: Path | None, epoch: int | None) -> None:
        """A line through the plots at the end of an epoch; none without."""
        run, grid = self._shown(folder), self._curves.grid
        if grid is not None:
            grid.look_at(folder if run and epoch is not None else None, run.step_of(epoch or 0) if run else 0.0)

    def figures(self, folder: Path | None, epoch: int) -> dict[str, float]:
        """What was told of a run at the end of an epoch, by name; nothing where it is not known here."""
        main = self._curves.runs.main
        run = main if main is not None and main.folder == folder else self._shown(folder)
        return run.figures_of(epoch) if run else {}

    def _shown(self, folder: Path | None) -> RunCurves | None:
        found = (run.curves for run in self._curves.runs.shown(with_ghost=False))
        return next((run for run in found if folder is not None and run.folder == folder), None)
