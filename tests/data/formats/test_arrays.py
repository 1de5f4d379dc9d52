"""Files of arrays as NumPy, h5py, safetensors, scipy and MNIST's makers write them."""

from __future__ import annotations

import gzip
import io
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch
from scipy.io import savemat
from sklearn.datasets import load_diabetes, load_digits, load_iris
from sklearn.linear_model import LogisticRegression

from designer.core.graph.design import Design
from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats.array_files import looking
from designer.data.formats.array_files.options import ArraysOptions
from designer.data.formats.arrays import FORMAT
from designer.data.formats.base import PART, FoundData
from designer.data.formats.registry import recognised
from designer.data.readers import array_files
from designer.engine.protocol.events import Finished
from designer.engine.training.trainer import Trainer
from tests.data.formats.made import striped_pictures
from tests.helpers import chain, dense, input_of, output_for

NOISE = np.random.default_rng(5)
PICTURES = NOISE.integers(0, 256, (30, 9, 8), dtype=np.uint8)
LABELS = np.arange(30) % 3


def inspected(path: Path, **options: object) -> FoundData[ArraysOptions]:
    source, found = opening.inspect(path, options=options or None)
    assert source == "arrays"
    return found


def npz(folder: Path, **members: object) -> Path:
    np.savez(folder / "data.npz", **members)
    return folder / "data.npz"


def shapes(path: Path, found: FoundData[ArraysOptions]) -> dict[str, tuple[int, ...]]:
    """Of the columns as they are opened, which have to be those that were told."""
    columns = FORMAT.open(path, found.options).columns
    for feature in found.info.features:
        assert feature.shape.sizes == columns[feature.name].shape[1:]
    assert all(len(column) == found.samples for column in columns.values())
    return {name: column.shape for name, column in columns.items()}


def idx(array: np.ndarray, kind: int = 0x08) -> bytes:
    """A file of MNIST's kind."""
    return bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def mnist(folder: Path) -> Path:
    for part, count in (("train", 30), ("t10k", 10)):
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(PICTURES[:count])))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(LABELS[:count].astype(np.uint8)))
    return folder


def by_npy(folder: Path) -> Path:
    np.save(folder / "X.npy", PICTURES)
    np.save(folder / "y.npy", LABELS)
    return folder / "X.npy"


def by_safetensors(folder: Path) -> Path:
    save_file({"images": PICTURES, "labels": LABELS}, folder / "data.safetensors")
    return folder / "data.safetensors"


def by_hdf5(folder: Path) -> Path:
    with h5py.File(folder / "data.h5", "w") as file:
        file.create_dataset("set/images", data=PICTURES, compression="gzip")
        file["set/labels"] = LABELS
    return folder / "data.h5"


def by_matlab(folder: Path) -> Path:
    savemat(folder / "data.mat", {"X": PICTURES.transpose(1, 2, 0), "y": LABELS[:, None].astype(float)})
    return folder / "data.mat"


