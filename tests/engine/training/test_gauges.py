"""Gradient norm, update-to-weight ratio, pace and memory: what they are of, and that only reports take them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from designer.engine.protocol.events import BatchesEnded, Event
from designer.engine.training import trainer
from designer.engine.training.gauges import Gauges
from designer.engine.training.trainer import Trainer
from tests.helpers import design_of, digits_dataset, losses, stripes_network, trained


def norm_of(tensors: list[torch.Tensor]) -> float:
    return float(torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).norm())


def stepped(model: nn.Module, gauges: Gauges, rate: float, now: float) -> tuple[float, float]:
    """A step of plain SGD; the norm of the gradients and of the weights before it."""
    weights = list(model.parameters())
    gauges.begin_step(now)
    model.zero_grad()
    model(torch.ones(2, 3)).square().sum().backward()
    before, gradients = norm_of(weights), norm_of([weight.grad for weight in weights])
    torch.optim.SGD(weights, lr=rate).step()
    gauges.end_step(now + 0.1, 2)
    return gradients, before


def test_that_the_norm_of_the_gradients_and_the_ratio_are_those_of_the_step_before_a_report() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 1))
    gauges = Gauges(model, torch.device("cpu"), 0.0, report_seconds=0.25)
    gauges.begin_epoch(0.0)
    stepped(model, gauges, 0.01, 0.0)
    gradients, before = stepped(model, gauges, 0.01, 0.2)  # 0.2 + 0.1 seconds: a report follows
    figures = gauges.taken(0.3)
    assert figures["gradient_norm"] == pytest.approx([gradients])
    assert figures["update_ratio"] == pytest.approx([0.01 * gradients / before], rel=1e-4)
    assert figures["samples_per_second"] == pytest.approx([4 / 0.3])
    stepped(model, gauges, 0.01, 0.3)
    assert "update_ratio" not in gauges.taken(0.4)  # no report was near, so the weights were not kept
    assert "gradient_norm" not in gauges.taken(0.5)  # no step was taken since


def test_that_of_a_large_weight_the_first_rows_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer.engine.training.gauges._WATCHED", 200)
    gauges = Gauges(nn.Linear(10, 1000), torch.device("cpu"), 0.0, 0.0)
    assert [len(part) for part in gauges._watched()] == [10, 100]


def test_that_each_report_has_them_once_and_the_curve_is_the_same_without(monkeypatch: pytest.MonkeyPatch) -> None:
    design, data = design_of(stripes_network(), epochs=2, batch_size=8), digits_dataset()
    monkeypatch.setattr(trainer, "REPORT_SECONDS", 0.0)
    session, events = trained(design, data)
    reports = [event for event in events if isinstance(event, BatchesEnded)]
    assert len(reports) == 20
    for report in reports:
        assert len(report.metrics["gradient_norm"]) == len(report.metrics["update_ratio"]) == 1
        assert 0 < float(report.metrics["update_ratio"][0]) < 1
        assert report.metrics["gradient_norm"].dtype == np.float32
    times = [report.seconds for report in reports]
    assert times == sorted(times)
    assert times[0] > 0
    last = norm_of([weight.grad for weight in session.model.parameters() if weight.grad is not None])
    assert reports[-1].metrics["gradient_norm"] == pytest.approx([last], rel=1e-5)

    monkeypatch.setattr(Gauges, "begin_step", lambda *_: None)
    without: list[Event] = []
    Trainer(design, data, without.append).run()
    assert losses(without) == losses(events)
