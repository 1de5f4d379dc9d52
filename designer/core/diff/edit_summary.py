"""What an edit has done, in a few words: conv1: kernel_size 3 → 5. Found by comparing the designs before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from designer.core.diff.change import Change, difference, differing_settings
from designer.core.diff.transform_words import transform_words
from designer.core.graph.block import LEARNING, Block
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.definition import Definition, GroupBlock, definitions
from designer.core.graph.design import Design
from designer.core.graph.network import AnyBlock, Network, Node, block_of
from designer.core.graph.settings import Note
from designer.core.schema.units import plural

Sort = Literal["add", "delete", "rename", "connect", "change", "group", "move", "note", "settings"]
"""What an edit is about; a list of edits shows it by a picture."""

_LONGEST = 24
_AXES = 3
_NAMED = 2
"""So many blocks or fields are named; of more their number is told."""
_LINE = 60
_ABOUT = {"text": "explanation"}


@dataclass(frozen=True)
class Description:
    """An edit in words, without a full stop, and what it is about."""

    words: str
    sort: Sort
    begins_with_name: bool = False
    """Whether the words begin with the name of a block or a group, which stays as it is everywhere."""

    @property
    def within(self) -> str:
        """The words within a sentence."""
        return self.words if self.begins_with_name else f"{self.words[:1].lower()}{self.words[1:]}"


@dataclass(frozen=True)
class _EdgeChange:
    target: str
    port: int
    before: str | None
    after: str | None


def described(before: Design, after: Design) -> Description:
    """What leads from one design to the other, which are compared for it."""
    return summary(difference(before, after))


def summary(change: Change) -> Description:
    """A change in words; where it is several things, the one that a person meant."""
    found = _of_blocks(change) or _of_groups(change) or _of_params(change) or _of_view(change) or _of_settings(change)
    return found or Description("Edit", "change")


def value_words(value: Any) -> str:
    """A value of a field, short enough for a menu."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value in (None, "", ()):
        return "none"
    if isinstance(value, list | tuple) and 1 < len(value) <= _AXES and len(set(map(str, value))) == 1:
        return value_words(value[0])  # the same along each axis, as it is written
    if isinstance(value, tuple) and value and all(isinstance(item, tuple) for item in value):
        return _cut(", ".join(f"{name}: {value_words(number)}" for name, number in value))
    if isinstance(value, list | tuple):
        sizes = 1 < len(value) <= _AXES and all(type(item) is int for item in value)
        return "×".join(map(str, value)) if sizes else _cut(f"({', '.join(map(value_words, value))})")
    return _cut(str(value))


def blocks_words(names: list[str]) -> str:
    """conv1; conv1, conv2; 3 blocks."""
    return ", ".join(names) if len(names) <= _NAMED else plural(len(names), "block")


def things_words(names: list[str], notes: int) -> str:
    """conv1; 3 blocks; conv1 and a note; 2 notes."""
    words = [blocks_words(names)] if names else []
    return " and ".join([*words, *([f"{notes} notes" if notes > 1 else "a note"] if notes else [])])


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _changed(name: str, before: Any, after: Any) -> str:
    return f"{name} {value_words(before)} → {value_words(after)}"


def _of_blocks(change: Change) -> Description | None:
    """Blocks that have come, gone or been renamed, and edges."""
    gone, came = list(change.blocks.removed), list(change.blocks.added)
    before, after = change.before.network, change.after.network
    if gone and came:
        return _replaced(before, after, gone, came)
    if came:
        return _added(before, after, came)
    if gone:
        return Description(f"Delete {blocks_words(gone)}", "delete")
    edges = list(_edges(change))
    return Description(_of_edges(edges), "connect") if edges else None


def _replaced(before: Network, after: Network, gone: list[str], came: list[str]) -> Description:
    if len(gone) == len(came) == 1:
        if before.nodes[gone[0]].block == after.nodes[came[0]].block:
            return Description(f"Rename {gone[0]} → {came[0]}", "rename")
        return Description(f"Replace {gone[0]} by {came[0]}", "change")
    group = next((name for name in came if isinstance(after.nodes[name].block, GroupBlock)), None)
    if group and len(came) == 1:
        return Description(f"Group {blocks_words(gone)}", "group")
    if len(gone) == 1 and isinstance(before.nodes[gone[0]].block, GroupBlock):
        return Description(f"Ungroup {gone[0]}", "group")
    return Description(f"Replace {blocks_words(gone)} by {blocks_words(came)}", "change")


def _added(before: Network, after: Network, came: list[str]) -> Description:
    if len(came) > 1:
        return Description(f"Add {blocks_words(came)}", "add")
    node = after.nodes[came[0]]
    title = node.block.title
    source, takers = next(iter(node.sources), None), [name for name, _ in after.consumers[node.id]]
    if source and takers and any(ref and block_of(ref) == source for ref in before.nodes[takers[0]].inputs):
        behind = blocks_words(list(dict.fromkeys(takers)))
        return Description(f"Insert {title} between {source} and {behind}", "add")
    if source:
        return Description(f"Add {title} behind {source}", "add")
    if takers:
        return Description(f"Add {title} in front of {takers[0]}", "add")
    return Description(f"Add {title}", "add")