def by_matlab_7_3(folder: Path) -> Path:
    """As MATLAB does: 512 bytes of its own, then HDF5 with all axes turned round."""
    with h5py.File(folder / "data.mat", "w", userblock_size=512) as file:
        file["X"] = PICTURES.transpose(1, 2, 0).T
        file["y"] = LABELS[:, None].T.astype(float)
    with (folder / "data.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(512, b" "))
    return folder / "data.mat"


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: npz(folder, x=PICTURES, y=LABELS),
        by_npy,
        by_safetensors,
        by_hdf5,
        by_matlab,
        by_matlab_7_3,
        lambda folder: mnist(folder) / "train-images-idx3-ubyte.gz",
    ],
)
def test_that_pictures_of_bytes_are_read_from_every_kind_of_file(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    path = write(tmp_path)
    found = inspected(path)
    assert found.info.features[0].shape.sizes == (1, 9, 8)
    assert found.info.targets[0].classes == ("0", "1", "2")
    data = opening.settings_for(path, "arrays", found)
    columns = FORMAT.open(path, FORMAT.read_options(data.options)).columns  # as a file has them
    image, label = (columns[found.info.features[0].name], columns[found.info.targets[0].name])
    assert np.array_equal(image[:30, 0], PICTURES / np.float32(255))
    assert label[:30].tolist() == LABELS.tolist()
    assert (image.dtype, label.dtype) == (np.float32, np.int64)


def test_that_files_of_a_folder_belong_together(tmp_path: Path) -> None:
    mnist(tmp_path)
    found = inspected(tmp_path)
    assert found.given_parts == (30, 0, 10)
    assert found.summary == "3 classes, 40 samples of 1×9×8"
    assert found.reading == (
        "images (train-images-idx3-ubyte.gz, t10k-images-idx3-ubyte.gz) is read as images (height×width), divided by "
        "255; labels (train-labels-idx1-ubyte, t10k-labels-idx1-ubyte) is learned as 3 classes."
    )
    assert FORMAT.open(tmp_path, found.options).columns[PART].tolist() == [0] * 30 + [2] * 10


@pytest.mark.parametrize(
    "names", ["x_train y_train x_test y_test", "Xtrain Ytrain Xtest Ytest", "train/x train/y test/x test/y"]
)
def test_that_parts_are_known_by_the_names_of_members(tmp_path: Path, names: str) -> None:
    arrays = (PICTURES, LABELS, PICTURES[:10] + 1, LABELS[:10])
    found = inspected(npz(tmp_path, **dict(zip(names.split(), arrays, strict=True))))
    assert found.given_parts == (30, 0, 10)
    assert [item.name for item in (*found.info.features, *found.info.targets)] == ["x", "y"]


@pytest.mark.parametrize(
    ("name", "sample", "dtype", "sizes"),
    [
        ("x", (7,), np.float32, (7,)),
        ("x", (), np.float64, (1,)),
        ("x", (5, 3), np.float32, (5, 3)),  # a sequence,
        ("x", (8, 8), np.float32, (1, 8, 8)),  # and a square picture
        ("signal", (8, 8), np.float32, (8, 8)),
        ("images", (5, 3), np.float32, (1, 5, 3)),
        ("x", (6, 5, 3), np.float32, (3, 6, 5)),
        ("x", (3, 6, 5), np.float32, (3, 6, 5)),
        ("x", (2, 6, 5, 4), np.float32, (4, 2, 6, 5)),
        ("x", (1, 5, 6, 7), np.float32, (1, 5, 6, 7)),
        ("video", (2, 6, 5, 3), np.float32, (2, 3, 6, 5)),
        ("frames", (2, 3, 6, 5), np.float32, (2, 3, 6, 5)),
        ("tokens", (6,), np.int32, (6,)),
    ],
)
def test_that_axes_are_told_apart(
    tmp_path: Path, name: str, sample: tuple[int, ...], dtype: type, sizes: tuple[int, ...]
) -> None:
    values = NOISE.integers(0, 50, (30, *sample)).astype(dtype)
    path = npz(tmp_path, **{name: values, "y": LABELS})
    found = inspected(path)
    assert found.info.features[0].shape.sizes == sizes
    assert shapes(path, found)[name] == (30, *sizes)
    assert found.info.features[0].vocabulary == (int(values.max()) + 1 if name == "tokens" else None)
    opened = FORMAT.open(path, found.options).columns[name]
    assert opened.dtype == (np.int64 if name == "tokens" else np.float32)


def test_that_axes_can_be_said_by_a_person(tmp_path: Path) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 8, 8)), y=LABELS)
    found = inspected(path, layout="sequence")
    assert found.info.features[0].shape.names == ("L", "F")
    assert "x is read as sequences (steps×features)" in found.reading
    assert shapes(path, inspected(path, layout="features"))["x"] == (30, 64)
    with pytest.raises(DataError, match=r"x: images .* have 3 sizes, but its samples are 8×8"):
        inspected(path, layout="image_last")


