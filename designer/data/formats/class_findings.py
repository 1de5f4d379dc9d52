"""What is to be known of the classes of any data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from designer.core.schema.fields import BALANCED
from designer.data.formats.base import Answer, Finding

UNEVEN = 10
"""So many times as many samples of one class as of another are told."""
WEIGH_CLASSES = Answer("Weigh classes by their number", training={"class_weights": BALANCED})
"""What may be done about classes of very different sizes."""


def class_findings(counts: Mapping[str, int], things: str) -> Iterator[Finding]:
    """Classes with a single sample, and classes of very different sizes; `things` are what the samples are."""
    if single := tuple(name for name, count in counts.items() if count == 1):
        yield Finding(f"Some classes have a single sample: it cannot be among the {things} of two parts.", single)
    some = [count for count in counts.values() if count]
    if some and max(some) > UNEVEN * min(some):
        listed = tuple(f"{name}: {count:,}" for name, count in counts.items())
        yield Finding(f"Some classes have more than ten times as many {things} as others.", listed, (WEIGH_CLASSES,))
