"""Files of older versions open as what they were."""

from __future__ import annotations

import json

import pytest

from designer.blocks.output import Output
from designer.core.graph.settings import About, View
from designer.core.storage import files
from designer.core.storage.migrations import VERSION

OLD = {
    "format": "network-designer",
    "version": 1,
    "blocks": [
        {"id": "input", "kind": "input", "params": {"sizes": [None, 12]}, "inputs": []},
        {"id": "first", "kind": "lstm", "params": {"hidden_size": 8, "output": "sequence"}, "inputs": ["input"]},
        {"id": "second", "kind": "gru", "params": {"hidden_size": 4, "output": "last"}, "inputs": ["first"]},
        {"id": "output", "kind": "output", "params": {}, "inputs": ["second"]},
    ],
}


def test_that_a_recurrent_block_of_version_1_hands_on_what_it_did() -> None:
    nodes = files.parse(json.dumps(OLD)).network.nodes
    assert nodes["second"].inputs == ("first.sequence", None)
    assert nodes["output"].inputs == ("second",)


def test_that_a_wrong_value_in_an_old_file_is_still_told() -> None:
    blocks = json.loads(json.dumps(OLD["blocks"]))
    blocks[1]["params"]["output"] = "everything"
    try:
        files.parse(json.dumps({**OLD, "blocks": blocks}))
    except files.FileError as error:
        assert "block 'first': output: there is no such field" in str(error)
    else:
        raise AssertionError("the file was taken")


def output_of_version_2(**params: object) -> object:
    """What a version 2 Output with these parameters is now."""
    blocks = [
        {"id": "input", "kind": "input", "params": {"sizes": [4]}, "inputs": []},
        {"id": "output", "kind": "output", "params": params, "inputs": ["input"]},
    ]
    return files.parse(json.dumps({**OLD, "version": 2, "blocks": blocks})).network.nodes["output"].block


def test_that_the_loss_of_a_regression_of_version_2_stays() -> None:
    assert output_of_version_2(task="regression", regression_loss="mae") == Output(task="regression", loss="mae")
    assert output_of_version_2(task="regression", regression_loss="mse") == Output(task="regression", loss="mse")
    assert output_of_version_2(task="regression").criterion == "mse"  # type: ignore[attr-defined]


def test_that_a_classification_of_version_2_forgets_the_loss_that_it_never_used() -> None:
    assert output_of_version_2(task="classification", regression_loss="mae") == Output()


def test_that_a_wrong_loss_of_version_2_is_still_told() -> None:
    with pytest.raises(files.FileError, match="block 'output': regression_loss: there is no such field"):
        output_of_version_2(task="regression", regression_loss="everything")


@pytest.mark.parametrize(("optimizer", "decay"), [("adamw", 0.01), ("adam", 0.0)])
def test_that_adamw_keeps_the_decay_that_torch_gave_it(optimizer: str, decay: float) -> None:
    old = {**OLD, "version": 2, "blocks": [], "training": {"optimizer": optimizer}}
    assert files.parse(json.dumps(old)).training.weight_decay == decay


def test_that_a_file_of_version_3_opens_with_its_places_and_without_notes() -> None:
    design = files.parse(json.dumps({**OLD, "version": 3, "blocks": [], "view": {"positions": {}}}))
    assert design.view == View()
    assert f'"version": {VERSION}' in files.dumps(design)


def test_that_the_words_of_a_file_of_version_4_are_kept_as_they_are() -> None:
    about = {"title": "A network", "text": "What it is.\n\nPress Train."}
    design = files.parse(json.dumps({**OLD, "version": 4, "blocks": [], "about": about}))
    assert design.about == About(title="A network", text="What it is.\n\nPress Train.")
    assert design.about.to_try == ""
