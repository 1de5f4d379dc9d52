"""What a network has to know of its data: the columns of a sample, and which of them each Input and Output takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from designer.core.graph.data_settings import Drawn, KnownData, KnownFeature, KnownTarget, Marks, Missing
from designer.core.graph.network import Network, Node
from designer.core.graph.roles import OF_LOGITS, InputBlock, OutputBlock, Task
from designer.core.schema.shape import Shape, features

T = TypeVar("T")
LENGTHS = "_lengths"
"""The lengths of a column `words` are in the column `words_lengths`."""


@dataclass(frozen=True)
class Feature:
    """A column that an Input can take: its shape and, for tokens, how many there are (0 is the padding)."""

    name: str
    shape: Shape
    vocabulary: int | None = None
    longest: int | None = None
    """The most steps that a sample has, where the length varies."""
    numbers: tuple[str, ...] = ()
    """What each of the numbers of features F, or of a step of L×F, is where the data say it: columns of a table."""
    raw: int = 0
    """So many of these, the first ones, are in units of their own and may be missing, which NaN stands for: they are
    brought to a mean of 0 and a deviation of 1 when the data are put together, by the samples to learn from."""
    missing: Missing = "mean"
    """What stands for a number that is missing."""
    drawn_as: Drawn = ""
    """How a sample is drawn where its shape does not say it; "points": its steps are the x and y of points of a set."""


@dataclass(frozen=True)
class Target:
    """A column that an Output can learn: classes (their names), or numbers where there are none.

    The shape is F for a value of the whole sample (1 for a class); L for a class, and L×F for numbers, at each step.
    """

    name: str
    shape: Shape
    classes: tuple[str, ...] | None = None
    marks: Marks = ""
    """What its numbers mark in a sample's picture; "box": x and y of the centre, width and height, as shares of it."""

    @property
    def per_step(self) -> bool:
        """Whether there is a value for each step of a sequence."""
        return self.shape.names[0] == "L"

    @property
    def task(self) -> Task:
        """The task that it calls for."""
        if self.per_step:
            return "sequence_to_sequence"
        return "regression" if self.classes is None else "classification"

    @property
    def outputs(self) -> int:
        """The numbers that the network has to give for a sample, or for each step."""
        return self.shape.last if self.classes is None else len(self.classes)


@dataclass(frozen=True)
class DataInfo:
    """A data source without its samples: what there is to learn from, and what there is to learn.

    Samples that share something must not be on both sides when some are kept apart to validate with. A source of which
    that is true has one column more that says so, beside those that can be taken and learned.
    """

    name: str
    title: str
    features: tuple[Feature, ...]
    targets: tuple[Target, ...]
    groups: str = ""
    """The column, int64 [N], with the same number in samples that are made of the same things."""
    spans: str = ""
    """The column, int64 [N, 2], with the times from a window's first value up to the one behind its last."""
    held: str = ""
    """The column, bool [N], of the training samples that the data themselves keep apart to validate with."""
    stride: int = 0
    """Steps from the beginning of a window to that of the next, where samples are windows; 0 where it is not known."""

    def feature(self, name: str) -> Feature | None:
        """The feature of that name, if there is one."""
        return next((item for item in self.features if item.name == name), None)

    def target(self, name: str) -> Target | None:
        """The target of that name, if there is one."""
        return next((item for item in self.targets if item.name == name), None)


def info_of(known: KnownData, source: str) -> DataInfo:
    """What a file says that was found in a person's own data."""
    features = tuple(
        Feature(
            item.name,
            item.shape,
            item.vocabulary,
            item.longest,
            item.numbers,
            item.raw,
            item.missing,
            item.drawn_as,
        )
        for item in known.features
    )
    targets = tuple(Target(item.name, item.shape, item.classes, item.marks) for item in known.targets)
    return DataInfo(source, known.title, features, targets, known.groups, known.spans, known.held, known.stride)


def known_of(info: DataInfo, **more: Any) -> KnownData:
    """The same, as a file holds it; `more` are its other fields."""
    return KnownData(
        title=info.title,
        features=tuple(
            KnownFeature(
                name=item.name,
                axes=item.shape.names,
                sizes=item.shape.sizes,
                vocabulary=item.vocabulary,
                longest=item.longest,
                numbers=item.numbers,
                raw=item.raw,
                missing=item.missing,
                drawn_as=item.drawn_as,
            )
            for item in info.features
        ),
        targets=tuple(
            KnownTarget(
                name=item.name,
                axes=item.shape.names,
                sizes=item.shape.sizes,
                classes=item.classes,
                marks=item.marks,
            )
            for item in info.targets
        ),
        groups=info.groups,
        spans=info.spans,
        held=info.held,
        stride=info.stride,
        **more,
    )


