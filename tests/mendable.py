"""What inference finds wrong, with the ways out that `quick_fixes` finds for it."""

from __future__ import annotations

from designer.core.graph.messages import Problem
from designer.core.graph.network import Network
from designer.core.inference.infer import Inference, infer
from designer.core.validation.quick_fixes import with_fixes


def mendable_problem(network: Network, block_id: str) -> Problem:
    """The problem of a block, with its fixes."""
    return problem_at(infer(network), block_id)


def problem_at(inference: Inference, block_id: str) -> Problem:
    """The problem of a block, of what was inferred already."""
    problem = inference.results[block_id].problem
    assert problem is not None
    return with_fixes(problem, inference)
