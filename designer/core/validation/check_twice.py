"""A softmax before a cross-entropy, or a sigmoid before a binary one, which the loss would apply once more.

Straight before the Output the model leaves it out (`compile.compiled`). Where a Dropout, a Reverse, a mean, the edge of
a group or anything else that keeps probabilities what they are stands between them, it has to be taken out by hand.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from designer.core.graph.block import Block
from designer.core.graph.definition import GroupBlock, frozen_values
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.messages import Fix, Problem
from designer.core.graph.network import Node, block_of, port_of
from designer.core.graph.roles import GroupEntry, Link, OutputBlock
from designer.core.inference.compile import ends_as_loss_begins
from designer.core.inference.infer import Inference, infer_inside
from designer.core.ir.expr import Expr, Name, Op, Ref
from designer.core.validation.fixes import fix_inside, remove_fix, set_fix

_MAKE_PROBABILITIES: tuple[Link, ...] = ("softmax", "sigmoid")
"""What the losses begin with that work on logits."""


@dataclass(frozen=True)
class _Found:
    """A block that gives probabilities, and the groups that lead to it from outside."""

    node: Node
    groups: GroupPath = ()


@dataclass
class _Origin:
    """Where the numbers of a value come from that are probabilities: blocks, and inputs of the group that it is in."""

    found: dict[tuple[str, str], _Found] = field(default_factory=dict)
    inputs: dict[str, None] = field(default_factory=dict)


def applied_twice(inference: Inference) -> list[Problem]:
    """Outputs whose loss applies what has been applied before. The shapes of the network are all known."""
    listed = []
    for node, block in inference.network.of_type(OutputBlock):
        link, ref = block.link, node.inputs[0]
        if link in _MAKE_PROBABILITIES and ref is not None:
            found = _Search(link).before(inference, ref)
            if found:
                listed.append(_problem(node, link, found))
    return listed


def comes_as_loss_begins(inference: Inference, ref: str, link: Link) -> bool:
    """Whether an output comes straight out of a softmax or sigmoid that the loss applies, be it inside a group."""
    ref = _unchanged(inference, ref)
    node = inference.network.nodes[block_of(ref)]
    if not isinstance(node.block, GroupBlock):
        return _ending(inference, ref, link) is not None
    if not inference.results[node.id].inputs:
        return False
    inside = infer_inside(inference, node.id)
    inner = inside.network.nodes[port_of(ref, node.block)].inputs[0]
    return inner is not None and comes_as_loss_begins(inside, inner, link)


def _ending(inference: Inference, ref: str, link: Link) -> Op | None:
    """The softmax or sigmoid that a block ends with, as it stands in what the block computes."""
    value = _given(inference, ref)
    return value if isinstance(value, Op) and ends_as_loss_begins(value, link) else None


def _unchanged(inference: Inference, ref: str) -> str:
    """Where a value comes from, behind blocks that compute nothing, such as a Rescale by 1: no model has them."""
    while isinstance(value := _given(inference, ref), Ref):
        before = inference.network.nodes[block_of(ref)].inputs[int(value.block.removeprefix("x"))]
        if before is None:
            return ref
        ref = before
    return ref


def _given(inference: Inference, ref: str) -> Expr | None:
    """What a block computes for an output, of its inputs x0, x1 and so on; None for groups, and without shapes."""
    node = inference.network.nodes[block_of(ref)]
    block, inputs = node.block, inference.results[node.id].inputs
    if not isinstance(block, Block) or isinstance(block, GroupBlock) or not inputs:
        return None
    refs = (
        Ref(f"x{place}", "", shape, Name("lengths") if shape.varies else None) for place, shape in enumerate(inputs)
    )
    given = block.forward(*refs)
    return given[block.output_ports.index(port_of(ref, block))] if isinstance(given, tuple) else given


class _Search:
    """Follows values back to where they became probabilities; looks into each group once for each of its outputs."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._known: dict[Hashable, _Origin | None] = {}

    def before(self, inference: Inference, ref: str) -> list[_Found]:
        """The blocks that have made probabilities of what reaches an Output, beside a last one that is left out."""
        ref = _unchanged(inference, ref)
        node = inference.network.nodes[block_of(ref)]
        left_out = _ending(inference, ref, self._link)
        if left_out is not None:
            if not isinstance(left_out.args[1], Ref) or not node.inputs[0]:
                return []
            ref = node.inputs[0]
        origin = self._origin(inference, ref)
        return list(origin.found.values()) if origin else []

    def _origin(self, inference: Inference, ref: str) -> _Origin | None:
        """Where a value comes from; None where some of its numbers are no probabilities."""
        origin, pending, seen = _Origin(), [ref], set[str]()
        while pending:
            item = pending.pop()
            if item in seen:
                continue
            seen.add(item)
            before = self._step(inference, item, origin)
            if before is None:
                return None
            pending += before
        return origin

    def _step(self, inference: Inference, ref: str, origin: _Origin) -> list[str] | None:
        """What to look at next; None where a block gives no probabilities."""
        node = inference.network.nodes[block_of(ref)]
        block = node.block
        if isinstance(block, GroupEntry):
            origin.inputs[node.id] = None
            return []
        if isinstance(block, GroupBlock):
            return self._through(inference, node, block, port_of(ref, block), origin)
        if isinstance(block, Block) and block.hands_on_probabilities:
            values = node.inputs[: len(block.input_ports) - len(block.optional)]  # others only say where there are some
            return [source for source in values if source] or None
        if _ending(inference, ref, self._link) is None:
            return None
        origin.found["", node.id] = _Found(node)
        return []

    def _through(
        self, inference: Inference, node: Node, block: GroupBlock, port: str, origin: _Origin
    ) -> list[str] | None:
        """What is found inside a group, and what enters it."""
        key = (block.definition.name, frozen_values(block.values), inference.results[node.id].inputs, port)
        if key not in self._known:
            inside = infer_inside(inference, node.id)
            inner = inside.network.nodes[port].inputs[0]
            self._known[key] = self._origin(inside, inner) if inner else None
        within = self._known[key]
        if within is None:
            return None
        for (name, block_id), found in within.found.items():
            place = (name or block.definition.name, block_id)
            origin.found.setdefault(place, _Found(found.node, (node.id, *found.groups)))
        given: Mapping[str, str | None] = dict(zip(block.input_ports, node.inputs, strict=False))
        sources = [given.get(name) for name in within.inputs]
        return None if None in sources else [source for source in sources if source]


