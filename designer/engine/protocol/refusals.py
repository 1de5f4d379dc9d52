"""What those wait for who sent a request that cannot be carried out, beside its answer. Imports no torch."""

from __future__ import annotations

from designer.engine.protocol.events import (
    CaptureFailed,
    ClassesCounted,
    Event,
    Failed,
    MeasureFailed,
    RateNotFound,
    WeightsFound,
    WeightsSaved,
    WeightsTold,
    Written,
)
from designer.engine.protocol.requests import (
    Adopt,
    CountClasses,
    FindRate,
    FindWeights,
    Keep,
    Measure,
    Request,
    SaveWeights,
    TakeWeights,
    Train,
    Watch,
    Write,
)

_WEIGHTS = "The weights cannot be taken over"


def refusal(request: Request, reason: str, hint: str = "", details: str = "") -> Event | None:
    """The event that tells of it to those who show what becomes of the request; None where the answer is all."""
    sentence = f"{reason}. {hint}".strip()
    if isinstance(request, Train):
        return Failed(reason, hint, details)
    if isinstance(request, Watch):
        return CaptureFailed(request.block, sentence, request.watcher)
    if isinstance(request, Write):
        return Written(request.id, ended=True, problem=sentence)
    if isinstance(request, CountClasses):
        return ClassesCounted(request.output, problem=sentence)
    if isinstance(request, Measure):
        return MeasureFailed(sentence)
    if isinstance(request, FindRate):
        return RateNotFound(request.id, sentence)
    if isinstance(request, FindWeights):
        return WeightsFound(str(request.path), "untrained")
    if isinstance(request, SaveWeights):
        return WeightsSaved(str(request.path), sentence)
    if isinstance(request, Adopt | Keep | TakeWeights):
        return WeightsTold(f"{_WEIGHTS}: {sentence}")
    return None
