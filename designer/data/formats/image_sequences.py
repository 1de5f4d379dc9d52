"""Image sequences: a folder with one folder of films for each class, and a folder of frames for each film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Literal

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.fields import choice, whole
from designer.core.schema.shape import Shape
from designer.core.schema.units import noun, plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import (
    PART,
    Answer,
    Cache,
    Finding,
    Format,
    FoundData,
    Opened,
    Progress,
    ReaderCall,
    ReadingOptions,
    untold,
)
from designer.data.formats.class_findings import class_findings
from designer.data.formats.part_folders import classes_in, file_names, folders_in, parts_of

if TYPE_CHECKING:
    from PIL import Image

    from designer.data.samples import Array, Dataset

_USUAL = 32
_MOST_FRAMES = 16
_FILM = 4
"""Frames from which on a folder of pictures may be a film."""


class ImageSequencesOptions(ReadingOptions):
    """How films become samples."""

    height: int = whole(_USUAL, "Rows of pixels that each frame is brought to.", high=1024, unit=("pixel", "pixels"))
    width: int = whole(_USUAL, "Columns of pixels that each frame is brought to.", high=1024, unit=("pixel", "pixels"))
    colour: Literal["rgb", "grey"] = choice("rgb", "Whether frames have three channels or one.")
    frames: int = whole(
        _MOST_FRAMES,
        "Frames that are taken of each film, evenly spread over it; 0 takes all.",
        low=0,
        high=4096,
        unit=("frame", "frames"),
    )
    classes: tuple[str, ...] = ()
    parts: dict[str, int] | None = None


class ImageSequences(Format[ImageSequencesOptions]):
    """Films in folders that are named after their classes."""

    name = "image_sequences"
    title = "Image sequences"
    description = "A folder of films for each class: folders of frames, or pictures that move (GIF, WebP)"
    options = ImageSequencesOptions

    def recognises(self, path: Path) -> int:
        """Folders of frames that are called alike in every film; sure of them where there are several films."""
        if not path.is_dir():
            return 0
        from designer.data.readers.image_sequences import frames_of

        start = path / next(iter(parts_of(path) or {}), "")
        films = [film for folder in folders_in(start)[:5] for film in folders_in(folder)[:5]]
        names = [{frame.name for frame in frames_of(film)} for film in films]
        if len(names) < 2 or any(len(found) < _FILM for found in names):
            return 0
        return 95 if all(found & names[0] for found in names) else 40

    def inspect(
        self, path: Path, options: ImageSequencesOptions | None = None, progress: Progress = untold
    ) -> FoundData[ImageSequencesOptions]:
        """The classes, how many films each has, and how long these are."""
        from designer.data.formats.film_facts import facts_of_all
        from designer.data.readers._parts import labelled_files
        from designer.data.readers.image_sequences import films_in

        parts = parts_of(path)
        folders = classes_in(path, parts)
        listed = labelled_files(path, folders, parts, films_in)
        facts = facts_of_all([film for film, *_ in listed], options.frames if options else _MOST_FRAMES, progress)
        broken = {item[0]: fact.problem for item, fact in zip(listed, facts, strict=True) if fact.problem}
        films = [item for item in listed if item[0] not in broken]
        if broken and not films:
            film, problem = next(iter(broken.items()))
            raise DataError(f"{path}: none of its films can be read: {film.name}: {problem}")
        counts = Counter(folders[label] for _, label, _ in films)
        classes = tuple(sorted(counts))
        if len(classes) < 2:
            raise DataError(
                f"{path}: expected a folder of films for each of at least two classes, got {len(classes)}: a film is a "
                "folder of frames, or a picture that moves"
            )
        lengths = [fact.frames for fact in facts if not fact.problem]
        chosen = (options or _usual(films[0][0], lengths)).model_copy(update={"classes": classes, "parts": parts})
        given = Counter(part for *_, part in films) if parts else Counter()
        return FoundData(
            options=chosen,
            info=one_to_one(self.name, path.name, _feature(chosen, lengths), "class", classes),
            samples=len(films),
            summary=f"{plural(len(classes), 'class', 'classes')}, {plural(len(films), 'film')} of "
            f"{_range(lengths)} frames",
            reading=_reading(chosen),
            findings=(*_left_out(path, broken), *class_findings(counts, "films"), *_findings(lengths, chosen)),
            class_counts=tuple(counts[name] for name in classes),
            given_parts=(given[0], given[1], given[2]),
            fingerprint=fingerprint(path),
            files=len(listed),
        )

    def open(self, path: Path, options: ImageSequencesOptions, progress: Progress = untold) -> Opened:
        """All films."""
        try:
            return Opened(self.call(options).run(path, told=progress))
        except FileNotFoundError as error:
            raise DataError(f"{error.filename}: it was there before, and is gone") from error
        except (ValueError, OSError) as error:
            raise DataError(f"{path}: a film cannot be read: {error}") from error

    def stream(
        self, path: Path, options: ImageSequencesOptions, cache: Cache, progress: Progress = untold
    ) -> Opened | None:
        """The labels at once, and the films batch by batch."""
        import numpy as np

        from designer.data.formats.film_facts import facts_of_all
        from designer.data.formats.read_files import FilesOfSteps
        from designer.data.readers._parts import labelled_files
        from designer.data.readers.image_sequences import chosen_frames, films_in, read_film

        how = self.call(options).arguments
        listed = labelled_files(path, options.classes, options.parts, films_in)
        facts = facts_of_all([film for film, *_ in listed], options.frames, progress)
        films = [item for item, fact in zip(listed, facts, strict=True) if not fact.problem]
        if not films:
            raise DataError(f"{path}: there are no films any more that can be read")
        lengths = [len(chosen_frames(fact.frames, options.frames)) for fact in facts if not fact.problem]

        def read(film: Path) -> Array:
            return read_film(film, how["size"], how["channels"], options.frames)

        column = FilesOfSteps([film for film, *_ in films], np.array(lengths), (how["channels"], *how["size"]), read)
        columns: dict[str, Array] = {"class": np.array([number for _, number, _ in films], dtype=np.int64)}
        if len(set(lengths)) > 1:
            columns["film_lengths"] = column.lengths
        if options.parts:
            columns[PART] = np.array([part for *_, part in films], dtype=np.int8)
        return Opened(columns, lazy={"film": cache.before(column, "film")})

    def sample_of(
        self, given: Path | str, options: ImageSequencesOptions, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """A film: a folder of frames, or a picture that moves."""
        from designer.data.formats.one_sample import film_of

        return {feature.name: film_of(given, feature, options.frames)}

    def names(self, path: Path, options: ImageSequencesOptions) -> tuple[str, ...]:
        """Those of the films that can be read."""
        from designer.data.formats.film_facts import facts_of
        from designer.data.readers.image_sequences import films_in

        def readable(folder: Path) -> list[Path]:
            return [film for film in films_in(folder) if not facts_of(film, options.frames).problem]

        return file_names(path, options.classes, options.parts, readable)

    def call(self, options: ImageSequencesOptions) -> ReaderCall:
        """The reader with its arguments."""
        arguments = {
            "classes": options.classes,
            "size": (options.height, options.width),
            "channels": 3 if options.colour == "rgb" else 1,
            "frames": options.frames,
        }
        return ReaderCall(
            "image_sequences", "read_image_sequences", arguments | ({"parts": options.parts} if options.parts else {})
        )


FORMAT = ImageSequences()


def _usual(film: Path, lengths: list[int]) -> ImageSequencesOptions:
    """The size of the first frame, up to the usual one; as many frames as all films have, up to the usual number.

    Films of one length can be read as volumes, too. Where the shortest has less than half of what most have, they keep
    their lengths: too much of the others would be left out.
    """
    from PIL import Image

    from designer.data.readers.image_sequences import frames_of

    with Image.open(frames_of(film)[0] if film.is_dir() else film) as frame:
        height, width = (min(side, _USUAL) for side in (frame.height, frame.width))
        colour: Literal["rgb", "grey"] = "grey" if _is_grey(frame) else "rgb"
    most = round(median(lengths))
    frames = min(min(lengths) if 2 * min(lengths) >= most else most, _MOST_FRAMES)
    return ImageSequencesOptions(height=height, width=width, colour=colour, frames=frames)


def _is_grey(frame: Image.Image) -> bool:
    return frame.mode in ("1", "L", "LA") or frame.mode.startswith(("I", "F"))


def _feature(options: ImageSequencesOptions, lengths: list[int]) -> Feature:
    taken = {min(length, options.frames) if options.frames else length for length in lengths}
    steps = None if len(taken) > 1 else max(taken)
    channels = 3 if options.colour == "rgb" else 1
    shape = Shape.of((steps, channels, options.height, options.width), ("L", "C", "H", "W"))
    return Feature("film", shape, longest=max(taken) if steps is None else None)


def _range(lengths: list[int]) -> str:
    least, most = min(lengths), max(lengths)
    return f"{most:,}" if least == most else f"{least:,} to {most:,}"


def _reading(options: ImageSequencesOptions) -> str:
    taken = f"{options.frames} frames of each, evenly spread" if options.frames else "all frames"
    colour = "in colour" if options.colour == "rgb" else "in grey"
    size = f"{options.width}×{options.height} pixels (width×height)"
    return f"Each folder is a class of films; {taken}, brought to {size}, {colour}."


def _left_out(path: Path, broken: Mapping[Path, str]) -> Iterator[Finding]:
    if broken:
        named = tuple(f"{film.relative_to(path).as_posix()}: {problem}" for film, problem in broken.items())
        isare = noun(len(broken), "is", "are")
        yield Finding(f"{plural(len(broken), 'film')} cannot be read, and {isare} left out.", named[:10])


def _findings(lengths: list[int], options: ImageSequencesOptions) -> Iterator[Finding]:
    longer = sum(length > options.frames for length in lengths) if options.frames else 0
    if longer:
        yield Finding(
            f"Of {plural(longer, 'film')} some frames are left out: the longest has {max(lengths):,}.",
            answers=(Answer("Take all frames", {"frames": 0}),),
        )
    taken = [min(length, options.frames) if options.frames else length for length in lengths]
    if min(taken) < max(taken) and min(taken) > 1:
        yield Finding(
            f"Films have {_range(taken)} frames: for a 3-D CNN all need as many.",
            answers=(Answer(f"Take {min(taken)} of each", {"frames": min(taken)}),),
        )