def _edges(change: Change) -> Iterator[_EdgeChange]:
    """Edges that another edit than that of a block has changed: those of a group go with its ports."""
    before, after = change.before.network, change.after.network
    for name, port in change.edges:
        old, node = before.nodes[name], after.nodes[name]
        if isinstance(node.block, GroupBlock) and node.block.input_ports != old.block.input_ports:
            continue
        was = old.inputs[port] if port < len(old.inputs) else None
        now = node.inputs[port] if port < len(node.inputs) else None
        if not _follows_a_group(before, after, was, now):
            yield _EdgeChange(name, port, was, now)


def _follows_a_group(before: Network, after: Network, was: str | None, now: str | None) -> bool:
    """Whether an edge differs only because the group that it comes from has other ports."""
    if was is None or (now is not None and block_of(now) != block_of(was)):
        return False
    old, new = before.nodes[block_of(was)].block, after.nodes[block_of(was)].block
    return isinstance(old, GroupBlock) and old.output_ports != new.output_ports


def _of_edges(edges: list[_EdgeChange]) -> str:
    if len(edges) == 1:
        return _of_edge(edges[0])
    come, go = [edge for edge in edges if edge.after], [edge for edge in edges if edge.before]
    if len(edges) == 2 and len(come) == len(go) == 1 and come[0].after == go[0].before:
        return f"Connect {come[0].after} → {come[0].target} instead of {go[0].target}"
    if not come:
        return f"Disconnect {plural(len(edges), 'edge')}"
    return f"Connect {plural(len(come), 'edge')}" if not go else f"Change {plural(len(edges), 'edge')}"


def _of_edge(edge: _EdgeChange) -> str:
    if edge.after is None:
        return f"Disconnect {edge.before} → {edge.target}"
    if edge.before is None:
        return f"Connect {edge.after} → {edge.target}"
    return f"Connect {edge.after} → {edge.target} instead of {edge.before}"


def _of_groups(change: Change) -> Description | None:
    """What has changed inside a group: in the innermost one, as those around it only follow."""
    if not change.groups:
        return None
    old, new = definitions(change.before.network), definitions(change.after.network)
    gone, came = change.groups.removed, change.groups.added
    if len(gone) == len(came) == 1 and old[gone[0]].network == new[came[0]].network:
        return Description(f"Rename group {gone[0]} → {came[0]}", "rename")
    for name in (name for name in old if name in change.groups.changed):
        inner = _of_definition(old[name], new[name])
        return Description(f"{name} › {inner.words}", inner.sort, begins_with_name=True)
    return None


def _of_definition(old: Definition, new: Definition) -> Description:
    if old.parameters != new.parameters and set(old.network.nodes) == set(new.network.nodes):
        return _of_parameters(old, new)
    return described(Design(old.network, view=old.view), Design(new.network, view=new.view))


def _of_parameters(old: Definition, new: Definition) -> Description:
    """What a group hands to its uses: fields that have become parameters, or are none any longer."""
    gone = [name for name in old.parameters if name not in new.parameters]
    came = [name for name in new.parameters if name not in old.parameters]
    if len(gone) == len(came) == 1 and old.parameters[gone[0]] == new.parameters[came[0]]:
        return Description(f"Rename {gone[0]} → {came[0]}", "rename")
    if gone:
        return Description(f"Hide {', '.join(gone)}", "group")
    for name, targets in new.parameters.items():
        for block_id, field in targets:
            if (block_id, field) not in old.parameters.get(name, ()):
                if name == field:
                    return Description(f"Expose {field} of {block_id}", "group")
                return Description(f"Expose {field} of {block_id} as {name}", "group")
    return Description("Change parameters", "group")


def _of_params(change: Change) -> Description | None:
    """Fields of blocks."""
    before, after = change.before.network.nodes, change.after.network.nodes
    changes = {name: list(_fields(before[name].block, after[name].block)) for name in change.blocks.changed}
    changes = {name: fields for name, fields in changes.items() if fields}
    if not changes:
        return None
    if words := _of_freezing(changes):
        return Description(words, "change")
    if len(changes) == 1:
        name, fields = next(iter(changes.items()))
        shown = ", ".join(_changed(*field) for field in fields[:_NAMED])
        told = shown if len(fields) <= _NAMED else plural(len(fields), "parameter")
        return Description(f"{name}: {told}", "change", begins_with_name=True)
    return Description(_of_several(changes), "change")


def _of_freezing(changes: Mapping[str, list[tuple[str, Any, Any]]]) -> str:
    """Where all blocks are frozen, or all are no longer, and nothing else; empty otherwise."""
    found = [(name, now) for fields in changes.values() for name, _, now in fields]
    if set(found) not in ({("frozen", True)}, {("frozen", False)}):
        return ""
    return f"{'Freeze' if found[0][1] else 'Unfreeze'} {blocks_words(list(changes))}"