@pytest.mark.parametrize(
    ("values", "divisor"),
    [
        (NOISE.integers(0, 256, (30, 8, 8)).astype(np.float64), 255),
        (NOISE.integers(0, 100, (30, 8, 8)).astype(np.uint8), 255),
        (NOISE.integers(0, 65536, (30, 8, 8)).astype(np.uint16), 65535),
        (NOISE.integers(0, 17, (30, 8, 8)).astype(np.float64), 1),
        (NOISE.normal(size=(30, 8, 8)), 1),
        (NOISE.integers(0, 256, (30, 8)).astype(np.float64), 1),
    ],
)
def test_that_pictures_of_whole_numbers_are_brought_to_0_to_1(
    tmp_path: Path, values: np.ndarray, divisor: float
) -> None:
    path = npz(tmp_path, x=values, y=LABELS)
    columns = FORMAT.open(path, inspected(path).options).columns
    assert np.array_equal(columns["x"].reshape(values.shape), values.astype(np.float32) / np.float32(divisor))
    plain = FORMAT.open(path, inspected(path, scale=False).options).columns
    assert np.array_equal(plain["x"].reshape(values.shape), values.astype(np.float32))


@pytest.mark.parametrize(
    ("labels", "classes", "first"),
    [
        (LABELS + 1, ("1", "2", "3"), [0, 1, 2]),
        (LABELS[:, None].astype(float), ("0", "1", "2"), [0, 1, 2]),
        (np.array(["owl", "大 猫", "ant"])[LABELS], ("ant", "owl", "大 猫"), [1, 2, 0]),
        (np.array([b"owl", b"cat", b"ant"])[LABELS], ("ant", "cat", "owl"), [2, 1, 0]),
        (np.array(["10", "9", "x"])[LABELS], ("10", "9", "x"), [0, 1, 2]),
        (np.eye(3)[LABELS], ("0", "1", "2"), [0, 1, 2]),
        (LABELS == 1, ("0", "1"), [0, 1, 0]),
    ],
)
def test_that_labels_become_classes(
    tmp_path: Path, labels: np.ndarray, classes: tuple[str, ...], first: list[int]
) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 4)), y=labels)
    found = inspected(path)
    assert found.info.targets[0].classes == classes
    data = opening.settings_for(path, "arrays", found)
    columns = FORMAT.open(path, FORMAT.read_options(data.options)).columns
    assert columns["y"][:3].tolist() == first
    assert found.class_counts == tuple(np.bincount(columns["y"]))


def test_that_words_that_are_numbers_stay_words(tmp_path: Path) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 4)), y=np.array(["10", "9", "7"])[LABELS])
    found = inspected(path)
    again = inspected(path, **found.options.model_dump(mode="json"))
    assert found.info.targets[0].classes == again.info.targets[0].classes == ("10", "7", "9")
    assert FORMAT.open(path, again.options).columns["y"][:3].tolist() == [0, 2, 1]


def test_that_words_of_any_length_in_hdf5_are_classes(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = NOISE.normal(size=(30, 4))
        file.create_dataset("y", data=[["ant", "大 猫", "owl"][label] for label in LABELS], dtype=h5py.string_dtype())
    found = inspected(tmp_path / "data.h5")
    assert found.info.targets[0].classes == ("ant", "owl", "大 猫")
    assert FORMAT.open(tmp_path / "data.h5", found.options).columns["y"][:3].tolist() == [0, 2, 1]


def test_that_samples_of_other_classes_are_left_out(tmp_path: Path) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 4)), y=LABELS)
    columns = [{"name": "x"}, {"name": "y", "role": "target", "type": "category", "values": ["2", "0"]}]
    found = inspected(path, columns=columns)
    assert (found.samples, found.info.targets[0].classes, found.class_counts) == (20, ("2", "0"), (10, 10))
    assert FORMAT.open(path, found.options).columns["y"][:4].tolist() == [1, 0, 1, 0]


def test_that_members_of_words_name_the_classes(tmp_path: Path) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 4)), y=LABELS, label_names=["ant", "cat", "owl"])
    assert inspected(path).info.targets[0].classes == ("ant", "cat", "owl")


@pytest.mark.parametrize(
    ("targets", "sizes"),
    [(NOISE.normal(size=30), (1,)), (NOISE.normal(size=(30, 2)), (2,)), (NOISE.normal(size=(30, 5, 2)), (5, 2))],
)
def test_that_other_numbers_are_learned_as_such(tmp_path: Path, targets: np.ndarray, sizes: tuple[int, ...]) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 5, 3)), y=targets)
    found = inspected(path)
    assert (found.info.targets[0].classes, found.info.targets[0].shape.sizes) == (None, sizes)
    assert shapes(path, found)["y"] == (30, *sizes)


