"""Arrays that are read row by row: the samples that are in memory otherwise, whatever file they lie in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file
from scipy.io import savemat

from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats.array_files import looking
from designer.data.formats.arrays import FORMAT
from designer.data.samples import Dataset
from tests.data.formats import test_arrays as written

NUMBERS = np.random.default_rng(3).normal(size=(30, 4, 3))
NUMBERS[7, 2, 1], NUMBERS[11, 0, 0] = np.nan, np.inf
LABELS = np.array(["a", "b", "c"])[np.arange(30) % 3]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    (tmp_path / "data").mkdir()
    return tmp_path / "kept" / "cache" / "rows"


def compressed(folder: Path) -> Path:
    np.savez_compressed(folder / "data.npz", x=NUMBERS, y=LABELS)
    return folder / "data.npz"


def stored(folder: Path) -> Path:
    np.savez(folder / "data.npz", x=NUMBERS.astype(">f4"), y=LABELS)
    return folder / "data.npz"


def turned(folder: Path) -> Path:
    np.save(folder / "x.npy", np.asfortranarray(NUMBERS))
    np.save(folder / "y.npy", LABELS)
    return folder / "x.npy"


def contiguous(folder: Path) -> Path:
    with h5py.File(folder / "data.h5", "w") as file:
        file["x"], file["y"] = NUMBERS, np.arange(30) % 3
    return folder / "data.h5"


def tensors(folder: Path) -> Path:
    save_file(
        {"before": np.zeros(7, np.int8), "x": NUMBERS.astype("f4"), "y": np.arange(30) % 3}, folder / "d.safetensors"
    )
    return folder / "d.safetensors"


def parts(folder: Path) -> Path:
    """Samples of which the last axis counts, in two parts."""
    members = {
        "X_train": NUMBERS[:20],
        "y_train": np.arange(20) % 3,
        "X_test": NUMBERS[20:],
        "y_test": np.arange(10) % 3,
    }
    savemat(folder / "data.mat", members)
    return folder / "data.mat"


def both(path: Path, **options: object) -> tuple[Dataset, Dataset]:
    source, found = opening.inspect(path, "arrays", options or None)
    data = opening.settings_for(path, source, found)
    return tuple(opening.load(data.model_copy(update={"reading": how})) for how in ("streamed", "memory"))  # type: ignore[return-value]


def expect_same(ours: Dataset, theirs: Dataset) -> None:
    assert set(ours.train.lazy) == {item.name for item in ours.info.features}
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        for name, values in other.columns.items():
            found = one.taken(name, None)
            assert (found.dtype, found.shape) == (values.dtype, values.shape)
            assert (found == values).all()


@pytest.mark.parametrize("missing", ["leave_out", "zero"])
@pytest.mark.parametrize("write", [compressed, stored, turned, contiguous, tensors, parts])
def test_that_streamed_numbers_are_those_in_memory(write: Callable[[Path], Path], missing: str, tmp_path: Path) -> None:
    ours, theirs = both(write(tmp_path / "data"), missing=missing)
    assert len(ours.train) + len(ours.test) == (28 if missing == "leave_out" else 30)
    expect_same(ours, theirs)


@pytest.mark.parametrize(
    "write",
    [
        written.by_npy,
        written.by_safetensors,
        written.by_hdf5,
        written.by_matlab,
        written.by_matlab_7_3,
        lambda folder: written.mnist(folder) / "train-images-idx3-ubyte.gz",
    ],
)
def test_that_streamed_pictures_are_those_in_memory(write: Callable[[Path], Path], tmp_path: Path) -> None:
    expect_same(*both(write(tmp_path / "data")))


def test_that_what_lies_open_is_read_there_and_what_is_packed_from_the_cache(tmp_path: Path, own_cache: Path) -> None:
    both(written.by_npy(tmp_path / "data"))
    assert not own_cache.exists()
    both(written.by_hdf5(tmp_path / "data"))
    assert sum(file.stat().st_size for file in own_cache.rglob("*.rows")) == written.PICTURES.nbytes


def test_that_an_array_which_is_cut_while_it_is_read_is_named(tmp_path: Path) -> None:
    path = written.by_npy(tmp_path / "data")
    ours, _ = both(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DataError, match=r"X\.npy: it has become shorter while it was read"):
        ours.train.taken(ours.info.features[0].name, None)


def test_that_unpacking_ends_when_nobody_wants_it(tmp_path: Path, own_cache: Path) -> None:
    source, found = opening.inspect(compressed(tmp_path / "data"))
    data = opening.settings_for(tmp_path / "data" / "data.npz", source, found)

    def enough(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        opening.load(data.model_copy(update={"reading": "streamed"}), enough)
    assert not list(own_cache.rglob("*.rows"))


def test_that_a_few_samples_of_a_large_array_are_read_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written.by_npy(tmp_path / "data")
    _, found = opening.inspect(path)
    before = FORMAT.preview(path, found.options, 5).columns
    monkeypatch.setattr(looking, "MOST_LOOKED_THROUGH", 0)
    monkeypatch.setattr(type(FORMAT), "open", None)
    after = FORMAT.preview(path, found.options, 5).columns
    assert {name: values.tolist() for name, values in after.items()} == {
        name: values.tolist() for name, values in before.items()
    }
