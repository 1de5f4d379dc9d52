"""Reads sounds as waveforms or as log-mel spectrograms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from designer.data.readers._mel import log_mel
from designer.data.readers._parts import labelled_files, plain_files
from designer.data.readers._shared import or_none, side_by_side

SOUNDS = frozenset(f".{name.lower()}" for name in soundfile.available_formats()) | {".oga", ".aif"}
"""The endings of sounds, in lower case."""
PLAIN = ("PCM", "ULAW", "ALAW")
"""What the names of ways to write samples as they are begin with: nothing in them can be broken."""
BLOCK = 65_536
"""Samples that are decoded at once."""
OGG_PAGE = 65_307
"""Bytes that a page of an Ogg file has at most."""


def read_sounds(
    folder: Path,
    classes: Sequence[str],
    rate: int,
    seconds: float,
    kind: str,
    bands: int = 64,
    window: int = 400,
    hop: int = 160,
    parts: Mapping[str, int] | None = None,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> dict[str, np.ndarray]:
    """Sounds in the order of their paths, and the number of the class of each, which its folder is named after.

    Each is brought to so many samples a second and cut, or filled with silence, to so many seconds; 0 leaves it as long
    as it is. `kind` is "waveform" [N, samples, 1], "frames" [N, frames, bands] or "spectrogram" [N, 1, bands, frames],
    the logarithm of the power in bands of the mel scale. `parts` has the folders that the folders of classes lie in,
    with the number of each part: 0 training, 1 validation, 2 test. Files that are broken, cut or empty are left out.
    Raises ValueError where all are, and FileNotFoundError for one that is no longer there.
    """
    files = labelled_files(folder, classes, parts, sounds_below)
    found, kept = [], []

    def heard_whole(item: tuple[Path, int, int]) -> np.ndarray | None:
        return or_none(waveform, item[0], rate, seconds)

    with ThreadPoolExecutor() as pool:
        for first in range(0, len(files), 256):  # not all at once: what waits to be looked at takes memory
            for done, wave in enumerate(pool.map(heard_whole, files[first : first + 256]), first + 1):
                if wave is not None:
                    found.append(steps_of(wave, rate, kind, bands, window, hop))
                    kept.append(files[done - 1])
                told(done, len(files))
    if not found:
        raise ValueError(f"none of {len(files):,} sounds can be read")
    columns = side_by_side(found, "sound")
    if kind == "spectrogram":
        columns = {"sound": columns["sound"].transpose(0, 2, 1)[:, None]}
    columns["class"] = np.array([number for _, number, _ in kept], dtype=np.int64)
    if parts:
        columns["part"] = np.array([part for *_, part in kept], dtype=np.int8)
    return columns


def steps_of(wave: np.ndarray, rate: int, kind: str, bands: int, window: int, hop: int) -> np.ndarray:
    """A sound [samples] as steps: [samples, 1] for a "waveform", and else its power in bands, [frames, bands]."""
    return wave[:, None] if kind == "waveform" else log_mel(wave, rate, bands, window, hop)


def sounds_below(folder: Path) -> list[Path]:
    """The sounds in a folder and in those below it, sorted by their paths; hidden files are left out."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        found += [Path(place, name) for name in plain_files(place, filter(is_sound, files))]
    return found


def readable_below(folder: Path) -> list[Path]:
    """Those that can be read to their ends."""
    return [path for path in sounds_below(folder) if not facts_of(path).problem]


@dataclass(frozen=True)
class SoundFacts:
    """How long a sound in a file is, and the samples a second; the problem, where it cannot be read to its end."""

    name: str
    label: str = ""
    part: int = 0
    seconds: float = 0.0
    rate: int = 0
    problem: str = ""


def facts_of(path: Path) -> SoundFacts:
    """Looks at the head of a sound, and at all of it where it is packed. Raises FileNotFoundError where it is gone."""
    state = path.stat()
    seconds, rate, problem = heard(path, state.st_size, state.st_mtime_ns)
    return SoundFacts(path.name, seconds=seconds, rate=rate, problem=problem)


@lru_cache(maxsize=100_000)
def heard(path: Path, size: int, changed: int) -> tuple[float, int, str]:
    """Seconds, samples a second, and what is wrong with a file of this size that was changed then."""
    return heard_in(path)


