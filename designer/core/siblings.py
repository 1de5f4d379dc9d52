"""Kinds that do the same along another number of axes: Conv1d, Conv2d and Conv3d."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from designer.core import edits
from designer.core.block import Block, ShapeError
from designer.core.messages import Fix
from designer.core.registry import find
from designer.core.shape import Shape

_ENDINGS = ("1d", "2d", "3d")


def replacements(block_id: str, block: Block, inputs: tuple[Shape, ...]) -> tuple[Fix, ...]:
    """The mend of a block that takes other axes than it gets: the kind like it that takes them, where there is one."""
    stem, ending = block.kind[:-2], block.kind[-2:]
    kinds = [find(stem + other) for other in _ENDINGS if ending in _ENDINGS and other != ending]
    found = [made for kind in kinds if kind and (made := _made(kind, block)) and _takes(made, inputs)]
    return tuple(_replace_fix(block_id, made) for made in found)


def _made(kind: type[Block], like: Block) -> Block | None:
    """A block of another kind with the parameters of this one, as far as it has them; sizes hold along every axis."""
    params = {name: _of_any_axis(getattr(like, name)) for name in kind.model_fields if name in like.form_fields()}
    for given in (params, {}):
        try:
            return kind(**given)
        except ValidationError:  # such as padding in front alone, which images do not have
            continue
    return None


def _of_any_axis(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def _takes(block: Block, inputs: tuple[Shape, ...]) -> bool:
    try:
        block.output_shapes(*inputs)
    except ShapeError:
        return False
    return True


def _replace_fix(block_id: str, block: Block) -> Fix:
    return Fix(
        f"Make '{block_id}' a {block.title}",
        lambda design: design.edit(lambda net: edits.replace_block(net, block_id, block)),
    )
