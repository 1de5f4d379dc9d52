"""A chaotic series: the value after each of 128 steps, from those up to it."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import sequence
from designer.data.sources import Source

SOURCE = Source(
    info=DataInfo(
        "mackey_glass",
        "Chaotic series",
        (Feature("series", sequence(128, 1)),),
        (Target("next", sequence(128, 1)),),
        spans="span",
        stride=8,
    ),
    description="128 steps of the Mackey-Glass equation, to predict the value after each one",
    licence="Made by the equation of Mackey and Glass (1977)",
    samples=593,
    test_samples=109,
)