def test_that_whole_numbers_that_never_come_twice_are_no_classes(tmp_path: Path) -> None:
    assert inspected(npz(tmp_path, x=PICTURES[:12], y=np.arange(12))).info.targets[0].classes is None


def test_that_each_step_may_have_a_class(tmp_path: Path) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 5, 3)), y=np.tile(LABELS[:, None], 5))
    found = inspected(path)
    assert found.info.targets[0].per_step
    assert shapes(path, found)["y"] == (30, 5)


def test_that_a_person_says_what_members_are_for(tmp_path: Path) -> None:
    path = npz(tmp_path, a=NOISE.normal(size=(30, 4)), b=LABELS, c=LABELS // 2, d=np.repeat([5, 7], 15))
    roles = {"a": ("input", "number"), "b": ("target", "number"), "c": ("ignored", "number"), "d": ("group", "number")}
    columns = [{"name": name, "role": role, "type": kind} for name, (role, kind) in roles.items()]
    found = inspected(path, columns=columns)
    assert [(item.name, item.classes) for item in found.info.targets] == [("b", None)]
    assert found.info.groups == "group"
    assert FORMAT.open(path, found.options).columns["group"].tolist() == [0] * 15 + [1] * 15
    columns[1]["type"] = "category"
    assert inspected(path, columns=columns).info.targets[0].classes == ("0", "1", "2")


@pytest.mark.parametrize("parts", [np.repeat([0, 1, 2], 10), np.repeat(["Train", "val", "TEST"], 10)])
def test_that_a_member_may_say_the_part_of_each_sample(tmp_path: Path, parts: np.ndarray) -> None:
    path = npz(tmp_path, x=NOISE.normal(size=(30, 4)), y=LABELS, split=parts)
    found = inspected(path)
    assert found.given_parts == (10, 10, 10)
    assert FORMAT.open(path, found.options).columns[PART].tolist() == [0] * 10 + [1] * 10 + [2] * 10


def test_that_a_part_without_labels_is_left_out_and_told(tmp_path: Path) -> None:
    found = inspected(npz(tmp_path, x_train=PICTURES, y_train=LABELS, x_test=PICTURES[:5]))
    assert (found.samples, found.given_parts) == (30, (0, 0, 0))
    assert [item.where for item in found.findings] == [("x_test",)]


def test_that_names_which_say_nothing_are_told_apart_by_shapes(tmp_path: Path) -> None:
    found = inspected(npz(tmp_path, first=NOISE.normal(size=(30, 4)), second=LABELS, third=np.zeros(7)))
    assert [item.name for item in found.info.features] == ["first"]
    assert [item.name for item in found.info.targets] == ["second"]
    several = inspected(
        npz(tmp_path, first=NOISE.normal(size=(30, 4)), second=LABELS, third=NOISE.normal(size=(30, 9)))
    )
    assert [item.name for item in several.info.features] == ["first", "third"]


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_that_missing_values_are_told_and_left_out_or_put_to_0(tmp_path: Path, value: float) -> None:
    values = NOISE.normal(size=(30, 4))
    values[3, 1] = values[5, 2] = value
    path = npz(tmp_path, x=values, y=LABELS)
    found = inspected(path)
    (told,) = found.findings
    assert told.message == "Some values are missing (not a number) or infinite. Those samples are left out."
    assert told.where == ("x: 2 samples",)
    assert shapes(path, found)["x"] == (28, 4)
    zero = inspected(path, **{**found.options.model_dump(mode="json"), **told.answers[0].changes})
    assert zero.findings[0].message.endswith("0 is put in their place.")
    assert zero.findings[0].answers[0].changes == {"missing": "leave_out"}
    opened = FORMAT.open(path, zero.options).columns["x"]
    assert (len(opened), opened[3, 1]) == (30, 0)


@pytest.mark.parametrize(
    ("member", "said"),
    [
        (np.array([None] * 30), r"x: it holds Python objects, as arrays of unequal lengths are saved"),
        (np.array([[1.0], [1.0, 2.0]] * 15, dtype=object), r"x: it holds Python objects, as arrays of unequal lengths"),
        (np.ones(30, dtype=complex), "x: it holds complex numbers: expected real ones"),
        (np.zeros((0, 4)), "x: it is empty"),
        (np.float64(3), "x: it holds a single value: expected one for each sample"),
        (np.array(["2020-01-01"] * 30, dtype="M8[D]"), r"x: it holds datetime64\[D\]: expected numbers or words"),
    ],
)
def test_that_a_member_that_cannot_be_read_is_named(tmp_path: Path, member: np.ndarray, said: str) -> None:
    path = npz(tmp_path, x=member)
    with pytest.raises(DataError, match=f"data.npz: expected a member with numbers for each sample.*{said}"):
        inspected(path)
    path = npz(tmp_path, x=member, z=LABELS)
    with pytest.raises(DataError, match=f"data.npz: {said}"):
        inspected(path, columns=[{"name": "x"}])


def test_that_what_holds_no_arrays_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    for path in (tmp_path, tmp_path / "a.csv"):
        with pytest.raises(DataError, match=f"{path}: expected arrays: a file of NumPy, safetensors, HDF5"):
            opening.inspect(path, "arrays")


def test_that_words_are_no_numbers_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"data.npz: x: it holds words: expected numbers to learn from"):
        inspected(npz(tmp_path, x=np.array([["a", "b"]] * 30), y=LABELS))


