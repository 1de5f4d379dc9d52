"""Several Inputs and Outputs, losses of steps, and penalties: against plain torch, and as a run."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from designer.core.graph.binding import DataInfo, Feature, Target, bind, one_to_one
from designer.core.graph.network import Network, Node
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import features, image, sequence, tokens
from designer.data.samples import Dataset, Samples
from designer.engine.inspection.probe import capture
from designer.engine.model.build import build
from designer.engine.protocol.events import EpochEnded, Event, Failed, Finished
from designer.engine.protocol.figures import by_output
from designer.engine.protocol.lines import line_of
from designer.engine.protocol.requests import Watch
from designer.engine.runs.run_folder import Run
from designer.engine.training.objectives import make_penalty
from designer.recipe.batching import epoch_order, split_order
from designer.recipe.losses import bce, cross_entropy, mae, mse
from designer.recipe.sequence_steps import every_step, real_steps
from designer.recipe.splitting import split_by_class
from tests.helpers import (
    block,
    chain,
    dense,
    design_of,
    input_of,
    losses,
    output_for,
    same_weights,
    stopped_at,
    trained,
)

RANDOM = np.random.default_rng(8)
COUNT = 60


def joined_data() -> Dataset:
    """Two rows of numbers; a class and two sums to learn from them."""
    left, right = (RANDOM.normal(size=(COUNT, size)).astype(np.float32) for size in (3, 2))
    kind = (left.sum(1) > right.sum(1)).astype(np.int64)
    sums = np.stack([left.sum(1), right.sum(1)], axis=1)
    samples = Samples({"left": left, "right": right, "kind": kind, "sums": sums})
    info = DataInfo(
        "joined",
        "Joined",
        (Feature("left", features(3)), Feature("right", features(2))),
        (Target("kind", features(1), ("smaller", "larger")), Target("sums", features(2))),
    )
    return Dataset(info, samples, samples)


def joined_network(weight: float = 0.3) -> Network:
    """Two Inputs, each through a Dense, added; a class and two numbers as Outputs."""
    return Network.of(
        [
            Node("one", block("input", sizes=[3], feature="left"), ()),
            Node("other", block("input", sizes=[2]), ()),
            Node("dense1", block("dense", out_features=8, activation="tanh"), ("one",)),
            Node("dense2", block("dense", out_features=8, activation="tanh"), ("other",)),
            Node("add1", block("add"), ("dense1", "dense2")),
            Node("dense3", block("dense", out_features=2), ("add1",)),
            Node("dense4", block("dense", out_features=2), ("add1",)),
            Node("kinds", block("output"), ("dense3",)),
            Node("numbers", block("output", task="regression", weight=weight), ("dense4",)),
        ]
    )


def ended(events: list[Event]) -> Finished | Failed:
    last = events[-1]
    assert isinstance(last, Finished | Failed)
    return last


class Joined(nn.Module):
    """The same network, as a person writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.dense1, self.dense2 = nn.Linear(3, 8), nn.Linear(2, 8)
        self.dense3, self.dense4 = nn.Linear(8, 2), nn.Linear(8, 2)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        both = torch.tanh(self.dense1(left)) + torch.tanh(self.dense2(right))
        return self.dense3(both), self.dense4(both)


def penalised(model: nn.Module, l1: float, l2: float) -> torch.Tensor:
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Linear)]
    return sum((l1 * weight.abs().sum() + l2 * (weight**2).sum() for weight in weights), torch.zeros(()))


