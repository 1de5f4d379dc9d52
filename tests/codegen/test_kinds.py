"""Every kind, by itself, as exported PyTorch."""

from __future__ import annotations

import pytest

from designer.core.graph.block import Block, ShapeError
from designer.core.graph.registry import kinds
from designer.core.schema.shape import Shape
from tests.blocks.test_contract import accepted, related_shapes
from tests.codegen.reading import ForRuff, arguments_for, assert_script_computes_the_same, program_of
from tests.drawing import Choices, Making, made_of, some

every_kind = pytest.mark.parametrize(
    "kind", [name for name, found in kinds().items() if found.inputs and found.outputs]
)


@every_kind
def test_that_a_kind_with_default_parameters_computes_the_same_when_exported(kind: str, for_ruff: ForRuff) -> None:
    found = accepted(kinds()[kind]())
    assert found
    texts = [
        assert_script_computes_the_same(program_of(kinds()[kind](), inputs), arguments_for(inputs)) for inputs in found
    ]
    for_ruff(*texts)


def blocks_and_shapes(kind: str) -> Making[tuple[Block, tuple[Shape, ...]]]:
    """A kind with any parameters, and shapes that it takes where any of the usual ones is among them."""
    making = made_of(kind)

    def make(choices: Choices) -> tuple[Block, tuple[Shape, ...]]:
        block = making.of(choices)
        usual = accepted(block)
        related = related_shapes(kind, len(block.input_ports) - len(block.optional))
        return block, choices.of(usual) if usual else related.of(choices)

    return Making(make, making.ways * related_shapes(kind, 1).ways)


def takes(case: tuple[Block, tuple[Shape, ...]]) -> bool:
    block, inputs = case
    try:
        block.output_shapes(*inputs)
    except ShapeError:
        return False
    return True


@every_kind
def test_that_a_kind_computes_the_same_when_exported_whatever_its_parameters(kind: str, for_ruff: ForRuff) -> None:
    for_ruff(
        *(
            assert_script_computes_the_same(program_of(block, inputs), arguments_for(inputs))
            for block, inputs in some(blocks_and_shapes(kind), 12, takes)
        )
    )
