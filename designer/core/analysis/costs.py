"""Costs: what the rows of an analysis cost by quantity, as shares of the whole, and against budgets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from designer.core.analysis.analysis import Analysis, CostRow, Memory, share
from designer.core.analysis.budgets import Budgets, is_over
from designer.core.graph.group_paths import GroupPath, name_of, path_of
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.units import Quantity


@dataclass(frozen=True)
class Costs:
    """An analysis with all that its amounts depend on.

    `forward` and `backward` are measured seconds by block, `group1/conv1` for one in a group; empty where nothing was
    measured.
    """

    analysis: Analysis = field(default_factory=Analysis)
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    forward: Mapping[str, float] = field(default_factory=dict)
    backward: Mapping[str, float] = field(default_factory=dict)
    budgets: Budgets = field(default_factory=Budgets)
    _over: dict[Hashable, bool] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What is known of groups that have a block over its budget inside."""

    def amount(self, row: CostRow, quantity: Quantity) -> float | None:
        """What a row costs: numbers, multiply-adds, bytes for a batch, seconds; None where it is not known."""
        if quantity == "time":
            name = name_of(row.path)
            return self.forward[name] + self.backward.get(name, 0.0) if name in self.forward else None
        if row.shape is None:
            return None
        if quantity == "memory":
            return self.settings.batch_size * row.bytes_held
        return row.parameters if quantity == "parameters" else row.multiply_adds

    def total(self, quantity: Quantity) -> float | None:
        """What all rows cost together; None for a time where nothing was measured."""
        return self._totals[quantity]

    @cached_property
    def _totals(self) -> dict[Quantity, float | None]:
        analysis = self.analysis
        seconds = [self.amount(row, "time") for row in analysis.rows] if self.forward else []
        known = [amount for amount in seconds if amount is not None]
        return {
            "parameters": analysis.parameters,
            "multiply_adds": analysis.multiply_adds,
            "memory": self.settings.batch_size * analysis.bytes_held,
            "time": sum(known) if known else None,
        }

    def share(self, row: CostRow, quantity: Quantity) -> float | None:
        """The share of the whole; None where it is not known."""
        amount, total = self.amount(row, quantity), self.total(quantity)
        return None if amount is None or total is None else share(amount, total)

    def is_over(self, row: CostRow, quantity: Quantity) -> bool:
        """Whether a block costs more than its budget; of a group, whether one in there does."""
        if quantity not in self.budgets.block:
            return False
        if not row.is_group:
            return is_over(self.amount(row, quantity), self.budgets.block, quantity)
        if quantity == "time":
            return self._is_slow_inside(row.path)
        # What is inside costs no more than the whole; and uses of one definition are alike inside.
        if not is_over(self.amount(row, quantity), self.budgets.block, quantity):
            return False
        key = quantity, row.like
        if key not in self._over:
            self._over[key] = any(self.is_over(inner, quantity) for inner in row.inside)
        return self._over[key]

    def _is_slow_inside(self, group: GroupPath) -> bool:
        """Whether a block that was measured inside a group, and is no group itself, takes longer than it may."""
        limit, within = self.budgets.block["time"], name_of((*group, ""))
        measured = [name for name in self.forward if name.startswith(within)]
        groups = {name_of(path_of(name)[:-1]) for name in measured}
        return any(self.forward[name] + self.backward.get(name, 0.0) > limit for name in measured if name not in groups)

    def is_whole_over(self, quantity: Quantity) -> bool:
        """Whether the whole costs more than its budget; of memory, what training takes."""
        amount = self.training_memory.total if quantity == "memory" else self.total(quantity)
        return is_over(amount, self.budgets.whole, quantity)

    @cached_property
    def training_memory(self) -> Memory:
        """What it takes to train."""
        return self.analysis.training_memory(self.settings)

    @cached_property
    def over_budget(self) -> tuple[CostRow, ...]:
        """The rows of the network that are over a budget, in its order."""
        limited = tuple(self.budgets.block)
        if not limited:
            return ()
        return tuple(row for row in self.analysis.rows if any(self.is_over(row, quantity) for quantity in limited))
