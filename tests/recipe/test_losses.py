"""The losses of an Output: the numbers of torch and of others, in files, in problems and in scripts."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mean_pinball_loss
from torch import nn

from designer.blocks.output import Output, losses_of
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.roles import OF_CLASSES
from designer.core.inference.infer import infer
from designer.core.schema.shape import features
from designer.core.storage.files import dumps, read, write
from designer.core.storage.resources import example
from designer.core.validation import check
from designer.data import sources
from designer.data.samples import Dataset, Samples
from designer.engine.protocol.events import Failed, Finished
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training.measured import linked
from designer.engine.training.objectives import objective_of
from designer.recipe.goals import goal_of
from designer.recipe.losses import cosine, cross_entropy, focal, huber, poisson, quantile
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import (
    FEW,
    assert_same_curve,
    months,
    pairs,
    sequences_again,
    turning_round,
    with_settings,
)
from tests.helpers import block, chain, dense, design_of, input_of, numbers_of, output_for, trained

seeds = st.integers(0, 2**31)


def with_loss(network: Network, **params: Any) -> Network:
    """The same network, whose Outputs that can have such a loss have it."""
    changed = {
        name: Node(name, node.block.changed(**params), node.inputs)
        for name, node in network.nodes.items()
        if isinstance(node.block, Output) and params["loss"] in losses_of(node.block.task)
    }
    assert changed
    return Network.of([changed.get(name, node) for name, node in network.nodes.items()])


@given(seeds, st.floats(0, 6), st.booleans())
@settings(max_examples=40, deadline=None)
def test_that_a_focal_loss_is_its_formula_with_the_weights_of_classes(seed: int, gamma: float, weighed: bool) -> None:
    random = torch.Generator().manual_seed(seed)
    logits, classes = 3 * torch.randn(9, 4, generator=random), torch.randint(0, 4, (9,), generator=random)
    weights = torch.rand(4, generator=random) + 0.1
    shares = logits.double().softmax(-1)[torch.arange(9), classes]
    each = -((1 - shares) ** gamma) * shares.log()
    counting = weights.double()[classes] if weighed else torch.ones(9).double()
    by_hand = float((counting * each).sum() / counting.sum())
    assert float(focal(logits, classes, gamma, weights if weighed else None)) == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 2.0])
def test_that_a_focal_loss_has_a_gradient_where_a_class_is_certain(gamma: float) -> None:
    logits = torch.tensor([[200.0, 0.0], [0.0, 200.0]], requires_grad=True)
    focal(logits, torch.tensor([0, 0]), gamma).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[1, 0] < 0


def test_that_a_focal_loss_without_focus_is_the_cross_entropy() -> None:
    torch.manual_seed(1)
    logits, classes, weights = torch.randn(7, 3), torch.randint(0, 3, (7,)), torch.tensor([1.0, 4.0, 0.5])
    torch.testing.assert_close(
        focal(logits, classes, 0.0, weights), cross_entropy(logits, classes, class_weights=weights)
    )


@given(seeds, st.floats(0.01, 0.99))
@settings(max_examples=30, deadline=None)
def test_that_losses_of_numbers_are_those_of_torch_and_scikit_learn(seed: int, share: float) -> None:
    random = torch.Generator().manual_seed(seed)
    x, y = torch.randn(6, 3, generator=random), torch.rand(6, 3, generator=random) * 4
    assert float(quantile(x, y, share)) == pytest.approx(mean_pinball_loss(y.numpy(), x.numpy(), alpha=share), rel=1e-4)
    torch.testing.assert_close(huber(x, y, share), nn.HuberLoss(delta=share)(x, y))
    torch.testing.assert_close(poisson(x, y), nn.PoissonNLLLoss()(x, y))
    torch.testing.assert_close(poisson(x.abs(), y, False), nn.PoissonNLLLoss(log_input=False)(x.abs(), y))
    torch.testing.assert_close(cosine(x, y), nn.CosineEmbeddingLoss()(x, y, torch.ones(6)))
    torch.testing.assert_close(cosine(x.view(6, 3, 1), y.view(6, 3, 1)), cosine(x, y))


def test_that_the_quantile_is_what_the_least_quantile_loss_tells() -> None:
    seen = torch.from_numpy(np.random.default_rng(1).exponential(size=999)).float()
    told = torch.linspace(0, 5, 2001)
    losses = torch.stack([quantile(at.expand(999), seen, 0.9) for at in told])
    assert float(told[losses.argmin()]) == pytest.approx(float(seen.quantile(0.9)), abs=0.02)


@pytest.mark.parametrize(
    ("design", "line"),
    [
        (
            design_of(months(), "airline_passengers", **{**FEW, "epochs": 2}),
            ({"loss": "huber", "delta": 0.05}, ", delta=0.05)"),
        ),
        (design_of(months(), "airline_passengers", **FEW), ({"loss": "quantile", "quantile": 0.9}, ", 0.9)")),
        (design_of(months(), "airline_passengers", **FEW), ({"loss": "poisson"}, "F.poisson_nll_loss(")),
        (design_of(sequences_again(), "japanese_vowels", **FEW), ({"loss": "cosine"}, "cosine(")),
        (
            design_of(pairs(), "digit_pairs", **FEW, class_weights="balanced"),
            ({"loss": "focal", "gamma": 1.5}, ", 1.5, weights["),
        ),
        (with_settings(read(example("vowels_gru")), **FEW), ({"loss": "focal"}, "focal(")),
    ],
    ids=["huber", "quantile", "poisson", "cosine of steps", "focal of several", "focal"],
)
def test_that_a_script_learns_along_the_same_curve(
    design: Design, line: tuple[dict[str, Any], str], tmp_path: Path, for_ruff: ForRuff
) -> None:
    params, written = line
    text = assert_same_curve(replace(design, network=with_loss(design.network, **params)), tmp_path)
    assert written in text
    for_ruff(text)


def test_that_a_script_leaves_out_what_torch_has_by_itself() -> None:
    text = pytorch_script(design_of(with_loss(months(), loss="huber"), "airline_passengers"), "x").text
    assert "loss = F.huber_loss(model(" in text
    assert "delta" not in text


@pytest.mark.parametrize("task", ["classification", "regression", "sequence_to_sequence", "autoencoder"])
def test_that_every_loss_of_a_task_is_computed_and_named_on_the_card(task: Any) -> None:
    for loss in losses_of(task):
        made = Output(task=task, loss=loss)
        data = sources.info("number_reversal" if loss in OF_CLASSES else "airline_passengers")
        objective = objective_of(goal_of("y", made, data.targets[0]), design_of(months()).training)
        wanted = torch.tensor([0, 1, 1]) if loss in OF_CLASSES else torch.rand(3, 2)
        result = torch.rand(3, 2, requires_grad=True)
        objective.loss(result, wanted).backward()
        assert result.grad is not None
        assert made.details().startswith("seq2seq" if task == "sequence_to_sequence" else task)
        assert loss == "cross_entropy" or "·" in made.details()


def test_that_a_field_of_a_loss_is_shown_with_it_alone_and_in_a_file_only_where_it_is_another(tmp_path: Path) -> None:
    assert Output().hidden_fields == {"gamma", "delta", "quantile", "log_input", "mining", "margin"}
    assert "gamma" not in Output(loss="focal").hidden_fields
    plain = read(example("vowels_gru"))
    assert not Output().hidden_fields & set(dumps(plain).replace('"', " ").split())
    design = replace(plain, network=with_loss(plain.network, loss="focal", gamma=3.0))
    assert '"gamma": 3.0' in dumps(design)
    assert "delta" not in dumps(design)
    write(design, tmp_path / "focal.network.json")
    (kept,) = [node.block for node in read(tmp_path / "focal.network.json").network.of_kind("output")]
    assert kept == Output(loss="focal", gamma=3.0, **{k: v for k, v in dict(kept).items() if k in ("task", "target")})


def test_that_a_cosine_of_one_number_is_refused_with_a_way_out() -> None:
    network = chain(input_of(4), dense(1), output_for("regression", loss="cosine"))
    (problem,) = check.problems(design_of(network, "none"))
    assert "the cosine of a single number is no more than its sign" in str(problem)
    mended = problem.fixes[0].apply(design_of(network, "none"))
    assert not infer(mended.network).problems
    assert mended.network.nodes["output"].block.loss == "mse"  # type: ignore[union-attr]


def test_that_a_loss_of_numbers_is_refused_where_there_are_classes_at_each_step() -> None:
    network = with_loss(turning_round(), loss="huber")
    listed = check.problems(design_of(network, "number_reversal"), data=sources.info("number_reversal"))
    assert any("has the loss huber" in str(item) for item in listed)


def counting(low: float) -> Dataset:
    random = np.random.default_rng(3)
    x = random.normal(size=(60, 4)).astype(np.float32)
    y = random.poisson(np.exp(1 + x[:, :1])).astype(np.float32) + np.float32(low)
    return Dataset(numbers_of("counts", features(4), 1), Samples({"x": x, "y": y}), Samples({"x": x[:20], "y": y[:20]}))


@pytest.mark.parametrize("log_input", [True, False])
def test_that_counts_are_learned_and_told_as_counts(log_input: bool) -> None:
    ends = [dense(1), *([] if log_input else [("activation", "positive", {"function": "softplus"})])]
    network = chain(input_of(4), *ends, output_for("regression", loss="poisson", log_input=log_input))  # type: ignore[arg-type]
    session, events = trained(design_of(network, epochs=60, learning_rate=0.03), counting(0))
    (last,) = [event for event in events if isinstance(event, Finished)]
    samples = session._test
    with torch.inference_mode():
        result = session.model.eval()(*samples.take(torch.arange(20)).arguments)
        told = linked(result, "exp" if log_input else "")
    off = float((told - samples.columns["y"]).abs().mean())
    assert last.metrics["test_mae"] == pytest.approx(off, rel=1e-4)
    assert off < float((samples.columns["y"] - samples.columns["y"].mean()).abs().mean())


def test_that_numbers_below_0_are_no_counts() -> None:
    network = chain(input_of(4), dense(1), output_for("regression", loss="poisson"))
    _, events = trained(design_of(network), counting(-1))
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert "its target 'y' has the number -1" in failed.message


def test_that_what_is_told_is_what_the_loss_makes_of_a_result() -> None:
    x = torch.tensor([[0.5, -1.0]])
    assert torch.equal(linked(x, ""), x)
    assert float(linked(x, "exp")[0, 0]) == pytest.approx(math.exp(0.5))
    assert float(linked(x, "softmax").sum()) == pytest.approx(1.0)
    assert block("output", loss="focal").link == "softmax"  # type: ignore[attr-defined]
