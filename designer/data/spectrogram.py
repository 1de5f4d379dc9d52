"""What the rows and columns of a spectrogram stand for."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10


@dataclass(frozen=True)
class Spectrogram:
    """Seconds from one column to the next, and the middle of each row's band in hertz, from the first row on."""

    seconds: float
    hertz: tuple[float, ...]

    @property
    def rises(self) -> bool:
        """Whether the first row is the lowest band: a picture has that below."""
        return len(self.hertz) < 2 or self.hertz[0] < self.hertz[-1]


def mel_spectrogram(rate: int, bands: int, hop: int, highest_first: bool = False) -> Spectrogram:
    """Of sounds of `rate` samples a second, a column each `hop` samples, in bands as `readers/_mel.py` has them."""
    top = 2595 * log10(1 + rate / 2 / 700)
    middles = [700 * (10 ** (top * (band + 1) / (bands + 1) / 2595) - 1) for band in range(bands)]
    return Spectrogram(hop / rate, tuple(reversed(middles) if highest_first else middles))
