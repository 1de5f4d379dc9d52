"""Kinds that do the same along another number of axes: Conv1d, Conv2d and Conv3d."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from designer.core.graph.block import Block
from designer.core.graph.registry import find

_ENDINGS = ("1d", "2d", "3d")


def siblings(block: Block) -> tuple[Block, ...]:
    """Blocks that do the same along another number of axes, where there are such kinds."""
    stem, ending = block.kind[:-2], block.kind[-2:]
    kinds = [find(stem + other) for other in _ENDINGS if ending in _ENDINGS and other != ending]
    return tuple(made for kind in kinds if kind and (made := _made(kind, block)))


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
