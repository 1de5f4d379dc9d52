"""Architecture files: JSON that is validated whole, and written by replacing the file at once."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from designer.core.block import Block, UnknownBlock
from designer.core.design import Design
from designer.core.messages import validation_messages
from designer.core.migrations import VERSION, migrate
from designer.core.network import AnyBlock, Network, NetworkError, Node
from designer.core.registry import find
from designer.core.settings import About, DataSettings, TrainingSettings, View

FORMAT = "network-designer"
SUFFIX = ".network.json"
MAX_BYTES = 64 * 1024 * 1024
_PARTS = {"format", "version", "blocks", "data", "training", "view", "about"}
_MAX_DEPTH = 64
_MAX_DIGITS = 100
_MAX_LINE = 300

M = TypeVar("M", bound=BaseModel)


class FileError(Exception):
    """A file cannot be read or written. `problems` holds a line for each thing that is wrong."""

    def __init__(self, path: Path | str, problems: list[str]) -> None:
        self.path = str(path)
        self.problems = [_one_line(problem) for problem in problems]
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        super().__init__(f"{self.path}: {'; '.join(self.problems[:3])}{more}")


def _one_line(text: str) -> str:
    """Text that may quote the file, without line breaks and control characters, and not too long to read."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= _MAX_LINE else shown[: _MAX_LINE - 3] + "..."


def read(path: Path) -> Design:
    """The design in a file. Raises FileError with every problem found; runs no code of the file."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(path, [f"the file is larger than {MAX_BYTES // 2**20} MiB: not an architecture file"])
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise FileError(path, ["there is no such file"]) from None
    except UnicodeDecodeError:
        raise FileError(path, ["the file is not UTF-8 text: not an architecture file"]) from None
    except OSError as error:
        raise FileError(path, [f"the file cannot be read: {error.strerror or error}"]) from None
    return parse(text, path)


def read_about(path: Path) -> About:
    """What a file says of itself, without reading its blocks; nothing where it cannot be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return About.model_validate(data.get("about", {}))
    except (OSError, ValueError, RecursionError, AttributeError):
        return About()


def parse(text: str, path: Path | str = "text") -> Design:
    """The design that a file's text stands for. Raises FileError; `path` is for its message."""
    try:
        data = json.loads(text, parse_constant=_no_constant, parse_int=_whole)
        _check_values(data)
    except RecursionError:
        raise FileError(path, ["the file is nested too deeply: not an architecture file"]) from None
    except json.JSONDecodeError as error:
        message = f"the file is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        raise FileError(path, [f"{message}: it may be cut short or damaged"]) from None
    except ValueError as error:
        raise FileError(path, [f"the file cannot be read: {error}"]) from None
    return _design(_current(data, path), path)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"it holds a number of {len(digits)} digits")
    return int(digits)


def _check_values(data: Any) -> None:
    """Raises ValueError or RecursionError for what JSON allows but could not be shown or saved again."""
    waiting = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise RecursionError
        if isinstance(value, dict):
            waiting += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, float) and not math.isfinite(value):
            raise ValueError("it holds a number that is too large")
        elif isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("it holds half of a character (a lone surrogate)")


