"""Groups: the actions that make, undo, open and close them."""

from __future__ import annotations

from designer.ui.editing import group_edits
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions."""
    editor, scene = bench.editor, bench.scene

    def any_chosen() -> bool:
        return bool(scene.selected_blocks())

    def is_group() -> bool:
        return group_edits.is_group(editor, scene.current)

    def is_inside() -> bool:
        return bool(editor.path)

    def can_expand() -> bool:
        return is_group() and not group_edits.is_expanded(editor, scene.current)

    def can_collapse() -> bool:
        return group_edits.can_collapse(editor, scene.current)

    for name, text, slot, keys, enabled in (
        ("Group", "&Group", lambda: group_edits.group(editor, scene.selected_blocks()), "Ctrl+G", any_chosen),
        ("Ungroup", "&Ungroup", lambda: group_edits.ungroup(editor, scene.current), "Ctrl+Shift+G", is_group),
        ("OpenGroup", "&Open Group", lambda: scene.open_group(scene.current), "Alt+Down", is_group),
        (
            "CloseGroup",
            "&Close Group",
            lambda: editor.open_group(editor.path[:-1]),
            "Alt+Up",
            lambda: bool(editor.path),
        ),
        ("Expand", "&Expand in Place", lambda: group_edits.expand(editor, scene.current), "Alt+Right", can_expand),
        ("Collapse", "Co&llapse", lambda: group_edits.collapse_here(editor, scene.current), "Alt+Left", can_collapse),
    ):
        bench.menus.action("Edit/groups", f"action{name}", text, slot, keys, enabled)
