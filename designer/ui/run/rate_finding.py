"""Trying learning rates: what was asked of the engine, what has been tried, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.engine.protocol.events import RateFound, RateNotFound, RatesTried
from designer.ui.editing.editor import Editor
from designer.ui.run.bridge import Bridge

if TYPE_CHECKING:
    from designer.ui.widgets.series import Floats

Points = tuple["Floats", "Floats", "Floats"]
"""Rates, the loss at each, and that smoothed: float64 [n]."""


Start = tuple[Path, int]
"""The folder of a run, and how many steps it has learned."""


class RateFinding(QObject):
    """Asks the bridge to try rates, and keeps what the last search has told. `changed` when there is more of it.

    `going_on` gives the run that Train would go on with; None where it would begin a new one.
    """

    changed = Signal()

    def __init__(self, editor: Editor, bridge: Bridge, going_on: Callable[[], Start | None], parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._bridge, self._going_on = editor, bridge, going_on
        self._began: Start | None = None
        self._request = ""
        self._of: Design | None = None
        self.points: Points | None = None
        """What was tried; None before the first rate."""
        self.found: RateFound | None = None
        self.problem = ""
        """Why there is nothing to be found; empty where there is no such reason."""
        self.busy = False
        """Whether the engine is at it."""
        self.was_ended = False
        """Whether it was ended before it was done."""
        bridge.rates_tried.connect(self._take)
        bridge.rate_found.connect(self._find)
        bridge.rate_not_found.connect(self._fail)

    def start(self) -> None:
        """Tries rates for the design as it is now."""
        if self.busy:
            return
        self._clear()
        self._of, self.busy = self._editor.design, True
        self._began = self._going_on()
        self._request = self._bridge.find_rate(self._of, self._began[0] if self._began else None)
        self.changed.emit()

    def stop(self) -> None:
        """Ends it behind the step at hand; what was tried stays."""
        if self.busy:
            self._bridge.cancel(self._request)

    def forget(self) -> None:
        """Nobody wants to know any more."""
        self.stop()
        self._clear()
        self._of, self._request = None, ""
        self.changed.emit()

    def _clear(self) -> None:
        self.points, self.found, self.problem, self.busy, self.was_ended = None, None, "", False, False

    @property
    def stale(self) -> bool:
        """Whether the design has changed since then, in more than its rate."""
        now, then = self._editor.design, self._of
        if then is None or now is then:
            return False
        same_network = now.network is then.network or dict(now.network.nodes) == dict(then.network.nodes)
        return not (same_network and now.data == then.data and _but_rate(now.training) == _but_rate(then.training))

    @property
    def is_of_other_weights(self) -> bool:
        """Whether Train would begin with others by now."""
        return self.found is not None and self._going_on() != self._began

    def _take(self, event: RatesTried) -> None:
        import numpy as np

        if event.request == self._request:
            none = np.empty(0)
            rates, losses, smoothed = self.points or (none, none, none)
            self.points = (
                np.append(rates, event.rates),
                np.append(losses, event.losses),
                np.append(smoothed, event.smoothed),
            )
            self.changed.emit()

    def _find(self, event: RateFound) -> None:
        if event.request == self._request:
            self.found, self.busy = event, False
            self.changed.emit()

    def _fail(self, event: RateNotFound) -> None:
        if event.request == self._request:
            self.problem, self.was_ended, self.busy = event.reason, not event.reason, False
            self.changed.emit()


def _but_rate(training: TrainingSettings) -> TrainingSettings:
    return training.model_copy(update={"learning_rate": 1.0, "epochs": 1})
