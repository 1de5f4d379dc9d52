"""Data that are streamed: how soon the first batch comes, what memory it takes, and how fast a network learns.

    python -m benchmarks.streaming [--files 20000] [--rows 5000000] [--letters 300000000] [--epochs 2]
                                   [--only pictures csv parquet text]

JPEG files of 96×96 pixels in ten folders are made in a temporary folder, and read at 64×64; and a table of ten columns
(eight numbers, a category, a class), as CSV and as Parquet; and a text, of which the next letter is to be told. Each
of them is measured in a process of its own, the text without training:

- found: seconds until it is known what there is.
- opened: seconds until the samples are ready to be read; of a table the rows are turned into numbers on disk for it.
- first batch: seconds from then to the first batch. "Again" is opened once more in another process, from the cache.
- ours: a run of the engine, streamed. In its first epoch pictures are decoded, in processes beside it, and kept on
  disk for the next ones.
- loader: `benchmarks/loader_script.py`, plain PyTorch with a DataLoader of two workers, in a process of its own.

Both learn in turns of an epoch, while the other one waits; rates are those of the training steps. Memory is that of the
whole process (resident, with what it maps of files), above what it was before it looked at anything: the most so far,
and at the end of each epoch, where it is to stay flat. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from benchmarks.large_data import CLASSES, pictures, tables, text
from benchmarks.loader_script import Job
from benchmarks.networks import made
from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.data import opening
from designer.data.samples import Dataset
from designer.engine.protocol.events import EpochEnded, Event
from designer.engine.training.trainer import Trainer

SIDE = 64
HELD = 0.02
"""Share of the samples that is kept apart for the test; as large a one validates."""


def of_pictures() -> Network:
    """A network that is quick, so that it waits for pictures rather than they for it."""
    nodes = [
        Node("input", made("input", sizes=(3, SIDE, SIDE)), ()),
        Node("conv", made("conv2d", out_channels=8, kernel_size=4, stride=4), ("input",)),
        Node("relu", made("activation"), ("conv",)),
        Node("flatten", made("flatten"), ("relu",)),
        Node("dense", made("dense", out_features=CLASSES), ("flatten",)),
        Node("output", made("output"), ("dense",)),
    ]
    return Network.of(nodes)


class Memory:
    """MB of this process above what they were at first: now, and at most so far."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._first = self._process.memory_info().rss

    @property
    def now(self) -> float:
        return (self._process.memory_info().rss - self._first) / 1e6

    @property
    def most(self) -> float:
        status = Path("/proc/self/status")
        if not status.exists():
            return self.now
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return (int(fields["VmHWM"].split()[0]) * 1024 - self._first) / 1e6


class Turns:
    """Lets the script have its epoch after each of ours, and prints both."""

    def __init__(self, script: subprocess.Popen[str], memory: Memory) -> None:
        self._script, self._memory = script, memory

    def __call__(self, event: Event) -> None:
        if isinstance(event, EpochEnded):
            theirs, ours = turn_of(self._script), event.samples_per_second
            print(
                f"  epoch {event.epoch:<3} {ours:>10,.0f} {theirs:>10,.0f} {ours / theirs:>7.2f} "
                f"{self._memory.now:>9,.0f} {self._memory.most:>9,.0f}",
                flush=True,
            )


def turn_of(script: subprocess.Popen[str]) -> float:
    """Samples a second of the script's next epoch."""
    assert script.stdin is not None
    assert script.stdout is not None
    script.stdin.write("\n")
    script.stdin.flush()
    return float(script.stdout.readline())


def opened(path: Path, again: bool) -> tuple[DataSettings, Dataset, Memory]:
    """The data at a path, streamed; prints how long that takes."""
    memory, began = Memory(), time.perf_counter()
    options = {"height": SIDE, "width": SIDE, "colour": "rgb"} if path.is_dir() else None
    source, found = opening.inspect(path, options=options)
    described = time.perf_counter()
    held = DataSettings(reading="streamed", test_share=HELD)
    data = opening.settings_for(path, source, found, held)
    dataset = opening.load(data)
    ready = time.perf_counter()
    name = dataset.info.features[0].name
    dataset.train.taken(name, np.arange(64))
    first = time.perf_counter() - ready
    said = "again: " if again else f"{path.name}, {found.summary}\n  "
    print(
        f"{said}found {described - began:.1f} s, opened {ready - described:.1f} s, first batch {first:.2f} s; "
        f"{memory.most:,.0f} MB at most",
        flush=True,
    )
    return data, dataset, memory


def measure(path: Path, epochs: int) -> None:
    """Prints the figures for what is at a path."""
    data, dataset, memory = opened(path, again=False)
    subprocess.run([sys.executable, "-m", __spec__.name, "--again", str(path)], check=True)
    if path.suffix == ".txt":
        return
    network = of_pictures() if path.is_dir() else starting_networks(dataset.info, len(dataset.train))[0].network
    settings = TrainingSettings(
        epochs=epochs, batch_size=64 if path.is_dir() else 1024, validation_share=HELD, device="cpu"
    )
    design = Design(network, data, settings)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(Path(folder, "design.network.json"), path, SIDE, round(len(dataset.train) * (1 - HELD)))
        files.write(design, job.design)
        command = [sys.executable, "-m", "benchmarks.loader_script", json.dumps(job.as_text())]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as script:
            assert script.stdout is not None
            script.stdout.readline()  # it has read what it reads, and does nothing until it is asked
            print(f"  {'':<9} {'ours':>10} {'loader':>10} {'ratio':>7} {'MB now':>9} {'MB most':>9}   (samples/s)")
            ended = Trainer(design, dataset, Turns(script, memory)).run()
            assert script.stdin is not None
            script.stdin.close()
    print(f"  {ended.metrics if hasattr(ended, 'metrics') else ended}\n", flush=True)


def main() -> None:
    """Makes the data and measures."""
    parser = argparse.ArgumentParser(description="Data that are streamed.")
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--letters", type=int, default=300_000_000)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--only", nargs="*", default=["pictures", "csv", "parquet", "text"])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--again", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.epochs)
        return
    if options.again:
        opened(options.again, again=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DESIGNER_DATA"] = str(Path(folder, "kept"))
        paths = [pictures(Path(folder, "pictures"), options.files)] if "pictures" in options.only else []
        if {"csv", "parquet"} & set(options.only):
            paths += [path for path in tables(Path(folder), options.rows) if path.suffix[1:] in options.only]
        paths += [text(Path(folder), options.letters)] if "text" in options.only else []
        for path in paths:
            more = ["--measure", str(path), "--epochs", str(options.epochs)]
            subprocess.run([sys.executable, "-m", __spec__.name, *more], check=True)


if __name__ == "__main__":
    main()
