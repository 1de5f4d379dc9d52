"""How a table becomes samples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from designer.core.schema.fields import choice, flag, whole
from designer.data.formats.base import ColumnChoices, ReadingOptions
from designer.data.formats.columns import ROLES, TYPES, ColumnChoice
from designer.data.formats.encodings import HELP, Encoding
from designer.data.formats.target_scale import HELP as HOW_LEARNED
from designer.data.formats.target_scale import TargetScale


class TableOptions(ReadingOptions):
    """How a table becomes samples. What is "auto" is told by the file when it is looked at."""

    columns: Annotated[tuple[ColumnChoice, ...], ColumnChoices(ROLES, TYPES)] = ()
    missing_numbers: Literal["mean", "median", "leave_out"] = choice(
        "mean",
        "What becomes of a row without one of its numbers: the mean or the median of the column stands there, as the "
        "rows have it that are not for the test, or the row is left out.",
    )
    tell_missing: bool = flag(True, "Whether a number of its own says which numbers are missing, 1 or 0.")
    one_hot_up_to: int = whole(
        10,
        "Most values of a category of which each is a number of its own, 1 or 0. One with more is a token, which an "
        "Embedding makes a vector of.",
        low=0,
        high=1000,
        unit=("value", "values"),
    )
    target_scale: TargetScale = choice("standardised", HOW_LEARNED)
    repeated: Literal["keep", "once"] = choice("keep", "Whether rows that are alike are all kept, or one alone.")
    faults: Literal["leave_out", "refuse"] = choice(
        "leave_out", "Whether lines with too few or too many cells are left out, or the file is refused for them."
    )
    pixels: int = whole(
        0,
        "Where the columns that are taken are the pixels of grey pictures, row by row from 0 to 255: how many pixels "
        "these are high and wide. 0: they are columns like any others.",
        low=0,
        high=256,
        unit=("pixel", "pixels"),
    )
    encoding: Encoding = choice("auto", HELP)
    delimiter: Literal["auto", "comma", "semicolon", "tab", "bar", "space"] = choice(
        "auto", "What stands between two cells of a line."
    )
    header: Literal["auto", "yes", "no"] = choice("auto", "Whether the first line has the names of the columns.")
    skipped: int = whole(0, "Lines before the first one of the table.", low=0, high=10_000, unit=("line", "lines"))
    decimal: Literal["auto", "point", "comma"] = choice("auto", "The sign before the fraction of a number.")
    dates: Literal["auto", "iso", "day_first", "month_first"] = choice(
        "auto", "How dates are written beside 2026-11-30: with the day first, or with the month first."
    )
    gaps: Literal["usual", "empty"] = choice(
        "usual", "Which cells are missing: empty ones, NA, NaN, null, None and ?, as usual, or only empty ones."
    )
    sheet: str = Field(default="", strict=True, max_length=200, description="Sheet of a workbook; empty for the first.")

    def with_column(self, name: str, **changes: Any) -> dict[str, Any]:
        """The field `columns`, as an answer sets it, with one column changed."""
        columns = [item.model_copy(update=changes) if item.name == name else item for item in self.columns]
        return {"columns": [item.model_dump(mode="json", exclude_defaults=True) for item in columns]}
