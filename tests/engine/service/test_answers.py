"""Every request has one answer, in whatever state the engine is, and whatever goes wrong."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from designer.core.graph.design import Design
from designer.engine.protocol.events import (
    ActivationsCaptured,
    BatchesEnded,
    Done,
    Event,
    Failed,
    Finished,
    Refused,
    Started,
)
from designer.engine.protocol.requests import (
    Adopt,
    AnyRequest,
    Cancel,
    ChangeSettings,
    Close,
    Continue,
    CountClasses,
    FindRate,
    FindWeights,
    Keep,
    Measure,
    Pause,
    Request,
    SaveWeights,
    Show,
    Stop,
    TakeWeights,
    Train,
    Unwatch,
    Watch,
    Write,
)
from designer.engine.service.engine_service import EngineService
from designer.engine.service.worker import Worker
from tests.helpers import chain, dense, design_of, input_of, output_for

ALL: tuple[type[Request], ...] = get_args(AnyRequest)


def design(classes: int = 9, epochs: int = 500) -> Design:
    gru = ("gru", "gru1", {"hidden_size": 4})
    network = chain(input_of(None, 12), gru, dense(classes), output_for())
    return design_of(network, "japanese_vowels", epochs=epochs, batch_size=16)


def requests(of: Design, folder: Path) -> dict[type[Request], Request]:
    """One of each; the last one closes."""
    made = [
        Watch("gru1", 0),
        Watch("dense1", 1, watcher="canvas"),
        Show(of),
        Show(of, is_another=True),
        Adopt(of, {}),
        Adopt(of, folder / "nothing.run"),
        Keep(of, folder / "kept.run"),
        FindWeights(of, folder / "found.safetensors"),
        SaveWeights(of, folder / "saved.safetensors"),
        Measure(of),
        FindRate(of, steps=3),
        Cancel("nobody's"),
        TakeWeights(of, folder / "nothing.run"),
        Continue(),
        Pause(),
        ChangeSettings(of),
        Continue(),
        Unwatch("nobody"),
        Write("a", 3),
        CountClasses(),
        Train(of),
        Stop(),
        Close(),
    ]
    assert {type(request) for request in made} == set(ALL), "a new kind of request is to be tried here, too"
    return {request.id: request for request in made}  # type: ignore[misc]


class Listener:
    """A worker, and all that it says. `held` events keep the engine's thread until they are let go."""

    def __init__(self, hold: Callable[[Event], bool] = lambda event: False) -> None:
        self.events: list[Event] = []
        self.asked: list[Request] = []
        self._hold = hold
        self._is_held, self._is_free = threading.Event(), threading.Event()
        self.worker = Worker(self.hear)

    def hear(self, event: Event) -> None:
        self.events.append(event)
        if not self._is_held.is_set() and self._hold(event):
            self._is_held.set()
            assert self._is_free.wait(60)

    def submit(self, *wanted: Request) -> None:
        for request in wanted:
            self.asked.append(request)
            self.worker.submit(request)

    def wait_until_held(self) -> None:
        assert self._is_held.wait(60)

    def let_go(self) -> None:
        self._is_free.set()

    def wait_for(self, wanted: Callable[[Event], bool]) -> Event:
        until = time.monotonic() + 60
        while not any(map(wanted, self.events)):
            assert time.monotonic() < until, self.events
            time.sleep(0.005)
        return next(event for event in self.events if wanted(event))

    def answer(self, request: Request) -> Done | Refused:
        found = self.wait_for(lambda event: isinstance(event, Done | Refused) and event.request == request.id)
        assert isinstance(found, Done | Refused)
        return found

    def expect_one_answer_each(self) -> None:
        """Once the thread has ended, there is nothing more to come."""
        assert self.worker.close(60)
        given = Counter(event.request for event in self.events if isinstance(event, Done | Refused))
        for request in self.asked:
            assert given[request.id] == 1, (request, [event for event in self.events if isinstance(event, Refused)])
        assert all(event.reason for event in self.events if isinstance(event, Refused))


@pytest.fixture
def listening() -> Iterator[type[Listener]]:
    yield Listener
    assert "designer-engine" not in [thread.name for thread in threading.enumerate()]


def is_batch(event: Event) -> bool:
    return isinstance(event, BatchesEnded)


