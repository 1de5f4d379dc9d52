"""Reads sounds as waveforms or as log-mel spectrograms."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from designer.data.readers._mel import log_mel
from designer.data.readers._parts import labelled_files, plain_files
from designer.data.readers._shared import side_by_side

SOUNDS = frozenset(f".{name.lower()}" for name in soundfile.available_formats()) | {".oga", ".aif"}
"""The endings of sounds, in lower case."""


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
    with the number of each part: 0 training, 1 validation, 2 test.
    """
    files = labelled_files(folder, classes, parts, readable_below)
    found = []
    with ThreadPoolExecutor() as pool:
        for done, wave in enumerate(pool.map(lambda item: waveform(item[0], rate, seconds), files), 1):
            found.append(steps_of(wave, rate, kind, bands, window, hop))
            told(done, len(files))
    columns = side_by_side(found, "sound")
    if kind == "spectrogram":
        columns = {"sound": columns["sound"].transpose(0, 2, 1)[:, None]}
    columns["class"] = np.array([number for _, number, _ in files], dtype=np.int64)
    if parts:
        columns["part"] = np.array([part for *_, part in files], dtype=np.int8)
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
    """Those of which the head can be read."""
    return [path for path in sounds_below(folder) if not facts_of(path).problem]


@dataclass(frozen=True)
class SoundFacts:
    """What the head of a file says of it; the problem, where it cannot be read."""

    name: str
    label: str
    part: int
    seconds: float = 0.0
    rate: int = 0
    problem: str = ""


def facts_of(path: Path, label: str = "", part: int = 0) -> SoundFacts:
    """Looks at the head of a sound alone. Raises FileNotFoundError where it is no longer there."""
    if not path.exists():
        raise FileNotFoundError(2, "no such file", str(path))
    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError as error:
        return SoundFacts(path.name, label, part, problem=error.error_string)
    if info.frames == 0:
        return SoundFacts(path.name, label, part, problem="it is empty")
    return SoundFacts(path.name, label, part, info.frames / info.samplerate, info.samplerate)


def is_sound(name: str) -> bool:
    """Whether a file is a sound by its name."""
    return os.path.splitext(name)[1].lower() in SOUNDS and not name.startswith(".")


def waveform(path: Path | BinaryIO, rate: int, seconds: float) -> np.ndarray:
    """A sound [samples] from -1 to 1: the mean of its channels, at a rate, and as long as is wanted.

    Raises FileNotFoundError where it is no longer there, and SoundFileError where it cannot be read.
    """
    try:
        values, own = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError:
        if isinstance(path, Path) and not path.exists():
            raise FileNotFoundError(2, "no such file", str(path)) from None
        raise
    wave = resampled(values.mean(axis=1), own, rate)
    if not seconds:
        return wave if len(wave) else np.zeros(1, np.float32)
    wanted = max(round(seconds * rate), 1)
    return np.pad(wave[:wanted], (0, max(wanted - len(wave), 0)))


def resampled(wave: np.ndarray, own: int, wanted: int) -> np.ndarray:
    """A sound [samples] at another rate: its spectrum is cut off, or goes on with zeros."""
    if own == wanted or len(wave) == 0:
        return wave.astype(np.float32)
    count = max(round(len(wave) * wanted / own), 1)
    spectrum = np.fft.rfft(wave)
    kept = np.zeros(count // 2 + 1, dtype=spectrum.dtype)
    shared = min(len(kept), len(spectrum))
    kept[:shared] = spectrum[:shared]
    return (np.fft.irfft(kept, count) * (count / len(wave))).astype(np.float32)
