"""Counting which classes are named: as the checkpoint gives it, batch by batch, and the newest wish alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.parameters import set_params
from designer.data import opening
from designer.engine.model.build import build
from designer.engine.protocol.events import (
    ClassesCounted,
    Done,
    EpochEnded,
    Event,
    Finished,
    Paused,
    Refused,
    Started,
    WeightsTaken,
)
from designer.engine.protocol.requests import Continue, CountClasses, Pause, TakeWeights
from designer.engine.runs.run_folder import Run
from designer.engine.runs.trained_weights import trained_weights
from designer.engine.service.worker import Show, Train
from designer.engine.training.batches import validation_split
from tests.engine.service.test_worker import Driver, long_run


@pytest.fixture
def driver() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    assert driver.worker.close()


def counted(driver: Driver) -> ClassesCounted:
    """The whole of it."""

    def is_whole(event: Event) -> bool:
        return isinstance(event, ClassesCounted) and (event.done == event.of or bool(event.problem))

    event = driver.next(is_whole)
    assert isinstance(event, ClassesCounted)
    return event


def by_hand(design: Design, folder: Path, epoch: int) -> np.ndarray:
    """Sample by sample, through a network with the weights of an epoch's checkpoint."""
    dataset = opening.load(design.data)
    binding = bind(design.network, dataset.info)
    _, rows = validation_split(dataset.train, dataset.info, binding, design.training)
    model = build(design.network).eval()
    model.load_state_dict(trained_weights(folder, design, epoch).weights)
    (feature,), (target,) = binding.features.values(), binding.targets.values()
    found = np.zeros((len(target.classes or ()),) * 2, np.int64)
    for row in rows.tolist():
        x = np.asarray(dataset.train.sample(feature.name, row))
        lengths = torch.tensor([len(x)])
        given = (torch.from_numpy(x)[None], lengths) if feature.shape.varies else (torch.from_numpy(x)[None],)
        with torch.no_grad():
            named = int(torch.as_tensor(model(*given)).argmax())
        found[int(dataset.train.sample(target.name, row)), named] += 1
    return found


def test_that_the_classes_are_counted_as_the_checkpoint_of_each_epoch_names_them(
    driver: Driver, vowels_example: Design, tmp_path: Path
) -> None:
    settings = vowels_example.training.model_copy(update={"epochs": 3})
    design, folder = replace(vowels_example, training=settings), tmp_path / "run"
    driver.worker.submit(Train(design, folder))
    accuracies = [driver.next(lambda event: isinstance(event, EpochEnded)).metrics["val_accuracy"] for _ in range(3)]
    driver.next(lambda event: isinstance(event, Finished))
    seen = []
    for epoch in (1, 2, 3):
        assert Run(folder).epochs.path(epoch).is_file()
        driver.worker.submit(TakeWeights(design, folder, epoch))
        driver.worker.submit(CountClasses())
        taken = driver.next(lambda event: isinstance(event, WeightsTaken))
        event = counted(driver)
        counts = np.array(event.counts)
        assert (event.problem, event.step, event.part) == ("", taken.step, "validation")
        assert event.classes == tuple(f"speaker {number}" for number in range(1, 10))
        assert (counts == by_hand(design, folder, epoch)).all()
        assert np.trace(counts) / counts.sum() == pytest.approx(accuracies[epoch - 1])
        seen.append(event.counts)
    assert len(set(seen)) == 3


