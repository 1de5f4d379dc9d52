"""Which recurrent blocks of a network begin with zeros: their states can be carried over from batch to batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from designer.core.graph.binding import Binding, Feature, window_of
from designer.core.graph.definition import GroupBlock, uses
from designer.core.graph.network import Network, Node
from designer.core.graph.roles import RecurrentBlock
from designer.core.graph.training_settings import TrainingSettings
from designer.core.graph.turning import Turned, turned_by


@dataclass(frozen=True)
class StateCarrier:
    """A block whose state is carried over, and the block of the whole network that it is, or is in."""

    node: Node
    at: str
    reads_both_ways: bool = False
    several_times: bool = False
    """Whether it is applied more than once to a batch, as in a group that shares its weights, or at every step."""
    turned_by: str = ""
    """The block before it that has turned the sequence around, so that it reads it from its end; empty for none."""


def carries(network: Network, settings: TrainingSettings) -> bool:
    """Whether a training carries states over from batch to batch: it is wanted, and a block has some."""
    return settings.carry_states and has_states(network)


def has_states(network: Network) -> bool:
    """Whether a block of a network begins with zeros where nothing is carried."""
    return any(True for _ in carrying_blocks(network))


def carrying_blocks(network: Network) -> Iterator[StateCarrier]:
    """The blocks whose states can be carried, those in groups too; not those that start with a state they are given.

    Of uses within a group that have the same values the blocks are named once: there may be more uses than can be
    counted out.
    """
    turned = turned_by(network)
    yield from _begin_with_zeros(network, turned)
    for name, group in uses(network):
        use = StateCarrier(network.nodes[name], name, turned_by=turned.before(name))
        yield from _inside(network, group, use, set())


def _begin_with_zeros(network: Network, turned: Turned, inside: StateCarrier | None = None) -> Iterator[StateCarrier]:
    for node, block in network.of_type(RecurrentBlock):
        if not any(node.inputs[1:]):
            at, several_times = (inside.at, inside.several_times) if inside else (node.id, False)
            yield StateCarrier(node, at, block.bidirectional, several_times, turned.before(node.id))


def _inside(
    network: Network, group: GroupBlock, use: StateCarrier, seen: set[tuple[str, str, bool, bool]]
) -> Iterator[StateCarrier]:
    """Of a use in a network, but for what is `seen`: definitions, values, whether they are repeated, or turned.

    `use` says where it is, whether what it is in is applied several times, and what has turned what it is given.
    """
    use = replace(use, several_times=use.several_times or _is_repeated(network, group))
    key = (group.definition.name, repr(sorted(group.values.items())), use.several_times, bool(use.turned_by))
    if key in seen or not group.can_be_opened:
        return
    seen.add(key)
    turned = turned_by(group.network, use.turned_by)
    yield from _begin_with_zeros(group.network, turned, use)
    for name, inner in uses(group.network):
        yield from _inside(group.network, inner, replace(use, turned_by=turned.before(name)), seen)


def read_by_carriers(network: Network, binding: Binding) -> list[Feature]:
    """The features that reach a block whose state can be carried."""
    taken = {name for item in carrying_blocks(network) for name in network.upstream(item.at)}
    return [feature for name, feature in binding.features.items() if name in taken]


def carried_window(network: Network, binding: Binding) -> int:
    """The steps of a sample from whose end states are carried to the next; 0 where there are none."""
    return max(map(window_of, read_by_carriers(network, binding)), default=0)


def _is_repeated(network: Network, group: GroupBlock) -> bool:
    """Whether the modules inside a group are applied several times to a batch."""
    sharing = sum(group.shared_as == other.shared_as for _, other in uses(network)) if group.shared_as else 0
    return not group.is_its_blocks or sharing > 1 or (bool(group.shared_as) and group.repetitions > 1)
