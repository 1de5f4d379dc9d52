"""What every block kind promises of memory: that training keeps about as much as it says, as autograd tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import torch

from designer.core.analysis.retention import footprint_of
from designer.core.graph.block import Block, ShapeError
from designer.core.graph.definition import Definition
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import kinds
from designer.core.inference.compile import compiled_group
from designer.core.inference.infer import Result, infer
from designer.core.schema.shape import Shape, sequence
from designer.engine.model.build import ProgramModule
from designer.engine.training.batches import laid_out
from tests.blocks.test_contract import accepted, batches_of, related_shapes
from tests.drawing import Choices, Making, made_of, some
from tests.helpers import block as block_of
from tests.saving import saved_in, storages_of

STEPS = 7
KINDS = [kind for kind, found in kinds().items() if found.input_ports and found.belongs == "anywhere"]
every_kind = pytest.mark.parametrize("kind", KINDS)


def definition_with(block: Block, inputs: tuple[Shape, ...]) -> Definition:
    """A group that holds the block alone, with all that it takes and gives."""
    entries = tuple(f"enter{place}" for place in range(len(inputs)))
    leaves = tuple(f"leave{place}" for place in range(len(block.output_ports)))
    free = (None,) * (len(block.input_ports) - len(inputs))
    nodes = [Node(name, block_of("group_input"), ()) for name in entries]
    nodes.append(Node("block1", block, (*entries, *free)))
    nodes += [
        Node(name, block_of("group_output"), (f"block1.{port}" if len(leaves) > 1 else "block1",))
        for name, port in zip(leaves, block.output_ports, strict=True)
    ]
    return Definition("Alone", Network.of(nodes), entries, leaves)


def at(shape: Shape, steps: int) -> Shape:
    return Shape.of(tuple(steps if size is None else size for size in shape.sizes), shape.names)


@dataclass(frozen=True)
class Saved:
    """What autograd saves of a batch: of which inputs and outputs, which outputs are inputs, and bytes beside them."""

    inputs: set[int]
    outputs: set[int]
    views: set[int]
    beside: int


def saved_of(block: Block, inputs: tuple[Shape, ...], count: int) -> Saved:
    definition = definition_with(block, inputs)
    inside = infer(definition.network, given=dict(zip(definition.inputs, inputs, strict=True)))
    model = laid_out(ProgramModule(compiled_group(definition, [(shape, shape.varies) for shape in inputs], inside)))
    values = batches_of(inputs, count=count, length=STEPS, device="cpu")
    arguments: list[Any] = []
    entered: list[set[int]] = []
    for shape, value in zip(inputs, values, strict=True):
        if shape.is_image:
            value = value.contiguous(memory_format=torch.channels_last)
        for tensor in value if isinstance(value, tuple) else (value,):
            tensor.requires_grad_(tensor.is_floating_point())
        arguments += [value, torch.tensor([STEPS - 1] + [STEPS] * (count - 1))] if shape.varies else [value]
        entered.append({storage.data_ptr() for storage in storages_of(value)})
    results, saved = saved_in(lambda: model(*arguments), [], model)
    given = [results] if len(block.output_ports) == 1 else list(results[: len(block.output_ports)])
    left = [{storage.data_ptr() for storage in storages_of(value)} for value in given]
    apart = {place for places in (*entered, *left) for place in places}
    return Saved(
        {place for place, known in enumerate(entered) if known & set(saved)},
        {place for place, known in enumerate(left) if known & set(saved)},
        {place for place, known in enumerate(left) if known & set().union(*entered)},
        sum(size for place, size in saved.items() if place not in apart),
    )


def assert_memory_is_as_torch_tells(block: Block, inputs: tuple[Shape, ...]) -> None:
    """Within half and twice, for each sample of a batch: what all samples share does not grow with them."""
    longest, padded = tuple(at(shape, STEPS) for shape in inputs), any(shape.varies for shape in inputs)
    shapes = tuple(at(shape, STEPS) for shape in block.output_shapes(*longest))
    flowing = tuple(not shape.is_tokens for shape in inputs)
    result = Result(Node("block1", block, ()), longest, shapes, padded=padded)
    said = footprint_of(result, flowing)
    more = 32 if said.inside < 2_000 or block.kind == "lstm" else 4  # torch claims some of it by the page
    few, many = (saved_of(block, inputs, count) for count in (2, 2 + more))
    note = f"{block!r} of {', '.join(map(str, inputs))}: {many}, but it says {said}"
    kept = {place for place, value in enumerate(said.gives) if value.kept and value.source is None}
    views = {place for place, value in enumerate(said.gives) if value.source is not None}
    sizes = [shape.bytes for shape in longest], [shape.bytes for shape in shapes]
    taken = sum(sizes[0][place] for place in many.inputs)
    saved = (many.beside - few.beside) / more + taken + sum(sizes[1][place] for place in many.outputs - many.views)
    told = said.inside + sum(sizes[0][place] for place in said.takes) + sum(sizes[1][place] for place in kept)
    little = 4 * max(shape.elements for shape in (*longest, *shapes)) if saved == 0 else 32
    assert saved / 2 - little <= told <= 2 * saved + little, note
    if any(flowing):
        assert many.views <= views or block.kind == "crop", note
    group = block_of("group", definition=definition_with(block, inputs))
    again = footprint_of(Result(Node("group1", group, ()), longest, shapes, padded=padded), flowing)
    assert (again.inside, again.takes) == (said.inside, said.takes), note
    assert [value.kept for value in again.gives] == [
        value.kept or bool(value.source is not None and value.source in said.takes) for value in said.gives
    ], note


@every_kind
def test_that_a_kind_with_default_parameters_keeps_as_much_as_it_says(kind: str) -> None:
    block = kinds()[kind]()
    for inputs in accepted(block):
        assert_memory_is_as_torch_tells(block, inputs)


def blocks_and_shapes(kind: str) -> Making[tuple[Block, tuple[Shape, ...]]]:
    """A kind with any parameters, and shapes that mostly agree for the inputs that it needs."""
    making = made_of(kind)

    def make(choices: Choices) -> tuple[Block, tuple[Shape, ...]]:
        block = making.of(choices)
        if kind == "lstm":  # torch claims memory for a whole number of pages, which few units do not fill
            block = block.changed(hidden_size=max(16, block.value_of("hidden_size")))
        return block, related_shapes(kind, len(block.input_ports) - len(block.optional)).of(choices)

    return Making(make, making.ways * related_shapes(kind, 1).ways)


@every_kind
def test_that_a_kind_with_any_parameters_keeps_as_much_as_it_says(kind: str) -> None:
    for block, inputs in some(blocks_and_shapes(kind), 6):
        try:
            shapes = block.output_shapes(*inputs)
            block.output_shapes(*(at(shape, STEPS) for shape in inputs))
        except ShapeError:
            continue
        if max(shape.elements for shape in shapes) < 100_000:
            assert_memory_is_as_torch_tells(block, inputs)


def test_that_zeros_which_torch_adds_itself_around_sequences_are_not_counted_as_kept() -> None:
    block = block_of("conv1d", out_channels=1, kernel_size=1, padding=5)
    assert_memory_is_as_torch_tells(block, (sequence(None, 5),))
