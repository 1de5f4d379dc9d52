"""What training is said to keep of drawn networks of all kinds, beside what autograd saves in a real step of them."""

from __future__ import annotations

import pytest

from tests.measuring_memory import measured
from tests.random_networks import random_network

SEEDS = (0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 23, 24, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36)
"""Of the first sixty those whose networks learn."""


@pytest.mark.parametrize("seed", SEEDS)
def test_that_a_drawn_network_keeps_as_much_as_it_says(seed: int) -> None:
    network = random_network(seed)
    assert network is not None
    found = measured(network, seed)
    # It is said of sequences that are all as long as the longest; of shorter ones some blocks compute less.
    most = 2 / found.fullness
    assert found.saved / 2 <= found.said <= most * found.saved
    assert found.saved_beside_inputs / 2 <= found.said_beside_inputs <= most * found.saved_beside_inputs + 64
