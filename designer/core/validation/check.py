"""Whether a design can be trained: its shapes, its inputs and outputs, and whether it suits its data."""

from __future__ import annotations

from dataclasses import replace

from designer.core.edits import network_edits
from designer.core.graph.binding import DataInfo, bind
from designer.core.graph.block import Block
from designer.core.graph.definition import block_count
from designer.core.graph.design import Design
from designer.core.graph.messages import Fix, Later, Problem
from designer.core.graph.network import Network
from designer.core.graph.registry import find
from designer.core.graph.roles import InputBlock, OutputBlock
from designer.core.inference.infer import Inference, free_ports, infer
from designer.core.validation.check_batches import alone_in_batches
from designer.core.validation.check_data import against_data, against_inputs, suited
from designer.core.validation.check_groups import loose_ends_inside
from designer.core.validation.check_learning import nothing_to_learn
from designer.core.validation.check_states import uncarried
from designer.core.validation.check_twice import applied_twice
from designer.core.validation.fixes import new_source_fix, remove_fix
from designer.core.validation.quick_fixes import MOST, mendable

MAX_BLOCKS = 20_000
"""A network of more is not built."""


def problems(design: Design, inference: Inference | None = None, data: DataInfo | None = None) -> list[Problem]:
    """All that keeps a design from being trained, in the order in which to mend it."""
    found = infer(design.network) if inference is None else inference
    listed = problems_of_use(design, found, data) or nothing_to_learn(found) or alone_in_batches(design, found)
    return listed or (uncarried(design, bind(design.network, data), data) if data else [])


def problems_of_use(design: Design, inference: Inference, data: DataInfo | None) -> list[Problem]:
    """What keeps it from being used as well, where it has learned already."""
    listed = _of_shapes(design, inference, data) or network_problems(inference, data) or applied_twice(inference)
    return listed or (against_data(design, inference, data) if data else [])


def network_problems(inference: Inference, data: DataInfo | None = None) -> list[Problem]:
    """What keeps a network from being a model, whatever its losses and its data, which only say what would mend it."""
    network = inference.network
    return (
        mendable(inference)
        or _too_many(network)
        or _ends(network, data)
        or _loose_ends(network)
        or loose_ends_inside(inference)
    )


def _of_shapes(design: Design, inference: Inference, data: DataInfo | None) -> list[Problem]:
    """Blocks without a shape. An Input that does not suit the data may be the reason, and is mended first."""
    found = mendable(inference)
    if found and not design.network.of_type(InputBlock):
        found = [_with_new_input(design.network, problem, data) for problem in found]
    return against_inputs(design, inference, data) + found if found and data else found


def _with_new_input(network: Network, problem: Problem, data: DataInfo | None) -> Problem:
    """A block that nothing is connected to, in a network without an Input: that is what it lacks."""
    node = network.nodes[problem.block]
    free = free_ports(node)
    if not free:
        return problem
    port = node.block.input_ports.index(free[0])
    added = [new_source_fix(block, node, port) for block in _new("input", network, data)]
    return replace(problem, fixes=Later(lambda: [*added, *problem.fixes]))


def _too_many(network: Network) -> list[Problem]:
    """A few groups within groups can stand for more blocks than any machine holds."""
    count = block_count(network)
    if count <= MAX_BLOCKS:
        return []
    message = (
        f"The network has {count:,} blocks with those inside its groups, and at most {MAX_BLOCKS:,} can be trained"
    )
    return [Problem(f"{message}: use or repeat groups less often")]


def _ends(network: Network, data: DataInfo | None) -> list[Problem]:
    """At least one Input and one Output."""
    listed = []
    if not network.of_type(InputBlock):
        fixes = [_add_fix(block) for block in _new("input", network, data)] if not network.nodes else []
        listed.append(Problem("The network has no Input: add one for the samples", fixes=fixes))
    if not network.of_type(OutputBlock):
        ends = [
            node.id for node in network.nodes.values() if node.block.output_ports and not network.consumers[node.id]
        ]
        fixes = [_append_fix(block, end) for block in _new("output", network, data) for end in ends[:MOST]]
        listed.append(Problem("The network has no Output: add one to name the task", fixes=fixes))
    return listed


def _new(kind: str, network: Network, data: DataInfo | None) -> list[Block]:
    """A new Input or Output as the data wants it; none where there is no such kind."""
    found = find(kind)
    if found is None:
        return []
    return [suited(found(), network, data) if data else found()]


def _add_fix(block: Block) -> Fix:
    return Fix(f"Add {block.title}", lambda design: design.edit(lambda net: network_edits.add(net, block)))


def _append_fix(block: Block, end: str) -> Fix:
    return Fix(
        f"Add {block.title} after '{end}'",
        lambda design: design.edit(lambda net: network_edits.append(net, block, end)),
    )


def _loose_ends(network: Network) -> list[Problem]:
    """Blocks whose result nothing uses. Where nothing but Outputs ends a way, all lead to one."""
    ends = [name for name, taking in network.consumers.items() if not taking]
    if all(isinstance(network.nodes[name].block, OutputBlock) for name in ends):
        return []
    outputs = [node for node, _ in network.of_type(OutputBlock)]
    inputs = [node for node, _ in network.of_type(InputBlock)]
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
