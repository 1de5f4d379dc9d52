"""Large networks: how long it takes to open one, to edit it, and to find its problems again.

    python -m benchmarks.large_network [--rounds N] [--blocks 10 100 1000 3000] [--window]

Two networks of each size, one a chain of convolutions, one of residual units with two ways through each. Medians of
the rounds, in milliseconds of this process's own time, so that what else runs counts little:

- open: the text of a file to a design (parsed, validated, put in order), its shapes and its problems.
- set: another activation for a block in the middle, which changes no shape; then the shapes and the problems.
- resize: another kernel size for the first block, after which every shape is another one; then shapes and problems.
- insert: a Dropout in the middle; then shapes and problems.
- remove: that Dropout again (in the window: a block); then shapes and problems.

`growth` compares two neighbouring sizes: time / blocks of the larger one, against that of the smaller one. 1.0 grows
as the network does. With --window, the same in the real window, with all its panels, until it is drawn; each edit is
undone again, outside the time. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from statistics import median

from benchmarks.stage import pause, stage
from designer.core import check, edits, files
from designer.core.block import Block
from designer.core.design import Design
from designer.core.inference import Inference, infer
from designer.core.network import Network, Node
from designer.core.registry import find

SIZE = 32
COLUMNS = ("open", "set", "resize", "insert", "remove")


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
    }
    return {
        "open": milliseconds(opened, rounds),
        **{name: milliseconds(run, rounds) for name, run in changes.items()},
    }


def in_window(network: Network, rounds: int) -> dict[str, float]:
    """Milliseconds by column, of the window; an edit is made to the block that the inspector shows."""
    text = files.dumps(Design(network))
    convs = network.of_kind("conv2d")
    first, middle = convs[0].id, convs[len(convs) // 2].id
    with stage() as (window, _):
        editor = window.editor

        def opened() -> None:
            editor.open(files.parse(text), None)
            pause(0)

        def drawn(change: Callable[[], object]) -> float:
            times = []
            for _ in range(rounds):
                times.append(milliseconds(lambda: (change(), pause(0)), 1))
                editor.stack.undo()
                pause(0)
            return median(times)

        times = {"open": milliseconds(opened, rounds)}
        window.scene.select(middle)
        times["set"] = drawn(lambda: editor.set_param(middle, "activation", "relu"))
        times["resize"] = drawn(lambda: editor.set_param(first, "kernel_size", (1, 2)))
        times["insert"] = drawn(lambda: editor.insert("dropout", middle, 0, editor.design.view.positions[middle]))
        times["remove"] = drawn(lambda: editor.remove([middle]))
    return times


def main() -> None:
    """Prints a table for each sort of network."""
    parser = argparse.ArgumentParser(description="Times of large networks.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--blocks", type=int, nargs="+", default=[10, 100, 1000, 3000])
    parser.add_argument("--window", action="store_true")
    arguments = parser.parse_args()
    measure = in_window if arguments.window else measured
    infer(chain(10))
    for build in (chain, residual):
        print(f"\n{build.__name__:>10}  blocks  " + "".join(f"{name + ' ms':>11}  growth" for name in COLUMNS))
        before: tuple[int, dict[str, float]] | None = None
        for blocks in arguments.blocks:
            network = build(blocks)
            count = len(network.nodes)
            times = measure(network, arguments.rounds)
            print(f"{'':>10}  {count:6}  " + "".join(_cell(name, count, times, before) for name in COLUMNS))
            before = count, times


def _cell(name: str, count: int, times: dict[str, float], before: tuple[int, dict[str, float]] | None) -> str:
    growth = "" if before is None else f"{times[name] / count / (before[1][name] / before[0]):.2f}"
    return f"{times[name]:11.2f}  {growth:>6}"


if __name__ == "__main__":
    main()
