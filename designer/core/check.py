"""Whether a design can be trained: its shapes, its inputs and outputs, and whether it suits its data."""

from __future__ import annotations

from dataclasses import dataclass

from designer.core import edits
from designer.core.check_groups import group_problems
from designer.core.design import Design
from designer.core.inference import Inference, infer, set_fix
from designer.core.messages import Fix, Problem
from designer.core.network import Network, Node, block_of
from designer.core.registry import find
from designer.core.shape import Shape


@dataclass(frozen=True)
class DataInfo:
    """What a network has to know of a data source: one sample's shape, and its classes (None: numbers to predict)."""

    name: str
    title: str
    shape: Shape
    classes: tuple[str, ...] | None
    targets: int = 1

    @property
    def task(self) -> str:
        """The task that its targets call for."""
        return "regression" if self.classes is None else "classification"

    @property
    def outputs(self) -> int:
        """The numbers that the network has to give for a sample."""
        return self.targets if self.classes is None else len(self.classes)


def problems(design: Design, inference: Inference | None = None, data: DataInfo | None = None) -> list[Problem]:
    """All that keeps a design from being trained, in the order in which to mend it."""
    found = infer(design.network) if inference is None else inference
    listed = found.problems or _ends(design.network) or _loose_ends(design.network) or group_problems(found)
    return listed or (_against_data(design, found, data) if data else [])


def _ends(network: Network) -> list[Problem]:
    """Exactly one Input and one Output."""
    listed = []
    for kind, title, why in (("input", "Input", "for the samples"), ("output", "Output", "to name the task")):
        nodes = network.of_kind(kind)
        if not nodes:
            listed.append(Problem(f"the network has no {title}: add one {why}", fixes=_add_fixes(network, kind)))
        elif len(nodes) > 1:
            names = " and ".join(f"'{node.id}'" for node in nodes)
            listed.append(Problem(f"the network has more than one {title} ({names}): keep one", nodes[1].id))
    return listed


def _add_fixes(network: Network, kind: str) -> tuple[Fix, ...]:
    """For a missing Output: append it to the last block, where there is just one block that nothing takes from."""
    block_class = find(kind)
    ends = [node.id for node in network.nodes.values() if node.block.output_ports and not network.consumers[node.id]]
    if kind != "output" or block_class is None or len(ends) != 1:
        return ()
    block = block_class()
    return (
        Fix(f"Add Output after '{ends[0]}'", lambda design: design.edit(lambda net: edits.append(net, block, ends[0]))),
    )


def _loose_ends(network: Network) -> list[Problem]:
    """Blocks whose result nothing uses."""
    (output,) = network.of_kind("output")
    used = network.upstream(output.id)
    unused = [node for node in network.nodes.values() if node.id not in used]
    if any(node.block.kind == "input" for node in unused):
        return [Problem(f"Output '{output.id}' does not depend on the Input: connect them", output.id)]
    return [
        Problem(
            f"{node.block.title} '{node.id}' does not lead to the Output: connect or remove it",
            node.id,
            fixes=(_remove_fix(node),),
        )
        for node in unused
    ]


def _remove_fix(node: Node) -> Fix:
    return Fix(f"Remove '{node.id}'", lambda design: design.edit(lambda net: edits.remove(net, [node.id])))


def _against_data(design: Design, inference: Inference, data: DataInfo) -> list[Problem]:
    """The data's sample shape, task and number of classes against the Input and the Output."""
    (source,), (output,) = design.network.of_kind("input"), design.network.of_kind("output")
    listed = []
    if inference.shape(source.id) != data.shape:
        message = (
            f"Input '{source.id}' takes {inference.shape(source.id)}, but the data '{data.title}' gives "
            f"{data.shape.noun} {data.shape}: set its sizes to those of the data"
        )
        listed.append(Problem(message, source.id, "sizes", (set_fix(source.id, "sizes", data.shape.sizes),)))
    task = getattr(output.block, "task", "")
    if task != data.task:
        targets = "classes" if data.classes else "numbers"
        message = f"Output '{output.id}' is for {task}, but the data '{data.title}' has {targets} as targets"
        listed.append(Problem(message, output.id, "task", (set_fix(output.id, "task", data.task),)))
    given = inference.shape(output.id)
    if given is not None and given.last != data.outputs:
        listed.append(_wrong_size(design.network, output, given.last, data))
    return listed


def _wrong_size(network: Network, output: Node, size: int, data: DataInfo) -> Problem:
    wanted = f"{data.outputs} classes" if data.classes else f"{data.outputs} numbers to predict"
    last = _last_sized(network, output)
    if last is None:
        message = f"Output '{output.id}' gets {size} numbers, but the data '{data.title}' has {wanted}"
        fix = Fix(
            f"Insert Dense with {data.outputs} units",
            lambda design: design.edit(lambda net: _insert_dense(net, output.id, data.outputs)),
        )
        return Problem(f"{message}: put a Dense of {data.outputs} before it", output.id, fixes=(fix,))
    message = (
        f"{last.block.title} '{last.id}' gives {size} numbers, but the data '{data.title}' has {wanted}: "
        f"set out_features to {data.outputs}"
    )
    return Problem(message, last.id, "out_features", (set_fix(last.id, "out_features", data.outputs),))


def _insert_dense(network: Network, output_id: str, size: int) -> Network:
    dense = find("dense")
    assert dense is not None
    return edits.insert(network, dense.model_validate({"out_features": size}), output_id)


def _last_sized(network: Network, output: Node) -> Node | None:
    """The Dense that sets the size of the output, through blocks that keep it."""
    source = output.inputs[0]
    while source is not None:
        node = network.nodes[block_of(source)]
        if node.block.kind == "dense":
            return node
        if node.block.kind not in ("dropout", "activation"):
            return None
        source = node.inputs[0]
    return None
