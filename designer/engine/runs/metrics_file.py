"""The metrics of a run: an event a line, as JSON, read with every damaged line told. Imports no torch."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from designer.core.schema.limits import MAX_METRICS_BYTES
from designer.core.schema.units import few_of
from designer.core.storage.reading import in_mib
from designer.core.storage.writing import write_atomically
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Event, Failed, Finished, Noticed, Started
from designer.engine.protocol.lines import EACH, Row, epoch_of, is_line, kept_line_of

_LONGEST = 1 << 20
_PLAIN = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""No line ends of Windows, and no waiting where a pipe is in the place of the file."""


@dataclass(frozen=True)
class MetricsLine:
    """A line as it is in the file, and the event that it stands for: None for one that is damaged."""

    number: int
    raw: bytes
    event: Row | None

    @property
    def is_cut_off(self) -> bool:
        """Whether it is a last line that was never written to its end, as after a kill."""
        return self.event is None and not self.raw.endswith(b"\n")


def append(path: Path, event: Event) -> int:
    """Adds an event as a line, and gives the bytes that the file has then; a full disk leaves no part of it there.

    Raises OSError.
    """
    line = json.dumps(kept_line_of(event)).encode() + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _PLAIN, 0o644)
    try:
        before = os.fstat(handle)
        try:
            _write(handle, line)
        except OSError:
            if stat.S_ISREG(before.st_mode):
                os.ftruncate(handle, before.st_size)
            raise
        if isinstance(event, EpochEnded):
            # A checkpoint follows: after a power cut it must not know more than the metrics.
            with contextlib.suppress(OSError):
                os.fsync(handle)
        return before.st_size + len(line)
    finally:
        os.close(handle)


def thin(path: Path) -> int:
    """Takes the numbers of steps out of their lines, or else every second of these; gives the bytes that are left.

    All other lines stay. What epochs tell of each class is taken out of all but the last one. Raises OSError.
    """
    kept: list[bytes] = []
    without_classes: dict[int, bytes] = {}
    has_each = any(line.event and EACH in line.event for line in each_line(path))
    is_kept = False
    for line in each_line(path):
        event = line.event or {"event": ""}
        if event["event"] == BatchesEnded.name():
            if has_each:
                event.pop(EACH, None)
                kept.append(json.dumps(event).encode() + b"\n")
                continue
            is_kept = not is_kept
            if not is_kept:
                continue
        if event["event"] == EpochEnded.name() and event.pop("classes", None):
            without_classes[len(kept)] = json.dumps(event).encode() + b"\n"
        kept.append(line.raw)
    for place in list(without_classes)[:-1]:
        kept[place] = without_classes[place]
    write_atomically(coming(path), b"".join(kept))
    os.replace(coming(path), path)
    return sum(map(len, kept))


def _write(handle: int, line: bytes) -> None:
    written = 0
    while written < len(line):  # a disk that runs full takes a part first
        written += os.write(handle, line[written:])


def read(path: Path) -> list[MetricsLine]:
    """All lines, the damaged ones too; none where there is no file.

    Raises OSError, also for what is no plain file, and for one that is larger than metrics ever are.
    """
    return list(each_line(path))


def each_line(path: Path) -> Iterator[MetricsLine]:
    """The same lines one by one, so that who has found a line reads no further."""
    if not path.exists():
        return
    if not path.is_file():
        raise OSError(0, "it is not a plain file")
    size = path.stat().st_size
    if size > MAX_METRICS_BYTES:
        raise OSError(0, f"it is larger than {in_mib(MAX_METRICS_BYTES)} ({in_mib(size)})")
    with path.open("rb") as file:
        yield from (MetricsLine(number, raw, _event(raw)) for number, raw in enumerate(file, start=1))


def _event(raw: bytes) -> Row | None:
    """The event of a line; None where it is not one that was ever written."""
    if len(raw) > _LONGEST:
        return None
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and is_line(found) else None


def rewind(path: Path, epoch: int, step: int) -> tuple[EpochEnded | None, str]:
    """Takes away what lies beyond a step and before the end of an epoch, and the end of the run, all at once.

    Gives the last epoch that is left, and what was damaged, in words. Damaged lines are taken away, too; those that
    were not just cut off go into a file beside it. Raises OSError.
    """
    lines = read(path)
    damaged = [line for line in lines if line.event is None and not line.is_cut_off]
    if damaged:
        with _aside(path).open("ab") as file:
            file.writelines(line.raw for line in damaged)
    kept, repeated = _told_once(line.event for line in lines if line.event and _is_before(line.event, epoch, step))
    write_rows(path, kept)
    ended = [event for event in kept if event["event"] == EpochEnded.name()]
    last = epoch_of(ended[-1]) if ended else None
    return last, _damage(path, lines, repeated)


def until(path: Path, epoch: int, step: int) -> list[Row]:
    """What was recorded up to a step and before the end of an epoch, without damaged lines. Raises OSError."""
    return _told_once(line.event for line in each_line(path) if line.event and _is_before(line.event, epoch, step))[0]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Writes lines in place of what is there, all at once. Raises OSError.

    Under another name first: a copy of the folder by hard links keeps its lines.
    """
    write_atomically(coming(path), "".join(f"{json.dumps(row)}\n" for row in rows).encode())
    os.replace(coming(path), path)


def _told_once(events: Iterable[Row]) -> tuple[list[Row], int]:
    """Events without those that tell of a step or an epoch that was told before, and how many these are."""
    kept: list[Row] = []
    repeated, latest = 0, {BatchesEnded.name(): 0, EpochEnded.name(): 0}
    for event in events:
        name = event["event"]
        now = event["epoch"] if name == EpochEnded.name() else event.get("step", 0)
        if name in latest and now <= latest[name]:
            repeated += 1
            continue
        latest[name] = now
        kept.append(event)
    return kept, repeated


def coming(path: Path) -> Path:
    """Where lines are put together that are to take the place of those that are there."""
    return path.with_name(f"{path.stem}.coming{path.suffix}")


def before(path: Path) -> Path:
    """Where lines are kept of a run that had to start again."""
    return path.with_name(f"{path.stem}.before{path.suffix}")


def set_aside(path: Path) -> None:
    """Adds the lines to those of before. Raises OSError."""
    with before(path).open("ab") as file:
        file.write(path.read_bytes())


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.damaged{path.suffix}")


def _is_before(event: Row, epoch: int, step: int) -> bool:
    """Whether an event lies before the point that a run goes on from, in an epoch that is not over."""
    name = event["event"]
    if name in (Finished.name(), Failed.name()):
        return False
    if name == EpochEnded.name():
        # By its number: its last step may be the checkpoint's, which was written before its validation ended.
        return bool(event["epoch"] < epoch)
    # What was said at the very point is said again.
    last = step - 1 if name in (Started.name(), Noticed.name()) else step
    return bool(event.get("step", 0) <= last)


def _damage(path: Path, lines: list[MetricsLine], repeated: int) -> str:
    """What is wrong with the lines, in words; nothing where all is well."""
    words = []
    numbers = [str(line.number) for line in lines if line.event is None and not line.is_cut_off]
    if numbers:
        which = f"line {numbers[0]} is" if len(numbers) == 1 else f"lines {few_of(numbers, 10)} are"
        words.append(f"{which} damaged, left out here and kept in {_aside(path).name}")
    if lines and lines[-1].is_cut_off:
        words.append(f"line {lines[-1].number}, the last one, was cut off when the run was ended, and is left out")
    if repeated:
        words.append(f"{repeated} of its lines tell again of what was told before, and are left out")
    return f"{path}: {'; '.join(words)}" if words else ""
