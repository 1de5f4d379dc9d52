"""What trials of threads have found, kept beside other things that can be made again.

The same network has the same number of threads each time, so that the same seed gives the same curve to the last digit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from designer.core.storage.reading import ReadingError, read_bounded
from designer.core.storage.resources import cache_folder
from designer.core.storage.writing import write_atomically
from designer.engine.training.thread_trial import Trial

MOST = 500
"""So many are kept, those of the last trials."""
_MOST_BYTES = 1 << 20


def choices_path() -> Path:
    """The file in which they are."""
    return cache_folder() / "threads.json"


def key_of(*parts: object) -> str:
    """A short name for what decides how long a step takes: the model, its batch, the machine."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:20]


def remembered(key: str) -> Trial | None:
    """What was found for the same before."""
    found = _read().get(key)
    return None if found is None else Trial(*found)


def remember(key: str, trial: Trial) -> None:
    """Keeps it. A disk that does not take it costs no more than another trial."""
    kept = {**{name: found for name, found in _read().items() if name != key}, key: (trial.threads, trial.gain)}
    content = json.dumps(dict(list(kept.items())[-MOST:])).encode()
    with contextlib.suppress(OSError):
        choices_path().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(choices_path(), content)


def _read() -> dict[str, tuple[int, float]]:
    """What can be read of it."""
    try:
        held = json.loads(read_bounded(choices_path(), _MOST_BYTES))
        return {str(key): (int(threads), float(gain)) for key, (threads, gain) in held.items() if threads > 0}
    except (OSError, ReadingError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
