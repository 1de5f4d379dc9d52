"""What there is to see inside a model, declared: each view by its id, with the panel that shows it.

A view looks at a block and finds what of it can be seen: feature maps of its ports, gates, kernels. To add one is to
register it; the service, the events and the window need to know no more of it than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor, nn

from designer.core.graph.network import AnyBlock
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural
from designer.engine.protocol.seen import OutputResult, Sight

Calls = dict[nn.Module, tuple[tuple[Any, ...], dict[str, Any]]]
"""What modules were called with: positional and named arguments."""
_STEPS = ("L", "Q")
"""Axes along which the lengths of a value count."""


@dataclass(frozen=True)
class GivenByPort:
    """What an output port gave for a batch of one sample: a tensor [1, ...]; a recurrent state is [layers, 1, F].

    An LSTM's are two of these. `shape` is that of a sample; `lengths` int64 [1] where its length varies.
    """

    shape: Shape
    value: Any
    lengths: Tensor | None = None
    gradient: Callable[[], Any] | None = None
    """That of the loss of the sample by the value, as the value is; only for views of the backward pass."""

    def sample(self, value: Any) -> Tensor:
        """The value, or its gradient, up to the sample's own length and without the axis of the batch."""
        if self.shape.is_state:  # which has no such axis in front
            whole: Tensor = torch.stack(value) if isinstance(value, tuple) else value
            return whole.select(-2, 0)
        found: Tensor = value[0]
        for place, axis in enumerate(self.shape.axes):
            if self.lengths is not None and axis.size is None and axis.name in _STEPS:
                found = found.narrow(place, 0, int(self.lengths[0]))
        return found


@dataclass(frozen=True)
class Subject:
    """A block that is looked at, after a pass of one sample without learning."""

    name: str
    """`group1/conv1` is a block of a group."""
    block: AnyBlock
    ports: Mapping[str, GivenByPort]
    """Of an Output, which has none, what it gets, as `out`."""
    modules: tuple[nn.Module, ...] = ()
    """Those that the block calls, in order; of a Transformer's layers their attention as well."""
    calls: Calls = field(default_factory=dict)
    result: OutputResult | None = None
    """What an Output makes of the sample."""
    result_axes: tuple[str, ...] = ()
    """The letters of the axes of its scores."""


@dataclass(frozen=True)
class Reading:
    """Something to see: the letters of its axes, what a person calls it, and how to read it.

    `read` gives a tensor with these axes. `part` tells it from what else the view finds of the block, such as a port or
    a gate; `place` is its rank among those of the same order.
    """

    axes: tuple[str, ...]
    title: str
    read: Callable[[], Tensor]
    part: str = ""
    place: int = 0


@dataclass(frozen=True)
class InsideView:
    """A sort of things to see.

    `panels` name the panel that shows values of so many axes, empty where none does yet. `moment` says which pass is
    needed: after the backward one, ports have gradients. What is of a lower `order` comes first, and the first of all
    is shown where nothing else is wanted.
    """

    id: str
    panels: Mapping[int, str]
    find: Callable[[Subject], Iterable[Reading]]
    order: int = 5
    moment: Literal["forward", "backward"] = "forward"


_VIEWS: dict[str, InsideView] = {}


def register(view: InsideView) -> InsideView:
    """Makes a view known. Raises ValueError where its id is taken, or is no plain name."""
    if view.id in _VIEWS or not view.id.isidentifier():
        raise ValueError(f"{view.id!r} cannot be the id of a view: expected a name that no other view has")
    _VIEWS[view.id] = view
    return view


def forget(view_id: str) -> None:
    """Takes a view out again."""
    del _VIEWS[view_id]


@dataclass(frozen=True)
class ReadableSight:
    """What can be seen of a block, and how it is read."""

    sight: Sight
    view: InsideView
    found: Reading


def sights_of(subject: Subject) -> dict[str, ReadableSight]:
    """All that can be seen of a block, by id, in order. Raises ValueError for axes that a view does not declare."""
    given: list[ReadableSight] = []
    for view in _VIEWS.values():
        for found in view.find(subject):
            rank = len(found.axes)
            if rank not in view.panels:
                raise ValueError(f"the view {view.id} has no panel for values of {plural(rank, 'axis', 'axes')}")
            name = f"{view.id}:{found.part}" if found.part else view.id
            given.append(ReadableSight(Sight(name, found.title, found.axes, view.panels[rank]), view, found))
    given.sort(key=lambda item: (item.view.moment == "backward", item.view.order, item.found.place))
    return {item.sight.id: item for item in given}
