"""How well boxes lie on those that they should be."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]


def overlap(boxes: Numbers, wanted: Numbers) -> Numbers:
    """Intersection over union of boxes and those that are wanted, [N, 4] each, as [N]: from 0, apart, to 1, the same.

    A box is the x and y of its centre, its width and its height; a width or height below 0 counts as 0.
    """
    size, wanted_size = boxes[:, 2:].clip(0), wanted[:, 2:].clip(0)
    low = np.maximum(boxes[:, :2] - size / 2, wanted[:, :2] - wanted_size / 2)
    high = np.minimum(boxes[:, :2] + size / 2, wanted[:, :2] + wanted_size / 2)
    both = (high - low).clip(0).prod(1)
    either = size.prod(1) + wanted_size.prod(1) - both
    shares: Numbers = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return shares
