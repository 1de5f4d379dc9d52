"""Rates are tried on the engine's thread: what ends that, what waits for it, and that nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from designer.core.edits import network_edits as edits
from designer.engine.model.build import build
from designer.engine.protocol.codec import dumps, event_of
from designer.engine.protocol.events import (
    ActivationsCaptured,
    ClassesCounted,
    Done,
    Event,
    Finished,
    RateFound,
    RateNotFound,
    RatesTried,
    Refused,
    Started,
)
from designer.engine.protocol.requests import Adopt, Cancel, CountClasses, FindRate, Request, Show, Stop, Train, Watch
from tests.engine.service.test_answers import Listener, design
from tests.helpers import losses


@pytest.fixture
def listen() -> Iterator[Callable[..., Listener]]:
    made: list[Listener] = []

    def make(*hold: Callable[[Event], bool]) -> Listener:
        made.append(Listener(*hold))
        return made[-1]

    yield make
    for listener in made:
        listener.let_go()
        listener.expect_one_answer_each()


def tries(event: Event) -> bool:
    return isinstance(event, RatesTried)


def found_by(listener: Listener, request: Request) -> RateFound | RateNotFound:
    told = listener.wait_for(lambda event: isinstance(event, RateFound | RateNotFound) and event.request == request.id)
    assert isinstance(told, RateFound | RateNotFound)
    return told


def test_that_rates_are_tried_and_told_in_parts_that_go_to_json_and_back(listen: Callable[..., Listener]) -> None:
    listener = listen()
    request = FindRate(design())
    listener.submit(request)
    found = found_by(listener, request)
    assert isinstance(found, RateFound)
    assert found.rate is not None
    assert isinstance(listener.answer(request), Done)
    parts = [event for event in listener.events if isinstance(event, RatesTried)]
    rates = np.concatenate([event.rates for event in parts])
    assert 100 < len(rates) <= 200
    assert (np.diff(rates) > 0).all()
    assert all(len(event.rates) == len(event.losses) == len(event.smoothed) for event in parts)
    back = event_of(json.loads(dumps(parts[0])))
    assert isinstance(back, RatesTried)
    assert back.losses.tolist() == parts[0].losses.tolist()
    assert event_of(json.loads(dumps(found))) == found


def test_that_a_run_behind_a_search_is_the_same_as_without_one(listen: Callable[..., Listener]) -> None:
    curves = []
    for before in ([], [FindRate(design(epochs=2), steps=30)]):
        listener = listen()
        listener.submit(*before)
        for request in before:
            found_by(listener, request)
        listener.submit(Train(design(epochs=2)))
        listener.wait_for(lambda event: isinstance(event, Finished))
        curves.append(losses(listener.events))
    assert curves[0] == curves[1]


def test_that_a_cancel_ends_it_within_a_step_without_a_word_of_a_problem(listen: Callable[..., Listener]) -> None:
    listener = listen(tries)
    request = FindRate(design(), steps=100_000)
    listener.submit(request)
    listener.wait_until_held()
    cancel = Cancel(request.id)
    listener.submit(cancel)
    listener.let_go()
    assert found_by(listener, request) == RateNotFound(request.id, "")
    assert isinstance(listener.answer(request), Refused)
    assert isinstance(listener.answer(cancel), Done)
    late = Cancel(FindRate(design()).id)
    listener.submit(late)
    assert isinstance(listener.answer(late), Refused)


def test_that_a_train_and_another_search_end_it_and_come_next(listen: Callable[..., Listener]) -> None:
    listener = listen(tries)
    first, second = FindRate(design(), steps=100_000), FindRate(design(), steps=100_000)
    listener.submit(first)
    listener.wait_until_held()
    listener.submit(second, Train(design(epochs=1)), Show(design()))
    listener.let_go()
    listener.wait_for(lambda event: isinstance(event, Finished))
    for request in (first, second):
        assert found_by(listener, request) == RateNotFound(request.id, "")


def test_that_others_are_served_between_two_steps(listen: Callable[..., Listener]) -> None:
    listener = listen(tries)
    request = FindRate(design(), steps=100_000)
    listener.submit(Show(design()), request)
    listener.wait_until_held()
    listener.submit(Watch("gru1", 0))
    listener.let_go()
    seen = listener.wait_for(lambda event: isinstance(event, ActivationsCaptured))
    assert isinstance(seen, ActivationsCaptured)
    assert (seen.weights, seen.step) == ("untrained", 0)
    assert not any(isinstance(event, RateFound | RateNotFound) for event in listener.events)


def test_that_it_is_refused_while_a_run_is_under_way_and_waits_for_the_end_of_one_that_is_stopped(
    listen: Callable[..., Listener],
) -> None:
    listener = listen(lambda event: isinstance(event, Started))
    refused, waiting = FindRate(design()), FindRate(design(), steps=30)
    listener.submit(Train(design()), refused)
    listener.wait_until_held()
    listener.let_go()
    told = found_by(listener, refused)
    assert told == RateNotFound(refused.id, "A run is under way: rates can be tried once it has ended.")
    listener.submit(Stop(), waiting)
    found_by(listener, waiting)
    names = [type(event) for event in listener.events]
    assert names.index(Finished) < names.index(RatesTried)


def test_that_a_design_with_a_problem_and_one_without_data_say_why_there_is_no_rate(
    listen: Callable[..., Listener],
) -> None:
    listener = listen()
    broken = FindRate(design().edit(lambda net: edits.remove(net, ["dense1"])))

    lost = FindRate(
        replace(design(), data=design().data.model_copy(update={"source": "table", "path": "/nowhere.csv"}))
    )
    for request in (broken, lost):
        listener.submit(request)
        told = found_by(listener, request)
        assert isinstance(told, RateNotFound)
        assert told.reason
    assert "Mend the network first" in found_by(listener, broken).reason  # type: ignore[union-attr]


def test_that_it_begins_with_weights_that_were_adopted(listen: Callable[..., Listener]) -> None:
    of = design()
    other = build(of.network, seed=123)
    arrays = {name: value.numpy() for name, value in other.state_dict().items()}
    starts = []
    for more in ([], [Adopt(of, arrays)]):
        listener = listen()
        request = FindRate(of, steps=2)
        listener.submit(*more, request)
        found_by(listener, request)
        first = listener.wait_for(tries)
        assert isinstance(first, RatesTried)
        starts.append(first.losses[0])
    assert starts[0] != starts[1]


def test_that_it_begins_with_what_a_run_has_learned_where_that_is_gone_on_with(
    listen: Callable[..., Listener], tmp_path: Path
) -> None:
    of, folder = design(epochs=3), tmp_path / "run"
    listener = listen()
    listener.submit(Train(of, folder))
    listener.wait_for(lambda event: isinstance(event, Finished))
    starts, found = [], []
    for going_on in (None, folder):
        request = FindRate(of, steps=30, going_on=going_on)
        listener.submit(request)
        told = found_by(listener, request)
        assert isinstance(told, RateFound)
        first = next(event for event in listener.events if tries(event) and event.request == request.id)  # type: ignore[attr-defined]
        starts.append(first.losses[0])  # type: ignore[attr-defined]
        found.append((told.weights, told.step > 0))
    assert found == [("untrained", False), ("trained", True)]
    assert starts[1] < starts[0]
    lost = FindRate(of, steps=2, going_on=tmp_path / "nowhere")
    listener.submit(lost)
    told = found_by(listener, lost)
    assert isinstance(told, RateNotFound)
    assert told.reason.startswith("The weights to go on with cannot be taken")


def test_that_classes_that_are_asked_for_meanwhile_are_counted_behind_a_search(
    listen: Callable[..., Listener],
) -> None:
    listener = listen()
    of = design()
    request, count = FindRate(of, steps=60), CountClasses()
    listener.submit(Show(of), request)
    listener.wait_for(tries)
    listener.submit(count)
    assert isinstance(found_by(listener, request), RateFound)
    told = listener.wait_for(lambda event: isinstance(event, ClassesCounted) and event.done == event.of)
    assert isinstance(told, ClassesCounted)
    assert not told.problem
    kinds = [type(event) for event in listener.events]
    assert kinds.index(RateFound) < kinds.index(ClassesCounted)
