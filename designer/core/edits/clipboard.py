"""Blocks taken along: copied, cut, pasted and duplicated, as text that is JSON and can go through a chat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from designer.core.edits import notes
from designer.core.edits.group_editing import free_name, redefined
from designer.core.edits.inline_groups import CARD, box_of, open_uses
from designer.core.edits.network_edits import prefix_of
from designer.core.graph.block import Block
from designer.core.graph.definition import Definition, definitions, module_name
from designer.core.graph.design import Design
from designer.core.graph.network import AnyBlock, Network, NetworkError, Node, block_of, named_port, with_block
from designer.core.graph.settings import Note, Position, View
from designer.core.layout.cards import on_grid, overlap
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH, COLUMN, complete
from designer.core.schema.limits import MAX_FILE_BYTES
from designer.core.storage import files
from designer.core.storage.blocks_json import blocks_to_json, groups_to_json, known_view, read_network
from designer.core.storage.files import FileError
from designer.core.storage.migrations import VERSION
from designer.core.storage.reading import in_mib

FORMAT = "network-designer-blocks"
_CLIPBOARD = "The clipboard"
_CONTENT = "its text"
_NO_BLOCKS = "it holds no blocks: copy some on a canvas, or the text of an architecture file"
_PARTS = {"format", "version", "blocks", "groups", "view", "outside", "source"}
_MAX_ID = 64
_BESIDE = 24.0
_MOST_COLUMNS = 1000
"""So far right a free place is sought; a frame in a file may be as wide as the canvas."""

Inputs = tuple[str | None, ...]


@dataclass(frozen=True)
class Clip:
    """Blocks with their places, and with the groups that they use.

    `outside` holds what blocks took from others that did not come along, in the order of their inputs; `source` says
    in which network these are, so that it is taken again only there. `whole` is set where a whole file was copied.
    """

    design: Design
    outside: Mapping[str, Inputs] = field(default_factory=dict)
    source: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Where:
    """Where a clip comes to: which network that is, the groups known there, and its middle on the canvas (or beside).

    `inside` says that the network is that of an open group.
    """

    source: str = ""
    groups: Mapping[str, Definition] = field(default_factory=dict)
    middle: Position | None = None
    inside: bool = False


def clipped(design: Design, block_ids: Iterable[str], source: str = "", note_names: Collection[str] = ()) -> Clip:
    """Some blocks and notes of a design, to be taken along; groups that are open in place are taken closed."""
    chosen = set(block_ids)
    nodes, outside = [], dict[str, Inputs]()
    for node in design.network.nodes.values():
        if node.id in chosen:
            inner = tuple(ref if ref and block_of(ref) in chosen else None for ref in node.inputs)
            nodes.append(Node(node.id, node.block, inner))
            if inner != node.inputs:
                outside[node.id] = tuple(None if kept else ref for kept, ref in zip(inner, node.inputs, strict=True))
    places = {key: place for key, place in design.view.positions.items() if key in chosen}
    view = View(positions=places, notes={key: note for key, note in design.view.notes.items() if key in note_names})
    return Clip(Design(Network.of(nodes), view=view), outside, source)


def dumps(clip: Clip) -> str:
    """The text of a clip: JSON as in a file, with only what belongs to its blocks."""
    network = clip.design.network
    written: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "blocks": blocks_to_json(network),
        "groups": groups_to_json(network),
        "view": clip.design.view.to_json(),
        "outside": {block_id: list(inputs) for block_id, inputs in clip.outside.items()},
        "source": clip.source,
    }
    return files.pretty({name: value for name, value in written.items() if value or name == "blocks"}) + "\n"


def parse(text: str) -> Clip:
    """What was copied; the text of a whole file will do, and words around it, as a chat may add, are passed over.

    Raises FileError with what is wrong with it.
    """
    return _read(_without_words(text))


def _without_words(text: str) -> str:
    """The JSON in a text; to its end where it is cut short, so that the error says so."""
    if len(text) > MAX_FILE_BYTES:
        raise FileError(_CLIPBOARD, [f"its text is longer than {in_mib(MAX_FILE_BYTES)}: it cannot be pasted"])
    begin = text.find("{")
    if begin < 0 or '"format"' not in text:
        raise FileError(_CLIPBOARD, [_NO_BLOCKS])
    end = text.rfind("}")
    return text[begin : end + 1] if end > begin else text[begin:]


def _read(text: str) -> Clip:
    data = files.loaded(text, _CLIPBOARD, _CONTENT)
    said = data.get("format") if isinstance(data, dict) else None
    if said == files.FORMAT:
        return Clip(files.design_of(files.current(data, _CLIPBOARD, what=_CONTENT), _CLIPBOARD), whole=True)
    if said != FORMAT:
        raise FileError(_CLIPBOARD, [_NO_BLOCKS])
    return _clip(files.current(data, _CLIPBOARD, FORMAT, _CONTENT))


def _clip(data: dict[str, Any]) -> Clip:
    problems = [f"{str(name)[:60]}: there is no such field" for name in data if name not in _PARTS]
    network = read_network(data.get("blocks", []), data.get("groups", []), problems)
    view = files.part(View, data, "view", problems)
    outside = _outside(data.get("outside", {}), problems)
    source = data.get("source", "")
    if not isinstance(source, str):
        problems.append(f"source: expected a string, got {type(source).__name__}")
    if problems or network is None or view is None:
        raise FileError(_CLIPBOARD, problems)
    return Clip(Design(network, view=known_view(view, network)), outside, source)


def _outside(data: Any, problems: list[str]) -> dict[str, Inputs]:
    if isinstance(data, dict) and all(
        isinstance(refs, list) and all(ref is None or isinstance(ref, str) for ref in refs) for refs in data.values()
    ):
        return {block_id: tuple(refs) for block_id, refs in data.items()}
    problems.append("outside: expected a list of names of blocks, or null, for each block that takes from others")
    return {}


def pasted(design: Design, clip: Clip, where: Where) -> Design:
    """The design with the blocks of a clip, under free names.

    A whole file that comes into an empty network brings its data, its training settings and its words. Raises
    NetworkError for blocks that cannot stand there.
    """
    if clip.whole and not (design.network.nodes or design.view.notes or where.inside):
        return _settled(clip.design)
    _check_belonging(clip.design.network, where)
    return _added(design, clip, where)


def _added(design: Design, clip: Clip, where: Where) -> Design:
    placed = _settled(replace(design, network=clip.design.network, view=clip.design.view))
    clip = replace(clip, design=_with_known_groups(placed, where.groups))
    names = _names(design.network, clip.design.network)
    nodes = [_node(node, clip, names, design.network, where) for node in clip.design.network.nodes.values()]
    dx, dy = _shift(design, clip.design.view, where)
    after = design.edit(lambda network: Network.of([*network.nodes.values(), *nodes]))
    after = after.placed({names[key]: (x + dx, y + dy) for key, (x, y) in clip.design.view.positions.items()})
    for note in clip.design.view.notes.values():
        after = _with_note(after, note, dx, dy)
    return after


def _with_note(design: Design, note: Note, dx: float, dy: float) -> Design:
    name = notes.free_name(design.view.notes)
    return notes.moved(notes.added(design, note), {name: (note.position[0] + dx, note.position[1] + dy)})


def _settled(design: Design) -> Design:
    return design.placed(complete(design.network, dict(design.view.positions)))


def duplicated(design: Design, block_ids: Iterable[str], note_names: Collection[str] = ()) -> Design:
    """The design with copies of blocks and notes beside them.

    What a block takes from another one of them, its copy takes from that one's copy; everything else from where the
    original takes it, so that the copy of a chain is a branch beside it.
    """
    here = "here"
    return _added(design, clipped(design, block_ids, here, note_names), Where(here, definitions(design.network)))


def _check_belonging(network: Network, where: Where) -> None:
    """Raises NetworkError where a block of the clip stands only inside groups, or only outside of them."""
    wrong, place = ("network", "outside of groups") if where.inside else ("group", "inside of groups")
    for node in network.nodes.values():
        if isinstance(node.block, Block) and node.block.belongs == wrong:
            raise NetworkError(
                f"{node.block.title} '{node.id}' cannot be pasted here: it stands only {place}. "
                "Copy the others without it"
            )


def _with_known_groups(design: Design, known: Mapping[str, Definition]) -> Design:
    """The design with groups that are there already in place of those that are the same, and free names for others."""
    taken = {module_name(name): definition for name, definition in known.items()}
    for name in list(definitions(design.network)):
        own = definitions(design.network)[name]
        there = taken.get(module_name(name))
        if there is None:
            continue
        if there.name == name and replace(own, view=there.view) == there:
            design = redefined(design, name, there)
        else:
            others = {module_name(other) for other in definitions(design.network)}
            design = redefined(design, name, replace(own, name=free_name(name, {*taken, *others})))
    return design


def _names(network: Network, clip: Network) -> dict[str, str]:
    """A free name for each block of a clip: its own where it can be; else conv1 becomes conv4, and stem, stem2."""
    taken, names = set(network.nodes), dict[str, str]()
    nexts: dict[str, int] = {}
    for node in clip.nodes.values():
        name = _free_id(node.id, node.block, taken, nexts)
        taken.add(name)
        names[node.id] = name
    return names


def _free_id(wanted: str, block: AnyBlock, taken: Collection[str], nexts: dict[str, int]) -> str:
    """`nexts` holds which number to try first, so that a thousand blocks are not counted from one each time."""
    if wanted not in taken:
        return wanted
    stem = wanted.rstrip("0123456789")[: _MAX_ID - 6]
    stem, first = (stem, 1) if stem == prefix_of(block) and stem != wanted else (stem, 2)
    number = nexts.get(stem, first)
    while f"{stem}{number}" in taken:
        number += 1
    nexts[stem] = number + 1
    return f"{stem}{number}"


def _node(node: Node, clip: Clip, names: Mapping[str, str], network: Network, where: Where) -> Node:
    """A block of the clip under its new name; in the network that it is from, it takes what it took there."""
    refs = [with_block(ref, names[block_of(ref)]) if ref else None for ref in node.inputs]
    if clip.source and clip.source == where.source:
        for port, ref in enumerate(clip.outside.get(node.id, ())):
            if port < len(refs) and refs[port] is None and ref and _is_there(network, ref):
                refs[port] = ref
    return Node(names[node.id], node.block, tuple(refs))


def _is_there(network: Network, ref: str) -> bool:
    source = network.nodes.get(block_of(ref))
    port = named_port(ref)
    return source is not None and bool(source.block.output_ports) and (not port or port in source.block.output_ports)


def _shift(design: Design, own: View, where: Where) -> Position:
    """How far a clip moves: to where it is wanted, and then so far right that no card of it lies on another one."""
    dx, dy = _way(own, where.middle) if where.middle else (0.0, 0.0)
    covered = _Covered(design)
    for _ in range(_MOST_COLUMNS):
        if not any(covered.at(x + dx, y + dy) for x, y in own.positions.values()):
            break
        dx += COLUMN
    taken = {note.position for note in design.view.notes.values()}
    while not own.positions and any((x + dx, y + dy) in taken for x, y in (n.position for n in own.notes.values())):
        dx, dy = dx + _BESIDE, dy + _BESIDE
    return dx, dy


def _way(own: View, middle: Position) -> Position:
    """From the middle of all that is in a clip to another place."""
    boxes = [(x, y, CARD_WIDTH, CARD_HEIGHT) for x, y in own.positions.values()]
    boxes += [(*note.position, *note.size) for note in own.notes.values()]
    if not boxes:
        return (0.0, 0.0)
    left, right = min(x for x, _, _, _ in boxes), max(x + width for x, _, width, _ in boxes)
    top, bottom = min(y for _, y, _, _ in boxes), max(y + height for _, y, _, height in boxes)
    return on_grid(middle[0] - (left + right) / 2), on_grid(middle[1] - (top + bottom) / 2)


class _Covered:
    """Where cards lie, found by the cells of a grid that are as large as a card, and frames of open groups."""

    def __init__(self, design: Design) -> None:
        self._cells: dict[tuple[int, int], list[Position]] = {}
        for x, y in design.view.positions.values():
            self._cells.setdefault((int(x // CARD_WIDTH), int(y // CARD_HEIGHT)), []).append((x, y))
        opened = open_uses(design.network, design.view)
        self._frames = [box_of(design, name) for name in opened]

    def at(self, x: float, y: float) -> bool:
        """Whether a card with its corner there would lie on another one, or on a frame."""
        card = CARD.moved(x, y)
        if any(card.overlaps(frame) for frame in self._frames):
            return True
        column, row = int(x // CARD_WIDTH), int(y // CARD_HEIGHT)
        return any(
            overlap((x, y), place)
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for place in self._cells.get((i, j), ())
        )