def one_to_one(
    name: str,
    title: str,
    feature: Feature,
    target: str,
    classes: tuple[str, ...] | None = None,
    *,
    numbers: int = 1,
    stride: int = 0,
    **shared: str,
) -> DataInfo:
    """Data with one feature, and one target for each whole sample: a class, or some numbers.

    `shared` names the column of what samples share, as DataInfo's `groups` or `spans`.
    """
    size = numbers if classes is None else 1
    return DataInfo(name, title, (feature,), (Target(target, features(size), classes),), stride=stride, **shared)


@dataclass(frozen=True)
class Binding:
    """Which column each Input takes and each Output learns, by block. A block for which there is none is left out."""

    features: dict[str, Feature] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The columns that the model's forward takes: for each Input its values and, where they vary, its lengths."""
        names: list[str] = []
        for item in self.features.values():
            names += [item.name, item.name + LENGTHS] if item.shape.varies else [item.name]
        return tuple(names)


def bind(network: Network, data: DataInfo) -> Binding:
    """Gives each Input and Output the column that it names; without a name, the first one that is not taken yet.

    An autoencoder's target is a feature: the one it names, or that of the first Input that it depends on.
    """
    inputs = {node.id: block.feature for node, block in network.of_type(InputBlock)}
    outputs = network.of_type(OutputBlock)
    chosen = _bound(inputs, {item.name: item for item in data.features})
    learning = {node.id: block.target for node, block in outputs if not block.copies}
    targets = _bound(learning, {item.name: item for item in data.targets})
    copied = {node.id: _copied(network, node, block, data, chosen) for node, block in outputs if block.copies}
    found = {node.id: targets.get(node.id) or copied.get(node.id) for node, _ in outputs}
    return Binding(chosen, {block: item for block, item in found.items() if item is not None})


@dataclass(frozen=True)
class NextToken:
    """A network that tells what follows each token of a text: what it reads, and the Output that tells it."""

    feature: Feature
    output: str
    classes: tuple[str, ...]


def next_token_of(network: Network, data: DataInfo) -> NextToken | None:
    """What tells the next token of data that are pieces of one long text; None where the network does not.

    One Input alone reads the text, and an Output learns a class at each step: the tokens themselves, with or without
    that which stands for nothing.
    """
    binding, inputs = bind(network, data), network.of_type(InputBlock)
    if len(inputs) != 1 or len(binding.features) != 1 or not data.spans:
        return None
    (feature,) = binding.features.values()
    for node, output in network.of_type(OutputBlock):
        target = binding.targets.get(node.id)
        if target is None or not (target.per_step and target.classes) or output.criterion not in OF_LOGITS:
            continue
        if feature.vocabulary in (len(target.classes), len(target.classes) + 1):
            return NextToken(feature, node.id, target.classes)
    return None


def window_of(feature: Feature) -> int:
    """The steps of each sample of a feature; 0 where it has none, or they differ."""
    shape = feature.shape
    return shape.sizes[0] or 0 if shape.names[0] == "L" else 0


def longest_of(network: Network, data: DataInfo | None) -> dict[str, int]:
    """For each Input whose length varies the most steps that its column has, as far as the data are known."""
    found = bind(network, data).features if data else {}
    return {block: item.longest for block, item in found.items() if item.longest and item.shape.varies}


def _bound(wanted: Mapping[str, str], columns: Mapping[str, T]) -> dict[str, T]:
    """A column for each block: `wanted` has the name that it gives, empty for none."""
    named = dict(wanted)
    free = [name for name in columns if name not in named.values()]
    for block, name in named.items():
        if not name and free:
            named[block] = free.pop(0)
    return {block: columns[name] for block, name in named.items() if name in columns}


def _copied(
    network: Network, node: Node, block: OutputBlock, data: DataInfo, chosen: Mapping[str, Feature]
) -> Target | None:
    before = network.upstream(node.id)
    first = next((item for name, item in chosen.items() if name in before), None)
    source = data.feature(block.target) if block.target else first
    return Target(source.name, source.shape) if source else None


@dataclass(frozen=True)
class Split:
    """How validation samples are chosen: a function of `designer.recipe.splitting`, and the column it is given.

    Without a column it is given their number.
    """

    function: str
    column: str = ""


def split_of(data: DataInfo, targets: Iterable[Target]) -> Split:
    """The split that suits the data: as they say, in time, by groups, or so that the first target's classes keep their
    balance.
    """
    if data.held:
        return Split("split_as_given", data.held)
    if data.spans:
        return Split("split_by_time", data.spans)
    if data.groups:
        return Split("split_by_group", data.groups)
    labels = next((target.name for target in targets if target.classes and not target.per_step), "")
    return Split("split_by_class", labels) if labels else Split("split_by_chance")
