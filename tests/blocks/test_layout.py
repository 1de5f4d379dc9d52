"""Kinds that lay numbers out anew, compared with plain torch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.schema.shape import image_sequence, volume
from designer.engine.model.build import build
from tests.helpers import block, chain, input_of
from tests.mendable import mendable_problem


def given_by(network: Network, *arguments: torch.Tensor) -> torch.Tensor:
    """What the block called "here" gives."""
    return build(network).trace(*arguments)["here", "out"]


def of(kind: str, *sizes: int | None, **params: Any) -> Network:
    return chain(input_of(*sizes), (kind, "here", params), ("flatten", "flat"), "output")


def problem_of(network: Network) -> Problem:
    return mendable_problem(network, "here")


@pytest.mark.parametrize(
    ("sizes", "new", "result"),
    [
        ((24,), (2, 3, 4), (2, 3, 4)),
        ((2, 3, 4), (-1,), (24,)),
        ((2, 3, 4), (6, -1), (6, 4)),
        ((6, 4), (2, -1, 2, 2), (2, 3, 2, 2)),
    ],
)
def test_that_reshape_reads_the_numbers_in_order(sizes, new, result):
    x = torch.randn(5, *sizes)
    assert torch.equal(given_by(of("reshape", *sizes, sizes=new), x), x.reshape(5, *result))


def test_that_reshape_makes_image_sequences():
    network = of("reshape", 48, sizes=(-1, 1, 4, 4), axes="image_sequence")
    assert infer(network).results["here"].shape.noun == "image sequences"
    assert given_by(network, torch.randn(2, 48)).shape == (2, 3, 1, 4, 4)


def test_that_sizes_that_cannot_hold_the_numbers_are_refused_with_a_mend():
    network = of("reshape", 24, sizes=(2, 3, 5))
    problem = problem_of(network)
    assert "2×3×5 cannot hold the 24 numbers that come in" in problem.message
    mended = infer(problem.fixes[0].apply(Design(network)).network)
    assert mended.shape("here").sizes == (2, 3, 4)
    (fix,) = problem_of(of("reshape", 24, sizes=(5, -1))).fixes
    assert fix.title == "Set sizes of 'here' to -1×1"
    assert "lengths differ" in problem_of(of("reshape", None, 4)).message


def test_that_unflatten_makes_an_image_of_each_step_whatever_the_length():
    nodes = [
        Node("input", block("input", sizes=(None, 8)), ()),
        Node("here", block("unflatten", sizes=(2, 2, -1)), ("input",)),
    ]
    assert str(infer(Network.of(nodes)).shape("here")) == "L×2×2×2"
    x = torch.randn(3, 5, 8)
    assert torch.equal(given_by(of("unflatten", 5, 8, sizes=(2, 2, -1)), x), x.reshape(3, 5, 2, 2, 2))
    assert torch.equal(given_by(of("unflatten", 8, sizes=(-1, 2)), x[0]), x[0].reshape(5, 4, 2))


@pytest.mark.parametrize(("sizes", "order"), [((5, 8), (2, 1)), ((2, 3, 4), (3, 1, 2)), ((2, 3, 4, 5), (1, 4, 2, 3))])
def test_that_permute_is_torch_s(sizes, order):
    x = torch.randn(2, *sizes)
    network = of("permute", *sizes, order=order)
    assert torch.equal(given_by(network, x), x.permute(0, *order))
    assert infer(network).shape("here").sizes == x.permute(0, *order).shape[1:]


def test_that_permute_names_what_does_not_fit():
    assert "have 3 axes, but order names 2" in problem_of(of("permute", 2, 3, 4)).message
    assert "has to stay the first axis" in problem_of(of("permute", None, 4)).message
    with pytest.raises(ValueError, match="each once"):
        block("permute", order=(1, 1))


def test_that_crop_and_zero_pad_take_the_sides_in_torch_s_order_and_undo_each_other():
    x = torch.randn(2, 3, 5, 6)
    padded = given_by(of("zero_pad", 3, 5, 6, padding=(1, 2, 3, 4)), x)
    assert torch.equal(padded, F.pad(x, (1, 2, 3, 4)))
    assert torch.equal(given_by(of("crop", 3, 12, 9, cropping=(1, 2, 3, 4)), padded), x)
    volume = torch.randn(2, 1, 3, 4, 5)
    padded = given_by(of("zero_pad", 1, 3, 4, 5, padding=(1, 0, 2, 0, 0, 3)), volume)
    assert torch.equal(padded, nn.ZeroPad3d((1, 0, 2, 0, 0, 3))(volume))
    steps = torch.randn(2, 5, 3)
    padded = given_by(of("zero_pad", 5, 3, padding=(2, 1)), steps)
    assert torch.equal(padded[:, 2:7], steps)
    assert torch.equal(given_by(of("crop", 8, 3, cropping=(2, 1)), padded), steps)


def test_that_one_number_is_for_all_sides_and_any_other_count_has_to_fit():
    assert infer(of("zero_pad", 3, 5, 6, padding=2)).shape("here").sizes == (3, 9, 10)
    problem = problem_of(of("zero_pad", 3, 5, 6, padding=(1, 2)))
    assert "padding has 2 numbers, but images have 4 sides: give left, right, top and bottom" in problem.message
    assert "nothing would be left of 3×5×6" in problem_of(of("crop", 3, 5, 6, cropping=3)).message
    assert "lengths differ" in problem_of(of("crop", None, 6)).message


@pytest.mark.parametrize("kind", ["zero_pad", "upsample"])
def test_that_padding_changes_nothing_behind_a_longer_sequence(kind):
    params = {"padding": (2, 1)} if kind == "zero_pad" else {"scale_factor": 3}
    network = chain(input_of(None, 2), (kind, "here", params), "gru", "output")
    model = build(network, seed=0)
    x, lengths = torch.randn(2, 5, 2), torch.tensor([5, 2])
    x[1, 2:] = 1e6
    alone = x[1:, :2]
    longer = F.pad(alone, (0, 0, 2, 1)) if kind == "zero_pad" else alone.repeat_interleave(3, dim=1)
    torch.testing.assert_close(model(x, lengths)[1], model.get_submodule("gru")(longer)[1][0, 0])


@pytest.mark.parametrize(
    ("sizes", "factor", "mode", "torch_s"),
    [
        ((3, 4, 5), (2, 3), "bilinear", "bilinear"),
        ((3, 4, 5), 2, "nearest", "nearest"),
        ((2, 3, 4, 2), 2, "bilinear", "trilinear"),
    ],
)
def test_that_upsample_is_torch_s(sizes, factor, mode, torch_s):
    x = torch.randn(2, *sizes)
    wanted = nn.Upsample(scale_factor=factor, mode=torch_s)(x)
    torch.testing.assert_close(given_by(of("upsample", *sizes, scale_factor=factor, mode=mode), x), wanted)


def test_that_lines_into_the_padding_are_refused_and_mended():
    network = of("upsample", None, 4, mode="bilinear")
    mended = problem_of(network).fixes[0].apply(Design(network)).network
    assert infer(mended).results["here"].problem is None


def test_that_rescale_multiplies_and_then_adds():
    x = torch.randn(2, 3)
    assert torch.equal(given_by(of("rescale", 3, scale=0.5, offset=-1.0), x), x * 0.5 - 1.0)
    assert torch.equal(given_by(of("rescale", 3), x), x)


FILM = ("input", "input", {"sizes": (4, 3, 8, 8), "axes": "image_sequence"})


def test_that_frames_become_slices_of_a_volume_and_come_back():
    film = torch.randn(2, 4, 3, 8, 8)
    network = chain(FILM, ("frames_to_volume", "here"), "volume_to_frames", "flatten", "output")
    assert torch.equal(given_by(network, film), film.transpose(1, 2))
    assert infer(network).shape("here") == volume(3, 4, 8, 8)
    network = chain(FILM, "frames_to_volume", ("volume_to_frames", "here"), "flatten", "output")
    assert torch.equal(given_by(network, film), film)
    assert infer(network).shape("here") == image_sequence(4, 3, 8, 8)


def test_that_films_of_unequal_length_are_no_volume():
    films = ("input", "input", {"sizes": (None, 3, 8, 8), "axes": "image_sequence"})
    problem = problem_of(chain(films, ("frames_to_volume", "here"), "flatten", "output"))
    assert "films whose lengths differ" in problem.message


def test_that_a_convolution_of_volumes_is_given_films_through_a_block_that_makes_such():
    network = chain(FILM, ("conv3d", "here"), "flatten", "output")
    fix = problem_of(network).fixes[0]
    assert fix.title == "Insert FramesToVolume"
    assert infer(fix.apply(Design(network)).network).shape("here") == volume(32, 2, 6, 6)
