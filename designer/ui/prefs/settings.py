"""What the program remembers of a person: recent files and the window's layout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from designer.core.analysis.budgets import Budgets
from designer.core.storage.resources import data_folder
from designer.engine.protocol.requests import EPOCHS_BUDGET

RECENT_FILES = 10
USED_COMMANDS = 8
LAYOUT_VERSION = 3
_STATES = {"wide": "state"}
"""The names of arrangements in the settings, where they are not those of their rooms."""


class Settings:
    """A thin layer over QSettings, so that its keys and types are in one place."""

    def __init__(self) -> None:
        self._store = QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def recent_files(self) -> list[Path]:
        """The files opened last, newest first; those that are gone are left out."""
        return [Path(name) for name in self._names("recent_files") if os.path.isfile(name)]

    def add_recent_file(self, path: Path) -> None:
        """Puts a file first."""
        others = [item for item in self.recent_files if item != path.resolve()]
        self._store.setValue("recent_files", [str(item) for item in [path.resolve(), *others][:RECENT_FILES]])

    def clear_recent_files(self) -> None:
        """Forgets all files."""
        self._store.remove("recent_files")

    @property
    def folded_categories(self) -> list[str]:
        """The palette's categories that the person has folded."""
        return self._names("palette/folded")

    @folded_categories.setter
    def folded_categories(self, names: list[str]) -> None:
        self._store.setValue("palette/folded", names)

    def section_is_open(self, section: str) -> bool:
        """Whether the training panel shows the settings of a section, or folds them away."""
        return bool(self._store.value(f"training/{section.split()[0].lower()}_open", False, type=bool))

    def set_section_open(self, section: str, opened: bool) -> None:
        """Remembers whether a section is shown."""
        self._store.setValue(f"training/{section.split()[0].lower()}_open", opened)

    @property
    def train_again(self) -> str:
        """What Train does with a network that has been trained: ask, go_on or start_over."""
        return str(self._store.value("training/again", "ask"))

    @train_again.setter
    def train_again(self, choice: str) -> None:
        self._store.setValue("training/again", choice)

    @property
    def epochs_budget(self) -> int:
        """Bytes that the checkpoints of a run's epochs may take."""
        kept = str(self._store.value("training/epochs_budget", ""))
        return int(kept) if kept.isdecimal() and len(kept) < 16 else EPOCHS_BUDGET

    @epochs_budget.setter
    def epochs_budget(self, budget: int) -> None:
        self._store.setValue("training/epochs_budget", budget)

    @property
    def used_commands(self) -> list[str]:
        """The actions run last from the command palette, by name, newest first."""
        return self._names("commands/used")

    def add_used_command(self, name: str) -> None:
        """Puts an action first."""
        if name:
            others = [item for item in self.used_commands if item != name]
            self._store.setValue("commands/used", [name, *others][:USED_COMMANDS])

    @property
    def shapes_on_edges(self) -> bool:
        """Whether the canvas writes beside edges what they carry."""
        return bool(self._store.value("canvas/shapes_on_edges", True, type=bool))

    @shapes_on_edges.setter
    def shapes_on_edges(self, shown: bool) -> None:
        self._store.setValue("canvas/shapes_on_edges", shown)

    @property
    def shortcuts(self) -> dict[str, str]:
        """The shortcuts that the person has changed, by the names of their actions; empty for one that has none."""
        self._store.beginGroup("shortcuts")
        found = {name: str(self._store.value(name, "")) for name in self._store.childKeys()}
        self._store.endGroup()
        return found

    @shortcuts.setter
    def shortcuts(self, changed: dict[str, str]) -> None:
        self._store.remove("shortcuts")
        for name, keys in changed.items():
            self._store.setValue(f"shortcuts/{name}", keys)

    @property
    def minimap(self) -> bool:
        """Whether the canvas shows its minimap."""
        return bool(self._store.value("canvas/minimap", True, type=bool))

    @minimap.setter
    def minimap(self, wanted: bool) -> None:
        self._store.setValue("canvas/minimap", wanted)

    @property
    def colour_by(self) -> str:
        """The quantity by which the canvas is coloured; empty for none."""
        return str(self._store.value("canvas/colour_by", ""))

    @colour_by.setter
    def colour_by(self, quantity: str) -> None:
        self._store.setValue("canvas/colour_by", quantity)

    @property
    def curves(self) -> str:
        """How curves are drawn, as `CurveOptions` has it."""
        return str(self._store.value("curves/options", ""))

    @curves.setter
    def curves(self, options: str) -> None:
        self._store.setValue("curves/options", options)

    @property
    def colours(self) -> str:
        """The colours that the person has chosen: light, dark, or as the system is."""
        return str(self._store.value("appearance/colours", "system"))

    @colours.setter
    def colours(self, scheme: str) -> None:
        self._store.setValue("appearance/colours", scheme)

    @property
    def text_size(self) -> int:
        """How large letters are, in percent of the system's."""
        kept = str(self._store.value("appearance/text_size", "100"))
        return int(kept) if kept.isdecimal() and len(kept) < 6 else 100

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._store.setValue("appearance/text_size", percent)

    @property
    def budgets(self) -> Budgets:
        """What a network and its blocks may cost, as the person has set it."""
        return Budgets.read(str(self._store.value("analyzer/budgets", "")))

    @budgets.setter
    def budgets(self, budgets: Budgets) -> None:
        self._store.setValue("analyzer/budgets", budgets.model_dump_json())

    def _names(self, key: str) -> list[str]:
        stored: Any = self._store.value(key, [])
        return [stored] if isinstance(stored, str) else list(stored or [])  # an ini file has no list of one

    @property
    def geometry(self) -> QByteArray | None:
        """The window's place and size; None at the first start."""
        return self._bytes(f"window/{LAYOUT_VERSION}/geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue(f"window/{LAYOUT_VERSION}/geometry", geometry)

    @property
    def problem(self) -> str:
        """Why what is remembered does not come to the disk; empty where it does. Known a moment after a change."""
        if self._store.status() != QSettings.Status.AccessError:
            return ""
        return f"The settings cannot be kept in {self._store.fileName()}: look whether the disk is full or read-only."

    def arrangement(self, room: str) -> QByteArray | None:
        """Where the panels stand in a window with so much room; None before the person has had one."""
        return self._bytes(f"window/{LAYOUT_VERSION}/{_STATES.get(room, room)}")

    def keep_arrangement(self, room: str, state: QByteArray) -> None:
        """Remembers where the panels stand in a window with so much room."""
        self._store.setValue(f"window/{LAYOUT_VERSION}/{_STATES.get(room, room)}", state)

    def write(self) -> None:
        """Brings all that is remembered to the disk, at once: each time waits for the disk."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray | None:
        found = self._store.value(key)
        return found if isinstance(found, QByteArray) else None
