"""Spoken vowels: who of nine speakers says /ae/, from 12 LPC cepstrum coefficients a step."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, sequence
from designer.data.sources import Source

SOURCE = Source(
    info=DataInfo(
        "japanese_vowels",
        "Spoken vowels",
        (Feature("speech", sequence(None, 12), longest=29), Feature("padded", sequence(29, 12))),
        (Target("speaker", features(1), tuple(f"speaker {number}" for number in range(1, 10))),),
    ),
    description="Nine speakers saying a vowel, 7 to 29 steps of 12 LPC coefficients; padded: with zeros up to 29",
    licence="UCI Japanese Vowels by Kudo, Toyama and Shimbo (1999), CC BY 4.0; as in aeon",
    samples=640,
    test_samples=370,
    files=("japanese_vowels.npz",),
)
