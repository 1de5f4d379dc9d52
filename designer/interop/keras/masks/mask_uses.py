"""Masks on their way through the layers, as Keras hands them on: where one is put to use, kept, or ends.

A mask is put to use by a Masking, which moves the steps that count together: recurrent layers, attention and means
then give what they give in Keras. They stay together while all that follows reads them in their order alone; before
anything else takes them, a SpreadSteps puts them back into their places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from designer.core.graph.registry import find
from designer.core.schema.shape import Shape
from designer.interop.keras.building.builder import Builder, UnsupportedError, Use
from designer.interop.keras.building.values import Mask, Value
from designer.interop.keras.file.graph import layer_of
from designer.interop.keras.masks.mask_ahead import (
    ATTENTION,
    KEEP,
    MERGE,
    POOLINGS,
    RECURRENT,
    Ahead,
    class_of,
    is_causal,
    joins_steps,
    makes_zeros_of_zeros,
    works_across_steps,
)
from designer.interop.report import ImportNote

_CHANGES_NOTHING = {"Multiply": 1.0, "Maximum": -1e9, "Minimum": 1e9}
"""What stands for a step that one value's mask leaves out, in merging layers that take the others alone there."""

_PADDING_ALONE = (
    "a sequence of padding alone keeps its first step here; Keras leaves out all of its steps: its recurrent layers "
    "then give their start, and a mean is no number"
)
_STAYS_LEFT_OUT = "Keras takes padding behind a sequence for steps from here on: here it stays left out"
_OF_ATTENTION = (
    "Keras counts the masked steps from here on, and takes for them what its attention gives for queries that may see "
    "nothing, which has no meaning: here they are zeros"
)
_OTHER_PADDING = "what Keras has in the place of masked steps, and takes for steps from here on, is zeros here"
_DIFFER = "its values have masks of their own: Keras counts a step where any of them does, here the first one decides"
_SIDE_BY_SIDE = "Keras hands on the masks of the sequences that it joins: here all of their steps count from here on"
_IN_STATISTICS = "while training, its mean and variance count the steps that are masked as well"
_OTHER_STEPS = (
    "its query and its values are masked apart, and a step sees earlier ones alone: here steps count as earlier by "
    "their places among those that are not masked"
)
_OF_THE_LOSS = "the loss counts masked steps in front of a sequence and within it, which Keras leaves out of it"
_SHARED = "the model is used several times, and its layers know no masks of what it takes: all steps count in it"


def prepared(use: Use, values: list[Value], given: Mapping[str, Mask | None], ahead: Ahead) -> list[Value]:
    """What a layer takes, as Keras has it: without the steps that do not count, with all of them, or as it is.

    `given` are the masks that the file passes by name, None for those that cannot be read.
    """
    values = _with_given(use, values, given)
    name = class_of(use.layer)
    if not any(value.mask for value in values):
        return values
    if use.layer.inner is not None:
        return values if len(use.layer.calls) == 1 else _into_shared(use, values)
    if name in MERGE:
        return _for_merging(use, values, ahead)
    if name in RECURRENT and len(values) > 1 and "mask" not in given:
        return [_spread(use.builder, value) for value in values]  # Keras passes no mask beside a state to start with
    if name in RECURRENT | POOLINGS | ATTENTION:
        if name in ATTENTION and is_causal(use.layer) and len({value.mask for value in values}) > 1:
            use.note("changed", _OTHER_STEPS)
        return [put_to_use(use.builder, value, "anywhere") for value in values]
    if "BatchNormalization" in name and not values[0].padding:
        use.note("changed", _IN_STATISTICS)
    if name not in KEEP:
        return [_ended(use, value) for value in values]
    stay = makes_zeros_of_zeros(use.layer) or ahead.leaves_no_gaps(use.layer)
    return values if stay and not works_across_steps(use.layer) else [_spread(use.builder, value) for value in values]


def _into_shared(use: Use, values: list[Value]) -> list[Value]:
    use.note("changed", _SHARED)
    return [_ended(use, value) for value in values]


def _with_given(use: Use, values: list[Value], given: Mapping[str, Mask | None]) -> list[Value]:
    """The values with the masks that the file passes by name; tells of one that has no counterpart."""
    values = list(values)
    for name, mask in given.items():
        place = {"value_mask": 1, "key_mask": 2}.get(name, 0)
        if name == "attention_mask" or use.layer.class_name == "Softmax":
            use.note("dropped", f"its {name} has no counterpart: it is left out")
        elif place < len(values) and mask is not None and _fits(mask, values[place]):
            if mask != values[place].mask:
                values[place] = replace(_spread(use.builder, values[place]), mask=mask)
        elif place < len(values) and values[place].mask is None:
            use.note("dropped", f"its {name} says more than which steps are padding: it is left out")
    return values


