"""Films of somebody's own: folders of frames and pictures that move, with their classes and lengths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.image_sequences import ImageSequencesOptions
from designer.data.formats.registry import format_of
from designer.data.readers.image_sequences import chosen_frames
from tests.data.formats.learning import learned
from tests.data.formats.made import broken_films, folders_of_names


def film(moves_down: bool, frames: int, seed: int) -> list[Image.Image]:
    """A bright bar that moves down, or up."""
    random = np.random.default_rng(seed)
    found = []
    for frame in range(frames):
        pixels = random.integers(0, 60, (12, 12), dtype=np.uint8)
        row = frame if moves_down else frames - 1 - frame
        pixels[row * 12 // frames] = 250
        found.append(Image.fromarray(pixels))
    return found


@pytest.fixture
def films(tmp_path: Path) -> Path:
    for name, down in (("down", True), ("up 上", False)):
        for number in range(10):
            folder = tmp_path / "films" / name / f"take {number}"
            folder.mkdir(parents=True)
            for place, frame in enumerate(film(down, 11, number)):
                frame.save(folder / f"frame{place}.png")
    return tmp_path / "films"


def found_at(path: Path, **options: object) -> tuple[FoundData[ImageSequencesOptions], Opened]:
    _, found = opening.inspect(path, "image_sequences", options or None)
    return found, format_of("image_sequences").open(path, found.options)


def test_that_folders_of_frames_are_films_in_the_order_of_their_numbers(films: Path) -> None:
    assert opening.inspect(films)[0] == "image_sequences"
    found, opened = found_at(films)
    assert found.summary == "2 classes, 20 films of 11 frames"
    assert (found.options.classes, found.options.colour, found.options.height) == (("down", "up 上"), "grey", 12)
    assert opened.columns["film"].shape == (20, 11, 1, 12, 12)
    rows = opened.columns["film"][0, :, 0].mean(-1).argmax(-1)
    assert rows.tolist() == [frame * 12 // 11 for frame in range(11)]  # frame 10 comes after frame 9
    classes = [found.options.classes[number] for number in opened.columns["class"]]
    assert folders_of_names(films, "image_sequences", found.options) == classes


def test_that_the_usual_network_tells_films_apart_that_have_the_same_frames(films: Path) -> None:
    source, found = opening.inspect(films, options={"height": 12, "width": 12, "colour": "grey", "frames": 6})
    data = opening.settings_for(films, source, found)
    assert learned(data, opening.load(data), "test_accuracy", epochs=30) == 1.0


def test_that_moving_pictures_of_different_lengths_are_films(tmp_path: Path) -> None:
    for name, down in (("down", True), ("up", False)):
        (tmp_path / name).mkdir()
        for number in range(3):
            first, *others = film(down, 3 + number, number)
            first.save(tmp_path / name / f"{number}.gif", save_all=True, append_images=others)
    found, opened = found_at(tmp_path, frames=0, height=12, width=12, colour="grey")
    assert opened.columns["film_lengths"].tolist() == [3, 4, 5, 3, 4, 5]
    assert found.info.features[0].longest == 5
    assert (opened.columns["film"][0, 3:] == 0).all()
    assert opened.columns["film"][2, 4, 0].mean(-1).argmax() == 4 * 12 // 5


def test_that_parts_are_kept_and_frames_left_out_are_told(films: Path, tmp_path: Path) -> None:
    split = tmp_path / "split"
    split.mkdir()
    films.rename(split / "train")
    (split / "test").mkdir()
    for folder in (split / "train").iterdir():
        (split / "test" / folder.name).mkdir()
        (folder / "take 0").rename(split / "test" / folder.name / "take 0")
    found, opened = found_at(split, frames=4)
    assert found.given_parts == (18, 0, 2)
    assert opened.columns["part"].sum() == 4
    (finding,) = found.findings
    assert finding.message == "Of 20 films some frames are left out: the longest has 11."
    assert found_at(split, **finding.answers[0].changes)[1].columns["film"].shape[1] == 11


@pytest.mark.parametrize(("lengths", "frames", "shape"), [((11, 8, 9), 8, "8×1×12×12"), ((11, 4, 9), 9, "L×1×12×12")])
def test_that_films_of_nearly_one_length_are_read_as_such_and_others_may_be(
    tmp_path: Path, lengths: tuple[int, ...], frames: int, shape: str
) -> None:
    for name, down in (("down", True), ("up", False)):
        for number, length in enumerate(lengths):
            folder = tmp_path / name / f"{number}"
            folder.mkdir(parents=True)
            for place, frame in enumerate(film(down, length, number)):
                frame.save(folder / f"{place}.png")
    found, _ = found_at(tmp_path)
    assert (found.options.frames, str(found.info.features[0].shape)) == (frames, shape)
    if found.info.features[0].shape.varies:
        finding = found.findings[-1]
        assert finding.message == "Films have 4 to 9 frames: for a 3-D CNN all need as many."
        wanted = {**dict(found.options), **finding.answers[0].changes}
        assert str(found_at(tmp_path, **wanted)[0].info.features[0].shape) == "4×1×12×12"


@pytest.mark.parametrize(
    ("count", "wanted", "chosen"), [(5, 0, [0, 1, 2, 3, 4]), (5, 9, [0, 1, 2, 3, 4]), (9, 3, [0, 4, 8]), (9, 1, [0])]
)
def test_that_frames_are_spread_evenly(count: int, wanted: int, chosen: list[int]) -> None:
    assert chosen_frames(count, wanted) == chosen


def test_that_one_class_and_broken_films_are_told(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "film.gif").write_bytes(b"no film")
    with pytest.raises(DataError, match=r"none of its films can be read"):
        opening.inspect(tmp_path, "image_sequences")
    film(True, 3, 0)[0].save(tmp_path / "one" / "whole.gif")
    with pytest.raises(DataError, match="at least two classes, got 1"):
        opening.inspect(tmp_path, "image_sequences")
    (tmp_path / "one" / "whole.gif").unlink()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "film.gif").write_bytes(b"no film")
    with pytest.raises(DataError, match=r"none of its films can be read: film\.gif: it is no film"):
        opening.inspect(tmp_path, "image_sequences")


def test_that_a_film_that_is_broken_is_left_out_and_told(films: Path) -> None:
    broken_films(films / "down")
    found, opened = found_at(films, frames=5)
    assert found.findings[0].message == "3 films cannot be read, and are left out."
    assert [item.split(":")[0] for item in found.findings[0].where] == ["down/cut", "down/cut.gif", "down/none"]
    assert found.class_counts == (10, 10)
    assert len(opened.columns["film"]) == len(opened.columns["class"]) == found.samples == 20
    assert len(format_of("image_sequences").names(films, found.options)) == 20
