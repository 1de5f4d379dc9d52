"""Edits of groups, as the window makes them: undoable, and at the place that the canvas shows."""

from __future__ import annotations

from collections.abc import Collection

from designer.core.edits import group_editing, grouping, inline_groups
from designer.core.graph.definition import Definition
from designer.core.graph.group_paths import group_in, use_at
from designer.ui.editing.editor import BY_ITSELF, Editor


def group(editor: Editor, blocks: Collection[str]) -> bool:
    """Makes one group of blocks."""
    name = group_editing.fresh_name(editor.design.network, "Group")
    return editor.edit_shown(BY_ITSELF, lambda design: grouping.grouped(design, blocks, name))


def ungroup(editor: Editor, block_id: str) -> bool:
    """Puts the blocks of a group in its place."""
    return editor.edit_shown(BY_ITSELF, lambda design: grouping.ungrouped(design, block_id))


def expand(editor: Editor, block_id: str) -> bool:
    """Opens a group in place: the blocks around it make way."""
    return editor.edit_shown(f"Expand {block_id} in Place", lambda design: inline_groups.expanded(design, block_id))


def collapse(editor: Editor, block_id: str) -> bool:
    """Closes a group that is open in place: the blocks around it come back."""
    return editor.edit_shown(f"Collapse {block_id}", lambda design: inline_groups.collapsed(design, block_id))


def collapse_here(editor: Editor, block_id: str) -> bool:
    """Closes a group that is open in place, or else the one that is being edited in place."""
    if not is_expanded(editor, block_id):
        block_id = editor.path[-1]
        editor.open_group(editor.path[:-1])
    return collapse(editor, block_id)


def can_collapse(editor: Editor, block_id: str) -> bool:
    """Whether there is a group to close in place."""
    return is_expanded(editor, block_id) or len(editor.path) > len(editor.root)


def is_expanded(editor: Editor, block_id: str) -> bool:
    """Whether a block of what is being edited is open in place."""
    return block_id in editor.shown.view.expanded


def rename(editor: Editor, old: str, new: str) -> bool:
    """Another name for a group, for all its uses."""
    return editor.edit(BY_ITSELF, lambda design: grouping.renamed_group(design, old, new))


def make_independent(editor: Editor, block_id: str) -> bool:
    """A use gets a copy of its group for itself."""
    path = (*editor.path, block_id)
    return editor.edit(f"Make {block_id} independent", lambda design: grouping.made_independent(design, path))


def expose(editor: Editor, block_id: str, field: str, parameter: str = "") -> bool:
    """A field of a block of the open group becomes a parameter of all uses, or joins one."""
    path = editor.path
    return editor.edit(BY_ITSELF, lambda design: grouping.exposed(design, path, block_id, field, parameter))


def hide(editor: Editor, parameter: str) -> bool:
    """A parameter of the open group is none any longer."""
    path = editor.path
    return editor.edit(BY_ITSELF, lambda design: grouping.hidden(design, path, parameter))


def rename_parameter(editor: Editor, old: str, new: str) -> bool:
    """Another name for a parameter of the open group."""
    path = editor.path
    return editor.edit(BY_ITSELF, lambda design: grouping.renamed_parameter(design, path, old, new))


def open_definition(editor: Editor) -> Definition | None:
    """What the open group uses; None in the whole network."""
    return use_at(editor.design.network, editor.path).definition if editor.path else None


def is_group(editor: Editor, block_id: str) -> bool:
    """Whether a block of what is shown can be opened."""
    return group_in(editor.shown.network, block_id) is not None
