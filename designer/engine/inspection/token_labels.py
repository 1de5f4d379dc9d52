"""The words that the steps of a view stand for, where the sample is a text."""

from __future__ import annotations

from designer.core.graph.binding import Binding
from designer.core.graph.block import Block
from designer.core.graph.definition import GroupBlock
from designer.core.graph.group_paths import path_of
from designer.core.graph.network import AnyBlock, Network
from designer.data.samples import Array, Dataset
from designer.engine.protocol.arrays import Floats
from designer.engine.protocol.requests import Watch

_STEPS = ("L", "Q", "K")


def words_of(
    network: Network, binding: Binding, dataset: Dataset, watch: Watch, axes: tuple[str, ...], values: Floats
) -> tuple[str, ...]:
    """A word for each step of float32 values with these axes.

    None where the block reads no text or several, or its steps are others.
    """
    before = network.upstream(path_of(watch.block)[0])  # of an open group's block, the group
    texts = [item.name for block, item in binding.features.items() if block in before and item.name in dataset.words]
    if len(texts) != 1:
        return ()
    words = dataset.words[texts[0]]
    if axes == ("L",):
        return spelled(values, words)
    numbers = dataset.test.sample(texts[0], watch.sample)
    steps = {size for size, axis in zip(values.shape, axes, strict=True) if axis in _STEPS}
    moved = any(_moves_steps(network.nodes[name].block) for name in before)
    return () if moved or steps != {len(numbers)} else spelled(numbers, words)


def _moves_steps(block: AnyBlock) -> bool:
    """Whether a block, or one inside a group, gives steps in other places than those that it takes."""
    inner = block.definition.network.nodes.values() if isinstance(block, GroupBlock) else ()
    itself = isinstance(block, Block) and block.moves_steps
    return itself or any(_moves_steps(node.block) for node in inner)


def spelled(numbers: Array, words: tuple[str, ...]) -> tuple[str, ...]:
    """The word of each whole number [L]; the number itself where the data have no such word, as for a start token."""
    return tuple(words[number] if 0 <= number < len(words) else str(number) for number in map(int, numbers))
