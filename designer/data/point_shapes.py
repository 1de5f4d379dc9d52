"""Points on a shape: which one is it, whatever their order and number?"""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, sequence
from designer.data.sources import Source

SOURCE = Source(
    info=DataInfo(
        "point_shapes",
        "Points on shapes",
        (
            Feature("points", sequence(None, 2), longest=60, drawn_as="points"),
            Feature("in_a_row", sequence(60, 2), drawn_as="points"),
        ),
        (Target("shape", features(1), ("circle", "triangle", "square", "star", "spiral", "cross")),),
    ),
    description="30 to 60 points on a shape, in no order: which shape is it? in_a_row: with zeros up to 60",
    licence="Made from a fixed seed",
    samples=7000,
    test_samples=1000,
)
