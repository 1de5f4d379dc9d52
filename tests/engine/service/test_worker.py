from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.core.validation import check
from designer.engine.model.build import build
from designer.engine.protocol.events import (
    ActivationsCaptured,
    BatchesEnded,
    CaptureFailed,
    Event,
    Failed,
    Finished,
    MeasureFailed,
    Refused,
    Started,
    WeightsFound,
    WeightsSaved,
    WeightsTold,
    Written,
)
from designer.engine.protocol.requests import Adopt, Cancel, FindWeights, Keep, Measure, SaveWeights, Write
from designer.engine.service.worker import Show, Train, Watch, Worker
from tests.helpers import chain, dense, design_of, input_of, output_for


class Driver:
    """A worker whose events are awaited one after the other."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.worker = Worker(self._events.put)

    def next(self, wanted: Callable[[Event], bool]) -> Event:
        while not wanted(event := self._events.get(timeout=60)):
            pass
        return event

    def capture(self) -> ActivationsCaptured:
        event = self.next(lambda found: isinstance(found, ActivationsCaptured | CaptureFailed))
        assert isinstance(event, ActivationsCaptured), event
        return event


@pytest.fixture
def driver() -> Iterator[Driver]:
    driver = Driver()
    yield driver
    assert driver.worker.close()
    assert "designer-engine" not in [thread.name for thread in threading.enumerate()]


def long_run(design: Design) -> Design:
    return Design(design.network, design.data, design.training.model_copy(update={"epochs": 500}))


def short_run(design: Design) -> Design:
    return Design(design.network, design.data, TrainingSettings(epochs=2))


def test_that_a_block_is_shown_before_while_and_after_training(driver: Driver, vowels_example: Design) -> None:
    driver.worker.submit(Show(vowels_example))
    driver.worker.submit(Watch("lstm1", 2))
    before = driver.capture()
    assert before.weights == "untrained"
    assert before.values.shape == (len(before.sample.x), 64)
    driver.worker.submit(Train(long_run(vowels_example)))
    while_training = [driver.capture() for _ in range(3)]
    assert {event.weights for event in while_training} == {"training"}
    assert while_training[0].step < while_training[1].step < while_training[2].step
    driver.worker.stop_training()
    finished = driver.next(lambda event: isinstance(event, Finished))
    assert isinstance(finished, Finished)
    assert finished.reason == "stopped"
    after = driver.capture()
    assert after.weights == "trained"
    assert not np.allclose(after.values, before.values)


def test_that_an_undone_edit_brings_the_trained_weights_back(driver: Driver, vowels_example: Design) -> None:
    driver.worker.submit(Show(vowels_example))
    driver.worker.submit(Train(short_run(vowels_example)))
    driver.next(lambda event: isinstance(event, Finished))
    driver.worker.submit(Watch("dense", 0))
    trained = driver.capture()
    edited = vowels_example.edit(lambda net: edits.set_params(net, "lstm1", hidden_size=8))
    for design in (edited, vowels_example):
        driver.worker.submit(Show(design))
        driver.worker.submit(Watch("dense", 0))
    assert driver.capture().weights == "partly"
    back = driver.capture()
    assert back.weights == "trained"
    assert np.array_equal(back.values, trained.values)


def test_that_weights_of_unchanged_blocks_are_kept_by_an_edit(driver: Driver, vowels_example: Design) -> None:
    driver.worker.submit(Train(short_run(vowels_example)))
    driver.next(lambda event: isinstance(event, Finished))
    driver.worker.submit(Watch("lstm2", 0))
    trained = driver.capture()
    other_loss = vowels_example.edit(lambda net: edits.set_params(net, "dense", activation="tanh"))
    driver.worker.submit(Show(other_loss))
    driver.worker.submit(Watch("lstm2", 0))
    kept = driver.capture()
    assert np.array_equal(kept.values, trained.values)
    assert (kept.weights, kept.step) == ("earlier", trained.step)


def test_that_a_network_with_a_problem_says_why_it_cannot_be_shown(driver: Driver, cnn_example: Design) -> None:
    driver.worker.submit(Show(cnn_example.edit(lambda net: edits.remove(net, ["flatten"]))))
    driver.worker.submit(Watch("conv1", 0))
    event = driver.next(lambda found: isinstance(found, CaptureFailed))
    assert isinstance(event, CaptureFailed)
    assert "Mend the network first" in event.reason


def test_that_a_sample_which_these_data_have_not_is_told_without_an_error(
    driver: Driver, vowels_example: Design, capsys: pytest.CaptureFixture[str]
) -> None:
    driver.worker.submit(Show(vowels_example))
    driver.worker.submit(Watch("lstm1", 705))  # asked for while the data had more of them
    event = driver.next(lambda found: isinstance(found, CaptureFailed) and "no sample 705" in found.reason)
    assert isinstance(event, CaptureFailed)
    driver.worker.submit(Watch("lstm1", 3))
    assert isinstance(driver.next(lambda found: isinstance(found, ActivationsCaptured)), ActivationsCaptured)
    assert "Traceback" not in capsys.readouterr().err


def test_that_a_block_added_while_training_is_said_to_be_new(driver: Driver, vowels_example: Design) -> None:
    driver.worker.submit(Watch("dropout1", 0))
    driver.worker.submit(Train(long_run(vowels_example)))
    event = driver.next(lambda found: isinstance(found, CaptureFailed) and "added or renamed" in found.reason)
    assert isinstance(event, CaptureFailed)
    assert event.block == "dropout1"


def test_that_a_run_that_cannot_start_is_told_and_the_worker_goes_on(driver: Driver, vowels_example: Design) -> None:
    wrong = vowels_example.edit(lambda net: edits.set_params(net, "dense", out_features=4))
    driver.worker.submit(Train(wrong))
    event = driver.next(lambda found: isinstance(found, Failed))
    assert isinstance(event, Failed)
    assert "9 classes" in event.message
    driver.worker.submit(Show(vowels_example))
    driver.worker.submit(Watch("lstm1", 0))
    assert driver.capture().block == "lstm1"


def test_that_closing_while_training_ends_the_thread(vowels_example: Design) -> None:
    driver = Driver()
    driver.worker.submit(Watch("lstm1", 0))
    driver.worker.submit(Train(long_run(vowels_example)))
    driver.next(lambda event: isinstance(event, ActivationsCaptured))
    assert driver.worker.close()
    assert "designer-engine" not in [thread.name for thread in threading.enumerate()]


def test_that_a_second_run_is_refused_with_a_reason_and_the_first_goes_on(
    driver: Driver, vowels_example: Design
) -> None:
    driver.worker.submit(Train(long_run(vowels_example)))
    driver.next(lambda event: isinstance(event, BatchesEnded))
    driver.worker.submit(Train(vowels_example))
    refused = driver.next(lambda event: isinstance(event, Refused | Started | Finished))
    assert isinstance(refused, Refused)
    assert "A run is under way" in refused.reason
    driver.next(lambda event: isinstance(event, BatchesEnded))
    driver.worker.stop_training()
    finished = driver.next(lambda event: isinstance(event, Finished | Failed))
    assert isinstance(finished, Finished)
    assert finished.reason == "stopped"


def test_that_a_run_asked_for_right_after_a_stop_begins_when_the_other_has_ended(
    driver: Driver, vowels_example: Design
) -> None:
    short = Design(
        vowels_example.network, vowels_example.data, vowels_example.training.model_copy(update={"epochs": 1})
    )
    driver.worker.submit(Train(long_run(vowels_example)))
    driver.next(lambda event: isinstance(event, BatchesEnded))
    driver.worker.stop_training()
    driver.worker.submit(Train(short))
    first, second = (driver.next(lambda event: isinstance(event, Finished)) for _ in range(2))
    assert isinstance(first, Finished)
    assert isinstance(second, Finished)
    assert (first.reason, second.reason) == ("stopped", "completed")


def test_that_a_design_shown_while_another_is_trained_is_looked_into_afterwards(
    driver: Driver, vowels_example: Design, cnn_example: Design
) -> None:
    driver.worker.submit(Train(long_run(vowels_example)))
    driver.next(lambda event: isinstance(event, BatchesEnded))
    driver.worker.submit(Show(vowels_example))
    driver.worker.submit(Show(cnn_example))
    driver.worker.stop_training()
    driver.next(lambda event: isinstance(event, Finished))
    driver.worker.submit(Watch("conv1", 0))
    assert driver.capture().weights == "untrained"


def test_that_weights_that_are_to_be_kept_are_kept_though_the_window_closes(
    vowels_example: Design, tmp_path: Path
) -> None:
    driver = Driver()
    arrays = {name: value.numpy() for name, value in build(vowels_example.network).state_dict().items()}
    driver.worker.submit(Adopt(vowels_example, arrays))
    driver.worker.submit(Train(long_run(vowels_example)))
    driver.next(lambda event: isinstance(event, BatchesEnded))
    driver.worker.submit(Keep(vowels_example, tmp_path / "kept.run"))
    assert driver.worker.close()
    assert (tmp_path / "kept.run" / "checkpoint.safetensors").exists()


def test_that_every_request_has_an_answer_once_the_engine_has_stopped(
    vowels_example: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules, "designer.engine.service.engine_service", None
    )  # as where torch cannot be imported
    driver = Driver()
    driver.worker.submit(Show(vowels_example))
    failed = driver.next(lambda event: True)
    assert isinstance(failed, Failed)
    path = tmp_path / "weights.safetensors"
    for request, answer in (
        (Train(vowels_example), Failed),
        (Watch("lstm1", 0), CaptureFailed),
        (Measure(vowels_example), MeasureFailed),
        (FindWeights(vowels_example, path), WeightsFound),
        (SaveWeights(vowels_example, path), WeightsSaved),
        (Keep(vowels_example, tmp_path), WeightsTold),
    ):
        driver.worker.submit(request)
        event = driver.next(lambda event: not isinstance(event, Refused))
        assert isinstance(event, answer)
        if answer is not WeightsFound:
            assert "the engine has stopped" in str(event)
    assert driver.worker.close()


def test_that_imported_weights_are_looked_into_once_a_second_softmax_is_out(driver: Driver) -> None:
    """Until then the block would show one number, and the sample, to which the loss's softmax is applied, another."""
    twice = design_of(chain(input_of(1, 28, 28), "flatten", dense(10, activation="softmax"), "dropout", output_for()))
    arrays = {name: value.numpy() for name, value in build(twice.network, seed=4).state_dict().items()}
    driver.worker.submit(Adopt(twice, arrays))
    driver.worker.submit(Watch("dense1", 3))
    failed = driver.next(lambda event: isinstance(event, CaptureFailed))
    assert isinstance(failed, CaptureFailed)
    assert "Mend the network first" in failed.reason
    driver.worker.submit(Show(check.problems(twice)[0].fixes[0].apply(twice)))
    driver.worker.submit(Watch("dense1", 3))
    event = driver.capture()
    (verdict,) = event.sample.verdicts
    shares = np.exp(event.values) / np.exp(event.values).sum()
    np.testing.assert_allclose(verdict.scores, shares, atol=1e-5)
    assert event.weights == "imported"


