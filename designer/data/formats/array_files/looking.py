"""Looks at a file of arrays: roles, layouts, classes, and what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import sizes_text
from designer.core.schema.units import noun, plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.array_files import doubts, kinds
from designer.data.formats.array_files.members import Member, beside, kind_of, load, members_of
from designer.data.formats.array_files.options import ArraysOptions, reader_call
from designer.data.formats.array_files.roles import (
    Layout,
    MemberColumn,
    columns_in,
    layout_of,
    parts_in,
    roles_of,
    samples_last_in,
)
from designer.data.formats.base import ColumnChoice, Finding, FoundData, Learned, Progress
from designer.data.formats.class_findings import class_findings
from designer.data.formats.columns import Role
from designer.data.formats.counting import classes_counted, parts_counted
from designer.data.readers.arrays import columns_of
from designer.data.samples import Array

MOST_LOOKED_THROUGH = 512 * 2**20
"""Bytes of inputs that are read to look for doubts."""


def look(path: Path, options: ArraysOptions, progress: Progress) -> FoundData[ArraysOptions]:
    """What there is. Raises DataError with the member that is not as expected."""
    looking = _MemberLook(path, options, progress)
    return looking.found()


class _MemberLook:
    """One look at a file, step by step."""

    def __init__(self, path: Path, options: ArraysOptions, progress: Progress) -> None:
        self.path, self.given = path, options.model_copy(update={"target_units": {}})
        self.kind = kind_of(path)
        if not self.kind:
            raise DataError(f"{path}: expected arrays: a file of NumPy, safetensors, HDF5, MATLAB or IDX")
        listed = members_of(path, self.kind)
        self.members = {member.name: member for member in listed}
        self.choices = {item.name: item for item in options.columns}
        self.roles = self._roles(listed)
        self.last = samples_last_in(listed, self.roles)
        self.parts, used, self.alone = parts_in(self.roles)
        self.inputs = columns_in(self.roles, "input", self.parts, used)
        self.targets = columns_in(self.roles, "target", self.parts, used)
        self._expect_inputs(listed)
        self._expect_same_samples()
        inputs = [self.members[name] for item in self.inputs for name in item.members]
        self.is_large = sum(member.bytes for member in inputs) > MOST_LOOKED_THROUGH
        beside_inputs = [name for name, role in self.roles.items() if role in ("part", "group")]
        wanted = [name for item in self.targets for name in item.members] + beside_inputs + self._words()
        needed = [self.members[name] for name in wanted] + ([] if self.is_large else inputs)
        self.arrays = load(path, self.kind, needed, progress)

    def _roles(self, listed: list[Member]) -> dict[str, Role]:
        if not self.choices:
            return roles_of(listed)
        roles: dict[str, Role] = {name: item.role for name, item in self.choices.items() if item.role != "ignored"}
        for name in roles:
            if name not in self.members:
                raise DataError(f"{self.path}: there is no member {name!r}")
            if problem := self.members[name].problem:
                raise DataError(f"{self.path}: {name}: {problem}")
        return {member.name: roles.get(member.name, "ignored") for member in listed}

    def _expect_inputs(self, listed: list[Member]) -> None:
        if self.inputs:
            return
        why = "".join(f"; {member.name}: {member.problem}" for member in listed[:5] if member.problem)
        raise DataError(f"{self.path}: expected a member with numbers for each sample as the input{why}")

    def _expect_same_samples(self) -> None:
        for name in (name for item in self.inputs for name in item.members if self.members[name].is_text):
            raise DataError(f"{self.path}: {name}: it holds words: expected numbers to learn from")
        for item in self.inputs:
            sizes = [kinds.sample_shape(self.members[name], name in self.last) for name in item.members]
            for name, size in zip(item.members, sizes, strict=True):
                if size != sizes[0]:
                    raise DataError(
                        f"{self.path}: {name}: expected samples of {sizes_text(sizes[0])}, as {item.members[0]} has, "
                        f"got {sizes_text(size)}"
                    )

    def _words(self) -> list[str]:
        """Members with words, one of which may have the names of classes."""
        return [
            member.name
            for member in self.members.values()
            if member.is_text and not member.problem and len(member.shape) == 1 and self.roles[member.name] == "ignored"
        ]

    def found(self) -> FoundData[ArraysOptions]:
        """All that was seen."""
        inputs = {item.name: (item.members, *self._read_as(item)) for item in self.inputs}
        targets = {item.name: (item.members, *self._learned_as(item)) for item in self.targets}
        options = self.given.model_copy(
            update={
                "columns": tuple(self._choice(member, targets) for member in self.members.values()),
                "kind": self.kind,
                "parts": self.parts if self.parts != (0,) else (),
                "inputs": inputs,
                "targets": targets,
                "samples_last": self.last,
            }
        )
        try:
            columns = self._columns(options)
            info = self._info(inputs, targets, columns)
        except (ValueError, DataError) as error:
            raise DataError(f"{self.path}: {error}") from error
        counts = self._class_counts(info, columns)
        count = len(next(iter(columns.values()))) if columns else self._count()
        return FoundData(
            options=options,
            info=info,
            samples=count,
            class_counts=tuple(counts.values()),
            given_parts=parts_counted(columns),
            summary=_summary(info, count),
            reading=_reading(inputs, targets, info),
            findings=tuple(self._findings(inputs, columns, counts)),
            fingerprint=self._fingerprint(),
            files=len(beside(self.path, self.kind)),
            learned=self._learned(info, inputs, columns),
            without_effect=frozenset() if _has_numbers(info) else frozenset(("target_scale",)),
        )

    def _read_as(self, item: MemberColumn) -> tuple[Layout, float]:
        """The layout of an input, and what it is divided by."""
        member = self.members[item.members[0]]
        layout = layout_of(member, member.name in self.last) if self.given.layout == "auto" else self.given.layout
        arrays = [self.arrays[name] for name in item.members if name in self.arrays]
        return layout, kinds.divisor_of(layout, arrays, member.dtype) if self.given.scale else 1.0

    def _learned_as(self, item: MemberColumn) -> tuple[str, tuple[int | str, ...]]:
        """The kind of a target, and the values of its classes."""
        arrays = [self.arrays[name] for name in item.members]
        choice = self.choices.get(item.members[0])
        if choice is not None and choice.type == "number":
            return "number", ()
        if kinds.is_one_hot(arrays):
            return "one_hot", tuple(range(arrays[0].shape[1]))
        if choice is not None and choice.type == "category":
            return "class", _numbers(choice.values) or kinds.all_values(f"{self.path}: {item.members[0]}", arrays)
        steps = {kinds.sample_shape(self.members[one.members[0]], False)[:1] for one in self.inputs}
        if any(array.ndim > 1 and array.size > len(array) and array.shape[1:] not in steps for array in arrays):
            return "number", ()
        values = kinds.class_values(arrays)
        return ("number", ()) if values is None else ("class", values)

    def _choice(self, member: Member, targets: Mapping[str, tuple[Any, ...]]) -> ColumnChoice:
        """What a member is for, with the values of its classes."""
        role = self.roles[member.name]
        found = next((item for item in targets.values() if member.name in item[0]), None)
        if found is None or found[1] == "number":
            return ColumnChoice(name=member.name, role=role)
        return ColumnChoice(name=member.name, role=role, type="category", values=tuple(map(str, found[2])))

    def _columns(self, options: ArraysOptions) -> dict[str, Array]:
        """The columns as they would be read, as far as members were; empty where none were."""
        arguments = dict(reader_call(options).arguments)
        if self.is_large:
            arguments["inputs"] = {}
        if not arguments["inputs"] and not arguments["targets"]:
            return {}
        read = {name: array for name, array in self.arrays.items() if name not in self._words()}
        return columns_of(read, **arguments)

    def _info(self, inputs: Mapping[str, Any], targets: Mapping[str, Any], columns: Mapping[str, Array]) -> DataInfo:
        features: list[Feature] = []
        for name, (members, layout, _) in inputs.items():
            sizes = kinds.sample_shape(self.members[members[0]], members[0] in self.last)
            vocabulary = (
                int(columns[name].astype(np.int64).max()) + 1 if layout == "tokens" and name in columns else None
            )
            features.append(kinds.feature_of(name, sizes, layout, vocabulary))
        learned: list[Target] = []
        for name, (members, kind, values) in targets.items():
            classes = None if kind == "number" else self._names(values)
            learned.append(kinds.target_of(name, self.arrays[members[0]], classes, kind == "one_hot"))
        groups = "group" if "group" in self.roles.values() else ""
        title = self.path.name.partition(".")[0][:200] or "arrays"
        return DataInfo("arrays", title, tuple(features), tuple(learned), groups=groups)

    def _learned(self, info: DataInfo, inputs: Mapping[str, Any], columns: Mapping[str, Array]) -> Learned | None:
        if not _has_numbers(info) or self.given.target_scale == "as_it_is":
            return None
        return Learned({name: column for name, column in columns.items() if name not in inputs})

    def _names(self, values: tuple[int | str, ...]) -> tuple[str, ...]:
        """Those of the classes: as many words in a member of their own, or the values themselves."""
        words = [self.arrays[name] for name in self._words() if len(self.arrays[name]) == len(values)]
        plain = tuple(str(value) for value in values)
        named = tuple(str(word) for word in words[0]) if words else plain
        is_plain = any(isinstance(value, str) for value in values) or len(set(named)) < len(named)
        return plain if is_plain else named

    def _class_counts(self, info: DataInfo, columns: Mapping[str, Array]) -> dict[str, int]:
        first = next((item for item in info.targets if item.classes and not item.per_step), None)
        if first is None or first.classes is None:
            return {}
        return dict(zip(first.classes, classes_counted(first, columns), strict=True))

    def _count(self) -> int:
        """Samples by the headers alone."""
        members = [self.members[name] for name in self.inputs[0].members]
        return sum(member.shape[-1 if member.name in self.last else 0] for member in members)

    def _findings(
        self, inputs: Mapping[str, Any], columns: Mapping[str, Array], counts: Mapping[str, int]
    ) -> Iterator[Finding]:
        yield from doubts.unreadable(list(self.members.values()))
        yield from doubts.without_partner(self.alone)
        used = [name for item in (*self.inputs, *self.targets) for name in item.members if name in self.arrays]
        yield from doubts.missing_values(self.arrays, used, self.given.missing)
        yield from class_findings(counts, "samples")
        if self.is_large:
            yield doubts.not_looked_through()
        elif columns:
            yield from doubts.copies(columns, list(inputs))

    def _fingerprint(self) -> str:
        """Of the file, or of all files that belong together."""
        if self.path.is_dir():
            return fingerprint(self.path)
        import hashlib

        files = beside(self.path, self.kind)
        together = "".join(fingerprint(file) for file in files)
        return together if len(files) == 1 else hashlib.sha256(together.encode()).hexdigest()[:32]


def _has_numbers(info: DataInfo) -> bool:
    return any(item.classes is None for item in info.targets)


def _numbers(values: tuple[str, ...]) -> tuple[int | str, ...]:
    """Values as a file of options has them: whole numbers where they are written so."""
    return tuple(int(value) if value.lstrip("-").isdigit() and str(int(value)) == value else value for value in values)


def _summary(info: DataInfo, count: int) -> str:
    """10 classes, 1,797 samples of 1×8×8."""
    first = info.targets[0] if info.targets else None
    what = "no target" if first is None else f"numbers for {first.name}"
    if first is not None and first.classes:
        what = plural(len(first.classes), "class", "classes")
    sizes = " and ".join(sizes_text(item.shape.sizes) for item in info.features)
    return f"{what}, {count:,} {noun(count, 'sample')} of {sizes}"


def _reading(inputs: Mapping[str, Any], targets: Mapping[str, Any], info: DataInfo) -> str:
    """What each column is, in a sentence."""
    told = []
    for name, (members, layout, scale) in inputs.items():
        divided = f", divided by {scale:,.0f}" if scale != 1 else ""
        told.append(f"{_called(name, members)} is read as {kinds.words_for(layout)}{divided}")
    for name, (members, kind, _) in targets.items():
        what = (
            "numbers"
            if kind == "number"
            else plural(len((info.target(name) or info.targets[0]).classes or ()), "class", "classes")
        )
        told.append(f"{_called(name, members)} is learned as {what}")
    return f"{'; '.join(told)}."


def _called(name: str, members: Sequence[str]) -> str:
    """A column, and its members where they are called otherwise."""
    return name if tuple(members) == (name,) else f"{name} ({', '.join(members)})"
