"""Whether there is anything for a network to learn: blocks may be frozen."""

from __future__ import annotations

from designer.core.edits.learning import unfrozen, with_learning
from designer.core.graph.messages import Fix, Problem
from designer.core.inference.infer import Inference


def nothing_to_learn(inference: Inference) -> list[Problem]:
    """A problem where all that has parameters is frozen."""
    if not inference.parameters or inference.trained:
        return []
    frozen = [name for name, result in inference.results.items() if result.parameters and result.node.block.frozen]
    fixes = [Fix("Unfreeze all blocks", lambda design: design.edit(unfrozen))]
    if frozen:
        last = frozen[-1]
        own = Fix(f"Unfreeze '{last}' alone", lambda design: with_learning(design, [last], frozen=False))
        fixes = [own, *fixes] if len(frozen) > 1 else fixes
    message = "All blocks that have parameters are frozen, and nothing is left to learn: unfreeze one of them or more"
    return [Problem(message, fixes=fixes)]
