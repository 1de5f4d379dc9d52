"""Automatic layout: rows downwards, cards apart, chains straight, few crossings, and stable under edits."""

from __future__ import annotations

import ast
import time
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import designer
from designer.core.edits import align
from designer.core.edits import network_edits as edits
from designer.core.edits.grouping import grouped
from designer.core.edits.inline_groups import boxes, expanded
from designer.core.edits.placed_edits import settled
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.settings import Position, View
from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, COLUMN, GRID, PORT_REACH, ROW, on_grid, overlap
from designer.core.layout.sugiyama import laid_out
from designer.core.layout.sugiyama.apart import apart
from designer.core.layout.sugiyama.crossings import crossings, untangle
from designer.core.layout.sugiyama.graph import Cards, Rows, Size
from designer.core.layout.sugiyama.ranks import ranks
from tests.helpers import block, chain, dense, input_of, output_for

Places = dict[str, Position]


def net(**inputs: tuple[str, ...]) -> Network:
    """Blocks by name, each with what it takes: one source makes a Dropout, several an Add."""
    kinds = {0: "input", 1: "dropout"}
    return Network.of(Node(name, block(kinds.get(len(refs), "add")), refs) for name, refs in inputs.items())


def residual(units: int = 3) -> Network:
    inputs: dict[str, tuple[str, ...]] = {"a0": ()}
    for unit in range(units):
        inputs |= {f"b{unit}": (f"a{unit}",), f"c{unit}": (f"b{unit}",), f"d{unit}": (f"a{unit}", f"c{unit}")}
        inputs[f"a{unit + 1}"] = (f"d{unit}",)
    return net(**inputs)


def inception() -> Network:
    two = dict.fromkeys(("p", "q", "r", "s"), ("top",)) | {"q2": ("q",), "r2": ("r",), "s2": ("s",)}
    return net(top=(), **two, join=("p", "q2", "r2", "s2"), end=("join",))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    inputs: dict[str, tuple[str, ...]] = {}
    for number in range(draw(st.integers(1, 14))):
        known = list(inputs)
        picked = draw(st.lists(st.sampled_from(known), max_size=3)) if known else []
        inputs[f"n{number}"] = tuple(picked)
    return net(**inputs)


def middle(places: Places, name: str) -> float:
    return places[name][0] + CARD_WIDTH / 2


@settings(max_examples=60, deadline=None)
@given(networks())
def test_that_every_edge_leads_down_and_no_card_covers_another(network):
    places = laid_out(network)
    assert set(places) == set(network.nodes)
    for node in network.nodes.values():
        for source in node.sources:
            assert places[node.id][1] >= places[source][1] + ROW
    for first, second in combinations(places, 2):
        (x, y), (other_x, other_y) = places[first], places[second]
        assert abs(x - other_x) >= CARD_WIDTH or abs(y - other_y) >= CARD_HEIGHT
    assert all(x % GRID == 0 and y % GRID == 0 for x, y in places.values())


@settings(max_examples=40, deadline=None)
@given(networks())
def test_that_a_network_laid_out_again_keeps_its_rows(network):
    first = laid_out(network)
    again = laid_out(network, first)
    rows = sorted({y for _, y in first.values()})
    assert [rows.index(y) for _, y in first.values()] == [
        sorted({y for _, y in again.values()}).index(again[name][1]) for name in first
    ]


def test_that_a_chain_stands_straight_and_close():
    network = chain(input_of(8), *(dense(4, f"d{number}") for number in range(5)), output_for())
    places = laid_out(network)
    assert {x for x, _ in places.values()} == {-CARD_WIDTH / 2}
    assert [places[name][1] for name in network.nodes] == [ROW * row for row in range(7)]


def test_that_the_chain_of_a_residual_network_stands_straight():
    assert len({x for x, _ in laid_out(residual()).values()}) == 1


def test_that_the_longest_way_stands_straight_with_a_shorter_one_beside_it():
    places = laid_out(net(a=(), b=("a",), c=("b",), short=("a",), d=("c", "short"), e=("d",)))
    assert len({places[name][0] for name in "abcde"}) == 1
    assert places["short"][0] - places["b"][0] == COLUMN


def test_that_a_card_lies_in_the_midst_of_what_it_is_joined_to():
    leaves = {f"leaf{number}": ("b",) for number in range(4)}
    places = laid_out(net(a=(), b=("a",), c=("a",), **leaves))
    around = [middle(places, name) for name in ("a", *leaves)]
    assert middle(places, "b") == pytest.approx(sum(around) / len(around), abs=2 * GRID)


