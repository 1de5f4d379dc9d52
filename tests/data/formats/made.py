"""Files of somebody's own, as other programs write them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
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


def broken_within(folder: Path, rate: int = 4000) -> list[Path]:
    """Sounds with whole heads: cut as WAV, FLAC and OGG, and a FLAC with noise in its middle."""
    random = np.random.default_rng(8)
    wave, made = random.normal(0, 0.2, 3 * rate), []
    for number, ending in enumerate(("wav", "flac", "ogg", "flac")):
        path = folder / f"within{number}.{ending}"
        soundfile.write(path, wave, rate)
        content, middle = path.read_bytes(), path.stat().st_size // 2
        path.write_bytes(content[:middle] if number < 3 else content[:middle] + bytes(900) + content[middle + 900 :])
        made.append(path)
    return made


def broken_films(folder: Path) -> None:
    """Films that cannot be read: one with a frame that is cut, one cut itself, and one with a frame that is none."""
    frame = noise(folder / "cut" / "0.png", 1)
    for number in range(1, 5):
        noise(folder / "cut" / f"{number}.png", number)
        noise(folder / "none" / f"{number}.png", number)
    frame.write_bytes(frame.read_bytes()[:-60])
    (folder / "none" / "0.png").write_text("no picture")
    frames = [Image.open(noise(folder.parent / ".made" / f"{number}.png", number, 60, 60)) for number in range(4)]
    frames[0].save(folder / "cut.gif", save_all=True, append_images=frames[1:])
    content = (folder / "cut.gif").read_bytes()
    (folder / "cut.gif").write_bytes(content[: len(content) * 7 // 8])


def noise(path: Path, seed: int, width: int = 12, height: int = 12, channels: int = 3) -> Path:
    """A picture like no other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (height, width, channels) if channels > 1 else (height, width)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)).save(path)
    return path
