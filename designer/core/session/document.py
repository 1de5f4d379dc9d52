"""Document: the design that is open, where it is kept, and a signal for those who show it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psygnal import Signal

from designer.core.diff.change import Change, Parts, difference
from designer.core.graph.design import Design
from designer.core.inference.infer import Inference, infer


class Document:
    """The open design. Everyone who shows it listens to `changed`; edits make changes.

    Signals: `changed(change)`, a Change; `path_changed()`.
    """

    changed = Signal(Change)
    path_changed = Signal()

    def __init__(self, design: Design | None = None, path: Path | None = None) -> None:
        self._design = design or Design()
        self._path = path
        self._inference = infer(self._design.network)
        self._holding = False
        self._held: Design | None = None

    @property
    def design(self) -> Design:
        """The design as it stands."""
        return self._design

    @property
    def inference(self) -> Inference:
        """The shapes of the design as it stands."""
        return self._inference

    @property
    def path(self) -> Path | None:
        """The file it is kept in; None for one that was never saved."""
        return self._path

    def set_design(self, design: Design) -> None:
        """Shows another design, which is compared with the one that stands."""
        if self._holding:
            self._held = design
        elif design is not self._design:
            self.make(difference(self._design, design))

    def make(self, change: Change) -> None:
        """Makes a change of the design as it stands; only what lies downstream of it is inferred again."""
        if self._holding:
            self._held = change.after
            return
        if change.before is not self._design:
            change = difference(self._design, change.after)
        self._design = change.after
        if change.touches(Parts.NETWORK):  # an equal network, as of a file that is opened again, has the same shapes
            self._inference = infer(self._design.network, self._inference)
        self.changed.emit(change)

    @contextmanager
    def only_the_last(self) -> Iterator[None]:
        """Of all designs that are set meanwhile the last one is shown, at the end: for a way over many edits."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
            held, self._held = self._held, None
            if held is not None:
                self.set_design(held)

    def set_path(self, path: Path | None) -> None:
        """Names the file."""
        self._path = path
        self.path_changed.emit()
