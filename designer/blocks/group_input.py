"""Group Input: where a value enters a group."""

from __future__ import annotations

from designer.core.graph.block import ShapeError
from designer.core.graph.registry import register
from designer.core.graph.roles import GroupEntry
from designer.core.schema.shape import Shape


@register
class GroupInput(GroupEntry):
    """Hands on what is connected to this input of the group, wherever the group is used.

    Its name is the name of the group's port.
    """

    kind = "group_input"
    title = "Group Input"
    category = "Groups"
    summary = "Where a value enters the open group: an input of all its uses."
    prefix = "input"

    def output_shape(self, *inputs: Shape) -> Shape:
        raise ShapeError("stands only inside a group, where it takes the shape of what the group is given", "remove it")