@pytest.mark.parametrize(
    "settings",
    [{}, {"l1": 0.01}, {"l2": 0.05}, {"weight_decay": 0.1}, {"optimizer": "adamw", "weight_decay": 0.1}],
    ids=str,
)
def test_that_the_curve_is_that_of_a_plain_loop(settings: dict[str, Any]) -> None:
    data = joined_data()
    design = design_of(joined_network(), epochs=3, batch_size=8, learning_rate=0.01, seed=4, **settings)
    session, events = trained(design, data)

    torch.manual_seed(4)
    model = Joined()
    rule = torch.optim.AdamW if settings.get("optimizer") == "adamw" else torch.optim.Adam
    optimizer = rule(model.parameters(), lr=0.01, weight_decay=settings.get("weight_decay", 0.0))
    rows, _ = split_by_class(data.train.columns["kind"], 0.2, 4)
    left, right, kind, sums = (torch.from_numpy(data.train.columns[name][rows]) for name in data.train.columns)
    expected = []
    for epoch in (1, 2, 3):
        for batch in split_order(epoch_order(len(rows), 4, epoch), 8):
            optimizer.zero_grad()
            logits, numbers = model(left[batch], right[batch])
            loss = F.cross_entropy(logits, kind[batch]) + 0.3 * F.mse_loss(numbers, sums[batch])
            (loss + penalised(model, settings.get("l1", 0.0), settings.get("l2", 0.0))).backward()
            optimizer.step()
            expected.append(loss.item())
    np.testing.assert_allclose(losses(events), expected, rtol=1e-4)
    for name, value in model.state_dict().items():
        torch.testing.assert_close(session.model.state_dict()[name], value, rtol=1e-3, atol=1e-5)


def test_that_penalties_leave_the_scales_of_norms_alone() -> None:
    network = chain(input_of(1, 6, 6), ("layer_norm", "norm", {"axes": "all"}), "flatten", dense(4), output_for())
    settings = TrainingSettings(l1=0.5, l2=2.0)
    model = build(network, seed=0)
    weight = model.get_parameter("dense1.weight")
    wanted = 0.5 * weight.abs().sum() + 2.0 * (weight**2).sum()
    penalty = make_penalty(settings)
    assert penalty is not None
    torch.testing.assert_close(penalty(model), wanted)


def test_that_an_epoch_tells_the_sum_and_the_figures_of_each_output() -> None:
    _, events = trained(design_of(joined_network(), epochs=2, batch_size=8), joined_data())
    epoch = next(event for event in events if isinstance(event, EpochEnded))
    for total, accuracy, outputs in (
        (epoch.metrics["train_loss"], epoch.metrics["train_accuracy"], by_output(epoch.metrics, "train")),
        (epoch.metrics["val_loss"], epoch.metrics["val_accuracy"], by_output(epoch.metrics, "val")),
    ):
        assert list(outputs) == ["kinds", "numbers"]
        assert total == pytest.approx(outputs["kinds"]["loss"] + 0.3 * outputs["numbers"]["loss"])
        assert outputs["kinds"]["accuracy"] == accuracy
        assert "accuracy" not in outputs["numbers"]
    last = ended(events)
    assert isinstance(last, Finished)
    outputs = by_output(last.metrics, "test")
    assert outputs["kinds"]["accuracy"] == last.metrics["test_accuracy"]
    assert line_of(last)["test_outputs"] == {**outputs, "numbers": {**outputs["numbers"], "accuracy": None}}


def test_that_a_run_with_several_outputs_goes_on_along_the_same_curve(tmp_path: Path) -> None:
    design, data = design_of(joined_network(), epochs=3, batch_size=8), joined_data()
    whole, expected = trained(design, data)
    before = stopped_at(9, design, data, Run.create(tmp_path / "run", design))
    resumed, after = trained(design, data, run=Run.reopen(tmp_path / "run", design), resume=True)
    assert losses(before) + losses(after) == losses(expected)
    assert same_weights(resumed.model, whole.model)
    epochs = [[event for event in events if isinstance(event, EpochEnded)] for events in (after, expected)]
    assert [event.epoch for event in epochs[0]] == [2, 3]
    for event, same in zip(epochs[0], epochs[1][1:], strict=True):
        assert event.metrics == same.metrics
        assert (
            by_output(event.metrics, "train").keys() == by_output(event.metrics, "val").keys() == {"kinds", "numbers"}
        )


