"""Folders of pictures: which folders are classes, which are parts, and what is doubtful."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from designer.data import opening, sources
from designer.data.errors import Cancelled, DataError
from designer.data.formats.base import PART, Finding, FoundData
from designer.data.formats.class_findings import class_findings
from designer.data.formats.image_folder import FORMAT, ImageFolderOptions
from designer.data.formats.pictures import copies, measuring
from designer.data.formats.registry import recognised
from designer.data.readers.image_folder import read_image_folder
from tests.data.formats.made import bomb, noise, striped_pictures


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return striped_pictures(tmp_path / "pets", each=3)


def inspected(path: Path, **options: object) -> FoundData[ImageFolderOptions]:
    source, found = opening.inspect(path, options=options or None)
    assert source == "image_folder"
    return found


def finding(found: FoundData[ImageFolderOptions], words: str) -> Finding:
    (one,) = [item for item in found.findings if words in item.message]
    return one


def answered(path: Path, found: FoundData[ImageFolderOptions], one: Finding, answer: int = 0) -> FoundData:
    """What there is after a person has chosen an answer."""
    changes = one.answers[answer].changes if one.answers else {}
    return inspected(path, **{**found.options.model_dump(mode="json"), **changes})


def test_that_a_folder_is_told_in_a_line(tmp_path: Path) -> None:
    noise(tmp_path / "my pets" / "small dogs" / "1.png", 1, 60, 57)
    noise(tmp_path / "my pets" / "small dogs" / "2.png", 2, 80, 100)
    noise(tmp_path / "my pets" / "猫" / "1.PNG", 3, 80, 60)
    found = inspected(tmp_path / "my pets")
    assert found.summary == "2 classes, 3 pictures, 60×57 to 80×100"
    assert found.reading == (
        "Each folder is a class; pictures are stretched to 56×56 pixels (width×height), in colour."
    )
    assert found.options.classes == ("small dogs", "猫")
    assert (found.samples, found.class_counts, found.given_parts) == (3, (2, 1), (0, 0, 0))
    assert FORMAT.open(tmp_path / "my pets", found.options).columns["class"].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(28, 28), (28, 28)], (28, 28)),  # small ones stay,
        ([(8, 8), (8, 8)], (8, 8)),
        ([(50, 37), (50, 37)], (37, 50)),
        ([(640, 480), (640, 480)], (48, 64)),  # large ones keep their shape where all have one,
        ([(300, 200), (200, 300)], (64, 64)),  # and else are squares,
        ([(40, 300), (300, 41)], (40, 40)),  # no larger than the pictures
    ],
)
def test_that_the_size_suits_the_pictures(
    tmp_path: Path, sizes: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    for number, (width, height) in enumerate(sizes):
        noise(tmp_path / str(number) / "x.png", number, width, height)
    options = inspected(tmp_path).options
    assert (options.height, options.width) == expected


def test_that_grey_is_seen_even_where_it_was_saved_in_colours(tmp_path: Path) -> None:
    for name, mode in (("a", "L"), ("b", "RGB")):
        picture = Image.open(noise(tmp_path / name / "x.png", 1, channels=1))
        picture.convert(mode).save(tmp_path / name / "x.png")
    found = inspected(tmp_path)
    assert found.options.colour == "grey"
    assert found.info.features[0].shape.sizes == (1, 12, 12)
    noise(tmp_path / "b" / "y.png", 2)
    assert inspected(tmp_path).options.colour == "rgb"


def test_that_what_a_person_has_chosen_stays(pets: Path) -> None:
    found = inspected(pets, height=5, width=7, colour="grey", resize="crop", classes=["dogs", "cats"])
    assert found.info.features[0].shape.sizes == (1, 5, 7)
    opened = FORMAT.open(pets, found.options)
    assert opened.columns["image"].shape == (6, 1, 5, 7)
    assert found.info.targets[0].classes == ("dogs", "cats")
    assert opened.columns["class"].tolist() == [0, 0, 0, 1, 1, 1]
    assert "in grey" in found.reading


def test_that_classes_named_by_numbers_are_in_their_order(tmp_path: Path) -> None:
    for name in ("10", "9", "2"):
        noise(tmp_path / name / "x.png", int(name))
    assert inspected(tmp_path).options.classes == ("2", "9", "10")


def test_that_pictures_far_below_belong_to_the_class_above(pets: Path) -> None:
    noise(pets / "cats" / "2024" / "may" / "x.jpg", 9)
    assert inspected(pets).class_counts == (4, 3)


@pytest.mark.parametrize(
    ("train", "validation", "test"), [("train", "valid", "test"), ("Training", "DEV", "Testing"), ("TRAIN", "val", "")]
)
def test_that_parts_are_known_by_their_names(tmp_path: Path, train: str, validation: str, test: str) -> None:
    for part, each in ((train, 4), (validation, 2), (test, 1)):
        if part:
            striped_pictures(tmp_path / part, each=each)
    found = inspected(tmp_path)
    tests = 2 if test else 0
    assert found.given_parts == (8, 4, tests)
    assert found.options.classes == ("cats", "dogs")
    assert FORMAT.open(tmp_path, found.options).columns[PART].tolist() == [0] * 8 + [1] * 4 + [2] * tests
    data = opening.settings_for(tmp_path, "image_folder", found)
    assert len(opening.load(data).test) == (tests or 2)


def test_that_classes_may_be_called_like_parts(tmp_path: Path) -> None:
    striped_pictures(tmp_path, classes=("train", "test", "tram"), each=2)
    assert inspected(tmp_path).options.classes == ("test", "train", "tram")


@pytest.mark.parametrize("names", [("test", "tram"), ("train", "tram"), ("test", "val")])
def test_that_folders_called_like_parts_are_classes_without_another_part(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    for number, name in enumerate(names):
        noise(tmp_path / name / "2024" / "x.png", number)
    assert set(inspected(tmp_path).options.classes) == set(names)


def test_that_a_test_folder_without_classes_is_left_out_and_told(tmp_path: Path) -> None:
    striped_pictures(tmp_path / "train", each=2)
    striped_pictures(tmp_path / "val", each=2)
    noise(tmp_path / "test" / "1.png", 1)
    found = inspected(tmp_path)
    assert found.given_parts == (4, 4, 0)
    assert finding(found, "in the folder of no class").where == ("test",)


def test_that_a_folder_in_a_folder_is_opened(tmp_path: Path) -> None:
    striped_pictures(tmp_path / "archive" / "pets", each=2)
    (tmp_path / "__MACOSX").mkdir()
    found = inspected(tmp_path)
    assert found.options.inside == "archive/pets"
    assert len(FORMAT.open(tmp_path, found.options).columns["class"]) == 4


def test_that_what_systems_leave_behind_is_no_picture(pets: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", "._000.png", "readme.txt"):
        (pets / "cats" / name).write_bytes(b"x")
    noise(pets / "__MACOSX" / "x.png", 1)
    noise(pets / ".cache" / "x.png", 1)
    found = inspected(pets)
    assert (found.options.classes, found.samples) == (("cats", "dogs"), 6)


def test_that_an_empty_folder_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no picture in it, nor in the folders below it"):
        opening.inspect(tmp_path)


def test_that_one_class_alone_is_told_with_its_name(tmp_path: Path) -> None:
    noise(tmp_path / "cats" / "x.png", 1)
    with pytest.raises(DataError, match="at least two classes, and there is one alone, cats, or a table"):
        opening.inspect(tmp_path)


def test_that_pictures_without_folders_are_told_what_is_expected(tmp_path: Path) -> None:
    noise(tmp_path / "x.png", 1)
    with pytest.raises(DataError, match=r"a folder of pictures for each of at least two classes, or a table \(.csv\)"):
        opening.inspect(tmp_path)


@pytest.mark.parametrize("name", ["pets.zip", "pets.tar.gz"])
def test_that_of_an_archive_that_is_none_is_told_what_is_wrong(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK")
    with pytest.raises(DataError, match=f"{name}: it is (damaged or )?cut short"):
        opening.inspect(tmp_path / name)


def test_that_other_folders_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert not recognised(tmp_path)


def test_that_broken_files_are_told_and_left_out(pets: Path) -> None:
    picture = pets / "cats" / "broken.jpg"
    noise(picture, 1, 64, 64)
    picture.write_bytes(picture.read_bytes()[:-700])
    (pets / "cats" / "nothing.png").touch()
    (pets / "dogs" / "text.png").write_text("not a picture")
    bomb(pets / "dogs" / "bomb.png")
    found = inspected(pets)
    told = finding(found, "4 files cannot be read as pictures. They are left out.")
    assert [line.partition(":")[0] for line in told.where] == [
        "cats/broken.jpg",
        "cats/nothing.png",
        "dogs/bomb.png",
        "dogs/text.png",
    ]
    assert [line.partition(": ")[2] for line in told.where[1:]] == [
        "it is empty",
        "it would take too much memory when decoded",
        "it is no picture",
    ]
    assert found.samples == 6
    assert FORMAT.open(pets, found.options).columns["class"].tolist() == [0, 0, 0, 1, 1, 1]
    assert finding(answered(pets, found, told), "4 files cannot be read")  # told again


def test_that_files_that_broke_since_are_left_out(pets: Path) -> None:
    options = inspected(pets).options
    (pets / "cats" / "001.png").write_bytes(b"x")
    assert FORMAT.open(pets, options).columns["class"].tolist() == [0, 0, 1, 1, 1]


def test_that_broken_files_among_many_are_found_by_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MOST", 20)
    striped_pictures(tmp_path, each=15)
    broken = tmp_path / "cats" / "002.png"
    broken.write_bytes(broken.read_bytes()[:-30])
    told = finding(inspected(tmp_path), "1 file cannot be read as a picture. It is left out.")
    assert "Of 30 pictures 21, spread over all, were looked at." in told.message
    assert told.where == ("cats/002.png: image file is truncated",)


def test_that_files_of_which_none_is_a_picture_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_text("no")
    with pytest.raises(DataError, match="none of its files can be read as a picture: it is no picture"):
        opening.inspect(tmp_path)
    with pytest.raises(DataError, match="none of 2 pictures can be read"):
        FORMAT.open(tmp_path, ImageFolderOptions(classes=("a", "b")))


def test_that_a_picture_that_vanishes_is_named(pets: Path) -> None:
    found = inspected(pets)

    def tell(done: int, of: int) -> None:
        (pets / "dogs" / "001.png").unlink(missing_ok=True)

    for number in range(300):  # so that its turn comes when it is gone
        shutil.copy(pets / "cats" / "000.png", pets / "cats" / f"more{number}.png")
    with pytest.raises(DataError, match=r"dogs/001.png: it was there before, and is gone"):
        FORMAT.open(pets, found.options, tell)


def test_that_a_class_whose_folder_is_gone_is_named(pets: Path) -> None:
    options = inspected(pets).options
    shutil.rmtree(pets / "dogs")
    with pytest.raises(DataError, match="dogs: it was there before, and is gone"):
        FORMAT.open(pets, options)


def test_that_a_class_of_one_picture_can_be_left_out(pets: Path) -> None:
    noise(pets / "emus" / "x.png", 1)
    noise(pets / "foxes" / "x.png", 2)
    found = inspected(pets)
    told = finding(found, "2 classes have one picture alone")
    assert told.where == ("emus", "foxes")
    assert answered(pets, found, told).options.classes == ("cats", "dogs")


def test_that_a_frequent_class_is_told(pets: Path) -> None:
    striped_pictures(pets, classes=("ants",), each=31)
    told = finding(inspected(pets), "ants has 31 pictures, cats 3")
    assert "who always says ants is right in 84%." in told.message
    assert "look at the confusion matrix" in told.message


def test_that_classes_of_nearly_one_name_are_told_and_odd_names_stay_on_one_line(tmp_path: Path) -> None:
    names = ("Cat", "cat", "cat ", "two\nlines", "🦊")
    striped_pictures(tmp_path, classes=names, each=2)
    noise(tmp_path / "a\nb" / "x.png", 1)
    found = inspected(tmp_path)
    assert set(names) < set(found.info.targets[0].classes or ())
    told = finding(found, "1 class is written in several ways, that differ in capital letters or blanks alone")
    assert told.where == ("Cat / cat / 'cat '",)
    assert finding(found, "A class has one picture alone").where == ("a?b",)
    assert len(FORMAT.open(tmp_path, found.options).columns["class"]) == 11


def test_that_of_many_classes_the_first_are_named_and_of_uneven_ones_the_ends() -> None:
    counts = {f"class {number:03}": 1 for number in range(499)} | {"all else": 1000}
    single, uneven = class_findings(counts, "sounds")
    assert single.message.startswith("499 classes have a single sample: ")
    assert len(single.where) == len(uneven.where) == 20
    assert (uneven.where[0], uneven.where[-1]) == ("all else: 1,000", "class 498: 1")
    assert not list(class_findings(dict.fromkeys(counts, 2), "sounds"))
    assert [item.where for item in class_findings({"Cat": 2, "dog": 2, "cat": 2}, "sounds")] == [("Cat / cat",)]


def test_that_a_class_that_is_never_learned_is_told(tmp_path: Path) -> None:
    striped_pictures(tmp_path / "train", each=2)
    striped_pictures(tmp_path / "test", classes=("cats", "owls"), each=2)
    assert finding(inspected(tmp_path), "A class is not among the training samples").where == ("owls",)


def test_that_folders_without_pictures_are_no_classes(pets: Path) -> None:
    (pets / "emus").mkdir()
    found = inspected(pets)
    assert finding(found, "A folder has no picture, and is no class.").where == ("emus",)
    assert found.options.classes == ("cats", "dogs")


def test_that_different_shapes_are_told_with_what_resizing_does(pets: Path) -> None:
    noise(pets / "cats" / "wide.png", 1, 30, 15)
    found = inspected(pets)
    told = finding(found, "width to height from 1.00 to 2.00. Stretching distorts them.")
    assert [answer.title for answer in told.answers] == ["Fit, with black at the sides", "Crop to the middle"]
    fitted = answered(pets, found, told)
    assert fitted.options.resize == "fit"
    assert "with black at two sides" in finding(fitted, "width to height").message
    assert not inspected(striped_pictures(pets.parent / "even")).findings


def test_that_copies_are_told_and_one_of_each_is_kept(pets: Path) -> None:
    shutil.copy(pets / "cats" / "000.png", pets / "cats" / "copy.png")
    shutil.copy(pets / "cats" / "000.png", pets / "dogs" / "copy.png")
    shutil.copy(pets / "dogs" / "001.png", pets / "dogs" / "again.png")
    found = inspected(pets)
    told = finding(found, "2 pictures are there more than once.")
    assert "Copies may come to both sides" in told.message
    assert "1 of them with different labels." in told.message
    assert told.where == ("cats/000.png = cats/copy.png = dogs/copy.png", "dogs/001.png = dogs/again.png")
    after = answered(pets, found, told)
    assert after.options.left_out == ("cats/copy.png", "dogs/again.png", "dogs/copy.png")
    assert (after.samples, after.findings) == (6, ())
    assert len(FORMAT.open(pets, after.options).columns["class"]) == 6


def test_that_it_is_told_when_not_all_were_compared(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(pets / "cats" / "000.png", pets / "cats" / "000 copy.png")
    shutil.copy(pets / "dogs" / "000.png", pets / "dogs" / "copy.png")
    monkeypatch.setattr(copies, "MOST_COMPARED", 4)
    told = finding(inspected(pets), "1 picture is there more than once.")
    assert told.message.endswith("Of 8 pictures the first 4 were compared.")


def test_that_copies_in_another_part_are_taken_from_training(tmp_path: Path) -> None:
    for part, first in (("train", 0), ("test", 10)):
        for number in range(2):
            noise(tmp_path / part / "a" / f"{number}.png", first + number)
            noise(tmp_path / part / "b" / f"{number}.png", first + 5 + number)
    shutil.copy(tmp_path / "test" / "a" / "0.png", tmp_path / "train" / "a" / "copy.png")
    found = inspected(tmp_path)
    told = finding(found, "1 of them in several parts, so that what is measured has been learned.")
    assert told.answers[0].changes == {"left_out": ["train/a/copy.png"]}
    assert found.findings == (told,)  # it is not called almost alike besides
    assert answered(tmp_path, found, told).given_parts == (4, 0, 4)


def test_that_pictures_that_were_saved_anew_are_found_in_another_part(tmp_path: Path) -> None:
    for number in range(12):
        smooth = Image.open(noise(tmp_path / "x.png", number, 6, 5)).resize((90, 80), Image.Resampling.BICUBIC)
        folder = tmp_path / ("train", "test")[number % 2] / ("a", "b")[number % 3 == 0]
        folder.mkdir(parents=True, exist_ok=True)
        smooth.save(folder / f"{number}.png")
        if number == 9:
            smooth.resize((180, 170)).save(tmp_path / "large.jpg", quality=85)
    (tmp_path / "large.jpg").rename(tmp_path / "train" / "b" / "large.jpg")
    (tmp_path / "x.png").unlink()
    (tmp_path / "train" / "a" / "!.png").write_bytes(b"no picture, and before all others")
    found = inspected(tmp_path)
    told = finding(found, "1 picture of the test samples looks almost like one of another part.")
    assert told.where == ("train/b/large.jpg ≈ test/b/9.png",)
    assert answered(tmp_path, found, told).given_parts == (6, 0, 6)


def test_that_pictures_that_were_saved_anew_are_found_where_samples_are_kept_apart_later(tmp_path: Path) -> None:
    for number in range(6):
        smooth = Image.open(noise(tmp_path / "x.png", number, 6, 5)).resize((90, 80), Image.Resampling.BICUBIC)
        folder = tmp_path / ("a", "b")[number % 2]
        folder.mkdir(exist_ok=True)
        smooth.save(folder / f"{number}.png")
    smooth.resize((180, 170)).save(tmp_path / "b" / "large.jpg", quality=85)
    (tmp_path / "x.png").unlink()
    found = inspected(tmp_path)
    told = finding(found, "1 picture looks almost like another one. Both may come to both sides")
    assert told.where == ("b/5.png ≈ b/large.jpg",)
    assert answered(tmp_path, found, told).options.left_out == ("b/large.jpg",)


def test_that_handwritten_digits_are_not_called_alike(tmp_path: Path) -> None:
    images, labels = (sources.load("mnist_5k").train.columns[name][:300] for name in ("image", "digit"))
    for number, (image, label) in enumerate(zip(images[:, 0], labels, strict=True)):
        (tmp_path / str(label)).mkdir(exist_ok=True)
        Image.fromarray((image * 255).astype(np.uint8)).save(tmp_path / str(label) / f"{number}.png")
    assert not [item for item in inspected(tmp_path).findings if "almost" in item.message]


def test_that_pictures_of_one_colour_are_not_called_alike(tmp_path: Path) -> None:
    for part in ("train", "test"):
        for name, value in (("a", 10), ("b", 200)):
            (tmp_path / part / name).mkdir(parents=True)
            colour = value + (part == "test")
            Image.new("L", (9, 8), colour).save(tmp_path / part / name / "x.png")
    assert not [item for item in inspected(tmp_path).findings if "almost" in item.message]


def test_that_a_look_ends_when_nobody_wants_it_any_more(pets: Path) -> None:
    def tell(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        FORMAT.inspect(pets, None, tell)


def test_that_many_pictures_are_not_all_decoded(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "MOST_BYTES", 1)
    assert measuring.sample_of([str(pets / "cats" / "000.png")] * 100) == [5 * number for number in range(20)]
    monkeypatch.setattr(copies, "_MOST_BYTES", 1)
    assert copies.same_content([str(pets / "cats" / "000.png")] * 2) == []


def test_that_a_preview_has_pictures_of_all_classes(pets: Path) -> None:
    shown = FORMAT.preview(pets, inspected(pets).options, 2)
    assert shown.columns["image"].shape[0] == 2
    assert shown.columns["class"].tolist() == [0, 1]
    assert len(FORMAT.preview(pets, inspected(pets).options, 50).columns["class"]) == 6


def test_that_the_call_of_a_script_gives_what_is_opened(pets: Path) -> None:
    options = inspected(pets).options
    call = FORMAT.call(options)
    alone = read_image_folder(pets, **call.arguments)
    opened = FORMAT.open(pets, options).columns
    assert sorted(alone) == sorted(opened)
    assert all((alone[name] == opened[name]).all() for name in alone)
    assert call.arguments == {"size": (12, 12), "channels": 3, "classes": ("cats", "dogs")}
