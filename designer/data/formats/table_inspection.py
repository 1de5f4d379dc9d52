"""Looks at a table: how it is written, what is in its columns, and what they are likely to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats import table_dialect, table_guesses, table_plan, table_profile, table_target
from designer.data.formats.base import FoundData, Progress
from designer.data.formats.columns import ColumnChoice, ColumnFacts, ColumnType
from designer.data.formats.sequence_layouts import possible_steps
from designer.data.formats.table_findings import TableSeen, findings
from designer.data.formats.table_leaks import leaking
from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_pixels import side_of
from designer.data.formats.table_profile import Profile, Sampled
from designer.data.readers._cells import Cells
from designer.data.readers._parts import leads_outside
from designer.data.readers._tables import OpenTable, line_at, opened_table
from designer.data.readers.labelled_pictures import file_name

_HEAD = 50
_HEAD_CELL = 200
"""Letters of a cell that is shown."""
_MOST_COMPARED = 3_000_000
"""Rows up to which those that are there twice are looked for."""


def inspected(path: Path, options: TableOptions, progress: Progress) -> FoundData[TableOptions]:
    """What there is. Raises DataError, ValueError and duckdb.Error."""
    if not path.exists():
        raise DataError(f"{path}: there is no such file")
    settled = table_dialect.settled(path, options, progress)
    reading = table_plan.reading_of(settled) | {"width": table_dialect.width_of(path, settled)}
    with opened_table(path, told=progress, **reading) as table:
        rows = _count(table)
        faults = table.faults()
        if len(table.names) < 2:
            raise DataError(
                f"{path}: there is one column, {table.names[0]!r}: expected two or more, to learn one from the others, "
                "with a comma, semicolon, tab or bar between them"
            )
        if not rows:
            raise DataError(f"{path}: there are names of columns, but no rows below them")
        table_profile.hold(table, rows)
        view = _View(path, settled, table, Cells(table, settled.decimal, settled.dates), rows, progress)
        return view.found(faults)


def _count(table: OpenTable) -> int:
    last = f"c{len(table.names) - 1}"
    found = table.connection.execute(f"SELECT count(*), count({last}) FROM cells").fetchall()
    return int(found[0][0])


@dataclass
class _View:
    """A table that is being looked at."""

    path: Path
    options: TableOptions
    table: OpenTable
    cells: Cells
    rows: int
    progress: Progress

    def found(self, faults: Sequence[tuple[int, str]]) -> FoundData[TableOptions]:
        """All that is found."""
        table_profile.take_sample(self.table, self.rows)
        samples = table_profile.sampled(self.cells)
        given = {item.name: item for item in self.options.columns}
        likely = self._likely(samples, given)
        target = likely[0] if likely else self._given_target(given)
        part = next((name for name, item in given.items() if item.role == "part"), "")
        part = part or ("" if given else table_guesses.part_of(samples))
        types = table_guesses.types_of(samples, given, target)
        profiles = self._profiles(samples, types, given, target, part)
        roles = table_guesses.roles_of(profiles, self.rows, target, part)
        roles |= {name: item.role for name, item in given.items() if name in roles}
        columns = tuple(table_guesses.choice_of(item, roles[item.name], self.options) for item in profiles)
        chosen = self.options.model_copy(update={"columns": columns})
        may_be_curves, steps = possible_steps(self.path)
        looked = TableSeen(
            options=chosen,
            profiles=profiles,
            rows=self.rows,
            faults=self._lines(faults),
            fault_count=len(faults),
            names=self.table.written,
            likely=likely,
            leaks=tuple(leaking(self.cells, columns, {item.name: item.distinct for item in samples})),
            repeated=self._repeated(columns),
            doubtful_dates=table_dialect.doubtful_dates(self.path, self.options),
            share_of_letters=self._share_of_letters(),
            may_be_curves=may_be_curves,
            steps=steps,
            pixels=chosen.pixels or side_of(profiles, [item.name for item in columns if item.role == "target"]),
            pictures=self._pictures_outside(),
        )
        return self._told(looked, part)

    def _pictures_outside(self) -> str:
        """The column that names pictures which lie outside the folder of the table; empty where none does."""
        head = self._head()
        for place, name in enumerate(self.table.names):
            cells = [file_name(row[place]) for row in head if row[place]]
            if cells and all("." in cell and leads_outside(self.path.parent, cell) for cell in cells):
                from designer.data.readers.pictures import is_picture  # which brings in Pillow

                if all(is_picture(PurePosixPath(cell).name) for cell in cells):
                    return name
        return ""

    def _share_of_letters(self) -> float:
        if self.options.encoding.startswith("utf"):
            return 0.0
        letters = table_dialect.letters_at(self.path)
        return letters.share if letters.is_sure and letters.encoding == self.options.encoding else 0.0

    def _likely(self, samples: Sequence[Sampled], given: Mapping[str, ColumnChoice]) -> tuple[str, ...]:
        """What is likely to be learned, the likeliest first; nothing where somebody has said what columns are."""
        if given.keys() & {item.name for item in samples}:
            return ()
        return table_target.likely_targets(samples, [table_guesses.part_of(samples)])

    def _given_target(self, given: Mapping[str, ColumnChoice]) -> str:
        """The first target that somebody has named."""
        return next((name for name, item in given.items() if item.role == "target" and name in self.table.names), "")

    def _profiles(
        self,
        samples: Sequence[Sampled],
        types: Mapping[str, ColumnType],
        given: Mapping[str, ColumnChoice],
        target: str,
        part: str,
    ) -> list[Profile]:
        """Texts and identifiers that a person wants to be taken or learned are looked at as categories."""
        targets = {target} | {name for name, item in given.items() if item.role == "target"}
        taken = targets | {name for name, item in given.items() if item.role == "input"}
        words = ("text", "identifier")
        looked: dict[str, ColumnType] = {
            name: "category" if kind in words and name in taken else kind for name, kind in types.items()
        }
        found = table_profile.profiled(self.cells, samples, looked, self.rows, targets, part, self.progress)
        return [_as_type(item, types[item.name]) for item in found]

    def _lines(self, faults: Sequence[tuple[int, str]]) -> tuple[int, ...]:
        lines = self.table.lines
        return tuple(line_at(lines, place) for place, _ in faults[:10]) if lines else ()

    def _repeated(self, columns: Sequence[ColumnChoice]) -> int:
        taken = [self.cells.cell(item.name) for item in columns if item.role in ("input", "target")]
        if self.rows > _MOST_COMPARED or not taken:
            return 0
        query = f"SELECT count(*) - count(DISTINCT hash({', '.join(taken)})) FROM cells"
        found = self.table.connection.execute(query).fetchone()
        return int(found[0]) if found else 0

    def _told(self, looked: TableSeen, part: str) -> FoundData[TableOptions]:
        options = looked.options
        taken, parts = self._taken(options, part)
        info = table_plan.info_of(options, self.path.name)
        classes = next((item for item in options.columns if item.role == "target" and item.values), None)
        counts = looked.by_name[classes.name].counts if classes else {}
        return FoundData(
            options=options,
            info=info,
            samples=taken,
            summary=_summary(options, self.rows),
            reading=_reading(options) + _looked_at(self.rows),
            findings=findings(looked),
            class_counts=tuple(counts.get(value, 0) for value in classes.values) if classes else (),
            group_sizes=self._group_sizes(options),
            given_parts=parts,
            fingerprint=fingerprint(self.path),
            columns=tuple(_facts(item) for item in looked.profiles),
            head=self._head(),
            without_effect=_without_effect(options) | (frozenset() if looked.pixels else frozenset(("pixels",))),
        )

    def _group_sizes(self, options: TableOptions) -> tuple[int, ...]:
        """The rows of each group, in the order of the reader's numbers of them; nothing of a large table."""
        named = next((item.name for item in options.columns if item.role == "group"), None)
        if named is None or self.rows > _MOST_COMPARED:
            return ()
        group = self.cells.text(named)
        query = (
            f"SELECT count(*) FROM cells WHERE {self._where_taken(options)} GROUP BY {group} "
            f"ORDER BY {group} NULLS FIRST"
        )
        return tuple(count for (count,) in self.table.connection.execute(query).fetchall())

    def _where_taken(self, options: TableOptions) -> str:
        """What holds of rows that have all that is to be learned."""
        needed = [self.cells.text(item.name) for item in options.columns if item.role == "time"]
        for item in options.columns:
            if item.role == "target":
                needed.append(self.cells.number(item.name) if item.type == "number" else self.cells.text(item.name))
            elif options.missing_numbers == "leave_out" and item.gaps:
                meanings = {"date": self.cells.moment, "yes_no": self.cells.truth}
                needed.append(meanings.get(item.type, self.cells.number)(item.name))
        return " AND ".join(f"{item} IS NOT NULL" for item in needed) or "true"

    def _taken(self, options: TableOptions, part: str) -> tuple[int, tuple[int, int, int]]:
        """The rows that have all that is to be learned, and how many of each part they are."""
        where = self._where_taken(options)
        which = f"coalesce({self.cells.part(part)}, 0)" if part else "-1"
        counts = ", ".join(f"count(*) FILTER (WHERE {which} = {number})" for number in range(3))
        query = f"SELECT count(*), {counts} FROM cells WHERE {where}"
        found = self.table.connection.execute(query).fetchone() or (0, 0, 0, 0)
        return found[0], (found[1], found[2], found[3])

    def _head(self) -> tuple[tuple[str, ...], ...]:
        columns = ", ".join(f"CAST(c{place} AS VARCHAR)" for place in range(len(self.table.names)))
        rows = self.table.connection.execute(f"SELECT {columns} FROM cells LIMIT {_HEAD}").fetchall()
        return tuple(tuple("" if cell is None else cell[:_HEAD_CELL] for cell in row) for row in rows)


