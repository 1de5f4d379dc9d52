"""What Keras takes for each field of a layer that a person leaves alone."""

from __future__ import annotations

import math
from typing import Any

NEUTRAL = frozenset(
    (
        # What a layer is called and was built for, and how it is spelled in a file.
        *(
            "name",
            "batch_input_shape",
            "batch_shape",
            "input_shape",
            "input_dtype",
            "input_length",
            "shape",
            "build_config",
        ),
        # How a result is computed, not which: the results are the same.
        *("implementation", "unroll", "fused", "dynamic", "autocast", "synchronized"),
        # Where random numbers start: they are others here in any case.
        *("seed", "seed_generator"),
        # Told for every layer alike, in `telling`.
        *("trainable", "dtype"),
    )
)
"""Fields that change no result, or are told apart from all others; so do those with an ending of `told_apart`."""

_OF_FIELDS: dict[str, Any] = {
    "activation": "linear",
    "axis": -1,
    "beta_1": 0.9,
    "beta_2": 0.999,
    "center": True,
    "data_format": "channels_last",
    "depth_multiplier": 1,
    "dilation_rate": 1,
    "dropout": 0.0,
    "epsilon": 1e-3,
    "groups": 1,
    "interpolation": "nearest",
    "l1": 0.0,
    "l2": 0.0,
    "label_smoothing": 0.0,
    "mask_value": 0.0,
    "merge_mode": "concat",
    "momentum": 0.99,
    "negative_slope": 0.0,
    "offset": 0.0,
    "padding": "valid",
    "pool_size": 2,
    "reduction": "sum_over_batch_size",
    "recurrent_activation": "sigmoid",
    "recurrent_dropout": 0.0,
    "renorm_momentum": 0.99,
    "reset_after": True,
    "scale": True,
    "score_mode": "dot",
    "size": 2,
    "strides": 1,
    "threshold": 0.0,
    "unit_forget_bias": True,
    "use_bias": True,
}
"""Those that are the same for every class that has them; a field that is not here begins as nothing, or as false."""

_OF_CLASSES: dict[str, dict[str, Any]] = {
    "Adam": {"epsilon": 1e-7},
    "AdamW": {"epsilon": 1e-7},
    "RMSprop": {"epsilon": 1e-7},
    "Adagrad": {"epsilon": 1e-7},
    "AdditiveAttention": {"use_scale": True},
    "Cropping1D": {"cropping": 1},
    "Cropping2D": {"cropping": 0},
    "Cropping3D": {"cropping": 1},
    "ELU": {"alpha": 1.0},
    "GroupNormalization": {"groups": 32},
    "LeakyReLU": {"negative_slope": 0.3, "alpha": 0.3},
    "ReversibleEmbedding": {"tie_weights": True},
    "RMSNormalization": {"epsilon": 1e-6},
    **{f"{name}{rank}D": {"padding": 1} for name in ("ZeroPadding",) for rank in (1, 2, 3)},
    **{
        f"{name}{rank}D": {"strides": 2}
        for name in ("MaxPooling", "AveragePooling", "MaxPool", "AvgPool")
        for rank in (1, 2, 3)
    },
    **{f"{name}{cell}": {"activation": "tanh"} for name in ("GRU", "LSTM", "SimpleRNN") for cell in ("", "Cell")},
    **{f"ConvLSTM{rank}D": {"activation": "tanh"} for rank in (1, 2, 3)},
}
"""Where a class begins with something else."""

_INITIALIZERS = {
    "alpha_initializer": "zeros",
    "beta_initializer": "zeros",
    "bias_initializer": "zeros",
    "embeddings_initializer": "randomuniform",
    "gamma_initializer": "ones",
    "moving_mean_initializer": "zeros",
    "moving_variance_initializer": "ones",
    "recurrent_initializer": "orthogonal",
}
"""By their names in small letters without gaps; kernels begin as Glorot drew them."""
_NUMBERS = {"minval": -0.05, "maxval": 0.05, "gain": 1.0}
"""What the usual initializers begin with."""


def is_initializer(field: str) -> bool:
    """Whether a field says how weights begin: it says nothing where they are in the file."""
    return field.endswith("_initializer") or field == "unit_forget_bias"


def told_apart(field: str) -> bool:
    """Whether a field is told for every layer alike, or changes no result."""
    return field in NEUTRAL or field.endswith(("_regularizer", "_constraint"))


def is_default(class_name: str, field: str, value: Any) -> bool:
    """Whether a field of a class has the value that Keras gives it by itself."""
    if field.endswith("_initializer"):
        return _is_usual(field, value)
    usual = {**_OF_FIELDS, **_OF_CLASSES.get(class_name, {})}.get(field)
    return _alike(_one_of_all_axes(named_function(value)), usual)


def shown(value: Any) -> str:
    """A value of a configuration for a person: an object by its class, and no more than fits in a line."""
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        value = value["class_name"]
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def named_function(value: Any) -> Any:
    """A function by its name alone; all else, also a layer in its place, as it is."""
    return value["config"] if isinstance(value, dict) and isinstance(value.get("config"), str) else value


def _one_of_all_axes(value: Any) -> Any:
    """Equal sizes for every axis as one of them."""
    while isinstance(value, list | tuple) and value and all(item == value[0] for item in value):
        value = value[0]
    return value


def _alike(value: Any, usual: Any) -> bool:
    if value is None or value is False or value in ([], {}, ""):
        return not usual
    if isinstance(value, bool) or isinstance(usual, bool):
        return value is usual
    if isinstance(value, int | float) and isinstance(usual, int | float):
        return math.isclose(value, usual, rel_tol=1e-5)  # Keras keeps float32: 0.0010000000474974513
    return bool(value == usual)


def _is_usual(field: str, value: Any) -> bool:
    """Whether an initializer is the one that Keras takes by itself; its seed does not count."""
    config: Any = {}
    if isinstance(value, dict):
        value, config = value.get("class_name"), value.get("config")
    if value is None:
        return True
    name = str(value).rsplit(">", 1)[-1].lower().replace("_", "")
    numbers = config if isinstance(config, dict) else {}
    same = all(_alike(number, _NUMBERS[key]) for key, number in numbers.items() if key in _NUMBERS)
    return same and name == _INITIALIZERS.get(field, "glorotuniform")