@pytest.mark.parametrize("state", ["idle", "broken", "training", "stopping", "closing", "closed"])
def test_that_every_request_has_one_answer_in_every_state(
    state: str, tmp_path: Path, listening: type[Listener]
) -> None:
    listener = listening(is_batch)
    wanted = list(requests(design(classes=4 if state == "broken" else 9, epochs=1), tmp_path).values())
    if state in ("training", "stopping", "closing"):
        listener.submit(Train(design()))
        listener.wait_until_held()
    if state == "stopping":
        listener.submit(Stop())
    if state == "closing":
        listener.submit(Close())
    if state == "closed":
        assert listener.worker.close(60)
    listener.let_go()
    listener.submit(*wanted)
    if state != "closed":
        listener.worker._thread.join(60)
    listener.submit(*(type(request)(**vars(request) | {"id": f"{request.id} again"}) for request in wanted))
    listener.expect_one_answer_each()


def test_that_the_answers_say_what_became_of_the_requests(tmp_path: Path, listening: type[Listener]) -> None:
    listener = listening()
    nothing, run, second, stop = Stop(), Train(design()), Train(design()), Stop()
    listener.submit(nothing, run)
    begun = listener.answer(run)
    assert (type(begun), begun.kind) == (Done, "train")
    assert begun.run == next(event.run for event in listener.events if isinstance(event, Started))
    listener.submit(second)
    assert isinstance(listener.answer(second), Refused)
    listener.submit(stop)
    assert isinstance(listener.answer(stop), Done)
    assert isinstance(listener.wait_for(lambda event: isinstance(event, Finished)), Finished)
    late = Stop()
    listener.submit(late)
    for request in (nothing, late):
        answer = listener.answer(request)
        assert isinstance(answer, Refused)
        assert "No" in answer.reason
    listener.expect_one_answer_each()


def test_that_a_watcher_is_not_shown_what_it_no_longer_wants(listening: type[Listener]) -> None:
    listener = listening(is_batch)
    listener.submit(Train(design()))
    listener.wait_until_held()
    first, second, other = Watch("gru1", 0), Watch("dense1", 0), Watch("gru1", 1, watcher="canvas")
    listener.submit(first, other, second)
    listener.let_go()
    assert isinstance(listener.answer(second), Done)
    assert isinstance(listener.answer(other), Done)
    assert isinstance(listener.answer(first), Refused)
    shown = {(event.watcher, event.block) for event in listener.events if isinstance(event, ActivationsCaptured)}
    assert shown == {("", "dense1"), ("canvas", "gru1")}
    listener.submit(Stop())
    listener.expect_one_answer_each()


def test_that_a_handler_that_raises_is_told_and_the_next_request_is_served(
    listening: type[Listener], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def raising(self: EngineService, request: Request) -> bool:
        raise ValueError("the handler broke")

    handle = EngineService._handle
    monkeypatch.setattr(EngineService, "_handle", raising)
    listener = listening()
    wanted = [request for request in requests(design(), tmp_path).values() if not isinstance(request, Close)]
    listener.submit(*wanted)
    for request in wanted:
        answer = listener.answer(request)
        assert isinstance(answer, Refused)
        assert "the handler broke" in answer.reason
    monkeypatch.setattr(EngineService, "_handle", handle)
    show = Show(design())
    listener.submit(show)
    assert isinstance(listener.answer(show), Done)
    listener.expect_one_answer_each()


def test_that_a_listener_that_raises_at_what_is_seen_does_not_end_the_run(listening: type[Listener]) -> None:
    def deaf(event: Event) -> bool:
        if isinstance(event, ActivationsCaptured):
            raise RuntimeError("nobody looks")
        return False

    listener = listening(deaf)
    watch, run = Watch("gru1", 0), Train(design(epochs=2))
    listener.submit(Show(design(epochs=2)), watch, run)
    assert "nobody looks" in str(listener.answer(watch))
    listener.wait_for(lambda event: isinstance(event, Finished | Failed))
    assert [type(event) for event in listener.events if isinstance(event, Finished | Failed)] == [Finished]
    assert isinstance(listener.answer(run), Done)
    listener.expect_one_answer_each()


@pytest.mark.parametrize("kind", [Started, Finished])
def test_that_a_listener_that_raises_ends_no_more_than_the_run(kind: type[Event], listening: type[Listener]) -> None:
    def deaf(event: Event) -> bool:
        if isinstance(event, kind) and not heard:
            heard.append(event)
            raise RuntimeError("nobody listens")
        return False

    heard: list[Event] = []
    listener = listening(deaf)
    first, second = Train(design(epochs=1)), Train(design(epochs=1))
    listener.submit(first)
    assert isinstance(listener.answer(first), Done if kind is Finished else Refused)
    listener.wait_for(lambda event: isinstance(event, Failed))
    stop = Stop()
    listener.submit(stop)
    assert isinstance(listener.answer(stop), Refused), "there is no run any longer"
    listener.submit(second)
    assert isinstance(listener.answer(second), Done)
    listener.wait_for(lambda event: isinstance(event, Finished) and event not in heard)
    listener.expect_one_answer_each()
