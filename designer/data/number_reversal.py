"""Number reversal: rows of digits to say backwards, for encoders and decoders."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import tokens
from designer.data.sources import Source

_DIGITS = tuple(str(digit) for digit in range(10))
_WORDS = ("<padding>", "<start>", *_DIGITS)

SOURCE = Source(
    info=DataInfo(
        "number_reversal",
        "Number reversal",
        (
            Feature("numbers", tokens(None), len(_WORDS), longest=8),
            Feature("started", tokens(None), len(_WORDS), longest=8),
        ),
        (Target("reversed", tokens(None), _DIGITS),),
    ),
    description="Rows of 4 to 8 digits to turn round; beside them what a decoder is given",
    licence="Made from a fixed seed",
    samples=7000,
    test_samples=1000,
    words=lambda folder: {"numbers": _WORDS, "started": _WORDS},
)
