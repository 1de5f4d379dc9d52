"""A change names what differs between two designs, all of it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.core.diff.change import Change, Differing, Parts, difference
from designer.core.edits import clipboard, group_editing, grouping, network_edits, notes, placed_edits
from designer.core.edits import inline_groups as inline
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.definition import definitions
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError
from designer.core.graph.settings import Note
from designer.core.storage import files
from designer.core.storage.resources import example
from tests.helpers import block

CNN = placed_edits.settled(files.read(example("mnist_cnn")))
INCEPTION = placed_edits.settled(files.read(example("digits_inception")))
GROUP = "inception1"
Edit = Callable[[Design, str, str], Design]
"""An edit of a design, at one or two blocks of it."""


def _within(edit: Edit) -> Edit:
    """The edit, inside of a group."""

    def within(design: Design, one: str, other: str) -> Design:
        path = (next(name for name in design.network.nodes if name.startswith("inception")),)
        names = list(group_editing.opened(design, path).network.nodes)
        picked = names[len(one) % len(names)], names[len(other) % len(names)]
        return group_editing.edited(design, path, lambda inner: edit(inner, *picked))

    return within


def _net(change: Callable[[Network, str, str], Network]) -> Edit:
    return lambda design, one, other: design.edit(lambda net: change(net, one, other))


PLAIN: list[Edit] = [
    _net(lambda net, one, other: network_edits.connect(net, one, other)),
    _net(lambda net, one, other: network_edits.disconnect(net, one, 0)),
    _net(lambda net, one, other: network_edits.set_params(net, one, activation="gelu")),
    _net(lambda net, one, other: network_edits.set_params(net, one, out_channels=5)),
    lambda design, one, other: placed_edits.removed(design, [one], []),
    lambda design, one, other: placed_edits.removed(design, [one, other], []),
    lambda design, one, other: placed_edits.renamed(design, one, "another"),
    lambda design, one, other: placed_edits.inserted(design, block("dropout"), one),
    lambda design, one, other: placed_edits.appended(design, block("conv2d"), one),
    lambda design, one, other: clipboard.duplicated(design, [one, other], []),
    lambda design, one, other: design.placed({one: (7.0, 9.0)}),
    lambda design, one, other: design.moved([one, other], 4.0, 8.0),
    lambda design, one, other: replace(
        design, view=design.view.but(notes={**design.view.notes, one: Note(text=other)})
    ),
    lambda design, one, other: notes.removed(design, list(design.view.notes)[:1]),
]
EDITS: list[Edit] = [
    *PLAIN,
    *map(_within, PLAIN),
    lambda design, one, other: grouping.grouped(design, [one, other], "Group"),
    lambda design, one, other: inline.expanded(design, one),
    lambda design, one, other: replace(design, data=DataSettings(source=one)),
    lambda design, one, other: replace(design, training=design.training.model_copy(update={"seed": len(one)})),
    lambda design, one, other: replace(design, about=design.about.model_copy(update={"title": one, "text": other})),
]


def edited(design: Design, edit: Edit, one: int, other: int) -> Design:
    """The design after an edit; as it was, where it cannot be made."""
    names = list(design.network.nodes)
    if not names:
        return design
    try:
        return edit(design, names[one % len(names)], names[other % len(names)])
    except (NetworkError, ValueError, KeyError, StopIteration):
        return design


def plain(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> tuple[set[Any], set[Any], set[Any]]:
    """What came, what is gone and what differs, as anybody would compare it."""
    both = before.keys() & after.keys()
    return (
        set(after) - set(before),
        set(before) - set(after),
        {key for key in both if before[key] != after[key]},
    )


def named(differing: Differing[Any]) -> tuple[set[Any], set[Any], set[Any]]:
    for names in (differing.added, differing.removed, differing.changed):
        assert len(set(names)) == len(names)
    return set(differing.added), set(differing.removed), set(differing.changed)


def edges(network: Network) -> dict[tuple[str, int], str]:
    return {(node.id, port): ref for node in network.nodes.values() for port, ref in enumerate(node.inputs) if ref}


def blocks(network: Network) -> dict[str, object]:
    return {name: node.block for name, node in network.nodes.items()}


def expect_exactly_what_differs(change: Change, before: Design, after: Design) -> None:
    assert (change.before, change.after) == (before, after)
    assert named(change.blocks) == plain(blocks(before.network), blocks(after.network))
    assert named(change.edges) == plain(edges(before.network), edges(after.network))
    assert named(change.groups) == plain(definitions(before.network), definitions(after.network))
    assert named(change.places) == plain(before.view.positions, after.view.positions)
    assert named(change.notes) == plain(before.view.notes, after.view.notes)
    assert named(change.expanded) == plain(before.view.expanded, after.view.expanded)
    for name in ("data", "training", "about"):
        assert (
            set(getattr(change, name))
            == plain(getattr(before, name).model_dump(), getattr(after, name).model_dump())[2]
        )
    assert bool(change) == (before != after)


@settings(max_examples=150)
@given(
    st.sampled_from([CNN, INCEPTION]),
    st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 50), st.integers(0, 50)), max_size=6),
    st.integers(0, 5),
)
def test_that_a_change_names_exactly_what_differs(first: Design, steps: list[tuple[Edit, int, int]], apart: int):
    designs = [first]
    for step in steps:
        designs.append(edited(designs[-1], *step))
    before, after = designs[max(len(designs) - 1 - apart, 0)], designs[-1]
    change = difference(before, after)
    expect_exactly_what_differs(change, before, after)
    expect_exactly_what_differs(change.reversed(), after, before)


def test_that_every_edit_of_the_random_ones_can_be_made():
    for edit in EDITS:
        ways = ((one, other) for one in range(9) for other in range(9))
        assert any(edited(_noted(INCEPTION), edit, *way) != _noted(INCEPTION) for way in ways)


def _noted(design: Design) -> Design:
    inside = replace(design, view=design.view.but(notes={"n": Note(text="words")}))
    return group_editing.edited(
        inside, (GROUP,), lambda inner: replace(inner, view=inner.view.but(notes={"n": Note(text="words")}))
    )


@pytest.mark.parametrize(
    ("edit", "parts"),
    [
        (PLAIN[10], Parts.PLACES),
        (_net(lambda net, one, other: network_edits.set_params(net, "conv1", activation="gelu")), Parts.BLOCKS),
        (_net(lambda net, one, other: network_edits.disconnect(net, "pool1", 0)), Parts.EDGES),
        (EDITS[-1], Parts.ABOUT),
        (EDITS[-2], Parts.TRAINING),
        (EDITS[-3], Parts.DATA),
        (PLAIN[12], Parts.NOTES),
    ],
)
def test_that_a_change_touches_the_parts_that_differ_alone(edit: Edit, parts: Parts):
    change = difference(CNN, edited(CNN, edit, 1, 2))
    assert change.parts == parts
    assert change.touches(parts | Parts.GROUPS)
    assert not change.touches(~parts)


def test_that_another_place_to_look_at_is_no_other_design():
    change = Change(CNN, CNN, where=Parts.PATH)
    assert change
    assert not change.touches(Parts.DESIGN)
    assert change.touches(Parts.WHERE)
