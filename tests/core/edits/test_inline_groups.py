"""Groups that are open in place: the room that they take and give back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import group_editing as groups
from designer.core.edits import grouping, inline_groups, notes
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.edits.inline_groups import PADDING, TITLE, boxes, levels
from designer.core.graph.definition import definitions
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.settings import Note
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH, ROW
from designer.core.storage import files
from tests.grouping import definition, inception, port, use
from tests.helpers import block, design_of


def outer(inner: str = "group1") -> Design:
    """A group between an input and two branches, with a block beside it and a note on each side."""
    made = arrange.settled(
        design_of(
            Network.of(
                [
                    Node("input", block("input", sizes=(1, 8, 8)), ()),
                    Node(inner, use(inception()), ("input",)),
                    Node("side", block("dropout"), ("input",)),
                    Node("below", block("dropout"), (inner,)),
                    Node("last", block("dropout"), (f"{inner}.pooled",)),
                ]
            )
        ).placed(
            {
                "input": (0.0, 0.0),
                inner: (0.0, ROW),
                "side": (264.0, ROW),
                "below": (0.0, 2 * ROW),
                "last": (264.0, 3 * ROW),
            }
        )
    )
    made = notes.added(made, Note(text="left", position=(-300.0, ROW)))
    return notes.added(made, Note(text="below", position=(0.0, 5 * ROW)))


def overlapping(design: Design) -> list[tuple[str, str]]:
    """Pairs of blocks that lie on each other."""
    placed = list(boxes(design.network, design.view).items())
    return [
        (name, other)
        for place, (name, box) in enumerate(placed)
        for other, there in placed[place + 1 :]
        if box.left < there.right and there.left < box.right and box.top < there.bottom and there.top < box.bottom
    ]


def inside(design: Design, *path: str) -> Design:
    return groups.opened(design, path)


def moved_inside(design: Design, block_id: str, place: tuple[float, float], *path: str) -> Design:
    """A block of a group dragged to another place, as the editor makes the edit."""
    after = groups.edited(design, path, lambda shown: shown.placed({block_id: place}))
    return inline_groups.settled(design, after)


def test_that_a_frame_lies_around_all_that_is_in_the_group() -> None:
    design = inline_groups.expanded(outer(), "group1")
    box = boxes(design.network, design.view)["group1"]
    (_, level) = levels(design)
    cards = boxes(level.design.network, level.design.view).values()
    dx, dy = level.offset
    assert box.left == min(card.left for card in cards) + dx - PADDING
    assert box.top == min(card.top for card in cards) + dy - PADDING - TITLE
    assert box.right == max(card.right for card in cards) + dx + PADDING
    assert box.bottom == max(card.bottom for card in cards) + dy + PADDING


def test_that_the_group_s_input_lies_straight_below_what_it_takes() -> None:
    design = inline_groups.expanded(outer(), "group1")
    (_, level) = levels(design)
    x, y = level.design.view.positions["x"]
    assert x + level.offset[0] == design.view.positions["group1"][0] == design.view.positions["input"][0]
    assert y + level.offset[1] > design.view.positions["group1"][1]


def test_that_all_else_makes_way_and_comes_back() -> None:
    before = outer()
    design = inline_groups.expanded(before, "group1")
    box, places = boxes(design.network, design.view)["group1"], design.view.positions
    assert not overlapping(design)
    assert places["input"] == before.view.positions["input"]
    assert places["side"] == (before.view.positions["side"][0] + box.right - CARD_WIDTH, ROW)
    assert places["below"] == (0.0, box.bottom + ROW - CARD_HEIGHT)
    assert places["last"][1] - places["below"][1] == ROW
    assert design.view.notes["note1"].position[0] + 232 <= box.left
    assert design.view.notes["note2"].position[1] >= box.bottom
    assert inline_groups.collapsed(design, "group1") == before


@given(st.permutations(["group1", "group2", "group3"]), st.permutations(["group1", "group2", "group3"]))
def test_that_several_groups_open_and_close_in_any_order(opening: list[str], closing: list[str]) -> None:
    nodes = [Node("input", block("input", sizes=(1, 8, 8)), ())]
    nodes += [Node(f"group{number}", use(inception()), ("input",)) for number in (1, 2)]
    nodes += [Node("group3", use(inception()), ("group1",))]
    before = arrange.settled(design_of(Network.of(nodes)))
    design = before
    for name in opening:
        design = inline_groups.expanded(design, name)
        assert not overlapping(design)
    for name in closing:
        design = inline_groups.collapsed(design, name)
        assert not overlapping(design)
    assert set(design.view.positions) == set(before.view.positions)


def test_that_a_frame_grows_with_what_is_moved_in_it_and_all_else_makes_way() -> None:
    design = inline_groups.expanded(outer(), "group1")
    was = boxes(design.network, design.view)["group1"]
    x, y = inside(design, "group1").view.positions["project"]
    grown = moved_inside(design, "project", (x + 400.0, y), "group1")
    now = boxes(grown.network, grown.view)["group1"]
    assert now.right > was.right
    assert now.left == was.left
    assert grown.view.positions["side"][0] - design.view.positions["side"][0] == now.right - was.right
    assert not overlapping(grown)
    back = moved_inside(grown, "project", (x, y), "group1")
    assert back.view == design.view


def test_that_nothing_in_a_frame_jumps_when_something_else_in_it_moves() -> None:
    design = inline_groups.expanded(outer(), "group1")
    grown = moved_inside(design, "narrow", (-900.0, 72.0), "group1")
    (_, level), (_, now) = levels(design), levels(grown)
    assert now.offset == level.offset


def test_that_what_is_put_beside_a_frame_is_not_covered_when_it_closes() -> None:
    design = inline_groups.expanded(outer(), "group1")
    box = boxes(design.network, design.view)["group1"]
    crowded = arrange.added_at(design, block("dropout"), (design.view.positions["last"][0], box.bottom - 60.0))
    assert not overlapping(inline_groups.collapsed(crowded, "group1"))


def test_that_a_group_that_is_removed_while_it_is_open_gives_its_room_back() -> None:
    before = outer()
    design = inline_groups.expanded(before, "group1")
    after = inline_groups.settled(design, design.edit(lambda net: edits.remove(net, ["group1"])))
    assert after.view.expanded == {}
    assert after.view.positions["below"] == before.view.positions["below"]


def test_that_groups_within_groups_open_in_place_and_the_outer_frame_grows() -> None:
    nested = definition("Outer", port("a"), Node("part", use(inception()), ("a",)), port("b", "part"))
    network = Network.of(
        [
            Node("input", block("input", sizes=(1, 8, 8)), ()),
            Node("one", use(nested), ("input",)),
            Node("two", use(nested), ("one",)),
        ]
    )
    plain = inline_groups.expanded(inline_groups.expanded(arrange.settled(design_of(network)), "one"), "two")
    design = inline_groups.settled(
        plain, groups.edited(plain, ("one",), lambda shown: inline_groups.expanded(arrange.settled(shown), "part"))
    )
    assert [level.path for level in levels(design)] == [
        (),
        ("one",),
        ("one", "part"),
        ("two",),
        ("two", "part"),
    ]
    assert not overlapping(design)
    height = boxes(design.network, design.view)["one"]
    assert height.bottom - height.top > boxes(plain.network, plain.view)["one"].bottom
    closed = inline_groups.settled(
        design, groups.edited(design, ("two",), lambda shown: inline_groups.collapsed(shown, "part"))
    )
    assert closed.view == plain.view


def test_that_what_is_open_in_place_and_noted_survives_grouping_and_ungrouping() -> None:
    design = notes.added(inline_groups.expanded(outer(), "group1"), Note(text="kept", position=(0.0, -200.0)))
    held = inline_groups.settled(design, grouping.grouped(design, ["group1", "below"], "Held"))
    assert "group1" in definitions(held.network)["Held"].view.expanded
    assert not overlapping(inside(held, "group2"))
    noted = groups.edited(held, ("group2",), lambda shown: notes.added(shown, Note(text="within")))
    apart = inline_groups.settled(noted, grouping.ungrouped(inline_groups.expanded(noted, "group2"), "group2"))
    assert set(apart.view.expanded) == {"group1"}
    assert sorted(note.text for note in apart.view.notes.values()) == ["below", "kept", "left", "within"]
    assert not overlapping(apart)


def test_that_a_renamed_group_stays_open_where_it_is() -> None:
    design = inline_groups.expanded(outer(), "group1")
    renamed = inline_groups.settled(design, arrange.renamed(design, "group1", "stem"))
    assert set(renamed.view.expanded) == {"stem"}
    places = {("group1" if key == "stem" else key): place for key, place in renamed.view.positions.items()}
    assert places == design.view.positions


def test_that_a_block_put_behind_an_open_group_comes_to_lie_below_its_frame() -> None:
    design = inline_groups.expanded(outer(), "group1")
    after = arrange.appended(design, block("dropout"), "group1")
    assert not overlapping(after)
    assert after.view.positions["dropout1"][1] == boxes(after.network, after.view)["group1"].bottom + ROW - CARD_HEIGHT


def test_that_a_group_open_in_place_is_saved_and_opened() -> None:
    design = inline_groups.expanded(outer(), "group1")
    assert files.parse(files.dumps(design)) == design


def test_that_only_groups_can_be_opened_in_place() -> None:
    with pytest.raises(NetworkError, match="there is no group 'input'"):
        inline_groups.expanded(outer(), "input")


def test_that_a_path_is_seen_as_far_as_its_groups_are_open_in_place() -> None:
    design = outer()
    assert inline_groups.seen_in_place(design, ("group1",), 0) == ()
    assert inline_groups.seen_in_place(design, ("group1",), 1) == ("group1",)
    assert inline_groups.seen_in_place(inline_groups.expanded(design, "group1"), ("group1",), 0) == ("group1",)


def test_that_the_notes_of_a_group_lie_in_its_frame() -> None:
    design = inline_groups.expanded(outer(), "group1")
    far = Note(text="far", position=(-700.0, 0.0))
    noted = inline_groups.settled(design, groups.edited(design, ("group1",), lambda shown: notes.added(shown, far)))
    assert boxes(noted.network, noted.view)["group1"].left < boxes(design.network, design.view)["group1"].left
    gone = groups.edited(noted, ("group1",), lambda shown: notes.removed(shown, ["note1"]))
    assert inline_groups.settled(noted, gone) == replace(design, network=gone.network)
