"""What is done to samples before the network sees them: engine and script do the same, along the same curve."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.core.assist.starting_networks import Style
from designer.core.graph.binding import bind
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data.sources import sources
from designer.data.transforms.registry import transforms
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training import preparation
from designer.engine.training.batches import validation_split
from tests.codegen import few
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import assert_same_curve
from tests.helpers import starting_network

SOURCES = {"images": "mnist_5k", "sequences": "gun_point", "tokens": "movie_reviews"}
SUITED = {
    "images": ("normalise", "flip", "shift", "rotate", "zoom", "colour", "cutout", "noise"),
    "sequences": ("normalise", "noise", "time_shift", "time_warp"),
    "tokens": ("token_drop",),
}


def design_with(source: str, *chain: dict[str, Any], style: Style = "plain", **training: Any) -> Design:
    network = starting_network(sources()[source].info, style)
    settings = TrainingSettings(**{"epochs": 2, "batch_size": 256, "device": "cpu", **training})
    return Design(network, DataSettings(source=source, transforms=chain), settings)


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data that come with the program, with few of their samples; none of them are kept for other tests."""
    monkeypatch.setattr("designer.data.sources.load", few.samples_of)
    monkeypatch.setattr(preparation, "_prepared", OrderedDict())


@pytest.mark.usefixtures("few_samples")
@pytest.mark.parametrize("sort", SOURCES)
def test_that_a_script_changes_samples_as_the_engine_does(sort: str, tmp_path: Path) -> None:
    design = design_with(SOURCES[sort], *({"kind": kind} for kind in SUITED[sort]))
    text = assert_script_learns_alike(design, preparation.load(design), tmp_path, few.put_beside)
    assert all(transforms()[kind].function in text for kind in SUITED[sort])


def test_that_sequences_of_different_lengths_are_normalised_alike(tmp_path: Path) -> None:
    design = design_with("japanese_vowels", {"kind": "normalise"}, {"kind": "noise", "deviation": 0.1}, style="usual")
    assert_script_learns_alike(design, preparation.load(design), tmp_path)


def test_that_without_validation_all_that_is_learned_from_is_measured(tmp_path: Path) -> None:
    design = design_with("gun_point", {"kind": "normalise"}, validation_share=0.0)
    assert_script_learns_alike(design, preparation.load(design), tmp_path)


@pytest.mark.usefixtures("few_samples")
def test_that_several_outputs_learn_from_changed_samples(tmp_path: Path) -> None:
    design = design_with(
        "digit_scenes", {"kind": "normalise"}, {"kind": "cutout", "feature": "scene"}, {"kind": "noise"}, epochs=1
    )
    assert_script_learns_alike(design, preparation.load(design), tmp_path, few.put_beside)


@pytest.mark.parametrize(
    ("source", "more", "settings"),
    [
        ("mnist_5k", ("flip", "cutout"), {"class_weights": "balanced", "label_smoothing": 0.1}),
        ("japanese_vowels", ("noise",), {"style": "usual"}),
        ("digit_scenes", (), {"class_weights": "balanced"}),
        ("airline_passengers", (), {"batch_size": 16}),
    ],
    ids=["classes", "unequal lengths", "several outputs", "numbers"],
)
def test_that_a_script_mixes_samples_as_the_engine_does(
    source: str, more: tuple[str, ...], settings: dict[str, Any], tmp_path: Path, for_ruff: ForRuff
) -> None:
    chain = [{"kind": kind} for kind in more]
    design = design_with(source, *chain, {"kind": "mixup", "alpha": 1.0}, epochs=1, **settings)
    text = assert_same_curve(design, tmp_path)
    assert "share, partners = mixing_of(len(rows), 1.0, chance)" in text
    for_ruff(text)


def test_that_a_script_without_transforms_says_nothing_of_them() -> None:
    plain = pytorch_script(design_with("mnist_5k"), "net").text
    assert "chance" not in plain
    assert "normalise" not in plain
    assert "enumerate" not in plain


def test_that_what_is_learned_from_is_normalised_and_the_rest_by_the_same_numbers() -> None:
    plain, design = design_with("gun_point"), design_with("gun_point", {"kind": "normalise"})
    before, after = preparation.load(plain), preparation.load(design)
    (name,) = (feature.name for feature in before.info.features)
    rows, held = validation_split(before.train, before.info, bind(design.network, before.info), design.training)
    learned = before.train.columns[name][rows]
    mean, deviation = learned.mean(), learned.std()
    for part, chosen in (("train", rows), ("train", held), ("test", slice(None))):
        found, was = (getattr(data, part).columns[name][chosen] for data in (after, before))
        np.testing.assert_allclose(found, (was - mean) / deviation, atol=1e-5)


def test_that_numbers_are_measured_once_whatever_is_random_behind() -> None:
    first = preparation.load(design_with("gun_point", {"kind": "normalise"}))
    assert preparation.load(design_with("gun_point", {"kind": "normalise"}, {"kind": "noise"})) is first
