"""Motifs in DNA: whether twelve letters are somewhere in a hundred, on either strand."""

from __future__ import annotations

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.shape import tokens
from designer.data.sources import Source

_WORDS = ("<padding>", "A", "C", "G", "T")

SOURCE = Source(
    info=one_to_one(
        "dna_motifs",
        "Motifs in DNA",
        Feature("letters", tokens(100), len(_WORDS)),
        "motif",
        ("broken", "whole"),
    ),
    description="100 letters of DNA: is a noisy motif among them, on either strand, or one with its halves exchanged?",
    licence="Made from a fixed seed",
    samples=6000,
    test_samples=1000,
    words=lambda folder: {"letters": _WORDS},
)
