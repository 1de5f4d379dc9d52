"""Boxes in perspective: sides follow the axes, ways side by side stay apart, and arrows go around boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.core.analysis.box_diagram import DiagramBox, Perspective, perspective
from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.core.storage import files
from designer.core.storage.resources import example, examples
from tests.helpers import chain, input_of


def drawn(name: str) -> Perspective:
    design = files.read(example(name))
    return perspective(design, infer(design.network))


def boxes(found: Perspective) -> dict[str, DiagramBox]:
    return {box.block: box for box in found.boxes}


def apart(one: DiagramBox, other: DiagramBox) -> bool:
    return (
        one.right <= other.x + 1e-6
        or other.right <= one.x + 1e-6
        or one.bottom <= other.top + 1e-6
        or other.bottom <= one.top + 1e-6
    )


def test_that_boxes_follow_the_axes() -> None:
    found = boxes(drawn("mnist_cnn"))
    assert found["conv1"].height > found["conv2"].height > found["conv3"].height
    assert found["conv1"].depth > found["pool1"].depth
    assert found["conv1"].thickness < found["conv2"].thickness
    assert found["dense1"].height > found["dense2"].height
    assert (found["conv1"].above, found["conv1"].below) == ("32×26×26", ("conv1", "Conv2d"))


def test_that_an_activation_is_a_slab_on_the_box_before_it() -> None:
    found = boxes(drawn("digits_resnet"))
    on = [box for box in found.values() if box.category == "Activation" and not box.below]
    assert on
    for slab in on:
        carrier = max((box for box in found.values() if box.below and box.x < slab.x), key=lambda box: box.x)
        assert (slab.y, slab.height, slab.depth) == (carrier.y, carrier.height, carrier.depth)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.partition(".")[0])
def test_that_every_example_is_drawn_whole_with_nothing_on_top_of_another(path: Path) -> None:
    design = files.read(path)
    found = perspective(design, infer(design.network))
    assert {box.block for box in found.boxes} == set(design.network.nodes)
    own = [box for box in found.boxes if box.below]
    for place, one in enumerate(own):
        assert all(apart(one, other) for other in own[place + 1 :])
    left, top, right, bottom = found.bounds()
    for box in found.boxes:
        assert left <= box.x
        assert box.right <= right
        assert top <= box.top
        assert box.bottom <= bottom


def test_that_arrows_lead_from_box_to_box_and_over_those_between() -> None:
    found = drawn("mackey_glass_wavenet")
    by_name = boxes(found)
    skips = [arrow for arrow in found.arrows if len(arrow) == 6]
    assert len(skips) == 5
    for arrow in skips:
        over = [box for box in by_name.values() if arrow[1][0] < box.x and box.right < arrow[4][0]]
        assert over
        assert all(arrow[2][1] < box.top for box in over)
    assert all(start[0] < end[0] for start, *_, end in found.arrows)


def test_that_a_block_without_a_shape_is_drawn_as_not_known() -> None:
    network = chain(input_of(1, 28, 28), ("conv2d", "conv1", {"kernel_size": (99, 99)}), "flatten")
    found = boxes(perspective(Design(network), infer(network)))
    assert [box.above for box in found.values() if not box.known] == ["?", "?"]
