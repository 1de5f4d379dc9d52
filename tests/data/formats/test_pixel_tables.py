"""Tables whose columns are the pixels of pictures: taken as columns, offered as pictures, and read as these."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import FoundData
from designer.data.single_samples import sample_of
from tests.codegen.curves import assert_script_learns_alike
from tests.data.formats.test_image_folder import finding
from tests.helpers import starting_network

SIDE, COUNT = 8, 40
PIXELS = np.random.default_rng(0).integers(0, 256, (COUNT, SIDE, SIDE))
PIXELS[:, 0] = 0  # as the borders of MNIST are
NAMES = [f"pixel{number}" for number in range(SIDE**2)]
MAY_BE = "The 64 columns are whole numbers from 0 to 255, and a square: they may be the pixels of grey pictures, 8×8."


def table(path: Path, names: list[str] | None = NAMES, pixels: Any = PIXELS, label: bool = True) -> Path:
    rows = pd.DataFrame(pixels.reshape(COUNT, -1), columns=names)
    if label:
        rows.insert(0, "label", [number % 2 for number in range(COUNT)])
    rows.to_csv(path, index=False, header=names is not None)
    return path


def as_pictures(path: Path) -> FoundData[Any]:
    """What there is after a person has said that they are pictures."""
    _, found = opening.inspect(path)
    (answer,) = finding(found, MAY_BE).answers
    assert answer.title == "Read as pictures"
    return opening.inspect(path, "table", {**found.options.model_dump(mode="json"), **answer.changes})[1]


@pytest.mark.parametrize("names", [NAMES, None], ids=["named", "without names"])
def test_that_columns_of_pixels_are_a_table_and_offered_as_pictures(names: list[str] | None, tmp_path: Path) -> None:
    path = table(tmp_path / "digits.csv", names)
    source, found = opening.inspect(path)
    assert source == "table"
    assert found.info.features[0].shape.is_features
    assert "pixels" not in found.without_effect
    pictures = as_pictures(path)
    assert [str(item.shape) for item in pictures.info.features] == ["1×8×8"]
    assert not [item for item in pictures.findings if "pixels of grey" in item.message or "ignored" in item.message]


@pytest.mark.parametrize(
    "pixels", [PIXELS + 0.5, PIXELS + 1, PIXELS - 1, PIXELS[:, 1:]], ids=["fractions", "256", "negative", "no square"]
)
def test_that_other_columns_are_not_offered_as_pictures(pixels: Any, tmp_path: Path) -> None:
    count = pixels[0].size
    _, found = opening.inspect(
        table(tmp_path / "columns.csv", [f"x{number}" for number in range(count)], pixels), "table"
    )
    assert not [item for item in found.findings if "pixels" in item.message]
    assert "pixels" in found.without_effect


@pytest.mark.parametrize("reading", ["memory", "streamed"])
def test_that_pixels_become_pictures(reading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    path = table(tmp_path / "digits.csv")
    how = DataSettings.model_validate({"split": "chance", "reading": reading})
    data = opening.settings_for(path, "table", as_pictures(path), how)
    dataset = opening.load(data)
    assert bool(dataset.train.lazy) == (reading == "streamed")
    pictures = np.concatenate([part.taken("image", None) for part in (dataset.train, dataset.test)])
    labels = np.concatenate([part.columns["label"] for part in (dataset.train, dataset.test)])
    known = {item.tobytes(): number % 2 for number, item in enumerate((PIXELS / np.float32(255)).astype(np.float32))}
    assert [known[picture.tobytes()] for picture in pictures] == labels.tolist()
    if reading == "streamed":
        design = Design(starting_network(dataset.info, "usual"), data, TrainingSettings(epochs=1, device="cpu"))
        assert "pixels=8" in assert_script_learns_alike(design, dataset, tmp_path)


def test_that_a_picture_of_one_s_own_is_opened_and_columns_that_do_not_fit_are_told(tmp_path: Path) -> None:
    path = table(tmp_path / "digits.csv")
    found = as_pictures(path)
    data = opening.settings_for(path, "table", found)
    Image.fromarray(PIXELS[3].astype(np.uint8)).save(tmp_path / "one.png")
    (feature,) = found.info.features
    made = sample_of(tmp_path / "one.png", data, feature)["image"]
    np.testing.assert_allclose(made[0], PIXELS[3] / 255, atol=1e-6)
    wrong = found.options.model_dump(mode="json")
    wrong["columns"][5]["role"] = "ignored"
    with pytest.raises(DataError, match="pictures of 8×8 pixels take 64 columns of numbers and no others, got 63"):
        opening.inspect(path, "table", wrong)
