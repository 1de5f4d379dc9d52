"""Dense layers and embeddings."""

from __future__ import annotations

from dataclasses import replace

from designer.core.schema.units import plural
from designer.interop.keras.building.axes import with_channels
from designer.interop.keras.building.builder import UnsupportedError, Use, expected, rule
from designer.interop.keras.building.subnetworks import itself_at_every_step
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Order, Value
from designer.interop.keras.file.variables import Array
from designer.interop.keras.rules.activation import as_field, behind


def rows_in_order(kernel: Array, order: Order | None) -> Array:
    """A kernel [in, out] whose rows are those of the features in our order."""
    if order is not None and order.size != kernel.shape[0]:
        raise UnsupportedError(
            f"its weights are for {plural(kernel.shape[0], 'feature')}, where {plural(order.size, 'arrives', 'arrive')}"
        )
    return kernel if order is None else kernel[order]


@rule("Dense")
def dense(use: Use) -> Value:
    """nn.Linear: from [in, out] to [out, in]. On images it acts on each position, and is a convolution of size 1."""
    value = use.only
    if value.shape.names == IMAGE_SEQUENCE:
        return itself_at_every_step(use)
    value = with_channels(use, value, value.rank - 1)
    field, rest = as_field(use)
    bias, units = use.config.flag("use_bias", True), use.config.whole("units")
    arrays = expected(use.weights(), 1 + bias, use)
    named = {} if not (arrays and bias) else {"bias": arrays[1]}
    params = {"bias": bias, "activation": field}
    if value.shape.is_spatial:
        size = [1] * (value.shape.rank - 1)
        if arrays:
            named["weight"] = arrays[0].T.reshape(*arrays[0].T.shape, *size)
        kind = f"conv{len(size)}d"
        made = use.add(kind, params | {"out_channels": units, "kernel_size": size}, value, arrays=named)
        return behind(use, replace(made, turned=value.turned), rest)
    if arrays:
        named["weight"] = rows_in_order(arrays[0], value.order).T
    return behind(use, use.add("dense", params | {"out_features": units}, value, arrays=named), rest)


@rule("Embedding")
def embedding(use: Use) -> Value:
    """nn.Embedding. What mask_zero says goes its own way, in `masks`."""
    value = use.input
    use.config.ignore("mask_zero")
    params = {"num_embeddings": use.config.whole("input_dim"), "embedding_dim": use.config.whole("output_dim")}
    arrays = expected(use.weights(), 1, use)
    return use.add("embedding", params, value, arrays={"weight": arrays[0]} if arrays else {})
