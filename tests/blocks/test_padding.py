"""Padding changes no result: for every kind that takes a shape whose length varies, whatever stands behind the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from designer.core.graph.block import Block, ShapeError
from designer.core.graph.registry import kinds
from designer.core.ir.expr import Expr, Module, Name, Program, Ref, Statement, WithLengths, walk
from designer.core.schema.shape import Shape, image_sequence, sequence, tokens
from designer.engine.model.build import ProgramModule, seed_torch
from tests.drawing import made_of, one_of, some, together

LENGTHS = (3, 7, 1, 5)
"""Steps of the samples of a batch; the longest fills it, and one has a single step."""
GARBAGE = 1e3
VARYING_SHAPES = (sequence(None, 8), sequence(None, 1), tokens(None), image_sequence(None, 2, 9, 8))


def inputs_of(block: Block, shape: Shape, optional: bool) -> tuple[Shape, ...] | None:
    """The shape for each input port, if the block takes it so; optional ports stay free, or take it as well."""
    count = len(block.input_ports) - (0 if optional else len(block.optional))
    if not count or (optional and not block.optional):
        return None
    try:
        block.output_shapes(*(shape,) * count)
    except ShapeError:
        return None
    return (shape,) * count


def cases() -> list[Any]:
    """Kinds with a shape that they take with default parameters."""
    found = []
    for kind, block_class in kinds().items():
        for shape in VARYING_SHAPES:
            for optional in (False, True):
                if inputs_of(block_class(), shape, optional):
                    name = f"{kind}-{shape.noun}-{shape}" + ("-with_optional_inputs" if optional else "")
                    found.append(pytest.param(block_class(), shape, optional, id=name))
    return found


@dataclass(frozen=True)
class Given:
    """What the output ports of a block give, and the lengths of each, where they vary."""

    values: tuple[Any, ...]
    lengths: tuple[Tensor | None, ...]


class Runner:
    """A block as a module, with its own weights, in eval mode."""

    def __init__(self, block: Block, inputs: tuple[Shape, ...]) -> None:
        refs = tuple(Ref(f"x{place}", "out", shape, Name("lengths")) for place, shape in enumerate(inputs))
        given = block.forward(*refs)
        self.shapes = block.output_shapes(*inputs)
        self._common = block.lengths(*refs)
        results: dict[str, Expr] = {}
        for port, value in enumerate(given if isinstance(given, tuple) else (given,)):
            results[f"value{port}"] = value.value if isinstance(value, WithLengths) else value
            own = value.lengths if isinstance(value, WithLengths) else self._common
            if self.shapes[port].varies:
                assert own is not None, "an output whose length varies has lengths"
                results[f"lengths{port}"] = own
        names = tuple(ref.block for ref in refs)
        statements = tuple(Statement(name, "out", Name(name)) for name in names)
        program = Program("Net", (*names, "lengths"), {}, statements, results)
        for value in results.values():
            for item in walk(value):
                if isinstance(item, Module) and item not in program.names:
                    program.names[item] = f"m{len(program.names)}"
                    program.modules[f"m{len(program.names) - 1}"] = item
        self.module = ProgramModule(program).eval()

    def __call__(self, xs: list[Tensor], lengths: Tensor) -> Given:
        found = self.module(*xs, lengths)
        names = list(self.module.program.results)
        by_name = dict(zip(names, found if len(names) > 1 else (found,), strict=True))
        ports = range(len(self.shapes))
        return Given(
            tuple(by_name[f"value{port}"] for port in ports), tuple(by_name.get(f"lengths{port}") for port in ports)
        )


def batch(shape: Shape, garbage: bool) -> Tensor:
    """A padded batch of samples, with zeros or large numbers behind each one's end. Tokens stay in the vocabulary."""
    sizes = (len(LENGTHS), max(LENGTHS), *shape.fixed_sizes[1:])
    x = torch.randint(0, 2, sizes) if shape.is_tokens else torch.randn(sizes)
    behind = torch.randint(0, 2, sizes) if shape.is_tokens else GARBAGE * torch.randn(sizes)
    behind = behind if garbage else torch.zeros_like(x)
    within = torch.arange(max(LENGTHS)) < torch.tensor(LENGTHS)[:, None]
    return torch.where(within.reshape(*within.shape, *(1,) * (shape.rank - 1)), x, behind)


