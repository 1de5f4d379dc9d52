"""Normalisation and noise, compared with plain torch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from designer.core.inference.infer import infer
from designer.engine.model.build import Model, build
from tests.helpers import chain, input_of
from tests.mendable import mendable_problem


def model_of(sizes: tuple[int | None, ...], kind: str, **params: Any) -> Model:
    """Just one block, with weights that are not those it starts with."""
    model = build(chain(input_of(*sizes), (kind, "here", params), *ends(sizes)), seed=0)
    for weight in model.get_submodule("here").parameters():
        nn.init.uniform_(weight, 0.5, 1.5)
    return model


def ends(sizes: tuple[int | None, ...]) -> list[Any]:
    return [("output", "output", {})] if len(sizes) == 1 else [("gru", "gru1", {}), ("output", "output", {})]


def given_by(model: Model, *arguments: torch.Tensor) -> torch.Tensor:
    return model.trace(*arguments)["here", "out"]


def test_that_padding_changes_no_statistics_of_a_batch_norm():
    torch.manual_seed(0)
    model = model_of((None, 3), "batch_norm1d")
    x, lengths = torch.randn(4, 6, 3), torch.tensor([6, 2, 5, 1])
    plain = nn.BatchNorm1d(3)
    plain.load_state_dict(model.get_submodule("here").state_dict())
    expected = plain(torch.cat([sample[:length] for sample, length in zip(x, lengths, strict=True)]))
    garbage = x.clone()
    for sample, length in zip(garbage, lengths, strict=True):
        sample[length:] = 1e6
    got = given_by(model, garbage, lengths)
    torch.testing.assert_close(torch.cat([s[:n] for s, n in zip(got, lengths, strict=True)]), expected)
    torch.testing.assert_close(model.get_submodule("here").running_var, plain.running_var)
    model.eval(), plain.eval()
    torch.testing.assert_close(given_by(model, garbage, lengths)[2, :5], plain(x[2, :5]))


def test_that_a_batch_norm_over_sequences_of_one_length_is_torch_s():
    torch.manual_seed(0)
    model = model_of((5, 3), "batch_norm1d", momentum=0.3)
    x = torch.randn(4, 5, 3)
    plain = nn.BatchNorm1d(3, momentum=0.3)
    plain.load_state_dict(model.get_submodule("here").state_dict())
    torch.testing.assert_close(given_by(model, x), plain(x.transpose(1, 2)).transpose(1, 2))


@pytest.mark.parametrize(("kind", "made"), [("layer_norm", nn.LayerNorm), ("rms_norm", nn.RMSNorm)])
def test_that_a_norm_over_features_takes_the_channels_of_each_pixel(kind, made):
    network = chain(input_of(4, 3, 2), (kind, "here", {"eps": 1e-3}), "flatten", "output")
    model = build(network, seed=0)
    nn.init.uniform_(model.get_submodule("here").weight)
    plain = made(4, eps=1e-3)
    plain.load_state_dict(model.get_submodule("here").state_dict())
    x = torch.randn(2, 4, 3, 2)
    torch.testing.assert_close(given_by(model, x), plain(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2))


def test_that_a_layer_norm_over_all_numbers_has_a_weight_for_each():
    network = chain(input_of(4, 3, 2), ("layer_norm", "here", {"axes": "all"}), "flatten", "output")
    model = build(network, seed=0)
    x = torch.randn(2, 4, 3, 2)
    assert model.get_submodule("here").weight.shape == (4, 3, 2)
    torch.testing.assert_close(given_by(model, x), nn.functional.layer_norm(x, (4, 3, 2)))


@pytest.mark.parametrize(
    ("kind", "params", "made"),
    [
        ("group_norm", {"num_groups": 2}, lambda: nn.GroupNorm(2, 4)),
        ("instance_norm", {"affine": True}, lambda: nn.InstanceNorm1d(4, affine=True)),
    ],
)
def test_that_group_and_instance_norms_take_the_mean_over_the_steps(kind, params, made):
    torch.manual_seed(0)
    model, plain = model_of((5, 4), kind, **params), made()
    plain.load_state_dict(model.get_submodule("here").state_dict())
    x = torch.randn(3, 5, 4)
    torch.testing.assert_close(given_by(model, x), plain(x.transpose(1, 2)).transpose(1, 2))


@pytest.mark.parametrize(
    ("kind", "params"), [("group_norm", {}), ("instance_norm", {}), ("layer_norm", {"axes": "all"})]
)
def test_that_a_mean_over_padding_is_refused_with_a_way_out(kind, params):
    problem = mendable_problem(chain(input_of(None, 4), (kind, "here", params)), "here")
    assert "sequences whose lengths differ" in problem.message


def test_that_groups_that_do_not_divide_the_channels_are_mended_by_some_that_do():
    from tests.helpers import design_of

    network = chain(input_of(6, 3, 3), ("group_norm", "here", {"num_groups": 4}))
    problem = mendable_problem(network, "here")
    assert problem.field == "num_groups"
    mended = problem.fixes[0].apply(design_of(network)).network
    assert infer(mended).results["here"].problem is None
    assert mended.nodes["here"].block.num_groups == 2


def test_that_channel_dropout_drops_a_feature_at_all_steps_and_only_while_training():
    torch.manual_seed(0)
    model = model_of((7, 64), "channel_dropout", p=0.5)
    x = torch.ones(2, 7, 64)
    got = given_by(model, x)
    assert set(got.unique().tolist()) == {0.0, 2.0}
    assert torch.equal(got, got[:, :1].expand_as(got))
    assert torch.equal(given_by(model.eval(), x), x)


def test_that_noise_has_the_deviation_it_says_and_comes_only_while_training():
    torch.manual_seed(0)
    model = model_of((4000,), "gaussian_noise", std=0.3)
    x = torch.zeros(4, 4000)
    got = given_by(model, x)
    assert abs(got.std().item() - 0.3) < 0.01
    assert abs(got.mean().item()) < 0.01
    assert torch.equal(given_by(model.eval(), x), x)
