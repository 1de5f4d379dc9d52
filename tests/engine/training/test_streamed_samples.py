"""Samples that are larger than memory: the same run as from memory, a few batches read ahead, and resumed anywhere."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import image
from designer.data import opening
from designer.data.row_cache import bytes_as_numbers
from designer.data.samples import Dataset, Samples
from designer.engine.protocol.events import BatchesEnded, Event, Failed, Finished, Started
from designer.engine.runs.run_folder import Run
from designer.engine.training import preparation, streamed_samples
from designer.engine.training.doctor.doctor import SAMPLES
from designer.engine.training.streamed_samples import READ_AHEAD, StreamedSamples, batches_of
from designer.engine.training.trainer import Trainer
from tests import helpers
from tests.data.lazily import CountedColumn
from tests.helpers import chain, classes_of, dense, input_of, output_for
from tests.streamed import KINDS, streamed_design

COUNT = 120
LABELS = np.arange(COUNT) % 3
PICTURES = np.random.default_rng(2).integers(0, 120, (COUNT, 1, 6, 6), dtype=np.uint8)
PICTURES[np.arange(COUNT), 0, LABELS] += 120
INFO = classes_of("stripes", image(1, 6, 6), ("a", "b", "c"))
DESIGN = Design(
    chain(input_of(1, 6, 6), "flatten", dense(16), ("dropout", "dropout"), dense(3, "dense2"), output_for()),
    training=TrainingSettings(epochs=3, batch_size=16, learning_rate=0.01, device="cpu"),
)


def streamed(broken: int = -1) -> tuple[Dataset, CountedColumn]:
    column = CountedColumn(PICTURES, broken)
    samples = Samples({"y": LABELS}, {"x": bytes_as_numbers(column)})
    return Dataset(INFO, samples.some(np.arange(20, COUNT)), samples.some(np.arange(20))), column


def in_memory() -> Dataset:
    samples = Samples({"y": LABELS, "x": PICTURES.astype(np.float32) / 255})
    return Dataset(INFO, samples.some(np.arange(20, COUNT)), samples.some(np.arange(20)))


def losses(events: list[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, BatchesEnded) for loss in event.metrics["loss"]]


def trained(dataset: Dataset, **more: object) -> tuple[list[float], Trainer, Finished | Failed]:
    events: list[Event] = []
    trainer = Trainer(DESIGN, dataset, events.append, **more)  # type: ignore[arg-type]
    ended = trainer.run()
    return losses(events), trainer, ended


def test_that_a_streamed_run_is_that_from_memory() -> None:
    (ours, ours_trainer, _), (theirs, theirs_trainer, ended) = trained(streamed()[0]), trained(in_memory())
    assert ours == theirs
    assert isinstance(ended, Finished)
    assert ended.metrics["test_accuracy"] > 0.9
    for name, weight in theirs_trainer.model.state_dict().items():
        assert torch.equal(weight, ours_trainer.model.state_dict()[name])


def test_that_each_sample_is_read_once_an_epoch_and_the_test_once() -> None:
    dataset, column = streamed()
    trained(dataset)
    assert {column.read[row] for row in range(20)} == {1}
    read = [column.read[row] for row in range(20, COUNT)]
    assert min(read) == 3
    assert sum(read) - 3 * len(read) <= 3 * SAMPLES, "beside one batch after an epoch that the doctor looks at"


def test_that_only_a_few_batches_are_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset, column = streamed()
    monkeypatch.setattr(streamed_samples, "AT_ONCE", 4 * (36 * 4 + 8))  # bytes of a batch
    source = batches_of(dataset.train, bind(DESIGN.network, INFO), torch.device("cpu"))
    assert isinstance(source, StreamedSamples)
    batches = source.batches(torch.arange(100), 4)
    for number, batch in zip(range(10), batches, strict=False):
        assert batch.columns["y"].tolist() == LABELS[20 + 4 * number : 24 + 4 * number].tolist()
        assert sum(column.read.values()) <= 4 * (number + 1 + READ_AHEAD)
    batches.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("reading") and thread.is_alive()]


def test_that_a_sample_that_is_gone_ends_the_run_with_its_reason() -> None:
    dataset, _ = streamed(broken=77)
    _, _, ended = trained(dataset)
    assert isinstance(ended, Failed)
    assert ended.message == "picture 77 is gone"


def test_that_a_run_which_was_stopped_in_an_epoch_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    _, whole_trainer, _ = trained(streamed()[0])
    run = Run.create(tmp_path / "run", DESIGN)
    stopped = Trainer(DESIGN, streamed()[0], lambda event: None, run=run, between_batches=lambda: steps())

    def steps() -> None:
        if stopped.position.step == 8:
            stopped.stop()

    stopped.run()
    assert stopped.position.batch not in (0, 7)
    events: list[Event] = []
    resumed = Trainer(DESIGN, streamed()[0], events.append, run=Run.reopen(tmp_path / "run", DESIGN), resume=True)
    assert isinstance(resumed.run(), Finished)
    for name, weight in whole_trainer.model.state_dict().items():
        assert torch.equal(weight, resumed.model.state_dict()[name])


@pytest.mark.parametrize("lazy", [True, False])
def test_that_one_sample_can_be_looked_at(lazy: bool) -> None:
    dataset = streamed()[0] if lazy else in_memory()
    assert (dataset.test.sample("x", 5) == PICTURES[5].astype(np.float32) / 255).all()


def expect_same_batches(design: Design, streamed: Dataset, in_memory: Dataset) -> None:
    """With as many steps, and lying in memory alike: kernels may be others otherwise, and so the last bits."""
    binding, order = bind(design.network, streamed.info), torch.randperm(len(streamed.train))
    sources = [batches_of(data.train, binding, torch.device("cpu")) for data in (streamed, in_memory)]
    for ours, theirs in zip(*(source.batches(order, 5) for source in sources), strict=True):
        assert ours.names == theirs.names
        for name, values in theirs.columns.items():
            assert torch.equal(ours.columns[name], values)
            assert ours.columns[name].stride() == values.stride()
            assert ours.columns[name].data_ptr() % 64 == values.data_ptr() % 64


@pytest.mark.parametrize("kind", KINDS)
def test_that_files_give_the_same_weights_streamed_in_memory_and_after_a_stop_within_an_epoch(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    design = streamed_design(kind, tmp_path)
    held = replace(design, data=design.data.model_copy(update={"reading": "memory"}))
    streamed, in_memory = preparation.load(design), preparation.load(held)
    assert streamed.train.lazy
    assert not in_memory.train.lazy
    expect_same_batches(design, streamed, in_memory)
    theirs, events = helpers.trained(held, in_memory)
    assert isinstance(events[-1], Finished)
    ours, found = helpers.trained(design, streamed)
    assert helpers.losses(found) == helpers.losses(events)
    assert helpers.same_weights(ours.model, theirs.model)
    helpers.stopped_at(11, design, streamed, Run.create(tmp_path / "run", design))
    resumed, _ = helpers.trained(design, streamed, run=Run.reopen(tmp_path / "run", design), resume=True)
    assert helpers.same_weights(resumed.model, theirs.model)


def test_that_a_run_goes_on_bit_by_bit_wherever_its_batches_would_lie_in_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows of seven numbers are no whole number of a processor's widest registers."""
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    design = streamed_design("table", tmp_path)
    settings = {"batch_size": 2, "epochs": 1, "optimizer": "sgd", "learning_rate": 0.01}
    design = replace(design, training=design.training.model_copy(update=settings))
    data = preparation.load(design)
    whole, _ = helpers.trained(design, data)
    for step in (1, 3):
        helpers.stopped_at(step, design, data, Run.create(tmp_path / f"run{step}", design))
        resumed, _ = helpers.trained(design, data, run=Run.reopen(tmp_path / f"run{step}", design), resume=True)
        assert helpers.same_weights(resumed.model, whole.model), f"stopped at step {step}"


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_that_a_run_whose_files_go_says_which_and_goes_on_once_they_are_back(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    design = streamed_design("pictures", tmp_path)
    whole, _ = helpers.trained(design, preparation.load(design))
    shutil.rmtree(tmp_path / "kept")
    opening._opened.clear()
    pets, aside = tmp_path / "pets", tmp_path / "aside"
    shutil.copytree(pets, aside)
    session: Trainer

    def happens() -> None:
        if session.position.step == 1:
            for path in pets.rglob("*.png"):
                path.write_bytes(path.read_bytes()[:60])
            if harm == "gone":
                shutil.rmtree(pets)

    run = Run.create(tmp_path / "run", design)
    session = Trainer(design, preparation.load(design), lambda _: None, run=run, between_batches=happens)
    ended = session.run()
    assert isinstance(ended, Failed)
    assert str(pets) in ended.message
    assert ("is gone" if harm == "gone" else "cannot be read as a picture") in ended.message
    assert not ended.details
    assert 1 < session.position.step < 7
    shutil.rmtree(pets, ignore_errors=True)
    shutil.copytree(aside, pets)
    resumed, events = helpers.trained(
        design, preparation.load(design), run=Run.reopen(tmp_path / "run", design), resume=True
    )
    assert isinstance(events[0], Started)
    assert events[0].step == session.position.step
    assert helpers.same_weights(resumed.model, whole.model)
