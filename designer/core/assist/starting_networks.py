"""Networks to begin with for some data: the usual one, a plain one to compare with, and another that may do better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from designer.core.assist.starting_settings import SMALL, LinearPart, is_table
from designer.core.edits.network_edits import free_name, prefix_of
from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.graph.block import Block
from designer.core.graph.definition import Definition
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import find
from designer.core.schema.shape import Shape
from designer.core.validation.check_data import suited_to_feature, suited_to_target

Style = Literal["plain", "usual", "larger"]
_UNITS = 64
_FEW_ROWS = 100
"""Rows of a table below which nothing but a straight line can be told from chance."""
_UNITS_FOR_CLASSES, _UNITS_FOR_NUMBERS, _DROPPED_BESIDE = 16, 32, 0.5
"""Hidden units beside a Dense on all columns of a small table, and how many of them are left out at each step.

Numbers have more of them, as weights are held small there.
"""
_MOST_CHANNELS = 128
_SMALLEST = 7
"""Pixels of height and width at which no more pooling comes."""
_LARGE = 64
"""Pixels of height or width from which the first convolution has fewer channels."""
_STEPS_SEEN = 128
"""About so many steps are left of a longer series whose length is known: kernels of up to 19 see much of it then."""
_COARSE = 4
"""Steps from which a mean of them would lose too much, and a convolution makes one of them instead."""
_KERNELS = (19, 9, 5)


@dataclass(frozen=True)
class StartingNetwork:
    """A network that suits the data, and a line on what it is."""

    style: Style
    title: str
    line: str
    network: Network

    linear: LinearPart = "none"


def starting_networks(data: DataInfo, samples: int = 0) -> tuple[StartingNetwork, ...]:
    """Three networks, the one to begin with first; none where the data have nothing to take or to learn.

    That is the usual one, but of a very small table, of which a linear one learns most, the plain one. `samples` is how
    many there are to learn from, 0 where nobody knows.
    """
    if not data.features or not data.targets:
        return ()
    sort, each_step = _sort(data.features[0].shape), any(target.per_step for target in data.targets)
    words = _WORDS_EACH_STEP if sort in _OF_STEPS and each_step else _WORDS[sort]
    is_wide = 0 < samples <= SMALL and not each_step and is_table(data)
    if is_wide:
        words = (words[0], _WIDE, words[2])
    parts: tuple[LinearPart, ...] = ("all", "beside" if is_wide else "none", "none")
    first: Style = "plain" if sort == "features" and samples < _FEW_ROWS else "usual"
    styles: tuple[Style, ...] = ("plain", "usual", "larger")
    offered = [
        StartingNetwork(style, title, line, _Sketch(data, style, linear == "beside").network(), linear)
        for style, (title, line), linear in zip(styles, words, parts, strict=True)
    ]
    return tuple(sorted(offered, key=lambda item: item.style != first))


def _sort(shape: Shape) -> str:
    """What data of a shape are, as far as networks for them differ."""
    if shape.is_tokens and shape.sizes == (1,):
        return "features"
    if shape.names == ("L", "C", "H", "W"):
        return "frames" if shape.varies else "film"
    return {("C", "H", "W"): "image", ("L", "F"): "sequence", ("L",): "tokens", ("F",): "features"}.get(
        shape.names, "volume"
    )


_OF_STEPS = ("sequence", "tokens", "frames", "film")
_WORDS_EACH_STEP = (
    ("Linear", "One Dense on each step by itself: what any other network should exceed."),
    ("Dilated 1-D CNN", "Convolutions, each over steps that lie further apart, see what is near each step."),
    ("LSTM", "A hidden state goes from step to step, and is read at each."),
)
_WIDE = (
    "Wide and deep",
    "One Dense on all columns, and a few hidden units beside it for what is no straight line (Cheng et al. 2016).",
)
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "image": (
        ("Linear", "One Dense on all pixels: what any other network should exceed."),
        ("CNN", "Convolutions and poolings, then two Dense blocks, as in the first example."),
        ("Deeper CNN", "More convolutions with batch norm, the mean of each map, and dropout."),
    ),
    "features": (
        ("Linear", "One Dense on all columns: what any other network should exceed."),
        ("Two hidden layers", "Dense blocks of 64 units with ReLU: enough for most tables."),
        ("Wider, with dropout", "Batch norm and dropout keep a larger network from learning rows by heart."),
    ),
    "sequence": (
        ("Linear", "The mean over all steps and one Dense: what any other network should exceed."),
        ("1-D CNN", "Kernels of three lengths find shapes wherever they are, as in InceptionTime (Fawaz et al. 2020)."),
        ("LSTM", "A hidden state goes from step to step, and the last one is read."),
    ),
    "tokens": (
        ("Bag of words", "The mean of all words' vectors and one Dense: hard to exceed on short texts."),
        ("Text CNN", "Convolutions over neighbouring words, and the strongest answer of each."),
        ("Bidirectional LSTM", "Reads the words in both directions and remembers."),
    ),
    "film": (
        ("Frame by frame", "One small CNN for every frame, and the mean over time: it sees no motion."),
        ("3-D CNN", "Convolutions over the frames as well see what moves, and where to (Tran et al. 2015)."),
        ("CNN, then LSTM", "The same CNN for every frame, and an LSTM that remembers what it said."),
    ),
    "frames": (
        ("Frame by frame", "One small CNN for every frame, and the mean over time: it sees no motion."),
        ("CNN, then LSTM", "The same CNN for every frame, and an LSTM that remembers what it said."),
        ("Larger CNN, then LSTM", "More maps for each frame, and two layers of LSTM with dropout."),
    ),
    "volume": (
        ("Linear", "One Dense on all values: what any other network should exceed."),
        ("3-D CNN", "Convolutions and poolings in three directions, then two Dense blocks."),
        ("Deeper 3-D CNN", "More convolutions with batch norm, the mean of each map, and dropout."),
    ),
}


class _Sketch:
    """A network under way: its blocks, each behind the one that was put in last."""

    def __init__(self, data: DataInfo, style: Style, is_wide: bool = False) -> None:
        self._data, self._style, self._is_wide = data, style, is_wide
        self._nodes: list[Node] = []

    def network(self) -> Network:
        """The whole of it: what reads each feature, all of that together, and an end for each target."""
        steps = any(target.per_step for target in self._data.targets)
        ends = [self._read(feature, steps) for feature in self._taken(steps)]
        read = self._put("concatenate", *ends, count=len(ends)) if len(ends) > 1 else ends[0]
        end = read if steps else self._hidden(read)
        for target in self._data.targets:
            self._end(target, end, steps, beside=read if self._is_wide else "")
        return Network.of(self._nodes)

    def _taken(self, steps: bool) -> tuple[Feature, ...]:
        """Where there is something to learn for each step, the first sequence alone can say it."""
        if not steps:
            return self._data.features
        return tuple(item for item in self._data.features if item.shape.names[0] == "L")[:1] or self._data.features[:1]

    def _put(self, kind: str, *before: str, **params: Any) -> str:
        """A block behind others."""
        return self._add(_made(kind, **params), before)

    def _add(self, block: Block, before: tuple[str, ...]) -> str:
        name = free_name({node.id for node in self._nodes}, prefix_of(block))
        free = (None,) * (len(block.input_ports) - len(before))
        self._nodes.append(Node(name, block, (*before, *free)))
        return name

    def _read(self, feature: Feature, steps: bool) -> str:
        """From an Input to a vector; where there is something to learn for each step, to one for each."""
        block = suited_to_feature(_made("input"), feature, named=len(self._data.features) > 1)
        name = self._add(block, ())
        sort = _sort(feature.shape)
        if steps and sort in _OF_STEPS:
            return self._read_each_step(feature, name)
        if feature.shape.is_tokens:
            name = self._embedded(feature, name)
        reading: dict[str, Callable[[Feature, str], str]] = {
            "image": self._image,
            "volume": self._image,
            "sequence": self._sequence,
            "tokens": self._tokens,
            "frames": self._frames,
            "film": self._film,
            "features": self._features,
        }
        return reading[sort](feature, name)

    def _features(self, feature: Feature, before: str) -> str:
        """Numbers are what they are; the vector of a category is laid flat."""
        return self._put("flatten", before) if feature.shape.is_tokens else before

    def _embedded(self, feature: Feature, before: str) -> str:
        known = feature.vocabulary or 1000
        width = min(32, max(2, round(known**0.5))) if feature.shape.sizes == (1,) else 32
        return self._put("embedding", before, num_embeddings=known, embedding_dim=width)

    def _image(self, feature: Feature, before: str) -> str:
        axes = 3 if _sort(feature.shape) == "volume" else 2
        if self._style == "plain":
            return self._put("flatten", before)
        sizes = [size or _SMALLEST for size in feature.shape.sizes[1:]]
        before = self._halved(before, sizes, axes, normed=self._style == "larger")
        if self._style == "usual":
            return self._put("flatten", before)
        return self._put("dropout", self._put("global_avg_pool", before), p=0.3)

    def _halved(self, before: str, sizes: list[int], axes: int, normed: bool) -> str:
        """Convolutions, each followed by a pooling where the picture is large enough; channels double."""
        channels, pooled = 16 if max(sizes) > _LARGE else 32, 0
        while pooled < 2 or min(sizes) > _SMALLEST:
            if normed:
                before = self._put(f"conv{axes}d", before, out_channels=channels, padding=1, bias=False)
                before = self._put("activation", self._put(f"batch_norm{axes}d", before))
            else:
                before = self._put(f"conv{axes}d", before, out_channels=channels, padding=1, activation="relu")
            if min(sizes) >= 2:
                before = self._put(f"max_pool{axes}d", before)
            sizes = [max(size // 2, 1) for size in sizes]
            channels, pooled = min(2 * channels, _MOST_CHANNELS), pooled + 1
        return before

    def _sequence(self, feature: Feature, before: str) -> str:
        if self._style == "plain":
            return self._put("global_avg_pool", before) if feature.shape.varies else self._put("flatten", before)
        if self._style == "larger":
            return f"{self._put('lstm', before, hidden_size=_UNITS)}.last"
        length = feature.shape.sizes[0]
        before = self._shortened(before, 1 if length is None else round(length / _STEPS_SEEN))
        for _ in range(2):
            before = self._normed(self._side_by_side(before))
        return self._put("global_avg_pool", before)

    def _shortened(self, before: str, steps: int) -> str:
        """One step for so many."""
        if steps < 2:
            return before
        if steps < _COARSE:
            return self._put("avg_pool1d", before, kernel_size=steps)
        window = {"kernel_size": 2 * steps + 1, "stride": steps, "padding": steps}
        return self._normed(self._put("conv1d", before, out_channels=16, bias=False, **window))

    def _side_by_side(self, before: str) -> str:
        """Convolutions with long and short kernels over the same."""
        ends = [
            self._put("conv1d", before, out_channels=16, kernel_size=size, padding=size // 2, bias=False)
            for size in _KERNELS
        ]
        return self._put("concatenate", *ends, count=len(ends))

    def _normed(self, before: str) -> str:
        return self._put("activation", self._put("batch_norm1d", before))

    def _tokens(self, feature: Feature, before: str) -> str:
        if self._style == "plain":
            return self._put("global_avg_pool", before)
        if self._style == "usual":
            before = self._put("conv1d", before, out_channels=_UNITS, kernel_size=3, padding=1, activation="relu")
            return self._put("dropout", self._put("global_max_pool", before), p=0.3)
        lstm = self._put("lstm", before, hidden_size=_UNITS, bidirectional=True)
        return self._put("dropout", f"{lstm}.last", p=0.3)

    def _film(self, feature: Feature, before: str) -> str:
        """Films of one length, which may be volumes, too."""
        if self._style != "usual":
            return self._frames(feature, before)
        frames, _, *sides = feature.shape.fixed_sizes
        before, channels, pooled = self._put("frames_to_volume", before), 16, 0
        while pooled < 2 or max(sides) > _SMALLEST:
            before = self._put("conv3d", before, out_channels=channels, padding=(1, 1, 1), bias=False)
            before = self._put("activation", self._put("batch_norm3d", before))
            # Time is kept whole at first, as in C3D: else motion is averaged away before it is seen.
            kernel = (2 if pooled and frames >= 4 else 1, *(min(side, 2) for side in sides))
            before = self._put("max_pool3d", before, kernel_size=kernel)
            frames, *sides = (size // factor for size, factor in zip((frames, *sides), kernel, strict=True))
            channels, pooled = min(2 * channels, _UNITS), pooled + 1
        return self._put("global_avg_pool", before)

    def _frames(self, feature: Feature, before: str) -> str:
        before = self._each_frame(feature, before)
        if self._style == "plain":
            return self._put("global_avg_pool", before)
        more = {"num_layers": 2, "dropout": 0.2} if self._is_larger(feature) else {}
        return f"{self._put('lstm', before, hidden_size=_UNITS, **more)}.last"

    def _each_frame(self, feature: Feature, before: str) -> str:
        """What the frames show; where a sequence is read of them, with its place, by which motion is known."""
        sides = [size or _SMALLEST for size in feature.shape.sizes[2:]]
        frame = _frame_reader(32 if self._is_larger(feature) else 16, sides, placed=self._style != "plain")
        return self._put("time_distributed", before, definition=frame)

    def _is_larger(self, feature: Feature) -> bool:
        """Whether two layers of LSTM are asked for; where all films are as long, the third network has one."""
        return self._style == "larger" and feature.shape.varies

    def _read_each_step(self, feature: Feature, before: str) -> str:
        if feature.shape.is_tokens:
            before = self._embedded(feature, before)
        if feature.shape.names == ("L", "C", "H", "W"):
            before = self._each_frame(feature, before)
        if self._style == "plain":
            return before
        if self._style == "larger":
            return f"{self._put('lstm', before, hidden_size=_UNITS)}.sequence"
        ahead = any(target.per_step and target.outputs == feature.vocabulary for target in self._data.targets)
        for dilation in (1, 2, 4):
            sides = {"padding_rule": "causal"} if ahead else {"padding": dilation}  # the next token must not be seen
            before = self._put("conv1d", before, out_channels=_UNITS, dilation=dilation, activation="relu", **sides)
        return before

    def _hidden(self, before: str) -> str:
        """What stands between all that was read and the ends."""
        sort = _sort(self._data.features[0].shape)
        if self._style == "plain" or (self._style == "larger" and sort != "features") or sort == "sequence":
            return before
        if self._is_wide:
            names = any(target.classes for target in self._data.targets)
            units = _UNITS_FOR_CLASSES if names else _UNITS_FOR_NUMBERS
            before = self._put("dense", before, out_features=units, activation="relu")
            return self._put("dropout", before, p=_DROPPED_BESIDE)
        if self._style == "usual":
            before = self._put("dense", before, out_features=_UNITS, activation="relu")
            return self._put("dense", before, out_features=_UNITS, activation="relu") if sort == "features" else before
        for units in (2 * _UNITS, _UNITS):
            before = self._put("batch_norm1d", self._put("dense", before, out_features=units))
            before = self._put("dropout", self._put("activation", before), p=0.2)
        return before

    def _end(self, target: Target, before: str, steps: bool, beside: str) -> None:
        """The Dense with a number for each that is wanted, one more on what stands beside it, and the Output."""
        if steps and not target.per_step:
            before = self._put("global_avg_pool", before)
        if steps and target.per_step:
            before = self._as_long_as(target, before)
        block = suited_to_target(_made("output"), target, named=len(self._data.targets) > 1)
        end = self._put("dense", before, out_features=target.outputs)
        if beside:
            end = self._put("add", self._put("dense", beside, out_features=target.outputs), end, count=2)
        self._add(block, (end,))

    def _as_long_as(self, target: Target, before: str) -> str:
        """The last steps, where there is something to learn for fewer than are read."""
        given, wanted = self._taken(True)[0].shape.sizes[0], target.shape.sizes[0]
        if given is None or wanted is None or given <= wanted:
            return before
        return self._put("slice_steps", before, start=-wanted)


def _made(kind: str, **params: Any) -> Block:
    found = find(kind)
    if found is None:
        raise ValueError(f"there is no kind {kind!r}")
    return found(**params)


def _frame_reader(channels: int, sides: list[int], placed: bool) -> Definition:
    """The CNN that looks at each frame, down to a few pixels; `placed` keeps where in the frame something was."""
    blocks, number = [("input", _made("group_input"))], 0
    while number < 2 or (placed and max(sides) > _SMALLEST):
        number += 1
        blocks += [
            (f"conv{number}", _made("conv2d", out_channels=channels * min(number, 2), padding=1, bias=False)),
            (f"norm{number}", _made("batch_norm2d")),
            (f"relu{number}", _made("activation")),
            (f"pool{number}", _made("max_pool2d", kernel_size=tuple(min(side, 2) for side in sides))),
        ]
        sides = [max(side // 2, 1) for side in sides]
    end = ("flatten", _made("flatten")) if placed else ("mean", _made("global_avg_pool"))
    blocks += [end, ("output", _made("group_output"))]
    nodes = [Node(name, block, (blocks[place - 1][0],) if place else ()) for place, (name, block) in enumerate(blocks)]
    return Definition("Frame", Network.of(nodes), ("input",), ("output",))
