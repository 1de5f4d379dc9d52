"""What to try after a loss has become infinite fits the network."""

from __future__ import annotations

import pytest

from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import infer
from designer.data import sources
from designer.engine.protocol.events import Failed
from designer.engine.training.hints import after_divergence
from tests.helpers import Item, chain, dense, design_of, input_of, output_for, trained

FAST = TrainingSettings(learning_rate=100.0)
CONV: Item = ("conv2d", "conv1", {"out_channels": 4})


def test_that_a_network_without_images_is_not_told_of_a_norm_for_images() -> None:
    """The network on passengers whose loss becomes infinite at a rate of 100."""
    network = chain(
        input_of(12, 1),
        "flatten",
        dense(32, "d", activation="relu"),
        dense(32, "d2", activation="relu"),
        dense(1, "dense"),
        output_for("regression"),
    )
    design = design_of(network, "airline_passengers", optimizer="sgd", learning_rate=100.0, epochs=4)
    _, events = trained(design, sources.load("airline_passengers"))
    assert isinstance(events[-1], Failed)
    assert events[-1].message.startswith("the loss became")
    assert events[-1].hint == (
        "Try a smaller learning rate (now 100; 10, for example), "
        "or a BatchNorm1d behind 'd', where sums may grow large."
    )


@pytest.mark.parametrize(
    ("items", "norm"),
    [
        ([input_of(1, 8, 8), CONV, "flatten", dense(4), output_for()], "a BatchNorm2d behind 'conv1'"),
        (
            [input_of(1, 4, 8, 8), ("conv3d", "conv1"), "flatten", dense(4), output_for()],
            "a BatchNorm3d behind 'conv1'",
        ),
        ([input_of(9, 3), ("conv1d", "conv1"), "flatten", dense(4), output_for()], "a LayerNorm behind 'conv1'"),
        ([input_of(None, 3), ("gru", "gru1"), ("gru", "gru2"), dense(4), output_for()], "a LayerNorm behind 'gru1'"),
        ([input_of(3), dense(1), output_for("regression")], ""),
        ([input_of(1, 8, 8), CONV, "batch_norm2d", "flatten", dense(4), output_for()], ""),
    ],
)
def test_that_the_norm_fits_the_shape_and_is_only_named_where_there_is_none(items: list[Item], norm: str) -> None:
    found = infer(chain(*items))
    assert not found.problems
    hint = after_divergence(found, FAST)
    assert hint.startswith("Try a smaller learning rate (now 100; 10, for example)")
    assert norm in hint
    assert ("Norm" in hint) == bool(norm)


def test_that_a_small_rate_is_not_blamed_first() -> None:
    slow = TrainingSettings(learning_rate=1e-4)
    hint = after_divergence(infer(chain(input_of(3), dense(1), output_for("regression"))), slow)
    assert hint.startswith("Try numbers around 0 to 1 at the Input")
    assert "(now 0.0001; 1e-05, for example)" in hint


def test_that_a_poisson_loss_of_numbers_themselves_is_told_to_need_positive_ones() -> None:
    network = chain(input_of(3), dense(1), output_for("regression", loss="poisson", log_input=False))
    hint = after_divergence(infer(network), TrainingSettings())
    assert hint.startswith("Give 'output' positive numbers, as its loss takes their logarithm: set the activation")
    assert hint.endswith("or try a smaller learning rate (now 0.001; 0.0001, for example).")
    network = chain(input_of(3), dense(1), output_for("regression", loss="poisson"))
    assert "positive" not in after_divergence(infer(network), TrainingSettings())
