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

from designer.core.design import Design
from designer.core.file_blocks import blocks_to_json, groups_to_json, known_view, read_network
from designer.core.messages import validation_messages
from designer.core.migrations import VERSION, migrate
from designer.core.settings import About, DataSettings, TrainingSettings, View

FORMAT = "network-designer"
SUFFIX = ".network.json"
MAX_BYTES = 64 * 1024 * 1024
_PARTS = {"format", "version", "blocks", "groups", "data", "training", "view", "about"}
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
    return design_of(current(loaded(text, path), path), path)


def loaded(text: str, path: Path | str) -> Any:
    """The JSON values of a text, all of which can be shown and saved again. Raises FileError."""
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
    return data


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


def current(data: Any, path: Path | str, wanted: str = FORMAT) -> dict[str, Any]:
    """The content in this program's version; FileError for other formats and newer versions."""
    if not isinstance(data, dict) or data.get("format") != wanted:
        raise FileError(path, [f'this is not an architecture file: expected "format": "{wanted}"'])
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(path, [f"version: expected a whole number from 1 to {VERSION}, got {str(version)[:40]!r}"])
    if version > VERSION:
        raise FileError(
            path, [f"the file has format version {version}, this program reads up to {VERSION}: update the program"]
        )
    return migrate(data, version)


def design_of(data: dict[str, Any], path: Path | str) -> Design:
    """The design that the content of a file stands for. Raises FileError with every problem found."""
    problems = [f"{str(name)[:60]}: there is no such field" for name in data if name not in _PARTS]
    network = read_network(data.get("blocks", []), data.get("groups", []), problems)
    settings = part(DataSettings, data, "data", problems)
    training = part(TrainingSettings, data, "training", problems)
    view = part(View, data, "view", problems)
    about = part(About, data, "about", problems)
    if problems or network is None or settings is None or training is None or view is None or about is None:
        raise FileError(path, problems)
    return Design(network, settings, training, known_view(view, network), about)


def part(model: type[M], data: dict[str, Any], name: str, problems: list[str]) -> M | None:
    """A part of a file; what is wrong with it is added to `problems`."""
    try:
        return model.model_validate(data.get(name, {}))
    except ValidationError as error:
        problems += [f"{name}: {line}" for line in validation_messages(error)]
        return None


def to_json(design: Design) -> dict[str, Any]:
    """The design as the JSON object that a file holds."""
    written = {
        "format": FORMAT,
        "version": VERSION,
        "blocks": blocks_to_json(design.network),
        "data": design.data.model_dump(mode="json"),
        "training": design.training.model_dump(mode="json"),
        "view": design.view.to_json(),
    }
    words = design.about.model_dump(mode="json", exclude_defaults=True)
    groups = groups_to_json(design.network)
    return {**written, **({"about": words} if words else {}), **({"groups": groups} if groups else {})}


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


def run_beside(path: Path) -> Path:
    """The folder for weights that belong to an architecture file: lenet.run for lenet.network.json."""
    return path.with_name(f"{path.name.removesuffix(SUFFIX).removesuffix('.json')}.run")


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
