"""Reads files of pictures: what every source of them needs, with NumPy and Pillow alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from designer.data.readers._parts import plain_files
from designer.data.readers._shared import or_none

MODES = {1: "L", 3: "RGB"}
"""Pillow's names of grey and coloured pictures, by their channels."""
NOT_DECODED = frozenset(["BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"])
"""Pillow's formats of which it knows the name alone, and those that another program would have to run."""
USUAL = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
"""Formats that are tried first: each one that is tried takes its time."""
READ_AT_ONCE = 2**24
"""Bytes up to which a file is read as a whole: decoders take them in many bites, and threads wait for each other."""
HIDDEN = frozenset(["__macosx", "desktop.ini", "thumbs.db"])
"""What systems put into folders, in lower case, beside what begins with a dot."""


@lru_cache(maxsize=1)
def picture_formats() -> tuple[str, ...]:
    """The formats that are decoded, by Pillow's names."""
    Image.init()
    usual = [name for name in USUAL if name in Image.OPEN]
    return (*usual, *sorted(set(Image.OPEN) - NOT_DECODED - set(usual)))


@lru_cache(maxsize=1)
def picture_endings() -> frozenset[str]:
    """Of files that are pictures, in lower case with their dots."""
    return frozenset(end for end, name in Image.registered_extensions().items() if name in picture_formats())


def is_hidden(name: str) -> bool:
    """Whether a file or a folder is none of a person's own."""
    return name.startswith(".") or name.lower() in HIDDEN


def is_picture(name: str) -> bool:
    """Whether a file is one by its name."""
    return os.path.splitext(name)[1].lower() in picture_endings() and not is_hidden(name)


def pictures_below(folder: str) -> list[str]:
    """The paths of the pictures in a folder and those below it, in the order of their names.

    Raises OSError where a folder cannot be read.
    """

    def tell(error: OSError) -> None:
        raise error

    found = []
    for place, folders, files in os.walk(folder, onerror=tell):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        found += [os.path.join(place, name) for name in plain_files(place, filter(is_picture, files))]
    return found


def read_pictures(
    paths: Sequence[str],
    size: tuple[int, int],
    channels: int,
    resize: str,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Those that can be read, [N, C, H, W] from 0 to 1, in their order, and which of all these are, bool [all].

    Raises FileNotFoundError for one that is no longer there.
    """

    def read(path: str) -> np.ndarray | None:
        return or_none(read_picture, path, size, channels, resize)

    images = np.empty((len(paths), channels, *size), dtype=np.float32)
    readable = np.zeros(len(paths), dtype=bool)
    count = 0
    with ThreadPoolExecutor() as pool:
        for first in range(0, len(paths), 256):  # not all at once, so that whoever is told can end it
            for row, image in enumerate(pool.map(read, paths[first : first + 256]), first):
                if image is not None:
                    images[count], readable[row] = image, True
                    count += 1
                told(row + 1, len(paths))
    return images[:count], readable


def with_pictures(
    columns: dict[str, np.ndarray],
    paths: Sequence[str],
    size: tuple[int, int],
    channels: int,
    resize: str,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> dict[str, np.ndarray]:
    """The columns of the samples whose pictures can be read, with the pictures as `image`.

    Raises ValueError where there is none, and FileNotFoundError for a file that is no longer there.
    """
    images, readable = read_pictures(paths, size, channels, resize, told)
    if len(images) == 0:
        raise ValueError(f"none of {len(paths):,} pictures can be read")
    return {"image": images, **{name: column[readable] for name, column in columns.items()}}


def read_picture(path: str | BytesIO, size: tuple[int, int], channels: int, resize: str = "stretch") -> np.ndarray:
    """A picture [C, H, W] from 0 to 1, upright as its camera says, on white where it is transparent.

    `size` is its height and its width. It is brought there by `stretch`, whatever becomes of its sides; by `fit`, whole
    on black; or by `crop`, its middle. Raises what Pillow does for a file that is broken, or larger than its limit.
    """
    pixels = read_pixels(path, size, channels, resize)
    return pixels if pixels.dtype == np.float32 else pixels.astype(np.float32) / np.float32(255)


def read_pixels(path: str | BytesIO, size: tuple[int, int], channels: int, resize: str = "stretch") -> np.ndarray:
    """The same as bytes from 0 to 255; but as float32 from 0 to 1 where the picture has more than 8 bits."""
    height, width = size
    with Image.open(_content_of(path), formats=picture_formats()) as picture:
        picture.draft("RGB", (2 * max(size), 2 * max(size)))  # a photograph is decoded no larger than it has to be
        ImageOps.exif_transpose(picture, in_place=True)
        upright = plain_mode(picture, channels)
        if resize == "fit":
            sized = ImageOps.pad(upright, (width, height), Image.Resampling.BILINEAR)
        elif resize == "crop":
            sized = ImageOps.fit(upright, (width, height), Image.Resampling.BILINEAR)
        else:
            sized = upright.resize((width, height), Image.Resampling.BILINEAR)
        pixels = np.asarray(sized)
    if sized.mode == "F":
        return np.broadcast_to(pixels, (channels, height, width)).copy()
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


class _Content(BytesIO):
    """What a file holds, under its name in what Pillow says of it."""

    def __init__(self, path: str, content: bytes) -> None:
        super().__init__(content)
        self.path = path

    def __repr__(self) -> str:
        return repr(self.path)


def _content_of(path: str | BytesIO) -> str | BytesIO:
    """A file as Pillow reads it quickest: what it holds, unless that is too much."""
    if isinstance(path, BytesIO) or os.path.getsize(path) > READ_AT_ONCE:
        return path
    with open(path, "rb", buffering=0) as file:
        return _Content(path, file.read())


def plain_mode(picture: Image.Image, channels: int) -> Image.Image:
    """A picture in grey or in colours; one with more than 8 bits in grey, as float32 from 0 to 1."""
    if picture.mode[0] in "IF":
        return Image.fromarray(from_zero_to_one(np.asarray(picture)))
    if picture.has_transparency_data:
        colours = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)
    return picture if picture.mode == MODES[channels] else picture.convert(MODES[channels])


def from_zero_to_one(pixels: np.ndarray) -> np.ndarray:
    """Pixels [H, W] with more than 8 bits, as float32: 16 bits by their range, 65,535, others by the picture's own."""
    numbers = pixels.astype(np.float32)
    least, most = float(numbers.min()), float(numbers.max())
    if pixels.dtype.kind in "iu" and least >= 0 and most <= 65535:
        return numbers / np.float32(65535)
    if least >= 0 and most <= 1:
        return numbers
    if not np.isfinite(least) or not np.isfinite(most):
        raise ValueError("pixels that are no numbers")
    return (numbers - np.float32(least)) / np.float32(most - least or 1)
