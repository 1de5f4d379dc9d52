"""How many threads a run computes with: named, as it was begun, or tried on a copy ahead of the first step."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from designer.core.graph.design import Design
from designer.core.graph.training_settings import MAY_CHANGE
from designer.engine.model.environment import recorded_threads
from designer.engine.protocol.events import Event, Noticed, Started
from designer.engine.runs.run_folder import Run
from designer.engine.training import thread_trial
from designer.engine.training.thread_choices import MOST, choices_path, remember, remembered
from designer.engine.training.thread_trial import GAIN, MOST_STEPS, Trial, numbers_to_try, tried
from designer.engine.training.thread_tuning import tune
from designer.engine.training.trainer import Trainer
from tests.helpers import losses
from tests.recipe.resuming import samples, stripes


class Pace:
    """A machine whose steps take so many seconds with a number of threads, on a clock of its own."""

    def __init__(self, seconds: Callable[[int], float]) -> None:
        self.now, self.steps, self.seconds = 0.0, 0, seconds

    def step(self) -> None:
        self.steps += 1
        self.now += self.seconds(torch.get_num_threads())


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[int], float]], Pace]]:
    def make(seconds: Callable[[int], float]) -> Pace:
        made = Pace(seconds)
        monkeypatch.setattr(thread_trial.time, "perf_counter", lambda: made.now)
        return made

    yield make
    assert torch.get_num_threads() == 1


Make = Callable[[Callable[[int], float]], Pace]


def found(pace: Pace, steps: int = 100_000, own: int = 8) -> Trial | None:
    torch.set_num_threads(own)
    result = tried(pace.step, steps, own)
    assert torch.get_num_threads() == own
    torch.set_num_threads(1)
    return result


def test_that_the_fastest_number_is_taken_where_it_is_clearly_faster(pace: Make) -> None:
    assert numbers_to_try(8) == [8, 4, 2, 1]
    assert numbers_to_try(6) == [6, 3, 1]
    assert found(pace(lambda threads: {8: 0.004, 4: 0.003, 2: 0.001, 1: 0.0012}[threads])) == Trial(2, pytest.approx(4))
    assert found(pace(lambda threads: 0.001 * threads)) == Trial(1, pytest.approx(8))


def test_that_the_own_number_stays_where_none_is_clearly_faster(pace: Make) -> None:
    for others in (0.00101 / GAIN, 0.001, 0.01):
        assert found(pace(lambda threads, others=others: 0.001 if threads == 8 else others)) == Trial(8, 1.0)


def test_that_a_number_has_to_be_faster_in_every_round(pace: Make) -> None:
    for slow_from, wanted in ((10_000, 1), (210, 2)):  # all of the trial, and all but its last turn with one thread
        machine = pace(lambda threads: 0.001)
        machine.seconds = lambda threads, machine=machine, slow_from=slow_from: (
            0.0001 if threads == 1 and machine.steps < slow_from else 0.001
        )
        result = found(machine, own=2)
        assert result is not None
        assert result.threads == wanted
        assert machine.steps == 2 + 6 * (MOST_STEPS + 1)


def test_that_it_takes_no_more_than_a_second_and_few_percent_of_the_run(pace: Make) -> None:
    for seconds in (0.0001, 0.001, 0.01, 0.05, 0.16):
        for steps in (200, 1_000, 10_000, 1_000_000):
            machine = pace(lambda threads, seconds=seconds: seconds)
            assert found(machine, steps, own=2) == Trial(2, 1.0)
            assert machine.now <= 1.0
            assert machine.now <= 0.03 * steps * seconds + 1e-9
            assert machine.steps <= 2 + 2 * (MOST_STEPS + 1)  # one round, as nothing was faster in it


def test_that_a_trial_that_pays_costs_no_more_than_it_gains(pace: Make) -> None:
    for steps in (200, 300, 1_000, 10_000):
        machine = pace(lambda threads: 0.011 if threads == 2 else 0.00999)
        assert found(machine, steps, own=2) == Trial(1, pytest.approx(1.101, rel=0.01))
        assert machine.now + steps * 0.00999 < steps * 0.011


def test_that_short_runs_and_long_steps_are_not_tried(pace: Make) -> None:
    for steps, seconds in ((199, 0.001), (100_000, 0.2), (100_000, 60.0)):
        machine = pace(lambda threads, seconds=seconds: seconds)
        assert found(machine, steps, own=2) is None
        assert machine.steps <= 1
    assert found(machine := pace(lambda threads: 0.001), own=1) is None
    assert machine.steps == 0


def test_that_no_further_halves_are_tried_where_one_is_hopeless(pace: Make) -> None:
    machine = pace(lambda threads: 0.008 / threads)
    used: set[int] = set()
    plain = machine.step

    def step() -> None:
        used.add(torch.get_num_threads())
        plain()

    machine.step = step  # type: ignore[method-assign]
    assert found(machine) == Trial(8, 1.0)
    assert used == {8, 4}


def test_that_what_was_found_is_kept_and_no_damage_to_it_matters(data_folder: Path) -> None:
    remember("a network", Trial(2, 1.5))
    assert remembered("a network") == Trial(2, 1.5)
    assert data_folder in choices_path().parents
    assert remembered("another") is None
    many = {f"key {number}": (1, 2.0) for number in range(MOST)}
    choices_path().write_text(json.dumps(many), encoding="utf-8")
    remember("the last", Trial(4, 1.2))
    assert len(json.loads(choices_path().read_bytes())) == MOST
    assert remembered("key 0") is None
    assert remembered("the last") == Trial(4, 1.2)
    for content in ("", "[1]", '{"a": 3}', '{"a": [0, 1]}', "{" * 9_999, '{"a": ["x", "y"]}'):
        choices_path().write_text(content, encoding="utf-8")
        assert remembered("a") is None
    choices_path().unlink()
    choices_path().mkdir()
    remember("a", Trial(1, 2.0))
    assert remembered("a") is None


@pytest.fixture
def _one_is_fastest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine does meanwhile, one thread is twice as fast as two."""

    def seconds(step: Callable[[], object], times: int) -> float:
        step()
        return 1e-3 * torch.get_num_threads() * times

    monkeypatch.setattr(thread_trial, "_seconds", seconds)


