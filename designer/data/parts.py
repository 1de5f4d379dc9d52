"""Which samples of a person's own data are kept apart for the test, as far as it can be told without reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from designer.core.graph.binding import DataInfo, split_of
from designer.core.graph.data_settings import SPLITS, DataSettings
from designer.data.errors import DataError

if TYPE_CHECKING:
    from designer.data.formats.base import FoundData

VALIDATION, TEST = 1, 2
"""What a column of parts says of a sample that is not to be learned from."""
HELD = "held"
"""The column, bool [N], of the training samples that the data themselves keep apart to validate with."""


@dataclass(frozen=True)
class SplitForTest:
    """How the test samples are chosen: a function of `designer.recipe.splitting`, and the column that it is given.

    Without a column it is given their number. `given` means that the data say it, and no function is called.
    """

    function: str = ""
    column: str = ""
    given: bool = False


def split_for_test(info: DataInfo, data: DataSettings, given: bool) -> SplitForTest:
    """How the test samples of these data are chosen; `given` is whether the data name test samples themselves.

    Raises DataError where what the settings ask for cannot be done with these data.
    """
    if given and data.split in ("auto", "given"):
        return SplitForTest(given=True)
    if data.split == "given":
        raise DataError("data: split: the data do not say which samples are for the test: choose another split")
    if data.split in ("group", "time"):
        column = info.groups if data.split == "group" else info.spans
        if not column:
            what = "what belongs together" if data.split == "group" else "the time"
            raise DataError(f"data: split: no column says {what}: choose one, or another split")
        return SplitForTest(f"split_by_{data.split}", column)
    if data.split == "chance":
        return SplitForTest("split_by_chance")
    usual = split_of(replace(info, held=""), info.targets)
    if data.split == "class" and usual.function != "split_by_class":
        labels = next((item.name for item in info.targets if item.classes and not item.per_step), "")
        if not labels:
            raise DataError("data: split: there are no classes to split by: choose another split")
        return SplitForTest("split_by_class", labels)
    return SplitForTest(usual.function, usual.column)


def words_of(info: DataInfo, name: str) -> int:
    """How many tokens a column may have, be it taken or learned; 0 where it has none."""
    feature = next((item for item in info.features if item.name == name), None)
    if feature:
        return feature.vocabulary or 0
    return next((len(item.classes or ()) for item in info.targets if item.name == name), 0)


def splits_ruled_out(found: FoundData[Any]) -> dict[str, str]:
    """The splits that cannot be made of what was found, each with the reason."""
    reasons = {}
    for split in SPLITS:
        try:
            split_for_test(found.info, DataSettings(split=split), bool(found.given_parts[2]))
        except DataError as error:
            reasons[split] = str(error)
    return reasons


def parts_told(found: FoundData[Any], data: DataSettings) -> tuple[DataInfo, int, int]:
    """The columns with those that the split adds; about how many samples are learned from, and how many are tested."""
    training, validation, tests = found.given_parts
    kept = data.split in ("auto", "given")
    info = replace(found.info, held=HELD) if validation and kept else found.info
    split = split_for_test(info, data, bool(tests))
    if split.given:
        return info, training + validation, tests
    used = max(found.samples - found.across, 0) if split.function == "split_by_time" else found.samples
    if split.function == "split_by_class" and found.class_counts:
        tested = sum(kept_of_class(count, data.test_share) for count in found.class_counts)
    elif split.function == "split_by_group" and found.group_sizes:
        tested = _tested_of_groups(found.group_sizes, data)
    else:
        tested = round(data.test_share * used)
    return info, used - tested, tested


def _tested_of_groups(sizes: Sequence[int], data: DataSettings) -> int:
    import numpy as np  # which has no part in the start

    from designer.recipe.splitting import split_by_group

    groups = np.repeat(np.arange(len(sizes)), sizes)
    return len(split_by_group(groups, data.test_share, data.split_seed)[1])


def kept_of_class(count: int, share: float) -> int:
    """As many samples of a class as `split_by_class` keeps apart, for the test or to validate with."""
    return max(min(max(round(share * count), 1), count - 1), 0)
