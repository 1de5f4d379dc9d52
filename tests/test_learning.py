"""The examples learn their data, as the command line trains them, far beyond what can be had without learning.

What is asked comes from runs with different seeds, some with two threads, as torch chooses its instructions on a
machine with AVX-512 and with ATEN_CPU_CAPABILITY=default and avx2. It lies at least four standard deviations from the
mean, or from that of two seeds where two are averaged. Where the runs are few, it lies further off. Of one run:

                            epochs  runs    mean      sd   worst
mnist_cnn                        1     3   0.878   0.016   0.859
mnist_cnn_avg_pooling            1     3   0.848   0.018   0.837
mnist_cnn_sum_pooling            1     3   0.849   0.015   0.832
digits_inception                 3     2   0.811   0.072   0.761
digits_resnet                    1     3   0.856   0.035   0.828
vowels_rnn                      12    18   0.733   0.064   0.634
vowels_gru                       8    13   0.809   0.032   0.736
vowels_lstm                     10    13   0.773   0.061   0.675
vowels_bidirectional_lstm        8    13   0.879   0.055   0.752
vowels_masking                  10    13   0.859   0.052   0.757
digit_sequences_cnn_lstm         2     3   0.876   0.009   0.871
reversal_encoder_decoder         1     3   0.780   0.003   0.776
reviews_text_cnn                 2     8   0.638   0.025   0.587
reviews_transformer              2     5   0.608   0.012   0.591
scenes_relation_network          3     6   0.688   0.016   0.658
pairs_siamese                    2     4   0.837   0.010   0.824
digits_autoencoder (error)       3     2  0.0343  0.0037  0.0370
mackey_glass_wavenet (error)     3     2  0.0040  0.0001  0.0041

Networks as they begin, with weights that have learned nothing, lie at their baselines: 0.10 for digits, 0.50 for pairs
and orders, 0.19 for the autoencoder's error, 1.0 for the forecast's.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest

from designer.core.files import read, write
from designer.core.resources import example, examples
from tests.learning import ACCURACY, ERROR, mean_accuracy, mean_error, samples_to_test


def test_that_every_example_has_a_threshold_out_of_reach_without_learning() -> None:
    """Guessing comes four standard deviations above its mean in one of 30,000 times."""
    assert {*ACCURACY, *ERROR} == {path.name.split(".")[0] for path in examples()}
    for name, asked in ACCURACY.items():
        spread = sqrt(asked.baseline * (1 - asked.baseline) / samples_to_test(example(name)))
        assert asked.least >= asked.baseline + 4 * spread, name
    assert all(asked.least <= asked.baseline * 0.8 for asked in ERROR.values())


@pytest.mark.parametrize("name", ACCURACY)
def test_that_an_example_is_right_more_often_than_its_baseline(name: str) -> None:
    asked = ACCURACY[name]
    assert mean_accuracy(example(name), asked) >= asked.least


@pytest.mark.parametrize("name", ERROR)
def test_that_an_example_errs_less_than_its_baseline(name: str) -> None:
    asked = ERROR[name]
    assert mean_error(example(name), asked) <= asked.least


def frozen(name: str, folder: Path) -> Path:
    """An example whose weights stay as they begin."""
    design, path = read(example(name)), folder / "frozen.network.json"
    write(replace(design, training=design.training.model_copy(update={"learning_rate": 1e-8})), path)
    return path


def test_that_a_network_whose_weights_are_frozen_does_not_reach_what_is_asked(tmp_path: Path) -> None:
    known, told = (asked._replace(epochs=1) for asked in (ACCURACY["vowels_gru"], ERROR["mackey_glass_wavenet"]))
    assert mean_accuracy(frozen("vowels_gru", tmp_path), known) < known.baseline + 0.1
    assert mean_error(frozen("mackey_glass_wavenet", tmp_path), told) > told.baseline
