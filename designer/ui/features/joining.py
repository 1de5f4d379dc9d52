"""Edges by keys: a list of those that could be made at the selected block, and of those that are there."""

from __future__ import annotations

from functools import partial

from designer.core.assist import connection_candidates
from designer.core.assist.edge_preview import Wire
from designer.core.assist.fuzzy_match import best
from designer.core.graph.network import block_of, named_port
from designer.core.layout.placement import complete
from designer.ui.canvas.overlays.spoken import edge_in_words
from designer.ui.editing import block_edits
from designer.ui.search.picker import Entry, Picker
from designer.ui.workbench.workbench import Workbench

_EDGE_HINT = "The edge is selected then: Del takes it away, Enter or a letter puts a block into it"
_HINT = "At the right: the shape that would come of it, or why it does not fit · Enter connects"


def install(bench: Workbench) -> None:
    """Adds the action."""
    picker = Picker(bench, "connectPicker", "Connect the selected block")

    def show() -> None:
        block_id, rows = bench.scene.current, _rows(bench)
        picker.open(lambda text: best(text, rows), f"Connect {block_id} to…", _HINT)

    bench.menus.action(
        "Edit/block",
        "actionConnect",
        "&Connect To…",
        show,
        "Ctrl+Shift+C",
        lambda: bool(bench.scene.current),
    )

    bench.menus.action(
        "Edit/selection",
        "actionSelectEdge",
        "Select &Edge…",
        lambda: _pick_edge(bench, picker),
        "Ctrl+Shift+E",
        lambda: bool(_edges_at(bench)),
    )


def _edges_at(bench: Workbench) -> list[tuple[str, int]]:
    """The edges of the selected block by the ports where they end, those to it first."""
    network, current = bench.editor.shown.network, bench.scene.current
    if current not in network.nodes:
        return []
    own = [(current, port) for port, source in enumerate(network.nodes[current].inputs) if source]
    return [*own, *network.consumers[current]]


def _pick_edge(bench: Workbench, picker: Picker) -> None:
    """Selects the one edge of the block, or has the person choose."""
    results = bench.editor.shown_inference.results
    entries = [
        Entry(edge_in_words(results[target], port), partial(_select_edge, bench, (target, port)))
        for target, port in _edges_at(bench)
    ]
    if len(entries) == 1:
        entries[0].run()
        return
    rows = [(entry.title, entry) for entry in entries]
    picker.open(lambda text: best(text, rows), f"Which edge of {bench.scene.current}?", _EDGE_HINT)


def _select_edge(bench: Workbench, end: tuple[str, int]) -> None:
    edge = bench.scene.edges.get(end)
    if edge is not None:
        bench.scene.clearSelection()
        edge.setSelected(True)


def _rows(bench: Workbench) -> list[tuple[str, Entry]]:
    """The entries with the words that they are searched by."""
    shown, current = bench.editor.shown, bench.scene.current
    places = complete(shown.network, dict(shown.view.positions))
    found = connection_candidates.joins(bench.editor.shown_inference, places, current)
    entries = [_entry(bench, current, join) for join in found]
    return [(f"{entry.title} {entry.detail}", entry) for entry in entries]


def _entry(bench: Workbench, current: str, join: connection_candidates.Join) -> Entry:
    network = bench.editor.shown.network
    outward = block_of(join.source) == current
    port = join.port_name(network)
    where = f"{join.target}, input {port}" if port else join.target
    out = named_port(join.source)
    taken_at = f" at input {port}" if port else ""
    title = f"to {where}" if outward else f"from {join.source.replace('.', ', ')}{taken_at}"
    details = [network.nodes[join.target if outward else block_of(join.source)].block.title]
    details += [f"from output {out}"] if outward and out else []
    details += [f"instead of {join.taken}"] if join.taken else []
    return Entry(
        title,
        lambda: block_edits.wire(bench.editor, Wire(join.source, join.target, join.port)),
        " · ".join(details),
        join.fit.reason or join.fit.shape,
        error=bool(join.fit.reason),
    )
