"""What keeps groups from being trained: blocks inside that lead nowhere."""

from __future__ import annotations

from dataclasses import replace

from designer.core.graph.definition import Definition, uses
from designer.core.graph.messages import Later, Problem
from designer.core.graph.network import Node
from designer.core.graph.roles import GroupEntry
from designer.core.inference.infer import Inference, problem_inside
from designer.core.validation.fixes import fix_inside, remove_fix
from designer.core.validation.quick_fixes import mendable


def loose_ends_inside(inference: Inference) -> list[Problem]:
    """Blocks inside the groups of a network that lead nowhere."""
    seen: set[str] = set()
    return [
        _told_outside(inference.network.nodes[block_id], problem)
        for block_id, block in uses(inference.network)
        if block.definition.name not in seen
        for problem in _loose_ends(block.definition, seen)
    ]


def problems_inside(inference: Inference, definition: Definition) -> list[Problem]:
    """The problems of an open group: those of its blocks, or blocks that lead nowhere."""
    seen: set[str] = set()
    return mendable(inference) or _loose_ends(definition, seen)


def _told_outside(node: Node, problem: Problem) -> Problem:
    fixes = Later(lambda: [fix_inside(node.id, fix) for fix in problem.fixes])
    return replace(problem_inside(node, problem), fixes=fixes)


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
        if node.id not in used and not isinstance(node.block, GroupEntry)
    ]
    for inner, block in uses(network):
        if block.definition.name not in seen:
            listed += [_told_outside(network.nodes[inner], problem) for problem in _loose_ends(block.definition, seen)]
    return listed
