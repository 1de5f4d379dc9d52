"""What the analyzer says of an amount in full, and its table as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from designer.core.analysis.analysis import CostRow
from designer.core.analysis.costs import Costs
from designer.core.graph.group_paths import name_of
from designer.core.schema import units
from designer.core.schema.units import Quantity

NAMES: dict[Quantity, str] = {
    "parameters": "parameters",
    "multiply_adds": "multiply-adds",
    "memory": "memory",
    "time": "time",
}
"""What a quantity is called in a sentence."""


def exact_amount(amount: float, quantity: Quantity) -> str:
    """An amount to the last one, where it is a count: 36,928 parameters."""
    if quantity in ("memory", "time"):
        return units.shown(amount, quantity)
    return units.named(amount, quantity, exactly=True)


def amount_tip(costs: Costs, row: CostRow, quantity: Quantity, stale: bool) -> str:
    """An amount in full, its share, what it is made of, and its budget."""
    amount, part = costs.amount(row, quantity), costs.share(row, quantity)
    if amount is None or part is None:
        return "Not measured yet" if quantity == "time" else "Its shape is not known yet"
    lines = [f"{exact_amount(amount, quantity)}, {part:.1%} of the whole"]
    if quantity == "time":
        name = name_of(row.path)
        parts = units.time(costs.forward[name]), units.time(costs.backward.get(name, 0.0))
        lines.append(f"Forward {parts[0]}, backward {parts[1]}")
    if quantity == "parameters" and row.shared_with:
        lines.append(f"Its weights are those of '{row.shared_with}', and are counted there")
    if quantity == "parameters" and row.trained != amount:
        few = f"Trained: {exact_amount(row.trained, quantity)}; the others are frozen"
        lines.append(few if row.trained else "Frozen: they are not trained")
    if stale and quantity == "time":
        lines.append("Measured before the last edits")
    if costs.is_over(row, quantity):
        limit = units.shown(costs.budgets.block[quantity], quantity)
        lines.append(f"A block inside is over the budget of {limit}" if row.is_group else f"Over the budget of {limit}")
    return "\n".join(lines)


def total_tip(costs: Costs, quantity: Quantity) -> str:
    """A total in full, and its budget."""
    amount = costs.total(quantity)
    if amount is None:
        return "Not measured yet"
    if quantity == "memory":
        lines = [memory_words(costs)]
    elif quantity == "time":
        lines = [f"Forward and backward for a batch of {costs.settings.batch_size:,}: {units.time(amount)}"]
    else:
        lines = [exact_amount(amount, quantity)]
    if quantity == "parameters" and costs.analysis.trained != amount:
        lines.append(f"Trained: {exact_amount(costs.analysis.trained, quantity)}; the others are frozen")
    if costs.is_whole_over(quantity):
        lines.append(f"Over the budget of {units.shown(costs.budgets.whole[quantity], quantity)}")
    return "\n".join(lines)


def memory_words(costs: Costs) -> str:
    """What training takes, and what that is made of."""
    needed = costs.training_memory
    parts = [f"{name.replace('_', ' ')} {units.memory(size)}" for name, size in asdict(needed).items()]
    head = f"Training with batches of {costs.settings.batch_size:,} takes about {units.memory(needed.total)}"
    analysis, lengths = costs.analysis, ""
    if analysis.is_per_step:
        lengths = "\nCounted for one step where the length varies, as the data are not known"
    elif analysis.varies:
        lengths = "\nCounted for batches of sequences that are all as long as the longest of the data: others take less"
    return f"{head}:\n" + "\n".join(parts) + lengths


def as_text(costs: Costs, rows: Iterable[CostRow]) -> str:
    """Rows as lines with tabs between, for a spreadsheet: exact numbers, bytes and seconds; the total comes last."""
    lines = ["\t".join(("block", "kind", "output", "parameters", "multiply_adds", "bytes", "forward_s", "backward_s"))]
    lines += ["\t".join(_cells(costs, row)) for row in rows]
    whole = [costs.total("parameters"), costs.total("multiply_adds"), costs.total("memory")]
    for times in (costs.forward, costs.backward):
        whole.append(sum(times.get(row.path[0], 0.0) for row in costs.analysis.rows) if times else None)
    lines.append("\t".join(["total", "", "", *map(_number_or_nothing, whole)]))
    return "\n".join(lines) + "\n"


def _cells(costs: Costs, row: CostRow) -> list[str]:
    name = name_of(row.path)
    numbers = [costs.amount(row, "parameters"), costs.amount(row, "multiply_adds"), costs.amount(row, "memory")]
    numbers += [costs.forward.get(name), costs.backward.get(name)]
    return [name, row.block.kind, str(row.shape or ""), *map(_number_or_nothing, numbers)]


def _number_or_nothing(number: float | None) -> str:
    return "" if number is None else f"{number:.6g}" if isinstance(number, float) else str(number)
