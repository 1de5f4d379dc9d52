"""What people put behind a value most often: blocks with their usual parameters, and those that the network has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from designer.core.graph.binding import DataInfo
from designer.core.graph.block import Block, UnknownBlock
from designer.core.graph.definition import GroupBlock
from designer.core.graph.network import block_of
from designer.core.graph.registry import find
from designer.core.graph.roles import InputBlock
from designer.core.inference.infer import Inference, given_at
from designer.core.schema.shape import Shape

_FIRST_CHANNELS, _MOST_CHANNELS = 32, 512
_UNITS = 64
_USED = 6
"""So many of the blocks that are there already are offered again, those that came last first."""

Suggestion = tuple[str, dict[str, Any]]


def likely(inference: Inference, ref: str | None, data: DataInfo | None) -> list[Block]:
    """Blocks to put behind an output, the likeliest first; in an empty network an Input.

    The rules are those of thumb: a convolution doubles the channels where the image has become smaller, a pooling
    follows a convolution, the last Dense has a number for each class of the data.
    """
    if ref is None:
        return list(_made([("input", {})])) if not inference.network.nodes else []
    shape = given_at(ref, inference.results)
    if shape is None:
        return []
    source = inference.network.nodes[block_of(ref)].block
    found: list[Block] = []
    for block in (*_made(_behind(shape, source, data)), *_used(inference)):
        if block not in found:
            found.append(block)
    return found


def _made(suggestions: Iterable[Suggestion]) -> Iterator[Block]:
    for kind, params in suggestions:
        if (found := find(kind)) is not None:
            yield found(**params)


def _behind(shape: Shape, source: Block | UnknownBlock, data: DataInfo | None) -> list[Suggestion]:
    if shape.is_spatial:
        return _behind_image(shape, source)
    if shape.names == ("L", "C", "H", "W") and not shape.varies:
        return [("frames_to_volume", {}), ("flatten", {})]
    if shape.is_features:
        return _behind_features(shape, data)
    if shape.is_sequence:
        convolution = {"out_channels": max(shape.last, _FIRST_CHANNELS), "activation": "relu"}
        return [("lstm", {"hidden_size": _UNITS}), ("conv1d", convolution), ("transformer_encoder", {}), ("gru", {})]
    if shape.is_tokens:
        words = next((item.vocabulary for item in data.features if item.vocabulary), None) if data else None
        return [("embedding", {"num_embeddings": words} if words else {})]
    return [("flatten", {})]


def _behind_image(shape: Shape, source: Block | UnknownBlock) -> list[Suggestion]:
    channels, convolved, axes = shape.channels, source.category == "Convolution", shape.rank - 1
    wider = _FIRST_CHANNELS if isinstance(source, InputBlock) else min(2 * channels, _MOST_CHANNELS)
    numbers = dict.fromkeys((wider, max(channels, _FIRST_CHANNELS)))
    convolutions: list[Suggestion] = [(f"conv{axes}d", {"out_channels": n, "activation": "relu"}) for n in numbers]
    pooling: list[Suggestion] = [(f"max_pool{axes}d", {}), (f"batch_norm{axes}d", {})]
    ends: list[Suggestion] = [("flatten", {}), ("global_avg_pool", {}), ("dropout", {})]
    return [*pooling, *convolutions, *ends] if convolved else [*convolutions, *ends, *pooling]


def _behind_features(shape: Shape, data: DataInfo | None) -> list[Suggestion]:
    outputs = data.targets[0].outputs if data and data.targets else 0
    dense: list[Suggestion] = [("dense", {"out_features": _UNITS, "activation": "relu"})]
    last: list[Suggestion] = [("dense", {"out_features": outputs})] if outputs else []
    if shape.last == outputs:
        return [("output", {}), *dense, ("dropout", {})]
    return [*dense, *last, ("dropout", {}), ("batch_norm1d", {}), ("output", {})]


def _used(inference: Inference) -> list[Block]:
    """Different blocks of the network that have something to set, the last ones first."""
    found: list[Block] = []
    for node in reversed(list(inference.network.nodes.values())):
        block = node.block
        if isinstance(block, Block) and not isinstance(block, GroupBlock) and block.belongs == "anywhere":
            if block.details() and block not in found:
                found.append(block)
            if len(found) == _USED:
                break
    return found
