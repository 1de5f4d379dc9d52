"""The data that come with the program with few samples of each, so that a script and the engine read them in a moment.

What lies beside an exported script is a file like any other: the script reads the smaller one as it is. Of what a seed
makes, the script takes some rows of all that its reader gives.
"""

from __future__ import annotations

import csv
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from designer.core.storage.resources import resource
from designer.data import sources
from designer.data.samples import Dataset, Samples
from designer.engine.runs.script_export import Exported

_PLACE = TemporaryDirectory(prefix="few-samples-")
_STEPS = {
    "digit_pairs": 4,
    "digit_scenes": 32,
    "digit_boxes": 8,
    "digit_sequences": 16,
    "moving_digits": 16,
    "next_letter": 16,
    "number_reversal": 16,
    "dna_motifs": 16,
    "point_shapes": 16,
    "flat_prices": 8,
}
"""Of so many rows behind each other the first two are taken: some sources make two of one picture."""


@cache
def folder() -> Path:
    """A folder with the files of all sources: every third digit, every fourth spoken vowel of the test, …"""
    place = Path(_PLACE.name)
    shutil.copytree(resource("data"), place, dirs_exist_ok=True)
    with np.load(resource("data", "mnist_5k.npz")) as file:
        np.savez(place / "mnist_5k.npz", **{name: file[name][::3] for name in file.files})
    with np.load(resource("data", "japanese_vowels.npz")) as file:
        vowels = dict(file)
    lengths = vowels["lengths_test"]
    chosen = np.arange(len(lengths)) % 4 == 0
    vowels["x_test"] = vowels["x_test"][np.repeat(chosen, lengths)]
    vowels |= {name: vowels[name][chosen] for name in ("lengths_test", "y_test")}
    np.savez(place / "japanese_vowels.npz", **vowels)
    with np.load(resource("data", "spoken_digits.npz")) as file:
        words = dict(file)
    chosen = np.arange(len(words["lengths"])) % 4 == 0
    words["steps"] = words["steps"][np.repeat(chosen, words["lengths"])]
    words |= {name: words[name][chosen] for name in ("lengths", "digit", "voice")}
    np.savez(place / "spoken_digits.npz", **words)
    _every(12, "movie_reviews.csv", place)
    return place


def _every(step: int, name: str, place: Path) -> None:
    """One row of a table in so many."""
    with resource("data", name).open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file)
    with (place / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows[::step]])


@cache
def samples_of(name: str) -> Dataset:
    """A source, as the engine takes it."""
    source = sources.sources()[name]
    train, test = (_few_rows(part, _STEPS.get(name, 2)) for part in source.read(folder()))
    return Dataset(source.info, Samples(train), Samples(test), source.words(folder()))


def _few_rows(part: dict[str, np.ndarray], step: int) -> dict[str, np.ndarray]:
    return {name: column[np.arange(len(column)) % step < 2] for name, column in part.items()}


def put_beside(exported: Exported) -> None:
    """The smaller files in place of those that the script has been exported with, and few rows of what it reads."""
    for path in exported.beside:
        if (folder() / path.name).is_file():
            shutil.copyfile(folder() / path.name, path)
    text = exported.script.read_text(encoding="utf-8")
    ((read, name),) = re.findall(r"columns, test_columns = (read_(\w+)\(FOLDER\))\n", text)
    if step := _STEPS.get(name):
        rows = f"{{name: values[np.arange(len(values)) % {step} < 2] for name, values in part.items()}}"
        few = f"[{rows} for part in {read}]"
        exported.script.write_text(text.replace(f"= {read}", f"= {few}"), encoding="utf-8")