def _fits(mask: Mask, value: Value) -> bool:
    """Whether a mask is of as many steps as a value has in their places."""
    own = value.mask.shape if value.mask is not None and value.padding else value.shape
    return own.sizes[0] == mask.shape.sizes[0]


def _for_merging(use: Use, values: list[Value], ahead: Ahead) -> list[Value]:
    """Values whose steps have all moved together, or are all in their places."""
    name, masks = use.layer.class_name, {value.mask for value in values}
    if None in masks:
        if joins_steps(use.layer) and ahead.heeds_masks(use.layer):
            use.note("changed", _SIDE_BY_SIDE)
        return [_left_out(use, value, name) for value in values]
    alike, free = len(masks) == 1 or joins_steps(use.layer), ahead.leaves_no_gaps(use.layer)
    moved = any(value.padding for value in values) or joins_steps(use.layer)
    if alike and (moved if free else name == "Multiply"):
        return [put_to_use(use.builder, value, "anywhere") for value in values]
    if alike and not free and name in _CHANGES_NOTHING:  # masked steps are those of the first value
        rest = [replace(_left_out(use, value, name), mask=value.mask) for value in values[1:]]
        return [_spread(use.builder, values[0]), *rest]
    return [_spread(use.builder, value) for value in values]


def _left_out(use: Use, value: Value, name: str) -> Value:
    """The value with all its steps; with numbers that change nothing where a merging layer leaves masked ones out."""
    if value.mask is None or name not in _CHANGES_NOTHING:
        return _ended(use, value)
    moved = put_to_use(use.builder, value, "anywhere")
    whole = _in_places(use.builder, moved, value.mask, value.mask.source, _CHANGES_NOTHING[name])
    return replace(whole, mask=None, padding="", strange="")


def put_to_use(builder: Builder, value: Value, where: str) -> Value:
    """The value without the steps that its mask leaves out; once for all who take it so."""
    mask = value.mask
    if mask is None or value.padding or value.part:
        return value
    key = (value.ref, mask, where)
    name = builder.masked.get(key)
    if name is None or name not in builder.nodes:
        by = None if mask.source == value.ref else mask.source
        name = builder.masked[key] = builder.free_name(mask.label)
        _put(builder, name, "masking", {"mask_value": mask.number, "where": where}, value.ref, by)
        builder.notes.append(ImportNote("", "changed", _PADDING_ALONE))
    return replace(value, ref=name, shape=value.shape.with_size(0, None), padding="other")


def _spread(builder: Builder, value: Value) -> Value:
    """The value with its steps in their places; once for all who take it so."""
    mask = value.mask
    if mask is None or not value.padding:
        return value
    strange = _OTHER_PADDING if value.padding == "other" else value.strange
    fill = None if value.padding == "last" else 0.0
    return replace(_in_places(builder, value, mask, mask.source, fill), padding="", strange=strange)


def _in_places(builder: Builder, value: Value, mask: Mask, source: str, fill: float | None) -> Value:
    """A SpreadSteps behind a value; a fill of None is the last step. Raises UnsupportedError for joined sequences."""
    if not source:
        raise UnsupportedError("takes masked sequences that were joined, at their places")
    key = (value.ref, replace(mask, source=source), str(fill))
    name = builder.masked.get(key)
    if name is None or name not in builder.nodes:
        name = builder.masked[key] = builder.free_name(f"{value.ref.partition('.')[0]}_steps")
        filling: dict[str, Any] = {"fill": "last"} if fill is None else {"value": fill}
        _put(builder, name, "spread_steps", {"mask_value": mask.number, **filling}, value.ref, source)
    return replace(value, ref=name, shape=value.shape.with_size(0, mask.shape.sizes[0]))


def _put(builder: Builder, name: str, kind: str, params: dict[str, Any], *inputs: str | None) -> None:
    block_class = find(kind)
    assert block_class is not None
    builder.put(name, block_class.model_validate(params), inputs)


def _ended(use: Use, value: Value) -> Value:
    """The value with all its steps, as a layer takes it that knows no masks."""
    if value.mask is None:
        return value
    if value.padding and value.mask.shape.sizes[0] is None:
        use.note("changed", _STAYS_LEFT_OUT)
    whole = _spread(use.builder, value)
    if whole.strange:
        use.note("changed", whole.strange)
    return replace(whole, mask=None, strange="")


