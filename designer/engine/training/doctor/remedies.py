"""What can be done about a finding: edits of the design, each one pure, and what is done with the run. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from designer.core.edits import group_editing, network_edits, placed_edits
from designer.core.edits.grouping import new_block
from designer.core.edits.learning import unfrozen
from designer.core.graph.binding import DataInfo
from designer.core.graph.block import Block
from designer.core.graph.design import Design
from designer.core.graph.group_paths import path_of
from designer.core.graph.network import Node, block_of
from designer.core.graph.roles import OutputBlock
from designer.core.inference.infer import infer
from designer.data.transforms.registry import transforms

GO_BACK, BEST_EPOCH, LOOK_AT_DATA = "go_back", "best_epoch", "look_at_data"
"""What is done with the run, and not with the design: to branch from an epoch, to look into it, to see the data."""
THIRD = 1 / 3
_MORE = 10.0
_DECAY, _CLIP, _BATCH = 1e-4, 1.0, 32
_DROPPED, _MOST_DROPPED = 0.2, 0.7
_SMALLEST_RATE, _LARGEST_RATE = 1e-8, 10.0
_HELD, _MOST_HELD = 0.1, 0.5
_ACTIVATIONS = ("activation", "function")
"""The fields in which kinds have one."""
_AUGMENTATIONS = ("shift", "noise", "token_drop")
"""The first that suits a column: none of them changes what a sample is of."""

Change = Callable[[Design, str, "DataInfo | None"], Design]
"""From a design, the block that a finding is at, and the data where they are known; the same one where it is so."""


@dataclass(frozen=True)
class Remedy:
    """An edit: what its button says, and what it does."""

    title: str
    tip: str
    change: Change


def with_settings(design: Design, **values: Any) -> Design:
    """The design with other training settings. Raises ValidationError."""
    settings = type(design.training).model_validate({**design.training.model_dump(), **values})
    return replace(design, training=settings)


def with_rate(design: Design, factor: float) -> Design:
    """The learning rate times a factor, with two digits."""
    rate = float(f"{design.training.learning_rate * factor:.2g}")
    return with_settings(design, learning_rate=min(max(rate, _SMALLEST_RATE), _LARGEST_RATE))


def _dropout(design: Design, block: str, data: DataInfo | None) -> Design:
    """In front of the last block with weights; where one stands there already, it drops more."""
    head = _head(design)
    if head is None:
        return design
    source = head.inputs[0]
    before = design.network.nodes[block_of(source)] if source else None
    if before and before.block.category == "Regularisation" and hasattr(before.block, "p"):
        p = round(min(before.block.p + _DROPPED, _MOST_DROPPED), 2)
        return replace(design, network=network_edits.set_params(design.network, before.id, p=p))
    return placed_edits.inserted(placed_edits.settled(design), new_block("dropout"), head.id)


def _head(design: Design) -> Node | None:
    """The last block with weights before the first Output."""
    network, results = design.network, infer(design.network).results
    waiting = [node.id for node, _ in network.of_type(OutputBlock)[:1]]
    while waiting:
        node = network.nodes[waiting.pop(0)]
        result = results.get(node.id)
        if result and result.parameters and node.inputs:
            return node
        waiting += node.sources
    return None


def _decay(design: Design, block: str, data: DataInfo | None) -> Design:
    return with_settings(design, weight_decay=float(f"{3 * design.training.weight_decay or _DECAY:.2g}"))


def _augment(design: Design, block: str, data: DataInfo | None) -> Design:
    """With the first transform that suits a column and is not there yet."""
    there = {str(item.get("kind")) for item in design.data.transforms}
    shapes = [item.shape for item in data.features] if data else []
    for kind in _AUGMENTATIONS:
        made = transforms()[kind]()
        if kind not in there and any(made.suits(shape) for shape in shapes):
            fixed = design.data.model_copy(update={"transforms": (*design.data.transforms, made.to_json())})
            return replace(design, data=fixed)
    return design


def _rate(factor: float, design: Design, block: str, data: DataInfo | None) -> Design:
    return with_rate(design, factor)


def _set(values: Mapping[str, Any], design: Design, block: str, data: DataInfo | None) -> Design:
    return with_settings(design, **values)


def _larger_batch(design: Design, block: str, data: DataInfo | None) -> Design:
    return with_settings(design, batch_size=max(design.training.batch_size, _BATCH))


def _larger_validation(design: Design, block: str, data: DataInfo | None) -> Design:
    share = round(min(design.training.validation_share + _HELD, _MOST_HELD), 2)
    return with_settings(design, validation_share=max(share, design.training.validation_share))


def _leaky(design: Design, block: str, data: DataInfo | None) -> Design:
    """The block's own activation, wherever it is."""
    *path, name = path_of(block)

    def change(shown: Design) -> Design:
        if name not in shown.network.nodes:
            return shown
        return _activated(shown, name, ("relu", "relu6"), "leaky_relu")

    return group_editing.edited(design, tuple(path), change) if path else change(design)


def _unfreeze(design: Design, block: str, data: DataInfo | None) -> Design:
    return design.edit(unfrozen)


def _relu(design: Design, block: str, data: DataInfo | None) -> Design:
    """Each sigmoid and tanh but those of the last blocks, which may be meant so."""
    network = design.network
    for node in network.nodes.values():
        takers = [network.nodes[name].block for name, _ in network.consumers[node.id]]
        if all(taker.output_ports for taker in takers):
            design = _activated(design, node.id, ("sigmoid", "tanh"), "relu")
    return design


def _activated(design: Design, name: str, old: tuple[str, ...], new: str) -> Design:
    """A block with another activation, where it has one of these."""
    block = design.network.nodes[name].block
    if not isinstance(block, Block):
        return design
    fields = [item for item in _ACTIVATIONS if getattr(block, item, None) in old]
    if not fields:
        return design
    return replace(design, network=network_edits.set_params(design.network, name, **{fields[0]: new}))


REMEDIES: Mapping[str, Remedy] = {
    "dropout": Remedy("Insert Dropout", "A Dropout in front of the last block with weights", _dropout),
    "weight_decay": Remedy("Set Weight Decay", "Pulls all weights towards zero a little at each step", _decay),
    "augment": Remedy("Add Augmentation", "Each sample is a little different in every epoch", _augment),
    "lower_rate": Remedy("A Third of the Rate", "A third of the learning rate", partial(_rate, THIRD)),
    "higher_rate": Remedy("Ten Times the Rate", "Ten times the learning rate", partial(_rate, _MORE)),
    "clip_norm": Remedy(
        "Clip Gradients", "All gradients together have a norm of 1 at most", partial(_set, {"clip_norm": _CLIP})
    ),
    "larger_batch": Remedy("Larger Batches", f"A batch size of {_BATCH}", _larger_batch),
    "leaky_relu": Remedy("Use LeakyReLU", "LeakyReLU in this block, which lets a little through below 0", _leaky),
    "unfreeze": Remedy("Unfreeze All Blocks", "All blocks learn, also those that are frozen", _unfreeze),
    "use_relu": Remedy("Use ReLU", "ReLU in place of sigmoid and tanh, but in the last blocks", _relu),
    "class_weights": Remedy(
        "Balance Classes", "Rare classes count as much as frequent ones", partial(_set, {"class_weights": "balanced"})
    ),
    "larger_validation": Remedy(
        "Validate with More", "A larger share of the samples is kept apart", _larger_validation
    ),
}
"""By the ids that findings offer."""
