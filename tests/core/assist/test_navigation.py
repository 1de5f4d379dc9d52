"""The arrow keys' way from block to block."""

from __future__ import annotations

from itertools import pairwise

import pytest

from designer.core.assist.navigation import Direction, along, step
from designer.core.edits import group_editing as groups
from designer.core.graph.design import Design
from designer.core.graph.settings import Position
from designer.core.layout.placement import complete
from designer.core.storage.files import read
from designer.core.storage.resources import example


@pytest.fixture(scope="module")
def inception() -> Design:
    return groups.opened(read(example("digits_inception")), ("inception1",))


def go(design: Design, block_id: str, direction: Direction) -> str | None:
    return step(design.network, complete(design.network, dict(design.view.positions)), block_id, direction)


def test_that_down_and_up_follow_the_edges_of_a_chain(cnn_example: Design) -> None:
    names, here = ["input"], "input"
    while (below := go(cnn_example, here, "down")) is not None:
        names.append(here := below)
    assert names == list(cnn_example.network.nodes)
    while (above := go(cnn_example, here, "up")) is not None:
        here = above
    assert here == "input"


def test_that_left_and_right_lead_through_a_row_of_branches_and_back(inception: Design) -> None:
    entry = inception.network.of_kind("group_input")[0].id
    branches = along(inception.network, entry, "down")
    assert len(branches) == 4
    row = sorted(branches, key=lambda name: inception.view.positions[name][0])
    for one, other in pairwise(row):
        assert go(inception, one, "right") == other
        assert go(inception, other, "left") == one
    assert go(inception, row[0], "left") is None


def test_that_where_no_edge_leads_on_the_nearest_block_is_next(cnn_example: Design) -> None:
    places = complete(cnn_example.network, dict(cnn_example.view.positions))
    end = places["output"]
    moved: dict[str, Position] = {**places, "input": (end[0], end[1] + 200)}
    assert step(cnn_example.network, moved, "output", "down") == "input"
    assert step(cnn_example.network, moved, "input", "up") == "output"
