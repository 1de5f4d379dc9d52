"""What the kinds share that take features alone."""

from __future__ import annotations

from designer.core.graph.block import RepairHint


def to_features() -> list[RepairHint]:
    """Ways from an image to features: all of its numbers in a row, or the mean of each channel (Lin et al. 2014)."""
    return [RepairHint("insert", kind="flatten"), RepairHint("insert", kind="global_avg_pool")]
