"""Which training samples are kept apart for validation: the numbers of those to learn from, and of those held back."""

from __future__ import annotations

import numpy as np


def split_by_chance(count: int, validation_share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to validate with."""
    order = np.random.default_rng(seed).permutation(count)
    held = round(validation_share * count)
    return np.sort(order[held:]), np.sort(order[:held])


def split_by_class(labels: np.ndarray, validation_share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to validate with; each class [N] is split in the same share.

    A class of two rows or more has at least one on either side, unless the share is 0.
    """
    random = np.random.default_rng(seed)
    fewest = 1 if validation_share > 0 else 0
    held = []
    for label in np.unique(labels):
        members = random.permutation(np.flatnonzero(labels == label))
        count = max(round(validation_share * len(members)), fewest)
        held.append(members[: min(count, len(members) - 1)])
    validation = np.sort(np.concatenate(held))
    is_learned = np.ones(len(labels), dtype=bool)
    is_learned[validation] = False
    return np.flatnonzero(is_learned), validation


def split_by_group(groups: np.ndarray, validation_share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to validate with; rows of one group [N] share something, and stay together.

    As many whole groups are held back, in random order, as come nearest to the share: at least one.
    """
    numbers, sizes = np.unique(groups, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(numbers))
    nearest = int(np.abs(np.cumsum(sizes[order]) - validation_share * len(groups)).argmin()) + 1
    held = np.isin(groups, numbers[order[:nearest]])
    return np.flatnonzero(~held), np.flatnonzero(held)


def split_by_time(spans: np.ndarray, validation_share: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to validate with, which begin where the last of the others has ended.

    Each row spans the times from its first value up to the one behind its last, [N, 2]. Rows that lie across the cut
    are left out, as they share values with both sides. The share is that of the rows which are used.
    """
    begins, ends = spans[:, 0], spans[:, 1]
    order = np.sort(begins)
    cuts = order[np.flatnonzero(np.diff(order, prepend=order[0] - 1))]
    held = len(spans) - np.searchsorted(order, cuts)
    learned = np.searchsorted(np.sort(ends), cuts, side="right")
    amiss = np.where(learned > 0, np.abs(held - validation_share * (held + learned)), len(spans))
    cut = cuts[amiss.argmin()]
    return np.flatnonzero(ends <= cut), np.flatnonzero(begins >= cut)


def split_as_given(held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from and rows to validate with, where the data themselves say which are `held` back, bool [N]."""
    return np.flatnonzero(~held), np.flatnonzero(held)
