"""Who takes what each layer gives: a look ahead, for what the values themselves do not say."""

from __future__ import annotations

from designer.interop.keras.file.graph import Graph, Layer, layer_of, tensors_in
from designer.interop.keras.layer.training_only import AUGMENTATIONS, NUMBER_BY_NUMBER

_HAVE_COLUMNS = ("Dense", "SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "Bidirectional")
_NUMBER_BY_NUMBER = (
    "Dropout",
    "AlphaDropout",
    "GaussianNoise",
    "ReLU",
    "LeakyReLU",
    "ELU",
    "Identity",
    *NUMBER_BY_NUMBER,
)
_LEAVE_ORDER = (*_NUMBER_BY_NUMBER, "Activation", "Softmax", "BatchNormalization")
_ALONG_STEPS = (*_NUMBER_BY_NUMBER, "Dense", "Activation", "Softmax")
"""What works on the last axis alone, or number by number: on a whole sequence as on each of its steps."""

STEPS = ("TimeDistributed", "ConvLSTM1D", "ConvLSTM2D")
"""What takes four sizes as those of an image sequence."""
_KEEP_AXES = (*_LEAVE_ORDER, *AUGMENTATIONS, "Masking", "Rescaling", "Normalization")

Key = tuple[str, int]
"""A call of a layer."""


class Consumers:
    """The layers of a graph by what they take."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[Key, list[Layer]] = {}
        for layer in graph.layers.values():
            for call in layer.calls:
                for tensor in tensors_in([*call.args, *call.kwargs.values()]):
                    self._found.setdefault((tensor.layer, tensor.call), []).append(layer)

    def of(self, layer: Layer) -> list[Layer]:
        """The layers that take what any call of this one gives."""
        return [taker for number in range(len(layer.calls) + 1) for taker in self._found.get((layer.name, number), ())]

    def gives_an_output(self, layer: Layer) -> bool:
        """Whether the model gives what this layer does."""
        return any(tensor.layer == layer.name for tensor in self._graph.outputs)

    def columns_move(self, layer: Layer) -> bool:
        """Whether all that follows keeps the order of features, up to layers whose columns can be reordered."""
        waiting, seen = [layer], {layer.name}
        while waiting:
            giver = waiting.pop()
            takers = self.of(giver)
            if not takers or self.gives_an_output(giver) or not all(map(_moves, takers)):
                return False
            new = {taker.name: taker for taker in takers if taker.name not in seen and not _ends_order(taker)}
            seen |= set(new)
            waiting += new.values()
        return True

    def gives_to(self, layer: Layer, *class_names: str) -> bool:
        """Whether a layer of a class takes it, behind others that keep the shape, and inside of nested models."""
        waiting, seen = self.of(layer), {layer.name}
        while waiting:
            taker = waiting.pop()
            if taker.class_name in class_names or _holds(taker, class_names):
                return True
            if taker.name not in seen and taker.class_name in _KEEP_AXES:
                waiting += self.of(taker)
            seen.add(taker.name)
        return False


def _holds(taker: Layer, class_names: tuple[str, ...]) -> bool:
    """Whether a layer of a class takes what a nested model does."""
    if taker.inner is None:
        return False
    inner = Consumers(taker.inner)
    return any(inner.gives_to(taker.inner.layers[item.layer], *class_names) for item in taker.inner.inputs)


def _of_each(taker: Layer) -> str:
    """The class that works on the features: that within a TimeDistributed."""
    return layer_of(taker.config.get("layer")).class_name if taker.class_name == "TimeDistributed" else taker.class_name


def _ends_order(taker: Layer) -> bool:
    """Whether a layer has columns for the features, which can lie in any order."""
    name = _of_each(taker)
    return name == "Dense" or (name in _HAVE_COLUMNS and taker.class_name != "TimeDistributed")


def _moves(taker: Layer) -> bool:
    """Whether a layer has columns that can be reordered, or leaves features in their order."""
    if len(taker.calls) != 1:
        return False  # the other calls may have another order
    if taker.class_name == "TimeDistributed":
        return _of_each(taker) in _ALONG_STEPS
    return _ends_order(taker) or (taker.class_name in _LEAVE_ORDER and _is_last(taker))


def keeps_axes(layer: Layer) -> bool:
    """Whether a layer gives what it takes, with other numbers in the same places."""
    return layer.class_name in _KEEP_AXES and not layer.is_operation


def works_along_steps(layer: Layer) -> bool:
    """Whether a layer does on a whole sequence what it does on each of its steps."""
    return layer.class_name in _ALONG_STEPS and layer.config.get("axis", -1) in (-1, [-1])


def _is_last(layer: Layer) -> bool:
    """Whether the axis that a layer names, if it names one, is the last one."""
    axis = layer.config.get("axis", -1)
    rank = len(layer.built_for) - 1 if isinstance(layer.built_for, list) else 1
    return axis in (-1, rank, [-1], [rank])
