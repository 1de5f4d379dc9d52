"""A source of data that nobody has, with what scripts must get right: odd names, parts of its own, long arguments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import designer.data.readers
from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features
from designer.data.formats import registry
from designer.data.formats.base import Format, FoundData, Opened, Progress, ReaderCall, ReadingOptions, untold

NUMBERS, CLASS, OTHER = 'größe "in" cm\t%s {x}', "类别", "class"
CLASSES = ("eins", "it's", 'zwei "2"', "三\n", "\\")
SCALE = tuple(round(1 + number / 7, 6) for number in range(12))


class OddOptions(ReadingOptions):
    """How it is read."""

    parts: bool = False


class OddTable(Format[OddOptions]):
    """Numbers, a class and a number to foretell."""

    name = "odd_table"
    title = "Odd table"
    description = "What the tests make"
    options = OddOptions

    def recognises(self, path: Path) -> int:
        return 100 if path.suffix == ".npz" else 0

    def inspect(
        self, path: Path, options: OddOptions | None = None, progress: Progress = untold
    ) -> FoundData[OddOptions]:
        info = DataInfo(
            self.name,
            "Odd",
            (Feature(NUMBERS, features(12)),),
            (Target(CLASS, features(1), CLASSES), Target(OTHER, features(1))),
        )
        chosen = options or OddOptions()
        with np.load(path) as file:
            counts = np.bincount(file["part"], minlength=3) if chosen.parts else np.zeros(3, dtype=np.int64)
            samples = len(file["x"])
        training, validation, tests = map(int, counts)
        parts = (training, validation, tests)
        return FoundData(chosen, info, samples, "odd", "It is read as it is.", given_parts=parts)

    def open(self, path: Path, options: OddOptions, progress: Progress = untold) -> Opened:
        return Opened(self.call(options).run(path))

    def call(self, options: OddOptions) -> ReaderCall:
        named = {"x": NUMBERS, "y": CLASS, "z": OTHER}
        return ReaderCall("odd_table", "read_odd_table", {"named": named, "parts": options.parts, "scale": SCALE})


def add_odd_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes it one of the sources, for a test."""
    known = {**registry.formats(), "odd_table": OddTable()}
    monkeypatch.setattr(registry, "formats", lambda: known)
    readers = [*designer.data.readers.__path__, str(Path(__file__).with_name("readers"))]
    monkeypatch.setattr(designer.data.readers, "__path__", readers)


def odd_table(path: Path) -> Path:
    """A file of it: the class is that of the largest of the first five numbers."""
    random = np.random.default_rng(5)
    x = random.normal(size=(60, 12)).astype(np.float32)
    y = x[:, :5].argmax(1).astype(np.int64)
    part = np.array([0, 0, 0, 1, 2, 0] * 10, dtype=np.int8)
    file = np.array([f"{number}.txt" for number in range(60)])
    np.savez(path, x=x, y=y, z=x[:, :1] - x[:, 1:2], part=part, origin=file)
    return path