def heard_in(path: Path | BinaryIO) -> tuple[float, int, str]:
    """The same of a file, or of what is open."""
    try:
        with nullcontext(path) if not isinstance(path, Path) else path.open("rb") as content:
            expect_whole(content)
        with soundfile.SoundFile(path) as file:
            if file.frames == 0:
                return 0.0, 0, "it is empty"
            is_plain = file.format != "FLAC" and file.subtype.startswith(PLAIN)
            samples = file.frames if is_plain else sum(map(len, blocks_of(file)))
            return samples / file.samplerate, file.samplerate, ""
    except soundfile.LibsndfileError as error:
        return 0.0, 0, error.error_string
    except (OSError, ValueError) as error:
        return 0.0, 0, str(error)


def expect_whole(file: BinaryIO) -> None:
    """Raises ValueError for a file of which less is there than it says itself: WAV, AIFF and Ogg say so.

    Their decoder would take what is there for all of it. The file is left at its beginning.
    """
    head = file.read(8)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - OGG_PAGE, 0))
    ending = file.read() if head.startswith(b"OggS") else b""
    file.seek(0)
    said = 0
    if head.startswith((b"RIFF", b"RIFX", b"FORM")):
        said = 8 + int.from_bytes(head[4:], "little" if head.startswith(b"RIFF") else "big")
        said = 0 if said > 2**31 - 2**16 else said - 64  # nobody knew how long it would be; or the last bytes but fill
    elif page := ending[ending.rfind(b"OggS") :] if b"OggS" in ending else b"":
        pieces = page[27 : 27 + page[26]] if len(page) > 26 else b""
        said = size - len(page) + 27 + len(pieces) + sum(pieces)
    if size < said:
        raise ValueError(f"it is cut: {size:,} bytes are there, and {said:,} should be")


def blocks_of(file: soundfile.SoundFile) -> Iterator[np.ndarray]:
    """All samples of an open file, piece by piece, float32 [samples, channels].

    Raises LibsndfileError for what cannot be decoded, and ValueError where less is there than its head says, which of
    an MP3 may only guess, and where a sample is no number.
    """
    left = file.frames
    while left > 0:
        block = file.read(min(left, BLOCK), dtype="float32", always_2d=True)
        is_short = len(block) < min(left, BLOCK)
        if is_short and file.format != "MP3":
            raise ValueError("it is cut, or broken within")
        if not np.isfinite(block).all():
            raise ValueError("it has samples that are no numbers")
        left = 0 if is_short else left - len(block)
        yield block


def is_sound(name: str) -> bool:
    """Whether a file is a sound by its name."""
    return os.path.splitext(name)[1].lower() in SOUNDS and not name.startswith(".")


def waveform(path: Path | BinaryIO, rate: int, seconds: float) -> np.ndarray:
    """A sound [samples] from -1 to 1: the mean of its channels, at a rate, and as long as is wanted.

    Raises FileNotFoundError where it is no longer there, and SoundFileError or ValueError where it cannot be read to
    its end, or is empty.
    """
    with nullcontext(path) if not isinstance(path, Path) else path.open("rb") as content:
        expect_whole(content)
    with soundfile.SoundFile(path) as file:
        own = file.samplerate
        pieces = [block.mean(axis=1) for block in blocks_of(file)]
    if not pieces:
        raise ValueError("it is empty")
    wave = resampled(np.concatenate(pieces), own, rate)
    if not seconds:
        return wave
    wanted = max(round(seconds * rate), 1)
    return np.pad(wave[:wanted], (0, max(wanted - len(wave), 0)))


def resampled(wave: np.ndarray, own: int, wanted: int) -> np.ndarray:
    """A sound [samples] at another rate: its spectrum is cut off, or goes on with zeros.

    The highest tone of an even number of samples has one place in their spectrum and two in a longer one.
    """
    if own == wanted or len(wave) == 0:
        return wave.astype(np.float32)
    count = max(round(len(wave) * wanted / own), 1)
    spectrum = np.fft.rfft(wave)
    kept = np.zeros(count // 2 + 1, dtype=spectrum.dtype)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    shorter = min(len(wave), count)
    if shorter % 2 == 0 and len(wave) != count:
        kept[shorter // 2] *= 0.5 if count > shorter else 2
    return (np.fft.irfft(kept, count) * (count / len(wave))).astype(np.float32)
