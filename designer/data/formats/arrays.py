"""Arrays: files of NumPy, safetensors, HDF5 and MATLAB, and those of MNIST's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature
from designer.data.errors import DataError
from designer.data.formats.array_files.options import ArraysOptions, reader_call, reader_module
from designer.data.formats.base import Cache, Format, FoundData, Opened, Progress, ReaderCall, untold

if TYPE_CHECKING:
    from designer.data.samples import Array, Dataset, Samples


class Arrays(Format[ArraysOptions]):
    """Members of a file of arrays."""

    name = "arrays"
    title = "Arrays"
    description = "A file of NumPy, safetensors, HDF5 or MATLAB with arrays of samples; MNIST's files"
    endings = (".npz", ".npy", ".safetensors", ".h5", ".hdf5", ".mat", ".idx", ".gz")
    options = ArraysOptions

    def recognises(self, path: Path) -> int:
        """By the endings of files, and a folder by those of its files."""
        from designer.data.formats.array_files.members import is_network, kind_of

        kind = kind_of(path)
        if path.is_dir():
            return 80 if kind else 0
        return 0 if not kind or (kind == "hdf5" and is_network(path)) else 90

    def inspect(
        self, path: Path, options: ArraysOptions | None = None, progress: Progress = untold
    ) -> FoundData[ArraysOptions]:
        """The members, what each is for, and what is doubtful: values are looked at up to 512 MiB."""
        from designer.data.formats.array_files.looking import look

        return look(path, options or ArraysOptions(), progress)

    def open(self, path: Path, options: ArraysOptions, progress: Progress = untold) -> Opened:
        """All samples."""
        from designer.data.formats.array_files.members import expect_room, members_of
        from designer.data.readers.array_files import members_in

        call = self.call(options)
        used = set(members_in(call.arguments))
        there = members_of(path, options.kind)
        expect_room(path, [member for member in there if member.name in used])
        return _opened(path, call, progress)

    def stream(self, path: Path, options: ArraysOptions, cache: Cache, progress: Progress = untold) -> Opened | None:
        """Inputs row by row, where they lie; what is packed is unpacked into the cache once."""
        from designer.data.formats.array_files.streaming import streamed

        try:
            return streamed(path, options.kind, self.call(options).arguments, cache, progress)
        except (ValueError, EOFError) as error:
            raise DataError(f"{path}: {error}") from error

    def open_others(
        self, path: Path, options: ArraysOptions, progress: Progress = untold
    ) -> tuple[Opened, tuple[str, ...]]:
        """The members of another file that are called as those that were learned from; labels may be missing."""
        from designer.data.formats.array_files.others import other_call

        kind, arguments = other_call(path, options)
        return _opened(path, ReaderCall(reader_module(kind), f"read_{kind}", arguments), progress), ()

    def preview(self, path: Path, options: ArraysOptions, rows: int, progress: Progress = untold) -> Opened:
        """Samples from all over the data, as they may be sorted by their classes."""
        import numpy as np

        samples = self._for_few(path, options, progress)
        count = len(samples)
        places = np.array([count * row // rows for row in range(rows)] if count > rows else range(count), dtype=int)
        return Opened({name: samples.taken(name, places) for name in (*samples.columns, *samples.lazy)})

    def _for_few(self, path: Path, options: ArraysOptions, progress: Progress) -> Samples:
        """All samples; read where they lie, where they are so many that all are not wanted for a few of them."""
        from designer.data.formats.array_files.looking import MOST_LOOKED_THROUGH
        from designer.data.formats.array_files.members import members_of
        from designer.data.kept_columns import cache_of
        from designer.data.samples import Samples

        opened: Opened | None = None
        if sum(member.bytes for member in members_of(path, options.kind)) > MOST_LOOKED_THROUGH:
            written = options.model_dump(mode="json", exclude_defaults=True)
            opened = self.stream(path, options, cache_of(path, self.name, written), progress)
        opened = opened or self.open(path, options, progress)
        return Samples(opened.columns, opened.lazy)

    def sample_of(
        self, given: Path | str, options: ArraysOptions, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """An array of one sample, as .npy or .npz; a picture where samples are such; numbers that were typed."""
        from designer.data.formats.array_files.one_sample import array_of

        members, layout, scale = options.inputs[feature.name]
        return {feature.name: array_of(given, feature, members, layout, scale)}

    def call(self, options: ArraysOptions) -> ReaderCall:
        """The reader with its arguments."""
        return reader_call(options)


def _opened(path: Path, call: ReaderCall, progress: Progress) -> Opened:
    try:
        return Opened(call.run(path, told=progress))
    except (ValueError, EOFError) as error:
        raise DataError(f"{path}: {error}") from error


FORMAT = Arrays()
