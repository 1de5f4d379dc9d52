"""What plain methods reach on the data of the examples: `python -m benchmarks.baselines [EXAMPLE ...]`.

A network's result says little beside guessing alone. These methods take a second each and nothing but numpy; each
learns from the samples that the network learns from, and is measured on its test samples. The figures stand in the
words about the examples, and `tests/test_example_texts.py` holds them there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from designer.core.graph.binding import bind
from designer.core.storage.files import read
from designer.core.storage.resources import example, examples
from designer.data import sources
from designer.engine.evaluation.boxes import overlap
from designer.engine.training.batches import validation_split

Values = npt.NDArray[Any]
CODE = 16
"""Numbers of the autoencoder's bottleneck."""
LAGS = 32
"""Values of the past that the linear forecast weighs."""
PENALTIES = (1.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Parts:
    """The columns of an example's data [N, ...]: to learn from, to choose with, and to measure on."""

    learned: dict[str, Values]
    held: dict[str, Values]
    test: dict[str, Values]


def parts_of(name: str) -> Parts:
    """The data of an example, split as its training splits it."""
    design = read(example(name))
    data = sources.load(design.data.source)
    binding = bind(design.network, data.info)
    rows, held = validation_split(data.train, data.info, binding, design.training)
    train = data.train.columns
    return Parts(
        {column: values[rows] for column, values in train.items()},
        {column: values[held] for column, values in train.items()},
        dict(data.test.columns),
    )


def flat(values: Values) -> Values:
    """Samples [N, ...] as rows [N, F]."""
    return values.reshape(len(values), -1).astype(np.float64)


def nearest(known: Values, labels: Values, asked: Values) -> Values:
    """The label of the known sample that lies nearest to each one asked for."""
    known, first = np.unique(flat(known), axis=0, return_index=True)
    apart = np.square(known).sum(1) - 2 * flat(asked) @ known.T
    named: Values = labels[first][apart.argmin(1)]
    return named


def least_squares(parts: Parts, column: str, target: str) -> float:
    """Accuracy of a linear classifier, whose penalty is the one that does best on the validation samples."""

    def rows(samples: dict[str, Values]) -> Values:
        return np.c_[flat(samples[column]), np.ones(len(samples[column]))]

    x, wanted = rows(parts.learned), parts.learned[target]
    products, sums = x.T @ x, x.T @ np.eye(int(wanted.max()) + 1)[wanted]
    weights = [np.linalg.solve(products + penalty * np.eye(len(products)), sums) for penalty in PENALTIES]

    def accuracy(samples: dict[str, Values], learned: Values) -> float:
        return float(((rows(samples) @ learned).argmax(1) == samples[target]).mean())

    return accuracy(parts.test, max(weights, key=lambda learned: accuracy(parts.held, learned)))


def nearest_picture(parts: Parts) -> float:
    named = nearest(parts.learned["image"], parts.learned["digit"], parts.test["image"])
    return float((named == parts.test["digit"]).mean())


def nearest_film(parts: Parts) -> float:
    named = nearest(parts.learned["film"], parts.learned["direction"], parts.test["film"])
    return float((named == parts.test["direction"]).mean())


def nearest_pair(parts: Parts) -> float:
    pictures, digits = (
        np.concatenate([parts.learned[f"{side}{kind}"] for side in ("first", "second")]) for kind in ("", "_digit")
    )
    first, second = (nearest(pictures, digits, parts.test[side]) for side in ("first", "second"))
    return float(((first == second) == parts.test["same"]).mean())


def nearest_in_scene(parts: Parts) -> float:
    def objects(samples: dict[str, Values]) -> Values:
        return samples["objects"].reshape(-1, *samples["objects"].shape[2:])

    named = nearest(objects(parts.learned), parts.learned["digits"].reshape(-1), objects(parts.test))
    found = [len(set(digits)) < len(digits) for digits in named.reshape(parts.test["digits"].shape).tolist()]
    return float((np.array(found) == parts.test["pair"]).mean())


def principal_components(parts: Parts) -> float:
    """Mean squared error of a pixel where `CODE` principal components stand for a picture."""
    pictures, test = flat(parts.learned["image"]), flat(parts.test["image"])
    mean = pictures.mean(0)
    _, directions = np.linalg.eigh((pictures - mean).T @ (pictures - mean))
    kept = directions[:, -CODE:]
    return float(np.square((test - mean) - (test - mean) @ kept @ kept.T).mean())


def linear_forecast(parts: Parts) -> float:
    """Mean squared error of the next value, a weighted sum of the `LAGS` values up to now; zeros before the first."""

    def past(samples: dict[str, Values]) -> tuple[Values, Values]:
        padded = np.pad(samples["series"][..., 0].astype(np.float64), ((0, 0), (LAGS - 1, 0)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, LAGS, axis=1).reshape(-1, LAGS)
        return np.c_[windows, np.ones(len(windows))], samples["next"].reshape(-1)

    weights = np.linalg.lstsq(*past(parts.learned), rcond=None)[0]
    asked, wanted = past(parts.test)
    return float(np.square(asked @ weights - wanted).mean())


def naive_bayes(parts: Parts) -> float:
    """Accuracy of a multinomial naive Bayes, which counts words whatever their order, each once more than seen."""
    words = 1 + max(int(parts.learned["words"].max()), int(parts.test["words"].max()))

    def counted(samples: dict[str, Values]) -> Values:
        counts = np.zeros((len(samples["words"]), words))
        np.add.at(counts, (np.arange(len(counts))[:, None], samples["words"]), 1)
        counts[:, 0] = 0  # the padding
        return counts

    counts, opinions = counted(parts.learned), parts.learned["opinion"]
    seen = np.stack([counts[opinions == opinion].sum(0) + 1 for opinion in (0, 1)])
    scores = counted(parts.test) @ np.log(seen / seen.sum(1, keepdims=True)).T
    return float(((scores + np.log(np.bincount(opinions))).argmax(1) == parts.test["opinion"]).mean())


def threes_counted(parts: Parts) -> float:
    """Accuracy of a linear classifier of how often each three letters follow each other in a strand."""

    def counted(samples: dict[str, Values]) -> dict[str, Values]:
        triples = np.lib.stride_tricks.sliding_window_view(samples["letters"] - 1, 3, axis=1) @ np.array([16, 4, 1])
        return {**samples, "threes": np.stack([(triples == three).sum(1) for three in range(64)], axis=1)}

    return least_squares(Parts(*map(counted, (parts.learned, parts.held, parts.test))), "threes", "motif")


def digits_left(parts: Parts) -> float:
    """Accuracy of naming, at each step, a digit that was read and not written so far, the most frequent one of them."""
    right: list[bool] = []
    for read_digits, steps, written in zip(
        parts.test["numbers"], parts.test["numbers_lengths"], parts.test["started"], strict=True
    ):
        left = np.bincount(read_digits[:steps], minlength=written.max() + 1)
        for step in range(1, steps + 1):
            wanted = read_digits[steps - step]
            right.append(bool(left.argmax() == wanted))
            left[wanted] -= 1
    return float(np.mean(right))


def one_hot(categories: Values) -> Values:
    """Categories [N, 1] as columns [N, C], each of which says whether it is that one."""
    columns: Values = np.eye(int(categories.max()) + 1)[categories[:, 0]]
    return columns


def linear_regression(parts: Parts) -> float:
    """Mean squared error of a price that is a weighted sum of the numbers and of a column for each category."""

    def rows(samples: dict[str, Values]) -> Values:
        return np.c_[samples["numbers"], one_hot(samples["district"]), one_hot(samples["condition"])]

    weights = np.linalg.lstsq(rows(parts.learned), parts.learned["price"], rcond=None)[0]
    return float(np.square(rows(parts.test) @ weights - parts.test["price"]).mean())


def after_two_letters(parts: Parts) -> float:
    """Accuracy of naming what most often followed the last two characters (0 is before the first)."""
    many = 1 + int(parts.learned["letters"].max())

    def pairs(samples: dict[str, Values]) -> Values:
        before: Values = np.pad(samples["letters"], ((0, 0), (1, 0)))[:, :-1]
        return before * many + samples["letters"]

    counts = np.zeros((many * many, many))
    np.add.at(counts, (pairs(parts.learned), parts.learned["next"]), 1)
    counts += counts.sum(0) / counts.sum() / 2  # for pairs that it never saw
    return float((counts.argmax(1)[pairs(parts.test)] == parts.test["next"]).mean())


def overlap_of_the_mean_box(parts: Parts) -> float:
    """Mean overlap (IoU) of the boxes with the one that is their mean where it learns."""
    boxes = parts.test["box"].astype(np.float64)
    return float(overlap(np.broadcast_to(parts.learned["box"].mean(0), boxes.shape), boxes).mean())


PLAIN: dict[str, Callable[[Parts], float]] = {
    "mnist_5k": nearest_picture,
    "digit_pairs": nearest_pair,
    "digit_scenes": nearest_in_scene,
    "moving_digits": nearest_film,
    "digit_boxes": lambda parts: least_squares(parts, "scene", "digit"),
    "digit_sequences": lambda parts: least_squares(parts, "digits", "order"),
    "japanese_vowels": lambda parts: least_squares(parts, "padded", "speaker"),
    "mackey_glass": linear_forecast,
    "movie_reviews": naive_bayes,
    "spoken_digits": lambda parts: least_squares(parts, "frames", "digit"),
    "number_reversal": digits_left,
    "dna_motifs": threes_counted,
    "point_shapes": lambda parts: least_squares(parts, "in_a_row", "shape"),
    "flat_prices": linear_regression,
    "next_letter": after_two_letters,
}


BESIDE = {"digit_boxes": overlap_of_the_mean_box}
"""Of data with a second Output that is told beside the first."""


def plain(name: str) -> float:
    """What the plain method reaches on an example's data: an accuracy, or an error where it tells numbers."""
    method = principal_components if name == "digits_autoencoder" else PLAIN[read(example(name)).data.source]
    return method(parts_of(name))


def main() -> None:
    for name in sys.argv[1:] or [path.name.split(".")[0] for path in examples()]:
        beside = BESIDE.get(read(example(name)).data.source)
        print(f"{name:30} {plain(name):.4f}", f"{beside(parts_of(name)):.4f}" if beside else "", flush=True)


if __name__ == "__main__":
    main()