def _as_type(profile: Profile, kind: ColumnType) -> Profile:
    return profile if profile.type == kind else Profile(**{**vars(profile), "type": kind})


def _without_effect(options: TableOptions) -> frozenset[str]:
    """How numbers are learned where classes are, and what becomes of missing ones where there are none."""
    learned = any(item.role == "target" and item.type == "number" for item in options.columns)
    missing = any(item.role == "input" and item.gaps for item in options.columns)
    return frozenset((() if learned else ("target_scale",)) + (() if missing else ("missing_numbers", "tell_missing")))


def _facts(profile: Profile) -> ColumnFacts:
    least, most = (
        "" if end is None else f"{end:g}" if isinstance(end, float) else str(end)
        for end in (profile.least, profile.most)
    )
    return ColumnFacts(profile.name, profile.missing, profile.distinct, least, most, profile.mean)


def _summary(options: TableOptions, rows: int) -> str:
    """891 rows, 12 columns: 7 numbers, 3 categories, 2 texts."""
    words = {
        "number": ("number", "numbers"),
        "category": ("category", "categories"),
        "yes_no": ("yes or no", "yes or no"),
        "date": ("date", "dates"),
        "text": ("text", "texts"),
        "identifier": ("identifier", "identifiers"),
    }
    counts = {kind: sum(item.type == kind for item in options.columns) for kind in words}
    kinds = ", ".join(plural(count, *words[kind]) for kind, count in counts.items() if count)
    return f"{plural(rows, 'row')}, {plural(len(options.columns), 'column')}: {kinds}"


