"""What a person would write who knows PyTorch well, without this program: a DataLoader with two workers.

Pictures are opened by Pillow in the workers. Of a table all rows are in memory, read once by DuckDB; the workers pick
whole batches by their row numbers, with no Python for each row. Workers stay from epoch to epoch, and read four batches
ahead each. It says when it is ready; then an epoch is trained for each line that comes in, and its samples a second are
printed. `benchmarks/streaming.py` starts it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from designer.core.storage import files
from designer.engine.model.build import build


@dataclass(frozen=True)
class Job:
    """What is learned: a design, whose network is taken; where the data are; how large pictures are; how many train."""

    design: Path
    path: Path
    side: int
    count: int

    def as_text(self) -> list[str]:
        return [str(self.design), str(self.path), str(self.side), str(self.count)]

    @classmethod
    def of(cls, text: list[str]) -> Job:
        return cls(Path(text[0]), Path(text[1]), int(text[2]), int(text[3]))


class Folder(Dataset[tuple[Tensor, int]]):
    """Pictures in folders of their classes."""

    def __init__(self, root: Path, side: int, count: int) -> None:
        names = sorted(item.name for item in root.iterdir())
        paths = sorted(root.rglob("*.jpg"))
        chosen = np.random.default_rng(0).permutation(len(paths))[:count]
        self.items = [(str(paths[place]), names.index(paths[place].parent.name)) for place in chosen]
        self.side = side

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: int) -> tuple[Tensor, int]:
        path, label = self.items[place]
        with Image.open(path) as picture:
            sized = picture.convert("RGB").resize((self.side, self.side), Image.Resampling.BILINEAR)
        pixels = np.asarray(sized, dtype=np.float32) / 255
        return torch.from_numpy(pixels.transpose(2, 0, 1).copy()), label


class Table(Dataset[tuple[Tensor, Tensor]]):
    """Rows of a table; an index is that of a whole batch."""

    def __init__(self, path: Path, count: int) -> None:
        columns = duckdb.sql(f"SELECT * FROM '{path}'").fetchnumpy()
        towns = np.asarray(columns.pop("town"), dtype=str)
        y = np.asarray(columns.pop("y")).astype(np.int64)
        numbers = np.stack([np.asarray(values, dtype=np.float32) for values in columns.values()], 1)
        numbers = (numbers - numbers[:count].mean(0)) / numbers[:count].std(0)
        one_hot = (towns[:, None] == np.array(["Oslo", "Paris", "Rome"])).astype(np.float32)
        self.x, self.y = torch.from_numpy(np.hstack([numbers, one_hot])[:count]), torch.from_numpy(y[:count])

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, rows: Any) -> tuple[Tensor, Tensor]:
        rows = torch.from_numpy(rows)
        return self.x[rows], self.y[rows]


class Batches:
    """The row numbers of batches, in another order each time."""

    def __init__(self, count: int, size: int) -> None:
        self.count, self.size = count, size

    def __len__(self) -> int:
        return -(-self.count // self.size)

    def __iter__(self) -> Iterator[np.ndarray]:
        order = torch.randperm(self.count).numpy()
        return (order[first : first + self.size] for first in range(0, self.count, self.size))


def loader_of(job: Job, size: int) -> DataLoader[Any]:
    """Batches of pictures or of rows."""
    kept = {"num_workers": 2, "persistent_workers": True, "prefetch_factor": 4}
    if job.path.is_dir():
        return DataLoader(Folder(job.path, job.side, job.count), size, shuffle=True, **kept)
    table = Table(job.path, job.count)
    return DataLoader(table, batch_size=None, sampler=Batches(len(table), size), **kept)


def epochs(model: nn.Module, loader: DataLoader[Any], count: int) -> Iterator[float]:
    """Samples a second of an epoch, each time it is asked for one."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    while True:
        began = time.perf_counter()
        for values, wanted in loader:
            optimizer.zero_grad()
            result = model(values)
            loss = F.cross_entropy(result if isinstance(result, Tensor) else result[0], wanted)
            loss.backward()
            optimizer.step()
        yield count / (time.perf_counter() - began)


def main() -> None:
    """Trains an epoch for each line."""
    job = Job.of(json.loads(sys.argv[1]))
    design = files.read(job.design)
    model = build(design.network, seed=0)
    model = model.to(memory_format=torch.channels_last) if job.path.is_dir() else model
    each = epochs(model, loader_of(job, design.training.batch_size), job.count)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(next(each), flush=True)


if __name__ == "__main__":
    main()
