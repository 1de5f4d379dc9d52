"""Which recurrent blocks of a network begin with zeros: their states can be carried over from batch to batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from designer.core.graph.binding import Binding, Feature, window_of
from designer.core.graph.definition import GroupBlock, uses
from designer.core.graph.network import Network, Node
from designer.core.graph.roles import RecurrentBlock
from designer.core.graph.training_settings import TrainingSettings


@dataclass(frozen=True)
class StateCarrier:
    """A block whose state is carried over, and the block of the whole network that it is, or is in."""

    node: Node
    at: str
    reads_both_ways: bool = False
    several_times: bool = False
    """Whether it is applied more than once to a batch, as in a group that shares its weights, or at every step."""


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
    yield from _begin_with_zeros(network, "", False)
    for name, group in uses(network):
        yield from _inside(network, group, name, False, set())


def _begin_with_zeros(network: Network, at: str, several_times: bool) -> Iterator[StateCarrier]:
    for node, block in network.of_type(RecurrentBlock):
        if not any(node.inputs[1:]):
            yield StateCarrier(node, at or node.id, block.bidirectional, several_times)


def _inside(
    network: Network, group: GroupBlock, at: str, several_times: bool, seen: set[tuple[str, str, bool]]
) -> Iterator[StateCarrier]:
    """Of a use in a network, but for what is `seen`: definitions, values, and whether they are applied repeatedly."""
    several_times = several_times or _is_repeated(network, group)
    key = (group.definition.name, repr(sorted(group.values.items())), several_times)
    if key in seen or not group.can_be_opened:
        return
    seen.add(key)
    yield from _begin_with_zeros(group.network, at, several_times)
    for _, inner in uses(group.network):
        yield from _inside(group.network, inner, at, several_times, seen)


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
