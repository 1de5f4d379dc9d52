"""Files of older versions open as what they were."""

from __future__ import annotations

import json

from designer.core import files

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
