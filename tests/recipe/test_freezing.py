"""Blocks that are frozen, and blocks with rates of their own: what moves, by how much, in scripts and after a kill."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.core.edits.learning import with_learning
from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.engine.inspection.sample_pass import gradients
from designer.engine.model import devices
from designer.engine.model.build import build
from designer.engine.protocol.events import BatchesEnded, Noticed, Started
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training.objectives import make_optimizer
from designer.engine.training.trainer import Trainer
from designer.recipe.penalties import penalised_weights
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve
from tests.grouping import definition, port, use
from tests.helpers import block, design_of, same_weights, trained
from tests.recipe.resuming import assert_goes_on_alike, samples

CPU = torch.device("cpu")
OPTIMIZERS = ["adam", "adamw", "nadam", "radam", "sgd", "rmsprop", "adagrad", "adafactor", "muon"]


def network() -> Network:
    """Two convolutions with batch norms, the second pair in a group that is applied twice, and two Dense."""
    inner = definition(
        "Pair",
        port("x"),
        Node("conv", block("conv2d", out_channels=4, padding=1), ("x",)),
        Node("norm", block("batch_norm2d"), ("conv",)),
        port("y", "norm"),
    )
    return Network.of(
        [
            Node("input", block("input", sizes=(1, 6, 6)), ()),
            Node("conv1", block("conv2d", out_channels=4, activation="relu"), ("input",)),
            Node("norm1", block("batch_norm2d"), ("conv1",)),
            Node("pair", use(inner, repeat=2), ("norm1",)),
            Node("flatten", block("flatten"), ("pair",)),
            Node("dropout", block("dropout", p=0.3), ("flatten",)),
            Node("hidden", block("dense", out_features=8, activation="prelu"), ("dropout",)),
            Node("last", block("dense", out_features=4), ("hidden",)),
            Node("output", block("output"), ("last",)),
        ]
    )


def design(frozen: tuple[str, ...] = (), rates: dict[str, float] | None = None, **settings: object) -> Design:
    """Two epochs of five batches each."""
    made = design_of(network(), **{"epochs": 2, "batch_size": 16, "learning_rate": 0.01, **settings})
    made = with_learning(made, frozen, frozen=True)
    for name, factor in (rates or {}).items():
        made = with_learning(made, [name], rate_factor=factor)
    return made


def inside_frozen(made: Design, name: str, **values: object) -> Design:
    """The same with a block inside the group that learns in another way."""
    inner = made.network.nodes["pair"].block.definition  # type: ignore[union-attr]
    inside = with_learning(Design(inner.network), [name], **values).network
    changed = made.network.nodes["pair"].block.changed(definition=replace(inner, network=inside))  # type: ignore[union-attr]
    return made.edit(lambda net: net.but((), [Node("pair", changed, net.nodes["pair"].inputs)]))


def moved(made: Design) -> set[str]:
    """The numbers of the model that a run has changed, by the blocks or modules that they are in."""
    session, _ = trained(made, samples())
    first = build(made.network, infer(made.network), made.training.seed).state_dict()
    last = session.model.state_dict()
    assert all(torch.isfinite(value).all() for value in last.values())
    return {name.rpartition(".")[0] for name, value in last.items() if not torch.equal(value, first[name])}


EVERYTHING = {"conv1", "norm1", "pair_1.conv", "pair_1.norm", "pair_2.conv", "pair_2.norm"}
EVERYTHING |= {"hidden", "hidden_prelu", "last"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"ema_decay": 0.9},
        {"clip_norm": 0.5, "clip_value": 0.1, "l1": 0.01, "l2": 0.01, "accumulation": 2},
        {"weight_decay": 0.1, "schedule": "cosine_annealing", "keep_best": True},
        {"precision": "bfloat16", "gradient_noise": 0.01},
    ],
    ids=str,
)
@pytest.mark.parametrize("optimizer", ["adamw", "sgd", "muon"])
def test_that_nothing_of_a_frozen_block_moves_and_all_else_does(optimizer: str, more: dict[str, object]) -> None:
    given = {"optimizer": optimizer, **more}
    assert moved(design(("conv1", "norm1", "hidden"), **given)) == EVERYTHING - {
        "conv1",
        "norm1",
        "hidden",
        "hidden_prelu",
    }
    assert moved(design(("pair",), {"last": 0.5}, **given)) == EVERYTHING - {
        "pair_1.conv",
        "pair_1.norm",
        "pair_2.conv",
        "pair_2.norm",
    }


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_every_optimizer_leaves_it_alone(optimizer: str) -> None:
    made = design(("norm1", "last"), {"conv1": 2.0}, optimizer=optimizer, weight_decay=0.01, epochs=1)
    assert moved(made) == EVERYTHING - {"norm1", "last"}


def test_that_gradients_that_are_made_larger_for_float16_leave_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_has", lambda precision, device: True)
    made = design(("conv1", "norm1"), {"last": 0.5}, precision="float16", clip_norm=1.0)
    assert moved(made) == EVERYTHING - {"conv1", "norm1"}


def test_that_a_block_that_is_frozen_inside_a_group_is_so_each_time() -> None:
    assert moved(inside_frozen(design(), "norm", frozen=True)) == EVERYTHING - {"pair_1.norm", "pair_2.norm"}


def test_that_a_frozen_norm_goes_by_its_running_figures_also_behind_somebody_who_looks() -> None:
    made = design(("norm1",))
    model = build(made.network, seed=1)
    for mode in (True, False):
        model.train(mode)
        assert model.norm1.training is False  # type: ignore[union-attr]
        assert model.pair_1.norm.training is mode  # type: ignore[union-attr]
        assert model.dropout.training is mode  # type: ignore[union-attr]
    model.train()
    x = torch.randn(8, 4, 4, 4)
    torch.testing.assert_close(model.norm1(x), x / (1 + 1e-5) ** 0.5)  # type: ignore[operator]


def test_that_the_forward_pass_keeps_nothing_ahead_of_the_first_block_that_learns() -> None:
    model = build(design(("conv1", "norm1", "pair")).network, seed=1).train()
    found = model.trace(torch.randn(4, 1, 6, 6))
    wants = {name for (name, _), value in found.items() if value.requires_grad}
    assert wants == {"hidden", "last", "output"}


@pytest.mark.parametrize("schedule", ["constant", "cosine_annealing"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_that_a_factor_is_the_rate_of_a_group_of_torch(optimizer: str, schedule: str) -> None:
    """One step, by the numbers of the optimizer without groups at a rate so many times as large."""
    made = design(("conv1",), {"last": 0.25, "pair": 3.0}, optimizer=optimizer, schedule=schedule)
    made = inside_frozen(made, "norm", rate_factor=0.5)
    steps = {}
    for factor in (1.0, 0.25, 3.0, 1.5):
        settings = made.training.model_copy(update={"learning_rate": 0.01 * factor})
        steps[factor] = stepped(design(), settings)
    ours = stepped(made, made.training)
    factors = {"last": 0.25, "pair_1.conv": 3.0, "pair_2.conv": 3.0, "pair_1.norm": 1.5, "pair_2.norm": 1.5}
    first = build(network(), seed=3).state_dict()
    for name, value in ours.items():
        owner = name.rpartition(".")[0]
        wanted = first[name] if owner == "conv1" else steps[factors.get(owner, 1.0)][name]
        torch.testing.assert_close(value, wanted, rtol=1e-6, atol=1e-8)


def stepped(made: Design, settings: object) -> dict[str, torch.Tensor]:
    model = build(made.network, seed=3)
    optimizer = make_optimizer(model, settings, CPU)  # type: ignore[arg-type]
    torch.manual_seed(4)
    for weight in model.parameters():
        gradient = torch.randn_like(weight)
        weight.grad = gradient if weight.requires_grad else None
    optimizer.step()
    return model.state_dict()


def test_that_a_schedule_is_multiplied_at_each_step() -> None:
    made = design((), {"last": 4.0}, schedule="exponential", rate_gamma=0.5, epochs=3)
    seen: list[tuple[float, ...]] = []
    session = Trainer(
        made,
        samples(),
        lambda event: None,
        between_batches=lambda: seen.append(tuple(group["lr"] for group in session._learner.optimizer.param_groups)),
    )
    session.run()
    assert {pair[1] / pair[0] for pair in seen} == {4.0}
    assert {pair[0] for pair in seen} == {0.01, 0.005, 0.0025}


def test_that_the_rate_that_is_told_is_that_of_the_schedule() -> None:
    _, events = trained(design((), {"last": 4.0}, epochs=1), samples())
    rates = np.concatenate([event.metrics["learning_rate"] for event in events if isinstance(event, BatchesEnded)])
    assert set(rates.tolist()) == {0.01}


def test_that_penalties_are_of_what_is_learned() -> None:
    model = build(design(("conv1", "last")).network, seed=1)
    kept = [
        name for name, weight in model.named_parameters() if any(weight is item for item in penalised_weights(model))
    ]
    assert kept == ["pair_1.conv.weight", "pair_2.conv.weight", "hidden.weight"]


@pytest.mark.parametrize(
    "given",
    [
        {"optimizer": "muon", "momentum": 0.9},
        {"optimizer": "adamw", "ema_decay": 0.9, "accumulation": 2},
        {"optimizer": "sgd", "schedule": "one_cycle", "clip_norm": 1.0},
        {"optimizer": "adam", "precision": "bfloat16", "gradient_noise": 0.01},
    ],
    ids=str,
)
def test_that_a_run_goes_on_within_an_epoch_as_if_nothing_had_been(given: dict[str, object], tmp_path: Path) -> None:
    made = inside_frozen(design(("conv1", "norm1"), {"last": 0.1, "pair": 2.0}, **given), "norm", frozen=True)
    assert_goes_on_alike(made, tmp_path, 3, 5)


def test_that_checkpoints_name_what_is_learned(tmp_path: Path) -> None:
    made = design(("conv1", "norm1", "pair"), {"last": 0.1})
    run = Run.create(tmp_path / "run", made)
    trained(made, samples(), run=run)
    found = read_checkpoint(run.checkpoint)
    assert found.learned == ("hidden.weight", "hidden.bias", "hidden_prelu.weight", "last.weight", "last.bias")
    assert {name.split(".")[1] for name in found.part("") if name.startswith("optimizer.")} == set("01234")


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_that_a_run_that_goes_on_with_other_blocks_frozen_does_so_alike_after_a_kill(
    optimizer: str, tmp_path: Path
) -> None:
    before = design(("norm1",), {"last": 0.1}, optimizer=optimizer, epochs=1)
    after = design(("conv1", "norm1"), {"pair": 0.5}, optimizer=optimizer, epochs=3)
    ended = []
    for name, kills in (("whole", ()), ("killed", (8,))):
        folder = tmp_path / name
        trained(before, samples(), run=Run.create(folder, before))
        first = read_checkpoint(Run(folder).checkpoint)
        for step in kills:
            stopped_at_again(step, after, folder)
        session, events = trained(after, samples(), run=Run.reopen(folder, after), resume=True)
        ended.append(session.model)
        if not kills:
            (told,) = [event.text for event in events if isinstance(event, Noticed)]
            assert told.startswith("From here on blocks learn in another way.")
        weights = session.model.state_dict()
        assert torch.equal(weights["conv1.weight"], first.part("model.")["conv1.weight"])
        assert not torch.equal(weights["last.weight"], first.part("model.")["last.weight"])
    assert same_weights(*ended)


def stopped_at_again(step: int, made: Design, folder: Path) -> None:
    session = Trainer(
        made,
        samples(),
        lambda event: None,
        run=Run.reopen(folder, made),
        resume=True,
        between_batches=lambda: session.stop() if session.position.step == step else None,
    )
    session.run()


def resnet(**settings: object) -> Design:
    made = read(example("digits_resnet"))
    made = replace(made, training=made.training.model_copy(update={**FEW, "epochs": 2, **settings}))
    made = with_learning(made, ["conv", "norm", "residual1"], frozen=True)
    return with_learning(with_learning(made, ["dense"], rate_factor=10.0), ["residual3"], rate_factor=0.1)


@pytest.mark.parametrize(
    "given",
    [{"optimizer": "muon"}, {"schedule": "cosine_annealing", "ema_decay": 0.9, "l2": 0.001}, {"optimizer": "sgd"}],
    ids=str,
)
def test_that_a_script_learns_along_the_same_curve(given: dict[str, object], tmp_path: Path, for_ruff: ForRuff) -> None:
    text = assert_same_curve(resnet(**given), tmp_path)
    assert '\nFROZEN = ("conv", "norm", "residual1")\n' in text
    assert '\nRATE_FACTORS = {"residual3_1": 0.1, "residual3_2": 0.1, "dense": 10.0}\n' in text
    assert "    freeze(model, FROZEN)\n" in text
    assert "    model.train()\n    hold_norms(model, FROZEN)\n" in text
    for_ruff(text)


def test_that_a_script_has_no_more_than_it_needs() -> None:
    plain = read(example("digits_resnet"))
    text = pytorch_script(plain, "x").text
    assert not any(word in text for word in ("FROZEN", "freeze", "hold_norms", "rate_groups", "RATE_FACTORS"))
    text = pytorch_script(with_learning(plain, ["dense"], frozen=True), "x").text
    assert 'FROZEN = ("dense",)\n' in text
    assert "hold_norms" not in text
    assert "rate_groups" not in text


def test_that_what_is_looked_at_has_gradients_through_frozen_blocks() -> None:
    made = design(("conv1", "norm1", "pair", "hidden"))
    session, events = trained(made, samples())
    data, model = samples(), session.model.eval()
    found = gradients(model, made.network, bind(made.network, data.info), data, 0, made.training)  # type: ignore[arg-type]
    assert all(np.any(np.asarray(found[name, "out"]) != 0) for name in ("conv1", "norm1", "hidden"))
    assert [name for name, weight in model.named_parameters() if weight.requires_grad] == ["last.weight", "last.bias"]
    (started,) = [event for event in events if isinstance(event, Started)]
    assert started.parameters == infer(made.network).parameters
