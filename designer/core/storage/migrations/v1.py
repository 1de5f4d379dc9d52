"""Version 1 to 2: what a recurrent block hands on is chosen by the port that others take from, not by a parameter."""

from __future__ import annotations

from typing import Any

_RECURRENT = ("rnn", "gru", "lstm")


def migrate(data: dict[str, Any]) -> dict[str, Any]:
    """`output: sequence` becomes the port `sequence` in the inputs of others; `last` is the first port."""
    blocks = data.get("blocks")
    if not isinstance(blocks, list):
        return data
    sequences = {item["id"] for item in blocks if _output_of(item) == "sequence" and isinstance(item.get("id"), str)}
    return {**data, "version": 2, "blocks": [_migrated(item, sequences) for item in blocks]}


def _output_of(item: Any) -> Any:
    """The parameter, where it is one that version 1 could have written; anything else is left to validation."""
    if isinstance(item, dict) and item.get("kind") in _RECURRENT and isinstance(item.get("params"), dict):
        output = item["params"].get("output", "last")
        return output if output in ("sequence", "last") else None
    return None


def _migrated(item: Any, sequences: set[str]) -> Any:
    if not isinstance(item, dict):
        return item
    changed = dict(item)
    if _output_of(item):
        changed["params"] = {name: value for name, value in item["params"].items() if name != "output"}
    if isinstance(item.get("inputs"), list):
        changed["inputs"] = [
            f"{source}.sequence" if isinstance(source, str) and source in sequences else source
            for source in item["inputs"]
        ]
    return changed
