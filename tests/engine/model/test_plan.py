"""The plan of a forward pass gives what the expressions give, and keeps nothing longer than it is needed."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from designer.core.graph.binding import bind
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.ir.expr import Statement
from designer.core.storage.files import read
from designer.core.storage.resources import examples
from designer.data import sources
from designer.engine.model.build import Model, PortValues, ProgramModule, build, seed_torch
from designer.engine.training.batches import TensorSamples
from tests.helpers import block, chain, dense, input_of, output_for


def by_expressions(model: Model) -> Model:
    """The model evaluates its expressions as they stand, each value kept to the end."""

    def evaluate(statements: Iterable[Statement], values: PortValues) -> None:
        for statement in statements:
            values.ports[statement.key] = values.of(statement.value)

    for module in model.modules():
        if isinstance(module, ProgramModule):
            module.runner = evaluate
    return model


def results_and_gradients(model: Model, arguments: tuple[Tensor, ...]) -> list[Tensor]:
    """With the same random numbers: what reaches the Outputs, and what each weight is given of its sum."""
    seed_torch(5)
    given = model.train()(*arguments)
    results = list(given) if isinstance(given, tuple) else [given]
    sum(result.square().sum() for result in results).backward()
    return [result.detach() for result in results] + [
        weight.grad for weight in model.parameters() if weight.grad is not None
    ]


def same(network: Network, arguments: tuple[Tensor, ...]) -> bool:
    planned = results_and_gradients(build(network, seed=3), arguments)
    expected = results_and_gradients(by_expressions(build(network, seed=3)), arguments)
    assert len(planned) == len(expected) > 1
    return all(torch.equal(one, other) for one, other in zip(planned, expected, strict=True))


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.partition(".")[0])
def test_that_every_example_gives_the_same_numbers_and_gradients_by_its_plan(path: Path) -> None:
    design = read(path)
    data = sources.load(design.data.source)
    samples = TensorSamples.of(data.test, bind(design.network, data.info), torch.device("cpu"), np.arange(4))
    assert same(design.network, samples.take(torch.arange(4)).arguments)


def test_that_a_relu_writes_over_nothing_that_others_take() -> None:
    network = Network.of(
        [
            *chain(input_of(1, 8, 8), ("conv2d", "conv", {"out_channels": 2})).nodes.values(),
            Node("relu", block("activation"), ("conv",)),
            Node("sum", block("add"), ("conv", "relu")),
            Node("flat", block("flatten"), ("sum",)),
            Node("dense", block("dense", out_features=2, activation="none"), ("flat",)),
            Node("out", block("output"), ("dense",)),
        ]
    )
    assert not infer(network).problems
    assert same(network, (torch.randn(3, 1, 8, 8),))


@pytest.mark.parametrize("before", ["tanh", "softmax"])
def test_that_a_relu_writes_over_nothing_that_a_gradient_needs(before: str) -> None:
    network = chain(
        input_of(6),
        ("dense", "first", {"out_features": 5, "activation": before}),
        ("activation", "relu"),
        dense(2),
        output_for(),
    )
    assert same(network, (torch.randn(3, 6),))


def test_that_a_value_goes_once_nobody_needs_it() -> None:
    network = chain(input_of(1, 12, 12), ("conv2d", "one"), ("conv2d", "two"), "flatten", dense(2), output_for())
    model, seen, gone = build(network, seed=1), [], []

    def remember(module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
        seen.append(weakref.ref(result))

    def look(module: nn.Module, given: tuple[Tensor, ...]) -> None:
        gone.append(seen[0]() is None)

    model.get_submodule("one").register_forward_hook(remember)
    model.get_submodule("dense1").register_forward_pre_hook(look)
    with torch.inference_mode():
        model(torch.randn(2, 1, 12, 12))
    assert gone == [True]
