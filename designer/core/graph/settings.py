"""What an architecture file holds beside its blocks, data and training settings: the layout, and words."""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

REACH = 1e9
"""No block lies further from the middle of the canvas, in pixels."""
Coordinate = Annotated[float, Field(strict=True, ge=-REACH, le=REACH, allow_inf_nan=False)]
Position = tuple[Coordinate, Coordinate]


def within_reach(x: float, y: float) -> Position:
    """The place, or the nearest one that is on the canvas: what lies further off could not be opened again."""
    return min(max(x, -REACH), REACH), min(max(y, -REACH), REACH)


class About(BaseModel):
    """What a person should know of an architecture: shown beside it, and in the gallery of examples."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(default="", strict=True, max_length=120, description="A line that names the network.")
    section: str = Field(default="", strict=True, max_length=60, description="Where it stands among the examples.")
    text: str = Field(default="", strict=True, max_length=20_000, description="What it is and why it is built so.")
    to_try: str = Field(default="", strict=True, max_length=2_000, description="What to do with it in the window.")
    source: str = Field(default="", strict=True, max_length=2_000, description="Where the idea comes from.")
    result: str = Field(default="", strict=True, max_length=2_000, description="What it reached, and against what.")


NoteColour = Literal["yellow", "green", "blue", "rose", "grey"]
Extent = Annotated[float, Field(strict=True, ge=40.0, le=4000.0, allow_inf_nan=False)]


class Note(BaseModel):
    """A person's words on the canvas: plain text on a sheet, whose top left corner and size are in pixels at 100 %."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(default="", strict=True, max_length=20_000)
    position: Position = (0.0, 0.0)
    size: tuple[Extent, Extent] = (232.0, 96.0)
    colour: NoteColour = "yellow"


class View(BaseModel):
    """What the canvas shows of a network beside its blocks.

    `positions` are the top left corners of the blocks, in pixels at 100 %. `notes` are by names of their own.
    `expanded` names the groups that are open in place; with each goes the place of its inside that lies where its
    card would be, so that nothing in it jumps while it is edited.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    positions: dict[str, Position] = Field(default_factory=dict)
    notes: dict[str, Note] = Field(default_factory=dict)
    expanded: dict[str, Position] = Field(default_factory=dict)

    def but(self, **changes: Any) -> View:
        """The view with other positions, notes or groups that are open in place."""
        return self.model_copy(update=changes)

    def only(self, blocks: Container[str]) -> View:
        """The view without what it says of other blocks than these."""
        return self.but(
            positions={key: place for key, place in self.positions.items() if key in blocks},
            expanded={key: place for key, place in self.expanded.items() if key in blocks},
        )

    def to_json(self) -> dict[str, Any]:
        """As a file holds it: notes and open groups only where there are any."""
        written = self.model_dump(mode="json")
        return {key: part for key, part in written.items() if part or key == "positions"}
