"""What keeps groups from being trained: blocks inside that lead nowhere, and a softmax that the loss would repeat."""

from __future__ import annotations

from designer.core import edits
from designer.core.definition import Definition, uses
from designer.core.inference import Inference, fix_inside
from designer.core.messages import Fix, Problem
from designer.core.network import Node
from designer.core.program import applied_inside, compiled


def group_problems(inference: Inference) -> list[Problem]:
    """The problems of the groups of a network whose shapes are all known."""
    seen: set[str] = set()
    listed = [
        problem
        for block_id, block in uses(inference.network)
        if block.definition.name not in seen
        for problem in _loose_ends(block_id, block.definition, seen)
    ]
    return listed or _applied_twice(inference)


def _loose_ends(block_id: str, definition: Definition, seen: set[str]) -> list[Problem]:
    """Blocks inside whose result no output of the group uses; each definition is told once."""
    seen.add(definition.name)
    network = definition.network
    used = set().union(*(network.upstream(port) for port in definition.outputs))
    listed = [
        Problem(
            f"Group '{block_id}': inside, {node.block.title} '{node.id}' does not lead to an output: "
            "connect or remove it",
            block_id,
            fixes=(_remove_inside(block_id, node),),
        )
        for node in network.nodes.values()
        if node.id not in used and node.block.kind != "group_input"
    ]
    for inner, block in uses(network):
        if block.definition.name not in seen:
            listed += [_from_inside(block_id, problem) for problem in _loose_ends(inner, block.definition, seen)]
    return listed


def _remove_inside(block_id: str, node: Node) -> Fix:
    fix = Fix(f"Remove '{node.id}'", lambda inner: inner.edit(lambda net: edits.remove(net, [node.id])))
    return fix_inside(block_id, fix)


def _from_inside(block_id: str, problem: Problem) -> Problem:
    fixes = tuple(fix_inside(block_id, fix) for fix in problem.fixes)
    return Problem(f"Group '{block_id}': inside, {problem.message}", block_id, fixes=fixes)


def _applied_twice(inference: Inference) -> list[Problem]:
    """Outputs whose loss applies a softmax (cross-entropy) or a sigmoid (BCE), behind a group that ends with one."""
    network, applied = inference.network, {"cross_entropy": "softmax", "bce": "sigmoid"}
    criteria = {node.id: getattr(node.block, "criterion", "") for node in network.of_kind("output")}
    outputs = [network.nodes[name] for name, criterion in criteria.items() if criterion in applied]
    behind = [node for node in outputs if any(network.nodes[name].block.kind == "group" for name in node.sources)]
    if not behind:
        return []
    program = compiled(network, inference)
    return [
        Problem(
            f"Output '{node.id}' applies a {applied[criteria[node.id]]}, and so does the group '{node.sources[0]}' "
            f"before it: take the {applied[criteria[node.id]]} out of the group",
            node.sources[0],
        )
        for node in behind
        if applied_inside(program.results[node.id], program.statements, criteria[node.id])
    ]
