"""Order on the canvas: lay out, align, distribute."""

from __future__ import annotations

from functools import partial

from designer.core.edits import align
from designer.ui.canvas.gestures.move_animation import Gliding
from designer.ui.style.labels import plural
from designer.ui.workbench.workbench import Workbench

_SIDES: tuple[tuple[align.Side, str], ...] = (
    ("left", "&Left Sides"),
    ("centre", "&Centres"),
    ("right", "&Right Sides"),
    ("top", "&Tops"),
    ("middle", "&Middles"),
    ("bottom", "&Bottoms"),
)
_DIRECTIONS: tuple[tuple[align.Direction, str], ...] = (
    ("across", "Distribute &Across"),
    ("down", "Distribute &Down"),
)


def install(bench: Workbench) -> None:
    """Adds the actions."""
    editor, scene = bench.editor, bench.scene
    gliding = Gliding(bench.view, scene)

    def lay_out() -> None:
        chosen = scene.selected_blocks()
        some = len(chosen) > 1
        what = plural(len(chosen), "block") if some else "the network"
        fits = bench.view.fitted and not some
        gliding.glide(
            lambda: editor.edit_shown(f"Lay out {what}", lambda design: align.laid_out(design, chosen)),
            bench.view.fit if fits else None,
        )

    def align_chosen(side: align.Side) -> None:
        chosen = scene.selected_blocks()
        text = f"Align {plural(len(chosen), 'block')} at the {side}"
        gliding.glide(lambda: editor.edit_shown(text, lambda design: align.aligned(design, chosen, side)))

    def distribute(direction: align.Direction) -> None:
        chosen = scene.selected_blocks()
        text = f"Distribute {plural(len(chosen), 'block')} {direction}"
        gliding.glide(lambda: editor.edit_shown(text, lambda design: align.distributed(design, chosen, direction)))

    add = bench.menus.action
    add("Edit/arrange", "actionLayOut", "&Lay Out", lay_out, "Ctrl+L", lambda: bool(scene.cards))
    menu = bench.menus.submenu("Edit/arrange", "Al&ign", "menuAlign")
    for side, text in _SIDES:
        add(
            menu,
            f"actionAlign{side.capitalize()}",
            text,
            partial(align_chosen, side),
            enabled=lambda: len(scene.selected_blocks()) > 1,
        )
    for direction, text in _DIRECTIONS:
        add(
            "Edit/arrange",
            f"actionDistribute{direction.capitalize()}",
            text,
            partial(distribute, direction),
            enabled=lambda: len(scene.selected_blocks()) > 2,
        )
