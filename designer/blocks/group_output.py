"""Group Output: where a value leaves a group."""

from __future__ import annotations

from designer.core.graph.registry import register
from designer.core.graph.roles import GroupExit
from designer.core.schema.shape import Shape


@register
class GroupOutput(GroupExit):
    """Gives what it takes to whatever is connected to this output of the group, wherever the group is used.

    Its name is the name of the group's port.
    """

    kind = "group_output"
    title = "Group Output"
    category = "Groups"
    summary = "Where a value leaves the open group: an output of all its uses."
    prefix = "output"

    def output_shape(self, *inputs: Shape) -> Shape:
        return inputs[0]
