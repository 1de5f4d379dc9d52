"""Layers that prepare images: what acts in training alone goes with a note, and what acts always becomes a block."""

from __future__ import annotations

from dataclasses import replace

from designer.core.schema.shape import sizes_text
from designer.interop.keras.building.axes import along
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Value
from designer.interop.keras.file.graph import layer_of
from designer.interop.keras.layer.training_only import LEFT_OUT
from designer.interop.keras.rules.convolution import as_sides


@rule(*LEFT_OUT)
def only_while_training(use: Use) -> Value:
    """What changes nothing in prediction, and has no block."""
    use.config.ignore(*use.layer.config)
    use.note("dropped", f"a {use.layer.class_name} acts only while training: there is no block for it")
    return use.only


@rule("CenterCrop")
def center_crop(use: Use) -> Value:
    """The middle of an image."""
    return _middle(use)


@rule("RandomCrop")
def random_crop(use: Use) -> Value:
    """Nothing where images have its size; what becomes of others in prediction depends on the version of Keras."""
    value = _middle(use)
    if value.ref != use.only.ref:
        why = "it crops at a random place while training, and in prediction by its version: here always in the middle"
        use.note("changed", why)
    return value


def _middle(use: Use) -> Value:
    value, before, after = _sizes(use)
    over = [size - wanted for size, wanted in zip(before, after, strict=True)]
    if any(more < 0 for more in over):
        raise UnsupportedError(f"would have to enlarge images of {sizes_text(before)} to {sizes_text(after)} first")
    if not any(over):
        return value
    sides = as_sides(tuple((more // 2, more - more // 2) for more in over))
    return use.add("crop", {"cropping": sides}, value).like(value)


@rule("Resizing")
def resizing(use: Use) -> Value:
    """Nothing where images have its size already; else larger by whole factors, as far as a block can do that."""
    value, before, after = _sizes(use)
    mode = use.config.word("interpolation", "bilinear")
    if before == after:
        use.config.ignore(*use.layer.config)
        return value
    factors = [wanted // size for size, wanted in zip(before, after, strict=True)]
    if [size * factor for size, factor in zip(before, factors, strict=True)] != after:
        raise UnsupportedError(
            f"resizes images of {sizes_text(before)} to {sizes_text(after)}: a block enlarges by whole factors"
        )
    if mode not in ("nearest", "bilinear"):
        raise UnsupportedError(f"its interpolation is {mode[:40]!r}: only nearest and bilinear have a counterpart")
    if before[0] * after[1] != before[1] * after[0]:
        for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio"):
            if use.config.flag(name, False):
                raise UnsupportedError(f"keeps the images' proportions ({name})")
    # A filter against aliasing makes no difference where images only grow; nor is anything filled or cropped.
    use.config.ignore("antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "fill_mode", "fill_value")
    return use.add("upsample", {"scale_factor": factors, "mode": mode}, value).like(value)


def _sizes(use: Use) -> tuple[Value, list[int], list[int]]:
    """The image, its height and width, and those that the layer gives."""
    value = along(use, 2)
    first = use.config.get("data_format") == "channels_first"
    before = [value.shape.fixed_sizes[place] for place in (value.places[1:] if first else value.places[:2])]
    return value, before, [use.config.whole("height"), use.config.whole("width")]


@rule("Pipeline")
def pipeline(use: Use) -> list[Value]:
    """Layers one behind the other."""
    made, held = use.given, use.config.get("layers")
    if not isinstance(held, list) or use.weights():
        raise UnsupportedError("does not say which layers it has, or they have weights")
    for item in held:
        layer = layer_of(item)
        call = replace(use.call, args=tuple(made))
        made = use.apply(replace(use, layer=layer, call=call, label=f"{use.label}_{layer.name}", variables=None))
    return made
