"""What is said of requests that cannot be carried out, so that nobody waits for an answer. Imports no torch."""

from __future__ import annotations

from designer.engine.protocol.events import (
    CaptureFailed,
    Event,
    Failed,
    MeasureFailed,
    WeightsFound,
    WeightsSaved,
    WeightsTold,
)
from designer.engine.protocol.requests import Adopt, FindWeights, Keep, Measure, Request, SaveWeights, Train, Watch

_WEIGHTS = "The weights cannot be taken over"


def refusal(request: Request, reason: str, hint: str = "", details: str = "") -> Event | None:
    """The event that those who sent a request wait for; None for one that has no answer."""
    sentence = f"{reason}. {hint}".strip()
    if isinstance(request, Train):
        return Failed(reason, hint, details)
    if isinstance(request, Watch):
        return CaptureFailed(request.block, sentence)
    if isinstance(request, Measure):
        return MeasureFailed(sentence)
    if isinstance(request, FindWeights):
        return WeightsFound(str(request.path), "untrained")
    if isinstance(request, SaveWeights):
        return WeightsSaved(str(request.path), sentence)
    if isinstance(request, Adopt | Keep):
        return WeightsTold(f"{_WEIGHTS}: {sentence}")
    return None
