"""Dragged cards stop in line with their neighbours and at equal distances, and guides say which."""

from __future__ import annotations

import pytest

from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, ROW
from designer.core.layout.edge_routing import Rect
from designer.core.layout.snapping import Guide, Snap, snapped

REACH = 6.0


def card(x: float, y: float, width: float = CARD_WIDTH, height: float = CARD_HEIGHT) -> Rect:
    return (x, y, x + width, y + height)


@pytest.mark.parametrize(
    ("moving", "other", "dx"),
    [
        (card(4, 500), card(0, 0), -4.0),
        (card(300 + 3, 500, width=100), card(0, 0, width=400), -3.0),
        (card(150 - 2, 500, width=100), card(0, 0, width=400), 2.0),
    ],
)
def test_that_a_side_or_the_middle_snaps_to_that_of_a_neighbour(moving, other, dx):
    snap = snapped(moving, [other], REACH)
    assert snap.dx == dx
    at = {guide.start[0] for guide in snap.guides if not guide.gap and guide.start[0] == guide.end[0]}
    sides = (other[0], (other[0] + other[2]) / 2, other[2])
    assert at
    assert at <= set(sides)


def test_that_a_guide_reaches_over_all_that_is_in_line():
    snap = snapped(card(3, 500), [card(0, 0), card(0, 900)], REACH)
    assert Guide((0.0, 0.0), (0.0, 900.0 + CARD_HEIGHT)) in snap.guides


def test_that_nothing_out_of_reach_is_snapped_to():
    assert snapped(card(50, 500), [card(0, 0)], REACH) == Snap()
    assert snapped(card(50, 500), [], REACH) == Snap()


def test_that_a_card_snaps_below_another_at_the_distance_of_a_stack():
    snap = snapped(card(3, ROW + 5), [card(0, 0)], REACH)
    assert (snap.dx, snap.dy) == (-3.0, -5.0)


def test_that_a_card_snaps_to_the_middle_between_two():
    snap = snapped(card(0, 203), [card(0, 0), card(0, 400)], REACH)
    assert snap.dy == -3.0
    gaps = sorted((guide.start[1], guide.end[1]) for guide in snap.guides if guide.gap)
    assert gaps == [(48.0, 200.0), (248.0, 400.0)]


@pytest.mark.parametrize(("y", "others"), [(304, (0, 150)), (4, (150, 300))])
def test_that_a_card_snaps_to_the_gap_that_others_have(y, others):
    snap = snapped(card(0, y), [card(0, other) for other in others], REACH)
    assert snap.dy == -4.0
    assert sum(guide.gap for guide in snap.guides) == 2


def test_that_gaps_of_cards_in_other_rows_do_not_count():
    assert snapped(card(500, 304), [card(0, 0), card(0, 150)], REACH).dy is None
