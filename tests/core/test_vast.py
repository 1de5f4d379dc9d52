"""Designs of a few kilobytes that stand for more than any machine holds: everything about them has an end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import pytest

from designer.__main__ import main
from designer.core.analysis.analysis import analyse
from designer.core.analysis.box_diagram import perspective
from designer.core.analysis.budgets import Budgets
from designer.core.analysis.costs import Costs
from designer.core.analysis.listing import MOST_LISTED
from designer.core.assist.block_query import search
from designer.core.diff.design_diff import compare, lines
from designer.core.edits import inline_groups
from designer.core.graph.definition import definitions
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.inference.bounding import MOST_INSIDE
from designer.core.inference.infer import infer
from designer.core.schema import units
from designer.core.storage import files
from designer.core.validation import check
from designer.core.validation.all_problems import everywhere, mended_everywhere
from designer.engine.runs import script_export
from tests.helpers import block
from tests.vast import VAST, nested

MOST_SECONDS = 2.0
"""Of the processor, for each of a few things that a person may do with a design."""

vast = pytest.mark.parametrize("name", VAST)
vast_but_growing = pytest.mark.parametrize("name", [name for name in VAST if "grow" not in name])


@contextmanager
def bounded(things: int = 1) -> Iterator[None]:
    """What is done in it has an end soon."""
    began = time.process_time()
    yield
    assert time.process_time() - began < MOST_SECONDS * things


@vast
def test_that_costs_and_problems_of_a_vast_design_are_found(name: str) -> None:
    design = VAST[name]()
    with bounded(3):
        inference = infer(design.network)
        problems = check.problems(design, inference)
        assert problems
        assert everywhere(problems, inference)
        if "grow" not in name:
            mended_everywhere(design, None)
    with bounded():
        limits = Budgets(block={"parameters": 5.0, "multiply_adds": 1e30, "memory": 1e6}, whole={"memory": 1.0})
        costs = Costs(analyse(inference), design.training, budgets=limits)
        for row in costs.analysis.rows:
            assert 0.0 <= (costs.share(row, "memory") or 0.0) <= 1.0
            for quantity in units.QUANTITIES:
                costs.is_over(row, quantity)
        assert costs.is_whole_over("memory")
        assert units.memory(costs.training_memory.total)


@vast_but_growing
def test_that_a_vast_design_is_drawn_compared_searched_and_refused_for_export(name: str) -> None:
    design = VAST[name]()
    with bounded(5):
        inference = infer(design.network)
        assert len(perspective(design, inference).boxes) == len(design.network.nodes)
        assert not list(lines(compare(design, design)))
        search(inference, design.view, "leaf")
        seen = sum(len(level.design.network.nodes) for level in islice(inline_groups.levels(design), 10_000))
        assert seen <= len(design.network.nodes) + inline_groups.MOST_SHOWN
        for make in (script_export.pytorch_script, script_export.pytorch_model):
            with pytest.raises(script_export.ExportError):
                make(design, "Net")


@vast
def test_that_check_says_of_a_vast_design_what_it_costs(
    name: str, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"{tmp_path}/vast.network.json"
    with open(path, "w", encoding="utf-8") as file:
        file.write(files.dumps(VAST[name]()))
    with bounded(2):
        assert main(["check", path]) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) < MOST_LISTED + 1200
    assert "Traceback" not in told.err
    assert main(["check", path, "--json"]) == 1
    assert not json.loads(capsys.readouterr().out)["valid"]


def test_that_costs_inside_groups_are_those_of_every_use_multiplied() -> None:
    few = analyse(infer(nested(block("dense", out_features=4), depth=3, uses=3, repeat=2).network))
    leaf = 4 * 4 + 4
    assert few.parameters == leaf * (2 * 3) ** 2 * 2 + 4 * 10 + 10
    many = analyse(infer(VAST["uses"]().network))
    assert many.parameters == leaf * 10**9 + 4 * 10 + 10
    assert many.multiply_adds == 16 * 10**9 + 40
    inner = many.rows[1]
    for _ in range(10):
        inner = inner.inside[1]
    assert inner.path == ("top", *("use0",) * 9, "leaf")
    assert (inner.parameters, inner.multiply_adds) == (leaf, 16)


def test_that_a_use_lists_the_costs_of_its_own_blocks_however_often_others_are_repeated() -> None:
    row = analyse(infer(VAST["repeats"]().network)).rows[1]
    while row.is_group:
        whole, row = row, row.inside[1]
        assert row.parameters == whole.parameters
    assert row.parameters == 20 * 64**5


def test_that_shapes_which_no_tensor_can_have_are_problems() -> None:
    inference = infer(VAST["doubled"]().network)
    (problem,) = inference.problems
    assert problem.block == "concat60"
    assert "more numbers than any tensor can hold" in problem.message
    assert inference.results["concat59"].shape is not None


def test_that_groups_with_ever_other_shapes_come_to_an_end_with_a_problem_that_says_why() -> None:
    (problem,) = infer(VAST["repeats that grow"]().network).problems
    assert f"more than {MOST_INSIDE:,} blocks inside groups that all have other shapes" in problem.message


def test_that_groups_with_many_shapes_below_that_are_inferred_and_remembered() -> None:
    design = nested(block("zero_pad", padding=(0, 1)), depth=3, repeat=12, sizes=(4, 3))
    with bounded(2):
        analysis = analyse(infer(design.network))
        assert analysis.rows[1].shape is not None
        assert analysis.rows[1].shape.sizes == (4 + 12**3, 3)
        assert analysis.rows[1].inside[1].inside[1].inside[1].bytes_held == analysis.rows[1].bytes_held


def test_that_what_a_group_costs_does_not_depend_on_what_was_inferred_before() -> None:
    def growing(repeat: int) -> Design:
        return nested(block("zero_pad", padding=(0, 1)), depth=2, repeat=repeat, sizes=(4, 3))

    vast = VAST["repeats that grow"]().network
    assert infer(vast).problems
    assert not infer(growing(20).network).problems
    part = Node("top", block("group", definition=definitions(vast)["Level2"]), ("input",))
    for steps in range(4, 4 + 64 * 120, 64):  # with one of these its inside was left off in the middle
        alone = Network.of([Node("input", block("input", sizes=(steps, 3)), ()), part])
        assert not infer(alone).problems, f"{steps} steps"


def test_that_a_group_that_is_too_large_for_the_canvas_is_not_opened_in_place() -> None:
    design = VAST["open in place"]()
    paths = [level.path for level in islice(inline_groups.levels(design), 1000)]
    assert 1 < len(paths) < 1000
    wide = nested(block("dense"), depth=2, uses=1)
    opened = inline_groups.expanded(wide, "top")
    assert "top" in inline_groups.open_uses(opened.network, opened.view)
    with pytest.raises(NetworkError, match="more than 2,000 blocks would be seen inside groups"):
        inline_groups.expanded(nested(block("dense"), depth=2, uses=2_500), "top")


@pytest.mark.parametrize(
    ("number", "quantity", "words"),
    [
        (10**400, "parameters", "past any machine"),
        (10**400, "multiply_adds", units.BEYOND),
        (10**400, "memory", units.BEYOND),
        (10**18, "parameters", units.BEYOND),
        (3 * 10**15, "parameters", "3.0 P"),
        (10**13, "multiply_adds", "10.0 T"),
        (2**50, "memory", "1.0 PiB"),
    ],
)
def test_that_amounts_past_any_machine_are_said_so(number: int, quantity: units.Quantity, words: str) -> None:
    assert units.shown(number, quantity) == words
    assert units.exact(10**400, "parameters") == units.BEYOND
