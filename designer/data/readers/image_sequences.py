"""Reads films: a folder of frames, or a picture that moves, for each sample, in a folder for each class."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from designer.data.readers._parts import labelled_files, plain_files
from designer.data.readers._shared import or_none
from designer.data.readers.pictures import is_hidden, is_picture, plain_mode, read_picture

MOVING = frozenset([".gif", ".webp", ".apng", ".png"])
"""The endings of pictures that may move, in lower case."""


def read_image_sequences(
    folder: Path,
    classes: Sequence[str],
    size: tuple[int, int],
    channels: int,
    frames: int,
    parts: Mapping[str, int] | None = None,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> dict[str, np.ndarray]:
    """Films [N, L, C, H, W] from 0 to 1 in the order of their names, and the number of the class of each.

    Of a longer film so many `frames` are taken, evenly spread; 0 takes all. Where films are shorter, black frames stand
    behind them, and the lengths are told. `parts` has the folders that the folders of classes lie in, with the number
    of each part: 0 training, 1 validation, 2 test. Films that are broken, or have a frame that is, are left out. Raises
    ValueError where all are, and FileNotFoundError for a file that is no longer there.
    """
    listed = labelled_files(folder, classes, parts, films_in)
    found, films = [], []
    with ThreadPoolExecutor() as pool:
        for done, film in enumerate(
            pool.map(lambda item: or_none(read_film, item[0], size, channels, frames), listed), 1
        ):
            if film is not None:
                found.append(film)
                films.append(listed[done - 1])
            told(done, len(listed))
    if not found:
        raise ValueError(f"none of {len(listed):,} films can be read")
    lengths = np.array([len(film) for film in found], dtype=np.int64)
    column = np.zeros((len(found), int(lengths.max()), channels, *size), dtype=np.float32)
    for row, film in enumerate(found):
        column[row, : len(film)] = film
    columns: dict[str, np.ndarray] = {"film": column}
    columns["class"] = np.array([number for _, number, _ in films], dtype=np.int64)
    if (lengths != lengths[0]).any():
        columns["film_lengths"] = lengths
    if parts:
        columns["part"] = np.array([part for *_, part in films], dtype=np.int8)
    return columns


def films_in(folder: Path) -> list[Path]:
    """The films in the folder of a class, in the order of their names: folders of frames, and pictures that move."""
    found = [path for path in folder.iterdir() if not is_hidden(path.name)]
    return sorted((path for path in found if (frames_of(path) if path.is_dir() else is_moving(path))), key=in_order)


def is_moving(path: Path) -> bool:
    """Whether it is a file of a kind that may move."""
    return path.suffix.lower() in MOVING and path.is_file()


def frames_of(folder: Path) -> list[Path]:
    """The frames in a folder, in the order of the numbers in their names."""
    names = plain_files(str(folder), filter(is_picture, os.listdir(folder)))
    return sorted((Path(folder, name) for name in names), key=in_order)


def in_order(path: Path) -> list[tuple[int, str]]:
    """What orders names as people do: frame 2 comes before frame 10."""
    return [(int(piece), "") if piece.isdigit() else (0, piece) for piece in re.split(r"(\d+)", path.name) if piece]


def chosen_frames(count: int, wanted: int) -> list[int]:
    """The numbers of the frames that are taken, evenly spread over all."""
    if not wanted or count <= wanted:
        return list(range(count))
    return [round(place * (count - 1) / max(wanted - 1, 1)) for place in range(wanted)]


def read_film(path: Path, size: tuple[int, int], channels: int, frames: int) -> np.ndarray:
    """The frames of a film [L, C, H, W] from 0 to 1."""
    if path.is_dir():
        files = frames_of(path)
        chosen = [files[place] for place in chosen_frames(len(files), frames)]
        return np.stack([read_picture(str(file), size, channels) for file in chosen])
    with Image.open(path) as moving:
        shown = [plain_mode(frame.copy(), channels) for frame in ImageSequence.Iterator(moving)]
    height, width = size
    taken = [
        shown[place].resize((width, height), Image.Resampling.BILINEAR) for place in chosen_frames(len(shown), frames)
    ]
    pixels = np.stack([np.asarray(frame, dtype=np.float32) for frame in taken]) / np.float32(255)
    return pixels[:, None] if channels == 1 else pixels.transpose(0, 3, 1, 2)
