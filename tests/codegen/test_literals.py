"""Values as Python text: read again they are the same, and ruff would write them so."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from designer.codegen.layout import broken
from designer.codegen.printing import literal_code
from designer.core.ir.expr import literal
from tests.codegen.reading import ForRuff

TEXTS = ("plain", 'a "quote"', "it's", 'it\'s "both"', "\\", "tab\tand\r\nlines\0", "猫\u2028狗", "\ud800", "é", "")
VALUES: tuple[Any, ...] = (
    *TEXTS,
    TEXTS,
    ("alone",),
    ["猫" * 10] * 5,  # 78 signs with what is around them, and too wide for a line
    {"size": (8, 8), "names": {"größe": [1.5, -2e-07]}, "flag": None, "other": True},
    tuple(range(60)),
    {name: [0.25] * 12 for name in ("first", "second")},
)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_that_a_literal_says_the_same_on_one_line_and_on_many(value: Any) -> None:
    assert ast.literal_eval(literal(value)) == value
    made = "\n".join(broken("value = ", literal_code(value)))
    assert ast.literal_eval(made.removeprefix("value = ")) == value


def test_that_literals_are_broken_as_ruff_has_them(for_ruff: ForRuff) -> None:
    lines = [line for value in VALUES for line in broken("value = ", literal_code(value))]
    for_ruff("\n".join(lines) + "\n")


def test_that_what_is_no_number_is_a_literal() -> None:
    assert str(eval(literal(float("nan")))) == "nan"
    assert eval(literal(float("-inf"))) == float("-inf")
