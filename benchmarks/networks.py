"""Networks of any size for the benchmarks: a chain, residual units, and many chains side by side."""

from __future__ import annotations

from designer.core.graph.block import Block
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import find

SIZE = 32
MOST_ADDED = 16


def made(kind: str, **params: object) -> Block:
    """A block of a kind."""
    found = find(kind)
    assert found is not None
    return found.model_validate(params)


class Builder:
    """Puts blocks one behind the other, with ways around some of them."""

    def __init__(self) -> None:
        self.nodes = [Node("input", made("input", sizes=(3, SIZE, SIZE)), ())]

    @property
    def last(self) -> str:
        """The block that was put in last."""
        return self.nodes[-1].id

    def put(self, kind: str, *more: str, **params: object) -> str:
        """A block behind the last one; further inputs come from `more`."""
        self.nodes.append(Node(f"{kind}_{len(self.nodes)}", made(kind, **params), (self.last, *more)))
        return self.last

    def ended(self) -> Network:
        """The network with its end: one number for each channel, ten classes."""
        self.put("flatten")
        self.put("dense", out_features=10)
        self.put("output")
        return Network.of(self.nodes)


def convolution(net: Builder) -> None:
    """A convolution, normalised and rectified."""
    net.put("conv2d", out_channels=8, padding=1)
    net.put("batch_norm2d")
    net.put("activation")


def chain(blocks: int) -> Network:
    """Convolutions one behind the other."""
    net = Builder()
    while len(net.nodes) + 6 < blocks:
        convolution(net)
    return net.ended()


def residual(blocks: int) -> Network:
    """Residual units: two convolutions and the way around them (He et al. 2016)."""
    net = Builder()
    convolution(net)
    while len(net.nodes) + 11 <= blocks:
        start = net.last
        convolution(net)
        convolution(net)
        net.put("add", start)
        net.put("activation")
    return net.ended()


def wide(blocks: int) -> Network:
    """As many chains side by side as each is long, and Adds of all: as much on the screen at once as there can be."""
    net = Builder()
    start, ends = net.last, []
    rows = max(round(blocks**0.5) // 3, 1)
    while len(net.nodes) + 3 * rows + 4 <= blocks or not ends:
        source = start
        for _ in range(rows):
            net.nodes.append(Node(f"conv2d_{len(net.nodes)}", made("conv2d", out_channels=8, padding=1), (source,)))
            net.put("batch_norm2d")
            source = net.put("activation")
        ends.append(source)
    while len(ends) > 1:
        some, ends = ends[:MOST_ADDED], ends[MOST_ADDED:]
        net.nodes.append(Node(f"add_{len(net.nodes)}", made("add", count=len(some)), tuple(some)))
        ends.append(net.last)
    return net.ended()
