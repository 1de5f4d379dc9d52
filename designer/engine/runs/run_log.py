"""The log of a run: what happened to it, in lines for people, with the traceback of what went wrong."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

from designer.core.schema import units
from designer.core.schema.units import figure, plural
from designer.core.storage.reading import text_if_there
from designer.engine.protocol.events import (
    Continued,
    Diagnosed,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Noticed,
    Paused,
    SettingsChanged,
    Started,
)

FILE = "log.txt"
_MOST_BYTES = 4 << 20


def tell(folder: Path, event: Event) -> None:
    """Adds what an event says, if that is for people. A run goes on where it cannot be written."""
    if words := _words(event):
        add(folder, words)


def add(folder: Path, words: str) -> None:
    """Adds a line with the time before it, if it can be written."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S")
    with contextlib.suppress(OSError), (folder / FILE).open("a", encoding="utf-8") as file:
        if file.tell() < _MOST_BYTES:
            file.write(f"{stamp}  {words}\n")


def come_apart(folder: Path) -> None:
    """Gives the log a file of its own, so that a copy of the folder by hard links keeps the one that it has."""
    log, coming = folder / FILE, folder / "log.coming.txt"
    with contextlib.suppress(OSError):
        shutil.copyfile(log, coming)
        os.replace(coming, log)


def read_log(folder: Path) -> str:
    """All of it; nothing where there is none."""
    return text_if_there(folder / FILE, _MOST_BYTES)


def _words(event: Event) -> str:
    if isinstance(event, Started):
        within = ", ".join(f"{name} {value}" for name, value in event.environment.items())
        samples = plural(event.training_samples, "sample")
        where = f"goes on at step {event.step:,}" if event.step else "begins"
        learned = units.parameters(event.parameters, event.parameters - event.frozen, exactly=True)
        return f"The run {where}: {samples}, {learned}, on {event.device}. {within}"
    if isinstance(event, EpochEnded):
        figures = ", ".join(f"{name} {figure(value)}" for name, value in event.metrics.items())
        return f"Epoch {event.epoch} has ended at step {event.step:,}: {figures}"
    if isinstance(event, SettingsChanged):
        told = ", ".join(f"{name} {was} to {event.after[name]}" for name, was in event.before.items())
        return f"Settings changed at step {event.step:,}: {told}"
    if isinstance(event, Diagnosed):
        return event.text or f"It is no longer so: {event.finding}."
    if isinstance(event, Noticed):
        return event.text
    if isinstance(event, Paused | Continued):
        return f"The run {'is paused' if isinstance(event, Paused) else 'goes on'} at step {event.step:,}."
    if isinstance(event, Finished):
        how = "has come to its end" if event.reason == "completed" else "was stopped"
        return f"The run {how} at step {event.step:,}, after {event.seconds:.1f} s."
    if isinstance(event, Failed):
        return f"The run has failed: {event.message}. {event.hint}\n{event.details}".rstrip()
    return ""
