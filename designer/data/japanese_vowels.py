"""Spoken vowels: who of nine speakers says /ae/, from 12 LPC cepstrum coefficients a step."""

from __future__ import annotations

from designer.core.data_info import Feature, one_to_one
from designer.core.shape import sequence
from designer.data.readers.japanese_vowels import read_japanese_vowels
from designer.data.sources import Source

SOURCE = Source(
    info=one_to_one(
        "japanese_vowels",
        "Spoken vowels",
        Feature("speech", sequence(None, 12)),
        "speaker",
        tuple(f"speaker {number}" for number in range(1, 10)),
    ),
    description="Nine speakers saying a vowel, 7 to 29 steps of 12 LPC coefficients",
    licence="UCI Japanese Vowels by Kudo, Toyama and Shimbo (1999), CC BY 4.0; as in aeon",
    samples=640,
    test_samples=370,
    read=read_japanese_vowels,
    files=("japanese_vowels.npz",),
)
