"""What members of a file of arrays are for, by their names and, where these say nothing, by their shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from designer.data.formats.array_files.members import Member
from designer.data.formats.columns import Role
from designer.data.readers._parts import PARTS

Layout = Literal[
    "features",
    "sequence",
    "tokens",
    "image",
    "image_first",
    "image_last",
    "volume_first",
    "volume_last",
    "frames_first",
    "frames_last",
]
_PARTS = PARTS | {"tr": 0, "te": 2}


def _any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TARGETS = _any_of(
    "y ys label labels lbl lbls target targets class classes truth output outputs category categories digit"
)
_INPUTS = _any_of(
    "x xs data image images img imgs input inputs feature features signal signals sequence sequences sample samples "
    "pixels values observations"
)
_GROUPS = _any_of("group groups subject subjects patient patients person persons user users")
_SPLITS = _any_of("split part parts subset fold")
_PICTURES = _any_of("image images img imgs picture pictures pixels mask photo photos")
_SEQUENCES = _any_of("sequence sequences series signal signals speech time ecg eeg sensor sensors")
_FRAMES = _any_of("video videos frames clip clips movie movies")
_TOKENS = _any_of("token tokens words ids text texts")
_FEWEST_ROWS = 8
"""Of a picture: smaller ones are taken for sequences, if nothing else is said."""
_MOST_CHANNELS = 4
_JOINED = re.compile(r"(x|y|data|images|labels)(train|test|valid|validation|val|dev)s?$|(train|test|valid|val)(x|y)$")


@dataclass(frozen=True)
class Named:
    """A member's words without that for its part, and the part that it says."""

    words: tuple[str, ...]
    part: int | None

    @property
    def stem(self) -> str:
        """What its column is called, whatever its part."""
        return "_".join(self.words)[:48] or "values"


def named(name: str) -> Named:
    """The words of a member's name: X_train is x, of part 0; train-images-idx3-ubyte.gz is images, of part 0."""
    plain = re.sub(r"\.(npy|gz|idx)\b|\bidx\d-ubyte|-ubyte", " ", name).replace("t10k", "test")
    found: list[str] = []
    for word in re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)):
        joined = _JOINED.match(word.lower())  # xtrain
        found += [part for part in joined.groups() if part] if joined else [word.lower()]
    parts = [_PARTS[word] for word in found if word in _PARTS]
    return Named(tuple(word for word in found if word not in _PARTS), parts[0] if parts else None)


def roles_of(members: Sequence[Member]) -> dict[str, Role]:
    """A role for each member; those with a problem are ignored."""
    usable = [member for member in members if not member.problem]
    roles: dict[str, Role] = {member.name: _by_name(member) or "ignored" for member in members}
    roles |= {member.name: "ignored" for member in members if member.problem}
    counts = {member.shape[0] for member in usable if roles[member.name] in ("input", "target")}
    if not counts and usable:
        counts = {max(usable, key=lambda member: member.bytes).shape[0]}
    unknown = [member for member in usable if _by_name(member) is None and member.shape[0] in counts]
    if "target" not in roles.values():
        roles |= {member.name: "target" for member in unknown if _may_be_labels(member)}
    if "input" not in roles.values():
        roles |= {member.name: "input" for member in unknown if not member.is_text and roles[member.name] == "ignored"}
    return _with_an_input(roles, usable)


def _with_an_input(roles: dict[str, Role], usable: Sequence[Member]) -> dict[str, Role]:
    """Where all are taken for targets, the largest is learned from."""
    numbers = [member for member in usable if not member.is_text]
    if "input" not in roles.values() and numbers:
        roles[max(numbers, key=lambda member: member.bytes).name] = "input"
    return roles


def _may_be_labels(member: Member) -> bool:
    return len(member.shape) == 1 or (len(member.shape) == 2 and member.shape[1] == 1)


def _by_name(member: Member) -> Role | None:
    words = named(member.name).words
    if "names" in words or "name" in words:
        return "ignored"
    by_word: dict[Role, frozenset[str]] = {"target": _TARGETS, "group": _GROUPS, "part": _SPLITS, "input": _INPUTS}
    return next((role for role, known in by_word.items() if known & set(words[-2:])), None)


def layout_of(member: Member, samples_last: bool = False) -> Layout:
    """What the axes of a sample are, by their sizes and, where these leave it open, by the member's name."""
    shape = member.shape[:-1] if samples_last else member.shape[1:]
    words = set(named(member.name).words)
    if len(shape) <= 1:
        return "tokens" if shape and words & _TOKENS and member.dtype.kind in "iu" else "features"
    if len(shape) == 2:
        is_square = shape[0] == shape[1] >= _FEWEST_ROWS
        is_picture = words & _PICTURES or (not words & _SEQUENCES and (member.dtype.itemsize == 1 or is_square))
        return "image" if is_picture else "sequence"
    behind = shape[-1] <= _MOST_CHANNELS
    if len(shape) == 3:
        return "image_last" if behind and shape[0] > _MOST_CHANNELS else "image_first"
    if words & _FRAMES:
        return "frames_last" if behind else "frames_first"
    return "volume_last" if behind else "volume_first"


def samples_last_in(members: Sequence[Member], roles: Mapping[str, Role]) -> tuple[str, ...]:
    """Inputs whose last axis counts the samples, as MATLAB has it: as many as there are labels."""
    found = []
    for member in members:
        if roles.get(member.name) == "input" and len(member.shape) > 1:
            part = named(member.name).part
            counts = {
                other.shape[0]
                for other in members
                if roles.get(other.name) == "target" and named(other.name).part == part
            }
            if member.shape[0] not in counts and member.shape[-1] in counts:
                found.append(member.name)
    return tuple(found)


@dataclass(frozen=True)
class MemberColumn:
    """A column and its members, one for each part."""

    name: str
    members: tuple[str, ...]


def columns_in(roles: Mapping[str, Role], role: Role, parts: Sequence[int], whole: Sequence[str]) -> list[MemberColumn]:
    """The columns of a role; `parts` are those that there are, and `whole` the members that are in use."""
    found: dict[str, dict[int, str]] = {}
    for name in whole:
        if roles[name] == role:
            own = named(name)
            stem = own.stem if (own.part or 0) not in found.get(own.stem, {}) else _plain(name)
            found.setdefault(stem, {})[own.part or 0] = name
    return [MemberColumn(stem, tuple(members[part] for part in parts)) for stem, members in found.items()]


def _plain(name: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", name.lower()))[:48]


def parts_in(roles: Mapping[str, Role]) -> tuple[tuple[int, ...], list[str], list[str]]:
    """The parts that have all columns, the members in them, and those that are left over. No part stands for (0,)."""
    used = [name for name, role in roles.items() if role in ("input", "target")]
    by_part: dict[int, dict[tuple[str, Role], str]] = {}
    for name in used:
        by_part.setdefault(named(name).part or 0, {})[named(name).stem, roles[name]] = name
    expected = by_part.get(0, next(iter(by_part.values()), {}))
    parts = tuple(sorted(part for part, found in by_part.items() if expected.keys() <= found.keys()))
    members = [name for name in used if (named(name).part or 0) in parts]
    members = [name for name in members if len(parts) == 1 or (named(name).stem, roles[name]) in expected]
    return parts, members, [name for name in used if name not in members]
