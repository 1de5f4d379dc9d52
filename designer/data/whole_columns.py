"""Samples that lie on disk, or some of them, as columns in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from designer.data.formats.base import Opened
from designer.data.samples import Samples


def in_memory(opened: Opened) -> Opened:
    """The same with all columns in memory."""
    if not opened.lazy:
        return opened
    samples = Samples(opened.columns, opened.lazy)
    return replace(
        opened, columns={**opened.columns, **{name: samples.taken(name, None) for name in opened.lazy}}, lazy={}
    )


def first_of(opened: Opened, rows: int) -> Opened:
    """The first samples, in memory."""
    samples = Samples(opened.columns, opened.lazy)
    first = np.arange(min(rows, len(samples)))
    columns = {name: samples.taken(name, first) for name in (*opened.columns, *opened.lazy)}
    return Opened(columns, opened.words, cut=opened.cut)