def test_that_a_sample_shows_every_feature_and_every_verdict() -> None:
    data, network = joined_data(), joined_network()
    event = capture(build(network, seed=1), network, data, Watch("numbers", 5), "untrained", 0)
    assert list(event.sample.features) == ["left", "right"]
    assert np.array_equal(event.sample.features["right"], data.test.columns["right"][5])
    kinds, numbers = event.sample.verdicts
    assert kinds.label == (("larger" if data.test.columns["kind"][5] else "smaller"),)
    assert kinds.scores.sum() == pytest.approx(1.0)
    assert numbers.right is None
    assert np.array_equal(event.values, numbers.scores)


# Losses of steps.


def test_that_steps_behind_the_end_do_not_count() -> None:
    torch.manual_seed(1)
    lengths = torch.tensor([3, 1, 5])
    values, wanted = torch.randn(3, 5, 4), torch.rand(3, 5, 4)
    classes = torch.randint(0, 4, (3, 5))

    def behind_each_other(x: torch.Tensor) -> torch.Tensor:
        return torch.cat([row[:length] for row, length in zip(x, lengths.tolist(), strict=True)])

    own, others = behind_each_other(values), behind_each_other(wanted)
    given, aimed, named = (real_steps(item, lengths) for item in (values, wanted, classes))
    assert cross_entropy(given, named) == F.cross_entropy(own, behind_each_other(classes))
    assert mse(given, aimed) == F.mse_loss(own, others)
    assert mae(given, aimed) == F.l1_loss(own, others)
    assert bce(given, aimed) == F.binary_cross_entropy_with_logits(own, others)
    whole = F.cross_entropy(values.transpose(1, 2), classes)
    torch.testing.assert_close(cross_entropy(every_step(values), every_step(classes)), whole)


def echo_data(classes: bool = True, lengths: tuple[int, int] = (2, 7)) -> Dataset:
    """Rows of tokens from 1 to 4 whose target at each step is the token itself, as a class or as a number."""
    count = 48
    steps = RANDOM.integers(*lengths, count)
    said = np.zeros((count, steps.max()), np.int64)
    for row, length in enumerate(steps):
        said[row, :length] = RANDOM.integers(1, 5, length)
    wanted = said if classes else said[..., None].astype(np.float32)
    samples = Samples({"said": said, "said_lengths": steps, "echo": wanted, "echo_lengths": steps})
    target = Target("echo", tokens(None), tuple("·abcd")) if classes else Target("echo", sequence(None, 1))
    return Dataset(DataInfo("echo", "Echo", (Feature("said", tokens(None), 5),), (target,)), samples, samples)


def echo_network(*last: Node, size: int = 5, **output: Any) -> Network:
    return Network.of(
        [
            Node("input", block("input", sizes=[None], axes="tokens"), ()),
            Node("embedding1", block("embedding", num_embeddings=5, embedding_dim=6), ("input",)),
            *last,
            Node("dense1", block("dense", out_features=size), (last[-1].id if last else "embedding1",)),
            Node("output", block("output", task="sequence_to_sequence", **output), ("dense1",)),
        ]
    )


def test_that_a_class_for_each_step_is_learned_and_counted_step_by_step() -> None:
    data = echo_data()
    session, events = trained(design_of(echo_network(), epochs=20, batch_size=8, learning_rate=0.05), data)
    last = ended(events)
    assert isinstance(last, Finished)
    assert last.metrics["test_accuracy"] == 1.0
    lengths = torch.from_numpy(data.test.columns["said_lengths"])
    said = torch.from_numpy(data.test.columns["said"])
    with torch.no_grad():
        logits = session.model.eval()(said, lengths)
    expected = cross_entropy(real_steps(logits, lengths), real_steps(said, lengths))
    assert last.metrics["test_loss"] == pytest.approx(expected.item(), rel=1e-4)
    shown = capture(session.model, echo_network(), data, Watch("dense1", 3), "trained", 1)  # type: ignore[arg-type]
    (verdict,) = shown.sample.verdicts
    assert verdict.right
    assert verdict.prediction == verdict.label == tuple("·abcd"[number] for number in data.test.sample("said", 3))


