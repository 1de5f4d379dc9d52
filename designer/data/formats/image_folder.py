"""Image folder: a folder with one folder of pictures for each class."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.fields import choice, whole
from designer.core.schema.shape import image
from designer.core.schema.units import plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import Format, FoundData, Opened, Progress, ReaderCall, ReadingOptions, untold

_USUAL = 64
"""Pixels of height and width, where nobody has said anything."""


class ImageFolderOptions(ReadingOptions):
    """How pictures become samples."""

    height: int = whole(_USUAL, "Rows of pixels that each picture is brought to.", high=4096, unit=("pixel", "pixels"))
    width: int = whole(
        _USUAL, "Columns of pixels that every picture is brought to.", high=4096, unit=("pixel", "pixels")
    )
    colour: Literal["rgb", "grey"] = choice("rgb", "Whether pictures have three channels or one.")
    classes: tuple[str, ...] = ()


class ImageFolder(Format[ImageFolderOptions]):
    """Pictures in folders that are named after their classes."""

    name = "image_folder"
    title = "Image folder"
    description = "A folder with one folder of pictures for each class"
    options = ImageFolderOptions

    def recognises(self, path: Path) -> int:
        """A folder with a picture in one of its first folders."""
        if not path.is_dir():
            return 0
        from designer.data.readers.image_folder import ENDINGS

        folders = [item for item in sorted(path.iterdir())[:50] if item.is_dir()]
        return 90 if any(item.suffix.lower() in ENDINGS for folder in folders for item in folder.iterdir()) else 0

    def inspect(
        self, path: Path, options: ImageFolderOptions | None = None, progress: Progress = untold
    ) -> FoundData[ImageFolderOptions]:
        """The classes, and how many pictures each has."""
        from PIL import Image

        from designer.data.readers.image_folder import pictures_in

        counts: Counter[str] = Counter()
        sizes: list[tuple[int, int]] = []
        folders = sorted(item for item in path.iterdir() if item.is_dir())
        for number, folder in enumerate(folders):
            pictures = pictures_in(folder)
            counts[folder.name] = len(pictures)
            for picture in pictures[:20]:
                with Image.open(picture) as opened:
                    sizes.append(opened.size)
            progress(number + 1, len(folders))
        classes = tuple(name for name, count in counts.items() if count)
        if len(classes) < 2:
            raise DataError(f"{path}: expected a folder of pictures for each of at least two classes")
        chosen = (options or ImageFolderOptions()).model_copy(update={"classes": classes})
        least, most = min(sizes), max(sizes)
        return FoundData(
            options=chosen,
            info=one_to_one(
                self.name,
                path.name,
                Feature("image", image(3 if chosen.colour == "rgb" else 1, chosen.height, chosen.width)),
                "class",
                classes,
            ),
            samples=sum(counts.values()),
            class_counts=tuple(counts[name] for name in classes),
            summary=f"{plural(len(classes), 'class', 'classes')}, {plural(sum(counts.values()), 'picture')}, "
            f"{least[0]}×{least[1]} to {most[0]}×{most[1]}",
            reading=f"Each folder is a class; pictures are stretched to {chosen.height}×{chosen.width} pixels.",
            fingerprint=fingerprint(path),
            files=sum(counts.values()),
        )

    def open(self, path: Path, options: ImageFolderOptions, progress: Progress = untold) -> Opened:
        """All pictures."""
        return Opened(self.call(options).run(path, told=progress))

    def call(self, options: ImageFolderOptions) -> ReaderCall:
        """The reader with its arguments."""
        channels = 3 if options.colour == "rgb" else 1
        size = (options.height, options.width)
        arguments = {"classes": options.classes, "size": size, "channels": channels}
        return ReaderCall("image_folder", "read_image_folder", arguments)


FORMAT = ImageFolder()
