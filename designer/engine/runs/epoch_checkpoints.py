"""The checkpoints of a run's epochs: one for each while they fit a budget, then fewer, evenly spread.

They are further names (hard links) of checkpoints that are written anyway, so that they cost no time, and copies where
the disk knows no such names.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

FOLDER = "checkpoints"
_NAME = re.compile(r"epoch_(\d{6,})\.safetensors")


class EpochCheckpoints:
    """Those of one run. The first, the best and the newest stay; of others go first those that leave least of a gap.

    `budget` is in bytes. What cannot be kept for want of room is left out: a run goes on without.
    """

    def __init__(self, run: Path, budget: int) -> None:
        self._folder = run / FOLDER
        self._budget = budget
        self._sizes: dict[int, int] | None = None

    def path(self, epoch: int) -> Path:
        """Where the weights are as they were at the end of an epoch, if they are kept."""
        return self._folder / f"epoch_{epoch:06}.safetensors"

    def epochs(self) -> list[int]:
        """The epochs whose checkpoints are there, in their order."""
        return sorted(self._known())

    def keep(self, epoch: int, checkpoint: Path, best: int | None) -> None:
        """Keeps a checkpoint as that of the end of an epoch; `best` is the epoch with the best figures so far."""
        known = self._known()
        target = self.path(epoch)
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            target.unlink(missing_ok=True)
            link(checkpoint, target)
            known[epoch] = target.stat().st_size
        self._thin(best)

    def drop_from(self, epoch: int) -> None:
        """Takes away those of this epoch and of later ones: the run goes back to before."""
        for later in [known for known in self._known() if known >= epoch]:
            self._remove(later)

    def discard(self) -> None:
        """Takes away all of them, and their folder. Raises OSError."""
        self.drop_from(0)
        if self._folder.is_dir():
            self._folder.rmdir()

    def _thin(self, best: int | None) -> None:
        known = self._known()
        while sum(known.values()) > self._budget:
            order = sorted(known)
            free = [place for place in range(1, len(order) - 1) if order[place] != best]
            if not free:
                return
            # The later one of two that leave the same gap: what came first is seen to change most.
            place = min(free, key=lambda place: (order[place + 1] - order[place - 1], -place))
            if not self._remove(order[place]):
                return

    def _remove(self, epoch: int) -> bool:
        try:
            self.path(epoch).unlink(missing_ok=True)
        except OSError:
            return False
        self._known().pop(epoch, None)
        return True

    def _known(self) -> dict[int, int]:
        """Bytes by epoch."""
        if self._sizes is None:
            self._sizes = {}
            with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
                for entry in entries:
                    if (found := _NAME.fullmatch(entry.name)) and entry.is_file():
                        self._sizes[int(found[1])] = entry.stat().st_size
        return self._sizes


def link(source: Path, target: Path) -> None:
    """Another name for a file, or a copy of it. Raises OSError."""
    try:
        os.link(source, target)
    except OSError:
        try:
            shutil.copyfile(source, target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