def _of_several(changes: Mapping[str, list[tuple[str, Any, Any]]]) -> str:
    """The same field of several blocks, where it is one."""
    ends = {(field[0], repr(field[2])) for fields in changes.values() for field in fields}
    if len(ends) == 1:
        field = next(iter(changes.values()))[0]
        return f"{field[0]} of {plural(len(changes), 'block')} → {value_words(field[2])}"
    return f"Change {blocks_words(list(changes))}"


def _fields(old: AnyBlock, new: AnyBlock) -> Iterator[tuple[str, Any, Any]]:
    """The fields in which two blocks differ, with their values; their kinds, where these differ."""
    if old.kind != new.kind or not (isinstance(old, Block) and isinstance(new, Block)):
        yield "kind", old.title, new.title
        return
    if isinstance(old, GroupBlock) and isinstance(new, GroupBlock) and old.definition.name != new.definition.name:
        yield "group", old.definition.name, new.definition.name
    for name in new.form_fields():
        if name in old.form_fields() and old.value_of(name) != new.value_of(name):
            yield name, old.value_of(name), new.value_of(name)
    for name in LEARNING:
        if getattr(old, name) != getattr(new, name):
            yield name.replace("_", " "), getattr(old, name), getattr(new, name)


def differing_fields(old: Node, new: Node) -> list[tuple[str, Any, Any]]:
    """The fields in which the blocks of two nodes differ, as (name, before, after)."""
    return list(_fields(old.block, new.block))


def _of_view(change: Change) -> Description | None:
    """Notes, groups that are open in place, and places."""
    opened, closed = list(change.expanded.added), list(change.expanded.removed)
    if opened or closed:
        return Description(f"Expand {blocks_words(opened)}" if opened else f"Collapse {blocks_words(closed)}", "group")
    moved = list(change.places.changed)
    if change.notes:
        return Description(_of_notes(change, moved), "note")
    return Description(f"Move {blocks_words(moved)}", "move") if moved else None


def _of_notes(change: Change, moved: list[str]) -> str:
    before, after = change.before.view.notes, change.after.view.notes
    came, gone = change.notes.added, change.notes.removed
    if came or gone:
        notes = _note_words([(after if came else before)[key] for key in came or gone])
        return f"Add {notes}" if came else f"Delete {notes}"
    changed = change.notes.changed
    old, new = before[changed[0]], after[changed[0]]
    if old.text != new.text:
        return f"Write note “{_cut(new.text)}”"
    if old.size != new.size:
        return f"Resize {_note_words([new])}"
    if old.position != new.position:
        return f"Move {things_words(moved, len(changed)) if moved else _note_words([after[key] for key in changed])}"
    colours = {note.colour for note in (before[key] for key in changed)}
    return _changed("note colour", old.colour if len(colours) == 1 else "several", new.colour)


def _note_words(notes: list[Note]) -> str:
    if len(notes) > 1:
        return plural(len(notes), "note")
    return f"note “{_cut(notes[0].text)}”" if notes[0].text.strip() else "note"


def settings_words(before: Design, after: Design) -> list[str]:
    """What differs in how a network is trained, and on which data: learning rate 0.001 → 0.01."""
    found = [_changed(name.replace("_", " "), *values) for name, *values in _model(before.training, after.training)]
    return found + _data_words(before.data, after.data)


def _data_words(before: DataSettings, after: DataSettings) -> list[str]:
    """Other data by their names; of the same ones, what is read or kept apart in another way."""
    if before == after:
        return []
    if (before.source, before.path) != (after.source, after.path):
        was, now = _data_name(before), _data_name(after)
        return [_changed("data", was, now) if was != now else f"data {value_words(now)} read anew"]
    options = {name: (before.options.get(name), value) for name, value in after.options.items()}
    options |= {name: (value, None) for name, value in before.options.items() if name not in after.options}
    found = [_changed(name, *values) for name, values in options.items() if values[0] != values[1]]
    split = ("split", "test_share", "split_seed", "reading")
    found += [_changed(name.replace("_", " "), *values) for name, *values in _model(before, after) if name in split]
    chain = transform_words(before.transforms, after.transforms, value_words)
    return [f"data {words}" for words in found] + chain or ["data read anew"]


def _data_name(data: DataSettings) -> str:
    return data.known.title if data.is_own and data.known else data.source


def _of_settings(change: Change) -> Description | None:
    """Training, data and the words about the network."""
    if not (change.training or change.data or change.about):
        return None
    found = settings_words(change.before, change.after)
    for name, was, now in _model(change.before.about, change.after.about):
        short = max(len(was), len(now)) <= _LINE and "\n" not in was + now
        found.append(_changed(name, was, now) if short else f"Write the {_ABOUT.get(name, name)}")
    if not found:
        return None
    return Description(", ".join(found) if len(found) <= _NAMED else f"Change {len(found)} settings", "settings")


def _model(before: BaseModel, after: BaseModel) -> Iterator[tuple[str, Any, Any]]:
    for name in differing_settings(before, after):
        yield name, getattr(before, name), getattr(after, name)
