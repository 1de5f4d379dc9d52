"""Why a folder cannot be used for a run, and the ways out of it, as data: each place that tells it has its own words.

The window has a list of runs and a button, a command line has options: neither must speak as the other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class WayOut(StrEnum):
    """What a person may do about it."""

    GO_ON = "go_on"
    """With the run that is in the folder."""
    AGAIN = "again"
    """From the beginning, in the same folder."""
    FROM_WEIGHTS = "from_weights"
    """From the weights that wait there."""
    PUT_BACK = "put_back"
    """A checkpoint that is missing."""
    PUT_DESIGN = "put_design"
    """The design that is missing, or damaged."""
    REMOVE = "remove"
    """What is in the way."""
    WAIT = "wait"
    """Until another process has ended, or end it."""
    ELSEWHERE = "elsewhere"
    """In a folder of its own."""


PLAIN: Mapping[str, str] = {
    WayOut.GO_ON: "go on with it",
    WayOut.AGAIN: "start it again from the beginning",
    WayOut.FROM_WEIGHTS: "train on from them",
    WayOut.PUT_BACK: "put one back",
    WayOut.PUT_DESIGN: "put the architecture file there that the run was begun with, under this name",
    WayOut.REMOVE: "remove it",
    WayOut.WAIT: "wait until it has ended, stop it",
    WayOut.ELSEWHERE: "start a new run",
}
"""Words that are true wherever they are read."""


class RunError(Exception):
    """A folder cannot be used for a run: what is the matter, and what may be done about it."""

    def __init__(self, what: str, *ways: WayOut) -> None:
        super().__init__(what)
        self.what, self.ways = what, ways

    def __str__(self) -> str:
        return self.told(PLAIN)

    def told(self, words: Mapping[str, str]) -> str:
        """The same with the ways in other words; in plain ones where there are no others."""
        ways = ", or ".join(words.get(way, PLAIN[way]) for way in self.ways)
        return f"{self.what}: {ways}" if ways else self.what


class RunWriteError(RunError):
    """The folder, or a file in it, cannot be written."""


class NoRunError(RunError):
    """There is no run in a folder, nor anything of one: it may be begun there."""
