"""Sounds that memory has no room for: decoded when their batch comes, and kept on disk from then on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.errors import DataError
from designer.data.formats.base import PART, Cache, Opened, Progress
from designer.data.formats.read_files import FilesOfSteps
from designer.data.formats.sound_facts import facts_of_all
from designer.data.readers._mel import frames_in
from designer.data.readers._parts import labelled_files
from designer.data.readers.sounds import SoundFacts, sounds_below, steps_of, waveform
from designer.data.samples import Array, ComputedColumn, LazyColumn


def streamed(path: Path, how: Mapping[str, Any], cache: Cache, progress: Progress) -> Opened:
    """The columns that `read_sounds` gives with these arguments, without keeping any sound. Raises FileNotFoundError.

    Raises DataError where there is no sound, and what `progress` raises.
    """
    listed = labelled_files(path, how["classes"], how.get("parts"), sounds_below)
    files, lengths = [], []
    for item, facts in zip(listed, facts_of_all([file for file, *_ in listed], progress), strict=True):
        if not facts.problem:
            files.append(item)
            lengths.append(steps_in(facts, **_heard(how)))
    if not files:
        raise DataError(f"{path}: there is no sound that can be read")
    step = 1 if how["kind"] == "waveform" else how["bands"]
    column = FilesOfSteps([file for file, *_ in files], np.array(lengths), (step,), partial(_read, **_heard(how)))
    kept: LazyColumn = cache.before(column, "sound")
    columns: dict[str, Array] = {"class": np.array([number for _, number, _ in files], dtype=np.int64)}
    if how["kind"] == "spectrogram":
        kept = TurnedFrames(kept)
    elif len(set(lengths)) > 1:
        columns["sound_lengths"] = column.lengths
    if how.get("parts"):
        columns[PART] = np.array([part for *_, part in files], dtype=np.int8)
    return Opened(columns, lazy={"sound": kept})


def _heard(how: Mapping[str, Any]) -> dict[str, Any]:
    return {name: how[name] for name in ("rate", "seconds", "kind", "bands", "window", "hop")}


def _read(path: Path, rate: int, seconds: float, **how: Any) -> Array:
    return steps_of(waveform(path, rate, seconds), rate, **how)


def steps_in(facts: SoundFacts, rate: int, seconds: float, kind: str, bands: int, window: int, hop: int) -> int:
    """Of a sound as it is read: as `waveform` and `log_mel` make them."""
    own = round(facts.seconds * facts.rate)
    samples = own if facts.rate == rate else max(round(own * rate / facts.rate), 1)
    samples = max(round(seconds * rate), 1) if seconds else samples
    return samples if kind == "waveform" else frames_in(samples, window, hop)


class TurnedFrames(ComputedColumn):
    """Frames [N, L, bands] as images [N, 1, bands, L]."""

    def __init__(self, column: LazyColumn) -> None:
        super().__init__(column, lambda frames: np.ascontiguousarray(frames.transpose(0, 2, 1))[:, None])

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        count, frames, bands = self.column.shape
        return (count, 1, bands, frames)
