"""Files of Keras, written without Keras."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import h5py
import numpy as np


def digits_model(path: Path, *, with_lambda: bool = False) -> dict[str, np.ndarray]:
    """A `.keras` file of a network for the digits, 28×28 and ten classes; gives its weights, as Keras has them."""
    random = np.random.default_rng(4)
    weights = {
        "kernel": random.normal(0, 0.05, (784, 10)).astype(np.float32),
        "bias": random.normal(0, 0.5, 10).astype(np.float32),
    }
    flatten = {"class_name": "Flatten", "config": {"name": "flat", "batch_input_shape": [None, 28, 28, 1]}}
    twice = {"class_name": "Lambda", "config": {"name": "twice"}}
    scores = {"class_name": "Dense", "config": {"name": "scores", "units": 10, "activation": "softmax"}}
    layers = [flatten, twice, scores] if with_lambda else [flatten, scores]
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file["layers/dense/vars/0"], file["layers/dense/vars/1"] = weights["kernel"], weights["bias"]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {"layers": layers}}))
        archive.writestr("model.weights.h5", content.getvalue())
    return weights
