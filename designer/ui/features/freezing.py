"""Freeze: the selected blocks are learned no longer, or are again."""

from __future__ import annotations

from collections.abc import Iterator

from designer.core.diff.change import Parts
from designer.core.edits.learning import with_learning
from designer.core.inference.infer import Result
from designer.core.inference.learning import learns
from designer.ui.editing.editor import BY_ITSELF
from designer.ui.widgets.menus import tell_shortcut
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the action, which says which of the two it does."""
    editor, scene = bench.editor, bench.scene

    def able() -> Iterator[Result]:
        results = editor.shown_inference.results
        return (found for name in scene.selected_blocks() if (found := results.get(name)) and learns(found))

    def can_be() -> bool:
        return any(True for _ in able())

    def are_frozen() -> bool:
        return can_be() and all(result.node.block.frozen for result in able())

    def toggle() -> None:
        names, frozen = [result.node.id for result in able()], not are_frozen()
        editor.edit_shown(BY_ITSELF, lambda design: with_learning(design, names, frozen=frozen))

    def tell() -> None:
        text = "Un&freeze" if are_frozen() else "&Freeze"
        if text != action.text():
            action.setText(text)
            tell_shortcut(action)

    action = bench.menus.action("Edit/block", "actionFreeze", "&Freeze", toggle, "Ctrl+Alt+F", can_be)
    scene.selectionChanged.connect(tell)
    editor.listen(Parts.BLOCKS | Parts.GROUPS | Parts.WHERE, lambda change: tell())
