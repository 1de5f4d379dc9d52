"""The rate that the losses at rising ones speak for, and the words where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from designer.engine.training.rate_choice import STAYS, RateChoice, RisingRates

RATES = np.geomspace(1e-6, 10, 200)


def risen(losses: np.ndarray, rates: np.ndarray = RATES) -> RisingRates:
    """Rates with their losses, up to where the test ends by itself."""
    found = RisingRates()
    for rate, loss in zip(rates.tolist(), losses.tolist(), strict=True):
        found.add(rate, loss)
        if found.has_risen:
            break
    return found


def valley(bottom: float = 0.01, before: float = 2.3, least: float = 0.3, noise: float = 0.0) -> np.ndarray:
    """Losses that are flat, fall over a power of ten down to a rate, and rise steeply behind it."""
    place = np.log10(RATES / bottom)
    fall = least + (before - least) / (1 + np.exp(5 * (np.minimum(place, 0) + 0.7)))
    fall += np.where(place > 0, 10 ** np.clip(3 * place, 0, 8) - 1, 0)
    return fall + np.random.default_rng(1).normal(size=len(RATES)) * noise


@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_that_a_tenth_of_the_rate_with_the_least_smoothed_loss_is_chosen_with_two_digits(noise: float) -> None:
    found = risen(valley(noise=noise))
    least = found.rates[int(np.argmin(found.smoothed))]
    assert 0.01 <= least <= 0.02
    choice = found.chosen()
    assert choice.rate == float(f"{least / 10:.1e}")
    assert choice.text == (
        f"The loss is least at {least:.2g}. A tenth of that, {choice.rate:g}, is well below where it rises again."
    )


def test_that_the_smoothed_loss_is_the_weighted_mean_of_all_so_far_however_many_rates_there_are() -> None:
    for rates in (RATES, np.geomspace(1e-6, 10, 30)):
        losses = np.random.default_rng(3).uniform(1, 2, len(rates))
        found = RisingRates()
        for rate, loss in zip(rates.tolist(), losses.tolist(), strict=True):
            found.add(rate, loss)
        for last in (0, 1, 7, len(rates) - 1):
            weights = STAYS ** np.log10(rates[last] / rates[: last + 1])
            assert found.smoothed[last] == pytest.approx(np.average(losses[: last + 1], weights=weights))


def test_that_it_ends_where_the_loss_is_four_times_its_least_and_not_at_noise_around_nearly_nothing() -> None:
    found = risen(valley())
    assert len(found.rates) < len(RATES)
    assert found.smoothed[-1] > 4 * min(found.smoothed) > found.smoothed[-2]
    tiny = np.abs(valley(before=1.0, least=1e-4))
    tiny[113:] = 0.003  # thirty times the least, and still next to nothing
    assert len(risen(tiny).rates) == len(RATES)


def test_that_a_loss_below_zero_has_a_choice_as_well() -> None:
    assert risen(valley() - 5).chosen().rate == pytest.approx(0.001, rel=0.3)


def test_that_noise_and_a_loss_that_only_rises_have_no_choice_and_say_so() -> None:
    random = np.random.default_rng(0)
    flat = [risen(random.normal(1, 0.2, 200)).chosen() for _ in range(100)]
    assert sum(choice.rate is None for choice in flat) >= 98
    rising = risen(2.3 + RATES**2).chosen()
    assert rising.rate is None
    assert rising.text.startswith("The loss never fell: it was about 2.3 at first, and no rate from 1e-06 to ")
    assert risen(np.full(200, 0.7)).chosen().rate is None


def test_that_a_loss_that_falls_up_to_the_highest_rate_is_told() -> None:
    choice = risen(1 / (1 + RATES)).chosen()
    assert choice.rate == 1.0
    assert choice.text == (
        "The loss still fell at 10, the highest rate that was tried. A tenth of it, 1, is safe; a higher one may be "
        "better."
    )


def test_that_a_loss_which_is_not_finite_ends_it_and_says_so_where_no_rate_was_small_enough() -> None:
    losses = valley()
    losses[120:] = math.nan
    found = risen(losses)
    assert (len(found.rates), found.broke_at) == (120, RATES[120])
    assert found.chosen().rate is not None
    at_once = risen(np.full(200, math.inf))
    assert at_once.chosen() == RateChoice(
        None,
        "The loss is not finite at a rate of 1e-06 already. Look at the numbers that the network gets: no rate mends "
        "them.",
    )
