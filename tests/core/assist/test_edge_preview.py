"""One edge before it is made: what can never hold is refused with its reason, what can be mended is mended."""

from __future__ import annotations

from designer.core.assist.edge_preview import Verdict, Wire, judged
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.core.inference.infer import infer
from designer.core.storage import files
from designer.core.storage.resources import example
from tests.helpers import block, chain, dense, input_of

CNN = arrange.settled(files.read(example("mnist_cnn")))


def said(design: Design, wire: Wire) -> Verdict:
    return judged(design, infer(design.network), wire)


def with_loose(kind: str, **params: object) -> Design:
    return arrange.settled(CNN.edit(lambda net: edits.add(net, block(kind, **params), "loose")))


def test_that_a_good_edge_tells_the_shape_that_comes_of_it() -> None:
    found = said(with_loose("max_pool2d"), Wire("conv1", "loose", 0))
    assert found == Verdict("conv1 → loose", shape="32×13×13")


def test_that_a_circle_an_edge_to_itself_and_one_that_is_there_are_refused() -> None:
    for wire, reason in (
        (Wire("dense1", "conv2", 0), "circle"),
        (Wire("conv1", "conv1", 0), "itself"),
        (Wire("conv1", "pool1", 0), "takes it there already"),
    ):
        found = said(CNN, wire)
        assert not found.allowed
        assert reason in found.reason


def test_that_other_axes_are_mended_on_the_way_where_there_is_a_mend() -> None:
    design = with_loose("dense")
    wire = Wire("conv1", "loose", 0)
    found = said(design, wire)
    assert found.allowed
    assert "takes features" in found.reason
    assert found.fix is not None
    after = wire.mended(design, found.fix)
    assert infer(after.network).results["loose"].problem is None
    assert after.network.nodes["loose"].inputs == ("flatten1",)
    assert after.network.nodes["flatten1"].inputs == ("conv1",)
    assert set(after.view.positions) == set(after.network.nodes)


def test_that_other_axes_without_a_mend_are_refused() -> None:
    found = said(with_loose("cell_state"), Wire("dense1", "loose", 0))
    assert (found.allowed, found.fix) == (False, None)
    assert "'dense1' gives features 64" in found.reason


def test_that_sizes_that_a_parameter_can_change_are_told_and_allowed() -> None:
    found = said(with_loose("conv2d", kernel_size=7), Wire("conv3", "loose", 0))
    assert found.allowed
    assert "kernel_size" in found.reason
    merged = arrange.settled(
        CNN.edit(lambda net: edits.connect(edits.add(net, block("add"), "loose"), "conv1", "loose"))
    )
    found = said(merged, Wire("pool1", "loose", 1))
    assert found.allowed
    assert "must be of one shape" in found.reason


def test_that_a_block_with_a_free_port_left_says_which() -> None:
    assert said(with_loose("add"), Wire("conv1", "loose", 1)).waits == "1"


def test_that_the_value_at_another_port_is_no_reason_to_refuse_an_edge() -> None:
    net = edits.add(chain(input_of(None, 3), ("gru", "gru1"), dense(8)), block("add"), "loose")
    net = edits.connect(net, "gru1.state", "loose", 0)
    wrong = Design(net)
    assert said(arrange.settled(wrong), Wire("dense1", "loose", 1)).allowed


def test_that_an_edge_s_end_is_led_elsewhere_and_a_full_block_takes_one_more() -> None:
    moved = Wire("conv1", "conv2", 0, taken=("pool1", 0)).made(CNN)
    assert moved.network.nodes["pool1"].inputs == (None,)
    assert moved.network.nodes["conv2"].inputs == ("conv1",)
    net: Network = edits.connect(edits.add(CNN.network, block("add"), "loose"), "conv1", "loose", 0)
    net = edits.connect(net, "conv1", "loose", 1)
    full = arrange.settled(CNN.edit(lambda _: net))
    assert Wire("conv1", "loose", 2).made(full).network.nodes["loose"].inputs == ("conv1",) * 3
    assert said(full, Wire("conv1", "loose", 2)).shape == "32×26×26"
