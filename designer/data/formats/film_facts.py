"""What is known of films before they are decoded: how many frames each has, and which are broken."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from designer.data.formats.base import Progress
from designer.data.formats.pictures.measuring import looks_whole
from designer.data.readers.image_sequences import chosen_frames, frames_of, read_film
from designer.data.readers.pictures import picture_formats


@dataclass(frozen=True)
class FilmFacts:
    """A film: its frames, and what is wrong with it."""

    frames: int
    problem: str = ""


def facts_of_all(films: Sequence[Path], wanted: int, progress: Progress) -> list[FilmFacts]:
    """In the order of the films, of each of which so many frames are `wanted`, 0 for all: others may be broken.

    Raises FileNotFoundError for one that is gone, and what `progress` raises.
    """
    facts: list[FilmFacts] = []
    with ThreadPoolExecutor() as pool:
        for item in pool.map(partial(facts_of, wanted=wanted), films):
            facts.append(item)
            progress(len(facts), len(films))
    return facts


def facts_of(film: Path, wanted: int) -> FilmFacts:
    """Looks at the heads and the ends of the frames that are wanted, and decodes these where one looks broken."""
    try:
        files = frames_of(film) if film.is_dir() else [film]
        count = len(files) if film.is_dir() else _frames_in(film)
        chosen = [files[place] for place in chosen_frames(len(files), wanted)]
        if not all(map(_seems_whole, chosen)):
            read_film(film, (1, 1), 1, wanted)
    except FileNotFoundError:
        raise
    except UnidentifiedImageError:
        return FilmFacts(0, "it is no film" if film.is_file() else "a frame is no picture")
    except Exception as error:  # decoders raise whatever broken bytes lead them to
        return FilmFacts(0, str(error) or type(error).__name__)
    return FilmFacts(count)


def _frames_in(film: Path) -> int:
    with Image.open(film, formats=picture_formats()) as moving:
        return int(getattr(moving, "n_frames", 1))


def _seems_whole(path: Path) -> bool:
    try:
        with Image.open(path, formats=picture_formats()):
            return looks_whole(str(path))
    except FileNotFoundError:
        raise
    except Exception:  # decoders raise whatever broken bytes lead them to
        return False
