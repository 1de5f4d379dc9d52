"""Image folder: pictures with a folder for each class, or with a table of their labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.graph.data_settings import MAX_CLASSES
from designer.core.schema.fields import choice, whole
from designer.core.schema.shape import features, image
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import (
    CacheFor,
    Finding,
    Format,
    FoundData,
    Opened,
    Progress,
    ReaderCall,
    ReadingOptions,
    untold,
)

if TYPE_CHECKING:
    from designer.data.formats.pictures.listing import Listing
    from designer.data.formats.pictures.measuring import Measured

_USUAL = 64
_TABLES = (".csv", ".tsv")
_SHOWN = 20
_PART_NUMBERS = {"training": 0, "validation": 1, "test": 2}

Role = Literal["picture", "class", "number", "part", "group", "ignored"]
Encoding = Literal[
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "latin-1",
    "cp1252",
    "cp1251",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_kr",
]


class ImageFolderOptions(ReadingOptions):
    """How pictures become samples."""

    height: int = whole(_USUAL, "Rows of pixels that each picture is brought to.", high=4096, unit=("pixel", "pixels"))
    width: int = whole(
        _USUAL, "Columns of pixels that every picture is brought to.", high=4096, unit=("pixel", "pixels")
    )
    resize: Literal["stretch", "fit", "crop"] = choice(
        "stretch",
        "How: stretched, whatever becomes of the sides; fitted in whole, with black beside; or cropped to the middle.",
    )
    colour: Literal["rgb", "grey"] = choice("rgb", "Whether pictures have three channels or one.")
    classes: tuple[str, ...] = ()
    """The folders of the classes, in the order of their numbers."""
    inside: str = ""
    """The folder, within that of the data or beside the table, in which the pictures lie."""
    parts: dict[str, Literal["training", "validation", "test"]] = Field(default_factory=dict)
    """Folders that are parts, each with folders of classes in it."""
    table: str = ""
    """The table of labels within the folder; empty where folders are the classes, or the path is that of the table."""
    columns: dict[str, Role] = Field(default_factory=dict)
    """What the columns of the table are for."""
    class_names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For columns of classes, which there are, in the order of their numbers."""
    encoding: Encoding = choice("utf-8-sig", "How the letters of the table are written.")
    delimiter: Literal[",", ";", "\t", "|"] = choice(",", "What divides the cells of the table.")
    header: bool = True
    """Whether the first row of the table names its columns."""
    ending: str = ""
    """What is behind each name of the table in the names of the files."""
    left_out: tuple[str, ...] = ()
    """Pictures that are not read, by their paths."""


