"""Words and numbers as a person reads them."""

from __future__ import annotations

from designer.blocks._activation import LABELS as _ACTIVATIONS
from designer.core.schema.units import count as count
from designer.core.schema.units import figure as figure
from designer.core.schema.units import memory as memory
from designer.core.schema.units import named as named
from designer.core.schema.units import noun as noun
from designer.core.schema.units import parameters as parameters
from designer.core.schema.units import plural as plural

_VALUES = {
    **_ACTIVATIONS,
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "NAdam",
    "radam": "RAdam",
    "sgd": "SGD with momentum",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adafactor": "Adafactor",
    "muon": "Muon, with AdamW",
    "multi_step": "steps at epochs",
    "step": "steps",
    "cosine_annealing": "cosine",
    "cosine_restarts": "cosine with restarts",
    "one_cycle": "one cycle",
    "plateau": "on a plateau",
    "utf-8": "UTF-8",
    "cpu": "CPU",
    "cuda": "CUDA",
    "mps": "MPS",
    "none": "none",
    "balanced": "balanced, rare ones more",
    "sequence_to_sequence": "sequence to sequence",
    "cross_entropy": "cross-entropy",
    "focal": "focal loss",
    "huber": "Huber loss",
    "quantile": "quantile (pinball) loss",
    "poisson": "Poisson",
    "cosine": "cosine similarity",
    "bce": "binary cross-entropy (BCE)",
    "mse": "mean squared error (MSE)",
    "mae": "mean absolute error (MAE)",
    "ucr": "of the UCR archive",
    "yes_no": "yes or no",
    "rgb": "red, green, blue",
    "zero": "put 0 there",
    "image": "image, height×width",
    "image_first": "image, channels first",
    "image_last": "image, channels last",
    "volume_first": "volume, channels first",
    "volume_last": "volume, channels last",
    "frames_first": "frames, channels first",
    "frames_last": "frames, channels last",
}


def value_label(value: str) -> str:
    """What a choice is called."""
    return _VALUES.get(value, value.replace("_", " "))


def duration(seconds: float) -> str:
    """8 s, 2 min 05 s, 1 h 20 min, which stay on one line."""
    whole = round(seconds)
    if whole < 60:
        told = f"{whole} s"
    elif whole < 3600:
        told = f"{whole // 60} min {whole % 60:02d} s"
    else:
        told = f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return told.replace(" ", "\N{NO-BREAK SPACE}")


def percent(share: float | None) -> str:
    """96.4 %, which stay on one line."""
    return "–" if share is None else f"{share * 100:.1f}\N{NO-BREAK SPACE}%"


_AXIS_WORDS = {
    "C": ("map", "maps"),
    "D": ("slice", "slices"),
    "H": ("row", "rows"),
    "W": ("column", "columns"),
    "L": ("step", "steps"),
    "F": ("unit", "units"),
    "A": ("head", "heads"),
    "Q": ("query", "queries"),
    "K": ("key", "keys"),
    "S": ("layer", "layers"),
    "HC": ("h or c", "states"),
    "O": ("kernel", "kernels"),
    "I": ("input", "inputs"),
}


def axis_word(letter: str) -> str:
    """What a place along an axis is called: row, step, head."""
    return _AXIS_WORDS[letter][0]


def place(where: tuple[int, ...], letters: tuple[str, ...], words: tuple[str, ...] = ()) -> str:
    """head 0, query 3 (good), key 1 (a): where a number is, with the words that the steps stand for."""
    parts = []
    for number, letter in zip(where, letters, strict=True):
        word = f" ({words[number]})" if letter in ("L", "Q", "K") and number < len(words) else ""
        parts.append(f"{axis_word(letter)} {number}{word}")
    return ", ".join(parts)


def sizes(numbers: tuple[int, ...], letters: tuple[str, ...]) -> str:
    """1 head × 12 queries × 12 keys."""
    return " × ".join(
        f"{number} {_AXIS_WORDS[letter][number != 1]}" for number, letter in zip(numbers, letters, strict=True)
    )
