"""What every block kind promises, whatever its parameters and whatever shape it is given."""

from __future__ import annotations

import importlib
from functools import cache
from math import gcd
from typing import Any, get_args

import pytest
import torch
from torch import nn

from designer.core.graph.block import Block, ShapeError
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node, check_id
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.ir import torch_extras
from designer.core.ir.expr import Call, Module, Name, Program, Ref, Statement, WithLengths, walk
from designer.core.schema.fields import is_known
from designer.core.schema.shape import Shape, features, image, image_sequence, sequence, tokens, volume
from designer.core.storage import files
from designer.engine.model.build import ProgramModule, seed_torch
from tests.drawing import (
    ANY_LENGTH,
    SHAPES,
    SIZE,
    Choices,
    Making,
    either,
    made_of,
    one_of,
    shaped,
    some,
    together,
)
from tests.measuring_flops import Flops

KINDS = list(kinds())
LENGTH = 5
"""Steps of a sample, where the length may vary."""
USUAL_SHAPES = (
    features(8),
    sequence(LENGTH, 8),
    sequence(None, 8),
    image(6, 9, 8),
    volume(4, 6, 7, 6),
    tokens(LENGTH),
    tokens(None),
    image_sequence(LENGTH, 2, 9, 8),
    Shape.of((2, 1, 8), ("HC", "S", "F")),
)

PARTS = {name: getattr(importlib.import_module(home), name) for name, home in torch_extras.homes().items()}

every_kind = pytest.mark.parametrize("kind", KINDS)
every_kind_but_group_input = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "group_input"])
every_kind_with_inputs = pytest.mark.parametrize("kind", [kind for kind in KINDS if kinds()[kind].inputs])


def learns(kind: str) -> bool:
    """Whether a block of this kind, with default parameters, has weights."""
    block = kinds()[kind]()
    return any(block.parameter_count(*inputs) for inputs in accepted(block))


def accepted(block: Block, candidates: tuple[Shape, ...] = USUAL_SHAPES) -> list[tuple[Shape, ...]]:
    """Those of the shapes that the block takes, one for each of its inputs."""
    if not block.inputs:
        return [()]
    needed = len(block.input_ports) - len(block.optional)
    found = []
    for shape in candidates:
        try:
            block.output_shape(*(shape,) * needed)
        except ShapeError:
            continue
        found.append((shape,) * needed)
    return found


SIDE = (*(1, 2, 3, 4) * 10, *range(20, 61))
CHANNELS = (1, 2, 4, 6, 12)
LIKELY = {
    ("F",): shaped(features, SIZE),
    ("L", "F"): shaped(sequence, ANY_LENGTH, SIZE),
    ("C", "H", "W"): shaped(image, CHANNELS, SIDE, SIDE),
    ("C", "D", "H", "W"): shaped(volume, CHANNELS, SIZE, SIZE, SIZE),
    ("L",): shaped(tokens, ANY_LENGTH),
    ("L", "C", "H", "W"): shaped(image_sequence, range(1, 5), CHANNELS, SIDE, SIDE),
}


@cache
def shapes_for(kind: str) -> Making[Shape]:
    """Any shape, but most often one with the axes that the kind takes, and large enough for most windows."""
    names = {inputs[0].names for inputs in accepted(kinds()[kind]()) if inputs}
    return either(SHAPES, *(making for axes, making in LIKELY.items() if axes in names for _ in range(4)))


def batch_of(shape: Shape, count: int = 2, device: str = "meta", length: int = LENGTH) -> Any:
    if shape.names[0] == "HC":
        layers, size = shape.fixed_sizes[1:]
        return torch.randn(layers, count, size, device=device), torch.randn(layers, count, size, device=device)
    sizes = [length if size is None else size for size in shape.sizes]
    if shape.is_tokens:
        return torch.randint(0, 2, (count, *sizes), device=device)
    return torch.randn(count, *sizes, device=device)


def batches_of(inputs: tuple[Shape, ...], **options: Any) -> tuple[Any, ...]:
    return tuple(batch_of(shape, **options) for shape in inputs)


