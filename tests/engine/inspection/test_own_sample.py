"""A sample of somebody's own is looked at as those of the data are, and has no label."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from designer.core.assist.starting_networks import Style
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data import opening
from designer.data.errors import DataError
from designer.data.samples import Dataset
from designer.data.sources import sources
from designer.engine.inspection.own_sample import with_own
from designer.engine.inspection.probe import Looked, captures
from designer.engine.model.build import build
from designer.engine.protocol.codec import request_of, to_json
from designer.engine.protocol.events import ActivationsCaptured, Done, Refused
from designer.engine.protocol.requests import Show, Watch
from designer.engine.training import preparation
from tests.engine.service.test_answers import Listener
from tests.engine.service.test_answers import listening as listening
from tests.helpers import starting_network


def design_of(source: str, style: Style = "usual", *chain: dict[str, Any]) -> Design:
    network = starting_network(sources()[source].info, style)
    settings = TrainingSettings(device="cpu")
    return Design(network, DataSettings(source=source, transforms=chain), settings)


def shown(design: Design, dataset: Dataset, watch: Watch) -> ActivationsCaptured:
    torch.manual_seed(0)
    model = build(design.network, seed=1)
    ((_, found),) = captures(Looked(model, design.network, dataset), [watch])
    assert isinstance(found, ActivationsCaptured), found
    return found


@pytest.mark.parametrize("source", ["mnist_5k", "gun_point", "japanese_vowels", "movie_reviews"])
@pytest.mark.parametrize("chain", [(), ({"kind": "normalise"},)])
def test_that_a_sample_of_the_data_given_by_hand_gives_the_same(source: str, chain: tuple[dict[str, Any], ...]) -> None:
    design = design_of(source, "usual", *chain)
    plain, dataset = preparation.load(design_of(source)), preparation.load(design)
    own = {item.name: plain.test.sample(item.name, 3) for item in dataset.info.features}
    theirs = shown(design, dataset, Watch("output", 3))
    ours = shown(design, with_own(dataset, own), Watch("output", 0))
    np.testing.assert_array_equal(ours.values, theirs.values)
    (verdict,), (wanted,) = ours.sample.verdicts, theirs.sample.verdicts
    assert verdict.prediction == wanted.prediction
    assert (verdict.label, verdict.right) == ((), None)
    assert verdict.classes == wanted.classes


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"image": np.zeros((28, 28), np.float32)}, "image: expected images of 1×28×28, got 28×28"),
        ({"image": np.full((1, 28, 28), np.nan, np.float32)}, "image: expected finite numbers"),
        ({"words": np.zeros(3)}, "expected a value for image"),
    ],
)
def test_that_a_sample_of_another_kind_is_told(own: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        with_own(preparation.load(design_of("mnist_5k")), own)


def test_that_tokens_have_to_be_known() -> None:
    dataset = preparation.load(design_of("movie_reviews"))
    with pytest.raises(DataError, match="words: expected tokens from 0 to 4,999"):
        with_own(dataset, {"words": np.array([3, 5000])})


def test_that_a_request_with_a_sample_goes_through_json() -> None:
    watch = Watch("output", 0, own={"image": np.ones((1, 28, 28), np.float32)})
    found = request_of(to_json(watch))
    assert isinstance(found, Watch)
    assert found.own is not None
    np.testing.assert_array_equal(found.own["image"], np.ones((1, 28, 28), np.float32))


def test_that_the_engine_shows_what_the_network_makes_of_it_and_says_what_does_not_fit(
    listening: type[Listener],
) -> None:
    listener = listening()
    listener.submit(Show(design_of("mnist_5k")))
    digit = Watch("output", 0, own={"image": np.zeros((1, 28, 28), np.float32)})
    wrong = Watch("output", 0, watcher="other", own={"image": np.zeros((3, 8, 8), np.float32)})
    usual = Watch("output", 0, watcher="canvas")
    listener.submit(digit, wrong, usual)
    assert isinstance(listener.answer(digit), Done)
    assert isinstance(listener.answer(usual), Done)
    refused = listener.answer(wrong)
    assert isinstance(refused, Refused)
    assert refused.reason == "It cannot be shown: image: expected images of 1×28×28, got 3×8×8."
    own = {event.watcher: event.sample.is_own for event in listener.events if isinstance(event, ActivationsCaptured)}
    assert own == {"": True, "canvas": False}
    listener.expect_one_answer_each()


def test_that_a_row_of_a_table_is_brought_into_the_units_of_the_others_with_gaps(tmp_path: Path) -> None:
    path = tmp_path / "rooms.csv"
    rows = "".join(f"{number * 10},{number % 3},{'ab'[number % 2]}\n" for number in range(40))
    path.write_text("area,rooms,y\n" + rows, encoding="utf-8")
    source, found = opening.inspect(path, "table")
    dataset = opening.load(opening.settings_for(path, source, found))
    middle, mean, deviation = dataset.units["numbers"]
    own = with_own(dataset, {"numbers": np.array([250.0, np.nan])}).test.columns["numbers"]
    assert own[0].tolist() == pytest.approx([(250 - mean[0]) / deviation[0], (middle[1] - mean[1]) / deviation[1]])
    with pytest.raises(DataError, match="numbers: expected features of 2, got 1"):
        with_own(dataset, {"numbers": np.array([250.0])})
