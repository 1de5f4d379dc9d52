"""Each edit says what it has done, from what to what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from designer.core.diff.edit_summary import described, value_words
from designer.core.edits import clipboard, grouping
from designer.core.edits import group_editing as groups
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.group_paths import use_at
from designer.core.graph.network import Network
from designer.core.graph.settings import Note
from designer.core.storage import files
from designer.core.storage.resources import example
from tests.helpers import block

CNN = arrange.settled(files.read(example("mnist_cnn")))
INCEPTION = arrange.settled(files.read(example("digits_inception")))
GROUP = "inception1"


def words(before: Design, after: Design) -> str:
    return described(before, after).words


def network(change: Callable[[Network], Network], before: Design = CNN) -> str:
    return words(before, before.edit(change))


def test_that_a_field_says_what_it_was_and_what_it_is():
    assert network(lambda net: edits.set_params(net, "conv1", kernel_size=5)) == "conv1: kernel_size 3 → 5"
    assert network(lambda net: edits.set_params(net, "conv1", bias=False)) == "conv1: bias on → off"
    two = network(lambda net: edits.set_params(net, "conv1", out_channels=8, activation="gelu"))
    assert two == "conv1: out_channels 32 → 8, activation relu → gelu"
    three = network(lambda net: edits.set_params(net, "conv1", out_channels=8, activation="gelu", bias=False))
    assert three == "conv1: 3 parameters"


def test_that_the_same_field_of_several_blocks_is_told_once():
    def change(net: Network) -> Network:
        return edits.set_params(edits.set_params(net, "conv1", activation="gelu"), "conv2", activation="gelu")

    assert network(change) == "activation of 2 blocks → gelu"


def test_that_blocks_that_come_say_where():
    dropout = block("dropout")
    assert words(CNN, arrange.inserted(CNN, dropout, "pool1")) == "Insert Dropout between conv1 and pool1"
    assert words(CNN, arrange.appended(CNN, dropout, "conv1")) == "Insert Dropout between conv1 and pool1"
    assert words(Design(), arrange.appended(Design(), block("conv2d"), None)) == "Add Conv2d"
    assert network(lambda net: edits.connect(edits.add(net, dropout), "conv1", "dropout1")) == (
        "Add Dropout behind conv1"
    )
    assert words(CNN, clipboard.duplicated(CNN, ["conv1", "pool1", "conv2"])) == "Add 3 blocks"


def test_that_blocks_that_go_and_other_names_are_told():
    assert network(lambda net: edits.remove(net, ["pool1"])) == "Delete pool1"
    assert network(lambda net: edits.remove(net, ["pool1", "conv2"])) == "Delete pool1, conv2"
    assert network(lambda net: edits.remove(net, ["pool1", "conv2", "pool2"])) == "Delete 3 blocks"
    assert words(CNN, arrange.renamed(CNN, "conv1", "stem")) == "Rename conv1 → stem"
    assert words(CNN, CNN.edit(lambda net: edits.replace_block(net, "pool1", block("avg_pool2d")))) == (
        "pool1: kind MaxPool2d → AvgPool2d"
    )


def test_that_edges_say_their_ends():
    assert network(lambda net: edits.disconnect(net, "pool1")) == "Disconnect conv1 → pool1"
    assert network(lambda net: edits.connect(net, "input", "pool1")) == "Connect input → pool1 instead of conv1"
    free = CNN.edit(lambda net: edits.disconnect(net, "pool1"))
    assert network(lambda net: edits.connect(net, "conv1", "pool1"), free) == "Connect conv1 → pool1"
    moved = network(lambda net: edits.connect(edits.disconnect(net, "conv2"), "pool1", "pool2"))
    assert moved == "Change 2 edges"
    end = CNN.edit(lambda net: edits.add(net, block("flatten"), "flat2"))
    assert network(lambda net: edits.connect(edits.disconnect(net, "conv2"), "pool1", "flat2"), end) == (
        "Connect pool1 → flat2 instead of conv2"
    )


def test_that_places_notes_and_open_groups_are_told():
    assert words(CNN, CNN.moved(["conv1"], 8, 0)) == "Move conv1"
    assert words(CNN, CNN.moved(["conv1", "pool1", "conv2"], 8, 0)) == "Move 3 blocks"
    note = Note(text="Why\nso small?")
    noted = replace(CNN, view=CNN.view.but(notes={"note1": note}))
    assert words(CNN, noted) == "Add note “Why so small?”"
    assert words(noted, CNN) == "Delete note “Why so small?”"
    for changes, told in (
        ({"text": "Because"}, "Write note “Because”"),
        ({"position": (1.0, 2.0)}, "Move note “Why so small?”"),
        ({"colour": "blue"}, "note colour yellow → blue"),
    ):
        other = replace(CNN, view=CNN.view.but(notes={"note1": note.model_copy(update=changes)}))
        assert words(noted, other) == told
    both = replace(noted.moved(["conv1"], 8, 0), view=noted.moved(["conv1"], 8, 0).view.but(notes={
        "note1": note.model_copy(update={"position": (8.0, 0.0)})}))  # fmt: skip
    assert words(noted, both) == "Move conv1 and a note"
    opened = replace(INCEPTION, view=INCEPTION.view.but(expanded={GROUP: (0.0, 0.0)}))
    assert words(INCEPTION, opened) == f"Expand {GROUP}"
    assert words(opened, INCEPTION) == f"Collapse {GROUP}"


def test_that_settings_say_what_they_were_and_what_they_are():
    training = CNN.training.model_copy(update={"learning_rate": 0.01})
    assert words(CNN, replace(CNN, training=training)) == "learning rate 0.002 → 0.01"
    assert words(CNN, replace(CNN, data=DataSettings(source="gun_point"))) == "data mnist_5k → gun_point"
    titled = replace(CNN, about=CNN.about.model_copy(update={"title": "Mine"}))
    assert words(titled, replace(CNN, about=CNN.about.model_copy(update={"title": "Yours"}))) == "title Mine → Yours"
    told = words(CNN, replace(CNN, about=CNN.about.model_copy(update={"text": "Long. " * 20})))
    assert told == "Write the explanation"


def test_that_edits_inside_a_group_name_the_group_and_those_around_it_only_follow():
    name = next(node.id for node in INCEPTION.network.of_kind("group"))
    definition = use_at(INCEPTION.network, (name,)).definition
    conv = next(node.id for node in definition.network.of_kind("conv2d"))

    def inside(change: Callable[[Network], Network]) -> str:
        return words(INCEPTION, groups.edited(INCEPTION, (name,), lambda design: design.edit(change)))

    assert inside(lambda net: edits.set_params(net, conv, bias=False)) == f"{definition.name} › {conv}: bias on → off"
    assert inside(lambda net: edits.rename(net, conv, "first")) == f"{definition.name} › Rename {conv} → first"
    renamed = grouping.renamed_group(INCEPTION, definition.name, "Module")
    assert words(INCEPTION, renamed) == f"Rename group {definition.name} → Module"


def test_that_grouping_and_opening_out_are_told():
    grouped = grouping.grouped(CNN, ["conv1", "pool1"], "Stem")
    assert words(CNN, grouped) == "Group conv1, pool1"
    assert words(grouped, grouping.ungrouped(grouped, "group1")) == "Ungroup group1"


def test_that_an_exposed_parameter_says_its_values_like_a_field():
    grouped = grouping.grouped(CNN, ["conv1", "pool1"], "Stem")
    exposed = grouping.exposed(grouped, ("group1",), "conv1", "out_channels")
    assert words(grouped, exposed) == "Stem › Expose out_channels of conv1"
    more = grouping.exposed(exposed, ("group1",), "pool1", "kernel_size", "size")
    assert words(exposed, more) == "Stem › Expose kernel_size of pool1 as size"
    other = grouping.renamed_parameter(more, ("group1",), "size", "window")
    assert words(more, other) == "Stem › Rename size → window"
    assert network(lambda net: edits.set_params(net, "group1", out_channels=8), exposed) == (
        "group1: out_channels 32 → 8"
    )
    assert words(exposed, grouping.hidden(exposed, ("group1",), "out_channels")) == "Stem › Hide out_channels"


def test_that_within_a_sentence_verbs_are_small_and_names_stay():
    grouped = grouping.grouped(CNN, ["conv1", "pool1"], "Stem")
    assert described(CNN, grouped).within == "group conv1, pool1"
    exposed = grouping.exposed(grouped, ("group1",), "conv1", "out_channels")
    assert described(grouped, exposed).within == "Stem › Expose out_channels of conv1"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "on"),
        (None, "none"),
        ("", "none"),
        (0.001, "0.001"),
        ((5, 3), "5×3"),
        ((0.5, 1.0), "(0.5, 1.0)"),
        ((2, 2), "2"),
        ((7,), "(7)"),
        ("a\nb", "a b"),
    ],
)
def test_that_values_are_shown_as_words(value, shown):
    assert value_words(value) == shown
    assert len(value_words("x" * 1000)) <= 24
