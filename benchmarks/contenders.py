"""The article's two networks, trained by what people use: PyTorch with a DataLoader, Lightning, skorch and Keras.

All have the same samples in batches of the same size, the same layers, Adam with the same rate, single precision and
as many threads as torch takes by itself. Layers begin as each library lets them begin. Each is set as it comes, but
for what costs it time and teaches nothing: no validation, no progress bar, no logger, no checkpoint, nothing printed.
DataLoaders shuffle and have no workers, as is their default. The clock runs while they train, not while they set up.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence
from torch.utils.data import DataLoader, TensorDataset

from designer.core.graph.binding import LENGTHS, bind
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.data import opening
from designer.engine.training.batches import arrays_of, validation_split


@dataclass(frozen=True)
class Split:
    """Samples [N, ...], the lengths of sequences [N] where they vary, and their classes [N]."""

    x: Tensor
    lengths: Tensor | None
    y: Tensor

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """What a network takes."""
        return (self.x,) if self.lengths is None else (self.x, self.lengths)


@dataclass(frozen=True)
class Task:
    """A network of the article, what it learns from, and how it is written by hand."""

    name: str
    design: Design
    train: Split
    test: Split
    make: Callable[[], nn.Module]
    make_keras: Callable[[], Any]
    epochs: int
    """Of a turn, unless others are asked for."""
    least_accuracy: float
    """What whoever has learned for so many epochs is above."""

    @property
    def batch_size(self) -> int:
        return self.design.training.batch_size

    @property
    def rate(self) -> float:
        return self.design.training.learning_rate


@dataclass(frozen=True)
class Turn:
    """How many samples a second a contender has trained on, and what share of the test samples it names then."""

    rate: float
    accuracy: float


class Cnn(nn.Module):
    """As the article has it, written in the plainest way."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
            nn.Linear(64 * 3 * 3, 64), nn.ReLU(), nn.Linear(64, 10),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class Lstm(nn.Module):
    """Two layers of LSTM over sequences that are padded, and packed once, so that padding changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm1, self.lstm2 = nn.LSTM(12, 64, batch_first=True), nn.LSTM(64, 64, batch_first=True)
        self.dense = nn.Linear(64, 9)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        states, _ = self.lstm1(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        _, (hidden, _) = self.lstm2(states)
        return self.dense(hidden[-1])


def keras_cnn() -> Any:
    from keras import Sequential, layers

    return Sequential([
        layers.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.Flatten(),
        layers.Dense(64, activation="relu"), layers.Dense(10),
    ])  # fmt: skip


def keras_lstm() -> Any:
    from keras import Sequential, layers

    return Sequential([
        layers.Input((None, 12)), layers.Masking(), layers.LSTM(64, return_sequences=True), layers.LSTM(64),
        layers.Dense(9),
    ])  # fmt: skip


def cnn(name: str = "cnn") -> Task:
    return _task(name, "mnist_cnn", Cnn, keras_cnn, epochs=2, least_accuracy=0.85)


def lstm(name: str = "lstm") -> Task:
    return _task(name, "vowels_lstm", Lstm, keras_lstm, epochs=20, least_accuracy=0.7)


def _task(name: str, of: str, make: Callable[[], nn.Module], make_keras: Callable[[], Any], **more: Any) -> Task:
    design = files.read(example(of))
    data = opening.load(design.data)
    binding = bind(design.network, data.info)
    (feature,), (target,) = binding.features.values(), binding.targets.values()
    rows, _ = validation_split(data.train, data.info, binding, design.training)

    def split(columns: dict[str, Any]) -> Split:
        found = {key: torch.from_numpy(values) for key, values in columns.items()}
        return Split(found[feature.name], found.get(feature.name + LENGTHS), found[target.name])

    train, test = split(arrays_of(data.train, binding, rows)), split(arrays_of(data.test, binding))
    return Task(name, design, train, test, make, make_keras, **more)


def train_plainly(task: Task, epochs: int) -> Turn:
    """As a person would write it first: a shuffling DataLoader, Adam, and loss.item() at each step."""
    samples = TensorDataset(*task.train.inputs, task.train.y)
    loader = DataLoader(samples, batch_size=task.batch_size, shuffle=True)
    torch.manual_seed(task.design.training.seed)
    model = task.make()
    optimizer, measure = torch.optim.Adam(model.parameters(), lr=task.rate), nn.CrossEntropyLoss()
    began, total = time.perf_counter(), 0.0
    for _ in range(epochs):
        for *inputs, y in loader:
            optimizer.zero_grad()
            loss = measure(model(*inputs), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
    return _turn(task, epochs, time.perf_counter() - began, model)


def train_with_lightning(task: Task, epochs: int) -> Turn:
    from lightning import LightningModule, Trainer

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    clock: list[float] = []

    class Learner(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.measure = task.make(), nn.CrossEntropyLoss()

        def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
            *inputs, y = batch
            return self.measure(self.model(*inputs), y)

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=task.rate)

        def on_train_start(self) -> None:
            clock.append(time.perf_counter())

        def on_train_end(self) -> None:
            clock.append(time.perf_counter())

    samples = TensorDataset(*task.train.inputs, task.train.y)
    loader = DataLoader(samples, batch_size=task.batch_size, shuffle=True)
    torch.manual_seed(task.design.training.seed)
    learner = Learner()
    off = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Trainer(max_epochs=epochs, accelerator="cpu", default_root_dir=folder, **off).fit(learner, loader)
    return _turn(task, epochs, clock[1] - clock[0], learner.model)


def train_with_skorch(task: Task, epochs: int) -> Turn:
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback

    clock: list[float] = []

    class Clock(Callback):
        def on_train_begin(self, net: Any, **more: Any) -> None:
            clock.append(time.perf_counter())

        def on_train_end(self, net: Any, **more: Any) -> None:
            clock.append(time.perf_counter())

    torch.manual_seed(task.design.training.seed)
    net = NeuralNetClassifier(
        task.make, criterion=nn.CrossEntropyLoss, optimizer=torch.optim.Adam, lr=task.rate, max_epochs=epochs,
        batch_size=task.batch_size, iterator_train__shuffle=True, train_split=None, verbose=0,
        callbacks=[("clock", Clock())],
    )  # fmt: skip
    train = task.train
    net.fit(train.x if train.lengths is None else {"x": train.x, "lengths": train.lengths}, train.y)
    return _turn(task, epochs, clock[1] - clock[0], net.module_)


def train_with_keras(task: Task, epochs: int) -> Turn:
    """With torch under it, as the others. Zeros behind the end of a sequence are masked."""
    import keras

    clock: list[float] = []
    ticks = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: clock.append(time.perf_counter()),
        on_train_end=lambda logs: clock.append(time.perf_counter()),
    )
    keras.utils.set_random_seed(task.design.training.seed)
    model = task.make_keras()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(task.rate, epsilon=1e-8), loss)
    x, test = (
        part.x.permute(0, 2, 3, 1).contiguous().numpy() if part.x.dim() == 4 else part.x.numpy()
        for part in (task.train, task.test)
    )
    model.fit(x, task.train.y.numpy(), batch_size=task.batch_size, epochs=epochs, verbose=0, callbacks=[ticks])
    named = model.predict(test, verbose=0).argmax(-1)
    accuracy = float(np.mean(named == task.test.y.numpy()))
    return Turn(epochs * len(task.train.y) / (clock[1] - clock[0]), accuracy)


def _turn(task: Task, epochs: int, seconds: float, model: nn.Module) -> Turn:
    model.eval()
    with torch.no_grad():
        named = model(*task.test.inputs).argmax(-1)
    return Turn(epochs * len(task.train.y) / seconds, float((named == task.test.y).float().mean()))


_LIBRARIES = {"lightning": train_with_lightning, "skorch": train_with_skorch, "keras": train_with_keras}


def installed() -> dict[str, Callable[[Task, int], Turn]]:
    """Those that are there, by name; Keras's backend is chosen before it is imported. They print nothing."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    there = {name: train for name, train in _LIBRARIES.items() if importlib.util.find_spec(name)}
    return {"plain": train_plainly, **{name: _silent(train) for name, train in there.items()}}


def _silent(train: Callable[[Task, int], Turn]) -> Callable[[Task, int], Turn]:
    def trained(task: Task, epochs: int) -> Turn:
        with redirect_stdout(StringIO()):
            return train(task, epochs)

    return trained