def test_that_a_network_of_another_file_has_none_of_the_weights_of_the_one_before(
    driver: Driver, vowels_example: Design
) -> None:
    driver.worker.submit(Train(short_run(vowels_example)))
    driver.next(lambda event: isinstance(event, Finished))
    another = vowels_example.edit(lambda net: edits.set_params(net, "dense", activation="tanh"))
    edited = another.edit(lambda net: edits.set_params(net, "dense", activation="relu"))
    for show in (Show(another, is_another=True), Show(edited)):
        driver.worker.submit(show)
        driver.worker.submit(Watch("lstm2", 0))
        assert driver.capture().weights == "untrained"
    driver.worker.submit(Show(vowels_example, is_another=True))
    driver.worker.submit(Watch("lstm2", 0))
    assert driver.capture().weights == "trained"


def test_that_another_file_opened_during_a_run_is_another_one_after_it(driver: Driver, vowels_example: Design) -> None:
    driver.worker.submit(Train(long_run(vowels_example)))
    driver.next(lambda event: isinstance(event, BatchesEnded))
    another = vowels_example.edit(lambda net: edits.set_params(net, "dense", activation="tanh"))
    driver.worker.submit(Show(another, is_another=True))
    driver.worker.submit(Show(another))
    driver.worker.stop_training()
    driver.next(lambda event: isinstance(event, Finished))
    driver.worker.submit(Watch("lstm2", 0))
    assert driver.next(lambda event: isinstance(event, ActivationsCaptured) and not event.step).weights == "untrained"


