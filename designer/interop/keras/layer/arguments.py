"""The arguments by name of a layer's call, read with a record of what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NEUTRAL = ("name", "training")
"""Arguments that change nothing, or are told for every layer alike, in `telling`."""


class Arguments(dict[str, Any]):
    """The arguments by name of a call, and which of them a rule has read: all, where it goes through them."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        super().__init__(named)
        self._read: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """One, by its name."""
        self._read.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self._read.add(name)
        return super().__getitem__(name)

    def values(self) -> Any:
        """All of them."""
        self._read.update(self)
        return super().values()

    def items(self) -> Any:
        """All of them, with their names."""
        self._read.update(self)
        return super().items()

    def unread(self) -> Iterator[tuple[str, Any]]:
        """Arguments that nothing has read, and that say something."""
        for name, value in super().items():
            if name not in self._read and name not in _NEUTRAL and value is not None and value is not False:
                yield name, value
