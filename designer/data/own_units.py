"""Numbers that were learned in units of their own, as the files have them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from designer.data.formats.target_scale import Units
from designer.data.samples import Array


def as_in_files(numbers: Array, units: Units) -> npt.NDArray[np.float64]:
    """value × scale + offset of numbers [..., F], by offsets and scales of F of them, or of a part that comes again."""
    again = numbers.shape[-1] // len(units[0])
    offsets, scales = (np.tile(np.array(item, dtype=np.float64), again) for item in units)
    return np.asarray(numbers, dtype=np.float64) * scales + offsets
