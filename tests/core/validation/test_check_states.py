"""What keeps states from being carried over from batch to batch is told before training, with what mends it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from designer.core.graph.binding import DataInfo, Feature, Target, info_of, known_of
from designer.core.graph.block import Block
from designer.core.graph.carrying import carries, carrying_blocks
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.schema.shape import Shape, features, image, sequence
from designer.core.validation import check
from designer.recipe.choices import settings_without_effect
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, input_of, output_for, stripes_network


def windows(shape: Shape | None = None, stride: int = 6, spans: str = "span") -> DataInfo:
    feature = Feature("window", shape or sequence(6, 1), longest=6)
    return DataInfo("load", "Load", (feature,), (Target("next", features(1)),), spans=spans, stride=stride)


def reader(*sizes: int | None, **params: Any) -> Network:
    return chain(input_of(*(sizes or (6, 1))), ("gru", "gru1", params), dense(1), output_for("regression"))


def reading(network: Network, own: bool = True, **settings: Any) -> Design:
    design = design_of(network, **{"carry_states": True, **settings})
    return replace(design, data=DataSettings(source="sequences", path="/load.csv")) if own else design


def problems(design: Design, data: DataInfo) -> list[Problem]:
    return check.problems(design, data=data)


def test_that_windows_one_behind_the_other_suit() -> None:
    assert not problems(reading(reader()), windows())
    assert not problems(reading(reader()), windows(stride=0)), "whose stride is not known is told by the samples"


@pytest.mark.parametrize(
    ("data", "sizes", "told"),
    [
        (
            windows(stride=1),
            (6, 1),
            "windows of 6 steps that begin 1 step apart overlap: set the stride of the data to",
        ),
        (
            windows(stride=9),
            (6, 1),
            "windows of 6 steps that begin 9 steps apart leave gaps: set the stride of the data",
        ),
        (windows(spans=""), (6, 1), "the samples of the data 'Load' are no windows of one series"),
        (windows(sequence(None, 1)), (None, 1), "the samples of 'window' differ in length"),
    ],
    ids=["overlap", "gaps", "no series", "lengths"],
)
def test_that_data_that_do_not_go_on_are_told_with_what_mends_it(
    data: DataInfo, sizes: tuple[int | None, ...], told: str
) -> None:
    design = reading(reader(*sizes))
    (problem,) = problems(design, data)
    assert told in str(problem)
    assert problem.field == "carry_states"
    (fix,) = problem.fixes
    assert fix.title == "Turn carry_states off"
    assert not problems(fix.apply(design), data)
    assert not problems(reading(reader(*sizes), carry_states=False), data)


def test_that_data_that_come_with_the_program_have_no_stride_to_set() -> None:
    assert "overlap: take other data" in str(problems(reading(reader(), own=False), windows(stride=2))[0])


def test_that_pictures_that_are_read_row_by_row_are_told() -> None:
    network = chain(
        input_of(1, 6, 6),
        "flatten",
        ("unflatten", "rows", {"sizes": (6, 6)}),
        ("lstm", "lstm1"),
        dense(1),
        output_for("regression"),
    )
    data = replace(windows(spans=""), features=(Feature("picture", image(1, 6, 6)),))
    assert "are no windows of one series" in str(problems(reading(network), data)[0])


def test_that_two_inputs_with_windows_of_different_lengths_are_told() -> None:
    network = Network.of(
        [
            *(Node(name, block("input", sizes=(size, 1)), ()) for name, size in (("long", 6), ("short", 3))),
            Node("gru1", block("gru", hidden_size=4), ("long", None)),
            Node("gru2", block("gru", hidden_size=4), ("short", None)),
            Node("add1", block("add"), ("gru1", "gru2")),
            Node("dense1", block("dense", out_features=1), ("add1",)),
            Node("output", block("output", task="regression"), ("dense1",)),
        ]
    )
    both = replace(windows(), features=(Feature("window", sequence(6, 1)), Feature("before", sequence(3, 1))))
    assert "the Inputs take windows of different lengths (3 and 6)" in str(problems(reading(network), both)[0])


def test_that_a_block_that_reads_both_ways_is_told_and_mended() -> None:
    design = reading(reader(bidirectional=True))
    (problem,) = problems(design, windows())
    assert (problem.block, problem.field) == ("gru1", "bidirectional")
    assert "reads both ways" in str(problem)
    for fix in problem.fixes:
        assert not problems(fix.apply(design), windows())


def test_that_a_sequence_that_is_turned_around_before_is_told_at_the_block_that_reads_it() -> None:
    inputs, ends = input_of(6, 1), (dense(1), output_for("regression"))
    design = reading(chain(inputs, ("reverse", "turn"), "dropout", ("gru", "gru1"), *ends))
    (problem,) = problems(design, windows())
    assert problem.block == "gru1"
    assert "reads each window from its end to its beginning, as 'turn' turns it around before" in str(problem)
    (fix,) = problem.fixes
    assert not problems(fix.apply(design), windows())
    assert not problems(reading(chain(inputs, ("reverse", "a"), ("reverse", "b"), ("gru", "gru1"), *ends)), windows())
    behind = chain(inputs, ("gru", "gru1"), "reverse", *ends)
    assert [item.turned_by for item in carrying_blocks(behind)] == [""]


def test_that_what_groups_turn_around_is_told_inside_and_behind_them() -> None:
    turner = use(definition("Turner", port("x"), Node("turn", block("reverse"), ("x",)), port("y", "turn")))
    ends = [
        Node("dense1", block("dense", out_features=1), ("read",)),
        Node("output", block("output", task="regression"), ("dense1",)),
    ]
    start = Node("input", block("input", sizes=(6, 4)), ())
    plain = Node("read", block("gru", hidden_size=4), ("group", None))
    in_group = Node("read", encoder(), ("group",))

    def told(*nodes: Node) -> list[str]:
        return [item.turned_by for item in carrying_blocks(Network.of([start, *nodes, *ends]))]

    assert told(Node("group", turner, ("input",)), plain) == ["group"]
    assert told(Node("group", turner, ("input",)), in_group) == ["group"]
    assert told(Node("first", turner, ("input",)), Node("group", turner, ("first",)), plain) == [""]
    assert told(Node("first", block("reverse"), ("input",)), Node("group", turner, ("first",)), in_group) == [""]
    assert told(Node("group", block("reverse"), ("input",)), in_group) == ["group"]


def encoder(**params: Any) -> Block:
    inside = definition(
        "Encoder",
        port("x"),
        Node("inner", block("gru", hidden_size=4, **params), ("x", None)),
        port("y", "inner.sequence"),
    )
    return use(inside)


def in_groups(**params: Any) -> Network:
    group = encoder()
    return Network.of(
        [
            Node("input", block("input", sizes=(6, 4)), ()),
            Node("first", group.changed(**params), ("input",)),
            Node("second", group.changed(**params), ("first",)),
            Node("gru1", block("gru", hidden_size=4), ("second", None)),
            Node("dense1", block("dense", out_features=1), ("gru1",)),
            Node("output", block("output", task="regression"), ("dense1",)),
        ]
    )


def test_that_blocks_in_groups_have_states_unless_they_are_applied_several_times() -> None:
    data = windows(sequence(6, 4))
    assert [item.at for item in carrying_blocks(in_groups())] == ["gru1", "first", "second"]
    assert not problems(reading(in_groups()), data)
    assert not problems(reading(in_groups(repeat=2)), data)
    for params in ({"weights": "shared"}, {"weights": "shared", "repeat": 2}):
        (problem, *_) = problems(reading(in_groups(**params)), data)
        assert str(problem).startswith("GRU 'inner' in 'first' is applied several times to each sample")


def test_that_a_block_that_is_given_a_state_carries_none() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(6, 1)), ()),
            Node("gru1", block("gru", hidden_size=4), ("input", None)),
            Node("gru2", block("gru", hidden_size=4), ("input", "gru1.state")),
            Node("dense1", block("dense", out_features=1), ("gru2",)),
            Node("output", block("output", task="regression"), ("dense1",)),
        ]
    )
    assert [item.at for item in carrying_blocks(network)] == ["gru1"]


def test_that_the_settings_have_no_effect_without_a_recurrent_block() -> None:
    design = reading(stripes_network())
    assert not carries(design.network, design.training)
    assert {"carry_states", "reset_states"} <= settings_without_effect(design.network, design.training).keys()
    design = reading(reader(), carry_states=False)
    assert "carry_states" not in settings_without_effect(design.network, design.training)
    assert "reset_states" in settings_without_effect(design.network, design.training)


def test_that_a_file_keeps_how_far_windows_lie_apart() -> None:
    assert info_of(known_of(windows(stride=3)), "load").stride == 3
