"""What is known of files of sounds, of all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from designer.data.formats.base import Progress
from designer.data.readers.sounds import SoundFacts, facts_of


def facts_of_all(files: Sequence[Path], progress: Progress) -> list[SoundFacts]:
    """In the order of the files. Raises FileNotFoundError and what `progress` raises."""
    facts: list[SoundFacts] = []
    with ThreadPoolExecutor() as pool:
        for item in pool.map(facts_of, files):
            facts.append(item)
            progress(len(facts), len(files))
    return facts
