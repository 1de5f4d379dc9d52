"""Counts which classes are named, while nothing else is asked for: it makes room after each batch."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from designer.core.schema.units import plural
from designer.data.errors import Cancelled, DataError
from designer.engine.evaluation.class_counting import ClassCounting, CountSoFar
from designer.engine.protocol.events import ClassesCounted, Event
from designer.engine.protocol.requests import CountClasses
from designer.engine.service.answers import Answers
from designer.engine.service.data_reading import read_data
from designer.engine.service.early_ends import EarlyEnds
from designer.engine.service.inbox import Inbox
from designer.engine.service.models import Shown
from designer.engine.training.counts_by_class import MOST_PAIRED
from designer.engine.training.validated import Validated

TOLD_SECONDS = 0.2
"""Between what is told of counts that go on."""
_LATER = "Which class is taken for which is counted after each epoch: the first one has not ended yet."
_OTHER = "Another count was asked for since."


@dataclass
class _CountUnderWay:
    request: CountClasses
    shown: Shown
    counting: ClassCounting
    batches: Iterator[CountSoFar]


class ClassCountRequests:
    """Answers one request at a time. On the engine's thread alone."""

    def __init__(self, inbox: Inbox, emit: Callable[[Event], None], answers: Answers, ends: EarlyEnds) -> None:
        self._inbox, self._emit, self._answers, self._ends = inbox, emit, answers, ends
        self._now: _CountUnderWay | None = None
        self._newest = ""
        """The id of the request that came last."""
        self._waiting: set[str] = set()
        """The ids of those that have put themselves behind others."""

    def tell(self, request: CountClasses, run: str, validated: Validated | None) -> bool:
        """What was counted when the last epoch of a run under way was validated; it answers by itself."""
        self._now, self._newest = None, request.id
        self._waiting.clear()
        found = validated.classes.confused() if validated and validated.samples else {}
        output = request.output if request.output in found else next(iter(found), "")
        if validated is None or not found:
            return self.refuse(request, _LATER if validated is None else _why_not(validated))
        confused = found[output]
        told = ClassesCounted(output, tuple(found), confused.classes, run=run)
        counts = tuple(tuple(row) for row in confused.counts.tolist())
        samples, step, epoch = validated.samples, validated.step, validated.epoch
        self._emit(
            replace(
                told,
                counts=counts,
                part="validation",
                done=samples,
                of=samples,
                weights="training",
                step=step,
                epoch=epoch,
            )
        )
        self._answers.done(request)
        return True

    def take(self, request: CountClasses, shown: Shown | None, reason: str, epoch: int = 0) -> bool:
        """Counts until it is done or something else is asked for: then it goes on behind that. It answers by itself.

        `epoch` is the one in whose middle a run is paused.
        """
        if request.id not in self._waiting:
            self._newest = request.id
        self._waiting.discard(request.id)
        if request.id != self._newest:
            self._answers.refuse(request, _OTHER)
            return True
        try:
            self._count(request, shown, reason, epoch)
        except (DataError, Cancelled) as error:
            self._fail(request, f"{error}." if str(error) else "Other data are looked at by now.")
        except Exception as error:  # a custom kind may raise anything
            traceback.print_exc()
            self._fail(request, f"It went wrong: {error}.")
        return True

    def refuse(self, request: CountClasses, problem: str) -> bool:
        """Nothing can be counted now."""
        self._fail(request, problem)
        return True

    def _count(self, request: CountClasses, shown: Shown | None, reason: str, epoch: int) -> None:
        if shown is None:
            self._fail(request, reason or "There is no network to look into yet.")
            return
        now = self._now
        if now is None or now.request is not request or not _is_same(now.shown, shown):
            self._now = now = self._begun(request, shown)
        told = time.perf_counter()
        for counted in now.batches:
            is_done = counted.done == len(now.counting)
            is_due = counted.counts.any() and time.perf_counter() - told >= TOLD_SECONDS
            if is_done or is_due:
                told = time.perf_counter()
                self._emit(_event(now, counted, epoch))
            if is_done:
                break
            if not self._inbox.empty():
                self._waiting.add(request.id)
                self._inbox.put(request)
                return
        self._now = None
        self._answers.done(request)

    def _begun(self, request: CountClasses, shown: Shown) -> _CountUnderWay:
        data = shown.design.data
        dataset = read_data(shown.design, self._emit, lambda: self._ends.has_no_use_for(data))
        counting = ClassCounting(shown.design, shown.model, dataset, request.output)
        return _CountUnderWay(request, shown, counting, counting.counted())

    def _fail(self, request: CountClasses, problem: str) -> None:
        self._now = None
        self._emit(ClassesCounted(request.output, problem=problem))
        self._answers.refuse(request, problem)


def _is_same(one: Shown, other: Shown) -> bool:
    """Whether what was counted so far holds: places on the canvas may have changed, and what is not computed."""
    return one.model is other.model and one.fits(other.design)


def _why_not(validated: Validated) -> str:
    """Why nothing was counted of an epoch that has ended."""
    if not validated.classes.outputs:
        return "No Output names classes by itself: of embeddings they are counted at a pause, or at the end of the run."
    if not validated.samples:
        return "No samples are kept apart for validation: those of the test are counted once the run has ended."
    many = plural(MOST_PAIRED, "class", "classes")
    return f"Of more than {many} each pair is counted while the run is paused, or once it has ended."


def _event(now: _CountUnderWay, counted: CountSoFar, epoch: int) -> ClassesCounted:
    counting, shown = now.counting, now.shown
    told = ClassesCounted(counting.output, counting.outputs, counting.classes, run=shown.run)
    rows = tuple(tuple(row) for row in counted.counts.tolist())
    return replace(
        told,
        counts=rows,
        part=counting.part,
        done=counted.done,
        of=len(counting),
        weights=shown.weights,
        step=shown.step,
        epoch=epoch,
        is_within=bool(epoch),
        by_neighbours=counting.by_neighbours,
    )
