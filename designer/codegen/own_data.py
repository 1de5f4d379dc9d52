"""A person's own data in a script: where they are, what reads them, and which samples are kept apart for the test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from designer.codegen.layout import Brackets, Code, broken
from designer.codegen.printing import keyword_code, literal_code
from designer.core.graph.binding import DataInfo, Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.ir.expr import literal
from designer.core.storage.data_path import is_absolute
from designer.data.archives import UNPACKED, ArchiveReader, lister_of
from designer.data.formats.base import PART, ReaderCall
from designer.data.formats.registry import format_of
from designer.data.opening import MOST_IN_MEMORY, bytes_in_memory
from designer.data.parts import HELD, TEST, VALIDATION, SplitForTest, split_for_test, words_of
from designer.recipe.function import Function

DATA, TEST_SHARE, SPLIT_SEED = "DATA", "TEST_SHARE", "SPLIT_SEED"
READ_DATA = "read_data"
SCALES, STANDARDISED = "scales_of", "standardised"
KNOWN_TOKENS, ONLY_TOKENS = "known_tokens", "only_known_tokens"
KNOWN_CATEGORIES, ONLY_CATEGORIES = "known_categories", "only_known_categories"
_BOTH = "tuple[dict[str, np.ndarray], dict[str, np.ndarray]]"


@dataclass(frozen=True)
class OwnData:
    """How a script reads a person's own data; a path that is not absolute is seen from the script."""

    settings: DataSettings
    info: DataInfo
    call: ReaderCall
    split: SplitForTest
    spared: frozenset[str] = frozenset()
    """Packages that these data do not need, although what reads them knows them."""
    listed: Mapping[str, int] = field(default_factory=dict)
    """Columns whose values were listed by all samples, as `Format.listed` has them."""
    lister: ArchiveReader | None = None
    """What lists the files of an archive, where the data are one."""

    @classmethod
    def of(cls, settings: DataSettings, info: DataInfo) -> OwnData:
        """How these data are read, without reading them. Raises DataError where their settings are wrong."""
        form = format_of(settings.source)
        options, path = form.read_options(settings.options), Path(settings.path)
        names_tests = settings.known is not None and settings.known.names_tests
        split = split_for_test(info, settings, names_tests)
        spared, listed = form.spared(path, options), form.listed(options)
        return cls(settings, info, form.call(options), split, spared, listed, lister_of(path))

    @property
    def is_beside(self) -> bool:
        """Whether the path is seen from the script."""
        return not is_absolute(self.settings.path)

    @property
    def functions(self) -> list[Function]:
        """What keeps the test samples apart, unless the data name them, and what standardises numbers."""
        split = [Function("splitting", self.split.function)] if self.split.function else []
        scaled = (Function("standardising", name) for name in (SCALES, STANDARDISED) if self._raw)
        return [*split, *scaled, *(Function("vocabulary", name) for name in self._known)]

    @property
    def readers(self) -> list[tuple[str, str]]:
        """What scripts have the source of, beside what reads the samples: functions with their modules."""
        return [(item.function, item.home) for item in (UNPACKED, self.lister)] if self.lister else []

    @property
    def _is_large(self) -> bool:
        """Whether the program does not hold them in memory, on any machine."""
        large = self.settings.reading == "auto" and bytes_in_memory(self.settings) > MOST_IN_MEMORY
        return large or self.settings.reading == "streamed"

    @property
    def _raw(self) -> list[Feature]:
        return [item for item in self.info.features if item.raw]

    def constants(self) -> Iterator[str]:
        """Where the data are, and what the split takes."""
        path = literal(self.settings.path)
        yield f"{DATA} = {f'FOLDER / {path}' if self.is_beside else f'Path({path})'}"
        for name, value in self._shares:
            yield f"{name} = {literal(value)}"

    @property
    def _shares(self) -> list[tuple[str, float]]:
        if self.split.given:
            return []
        share: list[tuple[str, float]] = [(TEST_SHARE, self.settings.test_share)]
        return share if self.split.function == "split_by_time" else [*share, (SPLIT_SEED, self.settings.split_seed)]

    def section(self) -> Iterator[str]:
        """The function that reads the data."""
        yield f"def {READ_DATA}() -> {_BOTH}:"
        yield '    """The columns of the samples to learn from, and of those that are kept apart for the test."""'
        if self._is_large:
            yield "    # All samples are held in memory here; the program reads the same ones batch by batch."
        arguments = (keyword_code(name, literal_code(value)) for name, value in self.call.arguments.items())
        taken = "columns, _ = " if self.call.gives_words else "columns = "
        path = DATA
        if self.lister:
            path = "path"
            yield f"    path = {UNPACKED.function}({DATA}, {self.lister.function})"
        yield from broken(taken, Brackets(f"{self.call.function}(", (path, *arguments)), indent=4)
        if self.info.held or self.split.given:
            yield f"    part = columns.pop({literal(PART)})"
        if self.info.held:
            yield f"    columns[{literal(HELD)}] = part == {VALIDATION}"
        yield from broken("rows, tested = ", self._rows, indent=4)
        yield "    learned = {name: values[rows] for name, values in columns.items()}"
        if not self._raw and not self.listed:
            yield "    return learned, {name: values[tested] for name, values in columns.items()}"
            return
        yield "    tests = {name: values[tested] for name, values in columns.items()}"
        for feature in self._raw:
            column = literal(feature.name)
            yield f"    scales = {SCALES}(learned[{column}], {feature.raw}, {literal(feature.missing)})"
            yield f"    learned[{column}] = {STANDARDISED}(learned[{column}], scales)"
            yield f"    tests[{column}] = {STANDARDISED}(tests[{column}], scales)"
        for name, first in self.listed.items():
            yield from self._only_known(literal(name), first, words_of(self.info, name))
        yield "    return learned, tests"

    @staticmethod
    def _only_known(column: str, first: int, count: int) -> Iterator[str]:
        """Words and categories of the test that no sample to learn from has are unknown."""
        if count:
            yield f"    known = {KNOWN_TOKENS}(learned[{column}], {first}, {count})"
            yield f"    tests[{column}] = {ONLY_TOKENS}(tests[{column}], known, {first - 1})"
        else:
            yield f"    known = {KNOWN_CATEGORIES}(learned[{column}], {first})"
            yield f"    tests[{column}] = {ONLY_CATEGORIES}(tests[{column}], known)"

    @property
    def _known(self) -> list[str]:
        """The functions that this takes."""
        counts = [words_of(self.info, name) for name in self.listed]
        tokens = [KNOWN_TOKENS, ONLY_TOKENS] if any(counts) else []
        return tokens if all(counts) else [*tokens, KNOWN_CATEGORIES, ONLY_CATEGORIES]

    @property
    def _rows(self) -> Code:
        """The numbers of the samples to learn from, and of those for the test."""
        if self.split.given:
            return f"np.flatnonzero(part != {TEST}), np.flatnonzero(part == {TEST})"
        column = self.split.column or self.info.features[0].name
        given = f"columns[{literal(column)}]" if self.split.column else f"len(columns[{literal(column)}])"
        return Brackets(f"{self.split.function}(", (given, *(name for name, _ in self._shares)))
