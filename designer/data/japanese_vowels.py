"""Spoken vowels: who of nine speakers says /ae/, from 12 LPC cepstrum coefficients a step."""

from __future__ import annotations

import numpy as np

from designer.core.check import DataInfo
from designer.core.resources import resource
from designer.core.shape import sequence
from designer.data.samples import Dataset, Samples, pad
from designer.data.sources import Source


def _read(info: DataInfo) -> Dataset:
    with np.load(resource("data", "japanese_vowels.npz"), allow_pickle=False) as file:
        parts = []
        for part in ("train", "test"):
            lengths = file[f"lengths_{part}"].astype(np.int64)
            parts.append(Samples(pad(file[f"x_{part}"], lengths), file[f"y_{part}"].astype(np.int64), lengths))
    return Dataset(info, parts[0], parts[1])


SOURCE = Source(
    info=DataInfo(
        "japanese_vowels",
        "Spoken vowels",
        sequence(None, 12),
        tuple(f"speaker {number}" for number in range(1, 10)),
    ),
    description="Nine speakers saying a vowel, 7 to 29 steps of 12 LPC coefficients",
    licence="UCI Japanese Vowels by Kudo, Toyama and Shimbo (1999), CC BY 4.0; as in aeon",
    samples=640,
    test_samples=370,
    read=_read,
)