def test_that_branches_lie_around_what_they_come_from_and_go_to():
    places = laid_out(inception())
    branches = [middle(places, name) for name in ("p", "q", "r", "s")]
    assert branches == sorted(branches)
    assert [right - left for left, right in pairwise(branches)] == [COLUMN] * 3
    for name in ("top", "join", "end"):
        assert middle(places, name) == pytest.approx(sum(branches) / 4, abs=GRID)


def test_that_the_inputs_of_a_merging_block_lie_in_the_order_of_its_ports():
    network = net(a=(), b=("a",), c=("a",), d=("a",), e=("d", "b", "c"))
    places = laid_out(network)
    assert places["d"][0] < places["b"][0] < places["c"][0]


def test_that_two_branches_that_would_cross_are_put_side_by_side():
    network = net(a=(), b=(), c=("b",), d=("a",), e=("a", "d"), f=("b", "c"))
    cards = Cards.of(network, None, {})
    for part in cards.parts():
        graph = Rows.of(part, ranks(part))
        untangle(graph)
        assert crossings(graph) == 0


def test_that_thousands_of_cards_below_one_get_their_rows_at_once():
    cards = Cards.of(net(a=(), **{f"leaf{number}": ("a",) for number in range(4_900)}), None, {})
    began = time.process_time()
    assert set(ranks(cards)) == {0, 1}
    assert time.process_time() - began < 0.2


def test_that_a_second_input_lies_where_it_is_used():
    network = net(a=(), b=("a",), c=("b",), d=("c",), other=(), e=("d", "other"))
    places = laid_out(network)
    assert places["other"][1] == places["d"][1]


def test_that_parts_that_do_not_hang_together_stand_side_by_side():
    places = laid_out(net(a=(), b=("a",), c=(), d=("c",)))
    assert places["a"][1] == places["c"][1]
    assert places["c"][0] - places["a"][0] == COLUMN
    many = laid_out(net(**{f"n{number}": () for number in range(60)}))
    assert len({y for _, y in many.values()}) > 1


def test_that_the_order_on_the_canvas_is_kept_where_it_crosses_no_more():
    network = net(a=(), b=("a",), c=("a",), d=("b",), e=("c",))
    mirrored = {"a": (0.0, 0.0), "b": (132.0, 72.0), "c": (-132.0, 72.0), "d": (132.0, 144.0), "e": (-132.0, 144.0)}
    assert laid_out(network, mirrored) == mirrored


def test_that_a_block_more_moves_only_what_lies_below_it():
    network = residual(4)
    first = laid_out(network)
    after = edits.insert(network, block("dropout"), "c2")
    again = laid_out(after, first)
    above = [name for name in first if name not in after.downstream("c2")]
    assert {name: x for name, (x, _) in first.items()} == {name: again[name][0] for name in first}
    assert len({again[name][1] - first[name][1] for name in above}) == 1


def test_that_larger_cards_get_the_room_that_they_need():
    network = net(a=(), b=("a",), c=("a",), d=("b", "c"))
    places = laid_out(network, sizes={"b": Size(200.0, 400.0, 300.0)})
    assert places["c"][0] - places["b"][0] >= 600.0
    assert places["d"][1] - places["b"][1] >= 300.0


def test_that_a_selection_is_laid_out_where_it_stands_and_the_rest_stays():
    design = Design(net(a=(), b=("a",), c=("b",), d=("c",)))
    places = {"a": (0.0, 0.0), "b": (500.0, 300.0), "c": (460.0, 500.0), "d": (0.0, 900.0)}
    after = align.laid_out(design.placed(places), ["b", "c"]).view.positions
    assert (after["a"], after["d"]) == (places["a"], places["d"])
    assert after["b"][0] == after["c"][0]
    assert 460.0 <= after["b"][0] <= 500.0
    assert after["c"][1] - after["b"][1] == ROW


def test_that_nothing_is_laid_out_of_nothing():
    assert laid_out(Network()) == {}


def test_that_blocks_pushed_apart_stay_as_near_as_can_be_to_where_they_want_to_be():
    left = [{}, {0: 10.0}, {1: 10.0}]
    assert apart([0, 1, 2], left, [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]) == [-10.0, 0.0, 10.0]
    assert apart([0, 1, 2], left, [0.0, 0.0, 50.0], [1.0, 3.0, 1.0]) == [-7.5, 2.5, 50.0]
    assert apart([0, 1, 2], left, [0.0, 20.0, 40.0], [1.0, 1.0, 1.0]) == [0.0, 20.0, 40.0]


