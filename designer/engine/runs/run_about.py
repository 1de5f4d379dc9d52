"""What is said of a run beside its figures: where it comes from, and what a person calls it and thinks of it."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import designer
from designer.core.storage.reading import ReadingError, read_bounded
from designer.core.storage.writing import write_atomically

FILE = "run.json"
_MOST_BYTES = 1 << 20
_LONGEST_NAME = 200
WHEN = "%Y-%m-%dT%H:%M:%SZ"
"""How times are written."""


class Parent(BaseModel):
    """The run that another one was begun from, and how far it was then."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    run: str
    """Its id."""
    folder: str
    epoch: int
    step: int


class RunAbout(BaseModel):
    """What `run.json` holds. Entries that this version does not know stay as they are."""

    model_config = ConfigDict(frozen=True, extra="allow")

    version: int = 1
    begun: str = ""
    """When, in UTC: 2026-11-30T18:37:19Z."""
    name: str = Field(default="", max_length=_LONGEST_NAME)
    note: str = Field(default="", max_length=20_000)
    hidden: bool = False
    dismissed: bool = False
    """Whether a person was offered to go on with it after it was cut off, and would not."""
    file: str = ""
    """The architecture file that was open; empty for a design that was in none."""
    program: str = ""
    """The version of the program that began it."""
    data: str = ""
    """What its data are told from others by: their `DataSettings.identity`."""
    parent: Parent | None = None


def begun_now(name: str, file: str, data: str) -> RunAbout:
    """What is said of a run that begins."""
    now = datetime.now(UTC).strftime(WHEN)
    # A file's name, which the run is called by, may be longer, and no text.
    text = name.encode(errors="replace").decode()
    return RunAbout(begun=now, name=text[:_LONGEST_NAME], file=file, program=designer.__version__, data=data)


def read_about(folder: Path) -> RunAbout:
    """What is said of the run in a folder; nothing, where that cannot be read: its figures count all the same."""
    try:
        found = json.loads(read_bounded(folder / FILE, _MOST_BYTES))
    except (OSError, ReadingError, ValueError, RecursionError):
        return RunAbout()
    return _valid(found) if isinstance(found, dict) else RunAbout()


def _valid(found: dict[str, Any]) -> RunAbout:
    """What can be read of it: a longer name, as of another version, is cut, and what is none at all is left out."""
    if isinstance(name := found.get("name"), str):
        found["name"] = " ".join(name.split())[:_LONGEST_NAME].strip()
    try:
        return RunAbout.model_validate(found)
    except ValidationError as error:
        wrong = {place["loc"][0] for place in error.errors()}
    try:
        return RunAbout.model_validate({name: value for name, value in found.items() if name not in wrong})
    except ValidationError:
        return RunAbout()


def write_about(folder: Path, about: RunAbout) -> None:
    """Raises OSError."""
    text = json.dumps(about.model_dump(mode="json", exclude_none=True), indent=2, ensure_ascii=False)
    write_atomically(folder / FILE, f"{text}\n".encode(errors="replace"))  # paths may be any bytes


def say(folder: Path, **changes: str | bool) -> RunAbout:
    """Changes the name, the note, or whether it is hidden. Raises OSError, and ValidationError for too long ones."""
    about = RunAbout.model_validate({**read_about(folder).model_dump(), **changes})
    write_about(folder, about)
    return about


def try_to_say(folder: Path, **changes: str | bool) -> None:
    """The same, where it can be written."""
    with contextlib.suppress(OSError, ValueError):
        say(folder, **changes)


def with_parent(about: RunAbout, parent: Parent) -> RunAbout:
    """The same of a run that was begun from another one."""
    return about.model_copy(update={"parent": parent})
