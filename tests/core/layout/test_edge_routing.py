"""Edges go around cards: downwards, beside them, each on a track of its own, and the same however they came about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.core.layout.edge_routing import MANY, MARGIN, TRACK, Gap, Lane, Point, Rect, gaps, tracks
from designer.core.layout.route_cache import Routes

WIDTH, HEIGHT = 232.0, 48.0


def card(x: float, y: float, width: float = WIDTH, height: float = HEIGHT) -> Rect:
    return (x, y, x + width, y + height)


def shifted(rect: Rect, by: Point) -> Rect:
    return rect[0] + by[0], rect[1] + by[1], rect[2] + by[0], rect[3] + by[1]


def way(start: Point, end: Point, *cards: Rect) -> list[Lane]:
    found = gaps(start, end, np.array(cards).reshape(-1, 4))
    return [Lane(gap.x, gap.top, gap.bottom) for gap in found]


POINTS = st.tuples(st.integers(-600, 600).map(float), st.integers(-50, 50).map(float))
CARDS = st.lists(st.builds(card, *(st.integers(-900, 900).map(float) for _ in range(2))), max_size=12)


@settings(max_examples=150, deadline=None)
@given(POINTS, st.tuples(st.integers(-600, 600).map(float), st.integers(300, 900).map(float)), CARDS)
def test_that_lanes_lead_down_beside_all_cards(start, end, cards):
    between = [rect for rect in cards if rect[1] >= start[1] + 16 and rect[3] <= end[1] - 16]
    lanes = way(start, end, *between)
    heights = [start[1], *(y for lane in lanes for y in (lane.top, lane.bottom)), end[1]]
    assert heights == sorted(heights)
    for lane in lanes:
        for left, top, right, bottom in between:
            assert not (left < lane.x < right and top < lane.bottom and lane.top < bottom)
    if lanes:
        assert all(any(lane.top <= top and bottom <= lane.bottom for lane in lanes) for _, top, _, bottom in between)


def test_that_an_edge_with_nothing_in_its_way_has_no_lanes():
    assert way((0, 0), (0, 400), card(100, 100)) == []
    assert way((0, 0), (800, 400), card(-100, 250)) == []


def test_that_an_edge_passes_on_the_nearer_side_and_stays_there():
    (lane,) = way((0, 0), (0, 300), card(-200, 60), card(-180, 180))
    assert (lane.x, lane.top, lane.bottom) == (WIDTH - 180 + MARGIN, 56, 232)


def test_that_an_edge_changes_sides_where_that_is_shorter():
    wall_left, wall_right = card(-1000, 100, width=1020), card(-20, 300, width=1000)
    first, second = way((0, 0), (0, 420), wall_left, wall_right)
    assert first.x == 20 + MARGIN
    assert second.x == -20 - MARGIN


def test_that_an_edge_leads_between_two_cards():
    (lane,) = way((-30, 0), (-30, 200), card(-240, 80), card(24, 80))
    assert lane.x == -8 + MARGIN


@pytest.mark.parametrize("count", [MANY // 2, MANY * 2])
def test_that_an_edge_past_very_many_cards_takes_one_lane(count):
    cards = [card(-116, 72.0 * row) for row in range(1, count)]
    (lane,) = way((0, 48), (39, 72.0 * count), *cards)
    assert lane.x == 116 + MARGIN


def test_that_an_edge_beside_very_many_cards_has_no_lanes():
    assert way((400, 48), (400, 72.0 * MANY * 2), *(card(-116, 72.0 * row) for row in range(1, MANY * 2))) == []


def gap(top: float, bottom: float, high: float = 1000.0) -> Gap:
    return Gap(12.0, top, bottom, 12.0, high)


def test_that_edges_beside_each_other_get_tracks_the_shorter_ones_inside():
    long, short, below = tracks([("a", gap(0, 300)), ("b", gap(100, 200)), ("c", gap(300, 400))])
    assert (short.x, long.x, below.x) == (12.0, 12.0 + TRACK, 12.0)


def test_that_edges_of_one_output_share_a_track():
    assert {lane.x for lane in tracks([("a", gap(0, 300)), ("a", gap(100, 200))])} == {12.0}


def test_that_tracks_stay_in_the_gap():
    made = tracks([(name, gap(0, 100, high=24.0)) for name in "abcde"])
    assert [lane.x for lane in made] == [12.0, 15.0, 18.0, 21.0, 24.0]


@pytest.mark.parametrize("along", [("a", "b", "c"), ("a", "c")])
@pytest.mark.parametrize("by", [(130.0, 24.0), (1000.0, 500.0)])
def test_that_an_edge_that_moves_is_led_around_what_moves_along_and_what_stays(along, by):
    kept, cards = Routes(), {"a": card(-116, 0), "b": card(-116, 144), "c": card(-116, 288)}
    for name, rect in cards.items():
        kept.put_card(name, rect)
    kept.put_edge(("c", 0), "a", "a", (0.0, 48.0), (0.0, 288.0))
    assert kept.settle() == {("c", 0)}
    kept.move_cards(along, by)
    kept.move_edges([("c", 0)], by)
    assert kept.settle() == {("c", 0)}
    around = shifted(cards["b"], by) if "b" in along else cards["b"]
    assert list(kept.lanes(("c", 0))) == way((by[0], 48.0 + by[1]), (by[0], 288.0 + by[1]), around)


NAMES = st.integers(0, 7)
STEPS = st.one_of(
    st.tuples(st.just("card"), NAMES, st.integers(-3, 3), st.integers(0, 8)),
    st.tuples(st.just("gone"), NAMES),
    st.tuples(st.just("edge"), NAMES, NAMES, st.integers(-2, 2), st.integers(3, 9)),
    st.tuples(st.just("cut"), NAMES),
    st.tuples(st.just("move"), st.integers(-1, 1), st.integers(-2, 2), st.integers(0, 4)),
    st.tuples(st.just("settle")),
)


@settings(max_examples=160, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=40))
def test_that_ways_that_were_kept_up_to_date_are_those_that_are_found_anew(steps):
    cards: dict[str, Rect] = {}
    edges: dict[tuple[str, int], tuple[str, str, Point, Point]] = {}
    kept, shown = Routes(), {}
    for kind, *values in [*steps, ("settle",)]:
        name = f"n{values[0]}" if values else ""
        if kind == "card":
            cards[name] = card(values[1] * 130.0, values[2] * 72.0)
            kept.put_card(name, cards[name])
        elif kind == "gone":
            cards.pop(name, None)
            kept.take_card(name)
        elif kind == "edge":
            source, start, stop = f"n{values[1]}", (values[2] * 100.0, 48.0), (0.0, values[3] * 72.0)
            edges[name, 0] = (source, source, start, stop)
            kept.put_edge((name, 0), *edges[name, 0])
        elif kind == "cut":
            edges.pop((name, 0), None)
            kept.take_edge((name, 0))
        elif kind == "move":
            by, names = (values[0] * 130.0, values[1] * 72.0), {known for known in cards if known >= f"n{values[2]}"}
            among = [end for end, edge in edges.items() if end[0] in names and edge[1] in names]
            cards.update({name: shifted(cards[name], by) for name in names})
            for end in among:
                ref, source, (left, high), (right, low) = edges[end]
                edges[end] = ref, source, (left + by[0], high + by[1]), (right + by[0], low + by[1])
            kept.move_cards(names, by)
            kept.move_edges(among, by)
        else:
            shown.update({end: kept.lanes(end) for end in kept.settle()})
    anew = Routes()
    for name, rect in cards.items():
        anew.put_card(name, rect)
    for end, edge in edges.items():
        anew.put_edge(end, *edge)
    anew.settle()
    assert {end: kept.lanes(end) for end in edges} == {end: anew.lanes(end) for end in edges}
    assert {end: shown.get(end, ()) for end in edges} == {end: anew.lanes(end) for end in edges}
