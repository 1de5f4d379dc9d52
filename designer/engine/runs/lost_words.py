"""How a run was cut off, in plain words: what a crash has left, or, where nothing could be written, what is known."""

from __future__ import annotations

import time
from pathlib import Path

from designer.core.schema import units
from designer.engine.runs import crash_trace, run_log
from designer.engine.runs.run_folder import Run

_CAUSES = {
    "Segmentation fault": "a library used memory that is not its own (segmentation fault)",
    "Bus error": "a file or memory that was in use is gone (bus error)",
    "Aborted": "a library gave up (abort)",
    "Illegal instruction": "a library wants a processor that can do more (illegal instruction)",
    "Floating-point exception": "a library divided by zero (floating-point exception)",
    "access violation": "a library used memory that is not its own (access violation)",
    "stack overflow": "calls were nested too deep (stack overflow)",
}
"""What Python calls fatal errors, and what they mean."""
_MUCH = 0.5
"""The share of the computer's memory from which on it may have been too much."""


def how_it_was_lost(folder: Path, epoch: int, step: int, memory: float) -> str:
    """How the process of a run ended that ended without a word, in a sentence or two.

    `epoch` and `step` are the last that were told, `memory` is in bytes, what the process took then; 0 for unknown.
    """
    trace = crash_trace.read_trace(folder)
    return cause_of(trace) if trace.strip() else _without_a_trace(folder, epoch, step, memory)


def cause_of(trace: str) -> str:
    """What has ended a process, by the stacks that it has left."""
    if "Fatal Python error" not in trace and "Windows fatal exception" not in trace:
        return "Its program was told to end by the system or another program, in the middle of its work."
    known = next((words for name, words in _CAUSES.items() if name in trace), "")
    return f"Its program crashed: {known}." if known else f"Its program crashed: {trace.strip().splitlines()[0]}."


def _without_a_trace(folder: Path, epoch: int, step: int, memory: float) -> str:
    import psutil  # which takes long, and few runs are lost

    where = f" in epoch {epoch}, after step {step:,}" if step else ""
    last = f" The last that it wrote was at {_last_sign(folder)}{where}" if _last_sign(folder) else ""
    taken, whole = f"{units.memory(memory)} of memory", psutil.virtual_memory().total
    if memory >= _MUCH * whole:
        took = f"; it took {taken} then, of {units.memory(whole)}: the system may have ended it for want of memory"
    else:
        took = f"; it took {taken} then" if memory else ""
    ended = "Its program was ended from outside, or the computer went off: it could write nothing more."
    return f"{ended}{last}{took}." if last else ended


def _last_sign(folder: Path) -> str:
    """When its metrics were written last, in local time; empty where that is not known."""
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(Run(folder).metrics.stat().st_mtime))
    except (OSError, OverflowError, ValueError):
        return ""


def whole_log(folder: Path, lost: str = "") -> str:
    """The log of a run, and behind it, where it was cut off, how, with the stacks of a crash."""
    log, trace = run_log.read_log(folder), crash_trace.read_trace(folder).strip()
    return "\n".join(part for part in (log.rstrip("\n"), lost, trace) if part)
