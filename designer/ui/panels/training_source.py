"""The data of a design as a short list; all else about them is in the Data panel, and the last entry leads there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.data.sources import sources
from designer.ui.widgets.elided import ElidedBox

OWN, MORE = "own", "more"
"""The entry of a design's own data, and the one that leads to more; no source is called so."""
_LEAST_LETTERS = 4
"""Of an entry that are seen beside large letters."""


class TrainingSource(ElidedBox):
    """`chosen(name)` of a set or of none; `more_wanted()` for what is not in the list."""

    chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LEAST_LETTERS)
        self.setObjectName("dataSource")
        self.setAccessibleName("Data")
        for name, source in sources().items():
            self._add(source.info.title, name, f"{source.description}\n{source.licence}")
        self._add("None", NO_DATA, "The network is checked by itself, and not against data")
        self._add("Your own…", MORE, "A folder or a file: opens the Data panel")
        self.activated.connect(lambda place: self._choose(self.itemData(place)))
        self._shown = DataSettings()

    def _add(self, title: str, name: str, tip: str) -> None:
        self.addItem(title, name)
        self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def show_data(self, data: DataSettings) -> None:
        """The entry of a design's data; one more in front where they are its own."""
        self._shown = data
        if self.itemData(0) == OWN:
            self.removeItem(0)
        if data.is_own:
            self.insertItem(0, data.known.title if data.known else Path(data.path).name, OWN)
            self.setItemData(0, data.path, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(0 if data.is_own else self.findData(data.source))

    def _choose(self, name: str) -> None:
        if name == MORE:
            self.show_data(self._shown)
            self.more_wanted.emit()
        elif name != OWN:
            self.chosen.emit(name)
