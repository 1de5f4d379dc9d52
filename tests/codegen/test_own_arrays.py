"""Scripts of designs with arrays, and with tables of pictures: they read the same as the program does."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pandas
import pytest
from safetensors.numpy import save_file
from scipy.io import savemat

from designer.data import opening
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff
from tests.codegen.test_own_data import with_data
from tests.data.formats.made import noise
from tests.helpers import chain, dense, input_of, output_for

RANDOM = np.random.default_rng(2)
X, Y = RANDOM.normal(size=(40, 6)).astype(np.float32), np.arange(40) % 3
NETWORK = chain(input_of(6), dense(3), output_for())


def in_npz(folder: Path) -> Path:
    values = X.copy()
    values[3, 2] = np.nan
    path = folder / "data.npz"
    np.savez(path, x_train=values, y_train=Y, x_test=X[:9], y_test=Y[:9])
    return path


def in_hdf5(folder: Path) -> Path:
    with h5py.File(folder / "data.h5", "w") as file:
        file["x"], file["y"], file["group"] = X, np.array([b"it's", b"cat", b"dog"])[Y], np.arange(40) // 4
    return folder / "data.h5"


def in_matlab(folder: Path) -> Path:
    savemat(folder / "data.mat", {"X": X.T, "y": Y[:, None] + 1.0})
    return folder / "data.mat"


def in_safetensors(folder: Path) -> Path:
    save_file({"x": X, "y": np.eye(3)[Y]}, folder / "data.safetensors")
    return folder / "data.safetensors"


def in_npy(folder: Path) -> Path:
    np.save(folder / "x.npy", X)
    np.save(folder / "y.npy", Y)
    return folder / "x.npy"


@pytest.mark.parametrize(
    ("write", "needs"),
    [
        (in_npz, "torch and numpy"),
        (in_npy, "torch and numpy"),
        (in_hdf5, "torch, numpy and h5py"),
        (in_matlab, "torch, numpy and scipy"),
        (in_safetensors, "torch, numpy and safetensors"),
    ],
)
def test_that_a_script_with_arrays_learns_along_the_same_curve(
    write: object, needs: str, tmp_path: Path, for_ruff: ForRuff
) -> None:
    assert callable(write)
    design = with_data(NETWORK, write(tmp_path))
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert f"It needs {needs}, and the data that DATA names." in text
    for_ruff(text)


def test_that_a_script_with_a_table_of_pictures_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    files = [f"{number}.png" for number in range(30)]
    for number, name in enumerate(files):
        noise(tmp_path / "pictures" / name, number, 6, 6, channels=1)
    parts = ["train"] * 20 + ["val"] * 4 + ["test"] * 6
    frame = pandas.DataFrame({"file": files, "class": ["cat", "big\nowl", "it's"] * 10, "split": parts})
    frame.to_csv(tmp_path / "pictures" / "labels.csv", index=False, encoding="utf-16", sep=";")
    network = chain(input_of(1, 6, 6), "flatten", dense(3), output_for())
    design = with_data(network, tmp_path / "pictures", {"height": 6, "width": 6, "colour": "grey"})
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert "It needs torch, numpy and Pillow" in text
    for_ruff(text)
