"""What training is said to keep of drawn networks of all kinds, beside what autograd saves in a real step of them."""

from __future__ import annotations

import pytest

from tests.measuring_memory import measured
from tests.random_networks import random_network

SEEDS = (1, 6, 7, 10, 11, 12, 13, 14, 17, 18, 20, 21, 26, 28, 36, 37, 38, 39, 40, 44, 45, 46, 47, 314)


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_drawn_network_keeps_as_much_as_it_says(seed: int) -> None:
    network = random_network(seed)
    assert network is not None
    found = measured(network, seed)
    # It is said of sequences that are all as long as the longest; of shorter ones some blocks compute less.
    most = 2 / found.fullness
    assert found.saved / 2 <= found.said <= most * found.saved
    assert found.saved_beside_inputs / 2 <= found.said_beside_inputs <= most * found.saved_beside_inputs + 64