def written(driver: Driver, of: Write) -> list[Written]:
    """All that is told of a text, to its end."""
    found: list[Written] = []
    while not found or not found[-1].ended:
        event = driver.next(lambda event: isinstance(event, Written) and event.request == of.id)
        assert isinstance(event, Written)
        found.append(event)
    return found


def test_that_a_text_is_written_token_by_token_and_a_run_under_way_learns_as_without_it(driver: Driver) -> None:
    alice = read(example("alice_next_letter"))
    alice = Design(alice.network, alice.data, alice.training.model_copy(update={"epochs": 1, "batch_size": 64}))
    ends = []
    for with_text in (False, True):
        driver.worker.submit(Train(alice))
        driver.next(lambda event: isinstance(event, BatchesEnded))
        if with_text:
            asked = Write("alice ", 8, 0.8, seed=2)
            driver.worker.submit(asked)
            events = written(driver, asked)
            assert [event.tokens for event in events] == list(range(9))
            assert [len(event.text) for event in events] == [0, *[1] * 8]
            assert {event.weights for event in events} == {"training"}
            assert all(list(event.probabilities) == sorted(event.probabilities, reverse=True) for event in events)
        finished = driver.next(lambda event: isinstance(event, Finished))
        assert isinstance(finished, Finished)
        ends.append(finished.metrics["train_loss"])
    assert ends[0] == ends[1]

    driver.worker.submit(Show(alice))
    endless = Write("alice ", 1_000_000, seed=3)
    driver.worker.submit(endless)
    first = [driver.next(lambda event: isinstance(event, Written)) for _ in range(6)]
    driver.worker.submit(Watch("lstm", 2))
    assert driver.capture().weights == "trained"  # others are served meanwhile
    driver.worker.submit(Cancel(endless.id))
    events = written(driver, endless)
    assert events[-1].text == ""
    assert not events[-1].problem
    again = Write("alice ", 5, seed=3)
    driver.worker.submit(again)
    assert [event.text for event in written(driver, again)] == [
        event.text for event in first if isinstance(event, Written)
    ]


def test_that_what_cannot_be_written_is_told(driver: Driver, vowels_example: Design) -> None:
    for design, words in ((None, "There is no network"), (vowels_example, "does not tell the next token")):
        if design:
            driver.worker.submit(Show(design))
        asked = Write("a")
        driver.worker.submit(asked)
        (event,) = written(driver, asked)
        assert words in event.problem
