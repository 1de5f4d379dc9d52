"""Motion traces: whether a hand draws a gun or points."""

from __future__ import annotations

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.shape import sequence
from designer.data.sources import Source

SOURCE = Source(
    info=one_to_one(
        "gun_point", "Gun or point", Feature("motion", sequence(150, 1)), "gesture", ("draws a gun", "points")
    ),
    description="The place of a hand over 150 steps, 2 gestures",
    licence="GunPoint by Ratanamahatana and Keogh, UCR archive; as in aeon",
    samples=200,
    test_samples=150,
    files=("gun_point.npz",),
)
