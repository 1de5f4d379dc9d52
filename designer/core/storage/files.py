"""Architecture files: JSON that is validated whole, and written by replacing the file at once."""

from __future__ import annotations

import codecs
import hashlib
import json
import math
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.definition import definitions
from designer.core.graph.design import Design
from designer.core.graph.messages import validation_messages
from designer.core.graph.settings import About, View
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.limits import (
    MAX_BLOCKS,
    MAX_FILE_BYTES,
    MAX_GROUPS,
    MAX_NESTING,
    MAX_NOTES,
    MAX_PATH_LETTERS,
    MAX_PROBLEMS_KEPT,
    MAX_VALUES,
    TooMuchError,
    check_count,
    one_line,
    whole_number,
)
from designer.core.storage import data_path, file_kinds
from designer.core.storage.blocks_json import blocks_to_json, groups_to_json, known_view, read_network
from designer.core.storage.migrations import VERSION, migrate
from designer.core.storage.reading import ReadingError, in_mib, read_bounded
from designer.core.storage.writing import fitting_name, reason, unfinished, write_atomically

FORMAT = "network-designer"
SUFFIX = ".network.json"
_PARTS = {"format", "version", "blocks", "groups", "data", "training", "view", "about"}

M = TypeVar("M", bound=BaseModel)


class FileError(Exception):
    """A file cannot be read or written. `problems` holds a line for each thing that is wrong."""

    def __init__(self, path: Path | str, problems: list[str]) -> None:
        self.path = str(path)
        self.problems = [one_line(problem) for problem in problems[:MAX_PROBLEMS_KEPT]]
        more = f" (and {len(problems) - 3:,} more)" if len(problems) > 3 else ""
        super().__init__(f"{one_line(self.path, MAX_PATH_LETTERS)}: {'; '.join(self.problems[:3])}{more}")


def read(path: Path) -> Design:
    """The design in a file. Raises FileError with every problem found; runs no code of the file."""
    return read_with_digest(path)[0]


def read_with_digest(path: Path) -> tuple[Design, str]:
    """The design in a file, and the SHA-256 of what it was read from. Raises FileError."""
    try:
        content = read_bounded(path, MAX_FILE_BYTES)
    except ReadingError as error:
        raise FileError(path, [str(error)]) from None
    try:
        design = data_path.located(parse(_decoded(content, path), path), path.parent)
        return design, hashlib.sha256(content).hexdigest()
    except FileError as error:
        raise _with_unfinished(_with_kind(error, content), path) from None


def _with_kind(error: FileError, content: bytes) -> FileError:
    """The error, or what the file is, where that can be told: what is wrong with its JSON is then no help."""
    kind = file_kinds.told(content)
    return FileError(error.path, [f"this is {kind}: expected an architecture file (*{SUFFIX})"]) if kind else error


def _with_unfinished(error: FileError, path: Path) -> FileError:
    """The error, with where the whole content is if the program ended while it wrote the file."""
    copy = unfinished(path)
    if not os.path.lexists(copy):
        return error
    return FileError(path, [f"what was being saved when the program ended is in {copy.name}", *error.problems])


def _decoded(content: bytes, path: Path | str) -> str:
    """The text of a file; editors on Windows put a mark in front of it, which is no part of the text."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileError(path, ["the file may be UTF-16 text: save it as UTF-8"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, ["the file is not UTF-8 text: not an architecture file"]) from None


def read_about(path: Path) -> About:
    """What a file says of itself, without reading its blocks; nothing where it cannot be read."""
    try:
        data = loaded(_decoded(read_bounded(path, MAX_FILE_BYTES), path), path)
        return About.model_validate(data.get("about", {}))
    except (ReadingError, FileError, ValidationError, AttributeError):
        return About()


def parse(text: str, path: Path | str = "text") -> Design:
    """The design that a file's text stands for. Raises FileError; `path` is for its message."""
    return design_of(current(loaded(text, path), path), path)


def loaded(text: str, path: Path | str, what: str = "the file") -> Any:
    """The JSON values of a text, all of which can be shown and saved again. Raises FileError, which calls it `what`."""
    try:
        _check_size(text)
        data = json.loads(text, parse_constant=_no_constant, parse_int=whole_number, object_pairs_hook=_object)
        _check_values(data)
    except RecursionError:
        raise FileError(path, [f"{what} is nested too deeply: not an architecture file"]) from None
    except json.JSONDecodeError as error:
        message = f"{what} is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg})"
        raise FileError(path, [f"{message}: it may be cut short or damaged"]) from None
    except ValueError as error:
        raise FileError(path, [f"{what} cannot be read: {error}"]) from None
    return data


