"""What keeps groups from being trained: blocks inside that lead nowhere, and a softmax that the loss would repeat."""

from __future__ import annotations

from designer.core.block import Block
from designer.core.definition import Defined, Definition, uses
from designer.core.expr import Name, Ref
from designer.core.fixes import remove_fix, set_fix
from designer.core.inference import Inference, fix_inside, infer_inside, problem_inside
from designer.core.messages import Fix, Problem
from designer.core.network import Network, block_of, port_of
from designer.core.program import ends_as_loss_begins


def loose_ends_inside(inference: Inference) -> list[Problem]:
    """Blocks inside the groups of a network that lead nowhere."""
    seen: set[str] = set()
    return [
        problem_inside(inference.network.nodes[block_id], problem)
        for block_id, block in uses(inference.network)
        if block.definition.name not in seen
        for problem in _loose_ends(block.definition, seen)
    ]


def problems_inside(inference: Inference, definition: Definition) -> list[Problem]:
    """The problems of an open group: those of its blocks, or blocks that lead nowhere."""
    seen: set[str] = set()
    return inference.problems or _loose_ends(definition, seen)


def _loose_ends(definition: Definition, seen: set[str]) -> list[Problem]:
    """Blocks of a definition whose result no output uses, and those of groups within; each definition is told once."""
    seen.add(definition.name)
    network = definition.network
    used = set().union(*(network.upstream(port) for port in definition.outputs))
    listed = [
        Problem(
            f"{node.block.title} '{node.id}' does not lead to an output: connect or remove it",
            node.id,
            fixes=(remove_fix(node),),
        )
        for node in network.nodes.values()
        if node.id not in used and node.block.kind != "group_input"
    ]
    for inner, block in uses(network):
        if block.definition.name not in seen:
            listed += [problem_inside(network.nodes[inner], problem) for problem in _loose_ends(block.definition, seen)]
    return listed


def applied_twice(inference: Inference) -> list[Problem]:
    """Outputs whose loss applies a softmax (cross-entropy) or a sigmoid (BCE), behind a group that ends with one.

    The shapes of the network are all known.
    """
    network, applied = inference.network, {"cross_entropy": "softmax", "bce": "sigmoid"}
    listed = []
    for node in network.of_kind("output"):
        criterion, ref = getattr(node.block, "criterion", ""), node.inputs[0]
        behind_group = ref is not None and isinstance(network.nodes[block_of(ref)].block, Defined)
        if (
            criterion in applied
            and ref is not None
            and behind_group
            and comes_as_loss_begins(inference, ref, criterion)
        ):
            message = (
                f"Output '{node.id}' applies a {applied[criterion]}, and so does '{node.sources[0]}' before it, "
                f"inside: take the {applied[criterion]} out of the group"
            )
            listed.append(Problem(message, node.sources[0], fixes=_without_ending(network, ref)))
    return listed


def _without_ending(network: Network, ref: str) -> list[Fix]:
    """Takes the activation out that a value ends with; where it is a group's, inside."""
    node = network.nodes[block_of(ref)]
    if isinstance(node.block, Defined):
        inside = node.block.definition.network
        inner = inside.nodes[port_of(ref, node.block)].inputs[0]
        return [fix_inside(node.id, fix) for fix in _without_ending(inside, inner)] if inner else []
    if hasattr(node.block, "activation"):
        return [set_fix(node.id, "activation", "none")]
    return [Fix(remove_fix(node).title, remove_fix(node).apply)] if node.block.kind == "activation" else []


def comes_as_loss_begins(inference: Inference, ref: str, criterion: str) -> bool:
    """Whether an output comes out of a softmax or sigmoid that the loss applies; where it is a group's, inside."""
    node = inference.network.nodes[block_of(ref)]
    block, inputs = node.block, inference.results[node.id].inputs
    if not isinstance(block, Block) or not inputs:
        return False
    port = port_of(ref, block)
    if isinstance(block, Defined):
        inside = infer_inside(inference, node.id)
        inner = inside.network.nodes[port].inputs[0]
        return inner is not None and comes_as_loss_begins(inside, inner, criterion)
    refs = (
        Ref(f"x{place}", "", shape, Name("lengths") if shape.varies else None) for place, shape in enumerate(inputs)
    )
    given = block.forward(*refs)
    value = given[block.output_ports.index(port)] if isinstance(given, tuple) else given
    return ends_as_loss_begins(value, criterion)