def placed(**places: Position) -> Design:
    return Design(net(**dict.fromkeys(places, ())), view=View(positions=places))


@pytest.mark.parametrize(
    ("side", "axis", "expected"),
    [
        ("left", 0, [0.0, 0.0, 0.0]),
        ("centre", 0, [50.0, 50.0, 50.0]),
        ("right", 0, [100.0, 100.0, 100.0]),
        ("top", 1, [0.0, 0.0, 0.0]),
        ("middle", 1, [150.0, 150.0, 150.0]),
        ("bottom", 1, [300.0, 300.0, 300.0]),
    ],
)
def test_that_aligned_blocks_have_a_side_in_one_line(side, axis, expected):
    design = placed(a=(0.0, 0.0), b=(100.0, 120.0), c=(40.0, 300.0), d=(999.0, 999.0))
    after = align.aligned(design, ["a", "b", "c"], side).view.positions
    assert [after[name][axis] for name in ("a", "b", "c")] == expected
    assert after["d"] == (999.0, 999.0)


def test_that_aligned_blocks_do_not_cover_each_other():
    design = placed(a=(0.0, 0.0), b=(300.0, 8.0), c=(600.0, 4.0))
    after = align.aligned(design, ["a", "b", "c"], "left").view.positions
    assert [after[name] for name in ("a", "c", "b")] == [(0.0, 0.0), (0.0, ROW), (0.0, 2 * ROW)]


def with_frame(network: Network) -> tuple[Design, str]:
    """A network where two blocks are a group that is open in place, and its name."""
    design = grouped(settled(Design(network)), ["b0", "c0"], "Inner")
    (group,) = set(design.network.nodes) - set(network.nodes)
    return expanded(design, group), group


def test_that_sides_of_blocks_of_several_sizes_meet():
    design, inner = with_frame(residual(1))
    after = align.aligned(design, ["a0", inner], "right")
    found = boxes(after.network, after.view)
    assert found[inner].right - found[inner].left > CARD_WIDTH
    assert found["a0"].right == found[inner].right


def test_that_a_group_that_is_open_in_place_is_laid_out_with_its_frame():
    design, _ = with_frame(residual(2))
    after = align.laid_out(design)
    found = boxes(after.network, after.view)
    for first, second in combinations(found.values(), 2):
        assert (
            first.right <= second.left
            or second.right <= first.left
            or first.bottom <= second.top
            or second.bottom <= first.top
        )
    assert align.laid_out(after).view.positions == after.view.positions
    assert len({x for name, (x, _) in after.view.positions.items()}) == 1


def test_that_distributed_blocks_have_equal_gaps_and_the_outermost_stay():
    design = placed(a=(0.0, 0.0), b=(20.0, 80.0), c=(40.0, 400.0))
    after = align.distributed(design, ["a", "b", "c"], "down").view.positions
    assert [after[name][1] for name in ("a", "b", "c")] == [0.0, 200.0, 400.0]
    assert [after[name][0] for name in ("a", "b", "c")] == [0.0, 20.0, 40.0]
    wide = placed(a=(0.0, 0.0), b=(10.0, 0.0), c=(20.0, 0.0))
    assert [x for x, _ in align.distributed(wide, ["a", "b", "c"], "across").view.positions.values()] == [
        0.0,
        COLUMN,
        2 * COLUMN,
    ]
    assert align.distributed(wide, ["a", "b"], "across") == wide


def test_that_the_grid_and_the_reach_of_a_port_are_constants_of_the_layout_alone() -> None:
    root = Path(designer.__file__).parent
    copies = [
        f"{path.relative_to(root).as_posix()}: {target.id}"
        for path in root.rglob("*.py")
        if "GRID" in (text := path.read_text(encoding="utf-8")) or "REACH" in text
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
        and node.value.value
        in {"GRID": (GRID,), "REACH": (PORT_REACH,)}.get(target.id.strip("_").removeprefix("PORT_"), ())
    ]
    assert copies == ["core/layout/cards.py: GRID", "core/layout/cards.py: PORT_REACH"]


def test_that_cards_overlap_where_they_have_more_than_a_side_in_common() -> None:
    assert overlap((0.0, 0.0), (CARD_WIDTH - 1, CARD_HEIGHT - 1))
    assert not overlap((0.0, 0.0), (CARD_WIDTH, 0.0))
    assert not overlap((0.0, 0.0), (0.0, -CARD_HEIGHT))
    assert [on_grid(length) for length in (-3.0, 1.9, 6.1)] == [-4.0, 0.0, 8.0]
