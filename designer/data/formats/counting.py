"""How many samples of each part and of each class were read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from designer.core.graph.binding import Target
from designer.data.formats.base import PART
from designer.data.samples import Array


def parts_counted(columns: Mapping[str, Array]) -> tuple[int, int, int]:
    """Samples for training, validation and test; all 0 where the data do not name any."""
    found = columns.get(PART)
    if found is None:
        return (0, 0, 0)
    training, validation, test = (int(np.count_nonzero(found == part)) for part in range(3))
    return training, validation, test


def classes_counted(target: Target, columns: Mapping[str, Array]) -> tuple[int, ...]:
    """Samples of each class of a target; none where it has no classes, or has them for each step."""
    if target.classes is None or target.per_step:
        return ()
    return tuple(np.bincount(columns[target.name].astype(np.int64), minlength=len(target.classes)).tolist())
