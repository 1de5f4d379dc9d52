"""Reads the spoken digits, and makes spectrograms of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._mel import log_mel


def read_spoken_digits(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What is heard within 0.64 s of a voice that says a digit, twice of each recording; which digit, and which voice.

    `spectrogram` [N, 1, 32, 64] has the highest band in its first row, and a frame of 10 ms in each column; `frames`
    [N, 64, 32] has the same numbers frame by frame, the lowest band first. They are logarithms of the power, brought to
    0 to 1. When the word begins, how loud it is and what noise is around it comes from a fixed seed.
    """
    with np.load(folder / "spoken_digits.npz", allow_pickle=False) as file:
        lengths, digit, voice = (file[name].astype(np.int64) for name in ("lengths", "digit", "voice"))
        words = np.split(_expanded(file["steps"]), np.cumsum(lengths)[:-1])
    random = np.random.default_rng(5)
    parts = []
    for rows in (np.flatnonzero(voice < 28), np.flatnonzero(voice >= 28)):
        rows = np.repeat(rows, 2)
        frames = np.stack([_heard(words[row], random) for row in rows])
        parts.append(
            {
                "spectrogram": np.ascontiguousarray(frames[:, :, ::-1].transpose(0, 2, 1)[:, None]),
                "frames": frames,
                "digit": digit[rows],
                "voice": voice[rows],
            }
        )
    return parts[0], parts[1]


def _expanded(steps: np.ndarray) -> np.ndarray:
    """Loudness from -1 to 1 of what is stored in steps from -31 to 31, which are finer near silence (µ-law, G.711)."""
    loud: np.ndarray = (256 ** (np.abs(steps.astype(np.float32)) / 31) - 1) / 255 * np.sign(steps)
    return loud


def _heard(word: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The spectrogram, [64, 32] from 0 to 1, of a word at 8 kHz in noise that is 6 to 30 dB below its mean power."""
    sound = np.zeros(5120)
    begins = random.integers(0, len(sound) - len(word) + 1)
    sound[begins : begins + len(word)] = word
    noise = np.sqrt(np.square(word).mean()) * 10 ** (-random.uniform(6, 30) / 20)
    sound = random.uniform(0.3, 1) * (sound + noise * random.normal(size=len(sound)))
    powers = log_mel(sound, rate=8000, bands=32, window=200, hop=80)[:64]
    low, high = np.quantile(powers, 0.5), powers.max()
    scaled: np.ndarray = np.clip((powers - low) / (high - low), 0, 1).astype(np.float32)
    return scaled
