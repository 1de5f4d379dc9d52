"""Events and requests as JSON and back, without loss: for another process, another program, or another language.

An event is `{"event": "epoch_ended", "protocol": 2, "run": "…", "epoch": 1, …}`, a request
`{"request": "watch", "protocol": 2, "id": "…", "block": "conv1", …}`, with their fields by name. Of what JSON lacks:

- An array is `{"dtype": "float32", "shape": [2, 3], "base64": "…"}`: its numbers in C order, least byte first.
- Numbers that are not finite are the words `"NaN"`, `"Infinity"` and `"-Infinity"`.
- A design is what its file holds, a path its text.

An event or request of another version, or of a kind that this program does not know, is refused by its name.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.engine.protocol import arrays
from designer.engine.protocol.events import AnyEvent, Event
from designer.engine.protocol.requests import AnyRequest, Request
from designer.engine.protocol.version import PROTOCOL

EVENTS: dict[str, type[Event]] = {kind.name(): kind for kind in get_args(AnyEvent)}
REQUESTS: dict[str, type[Request]] = {kind.name(): kind for kind in get_args(AnyRequest)}

_DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()  # noqa: SIM905
)
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class ProtocolError(ValueError):
    """What came is no event or request that this program knows; the message says where and why."""


def to_json(message: Event | Request) -> dict[str, Any]:
    """An event or a request as a JSON object."""
    said = "event" if isinstance(message, Event) else "request"
    return {said: message.name(), "protocol": PROTOCOL, **_encoded_fields(message)}


def dumps(message: Event | Request) -> str:
    """The same as text, in one line."""
    return json.dumps(to_json(message), allow_nan=False)


def event_of(row: object) -> Event:
    """The event that a JSON object stands for. Raises ProtocolError."""
    found: Event = _message_of(row, "event", EVENTS)
    return found


def request_of(row: object) -> Request:
    """The request that a JSON object stands for. Raises ProtocolError."""
    found: Request = _message_of(row, "request", REQUESTS)
    return found


def _message_of(row: object, said: str, kinds: Mapping[str, Any]) -> Any:
    if not isinstance(row, Mapping):
        raise ProtocolError(f"expected an object that is {'an' if said == 'event' else 'a'} {said}")
    version, name = row.get("protocol"), row.get(said)
    if version != PROTOCOL or isinstance(version, bool):
        raise ProtocolError(f"protocol: this program speaks version {PROTOCOL}, not {version!r}")
    if not isinstance(name, str) or name not in kinds:
        raise ProtocolError(f"{said}: there is no {said} {name!r}: expected one of {', '.join(kinds)}")
    return _of_dataclass(kinds[name], {key: item for key, item in row.items() if key not in (said, "protocol")}, name)


def _encoded_fields(value: Any) -> dict[str, Any]:
    return {item.name: _encoded(getattr(value, item.name)) for item in fields(value)}


def _encoded(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else json.dumps(value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Design):
        return files.to_json(value)
    if isinstance(value, np.ndarray):
        return _encoded_array(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _encoded(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_encoded(item) for item in value]
    if is_dataclass(value):
        return _encoded_fields(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _encoded_array(values: npt.NDArray[Any]) -> dict[str, Any]:
    if values.dtype.name not in _DTYPES:
        raise TypeError(f"an array of {values.dtype} has no form in JSON")
    content = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
    shape = list(values.shape)
    return {"dtype": values.dtype.name, "shape": shape, "base64": base64.b64encode(content).decode("ascii")}


def _decoded(kind: Any, data: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _of_union(get_args(kind), data, where)
    if origin is Literal:
        return _checked(data in get_args(kind), data, where, f"one of {', '.join(map(str, get_args(kind)))}")
    if origin is tuple:
        _checked(isinstance(data, list), data, where, "a list")
        return tuple(_decoded(get_args(kind)[0], item, f"{where}[{place}]") for place, item in enumerate(data))
    if origin is not None and issubclass(origin, Mapping):
        _checked(isinstance(data, dict), data, where, "an object")
        return {name: _decoded(get_args(kind)[1], item, f"{where}.{name}") for name, item in data.items()}
    if origin is np.ndarray:
        return _of_array(data, where)
    return _of_plain(kind, data, where)


def _of_plain(kind: Any, data: Any, where: str) -> Any:
    if kind in _PLAIN:
        accepts, wanted, made = _PLAIN[kind]
        return made(_checked(accepts(data), data, where, wanted))
    if kind is Design:
        return _of_design(data, where)
    return _of_dataclass(kind, data, where)


def _is_whole(data: Any) -> bool:
    return isinstance(data, int) and not isinstance(data, bool)


def _is_real(data: Any) -> bool:
    return _is_whole(data) or isinstance(data, float) or (isinstance(data, str) and data in _NOT_FINITE)


def _is_text(data: Any) -> bool:
    return isinstance(data, str)


_PLAIN: dict[Any, tuple[Callable[[Any], bool], str, Callable[[Any], Any]]] = {
    type(None): (lambda data: data is None, "null", lambda data: data),
    bool: (lambda data: isinstance(data, bool), "true or false", bool),
    int: (_is_whole, "a whole number", int),
    float: (_is_real, "a number", lambda data: _NOT_FINITE[data] if isinstance(data, str) else float(data)),
    str: (_is_text, "text", str),
    Path: (_is_text, "a path", Path),
}
"""What each plain type accepts, in words, and how it is made of that."""


def _checked(is_right: bool, data: Any, where: str, wanted: str) -> Any:
    if not is_right:
        raise ProtocolError(f"{where}: expected {wanted}, got {str(data)[:80]!r}")
    return data


def _of_union(kinds: tuple[Any, ...], data: Any, where: str) -> Any:
    """The first that fits, what is text being no number."""
    reasons = []
    for kind in sorted(kinds, key=lambda kind: kind is float):
        try:
            return _decoded(kind, data, where)
        except ProtocolError as error:
            reasons.append(str(error))
    raise ProtocolError(reasons[0])


def _of_dataclass(kind: Any, data: Any, where: str) -> Any:
    _checked(isinstance(data, dict), data, where, "an object")
    hints, known = _hints(kind.__module__, kind.__qualname__), {item.name: item for item in fields(kind)}
    if unknown := data.keys() - known.keys():
        raise ProtocolError(f"{where}: there is no field {sorted(unknown)[0]!r}")
    for name, item in known.items():
        if name not in data and item.default is MISSING and item.default_factory is MISSING:
            raise ProtocolError(f"{where}.{name}: it is missing")
    return kind(**{name: _decoded(hints[name], value, f"{where}.{name}") for name, value in data.items()})


@cache
def _hints(module: str, name: str) -> dict[str, Any]:
    """The types of a class's fields."""
    return get_type_hints(getattr(sys.modules[module], name), localns=vars(arrays))


def _of_design(data: Any, where: str) -> Design:
    _checked(isinstance(data, dict), data, where, "a design")
    try:
        return files.parse(json.dumps(data), where)
    except files.FileError as error:
        raise ProtocolError(str(error)) from None


def _of_array(data: Any, where: str) -> npt.NDArray[Any]:
    form = _checked(isinstance(data, dict) and data.keys() == {"dtype", "shape", "base64"}, data, where, "an array")
    dtype, shape = form["dtype"], form["shape"]
    _checked(isinstance(dtype, str) and dtype in _DTYPES, dtype, f"{where}.dtype", "a type of numbers")
    right = isinstance(shape, list) and all(_is_whole(size) and size >= 0 for size in shape)
    _checked(right, shape, f"{where}.shape", "a list of sizes")
    try:
        content = base64.b64decode(form["base64"], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ProtocolError(f"{where}.base64: expected base64") from None
    stored = np.dtype(dtype).newbyteorder("<")
    wanted = math.prod(shape) * stored.itemsize
    if len(content) != wanted:
        raise ProtocolError(f"{where}.base64: expected {wanted} bytes for this shape, got {len(content)}")
    return np.frombuffer(content, stored).reshape(shape).astype(dtype)
