"""Along which axis numbers are normalised."""

from __future__ import annotations

from designer.core.schema.shape import Shape


def kept_axis(shape: Shape) -> int:
    """The axis, counted from the end, of which each place has a mean of its own: channels, or features, the last."""
    return shape.names.index("C") - len(shape.names) if "C" in shape.names else -1
