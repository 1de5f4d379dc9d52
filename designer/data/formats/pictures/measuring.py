"""What pictures are like: sizes, colours, and which files are broken. Of many, a sample stands for all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from designer.data.formats.base import Progress
from designer.data.readers.pictures import picture_formats, plain_mode

MOST = 1000
"""Pictures that are decoded to learn what all are like."""
MOST_BYTES = 256 * 2**20
_AT_ONCE = 64
_NEARLY_GREY = 12
"""Values by which the channels of a grey picture differ where it was saved in colours."""
_LAST = {b"\xff\xd8\xff": b"\xff\xd9", b"\x89PNG": b"IEND", b"GIF8": b"\x00;"}
"""How files of common formats begin, and what stands near their end if they are whole."""

Small = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class PictureFacts:
    """One picture: its width and height, upright, and itself in 9×8 grey pixels; or what is wrong with its file."""

    place: int
    """Among all pictures."""
    size: tuple[int, int] = (0, 0)
    grey: bool = True
    small: Small | None = None
    problem: str = ""


def measure(paths: Sequence[str], progress: Progress) -> list[PictureFacts]:
    """A sample of the pictures, spread over all of them, and files beyond it that do not look whole."""
    chosen = sample_of(paths)
    seen = set(chosen)
    doubtful = [
        place for place in _spread(len(paths), 20 * MOST) if place not in seen and not looks_whole(paths[place])
    ]
    places = [*chosen, *doubtful[:MOST]]
    measured: list[PictureFacts] = []
    with ThreadPoolExecutor() as pool:
        for first in range(0, len(places), _AT_ONCE):
            some = places[first : first + _AT_ONCE]
            measured += pool.map(measured_at, some, [paths[place] for place in some])
            progress(len(measured), len(places))
    return sorted((item for item in measured if item.problem or item.place in seen), key=lambda item: item.place)


def sample_of(paths: Sequence[str]) -> list[int]:
    """Places of pictures that stand for all: as many as are quickly decoded."""
    places = _spread(len(paths), MOST)
    per_file = sum(os.path.getsize(paths[place]) for place in places) / max(1, len(places))
    return _spread(len(paths), max(20, min(MOST, int(MOST_BYTES / max(1, per_file)))))


def _spread(count: int, most: int) -> list[int]:
    """Up to so many places in equal distances."""
    return list(range(count)) if count <= most else [count * number // most for number in range(most)]


def looks_whole(path: str) -> bool:
    """Whether a file ends as files of its format do. Some are whole although they do not."""
    with open(path, "rb") as file:
        first = file.read(4)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 64))
        ending = file.read()
    return size > 0 and all(end in ending for begin, end in _LAST.items() if first.startswith(begin))


def measured_at(place: int, path: str) -> PictureFacts:
    """Decodes one picture. Raises FileNotFoundError where it is no longer there."""
    try:
        with Image.open(path, formats=picture_formats()) as picture:
            size = picture.size
            picture.draft("RGB", (64, 64))
            upright = ImageOps.exif_transpose(picture)
            if picture.getexif().get(0x0112, 1) in (5, 6, 7, 8):
                size = size[::-1]
            small = plain_mode(upright, 3).resize((9, 8), Image.Resampling.BILINEAR)
        pixels = np.asarray(small, dtype=np.float32) * (255 if small.mode == "F" else 1)
    except FileNotFoundError:
        raise
    except UnidentifiedImageError:
        return PictureFacts(place, problem="it is empty" if os.path.getsize(path) == 0 else "it is no picture")
    except Image.DecompressionBombError:
        return PictureFacts(place, problem="it would take too much memory when decoded")
    except Exception as error:  # decoders raise whatever broken bytes lead them to
        return PictureFacts(place, problem=str(error) or type(error).__name__)
    grey = pixels.ndim == 2 or float(np.ptp(pixels, axis=2).max()) <= _NEARLY_GREY
    return PictureFacts(place, size, grey, (pixels if pixels.ndim == 2 else pixels.mean(axis=2)).astype(np.uint8))
