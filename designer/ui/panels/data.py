"""Data: what the network learns from, what was found there, how it is read, and what follows for the network."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from designer.ui.editing.editor import Editor
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.style.theme import Theme
from designer.ui.widgets.field_area import FieldArea
from designer.ui.widgets.steady_place import SteadyPlace
from designer.ui.widgets.timers import TurnByTurn, once_after

if TYPE_CHECKING:
    from designer.ui.panels.data_content import DataContent
    from designer.ui.panels.data_fit import Begin


_IDLE_MS = 3000
"""Milliseconds after which what the panel needs is imported, if nobody has asked for it before."""
_NEEDED = (
    *("designer.data.preview", "designer.data.opening", "designer.data.looking"),
    *("designer.data.formats.registry", "designer.data.transforms.registry"),
    *("designer.ui.panels.data_views", "designer.ui.panels.data_grids", "designer.ui.panels.data_table"),
    *("designer.ui.panels.data_thumbnails", "designer.ui.panels.data_choice"),
    *("designer.ui.panels.data_findings", "designer.ui.panels.data_fit"),
    *("designer.ui.widgets.column_table", "designer.ui.panels.data_form", "designer.ui.panels.data_preview"),
    *("designer.ui.panels.transform_row", "designer.ui.panels.transform_preview", "designer.ui.panels.data_content"),
)


def _modules() -> Iterator[None]:
    """Imports what the panel is made of, one module after the other: most of the time that it takes to come."""
    for name in _NEEDED:
        import_module(name)
        yield


def _brought_in() -> Iterator[None]:
    """Imports what the panel is made of, and what reads data and changes them."""
    yield from _modules()
    from designer.data.formats.registry import bring_in as bring_in_formats
    from designer.data.transforms.registry import bring_in as bring_in_transforms

    yield from bring_in_formats()
    yield from bring_in_transforms()


class DataPanel(FieldArea):
    """The dock's frame. What is in it is made when it is first seen, in several turns: neither does a start wait for
    it, nor does who drops data.
    """

    def __init__(self, editor: Editor, at_hand: DataAtHand, theme: Theme, begin: Begin) -> None:
        super().__init__()
        self._editor, self.at_hand, self._theme, self._begin = editor, at_hand, theme, begin
        self._content: DataContent | None = None
        self._sample: int | None = None
        self._seen = False
        self._wanted: Path | None = None
        """What is to be looked at once there is a panel to tell of it."""
        self._making, self._steps = TurnByTurn(self), self._made()
        idle = TurnByTurn(self)
        once_after(self, _IDLE_MS, lambda: idle.begin(_brought_in())).start()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _made(self) -> Iterator[None]:
        """All that is in the panel; in the end it shows what somebody has come for."""
        yield from _modules()
        from designer.ui.panels.data_choice import DataChoice
        from designer.ui.panels.data_content import DataContent
        from designer.ui.panels.data_form import DataForm

        choice = DataChoice(self.at_hand, self._theme)
        yield
        form = DataForm()
        yield
        content = DataContent(self._editor, self.at_hand, self._theme, self._begin, choice, form)
        content.transforms.preview.look_at(self._sample)
        content.keep_places(SteadyPlace(self))
        yield
        self._content = content
        self.setWidget(content)
        yield
        content.set_seen(self._seen)
        if self._wanted:
            self.at_hand.open(self._wanted)
            self._wanted = None

    @property
    def content(self) -> DataContent:
        """All that is in the panel; at once for who cannot wait for it."""
        for _ in self._steps:
            pass
        assert self._content is not None
        return self._content

    @property
    def is_made(self) -> bool:
        """Whether there is something in the panel."""
        return self._content is not None

    def open(self, path: Path) -> None:
        """A folder or a file is to be the design's data."""
        if self._content:
            self.at_hand.open(path)
        else:
            self._wanted = path
            self._making.begin(self._steps)

    def look_at(self, sample: int) -> None:
        """The sample of the test that is looked at everywhere: what transforms make of it is shown."""
        self._sample = sample
        if self._content:
            self._content.transforms.preview.look_at(sample)

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks: what is known of the data is shown then, and the rest is read."""
        self._seen = seen
        if self._content:
            self._content.set_seen(seen)
        elif seen:
            self._making.begin(self._steps)
