"""What is known of files of sounds, of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from designer.data.formats.base import Progress
from designer.data.readers.sounds import SoundFacts, facts_of

_AT_ONCE = 256
"""Files that wait for a thread: what waits is ten objects each, and thousands would hold up who looks for garbage."""


def facts_of_all(files: Sequence[Path], progress: Progress) -> list[SoundFacts]:
    """In the order of the files. Raises FileNotFoundError and what `progress` raises."""
    facts: list[SoundFacts] = []
    with ThreadPoolExecutor() as pool:
        for first in range(0, len(files), _AT_ONCE):
            for item in pool.map(facts_of, files[first : first + _AT_ONCE]):
                facts.append(item)
                progress(len(facts), len(files))
    return facts