def test_that_a_member_of_another_length_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="y: expected 30 samples, as x has, got 29"):
        inspected(npz(tmp_path, x=PICTURES, y=LABELS[:29]))
    with pytest.raises(DataError, match="fold: expected 30 values, one for each sample, got 3"):
        inspected(npz(tmp_path, x=PICTURES, y=LABELS, fold=np.arange(3)))


def test_that_samples_of_another_shape_in_another_part_are_named(tmp_path: Path) -> None:
    path = npz(tmp_path, x_train=PICTURES, y_train=LABELS, x_test=PICTURES[:, 1:], y_test=LABELS)
    with pytest.raises(DataError, match="x_test: expected samples of 9×8, as x_train has, got 8×8"):
        inspected(path)


def test_that_a_target_that_no_output_learns_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="y: expected a class or numbers for each sample or each step, got 2×9×8"):
        inspected(npz(tmp_path, x=PICTURES, y=NOISE.normal(size=(30, 2, 9, 8))))
    with pytest.raises(DataError, match="y: expected 2 to 20,000 classes, got 1"):
        inspected(npz(tmp_path, x=PICTURES, y=np.zeros(30, dtype=int)))
    path = npz(tmp_path, x=PICTURES, y=np.full(30, 0.5))
    with pytest.raises(DataError, match=r"y: expected whole numbers or words for classes, got 0.5"):
        inspected(path, columns=[{"name": "x"}, {"name": "y", "role": "target", "type": "category"}])
    with pytest.raises(DataError, match="split: expected 0, 1 and 2, or train, val and test, got 7"):
        inspected(npz(tmp_path, x=PICTURES, y=LABELS, split=np.full(30, 7)))


def test_that_samples_too_wide_for_a_network_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="x: its samples are 70000: expected no size above 65,536"):
        inspected(npz(tmp_path, x=np.zeros((4, 70_000), dtype=np.int8), y=np.arange(4) % 2))


def test_that_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Bad:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "opened",))

    np.save(tmp_path / "x.npy", np.array([Bad()] * 3, dtype=object))
    with pytest.raises(DataError, match="it holds Python objects"):
        inspected(tmp_path / "x.npy")
    with pytest.raises(ValueError, match="allow_pickle"):
        array_files.read_npy(tmp_path / "x.npy", inputs={"x": (("x.npy",), "features", 1.0)}, targets={})
    assert not (tmp_path / "opened").exists()


def lying_header(count: int) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": (count,)})
    return buffer.getvalue() + bytes(80)


