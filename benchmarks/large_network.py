"""Large networks: how long it takes to open one, to edit it, and to find its problems again.

    python -m benchmarks.large_network [--rounds N] [--blocks 10 100 1000 3000]

Two networks of each size, one a chain of convolutions, one of residual units with two ways through each. Medians of
the rounds, in milliseconds of this process's own time, so that what else runs counts little:

- open: the text of a file to a design (parsed, validated, put in order), its shapes and its problems.
- set: another activation for a block in the middle, which changes no shape; then the shapes and the problems.
- resize: another kernel size for the first block, after which every shape is another one; then shapes and problems.
- insert: a Dropout in the middle; then shapes and problems.
- remove: that Dropout again; then shapes and problems.
- lay out: places for all blocks, from none.  again: from those places, with the Dropout in the middle.
- ways: the ways of all edges around all cards.

`growth` compares two neighbouring sizes: time / blocks of the larger one, against that of the smaller one. 1.0 grows
as the network does. Nothing is asserted. `benchmarks.canvas` measures the window.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from statistics import median

from benchmarks.growth import Row, growth
from benchmarks.networks import chain, made, residual
from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.network import Network, block_of
from designer.core.graph.settings import Position
from designer.core.inference.infer import Inference, infer
from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, input_place, output_of
from designer.core.layout.route_cache import Routes
from designer.core.layout.sugiyama import laid_out
from designer.core.storage import files
from designer.core.validation import check

COLUMNS = ("open", "set", "resize", "insert", "remove", "lay out", "again", "ways")


def milliseconds(action: Callable[[], object], rounds: int) -> float:
    """The median time of an action, as far as the processor worked for it."""
    times = []
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    return 1000 * median(times)


def measured(network: Network, rounds: int) -> dict[str, float]:
    """Milliseconds by column."""
    text = files.dumps(Design(network))
    inference = infer(network)
    middle = list(network.nodes)[len(network.nodes) // 2]
    first = next(node for node in network.nodes.values() if node.block.kind == "conv2d")
    roomy = edits.insert(network, made("dropout"), middle)
    with_dropout = infer(roomy, inference)
    (dropout,) = roomy.of_kind("dropout")
    convs = network.of_kind("conv2d")
    places = laid_out(network)

    def opened() -> None:
        design = files.parse(text)
        check.problems(design, infer(design.network))

    def after(change: Callable[[], Network], before: Inference) -> Callable[[], None]:
        def run() -> None:
            changed = change()
            check.problems(Design(changed), infer(changed, before))

        return run

    changes = {
        "set": after(lambda: edits.set_params(network, convs[len(convs) // 2].id, activation="relu"), inference),
        "resize": after(lambda: edits.set_params(network, first.id, kernel_size=(1, 2)), inference),
        "insert": after(lambda: edits.insert(network, made("dropout"), middle), inference),
        "remove": after(lambda: edits.remove(roomy, [dropout.id]), with_dropout),
        "lay out": lambda: laid_out(network),
        "again": lambda: laid_out(roomy, places),
        "ways": lambda: ways(network, places),
    }
    return {
        "open": milliseconds(opened, rounds),
        **{name: milliseconds(run, rounds) for name, run in changes.items()},
    }


def ways(network: Network, places: dict[str, Position]) -> None:
    """Finds the ways of all edges."""
    routes = Routes()
    for name, (x, y) in places.items():
        routes.put_card(name, (x, y, x + CARD_WIDTH, y + CARD_HEIGHT))
    for node in network.nodes.values():
        for port, ref in enumerate(node.inputs):
            if ref:
                source, (x, y) = block_of(ref), places[node.id]
                left, top = places[source]
                start = (left + output_of(ref, network.nodes[source].block), top + CARD_HEIGHT)
                routes.put_edge((node.id, port), ref, source, start, (x + input_place(node, port), y))
    routes.settle()


def main() -> None:
    """Prints a table for each sort of network."""
    parser = argparse.ArgumentParser(description="Times of large networks.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--blocks", type=int, nargs="+", default=[10, 100, 1000, 3000])
    arguments = parser.parse_args()
    infer(chain(10))
    for build in (chain, residual):
        print(f"\n{build.__name__:>10}  blocks  " + "".join(f"{name + ' ms':>11}  growth" for name in COLUMNS))
        before: Row | None = None
        for blocks in arguments.blocks:
            network = build(blocks)
            count = len(network.nodes)
            times = measured(network, arguments.rounds)
            print(f"{'':>10}  {count:6}  " + "".join(_cell(name, (count, times), before) for name in COLUMNS))
            before = count, times


def _cell(name: str, now: Row, before: Row | None) -> str:
    return f"{now[1][name]:11.2f}  {growth(name, now, before):>6}"


if __name__ == "__main__":
    main()
