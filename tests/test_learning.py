"""The examples learn their data, as the command line trains them, far beyond what can be had without learning."""

from __future__ import annotations

import json

import pytest

from designer.__main__ import main
from designer.core.resources import example, examples

ACCURACY = {
    # after so many epochs, at least; and what guessing, or always giving the most frequent answer, reaches
    "mnist_cnn_avg_pooling": (2, 0.80, 0.10),
    "mnist_cnn_sum_pooling": (2, 0.80, 0.10),
    "digits_inception": (3, 0.70, 0.10),
    "digits_resnet": (2, 0.80, 0.10),
    "vowels_rnn": (20, 0.60, 0.24),
    "vowels_gru": (15, 0.75, 0.24),
    "vowels_bidirectional_lstm": (15, 0.75, 0.24),
    "vowels_masking": (30, 0.70, 0.24),
    "digit_sequences_cnn_lstm": (5, 0.65, 0.50),
    "reversal_encoder_decoder": (5, 0.50, 0.11),
    "reviews_text_cnn": (4, 0.60, 0.51),
    "reviews_transformer": (3, 0.56, 0.51),
    "scenes_relation_network": (5, 0.65, 0.50),
    "pairs_siamese": (2, 0.65, 0.50),
}
ERROR = {
    # after so many epochs, at most; and that of the mean picture, or of the value before
    "digits_autoencoder": (4, 0.050, 0.068),
    "mackey_glass_wavenet": (4, 0.010, 0.0216),
}


def last_event(name: str, epochs: int, seed: int, capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    assert main(["train", str(example(name)), "--epochs", str(epochs), "--seed", str(seed), "--json"]) == 0
    found: dict[str, float] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_the_cnn_reads_digits_after_four_epochs(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    ended = last_event("mnist_cnn", 4, seed, capsys)
    assert ended["val_accuracy"] >= 0.93
    assert ended["test_accuracy"] >= 0.93


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_the_lstm_knows_the_speakers_after_thirty_epochs(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    ended = last_event("vowels_lstm", 30, seed, capsys)
    assert ended["val_accuracy"] >= 0.85
    assert ended["test_accuracy"] >= 0.83


def test_that_every_example_has_a_threshold() -> None:
    tested = {"mnist_cnn", "vowels_lstm", *ACCURACY, *ERROR}
    assert tested == {path.name.split(".")[0] for path in examples()}


@pytest.mark.parametrize("name", ACCURACY)
def test_that_an_example_is_right_more_often_than_its_baseline(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    epochs, least, baseline = ACCURACY[name]
    assert least > baseline
    assert last_event(name, epochs, 0, capsys)["test_accuracy"] >= least


@pytest.mark.parametrize("name", ERROR)
def test_that_an_example_errs_less_than_its_baseline(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    epochs, most, baseline = ERROR[name]
    assert most < baseline
    assert last_event(name, epochs, 0, capsys)["test_loss"] <= most