def test_that_headers_that_promise_more_than_there_is_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(lying_header(10**12))
    with pytest.raises(DataError, match=r"x.npy: it should have 8,000,000,000,000 bytes, and has 80"):
        inspected(tmp_path / "x.npy")
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("x.npy", lying_header(10**12))
    with pytest.raises(DataError, match="x: it should have 8,000,000,000,000 bytes, and has 80"):
        inspected(tmp_path / "x.npz")
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(PICTURES)[:-1])
    with pytest.raises(DataError, match="train-images-idx3-ubyte: it should have 2,160 bytes, and has 2,159"):
        inspected(tmp_path / "train-images-idx3-ubyte")
    (tmp_path / "train-images-idx3-ubyte").unlink()
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(PICTURES)[:-1]))
    with pytest.raises(DataError, match="expected 2,160 bytes behind its first ones, got 2,159"):
        inspected(tmp_path / "train-images-idx3-ubyte.gz")


def test_that_nothing_is_read_that_has_no_room_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with h5py.File(tmp_path / "bomb.h5", "w") as file:
        file.create_dataset("x", (10**9, 1000), dtype="f4", chunks=True)  # a few bytes in the file
        file.create_dataset("y", (10**9,), dtype="i8", chunks=True)
    monkeypatch.setattr("designer.data.formats.array_files.members.available_memory", lambda: 10**8)
    told = "1,000,000,000 values of int64 take 7.5 GiB; .* takes 14.9 GiB, and 95.4 MiB of memory are free"
    with pytest.raises(DataError, match=rf"bomb.h5: y: {told}"):
        inspected(tmp_path / "bomb.h5")
    (tmp_path / "bomb.mat").write_bytes((tmp_path / "bomb.h5").read_bytes())
    with pytest.raises(DataError, match=rf"bomb.mat: y: {told}"):
        inspected(tmp_path / "bomb.mat")
    with h5py.File(tmp_path / "words.h5", "w") as file:
        file.create_dataset("x", (10**6, 2), dtype="f4", chunks=True)
        file.create_dataset("y", (10**6,), dtype=h5py.string_dtype(), chunks=True)
        file.create_dataset("names", (2,), dtype="S30000000", chunks=True)
    with pytest.raises(DataError, match=r"names: 2 words take 286 MiB"):
        inspected(tmp_path / "words.h5")
    with h5py.File(tmp_path / "words.h5", "a") as file:
        del file["names"]
    with pytest.raises(DataError, match=r"y: 1,000,000 words take 95.4 MiB"):
        inspected(tmp_path / "words.h5")
    path = npz(tmp_path, x=PICTURES, y=LABELS)
    found = inspected(path)
    options = found.options
    monkeypatch.setattr("designer.data.formats.array_files.members.available_memory", lambda: 1000)
    with pytest.raises(DataError, match=r"x: .* take .* and 1000 B of memory are free"):
        FORMAT.open(path, options)
    np.save(tmp_path / "one.npy", np.zeros((1000, 9), np.uint8))
    with pytest.raises(DataError, match=r"one.npy: 1,000×9 values of uint8 take"):
        FORMAT.sample_of(tmp_path / "one.npy", options, found.info.features[0], lambda: pytest.fail("unread"))


def test_that_large_inputs_are_not_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = npz(tmp_path, x=PICTURES, y=LABELS)
    monkeypatch.setattr(looking, "MOST_LOOKED_THROUGH", 100)
    found = inspected(path)
    assert [item.message.partition(":")[0] for item in found.findings] == ["The inputs are large"]
    assert shapes(path, found)["x"] == (30, 1, 9, 8)
    alone = inspected(npz(tmp_path, x=PICTURES))
    assert (alone.samples, alone.info.targets) == (30, ())


def test_that_numbers_in_other_files_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(bytes(240))
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file.create_dataset("x", (30,), dtype="f8", external=[(str(tmp_path / "secret"), 0, 240)])
    with pytest.raises(DataError, match="x: its numbers lie in another file, which is not opened"):
        inspected(tmp_path / "data.h5")


@pytest.mark.parametrize("name", ["a.npz", "a.npy", "a.safetensors", "a.h5", "a.mat", "a.idx", "a-idx1-ubyte.gz"])
def test_that_broken_files_are_refused_with_their_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\1 no such file" * 30)
    with pytest.raises(DataError, match=rf"{name}: it cannot be read as"):
        opening.inspect(tmp_path / name, "arrays")


