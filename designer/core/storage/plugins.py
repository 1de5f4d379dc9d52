"""Custom kinds: a person's own, in Python files that the person has named and trusted.

Such a file is a program. It is loaded when its content is what was trusted, as a Python module of its own, from which
the engine takes its torch modules and exported scripts their source.
"""

from __future__ import annotations

import ast
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import SourceLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from designer.core.graph.block import CATEGORIES, LEARNING, Block
from designer.core.graph.messages import validation_messages
from designer.core.graph.network import NetworkError, check_id
from designer.core.graph.registry import CUSTOM_HOME, registered, unregister
from designer.core.schema.fields import is_known
from designer.core.schema.limits import MAX_SCRIPT_BYTES, first_line
from designer.core.storage import trust
from designer.core.storage.reading import ReadingError, read_bounded
from designer.core.storage.trust import Trusted, digest, trusted

_WORDS = ("kind", "title", "category", "summary", "prefix")


class CustomError(Exception):
    """A file cannot be used for custom kinds; the message names the file, the line and what to do."""


_FORMER = {
    "designer.core.block": "designer.core.graph.block",
    "designer.core.expr": "designer.core.ir.expr",
    "designer.core.fields": "designer.core.schema.fields",
    "designer.core.registry": "designer.core.graph.registry",
    "designer.core.shape": "designer.core.schema.shape",
}
"""Where files of one's own found what they need before it had a place in a package: they still find it there."""


@dataclass(frozen=True)
class CustomFile:
    """A trusted file as it stands. `kinds` are those in use; `message` says why it is not, or no longer, as trusted."""

    path: Path
    state: Literal["loaded", "changed", "missing", "failed"]
    kinds: tuple[str, ...] = ()
    message: str = ""


def load() -> list[CustomFile]:
    """Brings the kinds in step with the list of trusted files; what is wrong with a file is told, never raised.

    Raises TrustError where the list itself cannot be read.
    """
    listed = trusted()
    for home in _homes_in_use() - {home_of(item) for item in listed}:
        unregister(home)
    return [_brought_in(item) for item in listed]


def trust_file(path: Path) -> list[CustomFile]:
    """Trusts what a file holds now, and loads it. Raises CustomError or TrustError where it cannot be read or kept."""
    trust.trust(path, _content(path))
    return load()


def remove_file(path: Path) -> list[CustomFile]:
    """Trusts a file no longer; its kinds are forgotten. Raises TrustError."""
    trust.distrust(path)
    return load()


def home_of(item: Trusted) -> str:
    """The Python module of a trusted file: another one for each content, so that nothing old is remembered of it."""
    stem = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in item.path.stem)
    return f"{CUSTOM_HOME}{stem}_{digest(str(item.path).encode())[:8]}_{item.sha256[:12]}"


def _homes_in_use() -> set[str]:
    return {home for home in tuple(sys.modules) if home.startswith(CUSTOM_HOME) and registered(home)}


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_SCRIPT_BYTES)
    except ReadingError as error:
        raise CustomError(f"{path}: {error}") from None


def _brought_in(item: Trusted) -> CustomFile:
    """Loads a file unless it is loaded; one that has changed since stays as it was trusted until the program ends."""
    home = home_of(item)
    kinds = tuple(block.kind for block in registered(home))
    try:
        content = _content(item.path)
    except CustomError as error:
        return CustomFile(item.path, "missing", kinds, str(error))
    if digest(content) != item.sha256:
        message = f"{item.path.name} has changed since you trusted it: look at it, and trust it again"
        return CustomFile(item.path, "changed", kinds, message)
    if kinds:
        return CustomFile(item.path, "loaded", kinds)
    try:
        return CustomFile(item.path, "loaded", _run(item, home, content))
    except CustomError as error:
        unregister(home)
        return CustomFile(item.path, "failed", (), str(error))


class _Loader(SourceLoader):
    """Runs the very bytes that were checked, and hands them out as the module's source."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path, self._content = path, content

    def get_filename(self, fullname: str) -> str:
        """Where the module is from."""
        return str(self._path)

    def get_data(self, path: bytes | str) -> bytes:
        """The source; no bytecode is read or written."""
        return self._content


def _run(item: Trusted, home: str, content: bytes) -> tuple[str, ...]:
    """Runs a file and gives the names of its kinds. Raises CustomError."""
    spec = spec_from_loader(home, _Loader(item.path, content))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[home] = module
    for former, present in _FORMER.items():
        sys.modules.setdefault(former, import_module(present))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # it may do anything
        raise CustomError(told(error, item.path)) from None
    blocks = registered(home)
    if not blocks:
        raise CustomError(f"{item.path.name} has no block kind: write a subclass of Block with @register above it")
    lines = _lines(content)
    for block in blocks:
        problem = next(_shortcomings(block), "")
        if problem:
            line = f", line {lines[block.__name__]}" if block.__name__ in lines else ""
            raise CustomError(f"{item.path.name}{line}: {block.__name__} {problem}")
    return tuple(block.kind for block in blocks)


def told(error: BaseException, path: Path) -> str:
    """An exception with the file and the line that it came from."""
    if isinstance(error, SyntaxError):
        return f"{path.name}, line {error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f"{path.name}, line {lines[-1]}" if lines else path.name
    if isinstance(error, ValidationError):
        return f"{where}: {validation_messages(error)[0]}"
    words = first_line(error)
    if type(error) is ValueError:
        return f"{where}: {words}"
    return f"{where}: {type(error).__name__}: {words}" if words else f"{where}: {type(error).__name__}"


def _lines(content: bytes) -> dict[str, int]:
    """The line of each class."""
    return {item.name: item.lineno for item in ast.walk(ast.parse(content)) if isinstance(item, ast.ClassDef)}


def _shortcomings(block: type[Block]) -> Iterator[str]:
    """What keeps a class from being a kind, in words that go on from its name."""
    for name in _WORDS:
        if not isinstance(getattr(block, name, None), str) or not getattr(block, name):
            yield f'has no {name}: write {name} = "..." in it'
    if not block.outputs:
        yield "has no output: name one port or more in outputs"
    if block.category not in CATEGORIES:
        yield f"has the category {block.category!r}: expected one of {', '.join(CATEGORIES)}"
    try:
        check_id(f"{block.prefix}1")
        check_id(block.kind)
    except NetworkError as error:
        yield f"has a kind or prefix that cannot name things: {error}"
    yield from _wrong_fields(block)
    try:
        block.model_validate(block().params()).details()
    except ValidationError as error:
        yield f"cannot be made with its defaults: {validation_messages(error)[0]}"
    except Exception as error:
        yield f"cannot say its details: {type(error).__name__}: {error}"


def _wrong_fields(block: type[Block]) -> Iterator[str]:
    """The same of its fields."""
    for name in LEARNING:
        if any(name in vars(kind).get("__annotations__", {}) for kind in block.__mro__[: block.__mro__.index(Block)]):
            yield f"has a field {name!r}, which every block has by itself: give it another name"
    for name, field in block.model_fields.items():
        if not is_known(field):
            yield f"has a field {name!r} that cannot be edited: make it with whole, real, choice, flag or a size"
