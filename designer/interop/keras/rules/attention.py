"""Attention."""

from __future__ import annotations

from typing import Any

import numpy as np

from designer.core.schema.units import plural
from designer.interop.keras.building.axes import usual
from designer.interop.keras.building.builder import UnsupportedError, Use, expected, rule
from designer.interop.keras.building.values import Value
from designer.interop.keras.file.variables import Array

_PARTS = ("query_dense", "key_dense", "value_dense", "output_dense")


@rule("MultiHeadAttention")
def multi_head(use: Use) -> list[Value]:
    """nn.MultiheadAttention, where its heads share the features out as torch's do."""
    heads, size = use.config.whole("num_heads"), use.config.whole("key_dim")
    query, memory = _inputs(use)
    width = query.shape.last
    if use.config.get("value_dim") not in (None, size) or heads * size != width:
        raise UnsupportedError(
            f"{plural(heads, 'head')} of {plural(size, 'number')} on {plural(width, 'feature')}: torch's heads "
            f"share the features out ({width // heads if heads else 0} each)"
        )
    if use.config.get("use_gate") or use.config.get("sliding_window") or use.config.get("output_shape"):
        raise UnsupportedError("has a gate, a sliding window or an output_shape of its own")
    axes = use.config.get("attention_axes")
    if axes not in (None, 1, [1]):
        raise UnsupportedError(f"attends along the axes {str(axes)[:40]}: only along the steps can it here")
    bias = use.config.flag("use_bias", True)
    params = {
        "num_heads": heads,
        "dropout": use.config.real("dropout", 0.0),
        "bias": bias,
        "causal": bool(use.call.kwargs.get("use_causal_mask", False)),
    }
    arrays = _arrays(use, bias, width, memory.shape.last)
    return _with_weights(use, "multi_head_attention", params, query, memory, arrays)


def _with_weights(
    use: Use, kind: str, params: dict[str, Any], query: Value, memory: Value, arrays: dict[str, Array]
) -> list[Value]:
    """The block, and the weights that it gives where they are asked for."""
    crossing = [] if memory.ref == query.ref else [memory]
    made = use.add(kind, params, query, *crossing, arrays=arrays)
    if not use.call.kwargs.get("return_attention_scores"):
        return [made]
    block = use.builder.nodes[made.ref].block
    shapes = block.output_shapes(query.shape, *(value.shape for value in crossing))  # type: ignore[union-attr]
    return [made, use.port(made, "weights", shapes[1])]


_KINDS = {"Attention": "dot_attention", "AdditiveAttention": "additive_attention"}


@rule(*_KINDS)
def plain(use: Use) -> list[Value]:
    """Attention without heads and projections; its weights are over keys that are the values, too."""
    name = use.layer.class_name
    if use.config.word("score_mode", "dot") != "dot":
        return _of_sums(use)
    scaled = use.config.flag("use_scale", name == "AdditiveAttention")
    params = {
        "scaled": scaled,
        "dropout": use.config.real("dropout", 0.0),
        "causal": bool(use.call.kwargs.get("use_causal_mask", use.config.get("causal", False))),
    }
    arrays = expected(use.weights(), scaled, use)
    query, memory = _inputs(use)
    named = {"scale": arrays[0]} if scaled and arrays else {}
    return _with_weights(use, _KINDS[name], params, query, memory, named)


def _of_sums(use: Use) -> list[Value]:
    """Scores w (tanh(q + k) summed up): those of an AdditiveAttention whose weights are all w."""
    if use.config.flag("use_scale", False):
        raise UnsupportedError("its score_mode is concat with use_scale: a scale within the tanh has no block")
    params = {
        "scaled": True,
        "dropout": use.config.real("dropout", 0.0),
        "causal": bool(use.call.kwargs.get("use_causal_mask", False)),
    }
    arrays = expected(use.weights(), 1, use)
    query, memory = _inputs(use)
    use.note("changed", "Keras learns one weight for all numbers of its scores: here each number has its own")
    named = {"scale": np.full(query.shape.last, float(arrays[0].reshape(-1)[0]))} if arrays else {}
    return _with_weights(use, "additive_attention", params, query, memory, named)


def _inputs(use: Use) -> tuple[Value, Value]:
    """Query, and what keys and values are made of."""
    kwargs = use.call.kwargs
    named = [kwargs[name] for name in ("query", "value", "key") if isinstance(kwargs.get(name), Value)]
    given = [*use.inputs, *(usual(use, value) for value in named)]
    if not 2 <= len(given) <= 3 or (len(given) == 3 and given[1].ref != given[2].ref):
        raise UnsupportedError("takes keys and values from two places")
    if any(value.order is not None or not value.shape.is_sequence for value in given):
        raise UnsupportedError("takes something other than sequences")
    return given[0], given[1]


def _arrays(use: Use, bias: bool, width: int, read: int) -> dict[str, Array]:
    """Keras's [in, heads, size] for query, key and value, and [heads, size, out], as torch's [out, in]."""
    parts = [expected(use.weights(place), 1 + bias, use) for place in _PARTS]
    if any(part is None for part in parts):
        return {}
    arrays: list[Any] = parts
    query, key, value = (part[0].reshape(part[0].shape[0], -1).T for part in arrays[:3])
    found = {"out_proj.weight": arrays[3][0].reshape(-1, width).T}
    if read == width:
        found["in_proj_weight"] = np.concatenate([query, key, value])
    else:
        found |= {"q_proj_weight": query, "k_proj_weight": key, "v_proj_weight": value}
    if bias:
        found["in_proj_bias"] = np.concatenate([part[1].reshape(-1) for part in arrays[:3]])
        found["out_proj.bias"] = arrays[3][1]
    return found