class ImageFolder(Format[ImageFolderOptions]):
    """Pictures in folders that are named after their classes, or that a table lists."""

    name = "image_folder"
    title = "Image folder"
    description = "A folder with one folder of pictures for each class, or a table of pictures and labels"
    endings = _TABLES
    options = ImageFolderOptions

    def recognises(self, path: Path) -> int:
        """A folder with pictures in its first folders, or with a table of pictures; such a table."""
        from designer.data.formats.pictures.folders import classes_at_a_glance, has_picture
        from designer.data.formats.pictures.label_table import at_a_glance

        if not path.is_dir():
            return 90 if path.suffix.lower() in _TABLES and at_a_glance(path) else 0
        if classes_at_a_glance(path) or (has_picture(path, deep=0) and _table_in(path)):
            return 90
        if has_picture(path):
            return 50
        return 0 if any(path.iterdir()) else 1

    def inspect(
        self, path: Path, options: ImageFolderOptions | None = None, progress: Progress = untold
    ) -> FoundData[ImageFolderOptions]:
        """The classes, how many pictures each has, and what they are like: of many a sample tells."""
        from designer.data.formats.pictures.doubts import Looked, doubts, too_large
        from designer.data.formats.pictures.listing import listed
        from designer.data.formats.pictures.measuring import measure
        from designer.data.machine import available_memory

        chosen, findings = _with_labels(path, options or ImageFolderOptions())
        call = self.call(chosen)
        listing = listed(path, call.function, call.arguments)
        measured = measure(listing.paths, progress)
        if all(item.problem for item in measured):
            raise DataError(f"{path}: none of its files can be read as a picture: {measured[0].problem}")
        if options is None:
            chosen = _with_size(chosen, measured)
        info = _info(path, chosen)
        target = info.targets[0]
        looked = Looked(listing, measured, target, chosen.resize, chosen.left_out, chosen.class_names)
        numbers = len(listing) * (3 if chosen.colour == "rgb" else 1) * chosen.height * chosen.width
        findings += [*too_large(numbers, available_memory()), *doubts(looked)]
        return FoundData(
            options=chosen,
            info=info,
            samples=len(listing),
            class_counts=listing.counts(target.name, len(target.classes)) if target.classes else (),
            given_parts=listing.given_parts,
            summary=_summary(info, listing, measured),
            reading=_reading(chosen),
            findings=tuple(findings),
            fingerprint=fingerprint(path),
            files=len(listing),
        )

    def open(self, path: Path, options: ImageFolderOptions, progress: Progress = untold) -> Opened:
        """All pictures. Raises DataError, for one that is no longer there with its path."""
        try:
            return Opened(self.call(options).run(path, told=progress))
        except FileNotFoundError as error:
            raise DataError(f"{error.filename}: it was there before, and is gone") from error
        except ValueError as error:
            raise DataError(f"{path}: {error}") from error

    def stream(
        self, path: Path, options: ImageFolderOptions, cache: CacheFor, progress: Progress = untold
    ) -> Opened | None:
        """The labels at once, and the pictures batch by batch."""
        from designer.data.formats.pictures.listing import listed
        from designer.data.formats.pictures.streaming import streamed

        call = self.call(options)
        return streamed(listed(path, call.function, call.arguments), _how(call, options), cache, progress)

    def open_others(
        self, path: Path, options: ImageFolderOptions, progress: Progress = untold
    ) -> tuple[Opened, tuple[str, ...]]:
        """Pictures with their names. In folders that are no classes, and alone, they have no labels."""
        from designer.data.formats.pictures.others import other_pictures

        call = self.call(options.model_copy(update={"left_out": ()}))
        columns, names = other_pictures(path, call.function, call.arguments, options.classes, progress)
        return Opened(columns), names

    def call(self, options: ImageFolderOptions) -> ReaderCall:
        """The reader with its arguments."""
        arguments: dict[str, Any] = {
            "size": (options.height, options.width),
            "channels": 3 if options.colour == "rgb" else 1,
            "resize": options.resize,
            "inside": options.inside,
            "left_out": options.left_out,
        }
        if not options.columns:
            parts = {name: _PART_NUMBERS[part] for name, part in options.parts.items()}
            arguments |= {"classes": options.classes, "parts": parts}
            return ReaderCall("image_folder", "read_image_folder", _said(arguments))
        by_role = {role: [name for name, of in options.columns.items() if of == role] for role in _ROLES}
        arguments |= {
            "picture": next(iter(by_role["picture"]), ""),
            "classes": {name: options.class_names.get(name, ()) for name in by_role["class"]},
            "numbers": tuple(by_role["number"]),
            "part": next(iter(by_role["part"]), ""),
            "group": next(iter(by_role["group"]), ""),
            "table": options.table,
            "delimiter": "" if options.delimiter == "," else options.delimiter,
            "encoding": "" if options.encoding == "utf-8-sig" else options.encoding,
            "ending": options.ending,
        }
        return ReaderCall(
            "labelled_pictures",
            "read_labelled_pictures",
            _said(arguments) | ({} if options.header else {"header": False}),
        )

    def preview(self, path: Path, options: ImageFolderOptions, rows: int) -> Opened:
        """Pictures from all over the data, so that every class may be among them."""
        from designer.data.formats.pictures.listing import listed
        from designer.data.readers.pictures import with_pictures

        call = self.call(options)
        listing = listed(path, call.function, call.arguments)
        places = [len(listing) * row // rows for row in range(rows)] if len(listing) > rows else range(len(listing))
        columns = {name: column[list(places)] for name, column in listing.columns.items()}
        try:
            return Opened(with_pictures(columns, [listing.paths[place] for place in places], **_how(call, options)))
        except (ValueError, FileNotFoundError) as error:
            raise DataError(f"{path}: {error}") from error


def _how(call: ReaderCall, options: ImageFolderOptions) -> dict[str, Any]:
    """How each picture is read."""
    return {name: call.arguments[name] for name in ("size", "channels")} | {"resize": options.resize}


_ROLES: tuple[Role, ...] = ("picture", "class", "number", "part", "group")


def _said(arguments: dict[str, Any]) -> dict[str, Any]:
    """Those that are not as the reader has them by itself."""
    return {name: value for name, value in arguments.items() if value not in ("", (), {}, "stretch")}


def _with_labels(path: Path, options: ImageFolderOptions) -> tuple[ImageFolderOptions, list[Finding]]:
    """The options with where labels are, as given or as the folders or a table say it. Raises DataError."""
    table = path / options.table if path.is_dir() and options.table else path
    if path.is_dir() and not options.table and not options.classes and not options.columns:
        table = _table_in(path) or path
    if not table.is_dir():
        return _with_table(path, table, options)
    return _with_folders(path, options)


def _with_folders(path: Path, options: ImageFolderOptions) -> tuple[ImageFolderOptions, list[Finding]]:
    from designer.data.formats.pictures.folders import folders_of, has_picture

    found = folders_of(path)
    if not has_picture(path, deep=8):
        raise DataError(f"{path}: there is no picture in it, nor in the folders below it")
    if len(found.classes) < 2:
        one = f", and there is one alone, {found.classes[0]}" if found.classes else ""
        raise DataError(
            f"{path}: expected a folder of pictures for each of at least two classes{one}, or a table (.csv) of "
            "pictures and labels beside them"
        )
    if len(found.classes) > MAX_CLASSES:
        raise DataError(f"{path}: {len(found.classes):,} folders of pictures are more classes than {MAX_CLASSES:,}")
    changes: dict[str, Any] = {"classes": options.classes or found.classes}
    if not options.classes:
        names = {number: name for name, number in _PART_NUMBERS.items()}
        changes |= {"inside": found.inside, "parts": {name: names[part] for name, part in found.parts.items()}}
    return options.model_copy(update=changes), list(_beside(found.empty, found.beside))


def _beside(empty: tuple[str, ...], beside: tuple[str, ...]) -> Iterator[Finding]:
    if empty:
        what = "A folder has" if len(empty) == 1 else f"{len(empty)} folders have"
        yield Finding(f"{what} no picture, and {'is' if len(empty) == 1 else 'are'} no class.", empty[:_SHOWN])
    if beside:
        yield Finding("Some pictures lie in the folder of no class. They are left out.", beside[:_SHOWN])


def _table_in(folder: Path) -> Path | None:
    """The first table in a folder that lists pictures which are there."""
    from designer.data.formats.pictures.label_table import at_a_glance

    tables = sorted(item for item in folder.iterdir() if item.suffix.lower() in _TABLES and item.is_file())
    return next((table for table in tables[:10] if at_a_glance(table)), None)


def _with_table(path: Path, table: Path, options: ImageFolderOptions) -> tuple[ImageFolderOptions, list[Finding]]:
    from designer.data.formats.pictures.table_options import with_table

    changes, findings = with_table(path, table, options.model_dump())
    return options.model_copy(update=changes), findings


def _with_size(options: ImageFolderOptions, measured: list[Measured]) -> ImageFolderOptions:
    from designer.data.formats.pictures.sizing import size_for

    height, width = size_for(measured)
    grey = all(item.grey for item in measured if not item.problem)
    return options.model_copy(update={"height": height, "width": width, "colour": "grey" if grey else "rgb"})


def _info(path: Path, options: ImageFolderOptions) -> DataInfo:
    channels = 3 if options.colour == "rgb" else 1
    picture = Feature("image", image(channels, options.height, options.width))
    if not options.columns:
        targets: list[Target] = [Target("class", features(1), options.classes)]
    else:
        targets = [
            Target(name, features(1), options.class_names[name] if role == "class" else None)
            for name, role in options.columns.items()
            if role in ("class", "number")
        ]
    groups = "group" if "group" in options.columns.values() else ""
    return DataInfo("image_folder", path.stem[:200], (picture,), tuple(targets), groups=groups)


def _summary(info: DataInfo, listing: Listing, measured: list[Measured]) -> str:
    """3 classes, 61 pictures, 57×60 to 800×600."""
    sizes = sorted((item.size for item in measured if not item.problem), key=lambda size: size[0] * size[1])
    least, most = (f"{width}×{height}" for width, height in (sizes[0], sizes[-1]))
    target = info.targets[0]
    what = plural(len(target.classes), "class", "classes") if target.classes else f"numbers for {target.name}"
    if len(info.targets) > 1:
        what = plural(len(info.targets), "target")
    return f"{what}, {len(listing):,} pictures, {least}" + ("" if least == most else f" to {most}")


def _reading(options: ImageFolderOptions) -> str:
    """How they are read, in two sentences."""
    how = {"stretch": "stretched to", "fit": "fitted into", "crop": "scaled and cropped to"}[options.resize]
    colour = "in colour" if options.colour == "rgb" else "in grey"
    labels = "Each folder is a class"
    if options.columns:
        labels = f"The labels are in {options.table or 'the table'}"
    elif options.parts:
        labels = f"Each folder in {', '.join(options.parts)} is a class"
    return f"{labels}; pictures are {how} {options.height}×{options.width} pixels (height×width), {colour}."


FORMAT = ImageFolder()