def _check_size(text: str) -> None:
    """Raises TooMuchError for a text that would take very much memory as values."""
    if len(text) > MAX_FILE_BYTES:
        raise TooMuchError(f"expected at most {in_mib(MAX_FILE_BYTES)} of text, got {in_mib(len(text))}")
    check_count("values", sum(map(text.count, "{[,")), MAX_VALUES)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError where a name stands twice: one of its values would be lost in silence."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{twice[:60]!r} stands twice in one object")
    return made


def _check_values(data: Any) -> None:
    """Raises ValueError or RecursionError for what JSON allows but could not be shown or saved again."""
    level = [data]
    for _ in range(MAX_NESTING + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value
                below += value.values()
            elif isinstance(value, list):
                below += value
            else:
                _check_value(value)
        if not below:
            return
        level = below
    raise RecursionError


def _check_value(value: object) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("it holds a number that is too large")
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise ValueError("it holds half of a character (a lone surrogate)") from None


def current(data: Any, path: Path | str, wanted: str = FORMAT, what: str = "the file") -> dict[str, Any]:
    """The content in this program's version; FileError, which calls it `what`, for other formats and newer versions."""
    if not isinstance(data, dict) or data.get("format") != wanted:
        raise FileError(path, [f'this is not an architecture file: expected "format": "{wanted}"'])
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(path, [f"version: expected a whole number from 1 to {VERSION}, got {str(version)[:40]!r}"])
    if version > VERSION:
        raise FileError(
            path, [f"{what} has format version {version}, this program reads up to {VERSION}: update the program"]
        )
    try:
        _check_counts(data)
    except TooMuchError as error:
        raise FileError(path, [str(error)]) from None
    return migrate(data, version)


def _check_counts(data: dict[str, Any]) -> None:
    """Raises TooMuchError for more than anybody draws, before anything is made of it."""
    groups = data.get("groups")
    networks = [data, *(item for item in (groups if isinstance(groups, list) else []) if isinstance(item, dict))]
    check_count("groups", len(networks) - 1, MAX_GROUPS)
    check_count("blocks", sum(_count(item, "blocks") for item in networks), MAX_BLOCKS)
    check_count("notes", sum(_count(item.get("view"), "notes") for item in networks), MAX_NOTES)


def expect_that_it_fits(design: Design) -> None:
    """Raises TooMuchError where a file of the design could not be opened again, as it holds more than anybody draws."""
    inside = definitions(design.network).values()
    blocks = len(design.network.nodes) + sum(len(item.network.nodes) for item in inside)
    check_count("groups", len(inside), MAX_GROUPS)
    check_count("blocks, with those in groups", blocks, MAX_BLOCKS)
    check_count("notes", sum(len(view.notes) for view in (design.view, *(item.view for item in inside))), MAX_NOTES)


def _count(item: Any, name: str) -> int:
    found = item.get(name) if isinstance(item, dict) else None
    return len(found) if isinstance(found, list | dict) else 0


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
        problems += [f"{name}: {line}" for line in validation_messages(error, fields=model.model_fields)]
        return None


def to_json(design: Design) -> dict[str, Any]:
    """The design as the JSON object that a file holds."""
    written = {
        "format": FORMAT,
        "version": VERSION,
        "blocks": blocks_to_json(design.network),
        "data": design.data.to_json(),
        "training": design.training.to_json(),
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
    return path.with_name(fitting_name(path.name.removesuffix(SUFFIX).removesuffix(".json"), ".run"))


def write(design: Design, path: Path) -> str:
    """Puts a design into a file; the old content stays until the new one is whole. Raises FileError.

    Gives the SHA-256 of what the file holds then. What could not be opened again is not written.
    """
    text = dumps(data_path.portable(design, path.parent))
    content = text.encode("utf-8")
    if len(content) > MAX_FILE_BYTES:
        most = in_mib(MAX_FILE_BYTES)
        raise FileError(path, [f"it would be of {in_mib(len(content))}, and files of more than {most} are not opened"])
    try:
        expect_that_it_fits(design)
        _check_size(text)
    except TooMuchError as error:
        raise FileError(path, [f"the file would not open again: {error}"]) from None
    try:
        write_atomically(path, content)
    except OSError as error:
        raise FileError(path, [f"the file cannot be written: {reason(error)}"]) from None
    return hashlib.sha256(content).hexdigest()
