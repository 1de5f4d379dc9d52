"""Logistic and linear regression of a few thousand rows: what a network has to do better than."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

_MOST_TURNS = 30
"""Of L-BFGS: more change the share of right answers by a few samples in a thousand."""


def logistic(
    x: npt.NDArray[np.float64],
    classes: npt.NDArray[np.generic],
    other: npt.NDArray[np.float64],
    count: int,
    heed: Callable[[], object] = lambda: None,
) -> npt.NDArray[np.int64]:
    """The classes that a multinomial logistic regression names for other rows [m, F], from x [n, F] and classes [n].

    What is made small is the sum of the cross-entropies and half of the squares of the weights, as scikit-learn has it
    with C=1, by L-BFGS (Liu and Nocedal, 1989). It begins at 0: no chance is in it. `heed` is called ahead of each look
    at all rows, and may raise what ends it.
    """
    inputs, wanted = torch.from_numpy(x).float(), torch.from_numpy(classes.astype(np.int64))
    weights = torch.zeros(x.shape[1], count, requires_grad=True)
    biases = torch.zeros(count, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, biases], max_iter=_MOST_TURNS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        heed()
        optimizer.zero_grad()
        found = F.cross_entropy(inputs @ weights + biases, wanted) + (weights**2).sum() / (2 * len(inputs))
        found.backward()  # type: ignore[no-untyped-call]
        return found

    with torch.inference_mode(False), torch.enable_grad():
        optimizer.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        named: npt.NDArray[np.int64] = (torch.from_numpy(other).float() @ weights + biases).argmax(-1).numpy()
    return named


def linear(
    x: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64], other: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """What a linear regression tells for other rows [m, F], from x [n, F] and numbers [n, T].

    Ridge regression (Hoerl and Kennard, 1970) with a penalty of 1, as scikit-learn's: with no more rows than features
    it has an answer, too.
    """
    middle, mean = x.mean(0), wanted.mean(0)
    x, other = x - middle, other - middle
    squares = x.T @ x + np.eye(x.shape[1])
    found: npt.NDArray[np.float64] = other @ np.linalg.solve(squares, x.T @ (wanted - mean)) + mean
    return found
