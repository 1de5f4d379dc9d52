"""Sequences: curves with a label each, a label for each step, or a series that is to be forecast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature
from designer.data.errors import DataError
from designer.data.formats.base import Cache, Format, FoundData, Opened, Progress, ReaderCall, untold
from designer.data.formats.encodings import encoded, encoding_findings
from designer.data.formats.part_folders import file_names
from designer.data.formats.sequence_options import SequencesOptions, learned_in

if TYPE_CHECKING:
    from designer.data.samples import Array, Dataset


MOST_AT_ONCE = 8 * 2**20
"""Bytes of files that are looked at in memory, where their cells take thirty times as much for a moment."""


class Sequences(Format[SequencesOptions]):
    """Curves in tables."""

    name = "sequences"
    title = "Sequences"
    description = "Curves in tables: UCR files, a sample a row, a step a row, a file a sample, or one series"
    endings = (".ts", ".tsv", ".csv", ".txt")
    options = SequencesOptions
    places = ("files",)

    def recognises(self, path: Path) -> int:
        """Sure of the UCR archive's files; a table with many numbered columns, or a column of time, is likely one."""
        from designer.data.formats import sequence_layouts

        return sequence_layouts.sureness(path)

    def inspect(
        self, path: Path, options: SequencesOptions | None = None, progress: Progress = untold
    ) -> FoundData[SequencesOptions]:
        """The sequences, their lengths and their labels."""
        from designer.data.formats import sequence_layouts, sequence_report

        chosen = options and options.model_copy(update={"target_units": {}})
        try:
            chosen = sequence_layouts.completed(path, chosen)
            opened = self._looked_at(path, chosen, progress)
        except (ValueError, IndexError, KeyError) as error:
            raise sequence_report.explained(path, chosen, error) from error
        from designer.data.formats.sequence_files import files_of, left_out

        described = sequence_report.found(path, chosen, opened)
        anew = type(chosen)().model_dump(mode="json")
        letters = encoding_findings(files_of(path, chosen), chosen.encoding, anew)
        return replace(described, findings=(*letters, *left_out(path, chosen, described.samples), *described.findings))

    def open(self, path: Path, options: SequencesOptions, progress: Progress = untold) -> Opened:
        """All sequences."""
        from designer.data.formats import sequence_report
        from designer.data.whole_columns import in_memory

        try:
            return in_memory(self._looked_at(path, options, progress))
        except (ValueError, IndexError, KeyError) as error:
            raise sequence_report.explained(path, options, error) from error

    def stream(self, path: Path, options: SequencesOptions, cache: Cache, progress: Progress = untold) -> Opened:
        """Labels of samples at once, and steps batch by batch: they are written behind each other on disk once."""
        from designer.data.formats import sequence_streaming

        with _told():
            return sequence_streaming.streamed(path, options, _size(path, options), cache, progress)

    def preview(self, path: Path, options: SequencesOptions, rows: int, progress: Progress = untold) -> Opened:
        """The first sequences."""
        from designer.data.whole_columns import first_of

        return first_of(self._looked_at(path, options, progress), rows)

    def _looked_at(self, path: Path, options: SequencesOptions, progress: Progress) -> Opened:
        """All sequences: small files in memory, of large ones what is on disk, where later readings find it."""
        from designer.data.kept_columns import cache_at

        with _told():
            if _size(path, options) > MOST_AT_ONCE:
                return self.stream(path, options, cache_at(path, self.name, options), progress)
            more = {"told": progress} if options.layout == "files" else {}
            return Opened(self.call(options).run(path, **more))

    def sample_of(
        self, given: Path | str, options: SequencesOptions, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """A curve: the columns of values of a table, or numbers alone; of a file of the UCR archive the first one."""
        from designer.data.formats import one_sample
        from designer.data.readers.sequences import ts_series

        if isinstance(given, Path) and given.suffix.lower() == ".ts":
            with one_sample.told_as(given, "a curve"):
                return {feature.name: ts_series(one_sample.written_in(given))[0][0]}
        names = () if options.layout == "ucr" else options.values
        if options.layout == "wide":
            return {feature.name: one_sample.row_as_curve(given, feature, names)}
        return {feature.name: one_sample.curve_of(given, feature, names, last=options.layout == "forecast")}

    def names(self, path: Path, options: SequencesOptions) -> tuple[str, ...]:
        """Those of the files, where each is a sequence, but for those that cannot be read."""
        from designer.data.formats.sequence_files import readable_in

        if options.layout != "files":
            return ()
        return file_names(path, options.classes or (), None, lambda folder: readable_in(folder, options))

    def call(self, options: SequencesOptions) -> ReaderCall:
        """The reader of the layout, with its arguments."""
        names = {
            "ucr": ("read_ucr", ("files", "classes")),
            "wide": ("read_wide", ("values", "label", "classes")),
            "long": ("read_long", ("sample", "time", "values", "label", "classes", "each_step")),
            "files": ("read_class_files", ("values", "classes")),
            "forecast": ("read_forecast", ("time", "values", "targets", "window", "horizon", "stride")),
        }
        function, taken = names[options.layout]
        own = options.target_units.get(learned_in(options))
        units = {} if own is None else {"units": own}
        return ReaderCall(
            "sequences",
            function,
            {name: getattr(options, name) for name in (*taken, *encoded(options.encoding))} | units,
        )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DataError(f"{error.filename}: the file is no longer there") from None


def _size(path: Path, options: SequencesOptions) -> int:
    """Bytes of all files."""
    from designer.data.formats.sequence_files import files_of

    return sum(file.stat().st_size for file in files_of(path, options))


FORMAT = Sequences()
