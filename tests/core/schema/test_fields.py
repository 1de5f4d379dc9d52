"""Fields of kinds: what they count, in words, and what is said of values that they cannot have."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError, field_validator

from designer.core.graph.messages import all_wrong, validation_messages
from designer.core.graph.registry import kinds
from designer.core.schema.fields import RuleError, SampleSizes, unit_of, whole


class Cells(BaseModel):
    cells: int = whole(2, "Cells of a kind of somebody's own.", unit=("ox", "oxen"))
    even: int = whole(2, "An even number.", unit="steps")
    sizes: SampleSizes = (3,)

    @field_validator("even")
    @classmethod
    def _is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        return value


def test_that_a_unit_has_a_word_for_one_and_a_word_for_several() -> None:
    fields = Cells.model_fields
    assert [unit_of(fields["cells"]).of(number) for number in (0, 1, 2)] == ["oxen", "ox", "oxen"]
    assert [unit_of(fields["even"]).of(number) for number in (1, 2)] == ["step", "steps"]
    assert unit_of(fields["sizes"]).many == ""


def test_that_every_unit_of_our_kinds_has_its_word_for_one() -> None:
    found = {
        unit_of(info) for kind in kinds().values() for info in kind.model_fields.values() if info.annotation is int
    }
    assert len(found) > 5
    assert {unit.many for unit in found if unit.one == unit.many} <= {"", "px"}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"even": 3}, ["even: must be even"]),
        ({"sizes": 3}, ["sizes: expected one to four sizes: [F], [L, F], [C, H, W] or [C, D, H, W]"]),
        ({"sizes": [0]}, ["sizes: expected whole numbers from 1 to 65536, got 0"]),
        ({"sizes": [3, None]}, ["sizes: expected only the length L of a sequence, the first size, may be left open"]),
    ],
)
def test_that_rules_of_ours_say_what_was_expected_and_those_of_others_what_they_say(
    values: dict[str, Any], told: list[str]
) -> None:
    with pytest.raises(ValidationError) as error:
        Cells.model_validate(values)
    assert validation_messages(error.value) == told


def test_that_a_field_is_called_as_a_person_knows_it() -> None:
    with pytest.raises(ValidationError) as error:
        Cells.model_validate({"cells": 0})
    assert all_wrong(error.value, called={"cells": "herd"}).startswith("herd: expected at least 1")


def test_that_an_error_of_a_rule_stands_by_itself_and_within_a_sentence() -> None:
    plain, whole_sentence = RuleError("two sizes", "3"), RuleError("only one", sentence="only one may be left open")
    assert (str(plain), plain.sentence, plain.got) == ("expected two sizes, got 3", "expected two sizes", "3")
    assert str(whole_sentence) == "only one may be left open"
