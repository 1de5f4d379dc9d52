"""What an ear hears of a sound: its power in bands of the mel scale, moment by moment."""

from __future__ import annotations

from functools import cache

import numpy as np

QUIET = 1e-5
"""What is added to the power of each band, so that silence has a logarithm."""


def log_mel(wave: np.ndarray, rate: int, bands: int, window: int, hop: int) -> np.ndarray:
    """The natural logarithm of the power in each band of the mel scale, [frames, bands].

    Frames of `window` samples, weighted by a Hann window, begin every `hop` samples; the first and the last are filled
    with silence, so that each is centred on what it stands for.
    """
    filled = np.pad(wave, (window // 2, window // 2 + max(window - len(wave), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(filled, window)[::hop]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2
    powers: np.ndarray = np.log(power @ mel_bands(rate, bands, window) + QUIET).astype(np.float32)
    return powers


@cache
def mel_bands(rate: int, bands: int, window: int) -> np.ndarray:
    """Triangles, [frequencies, bands], whose corners lie evenly on the mel scale from 0 to half of the rate.

    mel = 2595 log10(1 + f / 700): O'Shaughnessy, Speech Communication (1987).
    """
    corners = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + rate / 2 / 700), bands + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(window, 1 / rate)[:, None]
    rising = (frequencies - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - frequencies) / (corners[2:] - corners[1:-1])
    triangles: np.ndarray = np.clip(np.minimum(rising, falling), 0, None)
    return triangles


def frames_in(samples: int, window: int, hop: int) -> int:
    """How many frames a sound of so many samples has."""
    return (samples + 2 * (window // 2) + max(window - samples, 0) - window) // hop + 1
