"""Masks on their way through the layers, as Keras hands them on: where one is put to use, kept, or ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from designer.core.registry import find
from designer.interop.keras.consumers import Consumers
from designer.interop.keras.graph import Layer, layer_of
from designer.interop.keras.making import Making, Use
from designer.interop.keras.values import Mask, Value

_NUMBER_BY_NUMBER = frozenset(
    (
        *("ReLU", "LeakyReLU", "PReLU", "ELU", "Identity", "ActivityRegularization"),
        *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D"),
    )
)
"""Layers that keep a mask, and make zeros of zeros."""
_KEEP = _NUMBER_BY_NUMBER | frozenset(
    (
        *("Dense", "Activation", "Softmax", "Rescaling", "Normalization", "TimeDistributed"),
        *("BatchNormalization", "SyncBatchNormalization", "LayerNormalization", "GroupNormalization"),
        *("UnitNormalization", "Masking", "Embedding"),
    )
)
"""Layers behind which a mask is the same: Keras's `supports_masking`."""
_RECURRENT = frozenset(("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN", "Bidirectional"))
_POOLINGS = frozenset(("GlobalAveragePooling1D", "GlobalAvgPool1D"))
_ATTENTION = frozenset(("MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention"))
_MERGE = frozenset(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"))

_LEAVING_OUT = frozenset(("Multiply", "Maximum", "Minimum"))
"""Merging layers that put something of their own in the place of a step that one value's mask leaves out."""

_GAPS_STAY = "steps in front or in the middle that look like padding stay, where Keras leaves them out"
_STAYS_LEFT_OUT = "Keras takes padding behind a sequence for steps from here on: here it stays left out"
_OTHER_PADDING = "what Keras has behind a sequence's end, and takes for steps from here on, is zeros here"
_TURNED = "Keras turns a masked sequence around without its mask: here padding stays behind it"
_DIFFER = "its values have masks of their own: Keras counts a step where any of them does, here the first one decides"
_IN_STATISTICS = "while training, its mean and variance count the steps that are masked as well"
_LEFT_OUT_OF_IT = (
    "Keras leaves the masked steps of one value out of it, and takes the others alone: here all values count"
)
_OF_THE_LOSS = "what a sequence gives behind its end is not as in Keras; neither counts it in the loss"


def _class_of(layer: Layer) -> str:
    """The class of a layer; none of an operation, of which some are called as layers are, and know no masks."""
    return "" if layer.is_operation else layer.class_name


def prepared(use: Use, values: list[Value], given: Mapping[str, Mask | None], consumers: Consumers) -> list[Value]:
    """What a layer takes, as Keras has it: without the steps that do not count, with all of them, or as it is.

    `given` are the masks that the file passes by name, None for those that cannot be read.
    """
    values = _with_given(use, values, given)
    name = _class_of(use.layer)
    if use.layer.inner is not None or not any(value.mask for value in values):
        return values
    if name in _MERGE:
        return _for_merging(use, values)
    if name in _RECURRENT | _POOLINGS | _ATTENTION:
        where = "anywhere" if leaves_no_gaps(use.layer, consumers) else "end"
        if where == "end" and any(value.mask and not value.padding for value in values):
            use.note("changed", _GAPS_STAY)
        return [put_to_use(use.making, value, where) for value in values]
    if "BatchNormalization" in name and not values[0].padding:
        use.note("changed", _IN_STATISTICS)
    return values if name in _KEEP else [_ended(use, value) for value in values]


def _with_given(use: Use, values: list[Value], given: Mapping[str, Mask | None]) -> list[Value]:
    """The values with the masks that the file passes by name; tells of one that has no counterpart."""
    values = list(values)
    for name, mask in given.items():
        place = {"value_mask": 1, "key_mask": 2}.get(name, 0)
        if name == "attention_mask" or use.layer.class_name == "Softmax":
            use.note("dropped", f"its {name} has no counterpart: it is left out")
        elif place < len(values) and mask is not None and not values[place].padding:
            values[place] = replace(values[place], mask=mask)
        elif place < len(values) and values[place].mask is None:
            use.note("dropped", f"its {name} says more than which steps are padding: it is left out")
    return values


def _for_merging(use: Use, values: list[Value]) -> list[Value]:
    """Values of which some have lost their padding: the others lose it, too, or all get it back."""
    if not all(value.mask for value in values):
        if use.layer.class_name in _LEAVING_OUT:
            use.note("changed", _LEFT_OUT_OF_IT)
        return [_ended(use, value) for value in values]
    steps = (1, -values[0].shape.rank)
    steps_join = use.layer.class_name == "Concatenate" and use.layer.config.get("axis", -1) in steps
    if steps_join or any(value.padding for value in values):
        use.note("changed", _GAPS_STAY)
        return [put_to_use(use.making, value, "end") for value in values]
    return values


def put_to_use(making: Making, value: Value, where: str) -> Value:
    """The value without the steps that its mask leaves out; once for all who take it so."""
    mask = value.mask
    if mask is None or value.padding or value.part:
        return value
    key = (value.ref, mask, where)
    name = making.masked.get(key)
    if name is None or name not in making.nodes:
        block_class = find("masking")
        assert block_class is not None
        name = making.masked[key] = making.free_name(mask.label)
        by = None if mask.source == value.ref else mask.source
        making.put(name, block_class.model_validate({"mask_value": mask.number, "where": where}), (value.ref, by))
    return replace(value, ref=name, shape=value.shape.with_size(0, None), padding="other")


def _ended(use: Use, value: Value) -> Value:
    """The value with all its steps, as a layer takes it that knows no masks."""
    mask, plain = value.mask, replace(value, mask=None, padding="")
    if mask is None or not value.padding:
        return plain
    if mask.shape.sizes[0] is None:
        use.note("changed", _STAYS_LEFT_OUT)
        return plain
    if value.padding == "other":
        use.note("changed", _OTHER_PADDING)
    block_class = find("pad_steps")
    assert block_class is not None
    name = use.making.free_name(f"{value.ref.partition('.')[0]}_steps")
    fill = "last" if value.padding == "last" else "zeros"
    use.making.put(name, block_class.model_validate({"n": mask.shape.sizes[0], "fill": fill}), (value.ref,))
    return replace(plain, ref=name, shape=value.shape.with_size(0, mask.shape.sizes[0]))


def for_the_loss(making: Making, value: Value, tell: Any) -> Value:
    """What an Output takes: Keras leaves masked steps out of the loss."""
    if value.mask is None or value.shape.names[:1] != ("L",):
        return value
    tell(_OF_THE_LOSS if value.padding else _GAPS_STAY)
    return put_to_use(making, value, "end")


def hand_on(use: Use, values: list[Value], made: list[Value], consumers: Consumers) -> list[Value]:
    """What a layer gives, with the mask that Keras gives it. `values` are what it took."""
    name = _class_of(use.layer)
    if use.layer.inner is not None or not made or not values:
        return made
    own = _own_mask(use, values[0])
    if own is not None:
        given = replace(made[0], mask=own)
        return [given if own.number == 0.0 else _with_zeros(use, given, consumers)]
    masks = [value.mask for value in values]
    if masks[0] is None or (name in _MERGE and not all(masks)):
        return made
    if len(set(masks)) > 1 and name in _MERGE:
        use.note("changed", _DIFFER)
    if name in _RECURRENT:
        return _of_recurrent(use, masks[0], made)
    if name == "Multiply" and not values[0].padding:
        return [_with_zeros(use, replace(made[0], mask=masks[0]), consumers)]
    if name in _KEEP | _ATTENTION | _MERGE:
        return [replace(made[0], mask=masks[0], padding=_padding_behind(name, values)), *made[1:]]
    return made


def _with_zeros(use: Use, value: Value, consumers: Consumers) -> Value:
    """A value of which a Masking of another number than 0 makes zeros, where anything that follows would see them."""
    if leaves_no_gaps(use.layer, consumers):
        return value
    use.note("changed", _GAPS_STAY)
    return replace(put_to_use(use.making, value, "end"), padding="zeros")


def _own_mask(use: Use, value: Value) -> Mask | None:
    """The mask that a layer makes of what it takes."""
    config, name = use.layer.config, use.layer.class_name
    if value.shape.names[:1] != ("L",):
        return None
    if name == "Embedding" and config.get("mask_zero"):
        return Mask(value.ref, value.shape, 0.0, f"{use.label}_mask")
    if name == "Masking":
        return Mask(value.ref, value.shape, use.config.real("mask_value", 0.0), use.label)
    return None


def _padding_behind(name: str, values: list[Value]) -> Any:
    """What stands in the place of steps left out, behind a layer: the last step stays the last one."""
    padding = values[0].padding
    if not padding or name in _NUMBER_BY_NUMBER or (padding == "last" and name in _KEEP):
        return padding
    return "other"


def _of_recurrent(use: Use, mask: Mask, made: list[Value]) -> list[Value]:
    layer = use.layer
    inner = layer_of(layer.config["layer"]) if layer.class_name == "Bidirectional" else layer
    if not inner.config.get("return_sequences"):
        return made
    padding: Any = "zeros" if inner is not layer or layer.config.get("zero_output_for_mask") else "last"
    if layer.config.get("go_backwards"):
        padding = "other"
        use.note("changed", _TURNED)
    apart = 2 if inner is not layer and layer.config.get("merge_mode", "concat") is None else 1
    return [replace(value, mask=mask, padding=padding) for value in made[:apart]] + made[apart:]


def leaves_no_gaps(layer: Layer, consumers: Consumers) -> bool:
    """Whether steps may move together where a layer takes them: all that follows reads them in their order alone."""
    waiting, seen = [layer], {layer.name}
    while waiting:
        taker = waiting.pop()
        if _reads_to_the_end(taker):
            continue
        if _class_of(taker) not in _RECURRENT | _ATTENTION | _KEEP or consumers.gives_an_output(taker):
            return False
        new = {item.name: item for item in consumers.of(taker) if item.name not in seen}
        seen |= set(new)
        waiting += new.values()
    return True


def _reads_to_the_end(layer: Layer) -> bool:
    """Whether a layer makes one row of a whole sequence."""
    inner = layer_of(layer.config["layer"]) if layer.class_name == "Bidirectional" else layer
    name = _class_of(layer)
    return name in _POOLINGS or (name in _RECURRENT and not inner.config.get("return_sequences"))
