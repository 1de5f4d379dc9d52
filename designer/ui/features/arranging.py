"""Order on the canvas: lay out, align, distribute."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from designer.core.edits import align
from designer.core.graph.design import Design
from designer.ui.canvas.gestures.move_animation import MoveAnimation
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
    scene, add = bench.scene, bench.menus.action
    arranging = _Arranging(bench)

    def chosen(least: int) -> Callable[[], bool]:
        return lambda: len(scene.selected_blocks()) >= least

    add("Edit/arrange", "actionLayOut", "&Lay Out", arranging.lay_out, "Ctrl+L", lambda: bool(scene.cards))
    menu = bench.menus.submenu("Edit/arrange", "Al&ign", "menuAlign")
    for side, text in _SIDES:
        add(menu, f"actionAlign{side.capitalize()}", text, partial(arranging.line_up, side), enabled=chosen(2))
    for direction, text in _DIRECTIONS:
        name = f"actionDistribute{direction.capitalize()}"
        add("Edit/arrange", name, text, partial(arranging.distribute, direction), enabled=chosen(3))


class _Arranging:
    """Moves the selected blocks, or all of them, as one edit in which they glide to where they go."""

    def __init__(self, bench: Workbench) -> None:
        self._editor, self._scene, self._view = bench.editor, bench.scene, bench.view
        self._animation = MoveAnimation(bench.view, bench.scene)

    def lay_out(self) -> None:
        """Several selected blocks, or the whole network; where all of it was in view, it is so again."""
        chosen = self._scene.selected_blocks()
        some = len(chosen) > 1
        what = plural(len(chosen), "block") if some else "the network"
        fits = self._view.fitted and not some
        self._glide(f"Lay out {what}", lambda design: align.laid_out(design, chosen), self._view.fit if fits else None)

    def line_up(self, side: align.Side) -> None:
        """The selected blocks with one side in line."""
        chosen = self._scene.selected_blocks()
        words = f"Align {plural(len(chosen), 'block')} at the {side}"
        self._glide(words, lambda design: align.aligned(design, chosen, side))

    def distribute(self, direction: align.Direction) -> None:
        """The selected blocks with equal gaps."""
        chosen = self._scene.selected_blocks()
        words = f"Distribute {plural(len(chosen), 'block')} {direction}"
        self._glide(words, lambda design: align.distributed(design, chosen, direction))

    def _glide(self, words: str, edit: Callable[[Design], Design], then: Callable[[], object] | None = None) -> None:
        self._animation.glide(lambda: self._editor.edit_shown(words, edit), then)