def _current(data: Any, path: Path | str) -> dict[str, Any]:
    """The content in this program's version; FileError for other formats and newer versions."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise FileError(path, [f'this is not an architecture file: expected "format": "{FORMAT}"'])
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(path, [f"version: expected a whole number from 1 to {VERSION}, got {str(version)[:40]!r}"])
    if version > VERSION:
        raise FileError(
            path, [f"the file has format version {version}, this program reads up to {VERSION}: update the program"]
        )
    return migrate(data, version)


def _design(data: dict[str, Any], path: Path | str) -> Design:
    problems = [f"{str(name)[:60]}: there is no such field" for name in data if name not in _PARTS]
    network = _network(data.get("blocks", []), problems)
    settings = _part(DataSettings, data, "data", problems)
    training = _part(TrainingSettings, data, "training", problems)
    view = _part(View, data, "view", problems)
    about = _part(About, data, "about", problems)
    if problems or network is None or settings is None or training is None or view is None or about is None:
        raise FileError(path, problems)
    kept = {key: place for key, place in view.positions.items() if key in network.nodes}
    return Design(network, settings, training, View(positions=kept), about)


def _part(model: type[M], data: dict[str, Any], name: str, problems: list[str]) -> M | None:
    try:
        return model.model_validate(data.get(name, {}))
    except ValidationError as error:
        problems += [f"{name}: {line}" for line in validation_messages(error)]
        return None


def _network(items: Any, problems: list[str]) -> Network | None:
    if not isinstance(items, list):
        problems.append(f"blocks: expected a list, got {type(items).__name__}")
        return None
    nodes = [_node(item, place, problems) for place, item in enumerate(items)]
    if problems:
        return None
    try:
        return Network.of(node for node in nodes if node)
    except NetworkError as error:
        problems.append(str(error))
        return None


def _node(item: Any, place: int, problems: list[str]) -> Node | None:
    """A block of the file; what is wrong with it is added to `problems`."""
    if not isinstance(item, dict):
        problems.append(f"block number {place + 1}: expected an object, got {type(item).__name__}")
        return None
    block_id = item.get("id")
    where = f"block '{str(block_id)[:80]}'" if "id" in item else f"block number {place + 1}"
    before = len(problems)
    problems += [f"{where}: {str(name)[:60]}: there is no such field" for name in item if name not in _NODE_FIELDS]
    for name, expected in _NODE_FIELDS.items():
        if name in ("id", "kind") and name not in item:
            problems.append(f"{where}: {name}: is missing")
        elif not isinstance(item.get(name, expected()), expected):
            problems.append(f"{where}: {name}: expected {_JSON_NAMES[expected]}, got {type(item[name]).__name__}")
    if len(problems) > before:
        return None
    block = _block(item["kind"], item.get("params", {}), where, problems)
    if block is None:
        return None
    inputs = _inputs(block, item.get("inputs", []), where, problems)
    return None if inputs is None else Node(item["id"], block, inputs)


_NODE_FIELDS: dict[str, type] = {"id": str, "kind": str, "params": dict, "inputs": list}
_JSON_NAMES: dict[type, str] = {str: "a string", dict: "an object", list: "a list"}


def _block(kind: str, params: dict[str, Any], where: str, problems: list[str]) -> AnyBlock | None:
    block_class = find(kind)
    if block_class is None:
        return UnknownBlock(kind, params)
    try:
        return block_class.model_validate(params)
    except ValidationError as error:
        problems += [f"{where}: {line}" for line in validation_messages(error)]
        return None


def _inputs(block: AnyBlock, inputs: list[Any], where: str, problems: list[str]) -> tuple[str | None, ...] | None:
    if not all(source is None or isinstance(source, str) for source in inputs):
        problems.append(f"{where}: inputs: expected names of blocks, or null where nothing is connected")
        return None
    if isinstance(block, UnknownBlock):
        return tuple(inputs)
    count = len(block.input_ports)
    if len(inputs) > count:
        problems.append(f"{where}: inputs: a {block.title} has {count}, got {len(inputs)}")
        return None
    return (*inputs, *(None,) * (count - len(inputs)))


def to_json(design: Design) -> dict[str, Any]:
    """The design as the JSON object that a file holds."""
    written = {
        "format": FORMAT,
        "version": VERSION,
        "blocks": [
            {"id": node.id, "kind": node.block.kind, "params": node.block.params(), "inputs": _written(node)}
            for node in design.network.nodes.values()
        ],
        "data": design.data.model_dump(mode="json"),
        "training": design.training.model_dump(mode="json"),
        "view": design.view.model_dump(mode="json"),
    }
    words = design.about.model_dump(mode="json", exclude_defaults=True)
    return {**written, "about": words} if words else written


def _written(node: Node) -> list[str | None]:
    """Inputs without optional ports that are free at their end; those of unknown kinds as they were read."""
    inputs = list(node.inputs)
    ports = node.block.input_ports
    while (
        isinstance(node.block, Block)
        and inputs
        and inputs[-1] is None
        and ports[len(inputs) - 1] in node.block.optional
    ):
        inputs.pop()
    return inputs


def dumps(design: Design) -> str:
    """The text of a file: sorted keys, one value a line, short lists on one line."""
    return pretty(to_json(design)) + "\n"


def pretty(data: Mapping[str, Any]) -> str:
    """JSON that reads well and gives small diffs."""
    return _text(data, "\n")


def _text(value: Any, line: str) -> str:
    """A value as JSON; `line` is the line break with the indentation of the line that it starts on."""
    inner = line + "  "
    if isinstance(value, Mapping) and value:
        pairs = (f"{inner}{json.dumps(key, ensure_ascii=False)}: {_text(value[key], inner)}" for key in sorted(value))
        return "{" + ",".join(pairs) + line + "}"
    if isinstance(value, list | tuple) and any(isinstance(item, Mapping | list | tuple) for item in value):
        return "[" + ",".join(inner + _text(item, inner) for item in value) + line + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def write(design: Design, path: Path) -> None:
    """Puts a design into a file; the old content stays until the new one is whole. Raises FileError."""
    try:
        write_atomically(path, dumps(design).encode("utf-8"))
    except OSError as error:
        raise FileError(path, [f"the file cannot be written: {error.strerror or error}"]) from None


def write_atomically(path: Path, content: bytes) -> None:
    """Writes beside the file, flushes to the disk, then replaces. Keeps the permissions of what was there."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
