"""Sets of the hub that are read batch by batch: the samples, the words and the findings of memory, nothing held."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from datasets import Audio, Dataset, DatasetDict, Features, Image, Value
from PIL import Image as Pictures

from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats import hub, hub_rows, hub_streaming
from designer.data.formats.registry import format_of
from tests.data.formats.made import bomb, broken_within
from tests.data.formats.test_hub import CLASSES, picture, saved, sound

FILE = {"bytes": Value("binary"), "path": Value("string")}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    monkeypatch.setattr(hub_streaming, "AT_ONCE", 5)
    monkeypatch.setattr(hub_streaming, "FILES_AT_ONCE", 5)
    monkeypatch.setattr(hub_rows, "MAPPED", 2000)
    return tmp_path / "kept" / "cache" / "rows"


def as_file(content: bytes | None, path: Path | str | None = None) -> dict[str, Any]:
    return {"bytes": content, "path": None if path is None else str(path)}


def written(pixels: np.ndarray, kind: str) -> bytes:
    file = io.BytesIO()
    Pictures.fromarray(pixels).save(file, kind)
    return file.getvalue()


def pictures(folder: Path, deep: bool = False, splits: bool = True) -> Path:
    """As PNG, JPEG and GIF, of which some are cut; deep ones have 16 bits."""
    (folder / "beside.png").write_bytes(picture(1))
    pixels = np.random.default_rng(2).integers(0, 255, (9, 14, 3), dtype=np.uint8)
    some = [as_file(picture(number % 3)) for number in range(9)]
    some += [as_file(written(pixels, kind)) for kind in ("jpeg", "gif", "jpeg")]
    some += [as_file(None, folder / "beside.png"), as_file(b""), None]
    some += [as_file(written(pixels, kind)[:-40]) for kind in ("png", "jpeg", "gif")]
    if deep:
        some[4] = as_file(written(pixels[:, :, 0].astype(np.uint16) * 200, "png"))
    rows = [{"photo": item, "label": None if number == 7 else number % 2} for number, item in enumerate(some * 2)]
    return saved(folder / "set", rows, Features(photo=Image(), label=CLASSES), splits)


def sounds(folder: Path) -> Path:
    """Of unequal lengths, of which some are cut."""
    some = [as_file(sound(300 + 40 * number, 1)[: 44 + 4000 - 2 * number]) for number in range(2)]
    for number in range(10):
        file = io.BytesIO()

        wave = np.random.default_rng(number).normal(0, 0.2, 900 + 70 * number)
        soundfile.write(file, wave, 4000, format=("wav", "flac", "ogg")[number % 3])
        some.append(as_file(file.getvalue()))
    (folder / "beside.wav").write_bytes(sound(500, 2))
    some += [as_file(None, folder / "beside.wav"), as_file(sound(300, 1)[:90])]
    rows = [{"audio": item, "label": number % 2} for number, item in enumerate(some)]
    return saved(folder / "set", rows, Features(audio=FILE, label=CLASSES), cast={"audio": Audio()})


def texts(folder: Path, names: tuple[str, ...] = ("train", "validation", "test")) -> Path:
    """Of unequal lengths, one of which is empty, in parts that have words of their own."""
    spoken = ["the", "film", "was", "good", ",", "and", "I", "liked", "all", "of", "it", ";", "猫", "too", "!"]
    random = np.random.default_rng(4)
    parts = {}
    for place, name in enumerate(names):
        rows = [
            {"text": " ".join([*random.choice(spoken, number % 7), *[name] * (number % 2)]), "label": number % 2}
            for number in range(13 + place)
        ]
        rows += [{"text": "a text without a label " * 3, "label": label} for label in (-1, None)]
        rows += [{"text": None, "label": 1}]
        parts[name] = Dataset.from_list(rows, features=Features(text=Value("string"), label=CLASSES))
    DatasetDict(parts).save_to_disk(str(folder / "set"))
    return folder / "set"


def numbers(folder: Path, label: str = "float64") -> Path:
    random = np.random.default_rng(4)
    labels = random.integers(2, 13, 40) if label == "int64" else random.normal(2000, 300, 40)
    rows = [
        {"a": float(value), "b": int(value * 2**40), "c": None if value > 1 else 0.1, "score": answer.item()}
        for value, answer in zip(random.normal(size=40), labels, strict=True)
    ]
    kinds = Features(a=Value("float64"), b=Value("int64"), c=Value("float32"), score=Value(label))
    return saved(folder / "set", rows, kinds, splits=label == "int64")


SETS: list[Any] = [
    (pictures, {}),
    (lambda folder: pictures(folder, deep=True, splits=False), {"colour": "grey"}),
    (sounds, {"rate": 4000, "seconds": 0.2}),
    (sounds, {"rate": 3000, "seconds": 0.0}),
    (texts, {}),
    (lambda folder: texts(folder, ("train",)), {"units": "characters", "length": 12}),
    (texts, {"units": "byte pairs", "vocabulary": 50, "length": 0}),
    (numbers, {}),
    (lambda folder: numbers(folder, "int64"), {}),
]


def settings_of(path: Path, options: dict[str, Any]) -> Any:
    _, found = opening.inspect(path)
    _, found = opening.inspect(path, "hub", {**found.options.model_dump(), **options})
    return found, opening.settings_for(path, "hub", found)


@pytest.mark.parametrize(("write", "options"), SETS)
def test_that_a_streamed_set_is_that_in_memory_and_is_told_of_alike(
    write: Any, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path)
    found, data = settings_of(path, options)
    ours, theirs = (opening.load(data.model_copy(update={"reading": how})) for how in ("streamed", "memory"))
    assert set(ours.train.lazy) == {item.name for item in ours.info.features}
    for one, other in ((ours.train, theirs.train), (ours.test, theirs.test)):
        assert one.columns.keys() | one.lazy.keys() == other.columns.keys()
        for name, values in other.columns.items():
            taken = one.taken(name, None)
            assert (taken.dtype, taken.shape) == (values.dtype, values.shape)
            np.testing.assert_array_equal(taken, values)
    assert ours.words == theirs.words
    assert len(ours.train) + len(ours.test) == found.samples
    if ours.cut:
        assert ours.cut["text"]("the good 猫") == theirs.cut["text"]("the good 猫")
    few = format_of("hub").preview(path, found.options, 4).columns
    monkeypatch.setattr(hub, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(type(hub.FORMAT), "call", None)  # the reader holds all of a set
    assert opening.inspect(path, "hub", found.options.model_dump())[1] == found
    for name, values in format_of("hub").preview(path, found.options, 4).columns.items():
        np.testing.assert_array_equal(values, few[name])


def test_that_numbers_that_are_classes_are_told_by_what_stands_there(tmp_path: Path) -> None:
    found, _ = settings_of(numbers(tmp_path, "int64"), {})
    rows = [row for part in ("train", "test") for row in Dataset.load_from_disk(tmp_path / "set" / part)]
    labels = [row["score"] for row in rows if row["c"] is not None]
    learned = format_of("hub").open(tmp_path / "set", found.options).columns["score"]
    assert [int(found.options.classes[number]) for number in learned] == labels


def test_that_a_large_set_is_gone_through_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: Path
) -> None:
    monkeypatch.setattr(hub, "MOST_AT_ONCE", 0)
    path = texts(tmp_path)
    _, data = settings_of(path, {})
    monkeypatch.setattr(hub_streaming, "append_texts", None)
    assert opening.load(data.model_copy(update={"reading": "streamed"})).train.lazy


def test_that_a_picture_which_breaks_within_is_left_out_and_a_reading_ends_when_nobody_wants_it(tmp_path: Path) -> None:
    whole = picture(1)
    middle = len(whole) // 2
    broken = whole[:middle] + bytes(40) + whole[middle + 40 :]
    rows = [{"photo": as_file(item), "label": number % 2} for number, item in enumerate([whole] * 7 + [broken])]
    path = saved(tmp_path / "set", rows, Features(photo=Image(), label=CLASSES), splits=False)
    found, data = settings_of(path, {})
    streamed = data.model_copy(update={"reading": "streamed", "test_share": 0.3})

    def enough(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        opening.load(streamed, enough)
    assert found.findings[0].message == "1 picture cannot be read, or has no label, and is left out."
    assert read_whole(streamed) == 7


def test_that_a_sound_which_breaks_within_is_left_out(tmp_path: Path) -> None:
    files = broken_within(tmp_path)
    contents = [sound(300, 0), sound(400, 0), *(file.read_bytes() for file in files)] * 2
    rows = [{"audio": as_file(item), "label": number % 2} for number, item in enumerate(contents)]
    path = saved(tmp_path / "set", rows, Features(audio=FILE, label=CLASSES), False, cast={"audio": Audio()})
    _, data = settings_of(path, {"rate": 4000})
    assert read_whole(data.model_copy(update={"reading": "streamed"})) == 4


def read_whole(data: Any) -> int:
    """Reads all samples, and gives their number."""
    dataset = opening.load(data)
    (feature,) = dataset.info.features
    return sum(len(part.taken(feature.name, None)) for part in (dataset.train, dataset.test))


@pytest.mark.parametrize("reading", ["memory", "streamed"])
def test_that_a_picture_that_would_take_too_much_memory_is_left_out_and_told(reading: str, tmp_path: Path) -> None:
    some = [picture(number % 3) for number in range(6)]
    some.insert(2, bomb(tmp_path / "bomb.png").read_bytes())
    rows = [{"photo": as_file(item), "label": number % 2} for number, item in enumerate(some)]
    path = saved(tmp_path / "set", rows, Features(photo=Image(), label=CLASSES), splits=False)
    found, data = settings_of(path, {})
    assert [(item.message, item.where) for item in found.findings] == [
        (
            "1 picture would take too much memory when decoded, and is left out: make a smaller copy of it.",
            ("row 3",),
        )
    ]
    assert read_whole(data.model_copy(update={"reading": reading})) == 6
    only = saved(tmp_path / "only", rows[2:3] * 3, Features(photo=Image(), label=CLASSES), splits=False)
    with pytest.raises(DataError, match="none of its 3 pictures can be read: each is broken, too large to be decoded"):
        opening.inspect(only)


@pytest.mark.parametrize("reading", ["memory", "streamed"])
@pytest.mark.parametrize("kind", ["Image", "Audio"])
def test_that_no_file_outside_the_folder_of_a_set_is_read(kind: str, reading: str, tmp_path: Path) -> None:
    content = picture(1) if kind == "Image" else sound(300, 1)
    (tmp_path / "mine").write_bytes(content)
    within = tmp_path / "set" / "within"
    names = ["within", str(within), str(tmp_path / "mine"), "../mine", None]
    rows = [{"what": as_file(None, name), "label": number % 2} for number, name in enumerate(names)]
    rows += [{"what": as_file(content), "label": number % 2} for number in range(6)]
    path = saved(tmp_path / "set", rows, Features(what=FILE, label=CLASSES), splits=False)
    within.write_bytes(content)
    written = json.loads((path / "dataset_info.json").read_text())
    written["features"]["what"] = {"_type": kind}
    (path / "dataset_info.json").write_text(json.dumps(written))
    found, data = settings_of(path, {})
    assert read_whole(data.model_copy(update={"reading": reading})) == 8
    told = {"Image": "2 pictures lie", "Audio": "2 sounds lie"}[kind]
    assert found.findings[0].message.startswith(f"{told} outside the folder of the set, and are not read")
    assert found.findings[0].where == (f"row 3: {tmp_path / 'mine'}", "row 4: ../mine")


@pytest.mark.parametrize(
    ("rows", "said"),
    [(0, "it was there before, and is gone"), (9, "it has other rows than before: choose it once more")],
)
def test_that_a_set_that_goes_or_changes_while_it_is_read_is_named(rows: int, said: str, tmp_path: Path) -> None:
    files = [{"photo": as_file(picture(number % 3)), "label": number % 2} for number in range(12)]
    path = saved(tmp_path / "set", files, Features(photo=Image(), label=CLASSES), splits=False)
    _, data = settings_of(path, {})
    dataset = opening.load(data.model_copy(update={"reading": "streamed"}))
    shutil.rmtree(path)
    if rows:
        saved(path, files[:rows], Features(photo=Image(), label=CLASSES), splits=False)
    with pytest.raises(DataError, match=f"{path}: {said}"):
        dataset.train.taken("image", None)
