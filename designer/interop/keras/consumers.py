"""Who takes what each layer gives: a look ahead, for what the values themselves do not say."""

from __future__ import annotations

from designer.interop.keras.graph import Graph, Layer, layer_of, tensors_in
from designer.interop.keras.training_only import AUGMENTATIONS, NUMBER_BY_NUMBER

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
        takers = self.of(layer)
        if not takers or self.gives_an_output(layer):
            return False
        return all(self._moves(taker) for taker in takers)

    def _moves(self, taker: Layer) -> bool:
        if len(taker.calls) != 1:
            return False  # the other calls may have another order
        class_name = taker.class_name
        if class_name == "TimeDistributed":
            class_name = layer_of(taker.config.get("layer")).class_name
            return class_name in _ALONG_STEPS and (class_name == "Dense" or self.columns_move(taker))
        if class_name in _HAVE_COLUMNS:
            return True
        return class_name in _LEAVE_ORDER and _is_last(taker) and self.columns_move(taker)

    def gives_to(self, layer: Layer, *class_names: str) -> bool:
        """Whether a layer of a class takes it, behind others that keep the shape, and inside of nested models."""
        return any(self._is_or_gives_to(taker, class_names) for taker in self.of(layer))

    def _is_or_gives_to(self, taker: Layer, class_names: tuple[str, ...]) -> bool:
        if taker.class_name in class_names:
            return True
        if taker.inner is not None:
            inner = Consumers(taker.inner)
            return any(inner.gives_to(taker.inner.layers[item.layer], *class_names) for item in taker.inner.inputs)
        return taker.class_name in _KEEP_AXES and self.gives_to(taker, *class_names)


def works_along_steps(layer: Layer) -> bool:
    """Whether a layer does on a whole sequence what it does on each of its steps."""
    return layer.class_name in _ALONG_STEPS and layer.config.get("axis", -1) in (-1, [-1])


def _is_last(layer: Layer) -> bool:
    """Whether the axis that a layer names, if it names one, is the last one."""
    axis = layer.config.get("axis", -1)
    rank = len(layer.built_for) - 1 if isinstance(layer.built_for, list) else 1
    return axis in (-1, rank, [-1], [rank])
