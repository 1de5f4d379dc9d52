"""States carried over from batch to batch: what was before a window acts on it, in scripts and resumed runs, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.schema.shape import sequence
from designer.data import opening
from designer.data.sample_facts import facts_of
from designer.data.samples import Dataset, Samples
from designer.engine.model.build import build
from designer.engine.protocol.events import EpochEnded, Event, Failed, Finished
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.training.trainer import Trainer
from designer.recipe.streams import begin_anew, continued, goes_on, stream_order, streams_of
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff
from tests.engine.evaluation.test_evaluation import rows_of, run_of, tried
from tests.helpers import block, design_of, same_weights, stopped_at, trained

WINDOW, DELAY = 4, 2
KINDS = [nn.RNN, nn.GRU, nn.LSTM]


@pytest.mark.parametrize(
    ("count", "streams", "batches"),
    [
        (9, 3, [[0, 3, 6], [1, 4, 7], [2, 5, 8]]),
        (8, 3, [[0, 3, 6], [1, 4, 7], [2, 5]]),
        (7, 3, [[0, 2, 4], [1, 3, 5]]),  # the last one would be alone
        (3, 1, [[0], [1], [2]]),
        (2, 4, [[0, 1]]),
        (1, 4, [[0]]),
    ],
    ids=str,
)
def test_that_row_i_of_a_batch_goes_on_with_stream_i(count: int, streams: int, batches: list[list[int]]) -> None:
    assert [part.tolist() for part in torch.split(stream_order(count, streams), streams)] == batches


def test_that_few_samples_are_evaluated_in_few_streams() -> None:
    assert [streams_of(count, 32) for count in (1, 20, 100, 10_000)] == [1, 1, 6, 32]


class Reader(nn.Module):
    """Two layers of a recurrent module of torch."""

    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.rnn = kind(2, 3, num_layers=2, batch_first=True)  # type: ignore[call-arg]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self.rnn(x)[0]
        return states


@pytest.mark.parametrize("kind", KINDS)
def test_that_windows_one_behind_the_other_give_what_torch_gives_for_the_whole_series(kind: type[nn.RNNBase]) -> None:
    torch.manual_seed(1)
    model, x, states = Reader(kind), torch.randn(3, 12, 2), {}
    parts = [continued(model, states, x[:, first : first + 4]) for first in (0, 4, 8)]
    torch.testing.assert_close(torch.cat(parts, 1), model(x))
    assert not states["rnn"].requires_grad, "no gradient reaches further back than a batch"
    before = states["rnn"].clone()
    continued(model, states, x[:2, :4])
    assert not torch.equal(states["rnn"][:, :, :2], before[:, :, :2])
    assert torch.equal(states["rnn"][:, :, 2:], before[:, :, 2:]), "rows that a batch lacks keep their states"
    begin_anew(states, torch.tensor([True, False]))
    assert [bool(row.any()) for row in states["rnn"].unbind(2)] == [False, True, True]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_that_a_module_that_is_given_a_state_begins_with_that_and_keeps_none() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(WINDOW, 1)), ()),
            Node("encoder", block("lstm", hidden_size=3), ("input", None)),
            Node("decoder", block("lstm", hidden_size=3), ("input", "encoder.state")),
            Node("dense1", block("dense", out_features=1), ("decoder",)),
            Node("output", block("output", task="regression"), ("dense1",)),
        ]
    )
    model, x, states = build(network, seed=1), torch.randn(2, WINDOW, 1), {}
    first = continued(model, states, x)
    assert states.keys() == {"encoder"}
    torch.testing.assert_close(first, model(x))
    assert (continued(model, states, x) - first).abs().max() > 1e-4


def test_that_samples_go_on_where_the_window_before_has_ended() -> None:
    begins = np.array([0, 4, 8, 16, 18])
    assert goes_on(np.stack([begins, begins + 5], 1), 4).tolist() == [False, True, True, False, False]


def echo(count: int, left_out: slice = slice(0)) -> Samples:
    """Windows of random bits; at each step what came in two steps before, be it in the window before."""
    bits = np.random.default_rng(3).integers(0, 2, count * WINDOW + DELAY).astype(np.float32)
    begins = np.arange(count) * WINDOW
    columns = {
        "x": bits[DELAY:].reshape(count, WINDOW, 1),
        "y": bits[:-DELAY].reshape(count, WINDOW, 1),
        "span": np.stack([begins, begins + WINDOW], axis=1),
    }
    return Samples({name: np.delete(column, left_out, axis=0) for name, column in columns.items()})


def echoes(count: int = 320, left_out: slice = slice(0)) -> Dataset:
    feature, target = Feature("x", sequence(WINDOW, 1)), Target("y", sequence(WINDOW, 1))
    info = DataInfo("echo", "Echo", (feature,), (target,), spans="span", stride=WINDOW)
    return Dataset(info, echo(count, left_out), echo(64))


def listener(kind: str = "gru", **params: Any) -> Network:
    return Network.of(
        [
            Node("input", block("input", sizes=(WINDOW, 1)), ()),
            Node("recurrent1", block(kind, hidden_size=12, **params), ("input", None)),
            Node("dense1", block("dense", out_features=1), ("recurrent1.sequence",)),
            Node("output", block("output", task="sequence_to_sequence", loss="mse"), ("dense1",)),
        ]
    )


def listening(network: Network | None = None, **settings: Any) -> Design:
    given = {"batch_size": 8, "learning_rate": 0.02, "epochs": 10, "carry_states": True, **settings}
    return design_of(network or listener(), "echo", **given)


def figures(events: list[Event], name: str = "train_loss") -> list[float]:
    return [event.metrics[name] for event in events if isinstance(event, EpochEnded)]


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
def test_that_what_was_before_a_window_is_learned_with_carried_states_alone(kind: str) -> None:
    """Without what was before, half of the steps are bits of chance, whose squared error is a quarter at least."""
    _, events = trained(listening(listener(kind)), echoes())
    last = events[-1]
    assert isinstance(last, Finished), last
    assert last.metrics["test_loss"] < 0.04
    assert figures(events, "val_loss")[-1] < 0.04


def test_that_without_them_it_cannot_be_learned() -> None:
    _, events = trained(listening(carry_states=False), echoes())
    assert figures(events, "val_loss")[-1] > 0.11


def curve_of(**settings: Any) -> list[float]:
    return figures(trained(listening(epochs=3, **settings), echoes(96))[1])


def test_that_states_are_reset_with_each_epoch_or_never() -> None:
    each, never = curve_of(), curve_of(reset_states="never")
    assert each[0] == never[0]
    assert each[1] != never[1]


def test_that_states_begin_anew_where_a_series_ends() -> None:
    gap = echoes(96, slice(30, 50))
    _, events = trained(listening(epochs=2), gap)
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert failed.message.startswith("1 of 61 samples to learn from does not begin where")
    assert failed.hint.startswith("Set reset_states to series")
    _, events = trained(listening(epochs=2, reset_states="series"), gap)
    assert isinstance(events[-1], Finished)
    assert curve_of(reset_states="series") == curve_of(), "a series without a gap ends with each epoch alone"


def test_that_a_batch_of_more_rows_than_there_are_pairs_of_samples_is_told_before_training() -> None:
    _, events = trained(listening(batch_size=64), echoes(96))
    assert isinstance(events[-1], Failed)
    assert events[-1].hint == "Set the batch size to 38 or less."


@pytest.mark.parametrize("reset", ["epoch", "series", "never"])
@pytest.mark.parametrize(("kind", "precision"), [("gru", "float32"), ("lstm", "float32"), ("lstm", "bfloat16")])
def test_that_a_run_stopped_within_an_epoch_goes_on_bit_by_bit(
    kind: str, precision: str, reset: str, tmp_path: Path
) -> None:
    settings = {"epochs": 2, "reset_states": reset, "accumulation": 2, "precision": precision}
    design, data = listening(listener(kind, num_layers=2), **settings), echoes(82)
    whole, events = trained(design, data)
    for step in (3, 9, 12):
        run = Run.create(tmp_path / f"stopped_at_{step}", design)
        stopped_at(step, design, data, run)
        kept = read_checkpoint(run.checkpoint).part("carried.")
        assert kept["recurrent1"].shape == (1 if kind == "gru" else 2, 2, 8, 12)
        again, rest = trained(design, data, run=Run.reopen(run.folder, design), resume=True)
        assert same_weights(again.model, whole.model), f"stopped at step {step}"
        assert figures(rest)[-1] == figures(events)[-1]
        assert rest[-1].metrics == events[-1].metrics  # type: ignore[union-attr]


class Killed(BaseException):
    """As if the process were gone."""


def test_that_a_run_that_was_paused_and_killed_behind_it_goes_on_bit_by_bit(tmp_path: Path) -> None:
    design, data = listening(epochs=2, reset_states="never"), echoes(82)
    whole, events = trained(design, data)
    run = Run.create(tmp_path / "run", design)

    def between() -> None:
        if session.position.step == 11:
            session.rest(lambda: None)
        if session.position.step == 13:
            raise Killed

    session = Trainer(design, data, lambda event: None, run=run, between_batches=between)
    with pytest.raises(Killed):
        session.run()
    again, rest = trained(design, data, run=Run.reopen(run.folder, design), resume=True)
    assert same_weights(again.model, whole.model)
    assert rest[-1].metrics == events[-1].metrics  # type: ignore[union-attr]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    yield
    opening.forget()


def own(path: Path, source: str, given: DataSettings | None = None, **options: Any) -> DataSettings:
    _, found = opening.inspect(path, source)
    _, found = opening.inspect(path, source, {**found.options.model_dump(mode="json"), **options})
    return opening.settings_for(path, source, found, given)


def forecast(folder: Path, split: DataSettings | None = None) -> Design:
    path = folder / "waves.csv"
    steps = np.arange(600)
    rows = (f"{value:.5f}" for value in np.sin(steps / 3) + np.sin(steps / 17))
    path.write_text("\n".join(["wave", *rows]), encoding="utf-8")
    layout = {"layout": "forecast", "values": ["wave"], "targets": ["wave"], "time": "", "window": 5, "stride": 5}
    data = own(path, "sequences", split, **layout, horizon=1)
    network = Network.of(
        [
            Node("input", block("input", sizes=(5, 1)), ()),
            Node("lstm1", block("lstm", hidden_size=6), ("input", None)),
            Node("dense1", block("dense", out_features=1), ("lstm1",)),
            Node("output", block("output", task="regression"), ("dense1",)),
        ]
    )
    return replace(listening(network, epochs=2), data=data)


def story(folder: Path) -> Design:
    path = folder / "story.txt"
    path.write_text("the cat sat on the mat and the dog lay in the fog " * 12, encoding="utf-8")
    data = own(path, "text", layout="next", units="characters", length=6)
    info = opening.info(data)
    assert info is not None
    letters, classes = info.features[0].vocabulary, len(info.targets[0].classes or ())
    output = block("output", task="sequence_to_sequence", loss="cross_entropy", target="next")
    network = Network.of(
        [
            Node("input", block("input", sizes=(6,), axes="tokens"), ()),
            Node("embedding1", block("embedding", num_embeddings=letters, embedding_dim=4), ("input",)),
            Node("gru1", block("gru", hidden_size=6), ("embedding1", None)),
            Node("dense1", block("dense", out_features=classes), ("gru1.sequence",)),
            Node("dense2", block("dense", out_features=classes), ("gru1.sequence",)),
            Node("states", output, ("dense1",)),
            Node("again", output, ("dense2",)),
        ]
    )
    return replace(listening(network, epochs=2), data=data)


@pytest.mark.parametrize(
    ("settings", "split"),
    [
        ({}, "auto"),
        ({"reset_states": "never", "ema_decay": 0.9, "accumulation": 2, "keep_best": True}, "auto"),
        ({"reset_states": "series", "schedule": "cosine_annealing"}, "chance"),
    ],
    ids=str,
)
def test_that_a_script_learns_along_the_same_curve(
    settings: dict[str, Any], split: Any, tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = forecast(tmp_path, DataSettings(split=split))
    design = replace(design, training=design.training.model_copy(update=settings))
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert "= continued(model, states, batch[" in text
    for_ruff(text)


@pytest.mark.parametrize("of", [forecast, story])
def test_that_states_are_carried_in_numbers_of_fewer_digits(
    of: Callable[[Path], Design], tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = of(tmp_path)
    less = replace(design, training=design.training.model_copy(update={"precision": "bfloat16"}))
    data = opening.load(design.data)
    text = assert_script_learns_alike(less, data, tmp_path)
    assert "continued_in_precision(model, (batch[" in text
    for_ruff(text)
    exact, found = (figures(trained(item, data)[1]) for item in (design, less))
    assert found != exact
    assert found == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize("reset", ["epoch", "series", "never"])
def test_that_a_script_with_several_outputs_learns_along_the_same_curve(
    reset: str, tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = story(tmp_path)
    design = replace(design, training=design.training.model_copy(update={"reset_states": reset}))
    for_ruff(assert_script_learns_alike(design, opening.load(design.data), tmp_path))


def test_that_a_network_that_is_tried_has_the_figures_of_its_run_and_predicts_in_order(tmp_path: Path) -> None:
    design = forecast(tmp_path)
    found, ended = run_of(design, tmp_path / "run")
    assert tried(found)["test_loss"] == pytest.approx(ended["test_loss"], rel=1e-5)
    assert tried(found, part="validation")["val_loss"] == pytest.approx(ended["val_loss"], rel=1e-5)
    model, states = build(design.network), {}
    model.load_state_dict(found.weights)
    windows = torch.from_numpy(opening.load(design.data).test.columns["window"])
    with torch.no_grad():
        wanted = [float(continued(model.eval(), states, window[None])) for window in windows]
    (offset,), (scale,) = facts_of(design.data).units["next"]
    predicted = rows_of(found)["predicted"]
    np.testing.assert_allclose(predicted, [value * scale + offset for value in wanted], rtol=1e-4, atol=1e-5)


def test_that_samples_that_are_read_batch_by_batch_give_what_those_in_memory_give(tmp_path: Path) -> None:
    design = forecast(tmp_path, DataSettings(split="chance"))
    design = replace(design, training=design.training.model_copy(update={"reset_states": "series"}))
    curves = []
    for reading in ("memory", "streamed"):
        dataset = opening.load(design.data.model_copy(update={"reading": reading}))
        assert bool(dataset.train.lazy) is (reading == "streamed")
        curves.append(figures(trained(design, dataset)[1], "val_loss"))
    assert curves[0] == curves[1]