@cache
def related_shapes(kind: str, count: int) -> Making[tuple[Shape, ...]]:
    """Shapes that mostly agree, as kinds with several inputs need them: one shape, and others with one size changed."""
    first, changes = shapes_for(kind), together(*(CHANGE,) * count)

    def make(choices: Choices) -> tuple[Shape, ...]:
        shape = first.of(choices)
        return tuple(changed(shape, *change) for change in changes.of(choices))

    return Making(make, first.ways * changes.ways)


CHANGE = together(one_of((False, True)), one_of(range(12)), one_of((*(1,) * len(SIZE), *SIZE)))


def changed(shape: Shape, otherwise: bool, place: int, size: int) -> Shape:
    return shape.with_size(place % shape.rank, size) if otherwise else shape


def blocks_and_shapes(kind: str) -> Making[tuple[Block, tuple[Shape, ...]]]:
    """A kind with any parameters, and a shape for each input that it needs: mostly those that it takes."""
    making, one, flag = made_of(kind), shapes_for(kind), one_of((False, True))

    def make(choices: Choices) -> tuple[Block, tuple[Shape, ...]]:
        block, agreeing = making.of(choices), flag.of(choices)
        count = len(block.input_ports) - len(block.optional)
        inputs = (related_shapes(kind, count) if agreeing else together(*(one,) * count)).of(choices)
        if hasattr(block, "groups") and inputs[0].rank > 1 and flag.of(choices):
            block = block.model_copy(update={"groups": gcd(inputs[0].channels, block.out_channels)})
        return block, inputs

    return Making(make, making.ways * related_shapes(kind, 1).ways * 4 if kinds()[kind].inputs else making.ways)


def model_of(block: Block, inputs: tuple[Shape, ...]) -> ProgramModule:
    """The block by itself as a model.

    Sequences have one length here: packing needs real numbers, and is tested with the model.
    """
    refs = tuple(Ref(f"x{place}", "out", shape) for place, shape in enumerate(inputs))
    forward = block.forward(*refs)
    values = tuple(
        item.value if isinstance(item, WithLengths) else item
        for item in (forward if isinstance(forward, tuple) else (forward,))
    )
    program = Program(
        "Net",
        tuple(ref.block for ref in refs),
        {},
        tuple(Statement(ref.block, "out", Name(ref.block)) for ref in refs),
        dict(zip(block.output_ports or ("out",), values, strict=True)),
    )
    for value in values:
        for item in walk(value):
            if isinstance(item, Module) and item not in program.names:
                program.names[item] = f"m{len(program.names)}"
                program.modules[f"m{len(program.names) - 1}"] = item
    return ProgramModule(program)


def given_by(model: ProgramModule, given: tuple[Any, ...]) -> dict[str, Any]:
    """What torch makes of these values, for each port."""
    results = model(*given)
    ports = model.program.results
    results = results if isinstance(results, tuple) and len(ports) > 1 else (results,)
    return dict(zip(ports, results, strict=True))


def run(
    block: Block, inputs: tuple[Shape, ...], given: tuple[Any, ...], training: bool = True
) -> tuple[dict[str, Any], list[nn.Module]]:
    """What torch makes of these values with the expressions of the block, for each port, and its modules."""
    first = given[0][0] if isinstance(given[0], tuple) else given[0]
    model = model_of(block, inputs).to(first.device).train(training)
    return given_by(model, given), list(model.children())


def assert_agrees_with_torch(block: Block, inputs: tuple[Shape, ...]) -> None:
    """Shape, parameters and multiply-adds, as written, against what torch gives and counts; and what it prints."""
    shapes = block.output_shapes(*inputs)
    if not inputs:
        return
    model = model_of(block, inputs)
    for value, shape in zip(given_by(model, batches_of(inputs, device="cpu")).values(), shapes, strict=True):
        assert_has_shape(value, shape)
    assert block.parameter_count(*inputs) == sum(weight.numel() for weight in model.parameters())
    assert_calls_print_as_python(model)
    if counted := flops(model, inputs):
        assert block.multiply_adds(*inputs) * 2 == counted


