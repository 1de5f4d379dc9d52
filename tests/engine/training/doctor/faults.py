"""Made runs, each with a fault: small, and really trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.core.schema.shape import features, sequence
from designer.data.samples import Dataset, Samples
from tests.helpers import chain, classes_of, dense, design_of, input_of, numbers_of, output_for


class Fault(NamedTuple):
    """A design with a fault, and its data."""

    design: Design
    dataset: Dataset


def _dataset(info: DataInfo, given: np.ndarray, wanted: np.ndarray) -> Dataset:
    columns = {info.features[0].name: given.astype(np.float32), info.targets[0].name: wanted}
    return Dataset(info, Samples(columns), Samples({name: values[:20] for name, values in columns.items()}))


def points(count: int = 400, classes: int = 2, noise: float = 1.5, seed: int = 0) -> Dataset:
    """Points [N, 8] around one middle a class."""
    chance = np.random.default_rng(seed)
    wanted = np.arange(count) % classes
    middles = chance.normal(0, 1, (classes, 8))
    info = classes_of("points", features(8), [f"class {place}" for place in range(classes)])
    return _dataset(info, middles[wanted] + chance.normal(0, noise, (count, 8)), wanted.astype(np.int64))


def by_chance(count: int = 200, classes: int = 2) -> Dataset:
    """Points [N, 8] whose classes have nothing to do with them."""
    chance = np.random.default_rng(1)
    info = classes_of("points", features(8), [f"class {place}" for place in range(classes)])
    return _dataset(info, chance.normal(0, 1, (count, 8)), chance.integers(0, classes, count))


def numbers(scale: float = 1.0, count: int = 300) -> Dataset:
    """Points [N, 8], and a number that follows from them."""
    chance = np.random.default_rng(2)
    given = chance.normal(0, 1, (count, 8))
    wanted = scale * (given[:, :1] - given[:, 1:2] + 0.1 * chance.normal(0, 1, (count, 1)))
    return _dataset(numbers_of("points", features(8), 1), given, wanted.astype(np.float32))


def _network(size: int = 16, classes: int = 2, depth: int = 1, activation: str = "relu") -> Network:
    hidden = [dense(size, f"dense{place + 1}", activation=activation) for place in range(depth)]
    return chain(input_of(8), *hidden, dense(classes, "head"), output_for())


def _design(network: Network, **settings: Any) -> Design:
    return design_of(network, **{"epochs": 6, "batch_size": 20, **settings})


def nothing_learned() -> Fault:
    """Classes by chance, and a rate at which they are not learned by heart."""
    return Fault(_design(_network(), epochs=5, learning_rate=1e-3, batch_size=10), by_chance(300))


def no_number_learned() -> Fault:
    """Numbers that nothing tells."""
    data = numbers()
    chance = np.random.default_rng(5)
    column = data.info.targets[0].name
    data.train.columns[column][:] = chance.normal(0, 1, data.train.columns[column].shape)
    network = chain(input_of(8), dense(1, "head"), output_for("regression"))
    return Fault(_design(network, epochs=10, learning_rate=1e-3), data)


def overfitting() -> Fault:
    """Few samples with much noise, and a large network."""
    return Fault(_design(_network(256, depth=2), epochs=20, learning_rate=3e-3), points(240, noise=3.0))


def diverging() -> Fault:
    """Numbers in the thousands, and plain steps along their gradients."""
    network = chain(input_of(8), dense(16, activation="relu"), dense(1, "head"), output_for("regression"))
    return Fault(_design(network, optimizer="sgd", learning_rate=0.5, epochs=3), numbers(1000.0))


def rising() -> Fault:
    """A rate at which the loss leaves where it began."""
    network = chain(input_of(8), dense(2, "head"), output_for())
    return Fault(_design(network, learning_rate=10.0, epochs=3, batch_size=5), points(noise=3.0))


def leaping() -> Fault:
    """A rate whose first steps kill all units: the loss leaps, and comes back to that of a guess."""
    network = chain(
        input_of(8),
        *(dense(32, f"dense{place}", activation="relu") for place in (1, 2, 3)),
        dense(2, "head"),
        output_for(),
    )
    return Fault(_design(network, learning_rate=10.0, epochs=3), points())


def too_slow() -> Fault:
    """A rate that moves nothing."""
    return Fault(_design(_network(), learning_rate=1e-7, epochs=4), points())


def dead() -> Fault:
    """Numbers far below zero, and steps that push all units there."""
    data = points()
    data.train.columns[data.info.features[0].name][:] += 50.0
    design = _design(_network(64), optimizer="sgd", learning_rate=0.3, epochs=3)
    return Fault(design, data)


def saturated() -> Fault:
    """Sequences of huge numbers into an LSTM."""
    chance = np.random.default_rng(3)
    wanted = np.arange(120) % 2
    given = 200 * chance.normal(0, 1, (120, 6, 4)) + wanted[:, None, None]
    info = classes_of("steps", sequence(6, 4), ["a", "b"])
    network = chain(input_of(6, 4), ("lstm", "lstm1", {"hidden_size": 8}), dense(2, "head"), output_for())
    return Fault(_design(network, epochs=2), _dataset(info, given, wanted.astype(np.int64)))


def vanishing() -> Fault:
    """Many sigmoids one behind the other."""
    return Fault(_design(_network(16, depth=10, activation="sigmoid"), epochs=3), points())


def exploding() -> Fault:
    """Numbers in the hundred thousands, learned as they are."""
    network = chain(input_of(8), dense(16, activation="relu"), dense(1, "head"), output_for("regression"))
    return Fault(_design(network, learning_rate=1e-3, epochs=2), numbers(1e5))


def ignored() -> Fault:
    """One class in twelve, which looks like the others."""
    data = points(600, noise=3.0)
    column = data.info.targets[0].name
    chance = np.random.default_rng(4)
    data.train.columns[column][:] = (np.arange(600) % 12 == 0).astype(np.int64)
    name = data.info.features[0].name
    data.train.columns[name][:] = chance.normal(0, 1, (600, 8)).astype(np.float32)
    data.train.columns[name][:, 0] += 0.5 * data.train.columns[column]
    return Fault(_design(_network(), learning_rate=1e-3, epochs=8), data)


def easy_validation() -> Fault:
    """Samples that the data keep apart are far easier than the others."""
    hard, easy = points(300, noise=3.0).train.columns, points(100, noise=1.5).train.columns
    easy["x"][:] *= 2.5
    columns = {name: np.concatenate([hard[name], easy[name]]) for name in hard}
    info = replace(points().info, held="held")
    train = Samples({**columns, "held": np.arange(400) >= 300})
    network = chain(input_of(8), dense(2, "head"), output_for())
    design = _design(network, learning_rate=0.02, epochs=10)
    return Fault(design, Dataset(info, train, Samples({name: values[:20] for name, values in columns.items()})))


def tiny_batches() -> Fault:
    """A batch norm over three samples."""
    network = chain(input_of(8), dense(16), ("batch_norm1d", "norm1"), dense(2, "head"), output_for())
    return Fault(_design(network, batch_size=3, epochs=1), points(90))


def leaking() -> Fault:
    """One of the numbers is the class."""
    data = points(600)
    data.train.columns[data.info.features[0].name][:, 0] = 5 * data.train.columns[data.info.targets[0].name]
    return Fault(_design(_network(), learning_rate=1e-2, epochs=2), data)


FAULTS: dict[str, list[Callable[[], Fault]]] = {
    "nothing_learned": [nothing_learned, no_number_learned],
    "overfitting": [overfitting],
    "rate_too_high": [diverging, rising, leaping],
    "rate_too_low": [too_slow],
    "dead_relu": [dead],
    "saturated": [saturated],
    "vanishing_gradients": [vanishing],
    "exploding_gradients": [exploding],
    "classes_ignored": [ignored],
    "validation_better": [easy_validation],
    "small_batch_norm": [tiny_batches],
    "leak_suspected": [leaking],
}
"""By the finding that is to be told."""
