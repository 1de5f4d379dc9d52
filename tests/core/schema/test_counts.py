"""Counts as people read them: one unit, two units, on cards, in messages and wherever else something is counted."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

import designer
from designer.blocks.input import Input
from designer.core.graph.block import Block
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.schema.units import named, noun, plural
from designer.core.validation.quick_fixes import mendable

ONE_OF_MANY = re.compile(r"\b1 (?!(?:s|is|has|plus|minus|times|axis|class|loss|bias)\b)[a-z]+(?<!s)s\b")
"""1 units; not 1 class."""
COUNTED = re.compile(
    r" (units|steps|layers|heads|groups|inputs|outputs|blocks|samples|tokens|channels|features|numbers|values|edges"
    r"|notes|parameters|problems|classes|axes|threads|lines|epochs|batches|words|sizes|maps|files|multiply-adds|items)\b(?!/)"
)
BEHIND_A_VALUE = re.compile(f"[}}\"']{COUNTED.pattern}")
"""In code such a word begins what follows a value: only where there is one, code is read closely, which takes long."""
COPIED = "data/readers/"
"""What scripts have a copy of, where the helper is not."""
AT_LEAST_TWO = {
    ("blocks/pairs.py", "steps"),  # it has more pairs than there may be
    ("core/validation/check.py", "blocks"),  # at most so many
    ("core/graph/network.py", "blocks"),
    ("core/inference/bounding.py", "blocks"),
    ("core/edits/inline_groups.py", "blocks"),
    ("core/diff/edit_summary.py", "notes"),  # "a note" stands beside it
    ("core/validation/fixes.py", "blocks"),  # one is called by its name
    ("codegen/model.py", "times"),
    ("ui/editing/block_edits.py", "blocks"),
    ("ui/features/file_drops.py", "files"),
    ("data/formats/array_files/kinds.py", "sizes"),  # of a layout that has them
    ("data/formats/array_files/kinds.py", "classes"),  # more than there may be, or fewer than two
    ("data/formats/pictures/doubts.py", "classes"),  # one is called by its name
    ("data/formats/pictures/doubts.py", "samples"),
    ("data/formats/pictures/table_options.py", "classes"),
    ("data/formats/sequence_report.py", "steps"),  # the longest of lengths that differ
    ("data/formats/table_plan.py", "numbers"),  # more than there may be
    ("data/formats/table_plan.py", "classes"),
    ("data/movie_reviews.py", "words"),
    ("ui/features/own_samples.py", "files"),
    ("interop/keras/file/graph.py", "layers"),
    ("interop/keras/importing.py", "axes"),
    ("interop/keras/building/values.py", "axes"),
    ("interop/keras/rules/merging.py", "values"),
    ("interop/keras/rules/merging.py", "axes"),
}


def ones(kind: type[Block]) -> list[Block]:
    """A kind with one of everything that it counts, as far as its bounds allow."""
    numbers = [name for name, info in kind.model_fields.items() if info.annotation is int]
    found: list[Block] = []
    for names in itertools.chain([numbers], *(itertools.combinations(numbers, size) for size in (1, 2))):
        try:
            found.append(kind(**dict.fromkeys(names, 1)))
        except (ValidationError, NetworkError):
            continue
    return found


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_that_a_card_says_one_unit_and_not_one_units(kind: str) -> None:
    for block in ones(kinds()[kind]):
        assert not ONE_OF_MANY.search(block.details()), block.details()


@pytest.mark.parametrize("sizes", ["1", "1x1", "1x1x1", "1x1x1x1", "Lx1", "2"])
def test_that_problems_and_their_mends_count_in_the_same_way(sizes: str) -> None:
    shape = tuple(None if size == "L" else int(size) for size in sizes.split("x"))
    given = Node("input1", Input(sizes=shape), ())
    told: list[str] = []
    for kind in kinds().values():
        for block in ones(kind)[:4] if kind.kind not in ("input", "output") else ():
            node = Node("a", block, ("input1",) * len(block.input_ports))
            for problem in mendable(infer(Network.of((given, node)))):
                told += [problem.message, *(fix.title for fix in problem.fixes)]
    assert told
    assert [text for text in told if ONE_OF_MANY.search(text)] == []


def counts_by_hand() -> list[tuple[str, str, int]]:
    """Where the code writes a number in front of a plural that stands there for every number."""
    top = Path(designer.__file__).parent
    found = []
    for file in sorted(top.rglob("*.py")):
        place, code = file.relative_to(top).as_posix(), file.read_text(encoding="utf-8")
        for item in ast.walk(ast.parse(code)) if BEHIND_A_VALUE.search(code) else ():
            if isinstance(item, ast.JoinedStr):
                for value, text in itertools.pairwise(item.values):
                    word = COUNTED.match(str(text.value)) if isinstance(text, ast.Constant) else None
                    if word and isinstance(value, ast.FormattedValue):
                        found.append((place, word[1], item.lineno))
    return found


def test_that_every_count_is_written_by_the_one_helper() -> None:
    by_hand = [where for where in counts_by_hand() if not where[0].startswith(COPIED)]
    assert [where for where in by_hand if where[:2] not in AT_LEAST_TWO] == []


def test_that_the_helper_knows_one_from_none_and_many() -> None:
    assert [plural(number, "unit") for number in (0, 1, 2)] == ["0 units", "1 unit", "2 units"]
    assert [noun(number, "axis", "axes") for number in (1, 3)] == ["axis", "axes"]
    assert [named(number, "multiply_adds") for number in (1, 1500)] == ["1 multiply-add", "1.5 k multiply-adds"]