def test_that_members_of_hdf5_that_are_no_arrays_of_numbers_are_told(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"], file["y"] = NOISE.normal(size=(30, 4)), LABELS
        file["nothing"] = h5py.Empty("f4")
        ragged = file.create_dataset("ragged", (30,), dtype=h5py.vlen_dtype(np.float64))
        ragged[0] = [1.0, 2.0]
        file["letters"] = np.zeros((3, 2), dtype=np.uint16)
        file["letters"].attrs["MATLAB_class"] = np.bytes_("char")
    (told,) = inspected(tmp_path / "data.h5").findings
    assert told.where == (
        "letters: it is a char of MATLAB: expected a matrix of numbers",
        "nothing: it is empty",
        "ragged: it holds Python objects, as arrays of unequal lengths are saved: expected numbers of one shape",
    )


def test_that_numbers_that_numpy_does_not_have_are_told(tmp_path: Path) -> None:
    tensors = {"x": torch.zeros(30, 4), "y": torch.arange(30) % 3, "half": torch.zeros(30, dtype=torch.bfloat16)}
    save_torch(tensors, tmp_path / "data.safetensors")
    (told,) = inspected(tmp_path / "data.safetensors").findings[:1]
    assert told.where == ("half: it holds BF16: expected float16, float32, float64 or whole numbers",)


def test_that_a_preview_has_samples_from_all_over(tmp_path: Path) -> None:
    path = npz(tmp_path, x=PICTURES, y=np.sort(LABELS))
    options = inspected(path).options
    assert FORMAT.preview(path, options, 3).columns["y"].tolist() == [0, 1, 2]
    assert len(FORMAT.preview(path, options, 99).columns["y"]) == 30


def test_that_copies_in_another_part_are_told(tmp_path: Path) -> None:
    test = np.concatenate([PICTURES[:2], PICTURES[2:5] + 1])
    found = inspected(npz(tmp_path, x_train=PICTURES, y_train=LABELS, x_test=test, y_test=LABELS[:5]))
    (told,) = found.findings
    assert told.message.startswith("2 samples have the same inputs as another one; 2 of them in another part")
    assert told.where == ("sample 0 = sample 30", "sample 1 = sample 31")
    alone = inspected(npz(tmp_path, x=np.concatenate([PICTURES[:29], PICTURES[:1]]), y=LABELS))
    assert "Copies may come to both sides" in alone.findings[0].message


def test_that_rare_classes_and_words_of_matlab_are_told(tmp_path: Path) -> None:
    labels = np.array(["ant"] * 29 + ["cat"])
    savemat(tmp_path / "data.mat", {"X": NOISE.normal(size=(30, 4)), "y": labels, "notes": np.array([{"a": 1}])})
    found = inspected(tmp_path / "data.mat")
    assert found.info.targets[0].classes == ("ant", "cat")
    messages = [item.message for item in found.findings]
    assert any("a single sample" in message for message in messages)
    assert any("1 member cannot be read, and is ignored." in message for message in messages)


@pytest.mark.parametrize("version", ["4", "5"])
def test_that_older_files_of_matlab_are_read(tmp_path: Path, version: str) -> None:
    members = {"X": NOISE.normal(size=(30, 4)), "y": (LABELS + 1.0)[None]}
    savemat(tmp_path / "data.mat", members, format=version)
    found = inspected(tmp_path / "data.mat")
    assert shapes(tmp_path / "data.mat", found) == {"x": (30, 4), "y": (30,)}
    assert found.info.targets[0].classes == ("1", "2", "3")


def test_that_columns_of_matlab_may_be_the_samples(tmp_path: Path) -> None:
    savemat(tmp_path / "data.mat", {"X": NOISE.normal(size=(4, 30)), "y": LABELS[None] + 1.0})
    found = inspected(tmp_path / "data.mat")
    assert shapes(tmp_path / "data.mat", found) == {"x": (30, 4), "y": (30,)}


def test_that_a_missing_library_is_told_with_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = by_matlab(tmp_path)
    options = inspected(path).options
    monkeypatch.setitem(sys.modules, "scipy.io", None)
    with pytest.raises(DataError, match=r'read by scipy: pip install "network-designer\[matlab\]"'):
        inspected(path)
    with pytest.raises(DataError, match=r'read by scipy: pip install "network-designer\[matlab\]"'):
        FORMAT.open(path, options)


def test_that_a_member_that_is_gone_is_named(tmp_path: Path) -> None:
    options = inspected(npz(tmp_path, x=PICTURES, y=LABELS)).options
    path = npz(tmp_path, x=PICTURES)
    with pytest.raises(DataError, match=r"data.npz: there is no 'y' any more"):
        FORMAT.open(path, options)
    with pytest.raises(DataError, match="there is no member 'y'"):
        inspected(path, **options.model_dump(mode="json"))


def test_that_reading_ends_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    path = npz(tmp_path, x=PICTURES, y=LABELS)
    options = inspected(path).options

    def tell(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        FORMAT.open(path, options, tell)
    with pytest.raises(Cancelled):
        FORMAT.inspect(path, None, tell)


def test_that_networks_and_folders_of_pictures_are_not_taken(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "net.h5", "w") as file:
        file.attrs["keras_version"] = "3.0"
    assert not recognised(tmp_path / "net.h5")
    pictures = striped_pictures(tmp_path / "pets")
    assert [form.name for form in recognised(pictures)] == ["image_folder"]


def test_that_other_samples_are_read_as_those_that_were_learned_from(tmp_path: Path) -> None:
    options = inspected(npz(tmp_path, x_train=PICTURES, y_train=LABELS, x_test=PICTURES, y_test=LABELS)).options
    np.save(tmp_path / "new.npy", PICTURES[:3])
    alone, names = FORMAT.open_others(tmp_path / "new.npy", options)
    assert (list(alone.columns), names) == (["x"], ())
    assert np.array_equal(alone.columns["x"][:, 0], PICTURES[:3] / np.float32(255))
    with_labels, _ = FORMAT.open_others(npz(tmp_path, x_test=PICTURES[:5], y_test=LABELS[:5]), options)
    assert with_labels.columns["y"].tolist() == LABELS[:5].tolist()
    with_others, _ = FORMAT.open_others(npz(tmp_path, a=LABELS, x=PICTURES[:5]), options)
    assert len(with_others.columns["x"]) == 5
    with pytest.raises(DataError, match="expected a member x_train, as the data have that were learned from"):
        FORMAT.open_others(npz(tmp_path, a=LABELS, b=LABELS), options)
    with pytest.raises(DataError, match="expected a file of arrays"):
        FORMAT.open_others(tmp_path / "new.txt", options)


def test_that_a_change_beside_the_file_is_another_fingerprint(tmp_path: Path) -> None:
    path = by_npy(tmp_path)
    before = inspected(path).fingerprint
    np.save(tmp_path / "y.npy", LABELS[::-1])
    assert inspected(path).fingerprint != before


def test_that_digits_of_scikit_learn_are_learned_as_well_as_by_logistic_regression(tmp_path: Path) -> None:
    path = npz(tmp_path, **load_digits())  # with what it has beside them, which is no array
    found = inspected(path)
    assert found.summary == "10 classes, 1,797 samples of 64 and 1×8×8"
    data = opening.settings_for(path, "arrays", found)
    dataset = opening.load(data)
    plain = LogisticRegression(max_iter=100).fit(dataset.train.columns["data"] / 16, dataset.train.columns["target"])
    wanted = plain.score(dataset.test.columns["data"] / 16, dataset.test.columns["target"])
    network = chain(input_of(64), dense(256, "hidden", activation="relu"), dense(10), output_for())
    design = Design(network, data)
    design = replace(design, training=design.training.model_copy(update={"epochs": 20}))
    ended = Trainer(design, dataset, lambda event: None).run()
    assert isinstance(ended, Finished)
    assert ended.metrics["test_accuracy"] >= wanted


def test_that_iris_and_diabetes_of_scikit_learn_are_what_they_are(tmp_path: Path) -> None:
    iris = inspected(npz(tmp_path, **load_iris()))
    assert iris.info.targets[0].classes == ("setosa", "versicolor", "virginica")
    assert not [item for item in iris.findings if "DESCR" in str(item.where)]  # its description is nothing to doubt
    diabetes = inspected(npz(tmp_path, **load_diabetes()))
    assert (diabetes.info.targets[0].classes, diabetes.samples) == (None, 442)
