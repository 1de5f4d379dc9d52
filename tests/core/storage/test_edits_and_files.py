from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.block import UnknownBlock
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.storage import files
from designer.core.storage.resources import example, examples
from designer.core.validation import check

CNN = files.read(example("mnist_cnn"))
TEXT = files.dumps(CNN)


def inputs(network: Network, name: str) -> tuple[str | None, ...]:
    return network.nodes[name].inputs


def test_that_appending_goes_between_a_block_and_its_consumers() -> None:
    network = edits.append(CNN.network, kinds()["dropout"](), "conv1")
    assert inputs(network, "dropout1") == ("conv1",)
    assert inputs(network, "pool1") == ("dropout1",)


def test_that_removing_blocks_closes_the_gap() -> None:
    network = edits.remove(CNN.network, ["conv2", "pool2", "pool1"])
    assert inputs(network, "conv3") == ("conv1",)
    assert "conv2" not in network.nodes


def test_that_an_edge_that_closes_a_circle_is_refused() -> None:
    with pytest.raises(NetworkError, match="would close a circle"):
        edits.connect(CNN.network, "conv3", "conv1")
    with pytest.raises(NetworkError, match="would close a circle"):
        edits.connect(CNN.network, "conv1", "conv1")


def test_that_nothing_follows_an_output() -> None:
    with pytest.raises(NetworkError, match="no output"):
        edits.append(CNN.network, kinds()["dense"](), "output")
    with pytest.raises(NetworkError, match="no output"):
        edits.connect(CNN.network, "output", "conv1")


def test_that_renaming_renames_everywhere() -> None:
    network = edits.rename(CNN.network, "conv1", "first")
    assert inputs(network, "pool1") == ("first",)
    for wrong in ("pool1", "1st", "a.b", "class", "", "x" * 65):
        with pytest.raises(NetworkError):
            edits.rename(CNN.network, "conv1", wrong)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"out_channels": 0}, "Conv2d 'conv1': out_channels: expected a whole number from 1 to 16,384, got 0"),
        ({"out_channels": "8"}, "out_channels: expected a whole number from 1 to 16,384, got '8'"),
        ({"kernel_size": (3, 0)}, "kernel_size: expected 1 to 1024, got 0"),
        ({"activation": "magic"}, "activation: expected 'none', 'relu'"),
        ({"colour": 1}, "colour: there is no such field"),
    ],
)
def test_that_a_wrong_parameter_names_block_field_and_what_was_expected(params: dict[str, Any], words: str) -> None:
    with pytest.raises(NetworkError) as told:
        edits.set_params(CNN.network, "conv1", **params)
    assert words in str(told.value)


def test_that_the_network_before_an_edit_stays_as_it_was() -> None:
    before = dict(CNN.network.nodes)
    edits.remove(edits.set_params(CNN.network, "conv1", out_channels=3), ["pool1"])
    assert dict(CNN.network.nodes) == before


def test_that_what_is_put_in_makes_room_on_the_canvas() -> None:
    design = arrange.appended(CNN, kinds()["dropout"](), "conv1")
    places = design.view.positions
    assert places["dropout1"] == CNN.view.positions["pool1"]
    assert places["output"][1] > CNN.view.positions["output"][1]
    assert len(set(places.values())) == len(design.network.nodes)


def test_that_a_block_put_behind_the_output_goes_in_front_of_it() -> None:
    design = arrange.appended(CNN, kinds()["dropout"](), "output")
    assert inputs(design.network, "output") == ("dropout1",)
    assert inputs(design.network, "dropout1") == ("dense2",)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_that_an_example_is_saved_as_it_was_read(path: Path, tmp_path: Path) -> None:
    files.write(files.read(path), tmp_path / "again.network.json")
    assert (tmp_path / "again.network.json").read_bytes() == path.read_bytes()


def test_that_an_unknown_kind_is_kept_and_saved_back_unchanged() -> None:
    data = json.loads(TEXT)
    strange = {"id": "later", "kind": "quantum_conv", "params": {"qubits": [1, {"a": None}]}, "inputs": ["conv1", None]}
    data["blocks"].append(strange)
    design = files.parse(json.dumps(data))
    assert isinstance(design.network.nodes["later"].block, UnknownBlock)
    assert strange in files.to_json(files.parse(files.dumps(design)))["blocks"]
    assert "not known here" in check.problems(design)[0].message


def test_that_an_invalid_network_is_saved_and_opened() -> None:
    design = CNN.edit(lambda net: edits.remove(net, ["flatten", "input"]))
    assert check.problems(design)
    assert files.parse(files.dumps(design)) == design


def test_that_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.network.json"
    files.write(CNN, path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.FileError, match="No space left"):
        files.write(Design(), path)
    assert files.read(path) == CNN
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_that_a_folder_is_told_apart_from_a_file(tmp_path: Path) -> None:
    with pytest.raises(files.FileError, match="this is a folder"):
        files.read(tmp_path)
    with pytest.raises(files.FileError, match="cannot be written"):
        files.write(CNN, tmp_path / "missing" / "a.json")


def test_that_every_wrong_block_is_reported() -> None:
    data = json.loads(TEXT)
    data["blocks"][1]["params"]["out_channels"] = -1
    data["blocks"][3]["params"]["kernel_size"] = "big"
    with pytest.raises(files.FileError) as told:
        files.parse(json.dumps(data))
    assert len(told.value.problems) == 2
    assert "'conv1': out_channels" in told.value.problems[0]
    assert "'conv2': kernel_size" in told.value.problems[1]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_that_any_change_of_a_file_gives_a_design_or_a_clear_error(data: st.DataObject) -> None:
    content: Any = json.loads(TEXT)
    place = content
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(anything)
            break
        place = place[key]
    try:
        design = files.parse(json.dumps(content))
    except files.FileError as error:
        assert error.problems
        assert all(problem and "\n" not in problem for problem in error.problems)
        return
    infer(design.network)
    check.problems(design)
    assert files.parse(files.dumps(design)) == design


@given(st.binary(max_size=60), st.integers(0, len(TEXT.encode())))
def test_that_damaged_bytes_never_give_another_exception(noise: bytes, place: int) -> None:
    damaged = TEXT.encode()[:place] + noise + TEXT.encode()[place + len(noise) :]
    try:
        files.parse(damaged.decode("utf-8", errors="replace"))
    except files.FileError as error:
        assert error.problems
