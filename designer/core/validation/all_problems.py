"""All problems of a design with their places, also inside groups; and mending at once what needs no choice."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from designer.core.edits import group_editing
from designer.core.edits.placed_edits import mended
from designer.core.graph.binding import DataInfo
from designer.core.graph.definition import GroupBlock, frozen_values
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.messages import Fix, Problem
from designer.core.graph.network import NetworkError
from designer.core.inference.bounding import bounded
from designer.core.inference.infer import Inference, infer, infer_after, infer_inside
from designer.core.validation import check
from designer.core.validation.quick_fixes import mendable

_MOST_MENDED = 200


@dataclass(frozen=True)
class Found:
    """A problem, and the groups that lead to the network that its `block` and its fixes belong to."""

    path: GroupPath
    problem: Problem

    @property
    def place(self) -> GroupPath:
        """The groups and the block in them; empty for a problem of the whole network."""
        return (*self.path, self.problem.block) if self.problem.block else self.path

    @property
    def identity(self) -> tuple[GroupPath, tuple[str, str]]:
        """What tells one problem from another, also after an edit."""
        return self.path, self.problem.identity

    def mended(self, design: Design, fix: Fix) -> Design:
        """The whole design after one of its fixes. Raises NetworkError where that cannot be."""
        return group_editing.edited(design, self.path, lambda inner: mended(inner, fix.apply))

    @property
    def only_way(self) -> Fix | None:
        """The fix that nobody has to choose: there is no other, it takes nothing away and guesses nothing."""
        fixes = self.problem.fixes
        return fixes[0] if len(fixes) == 1 and not (fixes[0].loses or fixes[0].guess) else None


def everywhere(problems: Iterable[Problem], inference: Inference) -> list[Found]:
    """Problems where they are: instead of one at a group, all of those inside; each of a definition once."""
    found: dict[object, Found] = {}
    seen: set[Hashable] = set()
    with bounded():
        for problem in problems:
            for definition, item in _unfolded((), "", problem, inference, seen):
                found.setdefault((definition, *item.problem.identity), item)
    return list(found.values())


def _unfolded(
    path: GroupPath, definition: str, problem: Problem, inference: Inference, seen: set[Hashable]
) -> Iterator[tuple[str, Found]]:
    """A problem with the name of the definition that it is in; what a group tells is looked up inside.

    Uses of one definition that take the same have the same inside: it is looked into once.
    """
    if problem.inside is None:
        yield definition, Found(path, problem)
        return
    result = inference.results[problem.block]
    use = result.node.block
    assert isinstance(use, GroupBlock)
    key = id(use.definition), frozen_values(use.values), result.inputs, problem.inside.identity
    if key in seen:
        return
    seen.add(key)
    inner = infer_inside(inference, problem.block)
    for item in mendable(inner) or [problem.inside]:
        yield from _unfolded((*path, problem.block), use.definition.name, item, inner, seen)


def mended_everywhere(design: Design, data: DataInfo | None) -> tuple[Design, list[str]]:
    """The design after every fix that is the only way, and what they were called, in their order.

    A mend may bring the next problem to light, which is mended as well. What is not gone after its fix is left.
    """
    state = _checked(design, None, data)
    done: list[str] = []
    tried: set[object] = set()
    while True:
        chosen = [(item, fix) for item in state.found if item.identity not in tried and (fix := item.only_way)]
        for item, fix in chosen:
            tried.add(item.identity)
            after = _after(state, item, fix, data)
            if after is not None:
                state = after
                done.append(fix.title)
            if len(done) >= _MOST_MENDED:
                return state.design, done
        if not chosen:
            return state.design, done


@dataclass(frozen=True)
class _Checked:
    """A design with its problems."""

    design: Design
    inference: Inference
    found: list[Found]

    def has(self, found: Found) -> bool:
        """Whether a problem is still there."""
        return any(item.identity == found.identity for item in self.found)


def _checked(design: Design, before: Inference | None, data: DataInfo | None) -> _Checked:
    inference = infer_after(before, design.network) if before else infer(design.network)
    return _Checked(design, inference, everywhere(check.problems(design, inference, data), inference))


def _after(state: _Checked, found: Found, fix: Fix, data: DataInfo | None) -> _Checked | None:
    """What comes of a fix; None where another one has mended the problem already, or this one does not."""
    if not state.has(found):
        return None
    try:
        after = _checked(found.mended(state.design, fix), state.inference, data)
    except (NetworkError, ValueError):
        return None
    return None if after.has(found) else after
