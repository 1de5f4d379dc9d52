"""Designs whose data are real files that are read batch by batch, and a program that trains one until it is killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import soundfile
import torch
from PIL import Image as Pictures

from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.data import opening
from designer.engine.runs.run_folder import Run
from designer.engine.training import preparation, trainer
from tests.data.formats.made import striped_pictures

KINDS = ("pictures", "table", "arrays", "sounds", "text", "forecast", "hub")


def streamed_design(kind: str, folder: Path) -> Design:
    """A design with a folder of pictures, or with a table, of which each epoch has seven batches or more."""
    if kind == "pictures":
        path = striped_pictures(folder / "pets", each=32)
        options = {"height": 12, "width": 12, "colour": "rgb"}
    elif kind == "arrays":
        path, options = folder / "arrays.npz", None
        numbers = np.random.default_rng(5).normal(size=(90, 6, 2))
        np.savez_compressed(path, x=numbers, y=(numbers[:, 0, 0] > 0).astype(int))
    elif kind == "text":
        path, options = folder / "story.txt", {"layout": "next", "units": "characters", "length": 8, "vocabulary": 20}
        letters = np.random.default_rng(5).choice(list("abc ."), 800)
        path.write_text("".join(letters), encoding="utf-8")
    elif kind == "forecast":
        path, options = (
            folder / "series.csv",
            {"layout": "forecast", "values": ("a", "b"), "targets": ("b",), "window": 5},
        )
        numbers = np.random.default_rng(5).normal(size=(90, 2)).round(4)
        path.write_text("\n".join(["a,b", *(f"{a},{b if a < 1 else ''}" for a, b in numbers)]) + "\n")
    elif kind == "hub":
        path = hub_set(folder / "set")
        read = {"inputs": ["photo"], "label": "label", "classes": ["dark", "bright"]}
        options = {"kind": "picture", **read, "height": 8, "width": 8}
    elif kind == "sounds":
        path, options = folder / "sounds", {"kind": "frames", "seconds": 0.0, "rate": 1000, "bands": 4}
        for number in range(72):
            place = path / ("hum", "hiss")[number % 2]
            place.mkdir(parents=True, exist_ok=True)
            wave = np.sin(np.arange(200 + 9 * number) * (0.2 + number % 2))
            soundfile.write(place / f"{number:02}.wav", wave, 1000)
    else:
        path, options = folder / "rows.csv", None
        numbers = np.random.default_rng(5).normal(size=(90, 3)).round(4)
        towns = np.array(["Rome", "Paris", "Köln"])[np.abs(numbers[:, 0] * 7).astype(int) % 3]
        cells = zip(numbers, towns, strict=True)
        rows = [f"{a},{b if a < 1 else ''},{town if b < 1 else ''},{c > 0}" for (a, b, c), town in cells]
        path.write_text("\n".join(["a,b,town,y", *rows]) + "\n", encoding="utf-8")
    named = {"text": "text", "forecast": "sequences"}.get(kind, "")
    source, found = opening.inspect(path, named, options)
    data = opening.settings_for(path, source, found).model_copy(update={"reading": "streamed"})
    info = opening.info(data)
    assert info is not None
    network = starting_networks(info)[-1].network
    return Design(network, data, TrainingSettings(epochs=3, batch_size=8, device="cpu"))


def hub_set(path: Path) -> Path:
    """Pictures of noise whose brightness is their class, as Hugging Face's library writes them."""
    from datasets import ClassLabel, Dataset, Features, Image

    random = np.random.default_rng(5)
    pixels = [random.integers(0, 99, (12, 12, 3), dtype=np.uint8) + 99 * (number % 2) for number in range(90)]
    rows = {"photo": [Pictures.fromarray(item.astype(np.uint8)) for item in pixels], "label": [0, 1] * 45}
    Dataset.from_dict(rows, Features(photo=Image(), label=ClassLabel(names=["dark", "bright"]))).save_to_disk(path)
    return path


def train_and_wait(design: Path, run: Path, step: int, threads: int) -> None:
    """Trains with a checkpoint after each batch; after a step it says so and waits for whoever kills it."""
    torch.set_num_threads(threads)
    trainer.CHECKPOINT_SECONDS = 0.0
    opened = files.read(design)

    def here() -> None:
        if session.position.step == step:
            print("here", flush=True)
            time.sleep(60)

    session = trainer.Trainer(
        opened,
        preparation.load(opened),
        lambda event: None,
        run=Run.create(run, opened),
        between_batches=here,
    )
    session.run()


if __name__ == "__main__":
    train_and_wait(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
