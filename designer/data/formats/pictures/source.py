"""What all sources of pictures do alike: they are looked at, read, streamed and previewed from a list of files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import JsonValue

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import image
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import Cache, Finding, Format, FoundData, Opened, Progress, untold
from designer.data.formats.pictures.options import MOST_NAMED, PictureOptions

if TYPE_CHECKING:
    from designer.data.formats.pictures.listing import PictureList
    from designer.data.formats.pictures.measuring import PictureFacts
    from designer.data.samples import Array, Dataset

P = TypeVar("P", bound=PictureOptions)


class PictureSource(Format[P]):
    """Pictures, and what says their labels."""

    @abstractmethod
    def with_labels(self, path: Path, options: P) -> tuple[P, list[Finding]]:
        """The options with what says the labels, as given or as it is found there. Raises DataError."""

    @abstractmethod
    def targets(self, options: P) -> tuple[Target, ...]:
        """What there is to learn."""

    @abstractmethod
    def labels_told(self, options: P) -> str:
        """What says the labels, as the beginning of a sentence."""

    @abstractmethod
    def with_classes(self, options: P, kept: Sequence[str]) -> Mapping[str, JsonValue]:
        """The changes of the options that leave these classes of the first target."""

    def groups(self, options: P) -> str:
        """The column of what belongs together."""
        return ""

    def inspect(self, path: Path, options: P | None = None, progress: Progress = untold) -> FoundData[P]:
        """The classes, how many pictures each has, and what they are like: of many a sample tells."""
        from designer.data.formats.pictures.doubts import PicturesSeen, broken, doubts
        from designer.data.formats.pictures.measuring import measure

        given = (options or self.options()).model_copy(update={"broken": ()})
        chosen, findings = self.with_labels(path, given)
        listing = self._listed(path, chosen)
        measured = measure(listing.paths, progress)
        if all(item.problem for item in measured):
            raise DataError(f"{path}: none of its files can be read as a picture: {measured[0].problem}")
        if options is None:
            chosen = _with_size(chosen, measured)
        info = self._info(path, chosen)
        findings += broken(listing, measured)
        unread = [item.place for item in measured if item.problem]
        if unread and len(unread) <= MOST_NAMED:
            chosen = chosen.model_copy(update={"broken": tuple(listing.names[place] for place in unread)})
            listing, measured = listing.without(unread), without(measured, unread)
        target = info.targets[0]
        change = partial(self.with_classes, chosen)
        looked = PicturesSeen(listing, measured, target, chosen.resize, chosen.left_out, change)
        return FoundData(
            options=chosen,
            info=info,
            samples=len(listing),
            class_counts=listing.counts(target.name, len(target.classes)) if target.classes else (),
            given_parts=listing.given_parts,
            summary=_summary(info, listing, measured),
            reading=f"{self.labels_told(chosen)}; {_reading(chosen)}",
            findings=(*findings, *doubts(looked)),
            fingerprint=fingerprint(path),
            files=len(listing),
        )

    def _listed(self, path: Path, options: P) -> PictureList:
        from designer.data.formats.pictures.listing import listed

        call = self.call(options)
        return listed(path, call.function, call.arguments)

    def _info(self, path: Path, options: P) -> DataInfo:
        picture = Feature("image", image(options.channels, options.height, options.width))
        title = path.stem[:200] or "pictures"
        return DataInfo(self.name, title, (picture,), self.targets(options), groups=self.groups(options))

    def open(self, path: Path, options: P, progress: Progress = untold) -> Opened:
        """All pictures. Raises DataError, for one that is no longer there with its path."""
        try:
            return Opened(self.call(options).run(path, told=progress))
        except FileNotFoundError as error:
            raise DataError(f"{error.filename}: it was there before, and is gone") from error
        except ValueError as error:
            raise DataError(f"{path}: {error}") from error

    def sample_of(
        self, given: Path | str, options: P, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """A picture of any size, brought to that of the others in the same way."""
        from designer.data.formats.one_sample import picture_of

        return {feature.name: picture_of(given, feature, options.resize)}

    def stream(self, path: Path, options: P, cache: Cache, progress: Progress = untold) -> Opened | None:
        """The labels at once, and the pictures batch by batch."""
        from designer.data.formats.pictures.streaming import streamed

        return streamed(self._listed(path, options), _how(options), cache, progress)

    def open_others(self, path: Path, options: P, progress: Progress = untold) -> tuple[Opened, tuple[str, ...]]:
        """Pictures with their names; without labels in folders that are no classes, without a table, and alone."""
        from designer.data.formats.pictures.others import other_pictures

        call = self.call(options.model_copy(update={"left_out": (), "broken": ()}))
        columns, names = other_pictures(path, call.function, call.arguments, progress)
        return Opened(columns), names

    def names(self, path: Path, options: P) -> tuple[str, ...]:
        """Those of the files."""
        return tuple(self._listed(path, options).names)

    def preview(self, path: Path, options: P, rows: int, progress: Progress = untold) -> Opened:
        """Pictures from all over the data, so that every class may be among them."""
        from designer.data.readers.pictures import with_pictures

        listing = self._listed(path, options)
        places = [len(listing) * row // rows for row in range(rows)] if len(listing) > rows else range(len(listing))
        columns = {name: column[list(places)] for name, column in listing.columns.items()}
        try:
            return Opened(with_pictures(columns, [listing.paths[place] for place in places], **_how(options)))
        except (ValueError, FileNotFoundError) as error:
            raise DataError(f"{path}: {error}") from error


def without(measured: Sequence[PictureFacts], places: Sequence[int]) -> list[PictureFacts]:
    """Those of pictures that are left when some places are left out, by their new places."""
    gone = set(places)
    before = 0
    kept = []
    for item in measured:
        while before < len(places) and places[before] < item.place:
            before += 1
        if item.place not in gone:
            kept.append(replace(item, place=item.place - before))
    return kept


def _how(options: PictureOptions) -> dict[str, Any]:
    """How each picture is read."""
    size = (options.height, options.width)
    return {"size": size, "channels": options.channels, "resize": options.resize}


def _with_size(options: P, measured: Sequence[PictureFacts]) -> P:
    from designer.data.formats.pictures.sizing import size_for

    height, width = size_for(measured)
    grey = all(item.grey for item in measured if not item.problem)
    return options.model_copy(update={"height": height, "width": width, "colour": "grey" if grey else "rgb"})


def _summary(info: DataInfo, listing: PictureList, measured: Sequence[PictureFacts]) -> str:
    """3 classes, 61 pictures, 57×60 to 800×600."""
    sizes = sorted((item.size for item in measured if not item.problem), key=lambda size: size[0] * size[1])
    least, most = (f"{width}×{height}" for width, height in (sizes[0], sizes[-1]))
    target = info.targets[0]
    what = plural(len(target.classes), "class", "classes") if target.classes else f"numbers for {target.name}"
    if len(info.targets) > 1:
        what = plural(len(info.targets), "target")
    return f"{what}, {len(listing):,} pictures, {least}" + ("" if least == most else f" to {most}")


def _reading(options: PictureOptions) -> str:
    """How they are read, as the end of a sentence."""
    how = {"stretch": "stretched to", "fit": "fitted into", "crop": "scaled and cropped to"}[options.resize]
    colour = "in colour" if options.colour == "rgb" else "in grey"
    return f"pictures are {how} {options.width}×{options.height} pixels (width×height), {colour}."
