"""Numbers as people type them, and as they are shown to people."""

from __future__ import annotations

import math

import pytest

from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.units import figure
from designer.core.storage.entry import EntryError, number

FIELDS = TrainingSettings.model_fields


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.938271e36, "2.94e+36"),
        (-2.938271e36, "-2.94e+36"),
        (0.0, "0"),
        (0.123456, "0.1235"),
        (156.0, "156"),
        (2304.4, "2,304"),
        (999_999.7, "1.00e+06"),
        (0.00001234, "1.23e-05"),
        (math.inf, "infinite"),
        (math.nan, "not a number"),
    ],
)
def test_that_a_figure_is_short_whatever_its_size(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("text", "field", "nearest"),
    [
        ("200000", "batch_size", 65_536),
        ("0", "batch_size", 1),
        ("2.5", "batch_size", 2),
        ("1e9", "learning_rate", 100.0),
        ("-1", "learning_rate", 1e-8),
        ("1e999", "learning_rate", 100.0),
        ("9" * 5000, "seed", None),
        ("abc", "seed", None),
        ("1_000", "seed", None),
        ("nan", "momentum", None),
        ("", "momentum", None),
    ],
)
def test_that_what_is_no_number_of_a_field_names_its_bounds_and_the_nearest(
    text: str, field: str, nearest: float | None
) -> None:
    with pytest.raises(EntryError, match=r"^expected a (whole )?number from .* to .*, got ") as caught:
        number(text, FIELDS[field])
    assert caught.value.nearest == nearest
    assert len(str(caught.value)) < 160


@pytest.mark.parametrize(("text", "value"), [(" 64 ", 64), ("1e2", 100), ("１２", 12), ("+7", 7)])
def test_that_a_number_is_read_however_it_is_written(text: str, value: int) -> None:
    assert number(text, FIELDS["batch_size"]) == value
    assert isinstance(number(text, FIELDS["batch_size"]), int)
