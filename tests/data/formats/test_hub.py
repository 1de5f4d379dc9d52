"""Sets of Hugging Face's hub on disk: pictures, texts, sounds and numbers, with their splits."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from datasets import Audio, ClassLabel, Dataset, DatasetDict, Features, Image, Value
from PIL import Image as Pictures

from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.hub import fetched
from designer.data.formats.hub_options import HubOptions
from designer.data.formats.registry import format_of
from designer.data.single_samples import sample_of
from tests.data.formats.learning import learned

CLASSES = ClassLabel(names=["low", "高い"])


def found_at(path: Path, **options: Any) -> tuple[FoundData[HubOptions], Opened]:
    _, found = opening.inspect(path, options=options or None)
    return found, format_of("hub").open(path, found.options)


def saved(
    path: Path, rows: list[dict[str, Any]], features: Features, splits: bool = True, cast: dict[str, Any] | None = None
) -> Path:
    whole = Dataset.from_list(rows, features=features)
    for name, kind in (cast or {}).items():
        whole = whole.cast_column(name, kind)
    kept = len(rows) * 3 // 4
    parts = {"train": whole.select(range(kept)), "test": whole.select(range(kept, len(rows)))}
    (DatasetDict(parts) if splits else whole).save_to_disk(str(path))
    return path


def picture(bright: int) -> bytes:
    pixels = np.random.default_rng(bright).integers(0, 90, (12, 12, 3), dtype=np.uint8)
    pixels[bright * 4 : bright * 4 + 4] += 150
    file = io.BytesIO()
    Pictures.fromarray(pixels).save(file, "png")
    return file.getvalue()


def sound(hertz: int, number: int) -> bytes:
    file = io.BytesIO()
    wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(2000) / 4000 + number)
    soundfile.write(file, wave, 4000, format="wav")
    return file.getvalue()


def test_that_pictures_keep_their_splits_and_the_names_of_their_classes(tmp_path: Path) -> None:
    rows = [{"photo": {"bytes": picture(number % 2), "path": None}, "label": number % 2} for number in range(24)]
    path = saved(tmp_path / "set", rows, Features(photo=Image(), label=CLASSES))
    found, opened = found_at(path)
    assert opening.inspect(path)[0] == "hub"
    assert (found.options.kind, found.options.classes, found.given_parts) == ("picture", ("low", "高い"), (18, 0, 6))
    assert opened.columns["image"].shape == (24, 3, 32, 32)
    assert opened.columns["label"].tolist() == [0, 1] * 12
    data = opening.settings_for(path, "hub", found)
    assert learned(data, opening.load(data), "test_accuracy", epochs=8) == 1.0


@pytest.mark.parametrize("kind", ["picture", "sound"])
def test_that_what_is_broken_in_a_set_is_left_out_and_told(tmp_path: Path, kind: str) -> None:
    whole = [picture(number) if kind == "picture" else sound(300 + 100 * number, 0) for number in (0, 1)] * 4
    broken = [whole[0][: len(whole[0]) // 2], b"", whole[1][:60]]
    rows = [
        {"what": {"bytes": content, "path": None}, "label": number % 2} for number, content in enumerate(whole + broken)
    ]
    files = Features(what={"bytes": Value("binary"), "path": Value("string")}, label=CLASSES)
    feature = Image() if kind == "picture" else Audio()
    found, opened = found_at(saved(tmp_path / "set", rows, files, splits=False, cast={"what": feature}))
    assert found.samples == 8
    assert {len(column) for column in opened.columns.values()} == {8}
    assert opened.columns["label"].tolist() == [0, 1] * 4
    assert found.findings[0].message == f"3 {kind}s cannot be read, or have no label, and are left out."


def test_that_texts_are_read_with_their_words(tmp_path: Path) -> None:
    rows = [{"text": "bad film" if number % 2 else "good film", "label": 1 - number % 2} for number in range(12)]
    found, opened = found_at(saved(tmp_path / "set", rows, Features(text=Value("string"), label=CLASSES)))
    assert found.options.kind == "text"
    assert found.without_effect == {"height", "width", "colour", "seconds", "rate", "target_scale"}
    words = [opened.words["text"][number] for number in opened.columns["text"][0]]
    assert words == ["good", "film"]


def test_that_sounds_become_spectrograms(tmp_path: Path) -> None:
    rows = [
        {"audio": {"bytes": sound(400 + 600 * (number % 2), number), "path": None}, "label": number % 2}
        for number in range(12)
    ]
    files = Features(audio={"bytes": Value("binary"), "path": Value("string")}, label=CLASSES)
    path = saved(tmp_path / "set", rows, files, cast={"audio": Audio()})
    for seconds in (0.5, 0.0):
        source, found = opening.inspect(path)
        options = {**found.options.model_dump(), "rate": 4000, "seconds": seconds}
        found, opened = found_at(path, **options)
        column = opened.columns["sound"]
        if seconds:
            assert column.shape[1:] == found.info.features[0].shape.sizes
        else:
            assert column.shape[2] == found.info.features[0].shape.sizes[-1]
        assert source == "hub"


def test_that_columns_of_numbers_are_one_input_and_a_set_may_have_no_splits(tmp_path: Path) -> None:
    rows = [{"width": float(number), "height": number * 2, "score": number / 3} for number in range(10)]
    kinds = Features(width=Value("float32"), height=Value("int64"), score=Value("float64"))
    found, opened = found_at(saved(tmp_path / "set", rows, kinds, splits=False))
    assert (found.options.kind, found.options.inputs, found.options.classes) == ("numbers", ("width", "height"), None)
    assert opened.columns["numbers"][3].tolist() == [3, 6]
    np.testing.assert_allclose(opened.columns["score"][:, 0], np.arange(10) / 3, rtol=1e-6)
    assert found.given_parts == (0, 0, 0)


def test_that_rows_without_a_label_or_a_number_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [{"text": f"film {number}", "label": number % 2} for number in range(9)]
    rows += [{"text": None, "label": 1}, {"text": "film", "label": None}, {"text": "film", "label": -1}]
    found, opened = found_at(saved(tmp_path / "texts", rows, Features(text=Value("string"), label=CLASSES), False))
    assert opened.columns["label"].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert found.findings[0].message == "3 texts cannot be read, or have no label, and are left out."
    values = [float("nan"), float("inf"), None, 1e300, *range(8)]
    numbers = [{"a": 1.0, "b": number, "none": None, "score": 1.5} for number in values]
    numbers += [{"a": 1.0, "b": 1.0, "none": None, "score": answer} for answer in values]
    path = saved(tmp_path / "rows", numbers, Features({name: Value("float64") for name in numbers[0]}), False)
    found, opened = found_at(path)
    assert found.options.inputs == ("a", "b")
    assert opened.columns["score"][:, 0].tolist() == [1.5] * 8 + list(range(8))
    assert found.findings[0].message == "8 rows cannot be read, or have no label, and are left out."


@pytest.mark.parametrize(
    ("labels", "kind", "said"),
    [
        ([1, 1, 1], CLASSES, "every sample has the label '高い': expected at least two classes"),
        ([-1, -1, None], CLASSES, "none of its 3 texts can be read: each is broken, or has no label"),
        ([[1], [0], []], [Value("int64")], "no column is a label: there are text, label"),
        ([], CLASSES, "there are no samples in it"),
        ([str(number) for number in range(300)], Value("string"), "'label' has more than 200 different labels"),
    ],
)
def test_that_a_set_that_nothing_can_be_learned_from_is_told(
    labels: list[Any], kind: Any, said: str, tmp_path: Path
) -> None:
    whole = {"text": ["good film"] * len(labels), "label": labels}
    Dataset.from_dict(whole, features=Features(text=Value("string"), label=kind)).save_to_disk(str(tmp_path / "set"))
    with pytest.raises(DataError, match=said) as told:
        opening.inspect(tmp_path / "set")
    assert str(told.value).startswith(f"{tmp_path / 'set'}: ")


def test_that_splits_with_other_columns_are_told_and_one_of_them_is_learned_from(tmp_path: Path) -> None:
    one = Dataset.from_dict({"text": ["a", "b"] * 4, "label": ["x", "y"] * 4})
    DatasetDict({"train": one, "test": one.rename_column("text", "other")}).save_to_disk(str(tmp_path / "set"))
    with pytest.raises(DataError, match="a split has nothing called 'text': expected the same columns in all"):
        opening.inspect(tmp_path / "set")
    DatasetDict({"test": one}).save_to_disk(str(tmp_path / "tests alone"))
    assert found_at(tmp_path / "tests alone")[0].given_parts == (0, 0, 0)


def test_that_other_sets_may_have_no_labels_other_splits_and_another_order_of_classes(tmp_path: Path) -> None:
    texts = ["good film", "bad film"] * 4
    kinds = Features(text=Value("string"), label=CLASSES)
    learned = Dataset.from_dict({"text": texts, "label": [1, 0] * 4}, features=kinds)
    learned.save_to_disk(str(tmp_path / "set"))
    options = found_at(tmp_path / "set")[0].options
    bare = Dataset.from_dict({"text": texts, "label": [-1] * 8}, features=kinds)
    DatasetDict({"test": bare}).save_to_disk(str(tmp_path / "unlabelled"))
    bare.remove_columns("label").save_to_disk(str(tmp_path / "texts alone"))
    for name in ("unlabelled", "texts alone"):
        others, _ = format_of("hub").open_others(tmp_path / name, options)
        assert len(others.columns["text"]) == 8
        assert "label" not in others.columns
    turned = learned.cast_column("label", Value("string")).to_dict()["label"]
    names = {"1": "高い", "0": "low"}
    kinds = Features(text=Value("string"), label=ClassLabel(names=["高い", "low"]))
    rows = {"text": texts, "label": [names[item] for item in turned]}
    Dataset.from_dict(rows, features=kinds).save_to_disk(str(tmp_path / "turned"))
    assert format_of("hub").open_others(tmp_path / "turned", options)[0].columns["label"].tolist() == [1, 0] * 4


def test_that_a_set_without_a_label_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path / "set", [{"text": "a"}, {"text": "b"}], Features(text=Value("string")))
    with pytest.raises(DataError, match="no column is a label: there are text"):
        opening.inspect(path)


def test_that_a_set_that_cannot_be_fetched_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path))
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DataError, match="nobody/nothing: it cannot be fetched from Hugging Face's hub"):
        fetched("nobody/nothing")


@pytest.mark.parametrize("kind", ["picture", "sound", "text", "numbers"])
def test_that_a_sample_of_ones_own_is_read_as_those_of_the_set(tmp_path: Path, kind: str) -> None:
    given: dict[str, Any] = {
        "picture": {"bytes": picture(1), "path": None},
        "sound": {"bytes": sound(300, 1), "path": None},
        "text": "a good film",
        "numbers": 2.5,
    }
    as_file = {"bytes": Value("binary"), "path": Value("string")}
    types: dict[str, Any] = {"picture": Image(), "sound": as_file, "text": Value("string")}
    rows = [{"value": given[kind], "label": number % 2} for number in range(8)]
    columns = Features(value=types.get(kind, Value("float32")), label=CLASSES)
    cast = {"value": Audio(sampling_rate=4000)} if kind == "sound" else None
    path = saved(tmp_path / "set", rows, columns, cast=cast)
    found, opened = found_at(path)
    feature, data = found.info.features[0], opening.settings_for(path, "hub", found)
    shown: Path | str = str(given[kind])
    if kind in types and kind != "text":
        shown = tmp_path / "own"
        shown.write_bytes(given[kind]["bytes"])
    own = sample_of(shown, data, feature)[feature.name]
    np.testing.assert_array_equal(own, opened.columns[feature.name][0])
