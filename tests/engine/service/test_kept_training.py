"""What the engine's thread does with runs that are kept: paused, changed, gone on with, and looked back at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.engine.protocol.events import (
    ActivationsCaptured,
    BatchesEnded,
    Continued,
    Done,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Noticed,
    Paused,
    Refused,
    SettingsChanged,
    Started,
    WeightsTaken,
)
from designer.engine.protocol.requests import ChangeSettings, Continue, Pause, Stop, TakeWeights, Train, Watch
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_summary import read_summary
from tests.engine.service.test_answers import Listener, design


def with_settings(of: Design, **settings: object) -> Design:
    return replace(of, training=of.training.model_copy(update=settings))


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener(lambda event: isinstance(event, BatchesEnded))
    yield found
    found.expect_one_answer_each()


def train_until_held(listener: Listener, run: Train) -> None:
    listener.submit(run)
    listener.wait_until_held()


def is_a(kind: type[Event]) -> object:
    return lambda event: isinstance(event, kind)


def test_that_a_paused_run_is_looked_into_changed_and_goes_on(listener: Listener, tmp_path: Path) -> None:
    of = with_settings(design(epochs=3), learning_rate=0.01)
    pause, watch, go_on = Pause(), Watch("gru1", 0, watcher="a"), Continue()
    train_until_held(listener, Train(of, tmp_path / "run"))
    listener.submit(pause)
    listener.let_go()
    paused = listener.wait_for(is_a(Paused))
    assert read_summary(tmp_path / "run").state == "paused"
    listener.submit(watch, ChangeSettings(with_settings(of, learning_rate=0.001)), Pause())
    captured = listener.wait_for(is_a(ActivationsCaptured))
    assert isinstance(captured, ActivationsCaptured)
    assert (captured.weights, captured.step) == ("training", paused.step)  # type: ignore[attr-defined]
    changed = listener.wait_for(is_a(SettingsChanged))
    assert changed.step == paused.step  # type: ignore[attr-defined]
    assert isinstance(listener.answer(listener.asked[-1]), Refused)
    behind = len(listener.events)
    listener.submit(go_on)
    ended = listener.wait_for(is_a(Finished))
    assert ended.reason == "completed"  # type: ignore[attr-defined]
    kinds = [type(event) for event in listener.events[behind:]]
    assert Continued in kinds
    assert isinstance(listener.answer(go_on), Done)
    assert [event.epoch for event in listener.events if isinstance(event, EpochEnded)] == [1, 2, 3]
    assert read_summary(tmp_path / "run").state == "finished"


def test_that_a_paused_run_can_be_stopped_and_gone_on_with(listener: Listener, tmp_path: Path) -> None:
    of = design(epochs=3)
    train_until_held(listener, Train(of, tmp_path / "run"))
    listener.submit(Pause())
    listener.let_go()
    listener.wait_for(is_a(Paused))
    listener.submit(Stop())
    ended = listener.wait_for(is_a(Finished))
    assert ended.reason == "stopped"  # type: ignore[attr-defined]
    assert not any(isinstance(event, Continued) for event in listener.events)
    listener.submit(Train(of, tmp_path / "run", resume=True))
    listener.wait_for(lambda event: isinstance(event, Finished) and event.reason == "completed")
    started = [event for event in listener.events if isinstance(event, Started)]
    assert started[1].step == ended.step  # type: ignore[attr-defined]
    assert started[0].run == started[1].run


def test_that_a_paused_run_ends_with_the_engine(tmp_path: Path) -> None:
    listener = Listener(lambda event: isinstance(event, BatchesEnded))
    train_until_held(listener, Train(design(), tmp_path / "run"))
    listener.submit(Pause())
    listener.let_go()
    listener.wait_for(is_a(Paused))
    listener.expect_one_answer_each()
    assert read_summary(tmp_path / "run").state == "stopped"


def test_that_what_is_not_under_way_is_neither_paused_nor_changed(listener: Listener) -> None:
    asked = [Pause(), Continue(), ChangeSettings(design())]
    listener.let_go()
    listener.submit(*asked)
    for request in asked:
        assert isinstance(listener.answer(request), Refused)


def test_that_kept_weights_are_looked_into_epoch_by_epoch(listener: Listener, tmp_path: Path) -> None:
    of = design(epochs=2)
    listener.let_go()
    listener.submit(Train(of, tmp_path / "run"))
    listener.wait_for(is_a(Finished))
    seen = {}
    for epoch in (1, 2, None):
        take, watch = TakeWeights(of, tmp_path / "run", epoch), Watch("gru1", 0, watcher=f"of {epoch}")
        listener.submit(take, watch)
        told = next(
            event
            for event in [listener.wait_for(lambda event: isinstance(event, WeightsTaken)), *listener.events[::-1]]
            if isinstance(event, WeightsTaken)
        )
        assert isinstance(listener.answer(take), Done)
        assert isinstance(listener.answer(watch), Done)
        shown = [event for event in listener.events if isinstance(event, ActivationsCaptured)]
        seen[epoch] = (shown[-1].step, shown[-1].values.tobytes())
        assert told.run
    assert seen[2] == seen[None]
    assert seen[1][0] < seen[2][0]
    assert seen[1][1] != seen[2][1]


def test_that_weights_of_another_network_are_refused_in_words(listener: Listener, tmp_path: Path) -> None:
    of = design(epochs=1)
    listener.let_go()
    listener.submit(Train(of, tmp_path / "run"))
    listener.wait_for(is_a(Finished))
    take, gone = TakeWeights(design(classes=4), tmp_path / "run"), TakeWeights(of, tmp_path / "gone")
    missing = TakeWeights(of, tmp_path / "run", 7)
    listener.submit(take, gone, missing)
    for request, words in ((take, "another network"), (gone, "no run"), (missing, "epoch 7 are not kept")):
        answer = listener.answer(request)
        assert isinstance(answer, Refused)
        assert words in answer.reason


def test_that_a_network_is_trained_where_its_run_cannot_be_kept_and_that_is_told(
    listener: Listener, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    listener.let_go()
    listener.submit(Train(design(epochs=1), tmp_path / "taken" / "run"))
    listener.wait_for(is_a(Finished))
    told = [event.text for event in listener.events if isinstance(event, Noticed)]
    assert len(told) == 1
    assert told[0].startswith("This run is not kept:")


def test_that_a_run_that_cannot_be_gone_on_with_is_told(listener: Listener, tmp_path: Path) -> None:
    go_on = Train(design(), tmp_path / "nothing", resume=True)
    listener.let_go()
    listener.submit(go_on)
    failed = listener.wait_for(is_a(Failed))
    assert "there is no run to go on with" in failed.message  # type: ignore[attr-defined]
    assert isinstance(listener.answer(go_on), Refused)
    assert not Run(tmp_path / "nothing").folder.exists()
