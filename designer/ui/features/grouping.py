"""Groups: the actions that make, undo, open and close them."""

from __future__ import annotations

from designer.ui.editing import group_edits
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions."""
    editor, scene, add = bench.editor, bench.scene, bench.menus.action

    def current_is_group() -> bool:
        return group_edits.is_group(editor, scene.current)

    def can_expand() -> bool:
        return current_is_group() and not group_edits.is_expanded(editor, scene.current)

    add(
        "Edit/groups",
        "actionGroup",
        "&Group",
        lambda: group_edits.group(editor, scene.selected_blocks()),
        "Ctrl+G",
        lambda: bool(scene.selected_blocks()),
    )
    add(
        "Edit/groups",
        "actionUngroup",
        "&Ungroup",
        lambda: group_edits.ungroup(editor, scene.current),
        "Ctrl+Shift+G",
        current_is_group,
    )
    add(
        "Edit/groups",
        "actionOpenGroup",
        "&Open Group",
        lambda: scene.open_group(scene.current),
        "Alt+Down",
        current_is_group,
    )
    add(
        "Edit/groups",
        "actionCloseGroup",
        "&Close Group",
        lambda: editor.open_group(editor.path[:-1]),
        "Alt+Up",
        lambda: bool(editor.path),
    )
    add(
        "Edit/groups",
        "actionExpand",
        "&Expand in Place",
        lambda: group_edits.expand(editor, scene.current),
        "Alt+Right",
        can_expand,
    )
    add(
        "Edit/groups",
        "actionCollapse",
        "Co&llapse",
        lambda: group_edits.collapse_here(editor, scene.current),
        "Alt+Left",
        lambda: group_edits.can_collapse(editor, scene.current),
    )
