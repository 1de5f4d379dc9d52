from __future__ import annotations

import queue

import numpy as np
import pytest
import torch

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import sources
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import BatchesEnded, Done, Event, Measured, MeasureFailed, Refused
from designer.engine.protocol.requests import Cancel, Measure
from designer.engine.service.worker import Worker
from designer.engine.timing import CancelledError, PiecewiseRun, measure
from designer.engine.training.batches import TensorSamples
from designer.engine.training.trainer import Trainer
from tests.helpers import chain, dense, design_of, digits_dataset, input_of, output_for, stripes_network, trained


def measured(design: Design) -> Measured:
    return measure(design, sources.load(design.data.source))


@pytest.mark.parametrize("name", ["digits_inception", "scenes_relation_network", "reversal_encoder_decoder"])
def test_that_every_block_that_computes_has_its_time_also_inside_groups(name: str) -> None:
    design = read(example(name))
    found = measured(design)
    computing = {node.id for node in design.network.nodes.values() if node.block.output_ports}
    assert {block for block in found.forward if "/" not in block} == computing
    assert found.backward.keys() == found.forward.keys()
    learning = [block for block in found.forward if any(part in block for part in ("conv", "dense", "coder"))]
    assert learning
    assert all(found.forward[block] > 0 and found.backward[block] > 0 for block in learning)
    for group in {block.split("/")[0] for block in found.forward if "/" in block}:
        inside = [block for block in found.forward if block.startswith(f"{group}/")]
        assert found.forward[group] > max(found.forward[block] for block in inside)
        assert found.backward[group] > max(found.backward[block] for block in inside)


def test_that_going_back_piece_by_piece_gives_the_gradients_of_the_whole() -> None:
    design = read(example("digits_inception"))
    network = design.network
    dataset = sources.load(design.data.source)
    rows = torch.arange(8)
    batch = TensorSamples.of(dataset.train, bind(network, dataset.info), torch.device("cpu"), rows.numpy()).take(rows)
    model = build(network, seed=3).eval()  # without Dropout, so that both passes are the same
    torch.manual_seed(1)
    result = model(*batch.arguments)
    result.backward(torch.randn_like(result))
    whole = {name: weight.grad for name, weight in model.named_parameters()}
    model.zero_grad()
    torch.manual_seed(1)
    PiecewiseRun(torch.device("cpu")).go(model, network, batch)
    for name, weight in model.named_parameters():
        assert weight.grad is not None
        assert torch.allclose(weight.grad, whole[name], atol=1e-6), name


def test_that_measuring_between_two_batches_leaves_the_curve_as_it_is() -> None:
    dataset = digits_dataset()
    design = design_of(stripes_network("batch_norm1d"), epochs=2, batch_size=16)

    def losses(events: list[Event]) -> list[float]:
        return np.concatenate([item.metrics["loss"] for item in events if isinstance(item, BatchesEnded)]).tolist()

    _, plain = trained(design, dataset)
    events: list[Event] = []
    found: list[Measured] = []

    def between() -> None:
        if session.position.step == 3:
            found.append(measure(design, dataset))

    session = Trainer(design, dataset, events.append, between_batches=between)
    session.run()
    assert found
    assert losses(events) == losses(plain)


def test_that_a_batch_larger_than_the_data_is_measured_with_samples_that_come_again() -> None:
    found = measure(design_of(stripes_network(), batch_size=200), digits_dataset(count=96))
    assert found.batch_size == 200
    assert found.forward["conv1"] > 0


def test_that_a_network_with_a_problem_is_not_measured() -> None:
    wrong = design_of(chain(input_of(1, 6, 6), dense(4), output_for()))
    with pytest.raises(TrainingError, match="dense1"):
        measure(wrong, digits_dataset())


def test_that_measuring_ends_when_it_is_cancelled() -> None:
    with pytest.raises(CancelledError):
        measure(design_of(stripes_network()), digits_dataset(), cancelled=lambda: True)


def test_that_the_engines_thread_measures_and_says_why_it_cannot(cnn_example: Design) -> None:
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    worker = Worker(lambda event: None if isinstance(event, Done | Refused) else events.put(event))
    worker.submit(Measure(cnn_example))
    told = events.get(timeout=60)
    assert isinstance(told, Measured)
    assert (told.device, told.batch_size, told.runs) == ("cpu", cnn_example.training.batch_size, 9)
    worker.submit(Measure(design_of(chain(input_of(1, 28, 28), dense(4), output_for()))))
    refused = events.get(timeout=60)
    assert isinstance(refused, MeasureFailed)
    assert "dense1" in refused.reason
    asked = Measure(cnn_example)
    worker.submit(Cancel(asked.id))
    worker.submit(asked)
    assert events.get(timeout=60) == MeasureFailed("")
    assert worker.close()
