"""Copies of a model find their modules by name: a deep copy, an averaged one, and one that another process builds."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import sources
from designer.engine.inspection.probe import capture
from designer.engine.model.build import Model, build
from designer.engine.protocol.requests import Watch
from designer.engine.runs.checkpoint import save_state_dict
from designer.engine.training.batches import TensorSamples

EXAMPLES = {"digits_resnet": ("residual2/conv1", "feature_maps:out"), "vowels_lstm": ("lstm2", "gate:c")}
"""What is looked into: a block of a group, and a gate, whose module is called once more."""


def samples_of(design: Design) -> tuple[Tensor, ...]:
    """Two samples as the model's forward takes them."""
    data = sources.load(design.data.source)
    binding = bind(design.network, data.info)
    samples = TensorSamples.of(data.test, binding, torch.device("cpu"), np.arange(2))
    return samples.take(torch.arange(2)).arguments


def numbers(model: torch.nn.Module, design: Design) -> Tensor:
    with torch.inference_mode():
        found: Tensor = model.eval()(*samples_of(design))
    return found


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("how", ["deep copy", "averaged"])
def test_that_a_copy_computes_and_can_be_looked_into_when_the_first_one_is_gone(name: str, how: str) -> None:
    design, (block, view) = read(example(name)), EXAMPLES[name]
    model, data = build(design.network, seed=3), sources.load(design.data.source)
    expected, seen = numbers(model, design), capture(model, design.network, data, Watch(block, 1, view), "trained", 1)
    made = copy.deepcopy(model) if how == "deep copy" else AveragedModel(model).module
    assert isinstance(made, Model)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    del model
    assert torch.equal(numbers(made, design), expected)
    again = capture(made, design.network, data, Watch(block, 1, view), "trained", 1)
    assert again.view == seen.view == view
    np.testing.assert_array_equal(again.values, seen.values)


def build_and_run(design: Path, weights: Path, given: Path, result: Path) -> None:
    """What a program does that has nothing but files."""
    model = build(read(design).network)
    model.load_state_dict(load_file(weights))
    with torch.inference_mode():
        save_file({"out": model.eval()(*load_file(given).values())}, result)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a whole new process would import torch, which takes seconds")
def test_that_another_process_builds_the_same_model_from_the_file_and_its_weights(tmp_path: Path) -> None:
    path = example("digits_resnet")
    design = read(path)
    model = build(design.network, seed=3)
    weights, given, result = (tmp_path / f"{name}.safetensors" for name in ("weights", "given", "result"))
    save_state_dict(weights, model)
    save_file({str(place): value for place, value in enumerate(samples_of(design))}, given)
    if (process := os.fork()) == 0:
        try:
            build_and_run(path, weights, given, result)
        finally:
            os._exit(0)
    os.waitpid(process, 0)
    assert torch.equal(load_file(result)["out"], numbers(model, design))
