"""Rates are tried as a plain loop would try them, with all that a run has, and nobody sees that they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.schema.shape import features
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data.samples import Dataset, Samples
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import RateFound, RatesTried
from designer.engine.protocol.requests import FindRate
from designer.engine.training import preparation
from designer.engine.training.rate_range import FEWEST, find_rate
from tests.engine.training.test_mixup import with_mixup
from tests.engine.training.test_several import joined_data, joined_network
from tests.engine.training.test_streamed_samples import DESIGN, in_memory, streamed
from tests.helpers import (
    chain,
    dense,
    design_of,
    digits_dataset,
    input_of,
    losses,
    numbers_of,
    output_for,
    same_weights,
    stripes_network,
    trained,
)
from tests.recipe.test_carried_states import echoes, listening

STRIPES = design_of(stripes_network(), batch_size=16, validation_share=0.2, seed=3)


class Tried:
    """All that was told of a search."""

    def __init__(self, design: Design, dataset: Dataset, **options: Any) -> None:
        more = {name: options.pop(name) for name in ("start", "between_steps") if name in options}
        events: list[RatesTried] = []
        request = FindRate(design, **{"seconds": 1e6, **options})
        self.found: RateFound = find_rate(request, dataset, events.append, **more)
        assert {event.request for event in events} == {self.found.request} == {request.id}
        self.rates, self.losses, self.smoothed = (
            np.concatenate([getattr(event, name) for event in events]) for name in ("rates", "losses", "smoothed")
        )


def test_that_the_losses_are_those_of_a_plain_loop_with_the_same_order_seed_and_rates() -> None:
    data = digits_dataset()
    tried = Tried(STRIPES, data, low=1e-5, high=0.1, steps=30)
    assert tried.rates == pytest.approx(np.geomspace(1e-5, 0.1, 30))
    rows, _ = preparation.validation_split(
        data.train, data.info, preparation.bind(STRIPES.network, data.info), STRIPES.training
    )
    x, y = torch.from_numpy(data.train.columns["x"][rows]), torch.from_numpy(data.train.columns["y"][rows])
    model = build(STRIPES.network, seed=3).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    expected: list[float] = []
    for epoch in range(1, 9):
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed((3 << 20) + epoch))
        for part in order.split(16):
            if len(expected) == 30:
                break
            for group in optimizer.param_groups:
                group["lr"] = tried.rates[len(expected)]
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x[part].contiguous(memory_format=torch.channels_last)), y[part])
            loss.backward()
            optimizer.step()
            expected.append(loss.item())
    assert tried.losses.tolist() == expected


def several() -> tuple[Design, Dataset]:
    return design_of(joined_network(), batch_size=16, l2=0.01, clip_norm=0.5), joined_data()


def mixed() -> tuple[Design, Dataset]:
    return with_mixup(STRIPES, alpha=0.4), digits_dataset()


def weighed() -> tuple[Design, Dataset]:
    data = digits_dataset(96, 4)
    few = np.flatnonzero((np.arange(96) % 4 > 0) | (np.arange(96) % 16 == 0))
    return with_settings(STRIPES, class_weights="balanced", label_smoothing=0.1), replace(
        data, train=data.train.some(few)
    )


def carried() -> tuple[Design, Dataset]:
    return listening(), echoes()


def factored() -> tuple[Design, Dataset]:
    """A block that learns at a tenth of the rate."""
    return STRIPES.edit(lambda net: edits.set_params(net, "conv1", rate_factor=0.1)), digits_dataset()


def straight_line(count: int) -> tuple[np.ndarray, Dataset]:
    x = np.random.default_rng(4).normal(size=(count, 3)).astype(np.float32)
    samples = Samples({"x": x, "y": x @ np.float32([[1.0], [-2.0], [0.5]])})
    return x, Dataset(numbers_of("line", features(3), 1), samples, samples)


def with_settings(design: Design, **changes: object) -> Design:
    return replace(design, training=design.training.model_copy(update=changes))


@pytest.mark.parametrize(
    "made", [several, mixed, weighed, carried, factored, lambda: (DESIGN, in_memory()), lambda: (DESIGN, streamed()[0])]
)
def test_that_at_the_settings_own_rate_the_losses_are_those_of_a_run(
    made: Callable[[], tuple[Design, Dataset]],
) -> None:
    design, data = made()
    design = with_settings(design, epochs=3)
    run = losses(trained(design, data)[1])
    rate = design.training.learning_rate
    tried = Tried(design, data, low=rate, high=rate, steps=len(run))
    assert tried.losses == pytest.approx(run, rel=1e-6)  # a run adds up what several Outputs have with more digits


def test_that_with_accumulation_a_rate_has_all_batches_of_a_step_and_the_mean_of_their_losses() -> None:
    design, data = with_settings(STRIPES, accumulation=3, epochs=2, ema_decay=0.9), digits_dataset()
    run = losses(trained(design, data)[1])
    assert len(run) == 10  # five batches an epoch: steps of three and two
    steps = [np.mean(run[first:last]) for first, last in ((0, 3), (3, 5), (5, 8), (8, 10))]
    tried = Tried(design, data, low=1e-3, high=1e-3, steps=4)
    assert tried.losses == pytest.approx(steps, rel=1e-12)


def test_that_a_schedule_leaves_the_rates_as_they_are_tried() -> None:
    usual = Tried(STRIPES, digits_dataset(), steps=30)
    one_cycle = with_settings(STRIPES, schedule="one_cycle", warmup=4, learning_rate=5.0)
    assert Tried(one_cycle, digits_dataset(), steps=30).losses.tolist() == usual.losses.tolist()


def test_that_neither_random_numbers_nor_weights_nor_data_of_others_change_nor_theirs_its_own() -> None:
    data, start = digits_dataset(), build(STRIPES.network, seed=9)
    before = {name: value.clone() for name, value in start.state_dict().items()}
    samples = {name: column.copy() for name, column in data.train.columns.items()}
    torch.manual_seed(77)
    state = torch.get_rng_state()
    tried = Tried(STRIPES, data, start=start, steps=30)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in start.state_dict().items())
    assert all(np.array_equal(column, samples[name]) for name, column in data.train.columns.items())
    again = Tried(STRIPES, data, start=start, steps=30, between_steps=lambda: torch.manual_seed(1) and torch.rand(5))
    assert again.losses.tolist() == tried.losses.tolist()
    assert Tried(STRIPES, data, steps=30).losses[0] != tried.losses[0]  # it began with the weights of the other model
    assert same_weights(build(STRIPES.network, seed=9), start)


def test_that_with_too_little_time_the_whole_range_is_tried_in_fewer_steps() -> None:
    tried = Tried(STRIPES, digits_dataset(), low=1e-6, high=1e-2, steps=200, seconds=0.0)
    assert tried.rates == pytest.approx(np.geomspace(1e-6, 1e-2, FEWEST))


def test_that_plain_descent_on_a_parabola_has_its_least_loss_where_theory_says_that_it_diverges() -> None:
    """Steps down a parabola grow once the rate is above 2 / λ, with λ the largest curvature."""
    x, data = straight_line(64)
    network = chain(input_of(3), dense(1), output_for("regression"))
    tried = Tried(
        design_of(network, optimizer="sgd", momentum=0.0, batch_size=64, validation_share=0.0),
        data,
        low=1e-4,
        high=100.0,
    )
    inputs = np.concatenate([x, np.ones((64, 1), np.float32)], axis=1)
    limit = 2 / np.linalg.eigvalsh(2 / 64 * inputs.T @ inputs).max()
    least = tried.rates[np.argmin(tried.losses)]
    assert limit / 1.5 < least < limit * 1.5
    assert tried.found.rate is not None
    assert limit / 20 < tried.found.rate < limit / 2
    assert tried.rates[-1] < 10 * limit  # it has not gone on to the highest


def test_that_a_network_which_gets_nothing_to_learn_from_has_no_rate() -> None:
    data = digits_dataset(192)
    empty = {**data.train.columns, "x": np.zeros_like(data.train.columns["x"])}
    blind = replace(data, train=Samples(empty))
    network = chain(input_of(1, 6, 6), "flatten", dense(4), output_for())
    tried = Tried(design_of(network, batch_size=48, validation_share=0.0), blind, high=0.1)
    assert tried.found.rate is None
    assert tried.found.text.startswith("The loss never fell: it was about 1.39")


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("flat_prices_table", 3e-3, 3e-2), ("dna_motif_detector", 2e-3, 2e-2), ("mnist_cnn", 5e-4, 5e-3)],
)
def test_that_the_rate_for_an_example_is_among_those_that_learn_fastest(name: str, low: float, high: float) -> None:
    """Of eleven rates from 0.00001 to 1, those between these had the least loss in validation behind 150 steps."""
    design = read(example(name))
    tried = Tried(design, preparation.load(design))
    assert tried.found.rate is not None
    assert low <= tried.found.rate <= high


def test_that_a_design_which_cannot_be_trained_is_refused_in_the_words_of_a_run() -> None:
    line = design_of(chain(input_of(3), dense(1), output_for("regression")), validation_share=0.9)
    with pytest.raises(TrainingError, match="validation share leaves no samples"):
        Tried(line, straight_line(1)[1])
    with pytest.raises(TrainingError, match="set out_features to 4"):
        Tried(design_of(chain(input_of(1, 6, 6), "flatten", dense(5), output_for())), digits_dataset())


def test_that_what_is_raised_between_two_steps_ends_it() -> None:
    class Enough(Exception):  # noqa: N818 - not an error
        pass

    def between() -> None:
        raise Enough

    with pytest.raises(Enough):
        Tried(DESIGN, streamed()[0], between_steps=between)
