"""Sounds and films that are read batch by batch: the samples that are in memory otherwise, with their lengths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from designer.data import opening
from designer.data.errors import DataError
from designer.data.samples import Dataset
from tests.data.formats.made import broken_films, broken_within

RATE = 4000


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    random = np.random.default_rng(4)
    for part, count in (("train", 9), ("test", 4)):
        for name in ("hum", "hiss"):
            (tmp_path / "sounds" / part / name).mkdir(parents=True)
            for number, ending in zip(range(count), ("wav", "flac", "ogg") * 3, strict=False):
                wave = random.normal(0, 0.2, 800 + 37 * number)
                rate = RATE if number % 4 else 5512
                soundfile.write(tmp_path / "sounds" / part / name / f"{number}.{ending}", wave, rate)
    (tmp_path / "sounds" / "train" / "hum" / "broken.wav").write_bytes(b"RIFF and nothing")
    broken_within(tmp_path / "sounds" / "train" / "hiss")
    return tmp_path / "sounds"


@pytest.fixture
def films(tmp_path: Path) -> Path:
    random = np.random.default_rng(4)
    for name in ("up", "down"):
        for number in range(6):
            folder = tmp_path / "films" / name / f"take {number}"
            folder.mkdir(parents=True)
            for frame in range(3 + number % 3):
                Image.fromarray(random.integers(0, 255, (9, 9, 3), dtype=np.uint8)).save(folder / f"{frame}.png")
    broken_films(tmp_path / "films" / "up")
    return tmp_path / "films"


def read(path: Path, source: str, reading: str, **options: Any) -> Dataset:
    _, found = opening.inspect(path, source, options)
    data = opening.settings_for(path, source, found)
    return opening.load(data.model_copy(update={"reading": reading}))


def expect_same(ours: Dataset, theirs: Dataset) -> None:
    assert set(ours.train.lazy) == {item.name for item in ours.info.features}
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        for name, values in other.columns.items():
            for _ in range(2):  # read, then from the cache
                found = one.taken(name, None)
                assert (found.dtype, found.shape) == (values.dtype, values.shape)
                assert (found == values).all()


@pytest.mark.parametrize("kind", ["waveform", "frames", "spectrogram"])
@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_that_streamed_sounds_are_those_in_memory(kind: str, seconds: float, sounds: Path) -> None:
    how = {"kind": kind, "seconds": seconds, "rate": RATE, "bands": 12}
    expect_same(*(read(sounds, "sound", reading, **how) for reading in ("streamed", "memory")))


@pytest.mark.parametrize("frames", [0, 4])
def test_that_streamed_films_are_those_in_memory(frames: int, films: Path) -> None:
    how = {"height": 7, "width": 8, "frames": frames}
    expect_same(*(read(films, "image_sequences", reading, **how) for reading in ("streamed", "memory")))


def test_that_a_sound_or_a_film_that_goes_or_changes_is_named(sounds: Path, films: Path) -> None:
    ours = read(sounds, "sound", "streamed", kind="waveform", seconds=0.0, rate=RATE)
    (sounds / "train" / "hum" / "1.flac").unlink()
    with pytest.raises(DataError, match=r"hum.1\.flac: it was there before, and is gone"):
        ours.train.taken("sound", None)
    soundfile.write(sounds / "train" / "hum" / "1.flac", np.zeros(99), RATE)
    with pytest.raises(DataError, match=r"hum.1\.flac: expected 837 steps, as its head says, got 99"):
        ours.train.taken("sound", None)
    moving = read(films, "image_sequences", "streamed", height=7, width=8)
    for frame in (films / "up" / "take 0").iterdir():
        frame.write_bytes(frame.read_bytes()[:50])
    with pytest.raises(DataError, match=r"take 0: it cannot be read"):
        np.concatenate([moving.train.taken("film", None), moving.test.taken("film", None)])