def for_the_loss(builder: Builder, value: Value, tell: Any) -> Value:
    """What an Output takes: Keras leaves masked steps out of the loss."""
    if value.mask is None or value.shape.names[:1] != ("L",):
        return value
    tell(_OF_THE_LOSS)
    return put_to_use(builder, _spread(builder, value), "end")


def hand_on(use: Use, values: list[Value], made: list[Value], ahead: Ahead) -> list[Value]:
    """What a layer gives, with the mask that Keras gives it. `values` are what it took."""
    name = class_of(use.layer)
    if use.layer.inner is not None or not made or not values:
        return made
    own = _own_mask(use, values[0])
    if own is not None:
        given = replace(made[0], mask=own)
        return [given if own.number == 0.0 or ahead.leaves_no_gaps(use.layer) else _with_zeros(use.builder, given)]
    mask = values[0].mask
    if mask is None or (name in MERGE and not all(value.mask for value in values)):
        return made
    if name in RECURRENT:
        return _of_recurrent(use, values, mask, made)
    if name in MERGE:
        return [_of_merge(use, values, made[0], ahead)]
    if name in ATTENTION:
        return [_of_attention(use, replace(made[0], mask=mask, padding=values[0].padding), ahead), *made[1:]]
    if name not in KEEP:
        return made
    padding: Any = values[0].padding and (values[0].padding if makes_zeros_of_zeros(use.layer) else "other")
    return [replace(made[0], mask=mask, padding=padding, strange=values[0].strange), *made[1:]]


def _with_zeros(builder: Builder, value: Value) -> Value:
    """A value of which a Masking of another number than 0 makes zeros, where anything that follows would see them."""
    return replace(put_to_use(builder, value, "anywhere"), padding="zeros")


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


def _of_recurrent(use: Use, values: list[Value], mask: Mask, made: list[Value]) -> list[Value]:
    layer = use.layer
    inner = layer_of(layer.config["layer"]) if layer.class_name == "Bidirectional" else layer
    if not inner.config.get("return_sequences"):
        return made
    if not values[0].padding:
        return [replace(made[0], mask=mask), *made[1:]]
    padding: Any = "zeros" if inner is not layer or layer.config.get("zero_output_for_mask") else "last"
    apart = 2 if inner is not layer and layer.config.get("merge_mode", "concat") is None else 1
    found = [replace(value, mask=mask, padding=padding) for value in made[:apart]]
    if layer.config.get("go_backwards"):
        found = [_turned(use, value, mask) for value in found]
    return found + made[apart:]


def _turned(use: Use, value: Value, mask: Mask) -> Value:
    """Keras turns the steps of a layer that goes backwards around, and hands the mask on as it was."""
    block_class = find("reverse")
    assert block_class is not None
    source = use.aside("reverse", {}, Value(mask.source, mask.shape), "mask").ref
    return replace(_in_places(use.builder, value, mask, source, None if value.padding == "last" else 0.0), padding="")


def _of_attention(use: Use, value: Value, ahead: Ahead) -> Value:
    """For a masked query Keras's attention without heads gives zeros; that with heads, what has no meaning."""
    if ahead.leaves_no_gaps(use.layer):
        return value
    whole = _spread(use.builder, replace(value, padding="zeros"))
    return replace(whole, strange=_OF_ATTENTION if use.layer.class_name == "MultiHeadAttention" else "")


def _of_merge(use: Use, values: list[Value], made: Value, ahead: Ahead) -> Value:
    name, padding = use.layer.class_name, values[0].padding
    strange = next((value.strange for value in values if value.strange), "")
    if joins_steps(use.layer):
        return _joined(use, values, made, ahead)
    if len({value.mask for value in values}) > 1:
        use.note("changed", _DIFFER)
    elif name == "Multiply" and padding:
        return replace(made, mask=values[0].mask, padding="zeros")
    return replace(made, mask=values[0].mask, padding="other" if padding else "", strange=strange)


def _joined(use: Use, values: list[Value], made: Value, ahead: Ahead) -> Value:
    """Sequences one behind the other: their steps in turn, without places; or all of their steps."""
    if values[0].padding:
        whole = Shape.of(made.shape.sizes, made.shape.names)
        return replace(made, mask=Mask("", whole, 0.0, use.label), padding="other")
    if ahead.heeds_masks(use.layer):
        use.note("changed", _SIDE_BY_SIDE)
    return made