def random_batches(inputs: tuple[Shape, ...], garbage: bool) -> list[Tensor]:
    """The same samples each time; only what stands behind their ends differs."""
    seed_torch(7)
    return [batch(shape, garbage) for shape in inputs]


def sample_of(value: Any, shape: Shape, row: int, length: Tensor | None) -> Tensor:
    """One sample of what a port gives, without what stands behind its end."""
    if shape.names[0] == "HC":
        value = torch.stack(value)
    if shape.is_state:
        return value.select(-2, row)
    found: Tensor = value[row]
    for axis, size in enumerate(shape.sizes):
        if size is None:
            assert length is not None
            found = found.narrow(axis, 0, int(length[row]))
    return found


def assert_padding_changes_nothing(block: Block, inputs: tuple[Shape, ...]) -> None:
    runner = Runner(block, inputs)
    xs, lengths = [batch(shape, garbage=True) for shape in inputs], torch.tensor(LENGTHS)
    with torch.inference_mode():
        together = runner(xs, lengths)
        for row, length in enumerate(LENGTHS):
            alone = runner([x[row : row + 1, :length] for x in xs], lengths[row : row + 1])
            for port, shape in enumerate(runner.shapes):
                known, own = together.lengths[port], alone.lengths[port]
                if known is not None and own is not None:
                    assert known.dtype == own.dtype == torch.int64
                    assert known.device.type == "cpu"
                    assert int(known[row]) == int(own[0]) >= 1
                torch.testing.assert_close(
                    sample_of(together.values[port], shape, row, known),
                    sample_of(alone.values[port], shape, 0, own),
                    atol=1e-5,
                    rtol=1e-4,
                )


@pytest.mark.parametrize(("block", "shape", "optional"), cases())
def test_that_padding_changes_no_result_with_default_parameters(block: Block, shape: Shape, optional: bool) -> None:
    seed_torch(1)
    inputs = inputs_of(block, shape, optional)
    assert inputs
    assert_padding_changes_nothing(block, inputs)


@pytest.mark.parametrize("kind", sorted({case.values[0].kind for case in cases()}))
def test_that_padding_changes_no_result_whatever_the_parameters(kind: str) -> None:
    for block, shape, optional in some(together(made_of(kind), one_of(VARYING_SHAPES), one_of((False, True))), 40):
        if inputs := inputs_of(block, shape, optional):
            seed_torch(1)
            assert_padding_changes_nothing(block, inputs)


def learned_from(runner: Runner, xs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """What each sample gives in train mode, and the gradients of the weights, with one choice of random numbers."""
    module, lengths = runner.module.train(), torch.tensor(LENGTHS)
    module.zero_grad()
    seed_torch(11)
    given = runner(xs, lengths)
    found = [
        sample_of(value, shape, row, own)
        for value, shape, own in zip(given.values, runner.shapes, given.lengths, strict=True)
        for row in range(len(LENGTHS))
    ]
    loss = sum((value.square().sum() for value in found if value.requires_grad), torch.zeros(()))
    if loss.requires_grad:
        loss.backward()
    return found, [weight.grad for weight in module.parameters() if weight.grad is not None]


@pytest.mark.parametrize(("block", "shape", "optional"), cases())
def test_that_padding_changes_nothing_of_what_is_learned(block: Block, shape: Shape, optional: bool) -> None:
    inputs = inputs_of(block, shape, optional)
    assert inputs
    runner = Runner(block, inputs)
    with_zeros, with_garbage = (learned_from(runner, random_batches(inputs, garbage)) for garbage in (False, True))
    for one, other in zip(with_zeros, with_garbage, strict=True):
        assert len(one) == len(other)
        for value, same in zip(one, other, strict=True):
            torch.testing.assert_close(value, same, atol=1e-5, rtol=1e-4)


def test_that_the_kinds_that_take_lengths_that_vary_are_found() -> None:
    found = {case.values[0].kind for case in cases()}
    assert {"gru", "lstm", "rnn", "dense", "dropout", "reverse", "embedding", "masking", "transformer_encoder"} <= found
    assert {"pairs", "shift", "slice_steps", "multi_head_attention", "positional_encoding"} <= found
    assert not {"conv2d", "flatten", "repeat_vector"} & found
