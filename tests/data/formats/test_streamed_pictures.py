"""Pictures that are read batch by batch are those that would be in memory, and are decoded once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import PART
from designer.data.samples import Dataset
from tests.data.formats.made import striped_pictures


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    return striped_pictures(tmp_path / "pets")


def settings_for(path: Path, reading: str, **options: object) -> DataSettings:
    source, found = opening.inspect(path, options={"height": 9, "width": 7, **options})
    return opening.settings_for(path, source, found).model_copy(update={"reading": reading})


@pytest.mark.parametrize("options", [{}, {"colour": "grey"}, {"resize": "crop"}, {"resize": "fit"}])
def test_that_streamed_pictures_are_those_in_memory(pictures: Path, options: dict[str, str]) -> None:
    streamed = opening.load(settings_for(pictures, "streamed", **options))
    whole = opening.load(settings_for(pictures, "memory", **options))
    for ours, theirs in ((streamed.train, whole.train), (streamed.test, whole.test)):
        assert list(ours.lazy) == ["image"]
        assert (ours.columns["class"] == theirs.columns["class"]).all()
        for _ in range(2):  # read, then from the cache
            assert (ours.taken("image", np.arange(len(ours))) == theirs.columns["image"]).all()


def test_that_pictures_of_16_bits_keep_them(pictures: Path) -> None:
    for path in pictures.rglob("*.png"):
        values = np.random.default_rng(0).integers(0, 65535, (9, 7), dtype=np.uint16)
        Image.fromarray(values).save(path)
    streamed, whole = (opening.load(settings_for(pictures, how, colour="grey")) for how in ("streamed", "memory"))
    values = streamed.test.taken("image", np.arange(len(streamed.test)))
    assert (values == whole.test.columns["image"]).all()
    assert len(np.unique(values)) > 50


def test_that_a_picture_without_a_head_is_left_out_with_its_label(pictures: Path) -> None:
    (pictures / "cats" / "003.png").write_bytes(b"no picture at all")
    streamed, whole = (opening.load(settings_for(pictures, how)) for how in ("streamed", "memory"))
    assert len(streamed.train) + len(streamed.test) == 19
    assert (streamed.train.columns["class"] == whole.train.columns["class"]).all()


def test_that_a_picture_that_goes_or_is_cut_is_named(pictures: Path) -> None:
    dataset = opening.load(settings_for(pictures, "streamed"))
    cut = pictures / "dogs" / "002.png"
    cut.write_bytes(cut.read_bytes()[:200])
    for path in (pictures / "cats").iterdir():
        path.unlink()
    with pytest.raises(DataError, match=r"cats/\d+\.png: it was there before, and is gone"):
        dataset.train.taken("image", np.arange(4))
    with pytest.raises(DataError, match=r"dogs/002\.png: it cannot be read as a picture: .*: leave it out"):
        dogs_of(dataset)


def dogs_of(dataset: Dataset) -> list[np.ndarray]:
    parts = (dataset.train, dataset.test)
    return [part.taken("image", np.flatnonzero(part.columns["class"] == 1)) for part in parts]


def test_that_large_data_are_streamed_by_themselves(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = settings_for(pictures, "auto")
    assert not opening.load(data).train.lazy
    monkeypatch.setattr(opening, "MOST_IN_MEMORY", 1000)
    monkeypatch.setattr(opening, "_opened", type(opening._opened)())
    assert opening.load(data).train.lazy


def test_that_parts_are_kept(pictures: Path) -> None:
    split = pictures.parent / "split"
    for part in ("train", "test"):
        striped_pictures(split / part, each=4)
    dataset = opening.load(settings_for(split, "streamed"))
    assert (len(dataset.train), len(dataset.test)) == (8, 8)
    assert PART not in dataset.train.columns
