"""A sample of somebody's own in place of one of the data: read beside the window, and let go where it does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from designer.core.diff.change import Parts
from designer.core.graph.binding import DataInfo, Feature, bind
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import Way
from designer.data.single_samples import Drawing, Given, cells_of, sample_of, ways_of
from designer.ui.editing.editor import Editor
from designer.ui.run.background import Ended
from designer.ui.run.data_reading import DataReading

if TYPE_CHECKING:
    from designer.data.samples import Array

_LANE = "own sample"
_OTHER_DATA = "Your own sample does not fit any more: those of the data are shown again."


class OwnSample(QObject):
    """What somebody shows the network. `changed()` when there is another one, none, or a reason why there is none."""

    changed = Signal()

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor, self._reading = editor, DataReading(self)
        self._ways: tuple[DataSettings, Mapping[Feature, frozenset[Way]]] | None = None
        self._taken: tuple[Design, DataInfo, Mapping[Feature, frozenset[Way]]] | None = None
        self._data: DataSettings | None = None
        """The data that `values` are given for."""
        self._chosen = ""
        self.values: Mapping[str, Array] | None = None
        """As `Watch.own` has them; None where the samples are those of the data."""
        self.told = ""
        """What it is, and the size at which the network sees it."""
        self.problem = ""
        editor.listen(Parts.DATA | Parts.COMPUTED, lambda change: self._follow())

    def features(self, way: Way | None = None) -> list[Feature]:
        """What the network takes and somebody may give, in this way or in any; that which was chosen is the first."""
        ways = self._ways_of()
        found = [item for item in ways if (way in ways[item] if way else ways[item])]
        return sorted(found, key=lambda item: item.name != self._chosen)

    def can(self, way: Way) -> bool:
        """Whether a sample may be given in this way."""
        return bool(self.features(way))

    def cells(self, feature: Feature) -> tuple[str, ...]:
        """What is typed for a feature that is a row, by its names; none for all others."""
        return cells_of(self._editor.design.data, feature)

    def choose(self, feature: str) -> None:
        """What is given next is for this feature."""
        self._chosen = feature

    def open(self, path: Path) -> None:
        """Shows what is in a file, or in a folder of frames."""
        self._read(path, "open", path.name)

    def type(self, text: str) -> None:
        """Shows what was typed."""
        self._read(text, "type", "Typed")

    def draw(self, drawing: Drawing) -> None:
        """Shows what was drawn."""
        self._read(drawing, "draw", "Drawn")

    def forget(self, problem: str = "") -> None:
        """The samples are those of the data again."""
        self._reading.cancel(_LANE)
        if self.values is not None or problem != self.problem:
            self.values, self._data, self.told, self.problem = None, None, "", problem
            self.changed.emit()

    def close(self) -> bool:
        """Ends what is under way; whether it has ended in time."""
        return self._reading.close()

    def _ways_of(self) -> Mapping[Feature, frozenset[Way]]:
        design = self._editor.design
        info = opening.info(design.data)
        if info is None:
            return {}
        if self._ways is None or self._ways[0] is not design.data:
            self._ways = design.data, {item: _ways(design.data, item) for item in info.features}
        if self._taken is None or self._taken[0] is not design or self._taken[1] is not info:
            taken = bind(design.network, info).features.values()
            self._taken = design, info, {item: self._ways[1][item] for item in taken if item in self._ways[1]}
        return self._taken[2]

    def _read(self, given: Given, way: Way, what: str) -> None:
        data, features = self._editor.design.data, self.features(way)
        if not features:
            self._tell("The network takes no sample that can be given so.")
            return
        feature = features[0]

        def heard(ended: Ended) -> None:
            if ended.error:
                self._tell(str(ended.error))
                return
            self._data, self.problem = data, ""
            before = self.values or {}
            self.values = {**before, **ended.result}
            self.told = f"{what}: {_size(feature, ended.result)}"
            self.changed.emit()

        self._reading.ask(_LANE, lambda progress: sample_of(given, data, feature), heard)

    def _tell(self, problem: str) -> None:
        self.problem = problem
        self.changed.emit()

    def _follow(self) -> None:
        """Lets go of a sample that other data, or another network, have no use for."""
        if self.values is None or self._data is None:
            self._tell("") if self.problem else None
            return
        data = self._editor.design.data
        same = all(getattr(data, name) == getattr(self._data, name) for name in ("source", "path", "options"))
        if not same or not any(item.name in self.values for item in self._ways_of()):
            self.forget(_OTHER_DATA)


def _ways(data: DataSettings, feature: Feature) -> frozenset[Way]:
    try:
        return ways_of(data, feature)
    except DataError:  # options that no source has: told where the data are chosen
        return frozenset()


def _size(feature: Feature, values: Mapping[str, Array]) -> str:
    """1×28×28; of a row of a table, which are several features, how many numbers it has become."""
    value = values.get(feature.name)
    shape = value.shape if value is not None else ()
    if feature.shape.is_tokens:
        return f"{shape[0]:,} token" + ("" if shape[0] == 1 else "s") if shape else ""
    return "×".join(map(str, shape))
