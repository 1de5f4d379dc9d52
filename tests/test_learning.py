"""The two examples learn their real data, as the command line trains them."""

from __future__ import annotations

import json

import pytest

from designer.__main__ import main
from designer.core.resources import example


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