def long(**settings: object) -> Design:
    """A run of 500 steps."""
    return stripes(epochs=100, **settings)


def begun(design: Design, own: int, **options: object) -> tuple[list[Event], set[int]]:
    """The first events of a run that is stopped soon, and the numbers of threads that it has computed with."""
    torch.set_num_threads(own)
    used: set[int] = set()
    events: list[Event] = []

    def note() -> None:
        used.add(torch.get_num_threads())
        if session.position.step == 3:
            session.stop()

    session = Trainer(design, samples(), events.append, between_batches=note, **options)  # type: ignore[arg-type]
    session.run()
    assert torch.get_num_threads() == own
    return events, used


def told(events: list[Event]) -> list[str]:
    words = [event.text for event in events if isinstance(event, Noticed)]
    return [text for text in words if "thread" in text]


@pytest.mark.usefixtures("_one_is_fastest")
def test_that_a_long_run_takes_what_is_fastest_says_so_and_finds_the_same_at_once_the_next_time() -> None:
    events, used = begun(long(), 2)
    assert used == {1}
    assert isinstance(events[0], Started)
    assert events[0].environment["threads"] == 1
    (text,) = told(events)
    assert text == (
        "It trains with 1 thread: a trial ahead of the first step was 2.0 times as fast so as with 2. Another number "
        "can be set among the settings."
    )
    events, used = begun(long(), 2)
    assert used == {1}
    (text,) = told(events)
    assert "an earlier trial was 2.0 times as fast" in text


@pytest.mark.usefixtures("_one_is_fastest")
def test_that_a_trial_changes_nothing_of_what_is_learned() -> None:
    design = long()
    events, _ = begun(design, 2)
    torch.set_num_threads(1)
    plain, used = begun(design, 1)
    assert used == {1}
    assert told(plain) == []
    assert losses(events) == losses(plain)


@pytest.mark.usefixtures("_one_is_fastest")
@pytest.mark.parametrize("given", [{"epochs": 2}, {"threads": 2}, {"deterministic": True}], ids=str)
def test_that_nothing_is_tried_for_a_short_run_a_named_number_and_where_no_clock_is_to_decide(
    given: dict[str, object],
) -> None:
    events, used = begun(stripes(**{"epochs": 100, **given}), 2)
    assert used == {2}
    assert told(events) == []
    assert not choices_path().exists()


def test_that_a_run_has_as_many_threads_as_are_named() -> None:
    events, used = begun(stripes(threads=2), 1)
    assert used == {2}
    assert isinstance(events[0], Started)
    assert events[0].environment["threads"] == 2
    assert told(events) == []
    assert "threads" not in MAY_CHANGE


@pytest.mark.usefixtures("_one_is_fastest")
@pytest.mark.parametrize("has_checkpoint", [True, False])
@pytest.mark.parametrize(("epochs", "threads"), [(100, 1), (2, 2)], ids=["tried", "not tried"])
def test_that_a_run_goes_on_with_what_it_was_begun_with_and_tries_nothing(
    epochs: int, threads: int, has_checkpoint: bool, tmp_path: Path
) -> None:
    design = stripes(epochs=epochs)
    run = Run.create(tmp_path / "run", design)
    begun(design, 2, run=run)
    choices_path().unlink(missing_ok=True)
    if not has_checkpoint:
        for path in run.checkpoints:
            path.unlink(missing_ok=True)
    assert recorded_threads(Run(run.folder).environment()) == threads
    events, used = begun(long(), 3, run=Run.reopen(run.folder, long()), resume=True)
    assert used == {threads}
    assert any(f"this process has 3 threads: it goes on with {threads}" in text for text in told(events))
    assert not choices_path().exists()


@pytest.mark.usefixtures("_one_is_fastest")
def test_that_a_model_that_cannot_be_copied_is_trained_with_the_own_number() -> None:
    session = Trainer(long(), samples(), lambda event: None)
    session._prepare()
    given = (session.design.training, session._learner, session._train_samples, 500, session._environment)
    torch.set_num_threads(2)
    assert len(tune(*given)) == 1
    choices_path().unlink()
    session._learner.model.lock = threading.Lock()  # type: ignore[assignment]
    torch.set_num_threads(2)
    assert tune(*given) == []
    assert torch.get_num_threads() == 2
    assert not choices_path().exists()
