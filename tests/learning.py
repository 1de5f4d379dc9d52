"""What the examples have to learn, and how it is measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import NamedTuple
from unittest.mock import patch

from designer.__main__ import main
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import sources
from designer.data.samples import Dataset, Samples


class Asked(NamedTuple):
    """What the mean over some seeds has to reach after so many epochs, and what can be had without learning."""

    epochs: int
    seeds: tuple[int, ...]
    least: float
    baseline: float


ACCURACY = {
    # the baseline is guessing, or always giving the most frequent answer
    "mnist_cnn": Asked(1, (0,), 0.70, 0.10),
    "mnist_cnn_avg_pooling": Asked(1, (0,), 0.70, 0.10),
    "mnist_cnn_sum_pooling": Asked(1, (0,), 0.70, 0.10),
    "digits_inception": Asked(3, (0,), 0.45, 0.10),
    "digits_resnet": Asked(1, (0,), 0.65, 0.10),
    "vowels_rnn": Asked(12, (0,), 0.49, 0.24),
    "vowels_gru": Asked(8, (0,), 0.67, 0.24),
    "vowels_lstm": Asked(10, (0,), 0.52, 0.24),
    "vowels_bidirectional_lstm": Asked(8, (0,), 0.60, 0.24),
    "vowels_masking": Asked(10, (0, 1), 0.68, 0.24),
    "digit_sequences_cnn_lstm": Asked(2, (0,), 0.72, 0.50),
    "moving_digits_conv3d": Asked(1, (0,), 0.25, 0.125),
    "moving_digits_cnn_lstm": Asked(1, (0,), 0.32, 0.125),
    "reversal_encoder_decoder": Asked(1, (0,), 0.65, 0.11),
    "dna_motif_detector": Asked(2, (0,), 0.80, 0.50),
    "dna_bidirectional_lstm": Asked(2, (0,), 0.80, 0.50),
    "reviews_text_cnn": Asked(2, (0, 1), 0.555, 0.51),
    "reviews_transformer": Asked(2, (0,), 0.555, 0.51),
    "scenes_relation_network": Asked(4, (0,), 0.60, 0.50),
    "pairs_siamese": Asked(2, (0,), 0.72, 0.50),
    "spoken_digits_cnn": Asked(2, (0,), 0.40, 0.10),
    "spoken_digits_lstm": Asked(4, (0,), 0.48, 0.10),
    "digit_finder": Asked(1, (0,), 0.50, 0.10),
    "points_set_transformer": Asked(1, (0,), 0.30, 0.17),
    "alice_next_letter": Asked(2, (0,), 0.44, 0.18),
}
ERROR = {
    # the baseline is the error of the mean picture, of the value before, or of a linear regression
    "digits_autoencoder": Asked(3, (0,), 0.050, 0.068),
    "mackey_glass_wavenet": Asked(3, (0,), 0.015, 0.0216),
    "flat_prices_table": Asked(4, (0,), 0.12, 0.276),
}


class Soon(NamedTuple):
    """What mostly suffices to reach what is asked, with one seed: one of so many samples to learn from, some epochs."""

    every: int
    epochs: int


SOON = {
    "mnist_cnn": Soon(2, 1),
    "mnist_cnn_avg_pooling": Soon(2, 1),
    "mnist_cnn_sum_pooling": Soon(2, 1),
    "digits_inception": Soon(1, 2),
    "vowels_gru": Soon(1, 6),
    "vowels_bidirectional_lstm": Soon(1, 5),
    "vowels_masking": Soon(1, 8),
    "digit_sequences_cnn_lstm": Soon(1, 1),
    "moving_digits_cnn_lstm": Soon(2, 1),
    "dna_motif_detector": Soon(1, 1),
    "dna_bidirectional_lstm": Soon(1, 1),
    "reviews_text_cnn": Soon(1, 1),
    "scenes_relation_network": Soon(1, 2),
    "spoken_digits_lstm": Soon(1, 2),
    "digit_finder": Soon(2, 1),
    "mackey_glass_wavenet": Soon(1, 2),
    "flat_prices_table": Soon(1, 2),
}
"""Where these fall short, the example is trained as above: so nothing else passes than what reaches the same."""


def epochs_of(path: Path, epochs: int, seed: int, *options: str) -> tuple[int, dict[str, float]]:
    """The number of validation samples and the last event of a network that the command line trains."""
    said = StringIO()
    with redirect_stdout(said):
        assert main(["train", str(path), "--epochs", str(epochs), "--seed", str(seed), "--json", *options]) == 0
    events = [json.loads(line) for line in said.getvalue().splitlines()]
    return int(events[0]["validation_samples"]), events[-1]


def samples_to_test(path: Path) -> int:
    return sources.sources()[read(path).data.source].test_samples


def mean_accuracy(path: Path, asked: Asked, *options: str) -> float:
    """The share of all samples that were not learned from and are named rightly, over the seeds."""
    found, test = [], samples_to_test(path)
    for seed in asked.seeds:
        held, last = epochs_of(path, asked.epochs, seed, *options)
        found.append((held * last["val_accuracy"] + test * last["test_accuracy"]) / (held + test))
    return fmean(found)


def reached_accuracy(name: str) -> float:
    """What an example reaches soon, if that is what is asked, or else after all of its epochs and seeds."""
    path, asked = example(name), ACCURACY[name]
    found = _soon(mean_accuracy, name, asked)
    return found if found is not None and found >= asked.least else mean_accuracy(path, asked)


def reached_error(name: str) -> float:
    """The error that it comes down to, likewise."""
    path, asked = example(name), ERROR[name]
    found = _soon(mean_error, name, asked)
    return found if found is not None and found <= asked.least else mean_error(path, asked)


def _soon(measured: Callable[[Path, Asked], float], name: str, asked: Asked) -> float | None:
    if (soon := SOON.get(name)) is None:
        return None
    with patch.object(sources, "load", partial(_thinned, sources.load, soon.every)):
        return measured(example(name), asked._replace(epochs=soon.epochs, seeds=asked.seeds[:1]))


def _thinned(load: Callable[[str], Dataset], every: int, name: str) -> Dataset:
    """One of so many samples to learn from; those of the test are all there."""
    dataset = load(name)
    return replace(dataset, train=Samples({name: column[::every] for name, column in dataset.train.columns.items()}))


def mean_error(path: Path, asked: Asked) -> float:
    """The loss on the test samples, over the seeds."""
    return fmean(epochs_of(path, asked.epochs, seed)[1]["test_loss"] for seed in asked.seeds)
