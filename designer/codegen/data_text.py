"""The sections of a script that bring in the data: constants, tensors and batches."""

from __future__ import annotations

from collections.abc import Iterator

from designer.codegen.plan import ScriptPlan
from designer.codegen.recipe_text import constant_of
from designer.core.graph.binding import LENGTHS
from designer.core.ir.expr import literal

_DEVICES = {
    "auto": '"cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"',
    "cpu": '"cpu"',
    "cuda": '"cuda"',
    "mps": '"mps"',
}


def constants(plan: ScriptPlan) -> list[str]:
    """The numbers that a person may want to change, at the top of the script."""
    settings = plan.settings
    lines = ["FOLDER = Path(__file__).resolve().parent"]
    if plan.weights:
        lines.append(f"WEIGHTS = FOLDER / {literal(plan.weights)}")
    lines += [f"{constant_of(name)} = {literal(getattr(settings, name))}" for name in plan.told]
    if not plan.takes_all:
        names = [*plan.columns, *(name + LENGTHS for name in plan.varying)]
        lines.append(f"COLUMNS = {literal(tuple(names))}")
    if len(plan.goals) > 1 and any(item.goal.weight != 1 for item in plan.goals):
        weights = (f"{literal(item.goal.output)}: {item.goal.weight}" for item in plan.goals)
        lines.append(f"LOSS_WEIGHTS = {{{', '.join(weights)}}}")
    return [*lines, f"DEVICE = {_DEVICES[settings.device]}"]


def data_sections(plan: ScriptPlan) -> Iterator[list[str]]:
    """The functions between the reader and the training loop."""
    yield list(_to_tensors(plan))
    yield list(_batches(plan))


def _to_tensors(plan: ScriptPlan) -> Iterator[str]:
    yield "def to_tensors(columns: dict[str, np.ndarray]) -> dict[str, Tensor]:"
    note = "; images lie channels-last, which convolutions like best" if plan.images else ""
    yield f'    """The columns on the device{note}."""'
    moves = plan.settings.device != "cpu"
    moved = ".to(DEVICE)" if moves and not plan.varying else ""
    made = f"{{name: torch.from_numpy(values){moved} for name, values in columns.items()}}"
    if not plan.takes_all:
        made = f"{{name: torch.from_numpy(columns[name]){moved} for name in COLUMNS}}"
    if not plan.images and not (moves and plan.varying):
        yield f"    return {made}"
        return
    yield f"    tensors = {made}"
    if moves and plan.varying:
        yield "    # The lengths stay on the CPU, where packing wants them."
        for name in plan.columns:
            yield f'    tensors["{name}"] = tensors["{name}"].to(DEVICE)'
    for name in plan.images:
        yield f'    tensors["{name}"] = tensors["{name}"].contiguous(memory_format=torch.channels_last)'
    yield "    return tensors"


def _batches(plan: ScriptPlan) -> Iterator[str]:
    yield "def batches(samples: dict[str, Tensor], order: Tensor, size: int) -> Iterator[dict[str, Tensor]]:"
    joins = plan.settings.batch_size > 1
    cut = "; sequences are cut to the longest of each" if plan.varying else ""
    yield f'    """Batches of the samples in this order{cut}."""'
    if joins:
        yield "    parts = list(torch.split(order, size))"
        yield "    if len(parts) > 1 and len(parts[-1]) == 1:  # batch norm cannot learn from a single sample"
        yield "        parts[-2:] = [torch.cat(parts[-2:])]"
    yield f"    for rows in {'parts' if joins else 'torch.split(order, size)'}:"
    rows = "rows" if plan.settings.device == "cpu" else "rows.to(values.device)"
    taken = f"{{name: values.index_select(0, {rows}) for name, values in samples.items()}}"
    if not plan.varying:
        yield f"        yield {taken}"
        return
    yield f"        batch = {taken}"
    for name in plan.varying:
        yield f'        batch["{name}"] = batch["{name}"][:, : batch["{name}{LENGTHS}"].max()]'
    yield "        yield batch"