def test_that_a_number_for_each_step_is_learned() -> None:
    network = echo_network(size=1, loss="mae")
    last = ended(trained(design_of(network, epochs=40, batch_size=8, learning_rate=0.05), echo_data(classes=False))[1])
    assert isinstance(last, Finished)
    assert "train_accuracy" not in last.metrics
    assert "test_loss" in last.metrics
    assert last.metrics["test_loss"] < 0.3  # the numbers 1 to 4 lie 1.0 from their median


def test_that_an_output_with_other_steps_than_its_target_is_named() -> None:
    network = echo_network(Node("slice1", block("slice_steps", start=1), ("embedding1",)))
    last = ended(trained(design_of(network, batch_size=8), echo_data(lengths=(4, 7)))[1])
    assert isinstance(last, Failed)
    assert "Output 'output' gets" in last.message
    assert "steps, but its target 'echo' has" in last.message


# Autoencoders.


def pictures(count: int = 64) -> Dataset:
    """Pictures with one bright row."""
    images = np.full((count, 1, 6, 6), 0.1, np.float32)
    images[np.arange(count), 0, np.arange(count) % 6] = 0.9
    samples = Samples({"picture": images, "row": np.arange(count, dtype=np.int64) % 6})
    info = one_to_one("rows", "Rows", Feature("picture", image(1, 6, 6)), "row", tuple("012345"))
    return Dataset(info, samples, samples)


def autoencoder(loss: str, last: str) -> Network:
    items = [
        Node("input", block("input", sizes=[1, 6, 6]), ()),
        Node("flatten", block("flatten"), ("input",)),
        Node("code", block("dense", out_features=16, activation="tanh"), ("flatten",)),
        Node("dense1", block("dense", out_features=36, activation=last), ("code",)),
        Node("unflatten1", block("unflatten", sizes=[1, 6, 6]), ("dense1",)),
        Node("output", block("output", task="autoencoder", loss=loss), ("unflatten1",)),
    ]
    return Network.of(items)


@pytest.mark.parametrize(("loss", "last"), [("auto", "none"), ("mae", "sigmoid"), ("bce", "none")])
def test_that_an_autoencoder_gives_back_what_entered(loss: str, last: str) -> None:
    data, network = pictures(), autoencoder(loss, last)
    session, events = trained(design_of(network, epochs=60, batch_size=16, learning_rate=0.02), data)
    assert isinstance(ended(events), Finished)
    shown = capture(session.model, network, data, Watch("output", 2), "trained", 1)  # type: ignore[arg-type]
    (verdict,) = shown.sample.verdicts
    assert np.array_equal(verdict.target, data.test.columns["picture"][2])
    assert np.abs(verdict.scores - verdict.target).mean() < 0.05
    assert shown.axes == ("C", "H", "W")
    assert bind(network, data.info).targets["output"].name == "picture"


def test_that_a_sigmoid_before_the_binary_cross_entropy_is_not_applied_twice() -> None:
    """A sigmoid at the end leaves the weights, the logits and the curve as they are without it."""

    def network(last: list[Node]) -> Network:
        first = [
            Node("input", block("input", sizes=[1, 6, 6]), ()),
            Node("conv1", block("conv2d", out_channels=1, padding=1), ("input",)),
        ]
        output = Node("output", block("output", task="autoencoder", loss="bce"), ((last or first)[-1].id,))
        return Network.of([*first, *last, output])

    squashed = Node("activation1", block("activation", function="sigmoid"), ("conv1",))
    plain, with_sigmoid = (trained(design_of(network(last)), pictures())[1] for last in ([], [squashed]))
    assert losses(plain) == losses(with_sigmoid)
    assert len(losses(plain)) > 1
    assert all(one != other for one, other in pairwise(losses(plain)))
