"""Measuring: the times of blocks, as they were asked of the engine, and whether they are still true."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from designer.core.graph.design import Design
from designer.engine.protocol.events import Measured, MeasureFailed
from designer.ui.editing.editor import Editor
from designer.ui.run.bridge import Bridge


class Measuring(QObject):
    """Asks the bridge for times and keeps the last ones. `changed` tells that something else is known."""

    changed = Signal()

    def __init__(self, editor: Editor, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._bridge = editor, bridge
        self._asked: Design | None = None
        self._of: Design | None = None
        self._wanted = True
        self.found: Measured | None = None
        """The last times; None before the first ones."""
        self.problem = ""
        """Why the last measuring came to nothing; empty where it did not."""
        bridge.measured.connect(self._take)
        bridge.measure_failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether the engine is at it."""
        return self._asked is not None

    def start(self) -> None:
        """Measures the design as it is now."""
        if self._asked is None:
            self._asked, self._wanted, self.problem = self._editor.design, True, ""
            self._bridge.measure(self._asked)
            self.changed.emit()

    def stop(self) -> None:
        """Ends measuring after the run at hand."""
        self._bridge.stop_measuring()

    def forget(self) -> None:
        """Another file is open: the times are of no block of it."""
        self.found, self._of, self.problem = None, None, ""
        self._wanted = False  # of what is being measured, too: it may be done before it can be stopped
        self.stop()
        self.changed.emit()

    @property
    def stale(self) -> bool:
        """Whether the design has changed since then, in what its times depend on."""
        now, then = self._editor.design, self._of
        if then is None or now is then:
            return False
        same_run = (now.training.batch_size, now.training.device, now.data) == (
            then.training.batch_size,
            then.training.device,
            then.data,
        )
        return not same_run or (now.network is not then.network and dict(now.network.nodes) != dict(then.network.nodes))

    def _take(self, event: Measured) -> None:
        if self._wanted:
            self.found, self._of = event, self._asked
        self._asked = None
        self.changed.emit()

    def _fail(self, event: MeasureFailed) -> None:
        self.problem, self._asked = event.reason if self._wanted else "", None
        self.changed.emit()