def test_that_a_count_makes_room_for_others_and_the_newest_one_is_told(
    driver: Driver, vowels_example: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.engine.evaluation.passes.EVALUATION_BATCH", 1)
    monkeypatch.setattr("designer.engine.service.class_counts.TOLD_SECONDS", 0.0)
    first, second = CountClasses(), CountClasses()
    driver.worker.submit(Show(vowels_example))
    driver.worker.submit(first)
    driver.next(lambda event: isinstance(event, ClassesCounted) and event.done == 1)
    driver.worker.submit(Show(vowels_example))
    between = driver.next(lambda event: isinstance(event, Done) and event.kind == "show")
    assert between
    part = driver.next(lambda event: isinstance(event, ClassesCounted))
    assert isinstance(part, ClassesCounted)
    assert 1 < part.done < part.of
    assert sum(map(sum, part.counts)) == part.done
    driver.worker.submit(second)
    answers: dict[str, Event] = {}
    while len(answers) < 2:
        event = driver.next(lambda event: isinstance(event, Done | Refused) and event.kind == "count_classes")
        assert isinstance(event, Done | Refused)
        answers[event.request] = event
    assert isinstance(answers[first.id], Refused)
    assert isinstance(answers[second.id], Done)


def test_that_while_a_network_learns_the_classes_are_those_that_the_last_epoch_was_validated_with(
    driver: Driver, vowels_example: Design, tmp_path: Path
) -> None:
    design, folder = long_run(vowels_example), tmp_path / "run"
    driver.worker.submit(CountClasses())
    assert "no network" in counted(driver).problem
    driver.worker.submit(Train(design, folder))
    driver.next(lambda event: isinstance(event, Started))
    seen = []
    for _ in range(3):
        ended = driver.next(lambda event: isinstance(event, EpochEnded))
        driver.worker.submit(CountClasses())
        event = counted(driver)
        counts = np.array(event.counts)
        assert (event.problem, event.part, event.weights, event.is_within) == ("", "validation", "training", False)
        assert event.epoch >= ended.epoch
        assert event.step % event.epoch == 0
        assert event.done == event.of == counts.sum()
        seen.append(event)
    driver.worker.stop_training()
    driver.next(lambda event: isinstance(event, Finished))
    for event in seen:
        assert Run(folder).epochs.path(event.epoch).is_file()
        assert (np.array(event.counts) == by_hand(design, folder, event.epoch)).all()


def test_that_at_a_pause_the_classes_are_those_of_its_weights_and_the_run_goes_on_as_without(
    driver: Driver, vowels_example: Design, tmp_path: Path
) -> None:
    settings = vowels_example.training.model_copy(update={"epochs": 3})
    design = replace(vowels_example, training=settings)
    last = []
    for counts in (False, True):
        driver.worker.submit(Train(design, tmp_path / f"run {counts}"))
        driver.next(lambda event: isinstance(event, EpochEnded))
        if counts:
            driver.worker.submit(Pause())
            paused = driver.next(lambda event: isinstance(event, Paused | Finished))
            assert isinstance(paused, Paused)
            driver.worker.submit(CountClasses())
            event = counted(driver)
            assert (event.problem, event.epoch, event.step) == ("", paused.epoch, paused.step)
            assert event.is_within
            assert np.array(event.counts).sum() == event.of
            driver.worker.submit(Continue())
        last.append(driver.next(lambda event: isinstance(event, Finished)).metrics)
    assert last[0] == last[1]


def test_that_nothing_is_counted_before_the_first_epoch_has_ended_or_without_classes(
    driver: Driver, vowels_example: Design
) -> None:
    settings = vowels_example.training.model_copy(update={"epochs": 900, "validation_share": 0.0})
    driver.worker.submit(Train(replace(vowels_example, training=settings)))
    driver.worker.submit(CountClasses())
    assert counted(driver).problem.endswith("after each epoch: the first one has not ended yet.")
    driver.next(lambda event: isinstance(event, EpochEnded))
    driver.worker.submit(CountClasses())
    assert counted(driver).problem.startswith("No samples are kept apart for validation")
    driver.worker.stop_training()
    driver.next(lambda event: isinstance(event, Finished))


def test_that_an_embedding_counts_as_the_class_of_its_nearest_neighbour_once_all_have_come(
    driver: Driver, vowels_example: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.engine.service.class_counts.TOLD_SECONDS", 0.0)
    monkeypatch.setattr("designer.engine.evaluation.passes.EVALUATION_BATCH", 7)
    design = vowels_example.edit(lambda network: set_params(network, "output", loss="triplet"))
    driver.worker.submit(Train(long_run(design)))
    driver.next(lambda event: isinstance(event, EpochEnded))
    driver.worker.submit(CountClasses())
    assert "of embeddings they are counted at a pause" in counted(driver).problem
    driver.worker.submit(Pause())
    driver.next(lambda event: isinstance(event, Paused))
    driver.worker.submit(CountClasses())
    event = driver.next(lambda event: isinstance(event, ClassesCounted))
    assert isinstance(event, ClassesCounted)
    assert (event.problem, event.by_neighbours, event.done) == ("", True, event.of)
    counts = np.array(event.counts)
    assert counts.sum() == event.of
    assert np.trace(counts) > event.of / 5
    driver.worker.stop_training()
    driver.next(lambda event: isinstance(event, Finished))
