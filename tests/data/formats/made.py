"""Files of somebody's own, as other programs write them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from designer.data.formats.registry import format_of


def striped_pictures(folder: Path, classes: tuple[str, ...] = ("cats", "dogs"), each: int = 10, size: int = 12) -> Path:
    """A folder of pictures of noise for each class; the number of the bright row is that of the class."""
    random = np.random.default_rng(3)
    for row, name in enumerate(classes):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            pixels = random.integers(0, 90, (size, size, 3), dtype=np.uint8)
            pixels[row * 2 : row * 2 + 2] += 150
            Image.fromarray(pixels).save(folder / name / f"{number:03}.png")
    return folder


def folders_of_names(path: Path, source: str, options: Any) -> list[str]:
    """The last folders in the names of samples that are files: their classes."""
    return [name.split("/")[-2] for name in format_of(source).names(path, options)]


def moving_films(folder: Path, each: int = 20, frames: int = 6, size: int = 12) -> Path:
    """Folders of frames: a bright square moves in the direction that its class is called by, round the border."""
    random = np.random.default_rng(3)
    for name, step in (("down", (1, 0)), ("left", (0, -1)), ("right", (0, 1)), ("up", (-1, 0))):
        for number in range(each):
            film = folder / name / f"film {number}"
            film.mkdir(parents=True)
            pixels = np.full((size, size, 3), 30, dtype=np.uint8)
            pixels[:4, :4] = random.integers(120, 256, 3)
            pixels = np.roll(pixels, random.integers(0, size, 2), (0, 1))
            for frame in range(frames):
                shown = np.roll(pixels, np.array(step) * 2 * frame, (0, 1))
                Image.fromarray(shown).save(film / f"frame{frame}.png")
    return folder


def bomb(path: Path) -> Path:
    """A small PNG that says of itself that it is 30,000 pixels wide and high."""
    Image.new("L", (8, 8)).save(path)
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 30_000, 30_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    return path


def noise(path: Path, seed: int, width: int = 12, height: int = 12, channels: int = 3) -> Path:
    """A picture like no other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (height, width, channels) if channels > 1 else (height, width)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)).save(path)
    return path
