"""Blocks as text: what goes along, what comes back, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import clipboard, inline_groups
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.edits.clipboard import Where, clipped, dumps, duplicated, parse, pasted
from designer.core.edits.group_editing import opened
from designer.core.graph.block import UnknownBlock
from designer.core.graph.definition import definitions, uses
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node, block_of
from designer.core.graph.settings import Note
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.storage import files
from designer.core.storage.files import FileError
from designer.core.storage.resources import example, examples
from tests.grouping import inception, use
from tests.helpers import block, chain, dense, input_of

CNN = files.read(example("mnist_cnn"))
HERE = "here"


def inputs(design: Design, name: str) -> tuple[str | None, ...]:
    return design.network.nodes[name].inputs


def new_in(after: Design, before: Design) -> list[str]:
    return [name for name in after.network.nodes if name not in before.network.nodes]


def refusal(text: str) -> str:
    with pytest.raises(FileError) as told:
        parse(text)
    assert "\n" not in str(told.value)
    return str(told.value)


def grouped_design(name: str = "group1", **values: int) -> Design:
    nodes = [*chain(input_of(1, 12, 12)).nodes.values(), Node(name, use(inception(), values=values), ("input",))]
    return arrange.settled(Design(Network.of(nodes)))


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_that_a_copied_network_comes_back_from_its_text_as_it_was(path):
    design = arrange.settled(files.read(path))
    clip = clipped(design, design.network.nodes, HERE)
    assert parse(dumps(clip)) == clip
    after = pasted(Design(), clip, Where())
    assert after.network == design.network
    assert after.view == design.view


@given(picks=st.sets(st.sampled_from(sorted(CNN.network.nodes))))
def test_that_whatever_is_copied_keeps_its_inner_edges_and_covers_no_other_card(picks):
    clip = parse(dumps(clipped(CNN, picks, HERE)))
    after = pasted(CNN, clip, Where(HERE))
    assert {name: after.network.nodes[name] for name in CNN.network.nodes} == dict(CNN.network.nodes)
    assert len(new_in(after, CNN)) == len(picks)
    places = list(after.view.positions.values())
    assert not any(
        abs(x - ox) < CARD_WIDTH and abs(y - oy) < CARD_HEIGHT
        for place, (x, y) in enumerate(places)
        for ox, oy in places[:place]
    )


def test_that_the_copy_of_a_chain_is_a_branch_beside_it():
    after = duplicated(CNN, ["pool1", "conv2"])
    assert new_in(after, CNN) == ["pool3", "conv4"]
    assert inputs(after, "pool3") == ("conv1",)
    assert inputs(after, "conv4") == ("pool3",)
    assert after.network.nodes["conv4"].block == CNN.network.nodes["conv2"].block


def test_that_a_copy_takes_the_same_port():
    network = edits.connect(chain(input_of(None, 3), ("lstm", "lstm1"), dense(4)), "lstm1.sequence", "dense1")
    design = arrange.settled(Design(network))
    assert inputs(duplicated(design, ["dense1"]), "dense2") == ("lstm1.sequence",)
    assert inputs(duplicated(design, ["lstm1", "dense1"]), "dense2") == ("lstm2.sequence",)


def test_that_what_was_cut_comes_back_under_its_name_at_its_place_and_takes_what_it_took():
    clip = clipped(CNN, ["conv2"], HERE)
    without = CNN.edit(lambda network: edits.remove(network, ["conv2"]))
    after = pasted(without, parse(dumps(clip)), Where(HERE))
    assert inputs(after, "conv2") == ("pool1",)
    assert after.view.positions["conv2"] == CNN.view.positions["conv2"]


def test_that_blocks_from_another_network_are_not_connected_to_what_happens_to_have_the_same_name():
    clip = parse(dumps(clipped(CNN, ["conv2"], "there")))
    assert inputs(pasted(CNN, clip, Where(HERE)), "conv4") == (None,)
    assert inputs(pasted(CNN, clip, Where("there")), "conv4") == ("pool1",)


def test_that_what_was_taken_is_taken_again_only_where_it_is_still_there():
    network = edits.connect(chain(input_of(None, 3), ("lstm", "lstm1"), dense(4)), "lstm1.sequence", "dense1")
    design = arrange.settled(Design(network))
    clip = clipped(design, ["dense1"], HERE)
    gone = design.edit(lambda net: edits.remove(net, ["lstm1", "dense1"]))
    assert inputs(pasted(gone, clip, Where(HERE)), "dense1") == (None,)
    other = Network.of([*gone.network.nodes.values(), Node("lstm1", block("flatten"), ("input",))])
    assert inputs(pasted(gone.edit(lambda _: other), clip, Where(HERE)), "dense1") == (None,)


def test_that_a_name_is_kept_where_it_is_free_and_else_counted_on():
    stem = arrange.renamed(CNN, "conv1", "stem")
    clip = clipped(stem, ["stem", "conv2"], HERE)
    assert new_in(pasted(stem, clip, Where()), stem) == ["stem2", "conv1"]
    assert new_in(pasted(CNN, clip, Where()), CNN) == ["stem", "conv4"]
    longest = "x" * 64
    design = arrange.renamed(CNN, "conv1", longest)
    after = pasted(design, clipped(design, [longest]), Where())
    assert len(new_in(after, design)) == 1


def test_that_blocks_come_to_the_place_they_are_pasted_at():
    after = pasted(CNN, clipped(CNN, ["conv1", "pool1"]), Where(middle=(1000.0, 2000.0)))
    places = [after.view.positions[name] for name in new_in(after, CNN)]
    middle = sum(y for _, y in places) / 2 + CARD_HEIGHT / 2
    assert abs(places[0][0] + CARD_WIDTH / 2 - 1000) <= 4
    assert abs(middle - 2000) <= 4
    assert places[1][1] - places[0][1] == CNN.view.positions["pool1"][1] - CNN.view.positions["conv1"][1]


def test_that_notes_come_along_and_stand_to_the_blocks_as_they_did():
    note = Note(text="look", position=(300.0, 40.0))
    design = replace(CNN, view=CNN.view.but(notes={"note1": note}))
    clip = clipped(design, ["conv1"], HERE, ["note1"])
    after = pasted(design, parse(dumps(clip)), Where(HERE))
    copy = after.view.notes["note2"]
    (x, y), (ox, oy) = after.view.positions["conv4"], design.view.positions["conv1"]
    assert copy.text == "look"
    assert copy.position == (300.0 + x - ox, 40.0 + y - oy)
    alone = pasted(design, clipped(design, [], HERE, ["note1"]), Where(HERE))
    assert alone.view.notes["note2"].position == (324.0, 64.0)


def test_that_nothing_comes_to_lie_on_the_frame_of_an_open_group():
    design = inline_groups.expanded(grouped_design(), "group1")
    frame = inline_groups.box_of(design, "group1")
    middle = (frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2
    after = pasted(design, clipped(CNN, ["conv1"]), Where(middle=middle))
    assert after.view.positions["conv1"][0] >= frame.right


def test_that_a_group_that_is_there_already_is_used_again():
    design = grouped_design(channels=8)
    clip = parse(dumps(clipped(design, ["group1"])))
    after = pasted(design, clip, Where(groups=definitions(design.network)))
    first, second = (made for _, made in uses(after.network))
    assert second.definition is first.definition
    assert second.values == {"channels": 8}


def test_that_another_group_of_the_same_name_gets_a_name_of_its_own():
    design = grouped_design()
    other = design.edit(
        lambda net: edits.set_params(
            net,
            "group1",
            definition=opened_with(net, "narrow", kernel_size=3, padding=1),
        )
    )
    after = pasted(design, clipped(other, ["group1"]), Where(groups=definitions(design.network)))
    assert list(definitions(after.network)) == ["Inception", "Inception 2"]
    assert definitions(after.network)["Inception"] == inception()


def opened_with(network: Network, name: str, **params: object):
    old = definitions(network)["Inception"]
    return replace(old, network=edits.set_params(old.network, name, **params))


def test_that_groups_within_groups_come_along_and_are_told_from_those_that_are_there():
    nested = files.read(example("digits_inception"))
    names = [name for name, _ in uses(nested.network)]
    clip = parse(dumps(clipped(nested, names)))
    assert definitions(pasted(Design(), clip, Where()).network) == definitions(nested.network)
    after = pasted(nested, clip, Where(groups=definitions(nested.network)))
    assert definitions(after.network) == definitions(nested.network)


def test_that_a_whole_file_brings_its_settings_into_an_empty_network_and_only_its_blocks_into_another():
    lstm = files.read(example("vowels_lstm"))
    clip = parse(files.dumps(lstm))
    assert pasted(Design(), clip, Where()) == arrange.settled(lstm)
    after = pasted(CNN, clip, Where())
    assert after.data == CNN.data
    assert len(after.network.nodes) == len(CNN.network.nodes) + len(lstm.network.nodes)


def test_that_words_around_the_text_as_a_chat_adds_them_are_passed_over():
    clip = clipped(CNN, ["conv1", "pool1"], HERE)
    assert parse(f"Try this:\n```json\n{dumps(clip)}```\nIt is better.") == clip


def test_that_blocks_of_an_unknown_kind_are_kept():
    unknown = Node("later", UnknownBlock("attention9", {"heads": [1, {"a": None}]}), (None,))
    clip = clipped(Design(Network.of([unknown])), ["later"])
    assert pasted(CNN, parse(dumps(clip)), Where()).network.nodes["later"] == unknown


def test_that_a_block_is_refused_where_its_kind_cannot_stand():
    with pytest.raises(NetworkError, match="Input 'input' cannot be pasted here: it stands only outside of groups"):
        pasted(opened(grouped_design(), ("group1",)), clipped(CNN, ["input"]), Where(inside=True))
    inside = opened(grouped_design(), ("group1",))
    with pytest.raises(NetworkError, match="Group Input 'x' cannot be pasted here: it stands only inside of groups"):
        pasted(CNN, clipped(inside, ["x"]), Where())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it holds no blocks"),
        ("Name\tValue\nconv\t3", "it holds no blocks"),
        ('{"a": 1}', "it holds no blocks"),
        ('{"format": "network-designer-blocks", "version": 3, "blocks": [', "may be cut short"),
        ('{"format": "network-designer-blocks", "blocks": [}', "its text is not valid JSON (line 1, column 50"),
        ('{"format": "other", "version": 1}', "it holds no blocks"),
        ('{"format": "network-designer-blocks", "version": 999}', "update the program"),
        (
            '{"format": "network-designer-blocks", "version": 3, "blocks": '
            '[{"id": "c", "kind": "conv2d", "params": {"kernel_size": 0}}]}',
            "block 'c': kernel_size: expected 1 to 1024, got 0",
        ),
        ('{"format": "network-designer-blocks", "version": 3, "outside": 3}', "outside: expected a list of names"),
        ('{"format": "network-designer-blocks", "version": 3, "colour": 3}', "colour: there is no such field"),
        ('{"format": "network-designer-blocks", "version": 3, "source": 3}', "source: expected a string"),
    ],
)
def test_that_text_that_is_no_blocks_is_refused_in_one_line_that_says_why(text, words):
    assert words in refusal(text)


@given(st.text(max_size=60) | st.recursive(st.none() | st.integers() | st.text(max_size=4), st.lists).map(json.dumps))
def test_that_no_text_does_worse_than_a_refusal(text):
    for made in (text, f'{{"format": "{clipboard.FORMAT}", "version": 3, "blocks": {text}}}'):
        try:
            clip = parse(made)
        except FileError:
            continue
        assert all(block_of(ref) in clip.design.network.nodes for node in clip.design.network.nodes.values()
                   for ref in node.inputs if ref)  # fmt: skip
