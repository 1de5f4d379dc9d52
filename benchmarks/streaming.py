"""A folder of many pictures: how soon the first batch comes, what memory it takes, how fast a network learns from it.

    python -m benchmarks.streaming [--files N] [--epochs N] [--batch N]

JPEG files of 96×96 pixels in ten folders are made in a temporary folder, and read at 64×64 as they are streamed:

- found, opened: seconds until the folder is described, and until its samples are ready to be read.
- first batch: seconds from then to the first batch, decoded.
- ours: a run of the engine, with rows kept on disk from the first epoch on.
- loader: the same network in a script whose Dataset opens pictures with Pillow, with a DataLoader of two workers.

Both learn in turns of one epoch, in one process; the rate is that of the training steps. Memory is what the process has
for itself (without what it maps of files), at its highest so far: it is to stay flat from the first epoch on. Nothing
is asserted.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.design import Design
from designer.core.graph.settings import TrainingSettings
from designer.data import opening
from designer.engine.model.build import build
from designer.engine.protocol.events import EpochEnded, Event
from designer.engine.training.trainer import Trainer

CLASSES = 10


def pictures(folder: Path, count: int) -> Path:
    """Noise with a bright square at a place that depends on the class."""
    random = np.random.default_rng(0)
    for number in range(count):
        label = number % CLASSES
        place = folder / f"class {label}"
        place.mkdir(parents=True, exist_ok=True)
        pixels = np.repeat(np.repeat(random.integers(0, 120, (24, 24, 3), dtype=np.uint8), 4, 0), 4, 1)
        pixels[label * 9 : label * 9 + 12, 30:60] += 100
        Image.fromarray(pixels).save(place / f"{number:06}.jpg", quality=85)
    return folder


class Folder(Dataset[tuple[Tensor, int]]):
    """What a person would write who knows how."""

    def __init__(self, paths: list[Path], labels: list[int], size: int) -> None:
        self.paths, self.labels, self.size = paths, labels, size

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, place: int) -> tuple[Tensor, int]:
        with Image.open(self.paths[place]) as picture:
            sized = picture.convert("RGB").resize((self.size, self.size), Image.Resampling.BILINEAR)
        pixels = np.asarray(sized, dtype=np.float32) / 255
        return torch.from_numpy(pixels.transpose(2, 0, 1).copy()), self.labels[place]


def loader_epochs(design: Design, paths: list[Path], labels: list[int], size: int) -> Iterator[float]:
    """Samples a second of an epoch, each time it is asked for one."""
    model = build(design.network, seed=0)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    loader = DataLoader(
        Folder(paths, labels, size), design.training.batch_size, shuffle=True, num_workers=2, persistent_workers=True
    )
    while True:
        began = time.perf_counter()
        for images, wanted in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(only(model(images)), wanted)
            loss.backward()
            optimizer.step()
        yield len(paths) / (time.perf_counter() - began)


def only(result: Tensor | tuple[Tensor, ...]) -> Tensor:
    """What the model's one Output gets."""
    return result if isinstance(result, Tensor) else result[0]


def own_memory() -> float:
    """MB that this process has for itself."""
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["RssAnon"].split()[0]) / 1000
    return float(psutil.Process().memory_info().rss) / 1e6


class Turns:
    """Lets the script have its epoch after each of ours, and prints both."""

    def __init__(self, others: Iterator[float]) -> None:
        self._others = others

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnded):
            theirs, memory = next(self._others), own_memory()
            ours = event.samples_per_second
            print(
                f"epoch {event.epoch:<3} {ours:>10,.0f} {theirs:>10,.0f} {ours / theirs:>8.2f} {memory:>10,.0f} MB",
                flush=True,
            )


def measure(folder: Path, epochs: int, batch: int) -> None:
    """Prints the figures for the pictures in a folder."""
    began = time.perf_counter()
    source, found = opening.inspect(folder, options={"height": 64, "width": 64, "colour": "rgb"})
    described = time.perf_counter()
    data = opening.settings_for(folder, source, found).model_copy(update={"reading": "streamed"})
    dataset = opening.load(data)
    opened = time.perf_counter()
    dataset.train.taken("image", np.arange(batch))
    first = time.perf_counter()
    print(f"found {described - began:.1f} s, opened {opened - described:.1f} s, first batch {first - opened:.2f} s")
    network = starting_networks(dataset.info)[1].network
    settings = TrainingSettings(epochs=epochs, batch_size=batch, validation_share=0.05, device="cpu")
    design = Design(network, data, settings)
    files = sorted(folder.rglob("*.jpg"))
    labels = [int(path.parent.name.split()[1]) for path in files]
    count = round(0.95 * len(dataset.train))
    turns = Turns(loader_epochs(design, files[:count], labels[:count], 64))
    print(f"{'':<9} {'ours':>10} {'loader':>10} {'ratio':>8} {'memory':>13}   (samples a second)")
    ended = Trainer(design, dataset, turns).run()
    print(ended)


def main() -> None:
    """Makes the pictures and measures."""
    parser = argparse.ArgumentParser(description="Pictures that are streamed.")
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=64)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DESIGNER_DATA"] = folder
        measure(pictures(Path(folder, "pictures"), options.files), options.epochs, options.batch)


if __name__ == "__main__":
    main()
