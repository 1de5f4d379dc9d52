"""Normalization: means and deviations that are known, of the channels, of other axes or of all numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from designer.interop.keras.building.axes import axes_of, in_two, out_of_two, with_channels
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Value

_LEAST = 1e-7
"""Keras takes no deviation that is smaller."""
_Numbers = NDArray[np.float64]


@rule("Normalization")
def standardisation(use: Use) -> Value:
    """(x - mean) / std; the numbers are in the configuration, or were found by adapt()."""
    value = use.only
    axes = [] if use.config.get("axis", -1) in (None, [], ()) else axes_of(value, use.config.axes("axis", -1))
    sizes = tuple(value.shape.fixed_sizes[value.places[axis]] for axis in axes)
    found = _found(use, sizes)
    if found is None:
        use.note("changed", "its mean and variance are not in the file: they are 0 and 1 here")
        return value
    mean, deviation = found
    if use.config.flag("invert", False):  # x std + mean
        mean, deviation = -mean / deviation, 1 / deviation
    if not axes:
        return _standardised(use, value, mean, deviation).like(value)
    if len(axes) == 1:
        value = with_channels(use, value, axes[0])
        order = slice(None) if value.order is None else value.order
        return _standardised(use, value, mean[order], deviation[order]).like(value)
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    return out_of_two(use, _standardised(use, in_two(use, value, axes), mean, deviation), value, axes)


def _standardised(use: Use, value: Value, mean: _Numbers, deviation: _Numbers) -> Value:
    params = {"mean": mean.reshape(-1).tolist(), "std": deviation.reshape(-1).tolist()}
    if np.ptp(mean) == 0 and np.ptp(deviation) == 0:
        params = {name: numbers[:1] for name, numbers in params.items()}
    return use.add("standardize", params, value)


def _found(use: Use, sizes: tuple[int, ...]) -> tuple[_Numbers, _Numbers] | None:
    """Mean and deviation for each place along the axes that are kept apart."""
    mean, variance = use.config.numbers("mean"), use.config.numbers("variance")
    if mean is None or variance is None:
        arrays = use.weights()
        if not arrays or len(arrays) < 2:
            return None
        given: list[Any] = [np.asarray(array, np.float64) for array in arrays[:2]]
    else:
        given = [np.array(use.config.get(name), np.float64) for name in ("mean", "variance")]
    mean_of, variance_of = (_broadcast(array, sizes) for array in given)
    return mean_of, np.maximum(np.sqrt(np.maximum(variance_of, 0.0)), _LEAST)


def _broadcast(array: _Numbers, sizes: tuple[int, ...]) -> _Numbers:
    """Numbers for all places; those with axes of size 1 in between, as Keras 2 wrote them, by what is left."""
    plain = array.reshape(tuple(size for size in array.shape if size != 1)) if array.ndim > len(sizes) else array
    try:
        return np.array(np.broadcast_to(plain, sizes or (1,)))
    except ValueError:
        why = f"its mean and variance are of sizes {list(array.shape)}: expected {list(sizes)}"
        raise UnsupportedError(why) from None
