"""Corners of the engine: what is taken for logits, and figures that are not finite."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.core.edits import network_edits as edits
from designer.core.schema.shape import features
from designer.core.storage import files
from designer.data.samples import Dataset, Samples
from designer.engine.model.build import build, make
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Failed, Finished
from designer.engine.protocol.lines import line_of
from designer.engine.runs.checkpoint import latest_checkpoint, restore
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run
from designer.engine.training.objectives import make_optimizer
from tests.helpers import (
    chain,
    dense,
    design_of,
    digits_dataset,
    input_of,
    numbers_of,
    output_for,
    stripes_network,
    trained,
)

SOFTMAX = ("activation", "softmax1", {"function": "softmax"})


def first_of(samples: Samples, count: int) -> Samples:
    return Samples({name: column[:count] for name, column in samples.columns.items()})


def numbers_dataset(scale: float = 1.0, count: int = 40) -> Dataset:
    x = np.random.default_rng(1).normal(size=(count, 3)).astype(np.float32) * np.float32(scale)
    samples = Samples({"x": x, "y": x[:, :2].copy()})
    return Dataset(numbers_of("numbers", features(3), 2), samples, samples)


def test_that_a_softmax_before_a_regression_is_part_of_the_model():
    model = build(chain(input_of(6), dense(4), SOFTMAX, output_for("regression")), seed=1)
    x = torch.randn(8, 6)
    torch.testing.assert_close(model(x).sum(-1), torch.ones(8))
    shown = model.trace(x)
    torch.testing.assert_close(shown["output", "out"], shown["softmax1", "out"])


def test_that_a_dropout_behind_a_softmax_leaves_the_softmax_in():
    model = build(chain(input_of(6), dense(4), SOFTMAX, "dropout", output_for()), seed=1).eval()
    torch.testing.assert_close(model(torch.randn(8, 6)).sum(-1), torch.ones(8))


@pytest.mark.parametrize("target", ["os.system", "nn.functional", "nn.Linear.__init__", "torch.nn.Linear", "nn."])
def test_that_a_call_reaches_nothing_but_modules_of_torch_nn(target):
    from designer.core.graph.block import call

    with pytest.raises(ValueError, match=r"is not a module of torch\.nn"):
        make(call(target, 1, 1))


def test_that_figures_that_are_not_finite_are_written_as_null():
    event = EpochEnded(1, 2, {"train_loss": math.inf, "train_accuracy": 0.5, "val_loss": math.nan}, 3.0)
    text = json.dumps(line_of(event), allow_nan=False)
    assert json.loads(text)["train_loss"] is None
    assert json.loads(text)["val_loss"] is None
    assert json.loads(text)["train_accuracy"] == 0.5
    losses = BatchesEnded(1, 1, {"loss": np.array([1.0, np.inf], np.float32)}, 0.0)
    assert line_of(losses)["loss"] is None
    assert line_of(losses)["accuracy"] is None


def test_that_the_step_at_which_the_loss_stops_to_be_finite_is_named():
    data = numbers_dataset(count=48)
    data.train.columns["x"][:] = 1.0
    data.train.columns["y"][:] = np.float32(
        1e20
    )  # its square does not fit into a float: the very first loss is infinite
    design = design_of(
        chain(input_of(3), dense(2), output_for("regression")), batch_size=8, validation_share=0.0, learning_rate=0.03
    )
    _, events = trained(design, data)
    assert isinstance(events[-1], Failed)
    assert events[-1].message == "the loss became inf at step 1, in epoch 1"
    assert "smaller learning rate (now 0.03; 0.003, for example)" in events[-1].hint


def test_that_a_test_without_samples_is_left_out():
    data = digits_dataset()
    empty = replace(data, test=first_of(data.test, 0))
    _, events = trained(design_of(stripes_network()), empty)
    assert isinstance(events[-1], Finished)
    assert "test_loss" not in events[-1].metrics


def test_that_a_validation_share_that_leaves_nothing_to_learn_from_is_told():
    one = numbers_dataset(count=1)
    design = design_of(chain(input_of(3), dense(2), output_for("regression")), validation_share=0.9)
    _, events = trained(design, one)
    assert isinstance(events[-1], Failed)
    assert "leaves no samples to train with" in events[-1].message


def test_that_samples_which_all_share_values_are_not_split_and_that_is_told():
    data = digits_dataset()
    spans = np.arange(96)[:, None] + [0, 200]
    train = Samples({**data.train.columns, "span": spans})
    one = replace(data, train=train, info=replace(data.info, spans="span"))
    _, events = trained(design_of(stripes_network()), one)
    assert isinstance(events[-1], Failed)
    assert "leaves no samples to train with" in events[-1].message
    assert "none can be kept apart" in events[-1].hint
    _, events = trained(design_of(stripes_network(), validation_share=0.0), one)
    assert isinstance(events[-1], Finished)


def test_that_the_engine_splits_as_the_data_says():
    data = digits_dataset()
    groups = np.arange(96) // 4 % 6
    grouped = replace(
        data, train=Samples({**data.train.columns, "hand": groups}), info=replace(data.info, groups="hand")
    )
    session, events = trained(design_of(stripes_network(), validation_share=0.3), grouped)
    assert isinstance(events[-1], Finished)
    hand_of = {picture.tobytes(): int(hand) for picture, hand in zip(data.train.columns["x"], groups, strict=True)}
    learned, held = (
        {hand_of[picture.contiguous().numpy().tobytes()] for picture in part.columns["x"]}
        for part in (session._train_samples, session._val_samples)
    )
    assert not learned & held
    assert len(held) == 2


def test_that_a_checkpoint_of_another_network_is_told(tmp_path: Path):
    design = design_of(stripes_network())
    trained(design, digits_dataset(), run=Run.create(tmp_path, design))
    model = build(edits.set_params(stripes_network(), "conv1", out_channels=5))
    optimizer = make_optimizer(model, design.training, torch.device("cpu"))
    checkpoint, _ = latest_checkpoint(Run(tmp_path))
    assert checkpoint is not None
    with pytest.raises(TrainingError, match="the checkpoint cannot be used"):
        restore(checkpoint, model, optimizer)


def test_that_a_checkpoint_cut_short_is_told(tmp_path: Path):
    design, data = design_of(stripes_network()), digits_dataset()
    trained(design, data, run=Run.create(tmp_path, design))
    checkpoint = Run(tmp_path).checkpoint
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    _, events = trained(design, data, run=Run.reopen(tmp_path, design), resume=True)
    assert isinstance(events[-1], Failed)
    assert "the checkpoint cannot be used" in events[-1].message
    assert "\n" not in events[-1].message


def test_that_a_run_stopped_before_its_first_checkpoint_is_begun_again(tmp_path: Path):
    design = design_of(stripes_network())
    Run.create(tmp_path, design).close()
    _, events = trained(design, digits_dataset(), run=Run.reopen(tmp_path, design), resume=True)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "completed"
    assert Run(tmp_path).checkpoint.is_file()


def test_that_only_settings_which_may_change_of_a_run_may_be_changed(tmp_path: Path):
    design = design_of(stripes_network(), epochs=2)
    run = Run.create(tmp_path, design)
    run.close()
    longer = replace(design, training=design.training.model_copy(update={"epochs": 5}))
    Run.reopen(tmp_path, longer).close()
    assert files.read(run.design).training.epochs == 5
    with pytest.raises(RunError, match=r"only learning_rate, .* and epochs may differ"):
        Run.reopen(tmp_path, replace(design, training=design.training.model_copy(update={"seed": 1})))


def test_that_a_file_in_the_place_of_the_run_folder_is_told(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(RunError, match="the folder cannot be made"):
        Run.create(tmp_path / "taken", design_of(stripes_network()))
