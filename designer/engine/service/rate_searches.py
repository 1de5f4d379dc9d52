"""Trying learning rates as it was asked for: others are served between two steps, and it ends where nobody waits."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace

from designer.core.schema.limits import capitalised
from designer.data.errors import Cancelled, DataError
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import Event, RateNotFound
from designer.engine.protocol.requests import FindRate
from designer.engine.service.answers import Answers
from designer.engine.service.data_reading import read_data
from designer.engine.service.early_ends import EarlyEnds
from designer.engine.service.models import Shown
from designer.engine.training.failures import failure
from designer.engine.training.rate_range import find_rate

UNDER_WAY = "A run is under way: rates can be tried once it has ended."


class RateSearches:
    """One search after the other. `serve` is called between two steps; it raises Cancelled where none may follow."""

    def __init__(
        self, emit: Callable[[Event], None], answers: Answers, ends: EarlyEnds, serve: Callable[[], None]
    ) -> None:
        self._emit, self._answers, self._ends, self._serve = emit, answers, ends, serve
        self._known: set[str] = set()

    def knows(self, request_id: str) -> bool:
        """Whether this is the search that is under way, or one that was ended early."""
        return request_id in self._known

    def find(self, request: FindRate, start: Shown | None) -> None:
        """Tries the rates, with the weights of `start` or new ones, and tells what came of it."""

        def between() -> None:
            self._serve()
            if request.id in self._ends:
                raise Cancelled

        self._known.add(request.id)
        try:
            dataset = read_data(request.design, self._emit, lambda: request.id in self._ends)
            between()
            model = start.model if start else None
            found = find_rate(request, dataset, self._emit, start=model, between_steps=between)
            self._emit(replace(found, weights=start.weights, step=start.step) if start else found)
        except Cancelled:
            self._emit(RateNotFound(request.id, ""))
            self._answers.refuse(request, "It was ended.")
            return
        except TrainingError as error:
            self.refuse(request, f"{error}. {error.hint}")
        except DataError as error:
            self.refuse(request, f"{error}.")
        except Exception as error:  # a custom kind's modules may raise anything
            traceback.print_exc()
            failed = failure(error)
            self.refuse(request, f"{failed.message}. {failed.hint}")
        self._known.discard(request.id)

    def refuse(self, request: FindRate, why: str) -> None:
        """Tells why no rates are tried."""
        self._emit(RateNotFound(request.id, capitalised(why)))
        self._answers.refuse(request, capitalised(why))
