"""What is likely behind a value: it fits, it follows the data, and what the network has is offered again."""

from __future__ import annotations

import pytest

from designer.core.assist import preview
from designer.core.assist.suggestions import likely
from designer.core.graph.binding import DataInfo
from designer.core.graph.network import Network
from designer.core.inference.infer import infer
from designer.data import sources
from tests.helpers import block, chain, dense, input_of


def told(network: Network, ref: str | None, data: DataInfo | None = None) -> list[tuple[str, str]]:
    return [(made.title, made.details()) for made in likely(infer(network), ref, data)]


IMAGES = chain(
    input_of(1, 28, 28), ("conv2d", "conv1", {"activation": "relu"}), ("max_pool2d", "pool1"), "flatten", dense(10)
)


def test_that_an_empty_network_begins_with_an_input_and_nothing_is_likely_beside_one() -> None:
    assert told(Network(), None) == [("Input", "images")]
    assert told(IMAGES, None) == []


def test_that_images_are_convolved_and_pooled_in_turn_with_ever_more_channels() -> None:
    assert told(IMAGES, "input")[0] == ("Conv2d", "32 maps · 3×3 · ReLU")
    assert told(IMAGES, "conv1")[0] == ("MaxPool2d", "2×2")
    assert told(IMAGES, "pool1")[:2] == [("Conv2d", "64 maps · 3×3 · ReLU"), ("Conv2d", "32 maps · 3×3 · ReLU")]
    assert ("Flatten", "") in told(IMAGES, "pool1")


def test_that_films_become_volumes_and_volumes_are_convolved_in_three_directions() -> None:
    film = ("input", "input", {"sizes": (8, 1, 20, 20), "axes": "image_sequence"})
    network = chain(film, ("frames_to_volume", "volume"), ("conv3d", "conv1"))
    assert told(network, "input")[0] == ("FramesToVolume", "")
    assert told(network, "volume")[0] == ("Conv3d", "3×3×3 · ReLU")
    assert told(network, "conv1")[0] == ("MaxPool3d", "2×2×2")


def test_that_the_last_dense_has_a_number_for_each_class_and_then_comes_the_output() -> None:
    data = sources.info("mnist_5k")
    assert ("Dense", "10 units") in told(IMAGES, "flatten", data)[:2]
    assert told(IMAGES, "dense1", data)[0] == ("Output", "classification")


def test_that_words_are_embedded_as_many_as_the_data_has() -> None:
    tokens = chain(("input", "input", {"sizes": (20,), "axes": "tokens"}))
    assert told(tokens, "input")[0][0] == "Embedding"


def test_that_blocks_of_the_network_are_offered_again_as_they_are() -> None:
    network = chain(input_of(8), dense(17, "dense1", activation="tanh"))
    assert block("dense", out_features=17, activation="tanh") in likely(infer(network), "dense1", None)


@pytest.mark.parametrize("sizes", [(8,), (None, 12), (20, 12), (3, 32, 32), (1, 8, 8, 8)])
def test_that_what_a_rule_of_thumb_suggests_fits(sizes: tuple[int | None, ...]) -> None:
    network = chain(input_of(*sizes))
    found = infer(network)
    suggested = likely(found, "input", None)
    assert suggested
    for made in suggested[:3]:
        assert preview.fit(found, made, ("input", *(None,) * (len(made.input_ports) - 1))).reason == ""
