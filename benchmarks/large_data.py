"""Large data as people have them, made by chance: pictures, tables, sounds and a text."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import soundfile
from PIL import Image

CLASSES = 10
_ROWS = """
CREATE TABLE made AS SELECT {numbers}, ['Rome', 'Paris', 'Oslo'][1 + (hash(i) % 3)::INT] AS town,
({sum} > 200)::INT AS y FROM (SELECT i, {random} FROM range({rows}) t(i))
"""


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


def tables(folder: Path, rows: int) -> list[Path]:
    """The same rows as CSV and as Parquet."""
    names = ["age", "height", "weight", "income", "rent", "distance", "duration", "rating"]
    random = ", ".join(f"round(random() * 100, 4) AS {name}" for name in names)
    numbers, total = ", ".join(names), " + ".join(names[:4])
    with duckdb.connect(":memory:") as connection:
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_ROWS.format(numbers=numbers, sum=total, random=random, rows=rows))
        paths = [folder / "rows.csv", folder / "rows.parquet"]
        connection.execute(f"COPY made TO '{paths[0]}' (FORMAT csv, HEADER)")
        connection.execute(f"COPY made TO '{paths[1]}' (FORMAT parquet)")
    return paths


def text(folder: Path, letters: int) -> Path:
    """Words that are the more frequent the earlier they stand among all."""
    random = np.random.default_rng(0)
    words = ["".join(random.choice(list("abcdefghijklmnoprstuvw"), random.integers(2, 10))) for _ in range(20_000)]
    share = 1 / np.arange(1, len(words) + 1)
    path, written = folder / "text.txt", 0
    with path.open("w", encoding="utf-8") as file:
        while written < letters:
            written += file.write(" ".join(random.choice(words, 50_000, p=share / share.sum())) + ".\n")
    return path


def sounds(folder: Path, count: int) -> Path:
    """Tones of a quarter of a second in noise, of another pitch in each of the folders."""
    random, seconds = np.random.default_rng(0), np.arange(2000) / 8000
    for number in range(count):
        label = number % CLASSES
        place = folder / f"tone {label}"
        place.mkdir(parents=True, exist_ok=True)
        wave = np.sin(2 * np.pi * (200 + 150 * label) * seconds) / 2
        soundfile.write(place / f"{number:06}.wav", wave + random.normal(0, 0.05, len(seconds)), 8000)
    return folder
