"""The cache of data: how much it takes stands in the menu, and one action empties it."""

from __future__ import annotations

from designer.core.schema.units import memory
from designer.data import cache_room, opening
from designer.data.formats.base import Progress
from designer.ui.run.background import Ended
from designer.ui.run.data_reading import DataReading
from designer.ui.workbench.workbench import Workbench

_LANE = "cache"


def install(bench: Workbench) -> None:
    """Adds the action, which is made true each time that its menu is opened."""
    reading = DataReading(bench)
    bench.closed.connect(reading.close)

    def empty() -> None:
        reading.ask(_LANE, _emptied, lambda ended: bench.say(_told(ended)))

    action = bench.menus.action("File/data", "actionEmptyDataCache", "Empty the Data Cac&he", empty)

    def tell_size() -> None:
        action.setText(f"Empty the Data Cac&he ({memory(cache_room.used())})")

    bench.menus.menu("File").aboutToShow.connect(tell_size)


def _emptied(progress: Progress) -> tuple[int, int]:
    """Bytes that are free again, and bytes of what is still in use."""
    opening.forget()
    return cache_room.empty(), cache_room.used()


def _told(ended: Ended) -> str:
    if ended.error or ended.result is None:
        return str(ended.error or "The data cache could not be emptied.")
    freed, left = ended.result
    rest = f" {memory(left)} are in use by data that are open." if left else ""
    return f"The data cache is emptied: {memory(freed)} are free again.{rest}"