def _reading(options: TableOptions) -> str:
    """species (3 classes) is learned from 4 columns; rows are learned from as they come."""
    targets = [item for item in options.columns if item.role == "target"]
    inputs = sum(item.role == "input" for item in options.columns)
    if not targets:
        return f"{plural(inputs, 'column is', 'columns are')} taken; none is learned yet."
    learned = ", ".join(_learned(item) for item in targets)
    verb = "is" if len(targets) == 1 else "are"
    said = f"{learned} {verb} learned from {plural(inputs, 'column')}."
    if options.pixels:
        return f"{said} They are the pixels of grey pictures, {options.pixels}×{options.pixels}, from 0 to 255."
    return f"{said} Numbers are brought to a mean of 0 and a deviation of 1."


def _looked_at(rows: int) -> str:
    """What was not asked of all rows, where there are very many."""
    if rows <= table_profile.MOST_LOOKED_AT:
        return ""
    compared = "" if rows <= _MOST_COMPARED else "; whether rows are there twice was not looked at"
    return (
        f" Counts, means and categories are those of all {rows:,} rows, types and outliers of "
        f"about {table_profile.SAMPLE_ROWS:,} from all over them{compared}."
    )


def _learned(item: ColumnChoice) -> str:
    if item.type != "number":
        return f"{item.name} ({plural(len(item.values), 'class', 'classes')})"
    if item.scale == 1 and not item.offset:
        return f"{item.name} (a number)"
    side = "+" if item.offset < 0 else "−"
    return f"{item.name} (a number, as ({item.name} {side} {abs(item.offset):g}) / {item.scale:g})"