def flops(model: ProgramModule, inputs: tuple[Shape, ...]) -> int:
    """What torch counts for one sample; for one of one step, where the length varies.

    "meta" computes nothing, but torch takes most layers apart there in Python, eight times as slow as on the CPU; which
    has shortcuts that count as nothing, or as less: oneDNN's fused LSTM, and the fused layers of attention.
    """
    recurrent = any(isinstance(part, nn.RNNBase) for part in model.modules())
    attending = any(isinstance(part, nn.MultiheadAttention | nn.TransformerEncoderLayer) for part in model.modules())
    device = "meta" if attending and not recurrent else "cpu"
    batches = batches_of(inputs, count=1, length=1, device=device)
    one_dnn = torch.backends.mkldnn.flags(enabled=not recurrent, allow_tf32=None)
    model.to(device).eval()
    with one_dnn, Flops() as counter:
        given_by(model, batches)
    return counter.total


def assert_has_shape(value: Any, shape: Shape, count: int = 2) -> None:
    if shape.names[0] == "HC":
        value = torch.stack(value)
    if shape.is_state:
        value = value.movedim(-2, 0)
    assert value.dim() == shape.rank + 1
    for size, wanted in zip(value.shape, (count, *shape.sizes), strict=True):
        assert wanted in (None, size)


def assert_calls_print_as_python(model: ProgramModule) -> None:
    for name, item in model.program.modules.items():
        if isinstance(item.target, Call):
            printed, built = eval(str(item.target), {"nn": nn, **PARTS}), model.get_submodule(name)
            assert type(printed) is type(built)
            assert {name: value.shape for name, value in printed.state_dict().items()} == {
                name: value.shape for name, value in built.state_dict().items()
            }
            assert repr(printed) == repr(built)


def assert_file_keeps(block: Block) -> None:
    design = Design(Network.of([Node("block1", block, (None,) * len(block.input_ports))]))
    text = files.dumps(design)
    read = files.parse(text)
    assert dict(read.network.nodes) == dict(design.network.nodes)
    assert files.dumps(read) == text


def weights_that_change(block: Block, inputs: tuple[Shape, ...]) -> tuple[dict[str, bool], torch.Tensor]:
    """For each weight, whether a step of gradient descent on a random target changes it; and the value before."""
    values, modules = run(block, inputs, batches_of(inputs, count=4, device="cpu"))
    value = values.get("sequence", next(iter(values.values())))
    weights = {
        f"{place}.{name}": weight for place, module in enumerate(modules) for name, weight in module.named_parameters()
    }
    before = {name: weight.detach().clone() for name, weight in weights.items()}
    (value - torch.randn_like(value)).square().sum().backward()
    torch.optim.SGD(weights.values(), lr=0.1).step()
    return {name: not torch.equal(weight, before[name]) for name, weight in weights.items()}, value


def without_dead_ends(block: Block) -> Block:
    """The same block with functions whose slope is nowhere zero: ReLU and a softmax over one number have none."""
    smooth = {"activation": ("none", "gelu"), "nonlinearity": ("tanh",)}
    fields = {name: field.annotation for name, field in type(block).model_fields.items() if name in smooth}
    update = {name: next(value for value in smooth[name] if value in get_args(fields[name])) for name in fields}
    return block.model_copy(update=update)


def test_that_there_are_kinds_of_every_sort_that_the_designer_promises():
    assert {"input", "conv2d", "max_pool2d", "avg_pool2d", "sum_pool2d", "flatten", "dense", "activation"} <= set(KINDS)
    assert {"rnn", "gru", "lstm", "dropout", "batch_norm2d", "output"} <= set(KINDS)


@every_kind_but_group_input
def test_that_a_kind_with_default_parameters_takes_some_shape_and_agrees_with_torch(kind):
    block = kinds()[kind]()
    found = accepted(block)
    assert found
    for inputs in found:
        assert_agrees_with_torch(block, inputs)


