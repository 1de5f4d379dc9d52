"""Whether a design can be trained: its shapes, its inputs and outputs, and whether it suits its data."""

from __future__ import annotations

from designer.core import edits
from designer.core.check_data import against_data, against_inputs, suited
from designer.core.check_groups import applied_twice, loose_ends_inside
from designer.core.data_info import DataInfo
from designer.core.definition import block_count
from designer.core.design import Design
from designer.core.fixes import remove_fix
from designer.core.inference import Inference, infer
from designer.core.messages import Fix, Problem
from designer.core.network import Network
from designer.core.registry import find

MAX_BLOCKS = 20_000
"""A network of more is not built."""


def problems(design: Design, inference: Inference | None = None, data: DataInfo | None = None) -> list[Problem]:
    """All that keeps a design from being trained, in the order in which to mend it."""
    found = infer(design.network) if inference is None else inference
    listed = _of_shapes(design, found, data) or network_problems(found, data) or applied_twice(found)
    return listed or (against_data(design, found, data) if data else [])


def network_problems(inference: Inference, data: DataInfo | None = None) -> list[Problem]:
    """What keeps a network from being a model, whatever its losses and its data, which only say what would mend it."""
    network = inference.network
    return (
        inference.problems
        or _too_many(network)
        or _ends(network, data)
        or _loose_ends(network)
        or loose_ends_inside(inference)
    )


def _of_shapes(design: Design, inference: Inference, data: DataInfo | None) -> list[Problem]:
    """Blocks without a shape. An Input that does not suit the data may be the reason, and is mended first."""
    if not inference.problems or data is None:
        return inference.problems
    return against_inputs(design, inference, data) + inference.problems


def _too_many(network: Network) -> list[Problem]:
    """A few groups within groups can stand for more blocks than any machine holds."""
    count = block_count(network)
    if count <= MAX_BLOCKS:
        return []
    message = (
        f"the network has {count:,} blocks with those inside its groups, and at most {MAX_BLOCKS:,} can be trained"
    )
    return [Problem(f"{message}: use or repeat groups less often")]


def _ends(network: Network, data: DataInfo | None) -> list[Problem]:
    """At least one Input and one Output."""
    wanted = (("input", "Input", "for the samples"), ("output", "Output", "to name the task"))
    return [
        Problem(f"the network has no {title}: add one {why}", fixes=_add_fixes(network, kind, data))
        for kind, title, why in wanted
        if not network.of_kind(kind)
    ]


def _add_fixes(network: Network, kind: str, data: DataInfo | None) -> tuple[Fix, ...]:
    """For a missing Output: append it to the last block, where there is just one block that nothing takes from."""
    block_class = find(kind)
    ends = [node.id for node in network.nodes.values() if node.block.output_ports and not network.consumers[node.id]]
    if kind != "output" or block_class is None or len(ends) != 1:
        return ()
    block = suited(block_class(), network, data) if data else block_class()
    return (
        Fix(f"Add Output after '{ends[0]}'", lambda design: design.edit(lambda net: edits.append(net, block, ends[0]))),
    )


def _loose_ends(network: Network) -> list[Problem]:
    """Blocks whose result nothing uses."""
    outputs, inputs = network.of_kind("output"), network.of_kind("input")
    used: set[str] = set()
    for output in outputs:
        used |= network.upstream(output.id)
    unused = [node for node in network.nodes.values() if node.id not in used]
    if len(outputs) == len(inputs) == 1 and inputs[0] in unused:
        return [Problem(f"Output '{outputs[0].id}' does not depend on the Input: connect them", outputs[0].id)]
    where = "the Output" if len(outputs) == 1 else "an Output"
    return [
        Problem(
            f"{node.block.title} '{node.id}' does not lead to {where}: connect or remove it",
            node.id,
            fixes=(remove_fix(node),),
        )
        for node in unused
    ]
