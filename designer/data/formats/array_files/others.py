"""Arrays in another file that are read as those that a network has learned from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from designer.data.errors import DataError
from designer.data.formats.array_files.members import Member, expect_room, kind_of, members_of
from designer.data.formats.array_files.options import ArraysOptions, reader_call
from designer.data.formats.array_files.roles import named


def other_call(path: Path, options: ArraysOptions) -> tuple[str, dict[str, Any]]:
    """The kind of a file, and the arguments with which its reader gives the same inputs, and targets if it has them.

    Raises DataError where an input is not there.
    """
    kind = kind_of(path)
    if not kind:
        raise DataError(f"{path}: expected a file of arrays")
    there = [member for member in members_of(path, kind) if not member.problem]
    inputs: dict[str, tuple[tuple[str, ...], str, float]] = {}
    for name, (members, layout, scale) in options.inputs.items():
        found = _members_for(name, members, there, alone=len(options.inputs) == 1)
        if not found:
            raise DataError(f"{path}: expected a member {members[0]}, as the data have that were learned from")
        inputs[name] = (found, layout, scale)
    targets: dict[str, tuple[tuple[str, ...], str, tuple[int | str, ...]]] = {}
    for name, (members, kind_of_target, values) in options.targets.items():
        found = _members_for(name, members, there, alone=False)
        if all(len(found) == len(others) for others, *_ in inputs.values()):
            targets[name] = (found, kind_of_target, values)
    arguments = dict(reader_call(options).arguments) | {"inputs": inputs, "targets": targets}
    used = {member for members, *_ in (*inputs.values(), *targets.values()) for member in members}
    expect_room(path, [member for member in there if member.name in used])
    return kind, {name: value for name, value in arguments.items() if name not in ("parts", "part", "group")}


def _members_for(name: str, members: Sequence[str], there: Sequence[Member], alone: bool) -> tuple[str, ...]:
    """Those that are called as they were, else those of the same column, else the one that can only be meant."""
    names = [member.name for member in there]
    same = tuple(member for member in members if member in names)
    like = tuple(member for member in names if named(member).stem == name)
    numbers = tuple(member.name for member in there if not member.is_text)
    return same or like or (numbers if alone and len(numbers) == 1 else ())
