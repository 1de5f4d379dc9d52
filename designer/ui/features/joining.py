"""Connecting by keys: a list of the edges that could be made at the selected block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.core import joining
from designer.core.layout import complete
from designer.core.matching import best
from designer.core.network import block_of
from designer.core.wiring import Wire
from designer.ui import stack_edits
from designer.ui.picker import Entry, Picker

if TYPE_CHECKING:
    from designer.ui.main_window import MainWindow

_HINT = "At the right: the shape that would come of it, or why it does not fit · Enter connects"


def install(window: MainWindow) -> None:
    """Adds the action."""
    picker = Picker(window, window.theme, "connectPicker", "Connect the selected block")

    def show() -> None:
        block_id, rows = window.scene.current, _rows(window)
        picker.open(lambda text: best(text, rows), f"Connect {block_id} to…", _HINT)

    window.menus.action(
        "Edit/block",
        "actionConnect",
        "&Connect To…",
        show,
        "Ctrl+Shift+C",
        lambda: bool(window.scene.current),
    )


def _rows(window: MainWindow) -> list[tuple[str, Entry]]:
    """The entries with the words that they are searched by."""
    shown, current = window.editor.shown, window.scene.current
    places = complete(shown.network, dict(shown.view.positions))
    found = joining.joins(window.editor.shown_inference, places, current)
    entries = [_entry(window, current, join) for join in found]
    return [(f"{entry.title} {entry.detail}", entry) for entry in entries]


def _entry(window: MainWindow, current: str, join: joining.Join) -> Entry:
    network = window.editor.shown.network
    outward = block_of(join.source) == current
    port = join.port_name(network)
    where = f"{join.target}, input {port}" if port else join.target
    out = join.source.partition(".")[2]
    taken_at = f" at input {port}" if port else ""
    title = f"to {where}" if outward else f"from {join.source.replace('.', ', ')}{taken_at}"
    details = [network.nodes[join.target if outward else block_of(join.source)].block.title]
    details += [f"from output {out}"] if outward and out else []
    details += [f"instead of {join.taken}"] if join.taken else []
    return Entry(
        title,
        lambda: stack_edits.wire(window.editor, Wire(join.source, join.target, join.port)),
        " · ".join(details),
        join.fit.reason or join.fit.shape,
        error=bool(join.fit.reason),
    )
