"""What the doctor has found in a run that is kept, read from its lines. Imports no torch."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from designer.engine.protocol.events import Diagnosed, Started
from designer.engine.protocol.lines import Row
from designer.engine.runs import metrics_file
from designer.engine.runs.run_folder import Run


def standing_findings(folder: Path) -> tuple[Diagnosed, ...]:
    """The findings that were so at the end of a run, in the order in which they appeared; none where it cannot be read.

    A run that was gone on with is looked at anew from there.
    """
    found: dict[str, Diagnosed] = {}
    try:
        for line in metrics_file.each_line(Run(folder).metrics):
            if line.event and line.event["event"] == Started.name():
                found.clear()
            elif line.event and line.event["event"] == Diagnosed.name():
                event = _event_of(line.event)
                found.pop(event.finding, None)
                if event.appears:
                    found[event.finding] = event
    except OSError:
        return ()
    return tuple(found.values())


def _event_of(row: Row) -> Diagnosed:
    given = {item.name: row[item.name] for item in fields(Diagnosed) if item.name in row}
    return Diagnosed(**given | {"offers": tuple(row.get("offers", ()))})
