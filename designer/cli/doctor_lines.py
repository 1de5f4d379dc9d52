"""What the doctor finds in a run that is trained without a window, in lines: at once, and all of it in the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from designer.core.schema.units import plural

if TYPE_CHECKING:
    from designer.engine.protocol.events import Diagnosed


class DoctorLines:
    """Of one run."""

    def __init__(self) -> None:
        self._standing: dict[str, Diagnosed] = {}
        self._any = False

    def take(self, event: Diagnosed) -> str:
        """The line for a finding that has appeared, or is gone."""
        self._any = True
        if event.appears:
            self._standing[event.finding] = event
            return f"doctor: {event.text}"
        self._standing.pop(event.finding, None)
        return f"doctor: it is no longer so: {called(event.finding)}"

    def summary(self) -> Iterator[str]:
        """What stands in the end, and what may help; no line where nothing was found at all."""
        if not self._any:
            return
        if not self._standing:
            yield "doctor: nothing of what was found is so in the end"
            return
        yield f"doctor: {plural(len(self._standing), 'finding')} in the end"
        for name, event in self._standing.items():
            helps = "; ".join(_remedies(event))
            yield f"  {called(name)}{f' at {event.block}' if event.block else ''}{f': {helps}' if helps else ''}"


def called(finding: str) -> str:
    """The id of a finding in words: rate too high."""
    return finding.replace("_", " ").replace("relu", "ReLU")


def _remedies(event: Diagnosed) -> Iterator[str]:
    """What can be done, as the window's tips say it."""
    from designer.engine.training.doctor.remedies import BEST_EPOCH, GO_BACK, LOOK_AT_DATA, REMEDIES

    for name in event.offers:
        if name in REMEDIES:
            yield REMEDIES[name].tip
        elif name in (BEST_EPOCH, GO_BACK) and event.good_epoch:
            yield f"The weights of epoch {event.good_epoch} were good"
        elif name == LOOK_AT_DATA:
            yield "Look at the data"
