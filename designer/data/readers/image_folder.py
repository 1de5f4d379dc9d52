"""Reads a folder of pictures in which each folder is a class."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

MODES = {1: "L", 3: "RGB"}
"""Pillow's names of grey and coloured pictures, by their channels."""


def read_image_folder(
    folder: Path,
    classes: tuple[str, ...],
    size: tuple[int, int],
    channels: int,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> dict[str, np.ndarray]:
    """Pictures [N, C, H, W] from 0 to 1, in the order of their paths, and the number of the class of each.

    `size` is the height and the width to which every picture is stretched.
    """
    paths = [(path, number) for number, name in enumerate(classes) for path in pictures_in(folder / name)]
    images = np.empty((len(paths), channels, *size), dtype=np.float32)
    with ThreadPoolExecutor() as pool:
        for row, image in enumerate(pool.map(lambda item: read_picture(item[0], size, channels), paths)):
            images[row] = image
            told(row + 1, len(paths))
    return {"image": images, "class": np.array([number for _, number in paths], dtype=np.int64)}


ENDINGS = frozenset([".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"])
"""Of files that are pictures, in lower case."""


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder and those below it, sorted by their paths."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())


def read_picture(path: Path, size: tuple[int, int], channels: int) -> np.ndarray:
    """A picture [C, H, W] from 0 to 1, upright as its camera says, stretched to a height and a width."""
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture).convert(MODES[channels])
        stretched = upright.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    pixels = np.asarray(stretched, dtype=np.float32) / 255
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)
