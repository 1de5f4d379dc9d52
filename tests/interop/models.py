"""Models of Keras with weights of chance, and ours beside them."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from designer.interop.keras.importing import Imported, import_keras
from tests.interop.outputs import channels_first, outputs_of

keras: Any = pytest.importorskip("keras")

# What saving leaves out of a layer, Keras keeps under one name and looks for under another: it is found for each anew.
saving: Any = importlib.import_module("keras.src.saving.saving_lib")
if hasattr(saving, "get_attr_skipset"):
    saving.get_attr_skipset = cache(saving.get_attr_skipset)


def with_chance_weights(model: Any, seed: int = 3) -> Any:
    """All weights drawn anew, those of normalisations as well, so that none stands for another by accident."""
    random = np.random.Generator(np.random.SFC64(seed))
    for variable in model.weights:
        shape = tuple(variable.shape)
        if "variance" in variable.path:
            value = random.uniform(0.5, 1.5, shape)
        else:
            fan = int(np.prod(shape[:-1])) if len(shape) > 1 else 10
            value = random.standard_normal(shape, np.float32) * np.float32(1 / max(fan, 1) ** 0.5)
            value += 1 if "gamma" in variable.path else 0
        variable.assign(value.astype(np.float32))
    return model


def imported(model: Any, folder: Path) -> Imported:
    """The model, saved by Keras and read by us."""
    path = folder / "model.keras"
    model.save(path)
    return import_keras(path)


def assert_agrees(model: Any, folder: Path, *values: np.ndarray, tolerance: float = 1e-4) -> Imported:
    """Imports the model with weights of chance, and compares what both give."""
    found = imported(with_chance_weights(model), folder)
    assert_gives(found, model, *values, tolerance=tolerance)
    return found


def assert_gives(found: Imported, model: Any, *values: np.ndarray, tolerance: float = 1e-4) -> None:
    """Compares what an imported model and Keras's own give."""
    with torch.no_grad():
        expected = model(values[0] if len(values) == 1 else list(values), training=False)
    wanted = expected if isinstance(expected, list | tuple) else [expected]
    for ours, theirs in zip(outputs_of(found, *values), wanted, strict=True):
        there = channels_first(keras.ops.convert_to_numpy(theirs)).numpy()
        assert ours.shape == there.shape
        assert np.abs(there).max() > 1e-3, "an output of nothing would agree with anything"
        np.testing.assert_allclose(ours, there, atol=tolerance)


def images(*sizes: int, count: int = 2, seed: int = 1) -> np.ndarray:
    """A batch of noise."""
    return np.random.default_rng(seed).normal(size=(count, *sizes)).astype(np.float32)


def tokens(length: int, vocabulary: int, count: int = 3, seed: int = 1) -> np.ndarray:
    """A batch of tokens, none of them 0."""
    return np.random.default_rng(seed).integers(1, vocabulary, (count, length)).astype(np.int64)
