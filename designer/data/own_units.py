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


def before_scaling(value: Array, normal: tuple[Array, Array] | None, units: Array | None) -> npt.NDArray[np.float32]:
    """A sample [...] as it was before its numbers were standardised, and then normalised.

    `normal` are the mean and the deviation, `units` the scales [3, count] of the first numbers.
    """
    plain = np.asarray(value, dtype=np.float64)
    if normal is not None:
        mean, deviation = normal
        plain = plain * deviation.astype(np.float64) + mean.astype(np.float64)
    if units is not None:
        count = units.shape[1]
        plain = plain.copy()
        plain[..., :count] = plain[..., :count] * units[2].astype(np.float64) + units[1].astype(np.float64)
    return plain.astype(np.float32)
