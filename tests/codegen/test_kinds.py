"""Every kind, by itself, as exported PyTorch."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer.core.graph.block import ShapeError
from designer.core.graph.registry import kinds
from tests.blocks.test_contract import accepted, related_shapes
from tests.codegen.reading import ForRuff, arguments_for, assert_script_computes_the_same, program_of
from tests.helpers import blocks_of

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


@every_kind
def test_that_a_kind_computes_the_same_when_exported_whatever_its_parameters(kind: str, for_ruff: ForRuff) -> None:
    texts: list[str] = []

    @settings(max_examples=12)
    @given(data=st.data())
    def export(data: st.DataObject) -> None:
        block = data.draw(blocks_of(kind))
        needed = len(block.input_ports) - len(block.optional)
        usual = accepted(block)
        inputs = data.draw(st.sampled_from(usual) if usual else related_shapes(kind, needed))
        try:
            block.output_shapes(*inputs)
        except ShapeError:
            assume(False)
        texts.append(assert_script_computes_the_same(program_of(block, inputs), arguments_for(inputs)))

    export()
    for_ruff(*texts)
