"""Whether the classes that a person weighs are classes of the data."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from designer.core.graph.binding import Binding, DataInfo
from designer.core.graph.design import Design
from designer.core.graph.messages import Fix, Problem
from designer.core.schema.units import few_of

_SHOWN = 5


def unknown_classes(design: Design, binding: Binding, data: DataInfo) -> list[Problem]:
    """Classes with a weight that no Output learns, where an Output learns classes at all."""
    given = design.training.class_weights
    known = dict.fromkeys(name for target in binding.targets.values() for name in target.classes or ())
    if not isinstance(given, tuple) or not known:
        return []
    return [
        Problem(
            f"The setting class_weights names the class '{name}', but the data '{data.title}' has "
            f"{few_of(list(known), _SHOWN)}: name one of them, or leave it out",
            field="class_weights",
            fixes=(Fix(f"Forget the weight of '{name}'", partial(_without, name)),),
        )
        for name, _ in given
        if name not in known
    ]


def _without(name: str, design: Design) -> Design:
    """The design without the weight of a class."""
    given = design.training.class_weights
    kept = tuple(item for item in given if item[0] != name) if isinstance(given, tuple) else given
    return replace(design, training=design.training.model_copy(update={"class_weights": kept or None}))
