"""Sequences: curves with a label each, a label for each step, or a series that is to be forecast."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature
from designer.data.errors import DataError
from designer.data.formats.base import Format, FoundData, Opened, Progress, ReaderCall, untold
from designer.data.formats.encodings import encoded, encoding_findings
from designer.data.formats.part_folders import file_names
from designer.data.formats.sequence_options import SequencesOptions

if TYPE_CHECKING:
    from designer.data.samples import Array, Dataset


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

        chosen = options
        try:
            chosen = sequence_layouts.completed(path, chosen)
            columns = self.open(path, chosen, progress).columns
        except (ValueError, IndexError, KeyError) as error:
            raise sequence_report.explained(path, chosen, error) from error
        from designer.data.formats.sequence_files import files_of, left_out

        described = sequence_report.found(path, chosen, columns)
        anew = type(chosen)().model_dump(mode="json")
        letters = encoding_findings(files_of(path, chosen), chosen.encoding, anew)
        return replace(described, findings=(*letters, *left_out(path, chosen, described.samples), *described.findings))

    def open(self, path: Path, options: SequencesOptions, progress: Progress = untold) -> Opened:
        """All sequences."""
        more = {"told": progress} if options.layout == "files" else {}
        try:
            return Opened(self.call(options).run(path, **more))
        except FileNotFoundError as error:
            raise DataError(f"{error.filename}: the file is no longer there") from None

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
        return ReaderCall(
            "sequences", function, {name: getattr(options, name) for name in (*taken, *encoded(options.encoding))}
        )


FORMAT = Sequences()
