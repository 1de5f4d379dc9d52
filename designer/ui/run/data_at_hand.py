"""The data of the open design beyond what its file says of them: what is found at their path, and a few samples."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue, ValidationError
from PySide6.QtCore import QObject, Signal

from designer.core.diff.change import Parts
from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.graph.messages import all_wrong
from designer.ui.editing.editor import Editor
from designer.ui.run.data_reading import DataReading
from designer.ui.widgets.timers import once_after

if TYPE_CHECKING:
    from designer.data.looking import DataLook, Wish
    from designer.data.preview import Part, SamplesPreview
    from designer.ui.run.background import Ended, Work

_LOOK, _PREVIEW, _THERE = "look", "preview", "there"
_AGAIN_MS = 2000
"""Milliseconds after which data that are gone are looked for again."""
_KEPT = 8
"""Looks that are kept for ways back and forth in the history."""


class DataAtHand(QObject):
    """Looks at data in the background. What a person wants becomes an edit as soon as it is found.

    `changed()` when anything else is known; `progressed(done, of)` while something is read.
    """

    changed = Signal()
    progressed = Signal(object, object)

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._reading = editor, DataReading(self)
        self._looks: dict[str, DataLook] = {}
        self._seen = False
        self._shown: DataSettings | None = None
        """The data that `look` and `preview` are of."""
        self.look: DataLook | None = None
        self.preview: SamplesPreview | None = None
        self.preview_problem = ""
        self._previewed_of = "", ""
        """The source and the path that the preview is of."""
        self.wanted: Path | None = None
        """What is being looked at for the person."""
        self.problem = ""
        """Why what the person wanted has not become the design's data."""
        self.gone = False
        """Whether there is nothing at the path of the design's data."""
        self.told = ""
        """What became of data that were found again."""
        self._again = once_after(self, _AGAIN_MS, self.look_whether_there)
        editor.listen(Parts.DATA, lambda change: self._follow())

    @property
    def data(self) -> DataSettings:
        """The design's data."""
        return self._editor.design.data

    @property
    def differs(self) -> bool:
        """Whether the files are others than those that the design knows."""
        known = self.data.known
        return bool(self.look and known and known.fingerprint and known.fingerprint != self.look.found.fingerprint)

    @property
    def reading(self) -> bool:
        """Whether something is being looked at."""
        return self._reading.is_under_way(_LOOK)

    @property
    def preview_is_old(self) -> bool:
        """Whether the preview is of the same files as they were read before, and another one is on its way."""
        return self.reading or self._reading.is_under_way(_PREVIEW)

    @property
    def idle(self) -> bool:
        """Whether nothing at all is under way."""
        return self._reading.idle

    def set_seen(self, seen: bool) -> None:
        """Whether somebody looks at what is known: nothing is read for nobody."""
        self._seen = seen
        if seen:
            self._follow()

    def open(self, path: Path, source: str = "") -> None:
        """Makes what is at a path the design's data. Other data begin with a split and transforms of their own."""
        from designer.data.looking import Wish

        is_same = self.data.is_own and Path(self.data.path) == path
        self._wish(Wish(path, source, split=self.data if is_same else DataSettings()))

    def find(self, path: Path) -> None:
        """The design's data are at another place now: they are read as they were."""
        from designer.data.looking import Wish

        self._wish(Wish(path, self.data.source, self.data.options, self.data))

    def set_options(self, changes: Mapping[str, JsonValue]) -> None:
        """Other options; all others are as they were found."""
        from designer.data.looking import Wish

        if self.look is not None:
            options = {**self.look.found.options.model_dump(mode="json"), **changes}
            source, formats = self.look.settings.source, self.look.formats
            self._wish(Wish(Path(self.data.path), source, options, self.data, formats=formats))

    def set_setting(self, name: str, value: Any) -> None:
        """Another way to keep samples apart for the test, or to hold them."""
        from designer.data.looking import Wish

        if not self.look:
            return
        try:
            split = type(self.data).model_validate({**self.data.model_dump(), name: value})
        except ValidationError as error:
            self._fail(all_wrong(error))
            return
        look = self.look
        source = look.settings.source
        self._wish(Wish(Path(self.data.path), source, split=split, found=look.found, formats=look.formats))

    def take_anew(self) -> None:
        """The files have changed: they are read as the person wishes, and all else follows from what is there now."""
        from designer.data.looking import Wish, wished_options

        data = self.data
        self._wish(Wish(Path(data.path), data.source, wished_options(data), data))

    def choose(self, source: str) -> None:
        """A set that comes with the program, or none."""
        self.cancel()
        self._editor.set_data(source)

    def cancel(self) -> None:
        """What the person wanted is wanted no longer."""
        if self.wanted is not None:
            self._reading.cancel(_LOOK)
        self.wanted, self.problem, self.told = None, "", ""
        self.changed.emit()

    def forget(self) -> None:
        """Another design is open: nothing that is under way is for it."""
        self._reading.cancel(_LOOK)
        self._looks.clear()
        self._shown = None
        self.cancel()
        self._follow()

    def ask_for_sight(self, name: str, heard: Callable[[Part | None], object]) -> None:
        """Asks for a few samples of a set that comes with the program."""
        from designer.data.looking import first_sight_of

        def tell(ended: Ended) -> None:
            if not ended.error:
                heard(ended.result)

        self._reading.ask(f"sight of {name}", lambda progress: first_sight_of(name), tell)

    def ask(self, lane: str, work: Callable[[], Any], heard: Callable[[Any], object]) -> None:
        """Has something worked out beside the window."""
        self._reading.ask(lane, lambda progress: work(), lambda ended: heard(ended.result))

    def close(self) -> bool:
        """Ends what is under way; whether it has ended in time."""
        return self._reading.close()

    def _wish(self, wish: Wish) -> None:
        from designer.data.looking import look_at

        self.wanted, self.problem, self.told = wish.path, "", ""
        self._reading.ask(_LOOK, lambda progress: look_at(wish, progress), self._found, self.progressed.emit)
        self.changed.emit()

    def _found(self, ended: Ended) -> None:
        self.wanted = None
        if ended.error:
            self._fail(str(ended.error))
        else:
            self._take(ended.result)

    def _fail(self, message: str) -> None:
        self.problem = message
        self.changed.emit()

    def _take(self, look: DataLook) -> None:
        """Makes what was found the design's data."""
        before = self.data
        self._looks[_key(look.settings)] = look
        self._looks = dict(list(self._looks.items())[-_KEPT:])
        if before.is_own and before.path != look.settings.path and self.gone and before.known:
            same = before.known.fingerprint == look.found.fingerprint
            self.told = _SAME if same else _OTHERS
        found = look.settings
        if found.path == before.path:  # it may have been edited in the meantime
            found = found.model_copy(update={"transforms": before.transforms})
        self._editor.set_own_data(found)
        if self.data is before:  # the same data once more: no change has told of it
            self._follow()
            self.changed.emit()

    def look_whether_there(self) -> None:
        """Finds out whether there is anything at the path of the design's data; nothing else is read for it."""
        data = self.data
        if data.is_own:
            self._reading.ask(_THERE, lambda progress: os.path.exists(data.path), partial(self._heard_of, data.path))

    def _heard_of(self, path: str, ended: Ended) -> None:
        if path == self.data.path and not ended.error:
            self._tell_gone(not ended.result)

    def _tell_gone(self, gone: bool) -> None:
        """What was gone and is there again is looked at anew."""
        came_back, is_news = self.gone and not gone, self.gone != gone
        self.gone = gone
        if gone:
            self._again.start()
        if came_back:
            self._shown = None
            self._follow()
        elif is_news:
            self.changed.emit()

    def _follow(self) -> None:
        """Knows of the design's data what is known, and has the rest read where somebody looks."""
        data = self.data
        if self._shown and _as_read(data) == _as_read(self._shown):
            self._shown = data  # what is done to samples then is nothing to read anew for
            return
        self.look, self.gone = self._looks.get(_key(data)), False
        self._reading.cancel(_PREVIEW)
        self._again.stop()
        if (data.source, data.path) != self._previewed_of:
            self.preview, self.preview_problem = None, ""  # samples of other data are not shown as these
        if self.wanted is None:
            self._reading.cancel(_LOOK)
            self.problem = ""
        if self._seen:
            self._shown = data
            self._ask(data)
        elif self.look is None:
            self.look_whether_there()
        self.changed.emit()

    def _ask(self, data: DataSettings) -> None:
        from designer.data import looking

        if data.source == NO_DATA:
            self._show_preview(None)
        elif not data.is_own:
            self._preview(lambda progress: looking.preview_of_source(data.source))
        elif look := self.look:
            self._preview(lambda progress: looking.preview_of_own(look, progress))
        elif self.wanted is None:
            wish = looking.Wish(Path(data.path), data.source, data.options, data)
            self._reading.ask(
                _LOOK, lambda progress: looking.look_at(wish, progress), self._looked, self.progressed.emit
            )

    def _looked(self, ended: Ended) -> None:
        """What is at the path of a design that has been opened; its data stay as its file says."""
        from designer.data.looking import GoneError

        if ended.error:
            gone = isinstance(ended.error, GoneError)
            self.problem = "" if gone else str(ended.error)
            self._show_preview(None)
            self._tell_gone(gone)
            return
        self.look = ended.result
        self._looks[_key(self.data)] = ended.result
        if self.data.known is None:
            self._take(ended.result)
            return
        self._ask(self.data)
        self.changed.emit()

    def _preview(self, work: Work) -> None:
        self._reading.ask(_PREVIEW, work, self._previewed)

    def _previewed(self, ended: Ended) -> None:
        self._show_preview(ended.result, str(ended.error or ""))

    def _show_preview(self, preview: SamplesPreview | None, problem: str = "") -> None:
        self.preview, self.preview_problem = preview, problem
        self._previewed_of = self.data.source, self.data.path
        self.changed.emit()


_SAME = "Found: these are the same data as before."
_OTHERS = "Found, but changed: these are other files than the design was made with."


def _as_read(data: DataSettings) -> DataSettings:
    return data.model_copy(update={"transforms": ()})


def _key(data: DataSettings) -> str:
    """The same for data that are read alike, however they are split."""
    return data.model_dump_json(include={"source", "path", "options", "split", "test_share", "split_seed", "reading"})
