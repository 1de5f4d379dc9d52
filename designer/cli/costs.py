"""What the command check prints of a network's costs, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from designer.cli.columns import table_lines
from designer.core.analysis.analysis import Analysis, CostRow
from designer.core.analysis.listing import Listing
from designer.core.graph.group_paths import name_of
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema import units


def broken(errors: list[dict[str, str]]) -> dict[str, Any]:
    """What is printed of a file that cannot be read, as JSON."""
    return {"valid": False, "blocks": [], "parameters": 0, "trained": 0, "errors": errors}


def report(analysis: Analysis, settings: TrainingSettings, errors: list[dict[str, str]]) -> dict[str, Any]:
    """What a network costs, as JSON."""
    memory = analysis.training_memory(settings)
    listing = Listing(analysis)
    return {
        "valid": not errors,
        "blocks": [_block_report(row, settings.batch_size, listing) for row in analysis.rows],
        "parameters": analysis.parameters,
        "trained": analysis.trained,
        "multiply_adds": analysis.multiply_adds,
        "batch_size": settings.batch_size,
        "training_bytes": {**asdict(memory), "total": memory.total},
        "errors": errors,
    }


def _block_report(row: CostRow, batch_size: int, listing: Listing) -> dict[str, Any]:
    """Multiply-adds of sequences whose length varies are counted for one step, bytes for the longest of the data.

    A group in a vast network that is like one that was told before has its path as `like`, instead of its blocks.
    """
    block: dict[str, Any] = {
        "id": row.path[-1],
        "kind": row.block.kind,
        "output_shape": list(row.shape.sizes) if row.shape else None,
        "parameters": row.parameters,
        "trained": row.trained,
        "multiply_adds": row.multiply_adds,
        "activation_bytes": batch_size * row.bytes_held,
    }
    if row.is_group:
        inside = listing.inside(row)
        block["blocks"] = [_block_report(inner, batch_size, listing) for inner in inside.rows]
        if inside.like:
            block["like"] = name_of(inside.like)
    return block


def print_table(analysis: Analysis, settings: TrainingSettings) -> None:
    """What a network costs, a line for each block, and what it takes to train."""
    batch = settings.batch_size
    rows: list[tuple[str, ...]] = [("block", "kind", "output shape", "parameters", "multiply-adds", "memory")]
    rows += _lines(analysis.rows, batch, Listing(analysis))
    rows.append(("total", "", "", *_amounts(analysis, batch)))
    for line in table_lines(rows, left=3):
        print(line)
    if analysis.trained != analysis.parameters:
        print(f"\n{units.parameters(analysis.parameters, analysis.trained, exactly=True)}")
    needed = analysis.training_memory(settings)
    print(
        f"\ntraining with batches of {batch:,} takes about {units.memory(needed.total)}{_lengths(analysis)}: ", end=""
    )
    print(", ".join(f"{name.replace('_', ' ')} {units.memory(size)}" for name, size in asdict(needed).items()))


def _lengths(analysis: Analysis) -> str:
    """For how many steps memory is counted, where lengths vary."""
    if analysis.is_per_step:
        return ", for one step of what varies in length"
    return ", less where a batch has no sequence as long as the longest of the data" if analysis.varies else ""


def _lines(rows: Iterable[CostRow], batch: int, listing: Listing) -> list[tuple[str, ...]]:
    """A line for each block, those inside a group below it and set in."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        indent = "  " * (len(row.path) - 1)
        shape = str(row.shape) if row.shape else "?"
        found.append((indent + row.path[-1], row.block.kind, shape, *_amounts(row, batch)))
        inside = listing.inside(row)
        if inside.like:
            found.append((f"{indent}  as in {name_of(inside.like)}", "", "", "", "", ""))
        found += _lines(inside.rows, batch, listing)
    return found


def _amounts(of: CostRow | Analysis, batch: int) -> tuple[str, str, str]:
    """Parameters and multiply-adds to the last one, and the memory of a batch."""
    return (
        units.exact(of.parameters, "parameters"),
        units.exact(of.multiply_adds, "multiply_adds"),
        units.memory(batch * of.bytes_held),
    )
