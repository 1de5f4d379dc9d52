"""Table: rows of a CSV, Parquet, JSON lines or Excel file, with columns that are taken and columns that are learned."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from designer.core.graph.binding import Feature
from designer.core.schema.limits import first_line
from designer.data.errors import DataError
from designer.data.formats import table_plan
from designer.data.formats.base import Cache, Format, FoundData, Opened, Progress, ReaderCall, Way, untold
from designer.data.formats.columns import ColumnChoice
from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_words import row_of_table
from designer.data.formats.target_scale import Units
from designer.data.machine import available_memory

if TYPE_CHECKING:
    from designer.data.samples import Array, Dataset

_SURE = {"workbook": 90, "parquet": 90, "records": 80}
"""How likely a file is a table, by what it is; for a file of lines its first ones tell."""
_SHARE_OF_MEMORY = 0.8
_OF_A_FILE = ("encoding", "delimiter", "header", "skipped", "decimal", "dates")
"""Options that each file has its own of."""


class TableFormat(Format[TableOptions]):
    """Rows of numbers, categories and dates."""

    name = "table"
    title = "Table"
    description = "Rows of numbers, categories and dates: CSV, Parquet, JSON lines, Excel"
    endings = (
        *(".csv", ".tsv", ".tab", ".txt", ".data", ".csv.gz", ".tsv.gz", ".parquet", ".pq"),
        *(".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm"),
    )
    options = TableOptions

    def recognises(self, path: Path) -> int:
        """By its ending and its first lines: a table has more columns than a text with its label, and no series."""
        from designer.data.formats import table_dialect
        from designer.data.readers._tables import LINES, kind_of

        kind = kind_of(path) if path.is_file() else ""
        return table_dialect.sureness(path) if kind == LINES else _SURE.get(kind, 0)

    def inspect(
        self, path: Path, options: TableOptions | None = None, progress: Progress = untold
    ) -> FoundData[TableOptions]:
        """The columns, what they are and what is doubtful about them."""
        from designer.data.formats import table_inspection

        with _told(path):
            return table_inspection.inspected(path, options or TableOptions(), progress)

    def open(self, path: Path, options: TableOptions, progress: Progress = untold) -> Opened:
        """All rows that have what is to be learned."""
        if not options.columns:
            raise DataError(f"{path}: no columns are chosen: look at the file once more")
        room = available_memory() * _SHARE_OF_MEMORY
        with _told(path):
            columns = self.call(options).run(path, told=progress, room=room)
        return Opened(columns, table_plan.words_of(options))

    def stream(self, path: Path, options: TableOptions, cache: Cache, progress: Progress = untold) -> Opened | None:
        """What is learned in memory; numbers and tokens are turned into rows on disk once, and read batch by batch."""
        from designer.data.formats import table_streaming

        if not options.columns:
            raise DataError(f"{path}: no columns are chosen: look at the file once more")
        with _told(path):
            opened = table_streaming.streamed(path, self.call(options).arguments, cache, progress)
        return replace(opened, words=table_plan.words_of(options))

    def ways(self, options: TableOptions, feature: Feature) -> frozenset[Way]:
        """A row is typed, or the first one of a file; a picture is drawn, or opened."""
        return super().ways(options, feature) if options.pixels else frozenset(("type", "open"))

    def cells(self, options: TableOptions, feature: Feature) -> tuple[str, ...]:
        """A whole row, as the columns stand in the file, whatever becomes of each."""
        from designer.data.formats import table_row

        return () if options.pixels else tuple(table_row.inputs_of(options))

    def sample_of(
        self, given: Path | str, options: TableOptions, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """A row: all features are made of it. Of pixels, a picture."""
        from designer.data.formats import table_row

        if options.pixels:
            from designer.data.formats.one_sample import picture_of

            return {feature.name: picture_of(given, feature)}
        return table_row.sample_of(given, options)

    def spared(self, path: Path, options: TableOptions) -> frozenset[str]:
        """Only workbooks are read by openpyxl; what is in an archive its name does not say."""
        from designer.data.readers._tables import WORKBOOK, kind_of

        return frozenset() if kind_of(path) in (WORKBOOK, "") else frozenset(("openpyxl",))

    def listed(self, options: TableOptions) -> Mapping[str, int]:
        """Categories, and the gaps that are told; of tokens the first number is another category, or a missing one."""
        return table_plan.listed_in(options)

    def call(self, options: TableOptions) -> ReaderCall:
        """The reader with its arguments."""
        return ReaderCall("table", "read_table", table_plan.arguments_of(options))

    def open_others(
        self, path: Path, options: TableOptions, progress: Progress = untold
    ) -> tuple[Opened, tuple[str, ...]]:
        """All rows, without what is to be learned where a column of that is not there."""
        found = self.inspect(path, progress=progress)
        there = [item.name for item in found.columns]
        kept = tuple(item for item in options.columns if item.name in there)
        missing = [item for item in options.columns if item not in kept]
        if needed := next((item.name for item in missing if item.role == "input"), ""):
            raise DataError(f"{path}: there is no column {needed!r}, which the network takes")
        if any(item.role == "target" for item in missing):
            kept = tuple(item for item in kept if item.role != "target")
        known = {item.name for item in kept}
        others = (ColumnChoice(name=name, role="ignored") for name in there if name not in known)
        how = {name: getattr(found.options, name) for name in _OF_A_FILE} | {"repeated": "keep"}
        return self.open(path, options.model_copy(update={**how, "columns": (*kept, *others)}), progress), ()

    def target_units(self, options: TableOptions) -> Mapping[str, Units]:
        """Offset and scale of the numbers that are learned: each is a target."""
        names = table_plan.names_of(options)
        made = table_plan.becomes(options).items()
        return {names[name]: ((rest[0],), (rest[1],)) for name, (kind, *rest) in made if kind == "amount"}

    def row_told(
        self,
        options: TableOptions,
        features: Sequence[Feature],
        values: Mapping[str, Array],
        words: Mapping[str, tuple[str, ...]],
    ) -> Sequence[tuple[str, str]]:
        """The cells as they stood in the file."""
        return row_of_table(options, values, words)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What goes wrong, with the file and what may be done about it."""
    import duckdb

    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "openpyxl":
            raise
        raise DataError(f'{path}: Excel files need openpyxl: pip install "network-designer[excel]"') from error
    except ValidationError:  # told in words by who asks
        raise
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start:,} is none of {error.encoding}: choose another encoding") from error
    except duckdb.Error as error:
        raise DataError(f"{path}: it cannot be read as a table: {first_line(error)}") from error
    except csv.Error as error:
        raise DataError(f"{path}: it cannot be read as a table: {error}") from error
    except (zlib.error, LookupError, NotImplementedError, SyntaxError) as error:  # what is packed, or in a workbook
        raise DataError(f"{path}: it is broken: {first_line(error)}") from error
    except (ValueError, EOFError) as error:
        raise DataError(f"{path}: {error}") from error
    except DataError as error:
        raise _with_path(error, path) from error


def _with_path(error: DataError, path: Path) -> DataError:
    """The error, which names the file whatever raised it."""
    names_it = str(path) in error.args[0]
    return error if names_it else DataError(f"{path}: {error}")


FORMAT = TableFormat()
