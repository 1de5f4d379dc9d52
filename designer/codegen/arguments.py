"""What the arguments of torch's modules and of our parts are called, and what they are where they are left out.

The names and defaults are those of torch's documentation (torch.nn); a test compares them with torch itself.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any

from designer.core.ir import torch_extras
from designer.core.ir.expr import Call
from designer.core.ir.python_source import read_source

# By the module's name without the number of its axes: nn.Conv for nn.Conv1d and nn.ConvTranspose2d.
_NAMES: dict[str, tuple[str, ...]] = {
    "nn.AdaptiveAvgPool": ("output_size",),
    "nn.AdaptiveMaxPool": ("output_size",),
    "nn.AlphaDropout": ("p",),
    "nn.AvgPool": ("kernel_size", "stride", "padding"),
    "nn.BatchNorm": ("num_features", "eps", "momentum"),
    "nn.Bilinear": ("in1_features", "in2_features", "out_features"),
    "nn.CELU": ("alpha",),
    "nn.ChannelShuffle": ("groups",),
    "nn.CircularPad": ("padding",),
    "nn.ConstantPad": ("padding", "value"),
    "nn.Conv": ("in_channels", "out_channels", "kernel_size", "stride", "padding"),
    "nn.CosineSimilarity": ("dim", "eps"),
    "nn.Dropout": ("p",),
    "nn.ELU": ("alpha",),
    "nn.Embedding": ("num_embeddings", "embedding_dim"),
    "nn.EmbeddingBag": ("num_embeddings", "embedding_dim"),
    "nn.FeatureAlphaDropout": ("p",),
    "nn.Flatten": ("start_dim", "end_dim"),
    "nn.GLU": ("dim",),
    "nn.GRU": ("input_size", "hidden_size"),
    "nn.GRUCell": ("input_size", "hidden_size"),
    "nn.GroupNorm": ("num_groups", "num_channels", "eps"),
    "nn.Hardshrink": ("lambd",),
    "nn.Hardtanh": ("min_val", "max_val"),
    "nn.InstanceNorm": ("num_features", "eps", "momentum"),
    "nn.LPPool": ("norm_type", "kernel_size", "stride"),
    "nn.LSTM": ("input_size", "hidden_size"),
    "nn.LSTMCell": ("input_size", "hidden_size"),
    "nn.LayerNorm": ("normalized_shape", "eps"),
    "nn.LeakyReLU": ("negative_slope",),
    "nn.Linear": ("in_features", "out_features", "bias"),
    "nn.LocalResponseNorm": ("size", "alpha", "beta", "k"),
    "nn.LogSoftmax": ("dim",),
    "nn.MaxPool": ("kernel_size", "stride", "padding", "dilation"),
    "nn.MultiheadAttention": ("embed_dim", "num_heads", "dropout"),
    "nn.PReLU": ("num_parameters", "init"),
    "nn.PixelShuffle": ("upscale_factor",),
    "nn.PixelUnshuffle": ("downscale_factor",),
    "nn.RMSNorm": ("normalized_shape", "eps"),
    "nn.RNN": ("input_size", "hidden_size"),
    "nn.RNNCell": ("input_size", "hidden_size"),
    "nn.RReLU": ("lower", "upper"),
    "nn.ReflectionPad": ("padding",),
    "nn.ReplicationPad": ("padding",),
    "nn.Softmax": ("dim",),
    "nn.Softmin": ("dim",),
    "nn.Softplus": ("beta", "threshold"),
    "nn.Softshrink": ("lambd",),
    "nn.Threshold": ("threshold", "value"),
    "nn.TransformerEncoderLayer": ("d_model", "nhead", "dim_feedforward", "dropout"),
    "nn.Unflatten": ("dim", "unflattened_size"),
    "nn.Unfold": ("kernel_size", "dilation", "padding", "stride"),
    "nn.Upsample": ("size", "scale_factor", "mode"),
    "nn.ZeroPad": ("padding",),
}
_CONVOLUTION = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "output_padding": 0}
_RECURRENT = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "nn.AvgPool": {"padding": 0, "ceil_mode": False, "count_include_pad": True},
    "nn.BatchNorm": {"eps": 1e-5, "momentum": 0.1, "affine": True},
    "nn.Conv": _CONVOLUTION,
    "nn.GRU": _RECURRENT,
    "nn.GroupNorm": {"eps": 1e-5, "affine": True},
    "nn.InstanceNorm": {"eps": 1e-5, "momentum": 0.1, "affine": False},
    "nn.LSTM": _RECURRENT,
    "nn.LayerNorm": {"eps": 1e-5, "elementwise_affine": True, "bias": True},
    "nn.Linear": {"bias": True},
    "nn.MaxPool": {"padding": 0, "dilation": 1, "ceil_mode": False},
    "nn.MultiheadAttention": {"dropout": 0.0, "bias": True, "batch_first": False},
    "nn.RNN": {**_RECURRENT, "nonlinearity": "tanh"},
    "nn.TransformerEncoderLayer": {"dim_feedforward": 2048, "dropout": 0.1, "norm_first": False, "bias": True},
}


def argument_name(item: Call, place: int) -> str:
    """What the argument at a place (from 0) of a module is called where its class is defined."""
    own = _own_names(item)
    names = _NAMES.get(_family(item.target), ()) if own is None else own
    return names[place] if place < len(names) else f"value{place + 1}"


def default_of(item: Call, key: str) -> Any:
    """What a keyword argument of a module of torch is where it is left out. Raises KeyError where that is not known."""
    return _DEFAULTS[_family(item.target)][key]


def has_default(item: Call, key: str) -> bool:
    """Whether `default_of` knows an argument."""
    return not item.home and key in _DEFAULTS.get(_family(item.target), ())


def _family(target: str) -> str:
    return re.sub(r"(Transpose)?\dd$", "", target)


def _own_names(item: Call) -> tuple[str, ...] | None:
    """The arguments of a class that is not torch's, as its source has them; None for one of torch's."""
    if "." in item.target:
        return None
    return _written_names(item.target, item.home or torch_extras.home_of(item.target))


@lru_cache(maxsize=256)
def _written_names(name: str, home: str) -> tuple[str, ...]:
    definition = read_source(home).definitions.get(name)
    for found in ast.walk(ast.parse(definition.text)) if definition else ():
        if isinstance(found, ast.FunctionDef) and found.name == "__init__":
            return tuple(argument.arg for argument in found.args.args[1:])
    return ()
