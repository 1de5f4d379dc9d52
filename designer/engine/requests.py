"""What others may ask of the engine's thread. Imports no torch, so that asking is cheap."""

from __future__ import annotations

from dataclasses import dataclass

from designer.core.design import Design


@dataclass(frozen=True)
class Train:
    """Start a run of this design, with fresh weights."""

    design: Design


@dataclass(frozen=True)
class Show:
    """The design has changed while nothing is trained: look into this one from now on."""

    design: Design


@dataclass(frozen=True)
class Watch:
    """Look into a block with a sample of the test split; while training, again and again.

    A block of an open group is called by the way to it: `group1/conv1`.
    `view` is what to see of the block; without one, what tells most.
    """

    block: str
    sample: int
    view: str = ""


@dataclass(frozen=True)
class Close:
    """End the thread."""


Request = Train | Show | Watch | Close
