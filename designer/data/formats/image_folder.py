"""Image folder: a folder with one folder of pictures for each class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, JsonValue

from designer.core.graph.binding import Target
from designer.core.graph.data_settings import MAX_CLASSES
from designer.core.schema.shape import features
from designer.data.errors import DataError
from designer.data.formats.base import Finding, ReaderCall
from designer.data.formats.pictures.options import PictureOptions
from designer.data.formats.pictures.source import PictureSource

_SHOWN = 20
_PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".7z", ".rar")
"""Endings of archives, of which a person is told what to do."""
_PART_NUMBERS = {"training": 0, "validation": 1, "test": 2}


class ImageFolderOptions(PictureOptions):
    """Which folders are the classes."""

    classes: tuple[str, ...] = ()
    """In the order of their numbers."""
    inside: str = ""
    """The folder, within that of the data, in which the folders of the classes or of the parts lie."""
    parts: dict[str, Literal["training", "validation", "test"]] = Field(default_factory=dict)
    """Folders that are parts, each with folders of classes in it."""


class ImageFolder(PictureSource[ImageFolderOptions]):
    """Pictures in folders that are named after their classes."""

    name = "image_folder"
    title = "Image folder"
    description = "A folder with one folder of pictures for each class"
    options = ImageFolderOptions

    def recognises(self, path: Path) -> int:
        """A folder with pictures in its first folders; less so one with pictures that lie otherwise."""
        from designer.data.formats.pictures.folders import classes_at_a_glance, has_picture

        if not path.is_dir():
            return 1 if path.name.lower().endswith(_PACKED) else 0
        if classes_at_a_glance(path):
            return 90
        if has_picture(path):
            return 50
        return 0 if any(path.iterdir()) else 1

    def with_labels(self, path: Path, options: ImageFolderOptions) -> tuple[ImageFolderOptions, list[Finding]]:
        """The options with the folders of the classes and of the parts. Raises DataError where there are none."""
        from designer.data.formats.pictures.folders import folders_of, has_picture

        if path.is_file():
            raise DataError(f"{path}: it is packed: unpack it, and choose the folder that comes of it")
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

    def targets(self, options: ImageFolderOptions) -> tuple[Target, ...]:
        """The class."""
        return (Target("class", features(1), options.classes),)

    def labels_told(self, options: ImageFolderOptions) -> str:
        """Which folders are classes."""
        return f"Each folder in {', '.join(options.parts)} is a class" if options.parts else "Each folder is a class"

    def with_classes(self, options: ImageFolderOptions, kept: Sequence[str]) -> Mapping[str, JsonValue]:
        """Other folders are not read."""
        return {"classes": list(kept)}

    def call(self, options: ImageFolderOptions) -> ReaderCall:
        """The reader with its arguments."""
        arguments = options.arguments() | {"classes": options.classes}
        if options.parts:
            arguments["parts"] = {name: _PART_NUMBERS[part] for name, part in options.parts.items()}
        if options.inside:
            arguments["inside"] = options.inside
        return ReaderCall("image_folder", "read_image_folder", arguments)


def _beside(empty: tuple[str, ...], beside: tuple[str, ...]) -> Iterator[Finding]:
    if empty:
        what = "A folder has" if len(empty) == 1 else f"{len(empty)} folders have"
        yield Finding(f"{what} no picture, and {'is' if len(empty) == 1 else 'are'} no class.", empty[:_SHOWN])
    if beside:
        yield Finding("Some pictures lie in the folder of no class. They are left out.", beside[:_SHOWN])


FORMAT = ImageFolder()
