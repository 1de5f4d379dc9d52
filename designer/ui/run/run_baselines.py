"""What plain methods reach on the samples of a run's test, found in the background once the run has ended."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.core.graph.design import Design
from designer.data.formats.base import Progress
from designer.ui.run.background import Ended
from designer.ui.run.data_reading import DataReading

if TYPE_CHECKING:
    from designer.engine.evaluation.baselines import Baseline

_LANE = "baselines"


class RunBaselines(QObject):
    """Measures for one run at a time. `found(baselines)` where there is anything to compare with."""

    found = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reading = DataReading(self)

    def measure(self, design: Design) -> None:
        """Begins with the baselines of a design's data; what was under way before is wanted no longer."""
        self._reading.ask(_LANE, partial(_measured, design), self._hear)

    def forget(self) -> None:
        """Nobody waits for them any more."""
        self._reading.cancel(_LANE)

    def close(self) -> bool:
        """Ends all of it; whether the thread has ended in time."""
        return self._reading.close()

    def _hear(self, ended: Ended) -> None:
        if ended.error is None and ended.result:
            self.found.emit(ended.result)


def _measured(design: Design, progress: Progress) -> Sequence[Baseline]:
    """Those of the Output whose figure the panel tells: the first that names classes, otherwise the first."""
    from designer.engine.evaluation.baselines import baselines
    from designer.engine.training import preparation

    heed = partial(progress, 0, 1)  # a window that is closed waits for this
    heed()
    dataset = preparation.load(design, progress)
    found = list(baselines(design, dataset, heed=heed).values())
    return next((item for item in found if item and item[0].figure == "accuracy"), found[0] if found else ())
