"""What differs between two networks, and the command that tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.__main__ import main
from designer.core.diff.design_diff import compare, lines, to_json
from designer.core.edits import clipboard, grouping
from designer.core.edits import group_editing as groups
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.design import Design
from designer.core.graph.group_paths import use_at
from designer.core.graph.network import Network, Node
from designer.core.storage import files
from designer.core.storage.resources import example, examples
from tests.helpers import block

CNN = arrange.settled(files.read(example("mnist_cnn")))
INCEPTION = arrange.settled(files.read(example("digits_inception")))


def told(left: Design, right: Design) -> list[str]:
    return list(lines(compare(left, right)))


def after(change: Callable[[Network], Network], before: Design = CNN) -> Design:
    return before.edit(change)


def all_renamed(network: Network) -> Network:
    for place, name in enumerate(list(network.nodes)):
        network = edits.rename(network, name, f"other{place}")
    return network


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_that_a_network_is_the_same_as_itself_wherever_its_blocks_lie(path):
    design = arrange.settled(files.read(path))
    moved = design.moved(design.network.nodes, 40, 40)
    titled = replace(moved, about=design.about.model_copy(update={"title": "Other"}))
    assert compare(design, titled).same
    assert told(design, titled) == []


def test_that_a_block_that_came_in_between_is_all_that_differs():
    right = arrange.inserted(CNN, block("dropout"), "pool1")
    assert told(CNN, right) == ["+ dropout1 (Dropout)"]
    assert told(right, CNN) == ["− dropout1 (Dropout)"]


def test_that_changed_fields_are_told_with_both_values():
    right = after(lambda net: edits.set_params(net, "conv2", out_channels=8, bias=False))
    assert told(CNN, right) == ["± conv2: out_channels 64 → 8, bias on → off"]


def test_that_a_block_under_another_name_is_found_again():
    assert told(CNN, arrange.renamed(CNN, "conv1", "stem")) == ["± conv1 → stem: another name"]
    changed = after(lambda net: edits.set_params(edits.rename(net, "conv1", "stem"), "stem", out_channels=8))
    assert told(CNN, changed) == ["± conv1 → stem: out_channels 32 → 8"]


def test_that_a_free_name_that_went_to_another_block_does_not_mislead():
    right = clipboard.duplicated(arrange.renamed(CNN, "conv1", "stem"), ["conv3"])
    assert "conv1" in right.network.nodes
    assert told(CNN, right) == ["± conv1 → stem: another name", "+ conv1 (Conv2d)"]


def test_that_a_network_with_other_names_throughout_is_matched_by_its_structure():
    right = after(all_renamed)
    found = compare(CNN, right)
    assert dict(found.levels[0].pairs) == dict(zip(CNN.network.nodes, right.network.nodes, strict=True))
    assert {item.mark for item in found.levels[0].differences} == {"changed"}


def test_that_another_kind_under_the_same_name_is_a_change():
    right = after(lambda net: edits.replace_block(net, "pool1", block("avg_pool2d")))
    assert told(CNN, right) == ["± pool1: kind MaxPool2d → AvgPool2d"]


def test_that_other_edges_are_told_at_the_block_that_takes():
    right = after(lambda net: edits.connect(net, "pool1", "pool2"))
    assert told(CNN, right) == ["± pool2: takes pool1 instead of conv2"]
    assert told(CNN, after(lambda net: edits.disconnect(net, "pool2"))) == ["± pool2: no longer takes conv2"]
    assert told(after(lambda net: edits.disconnect(net, "pool2")), CNN) == ["± pool2: takes conv2"]


def test_that_a_branch_is_its_blocks_and_the_edge_that_takes_it_in():
    right = clipboard.duplicated(CNN, ["conv2"])
    assert told(CNN, right) == ["+ conv4 (Conv2d)"]


def test_that_differences_inside_a_group_are_told_once_for_all_its_uses():
    uses = [node.id for node in INCEPTION.network.of_kind("group")]
    definition = use_at(INCEPTION.network, (uses[0],)).definition
    conv = next(node.id for node in definition.network.of_kind("conv2d"))
    right = groups.edited(
        INCEPTION, (uses[0],), lambda inner: inner.edit(lambda net: edits.set_params(net, conv, bias=False))
    )
    found = told(INCEPTION, right)
    assert [line for line in found if line.startswith("±")] == [f"± {name}: different inside" for name in uses]
    assert found.count(f"  ± {conv}: bias on → off") == 1
    renamed = grouping.renamed_group(INCEPTION, definition.name, "Module")
    assert all(line.endswith(f"group {definition.name} → Module") for line in told(INCEPTION, renamed))


def test_that_data_and_training_count_as_differences():
    right = replace(CNN, training=CNN.training.model_copy(update={"learning_rate": 0.5}))
    assert told(CNN, right) == ["± learning rate 0.002 → 0.5"]
    assert not compare(CNN, right).same


NAMES = sorted(CNN.network.nodes)


@given(
    gone=st.sets(st.sampled_from(NAMES), max_size=4),
    renamed=st.sets(st.sampled_from(NAMES), max_size=4),
    copied=st.sets(st.sampled_from(NAMES), max_size=4),
)
def test_that_every_block_of_both_sides_is_matched_once_or_told(gone, renamed, copied):
    right = clipboard.duplicated(CNN, copied).edit(lambda net: edits.remove(net, gone))
    for name in renamed - gone:
        right = arrange.renamed(right, name, f"x_{name}")
    level = compare(CNN, right).levels[0]
    assert len(set(level.pairs.values())) == len(level.pairs)
    removed = [item.left for item in level.differences if item.mark == "removed"]
    added = [item.right for item in level.differences if item.mark == "added"]
    assert sorted([*level.pairs, *removed]) == sorted(CNN.network.nodes)
    assert sorted([*level.pairs.values(), *added]) == sorted(right.network.nodes)
    assert all(level.pairs[name] == name for name in CNN.network.nodes if name in right.network.nodes)
    json.dumps(to_json(compare(CNN, right)))


def test_that_a_thousand_blocks_with_other_names_are_matched():
    nodes = [Node("input", block("input"), ())]
    for place in range(1000):
        nodes.append(Node(f"conv{place}", block("conv2d", padding=1), (nodes[-1].id,)))
    left = Network.of(nodes)
    names = {node.id: f"c{place}" for place, node in enumerate(nodes)}
    right = Network.of(Node(names[node.id], node.block, tuple(names[ref] for ref in node.inputs)) for node in nodes)
    assert len(compare(Design(left), Design(right)).levels[0].pairs) == 1001


def test_that_the_command_prints_the_differences_and_its_exit_code_says_whether_there_are_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / "one.network.json", tmp_path / "other.network.json"
    files.write(CNN, one)
    files.write(arrange.inserted(CNN, block("dropout"), "pool1"), other)
    assert main(["compare", str(one), str(one)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["compare", str(one), str(other)]) == 1
    assert capsys.readouterr().out == "+ dropout1 (Dropout)\n"
    assert main(["compare", str(one), str(other), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["same"]
    assert found["blocks"][0]["mark"] == "added"
    assert main(["compare", str(one), str(tmp_path / "none.json")]) == 2
    assert "there is no such file" in capsys.readouterr().err
