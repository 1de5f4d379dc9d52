"""Broken architecture files, each with words that its message must have."""

from __future__ import annotations

import json
from typing import Any

from designer.core.graph.design import Design
from designer.core.storage import files


def _changed(design: Design, **changes: Any) -> str:
    return json.dumps({**files.to_json(design), **changes})


def _with_block(design: Design, block_id: str, **changes: Any) -> str:
    data = files.to_json(design)
    for block in data["blocks"]:
        if block["id"] == block_id:
            block.update(changes)
    return json.dumps(data)


def _with_params(design: Design, block_id: str, **params: Any) -> str:
    kept = design.network.nodes[block_id].block.params()
    return _with_block(design, block_id, params={**kept, **params})


def broken_files(design: Design) -> dict[str, tuple[bytes, tuple[str, ...]]]:
    """By name: the content, made from a valid design of the article's CNN, and words of the message."""
    text = files.dumps(design)
    return {
        "cut_short": (text[: len(text) // 2].encode(), ("cut short",)),
        "empty": (b"", ("empty file",)),
        "not_json": (b"PK\x03\x04 this is something else", ("this is a ZIP archive",)),
        "not_utf8": (b'{"format": "\xff\xfe"}', ("not UTF-8",)),
        "not_a_number": (text.replace('"batch_size": 32', '"batch_size": NaN').encode(), ("NaN",)),
        "deep_nesting": (b"[" * 100_000 + b"]" * 100_000, ("nested too deeply",)),
        "huge_number": (b'{"version": 1' + b"0" * 10_000 + b"}", ("10001 digits",)),
        "list_at_the_top": (b"[]", ("not an architecture file",)),
        "another_format": (b'{"format": "something"}', ("not an architecture file",)),
        "newer_version": (_changed(design, version=99).encode(), ("version 99", "update the program")),
        "version_true": (_changed(design, version=True).encode(), ("version", "whole number")),
        "unknown_field": (_changed(design, colour="red").encode(), ("colour", "no such field")),
        "blocks_no_list": (_changed(design, blocks={}).encode(), ("blocks", "expected a list")),
        "block_no_object": (_changed(design, blocks=[7]).encode(), ("block number 1", "expected an object")),
        "block_without_kind": (_changed(design, blocks=[{"id": "a"}]).encode(), ("'a'", "kind", "missing")),
        "wrong_type": (_with_params(design, "conv1", out_channels="32").encode(), ("'conv1'", "out_channels", "'32'")),
        "true_for_a_number": (_with_params(design, "conv1", groups=True).encode(), ("'conv1'", "groups", "True")),
        "channels_1e9": (_with_params(design, "conv2", out_channels=10**9).encode(), ("'conv2'", "out_channels")),
        "kernel_of_three": (_with_params(design, "conv2", kernel_size=[3, 3, 3]).encode(), ("'conv2'", "kernel_size")),
        "unknown_param": (_with_params(design, "pool1", colour=1).encode(), ("'pool1'", "colour", "no such field")),
        "cycle": (_with_block(design, "conv1", inputs=["pool2"]).encode(), ("circle", "'conv1'", "'pool2'")),
        "itself": (_with_block(design, "conv1", inputs=["conv1"]).encode(), ("circle", "'conv1'")),
        "edge_to_nowhere": (_with_block(design, "conv2", inputs=["ghost"]).encode(), ("'conv2'", "'ghost'")),
        "edge_from_the_output": (_with_block(design, "conv2", inputs=["output"]).encode(), ("'output'", "no output")),
        "too_many_inputs": (_with_block(design, "conv2", inputs=["input", "conv1"]).encode(), ("'conv2'", "inputs")),
        "input_no_name": (_with_block(design, "conv2", inputs=[3]).encode(), ("'conv2'", "inputs")),
        "double_name": (_with_block(design, "conv2", id="conv1").encode(), ("two blocks", "'conv1'")),
        "name_no_name": (_with_block(design, "output", id="a.b").encode(), ("'a.b'", "not a block name")),
        "training_wrong": (_changed(design, training={"epochs": 0}).encode(), ("training", "epochs")),
        "optimizer_unknown": (_changed(design, training={"optimizer": "magic"}).encode(), ("optimizer", "magic")),
        "view_wrong": (_changed(design, view={"positions": {"conv1": ["a", 0]}}).encode(), ("view", "conv1")),
        "data_wrong": (_changed(design, data=[]).encode(), ("data",)),
    }
