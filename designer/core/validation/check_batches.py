"""Whether batches have what a normalisation over them needs: several numbers of each channel."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from designer.core.graph.definition import GroupBlock, frozen_values
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.roles import BatchNormBlock
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import Inference
from designer.core.validation.fixes import setting_fix

_FIELD = "batch_size"
_USUAL = TrainingSettings.model_fields[_FIELD].default


def alone_in_batches(design: Design, inference: Inference) -> list[Problem]:
    """Blocks for which a batch of one sample has nothing to take a deviation of. The shapes are all known."""
    if design.training.batch_size > 1:
        return []
    fix = setting_fix(f"Set the batch size to {_USUAL}", _FIELD, _USUAL)
    what = "but a batch has 1 sample: set the batch size to 2 or more, or take a LayerNorm"
    found = lone_numbers(inference)
    return [Problem(f"{which} {what}", at, fixes=(fix,)) for at, which in found.items()]


def lone_numbers(inference: Inference) -> dict[str, str]:
    """What learns by means over a batch and has one number of each channel of a sample, in words, by its block.

    A block in a group is told at the group. Where a group is applied at each step, the steps are in the mean as well.
    """
    found: dict[str, str] = {}
    for at, told in _found(inference, set()):
        within = f"In '{at}', " if isinstance(inference.results[at].node.block, GroupBlock) else ""
        found.setdefault(at, within + told)
    return found


def _found(inference: Inference, seen: set[Hashable]) -> Iterator[tuple[str, str]]:
    for name, result in inference.results.items():
        block, inputs = result.node.block, result.inputs
        if not inputs or block.frozen:
            continue
        if isinstance(block, BatchNormBlock):
            (shape,) = inputs
            if not shape.varies and shape.elements == shape.channels:
                yield name, f"{block.title} '{name}' takes the mean of each of its {_each(shape.names)} over a batch,"
        elif isinstance(block, GroupBlock) and block.is_its_blocks:
            key = (block.definition.name, frozen_values(block.values), inputs)
            if key not in seen:
                seen.add(key)
                for item in block.passes(*inputs):
                    yield from ((name, told) for _, told in _found(item.inference, seen))


def _each(names: tuple[str, ...]) -> str:
    return "channels" if "C" in names else "features"