def _problem(output: Node, link: Link, found: list[_Found]) -> Problem:
    """One for each Output, that takes out all at once: a part alone would leave logits beside probabilities."""
    first = found[0]
    names = " and ".join(f"'{item.node.id}'" + _where(item) for item in found[:3])
    if len(found) > 3:
        names += f" and {len(found) - 3} more"
    does = "so does" if len(found) == 1 else "so do"
    has_field = _has_field(first.node)
    ways = "set activation to none" if has_field else "remove it" if len(found) == 1 else "remove them"
    message = f"Output '{output.id}' applies a {link}, as its loss works on logits, and {does} {names} before it"
    problem = Problem(f"{message}: {ways}", first.node.id, "activation" if has_field else "", _out_of(first.node))
    for group in reversed(first.groups):
        problem = Problem(problem.message, group, inside=problem)
    return replace(problem, fixes=_together([_fixes(item) for item in found]))


def _where(found: _Found) -> str:
    return f" inside '{found.groups[0]}'" if found.groups else ""


def _has_field(node: Node) -> bool:
    """Whether the softmax or sigmoid is a parameter, that can be none."""
    return isinstance(node.block, Block) and "activation" in node.block.form_fields()


def _out_of(node: Node) -> list[Fix]:
    """What takes it out where it stands; nothing for a kind of somebody's own, which does other things as well."""
    if _has_field(node):
        return [set_fix(node.id, "activation", "none")]
    removing = remove_fix(node)
    return [Fix(removing.title, removing.apply)] if node.block.kind == "activation" else []


def _fixes(found: _Found) -> list[Fix]:
    fixes = _out_of(found.node)
    for group in reversed(found.groups):
        fixes = [fix_inside(group, fix) for fix in fixes]
    return fixes


def _together(fixes: list[list[Fix]]) -> list[Fix]:
    if not all(fixes) or len(fixes) == 1:
        return fixes[0]
    first, *others = [fix for (fix,) in fixes]
    title = f"{first.title}, and likewise for {len(others)} more"
    return [Fix(title, lambda design: reduce(lambda so_far, fix: fix.apply(so_far), [first, *others], design))]
