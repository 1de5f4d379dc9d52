"""Which layers keep a mask and which use one; a look ahead at whether anybody sees the places of steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from designer.interop.keras.file.graph import Layer, Tensor, layer_of
from designer.interop.keras.layer.consumers import Consumers

NUMBER_BY_NUMBER = frozenset(
    (
        *("ReLU", "LeakyReLU", "PReLU", "ELU", "Identity", "ActivityRegularization"),
        *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D"),
    )
)
"""Layers that keep a mask, and make zeros of zeros."""
KEEP = NUMBER_BY_NUMBER | frozenset(
    (
        *("Dense", "Activation", "Softmax", "Rescaling", "Normalization", "TimeDistributed"),
        *("BatchNormalization", "SyncBatchNormalization", "LayerNormalization", "GroupNormalization"),
        *("UnitNormalization", "Masking", "Embedding"),
    )
)
"""Layers behind which a mask is the same: Keras's `supports_masking`."""
RECURRENT = frozenset(("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN", "Bidirectional"))
POOLINGS = frozenset(("GlobalAveragePooling1D", "GlobalAvgPool1D"))
ATTENTION = frozenset(("MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention"))
MERGE = frozenset(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"))


def class_of(layer: Layer) -> str:
    """The class of a layer; none of an operation, of which some are called as layers are, and know no masks."""
    return "" if layer.is_operation else layer.class_name


def makes_zeros_of_zeros(layer: Layer) -> bool:
    """Whether a layer goes number by number and leaves zeros as they are."""
    return class_of(layer) in NUMBER_BY_NUMBER and not layer.config.get("threshold")


def works_across_steps(layer: Layer) -> bool:
    """Whether a layer that keeps masks mixes steps by their places, or has numbers for each place."""
    if class_of(layer) in ("GroupNormalization", "PReLU"):
        return class_of(layer) == "GroupNormalization" or layer.config.get("shared_axes") is None
    axis = layer.config.get("axis", -1)
    rank = len(layer.built_for) - 1 if isinstance(layer.built_for, list) else 2
    return class_of(layer) in KEEP and axis not in (-1, rank, [-1], [rank])


def is_causal(layer: Layer) -> bool:
    """Whether an attention sees earlier steps alone."""
    return bool(layer.config.get("causal")) or any(call.kwargs.get("use_causal_mask") for call in layer.calls)


def joins_steps(layer: Layer) -> bool:
    """Whether a Concatenate puts sequences one behind the other."""
    return class_of(layer) == "Concatenate" and layer.config.get("axis", -1) in (1, -2)


@dataclass
class Ahead:
    """Who takes what, and what is known of masks. `shares(tensor)` says whether a value has the mask in question."""

    consumers: Consumers
    shares: Callable[[Tensor], bool] = field(default=lambda tensor: False)

    def leaves_no_gaps(self, layer: Layer) -> bool:
        """Whether steps may move together where a layer takes them: all that follows reads their order alone."""
        waiting, kept, meeting = [layer], {layer.name}, []
        while waiting:
            taker = waiting.pop()
            if _reads_to_the_end(taker):
                continue
            if not _keeps_order(taker) or self.consumers.gives_an_output(taker):
                return False
            if class_of(taker) in MERGE or is_causal(taker):
                meeting.append(taker)
            new = {item.name: item for item in self.consumers.of(taker) if item.name not in kept}
            kept |= set(new)
            waiting += new.values()
        return all(self._meet_alike(item, kept) for item in meeting)

    def _meet_alike(self, layer: Layer, kept: set[str]) -> bool:
        """Whether all that a layer takes has the same mask, as far as can be told before it is there."""
        taken = [tensor for call in layer.calls for tensor in call.tensors]
        return all(tensor.layer in kept or self.shares(tensor) for tensor in taken)

    def heeds_masks(self, layer: Layer) -> bool:
        """Whether anybody takes a mask from a layer, rather than end it."""
        known = KEEP | RECURRENT | POOLINGS | ATTENTION | MERGE
        return self.consumers.gives_an_output(layer) or any(
            class_of(item) in known or item.inner is not None for item in self.consumers.of(layer)
        )


def _keeps_order(layer: Layer) -> bool:
    """Whether a layer gives steps in the order in which it takes them, whatever their places."""
    name = class_of(layer)
    if name in MERGE:
        return True
    if layer.config.get("go_backwards") or works_across_steps(layer):
        return False
    return name in RECURRENT | ATTENTION | KEEP


def _reads_to_the_end(layer: Layer) -> bool:
    """Whether a layer makes one row of a whole sequence."""
    inner = layer_of(layer.config["layer"]) if layer.class_name == "Bidirectional" else layer
    name = class_of(layer)
    return name in POOLINGS or (name in RECURRENT and not inner.config.get("return_sequences"))
