"""Training in two ways that need no window. Each gives samples per second of its training steps.

bare    what an expert would write for speed: samples indexed in memory, images and kernels channels-last, fused Adam,
        activations in place, and no number read from a step: the article's CNN alone
engine  our own loop, with nobody to look at it: its events go nowhere
"""

from __future__ import annotations

import time
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.contenders import Turn
from designer.core.graph.design import Design
from designer.data import opening, sources
from designer.engine.protocol.events import EpochEnded, Event, Finished
from designer.engine.training.trainer import Trainer
from designer.recipe.splitting import split_by_class

SOURCE = "mnist_5k"


def training_samples(seed: int) -> tuple[Tensor, Tensor]:
    """Images [N, 1, 28, 28] and digits [N] that are not held out."""
    train = sources.load(SOURCE).train
    images, digits = train.columns["image"], train.columns["digit"]
    rows, _ = split_by_class(digits, 0.2, seed)
    return torch.from_numpy(images[rows]), torch.from_numpy(digits[rows])


class Fast(nn.Module):
    """The same layers, each activation in the place of what it is of."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3), nn.Conv2d(64, 64, 3)
        self.dense1, self.dense2 = nn.Linear(64 * 3 * 3, 64), nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu_(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu_(self.conv2(x)), 2)
        x = F.relu_(self.conv3(x)).flatten(1)
        return self.dense2(F.relu_(self.dense1(x)))


def train_barely(epochs: int, rate: float, seed: int) -> float:
    """As fast as this can be written, and nothing beside: no accuracy, no report, no validation."""
    x, y = training_samples(seed)
    x = x.contiguous(memory_format=torch.channels_last)
    torch.manual_seed(seed)
    model = Fast().to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    began, total = time.perf_counter(), torch.zeros(())
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x.index_select(0, rows)), y.index_select(0, rows))
            loss.backward()
            optimizer.step()
            total += loss.detach()
    return epochs * len(x) / (time.perf_counter() - began)


def train_in_engine(design: Design, epochs: int) -> Turn:
    """Our loop alone: the time in its training steps, with reports, without validation."""
    rates: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, EpochEnded):
            rates.append(event.samples_per_second)

    settings = design.training.model_copy(update={"epochs": epochs})
    ended = Trainer(replace(design, training=settings), opening.load(design.data), hear).run()
    assert isinstance(ended, Finished), ended
    return Turn(len(rates) / sum(1 / rate for rate in rates), ended.metrics["test_accuracy"])