@every_kind
def test_that_any_parameters_with_any_shape_agree_with_torch_or_raise_shape_error(kind):
    for block, inputs in some(blocks_and_shapes(kind), 60):
        try:
            block.output_shape(*inputs)
        except ShapeError as error:
            assert error.reason
        else:
            assert_agrees_with_torch(block, inputs)


@every_kind_with_inputs
def test_that_a_shape_error_becomes_a_problem_that_names_the_block_and_its_source(kind):
    for block, shape in some(together(made_of(kind), SHAPES), 40):
        source = Node("before", kinds()["input"](sizes=shape.sizes), ())
        refs = tuple(None if port in block.optional else "before" for port in block.input_ports)
        network = Network.of([source, Node("here", block, refs)])
        result = infer(network).results["here"]
        assert (result.shape is None) != (result.problem is None)
        if result.problem is not None:
            assert f"{block.title} 'here'" in result.problem.message
            assert result.problem.block == "here"
            assert not result.problem.field or result.problem.field in type(block).model_fields


@every_kind
def test_that_a_file_keeps_a_kind_with_default_parameters(kind):
    assert_file_keeps(kinds()[kind]())


@every_kind
def test_that_a_file_keeps_a_kind_with_any_parameters(kind):
    for block in some(made_of(kind), 40):
        assert_file_keeps(block)


every_kind_that_learns = pytest.mark.parametrize("kind", [kind for kind in KINDS if learns(kind)])


def test_that_the_kinds_that_learn_are_those_that_should():
    assert {"conv2d", "dense", "rnn", "gru", "lstm", "batch_norm2d"} <= {kind for kind in KINDS if learns(kind)}


@every_kind_that_learns
def test_that_a_training_step_changes_every_weight_of_a_kind_with_default_parameters(kind):
    seed_torch(0)
    block = kinds()[kind]()
    for inputs in accepted(block):
        changed, _ = weights_that_change(block, inputs)
        assert changed
        assert all(changed.values())


def smooth_and_shapes(kind: str) -> Making[tuple[Block, tuple[Shape, ...] | None]]:
    """A kind with any parameters but dead ends, and shapes that it takes, if any of the usual ones."""
    making = made_of(kind)

    def make(choices: Choices) -> tuple[Block, tuple[Shape, ...] | None]:
        block = without_dead_ends(making.of(choices))
        found = accepted(block, (*USUAL_SHAPES, image(12, 30, 30), image(1, 60, 60)))
        return block, choices.of(found) if found else None

    return Making(make, making.ways * (len(USUAL_SHAPES) + 2))


@every_kind_that_learns
def test_that_a_training_step_changes_weights_whatever_the_parameters(kind):
    def changes(case):
        block, inputs = case
        if inputs is None or not block.parameter_count(*inputs):  # a group may hold nothing that learns
            return False
        seed_torch(0)
        changed, value = weights_that_change(block, inputs)
        seen = bool((value != 0).any())  # all zero where a kernel without bias sees nothing but padding
        assert not seen or any(changed.values()), case
        return seen

    assert some(smooth_and_shapes(kind), 40, changes)


@every_kind
def test_that_a_kind_says_what_it_is_and_what_each_parameter_does(kind):
    block_class = kinds()[kind]
    assert block_class.kind == kind
    assert block_class.summary.strip().endswith(".")
    assert block_class.title
    assert block_class.__doc__
    check_id(f"{block_class.prefix}1")
    for name, field in block_class.model_fields.items():
        assert field.description, name
        assert field.description.strip().endswith("."), name
    for name, field in block_class().form_fields().items():
        assert is_known(field), name


@every_kind
def test_that_the_card_has_something_to_say_for_any_parameters(kind):
    for block in some(made_of(kind), 40):
        assert block.details() or block == type(block)()  # of defaults there may be nothing to say
        assert len(block.details()) < 60


@every_kind
def test_that_no_kind_takes_a_field_that_it_does_not_have(kind):
    with pytest.raises(ValueError, match="no_such_field"):
        kinds()[kind](no_such_field=1)
