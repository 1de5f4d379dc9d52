"""Every source of a person's own data in a script: it reads the same, alone, and learns along the same curve."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from datasets import ClassLabel, Features, Value

from designer.codegen.copies import Copies
from designer.codegen.standalone import training_script
from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data import opening
from designer.data.formats.registry import formats
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff
from tests.data.formats.made import broken_films, broken_within, striped_pictures
from tests.data.formats.test_arrays import LABELS, PICTURES, by_hdf5, by_matlab, by_npy, by_safetensors, mnist, npz
from tests.data.formats.test_hub import saved
from tests.data.formats.test_image_sequences import film
from tests.data.formats.test_sequences import series, ucr_rows, waves
from tests.data.formats.test_sound import RATE, tone
from tests.data.formats.test_table import people
from tests.data.formats.test_text import reviews
from tests.helpers import starting_network

Made = Callable[[Path], Path]


def parts(folder: Path) -> Path:
    for part, each in (("train", 6), ("val", 3), ("test", 3)):
        striped_pictures(folder / part, ("it's", "猫"), each=each)
    return folder


def listed(folder: Path) -> Path:
    striped_pictures(folder, ("one", "two"))
    names = [f"{name}/{number:03}.png" for name in ("one", "two") for number in range(10)]
    pd.DataFrame({"file": names, "what it is": [name[:3] for name in names]}).to_csv(folder / "all.csv", index=False)
    return folder / "all.csv"


def films(folder: Path) -> Path:
    for name, down in (("down", True), ("up", False)):
        for number in range(6):
            (folder / name / f"take {number}").mkdir(parents=True)
            for place, frame in enumerate(film(down, 7, number)):
                frame.save(folder / name / f"take {number}" / f"{place}.png")
    broken_films(folder / "up")
    return folder


def zipped(folder: Path) -> Path:
    return npz(folder, x=PICTURES, y=LABELS)


def homes(folder: Path) -> Path:
    """Two numbers are learned, one of them in the thousands."""
    numbers = np.random.default_rng(0).normal(size=(40, 3))
    return npz(folder, x=numbers, y=np.stack([numbers[:, 0] * 900 + 20_000, numbers[:, 1]], axis=1))


def table(folder: Path) -> Path:
    return people(folder / "people.csv")


def by_parquet(folder: Path) -> Path:
    random = np.random.default_rng(0)
    rows = pd.DataFrame(random.normal(size=(60, 3)), columns=["größe (cm)", "def", "数"])
    rows["price"] = rows["def"] * 300 + 1000
    rows.to_parquet(folder / "homes.parquet")
    return folder / "homes.parquet"


def pair(folder: Path) -> Path:
    curves, labels = waves()
    (folder / "Waves_TRAIN.tsv").write_text(ucr_rows(curves[:16], labels[:16]))
    (folder / "Waves_TEST.tsv").write_text(ucr_rows(curves[16:], labels[16:]))
    return folder


def wide(folder: Path) -> Path:
    curves, labels = waves()
    rows = pd.DataFrame(curves, columns=[f"t{step}" for step in range(20)])
    rows.insert(0, "speed", np.where(labels == 1, "fast one", "较慢的速度"))
    rows.to_csv(folder / "wide.csv", index=False, encoding="gb18030")
    return folder / "wide.csv"


def steps(folder: Path) -> Path:
    rows = [
        (one, step, step % 3 / 3, "high" if step % 3 else "low") for one in range(12) for step in range(6 + one % 2)
    ]
    pd.DataFrame(rows, columns=["id", "t", "value", "label"]).to_csv(folder / "steps.csv", index=False)
    return folder / "steps.csv"


def sales(folder: Path) -> Path:
    series(folder / "sales.csv", 80)
    return folder / "sales.csv"


def opinions(folder: Path) -> Path:
    reviews().to_csv(folder / "reviews.csv", index=False)
    return folder / "reviews.csv"


def novel(folder: Path) -> Path:
    (folder / "novel.txt").write_text("It was a dark and stormy night. " * 40, encoding="utf-8")
    return folder / "novel.txt"


def tones(folder: Path) -> Path:
    for hertz in (300, 900):
        (folder / f"{hertz} Hz").mkdir()
        for number in range(8):
            soundfile.write(
                folder / f"{hertz} Hz" / f"{number}.flac", tone(hertz, 0.2 + number / 50, seed=number), RATE
            )
    broken_within(folder / "300 Hz")
    return folder


def hub(folder: Path) -> Path:
    rows = [{"text": "bad film" if number % 2 else "good film", "label": 1 - number % 2} for number in range(24)]
    return saved(folder / "set", rows, Features(text=Value("string"), label=ClassLabel(names=["low", "高い"])))


def parts_in_a_zip(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder / "all"), "zip", parts(folder / "some" / "pets").parent))


def table_in_a_tar(folder: Path) -> Path:
    table(folder).rename(folder / "größe.csv")
    with tarfile.open(folder / "all.tar.xz", "w:xz") as archive:
        archive.add(folder / "größe.csv", "deep/größe.csv")
    (folder / "größe.csv").unlink()
    return folder / "all.tar.xz"


def packed_text(folder: Path) -> Path:
    content = novel(folder).read_bytes()
    (folder / "novel.txt.gz").write_bytes(gzip.compress(content))
    return folder / "novel.txt.gz"


CASES: list[tuple[Made, str, dict[str, Any]]] = [
    (parts, "image_folder", {}),
    (listed, "labelled_pictures", {}),
    (films, "image_sequences", {}),
    (zipped, "arrays", {}),
    (by_npy, "arrays", {}),
    (homes, "arrays", {}),
    (by_safetensors, "arrays", {}),
    (by_hdf5, "arrays", {}),
    (by_matlab, "arrays", {}),
    (mnist, "arrays", {}),
    (table, "table", {}),
    (by_parquet, "table", {}),
    (pair, "sequences", {}),
    (wide, "sequences", {}),
    (steps, "sequences", {}),
    (sales, "sequences", {}),
    (opinions, "text", {}),
    (novel, "text", {}),
    (tones, "sound", {"kind": "spectrogram"}),
    (tones, "sound", {"kind": "frames", "seconds": 0.0}),
    (tones, "sound", {"kind": "waveform"}),
    (hub, "hub", {}),
    (parts_in_a_zip, "image_folder", {}),
    (table_in_a_tar, "table", {}),
    (packed_text, "text", {}),
]


@pytest.mark.parametrize(("made", "source", "options"), CASES, ids=lambda item: getattr(item, "__name__", str(item)))
def test_that_a_script_reads_what_the_program_reads(
    made: Made, source: str, options: dict[str, Any], tmp_path: Path, for_ruff: ForRuff
) -> None:
    (tmp_path / "data").mkdir()
    path = made(tmp_path / "data")
    _, found = opening.inspect(path, source)
    if options:
        _, found = opening.inspect(path, source, {**found.options.model_dump(mode="json"), **options})
    data = opening.settings_for(path, source, found)
    design = Design(starting_network(found.info, "usual"), data, TrainingSettings(epochs=2, device="cpu"))
    for_ruff(assert_script_learns_alike(design, opening.load(data), tmp_path))


LISTERS = [
    ("unpacked", "designer.data.readers._archives"),
    ("members_of_zip", "designer.data.readers._zip_files"),
    ("members_of_tar", "designer.data.readers._tar_files"),
]


def test_that_every_source_is_tried() -> None:
    assert {source for _, source, _ in CASES} == set(formats())


def test_that_a_script_can_have_what_unpacks_beside_what_reads() -> None:
    for source, form in formats().items():
        copies = Copies()
        call = form.call(form.options())
        for name, home in ((call.function, call.home), *LISTERS):
            copies.add(name, home)
        assert Counter(name for _, name in copies.definitions).most_common(1)[0][1] == 1, source


def workbook(folder: Path) -> Path:
    pd.read_csv(table(folder)).to_excel(folder / "people.xlsx", index=False)
    return folder / "people.xlsx"


@pytest.mark.parametrize(
    ("made", "options", "packages"),
    [
        (zipped, {}, "torch and numpy"),
        (by_hdf5, {}, "torch, numpy and h5py"),
        (tones, {}, "torch, numpy and soundfile"),
        (table, {}, "torch, numpy and duckdb"),
        (workbook, {}, "torch, numpy, duckdb and openpyxl"),
        (opinions, {}, "torch and numpy"),
        (opinions, {"units": "byte pairs"}, "torch, numpy and tokenizers"),
    ],
    ids=lambda item: getattr(item, "__name__", str(item)),
)
def test_that_a_script_asks_for_what_its_source_needs_and_no_more(
    made: Made, options: dict[str, Any], packages: str, tmp_path: Path
) -> None:
    path = made(tmp_path)
    source, found = opening.inspect(path)
    _, found = opening.inspect(path, source, {**found.options.model_dump(mode="json"), **options})
    design = Design(starting_networks(found.info)[0].network, opening.settings_for(path, source, found))
    text = training_script(design, found.info).text
    assert f"It needs {packages}, and the data that DATA names." in " ".join(text.split())
