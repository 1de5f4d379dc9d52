"""Spoken digits: which digit a voice says, from its spectrogram.

How `spoken_digits.npz` was made: espeak-ng 1.51 said zero to nine, `espeak-ng -v ACCENT+VOICE -s SPEED -p PITCH WORD`,
by voices that it makes out of its own one: 28 to learn from, each in two accents (m1 m2 m3 m5 m7 f1 f2 f4 croak
whisper Alex Andy Annie Denis Gene Jacky Lee Mario adam anika aunty belinda boris david edward grandma linda max),
and 20 others to test with, each in one (m4 m6 f3 f5 whisperf Alicia Marco Michael Mike norbert pablo paul pedro
quincy rob robert sandro steph travis victor). Accents go round en-gb, en-us, en-gb-scotland, en-029, en-gb-x-rp,
en-gb-x-gbclan and en-gb-x-gbcwmd; speeds are 150 to 210 words a minute, pitches 30 to 70. Each word was brought to
8 kHz and to a peak of 1, cut where it is silent and after 0.6 s, and stored in 63 logarithmic steps of loudness.
"""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, image, sequence
from designer.data.sources import Source
from designer.data.spectrogram import mel_spectrogram

SOURCE = Source(
    info=DataInfo(
        "spoken_digits",
        "Spoken digits",
        (Feature("spectrogram", image(1, 32, 64)), Feature("frames", sequence(64, 32))),
        (Target("digit", features(1), tuple(str(digit) for digit in range(10))),),
        groups="voice",
    ),
    description="48 voices saying zero to nine in noise: 64 frames of 32 bands; others are to test with",
    licence="Made by this program's authors with espeak-ng",
    samples=1520,
    test_samples=400,
    files=("spoken_digits.npz",),
    spectrograms={"spectrogram": mel_spectrogram(rate=8000, bands=32, hop=80, highest_first=True)},
)
