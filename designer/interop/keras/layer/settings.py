"""The configuration of a layer, read with what is expected of each field."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from designer.core.schema.units import plural
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.file.graph import Layer
from designer.interop.keras.layer.defaults import is_default, told_apart


class LayerSettings:
    """The fields of a layer, and which of them a rule has read.

    Each reader raises KerasError, naming layer and field, for an unexpected value. What stays unread, and is not as
    Keras has it by itself, is told to the person once the rule has made its blocks.
    """

    def __init__(self, layer: Layer) -> None:
        self._layer, self._fields = layer, layer.config
        self._read: set[str] = set()

    def _field(self, name: str, default: Any) -> Any:
        self._read.add(name)
        return _unpacked(self._fields.get(name, default))

    def ignore(self, *names: str) -> None:
        """Says of fields that they change nothing here, or that the rule has told what becomes of them."""
        self._read.update(names)

    def unread(self) -> Iterator[tuple[str, Any]]:
        """Fields that nothing has read and that are not as Keras has them by itself."""
        for name, value in self._fields.items():
            known = name in self._read or told_apart(name)
            if not known and not is_default(self._layer.class_name, name, value):
                yield name, value

    def get(self, name: str, default: Any = None) -> Any:
        """A field as it is."""
        return self._field(name, default)

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._field(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, "a whole number", value)
        return value

    def real(self, name: str, default: float) -> float:
        """A finite number."""
        value = self._field(name, default)
        number = value.get("config", {}).get("value") if isinstance(value, dict) else value
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise self._wrong(name, "a number", value)
        return float(number)

    def flag(self, name: str, default: bool) -> bool:
        """True or false."""
        value = self._field(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "true or false", value)
        return value

    def word(self, name: str, default: str) -> str:
        """A word in small letters."""
        value = self._field(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a word", value)
        return value.lower()

    def sizes(self, name: str, count: int, default: int | None = None) -> tuple[int, ...]:
        """One whole number for each axis, or one for all."""
        value = self._field(name, default)
        items = [value] * count if isinstance(value, int) else value
        if not isinstance(items, list | tuple) or len(items) != count or not all(map(_is_whole, items)):
            raise self._wrong(name, f"{count} whole number{'s' if count > 1 else ''}", value)
        return tuple(items)

    def numbers(self, name: str) -> list[float] | None:
        """Numbers, in lists within lists perhaps; None where there are none."""
        value = self._field(name, None)
        if value is None:
            return None
        found = _flat(value)
        if not all(isinstance(item, int | float) and math.isfinite(item) for item in found):
            raise self._wrong(name, "numbers", value)
        return [float(item) for item in found]

    def sides(self, name: str, count: int) -> tuple[tuple[int, int], ...]:
        """What is added or cut before and after, for each axis: 1, [1, 2] or [[1, 1], [2, 2]]."""
        value = self._field(name, 1)
        items = [value] * count if isinstance(value, int) else value
        if count == 1 and isinstance(items, list | tuple) and len(items) == 2:
            items = [items]
        if not isinstance(items, list | tuple) or len(items) != count:
            raise self._wrong(name, f"sizes for {plural(count, 'axis', 'axes')}", value)
        pairs = [(item, item) if isinstance(item, int) else item for item in items]
        if not all(isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_is_whole, pair)) for pair in pairs):
            raise self._wrong(name, f"sizes for {plural(count, 'axis', 'axes')}", value)
        return tuple((pair[0], pair[1]) for pair in pairs)

    def axes(self, name: str, default: int) -> list[int]:
        """Axes: one, or a list of them."""
        value = self._field(name, default)
        items = value if isinstance(value, list | tuple) else [value]
        if not all(map(_is_whole, items)):
            raise self._wrong(name, "an axis", value)
        return list(items)

    def _wrong(self, name: str, expected: str, value: Any) -> KerasError:
        where = f"layer {self._layer.name!r} ({self._layer.class_name}): {name}"
        return KerasError(f"{where}: expected {expected}, got {str(value)[:60]!r}")


def _unpacked(value: Any) -> Any:
    """The lists or the number of an array of NumPy, around which Keras 3 writes an object; all else as it is."""
    config = value.get("config") if isinstance(value, dict) and value.get("class_name") == "__numpy__" else None
    return config["value"] if isinstance(config, dict) and "value" in config else value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _flat(value: Any) -> list[Any]:
    return [deep for item in value for deep in _flat(item)] if isinstance(value, list | tuple) else [value]
