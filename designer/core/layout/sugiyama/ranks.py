"""In which row each card lies."""

from __future__ import annotations

from designer.core.layout.sugiyama.graph import Cards


def ranks(cards: Cards) -> list[int]:
    """The row of each card, counted from 0 at the top; every edge leads downwards.

    A card lies right below the lowest of its sources (the longest way from an Input). What then hangs far above its
    consumer goes down to it, where that makes the edges shorter in sum: a second Input comes to where it is used.
    The sum is what Gansner et al. 1993 minimise; their network simplex finds the least one, this a good one at once.
    """
    count = len(cards.names)
    sources: list[list[int]] = [[] for _ in range(count)]
    consumers: list[list[int]] = [[] for _ in range(count)]
    for edge in cards.edges:
        sources[edge.target].append(edge.source)
        consumers[edge.source].append(edge.target)
    rank = [0] * count
    for vertex in range(count):
        rank[vertex] = max((rank[source] + 1 for source in sources[vertex]), default=0)
    held = _held(sources, consumers)
    for vertex in reversed(range(count)):
        lowest = min((rank[consumer] - 1 for consumer in consumers[vertex]), default=rank[vertex])
        if len(consumers[vertex]) > held[vertex]:
            rank[vertex] = lowest
    top = min(rank, default=0)
    return [row - top for row in rank]


def _held(sources: list[list[int]], consumers: list[list[int]]) -> list[int]:
    """For each card, how many edges grow by a row when it goes down by one, with all that can follow it at no cost."""
    held: list[int] = []
    for vertex, above in enumerate(sources):
        alone = [all(consumer == vertex for consumer in consumers[source]) for source in above]
        held.append(sum(min(1, held[source]) if follows else 1 for source, follows in zip(above, alone, strict=True)))
    return held
