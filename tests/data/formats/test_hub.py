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
    assert found.findings[0].message == f"3 {kind}s cannot be read, and are left out."


def test_that_texts_are_read_with_their_words(tmp_path: Path) -> None:
    rows = [{"text": "bad film" if number % 2 else "good film", "label": 1 - number % 2} for number in range(12)]
    found, opened = found_at(saved(tmp_path / "set", rows, Features(text=Value("string"), label=CLASSES)))
    assert found.options.kind == "text"
    assert found.without_effect == {"height", "width", "colour", "seconds", "rate"}
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
