"""Each optimizer: torch's own, in the engine and in scripts, with its numbers, and gone on with bit by bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from designer.core.diff.edit_summary import described
from designer.core.graph.training_settings import MAY_CHANGE, TrainingSettings
from designer.core.storage.files import dumps, read
from designer.core.storage.resources import example
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.training.objectives import make_optimizer
from designer.recipe.choices import settings_without_effect
from designer.recipe.function import functions_of
from designer.recipe.muon import MuonWithAdamW
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import assert_same_curve, months
from tests.helpers import chain, dense, design_of, output_for, same_weights, stripes_network, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes

CPU = torch.device("cpu")
CLASSES = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
    "adafactor": torch.optim.Adafactor,
    "muon": MuonWithAdamW,
}
NEW = [
    {"optimizer": "nadam", "beta1": 0.8},
    {"optimizer": "radam", "eps": 1e-6, "weight_decay": 0.01},
    {"optimizer": "sgd", "nesterov": True},
    {"optimizer": "rmsprop", "eps": 1e-3},
    {"optimizer": "adagrad", "weight_decay": 0.01},
    {"optimizer": "adafactor"},
    {"optimizer": "muon", "momentum": 0.95, "beta2": 0.95},
]


def settings(**given: object) -> TrainingSettings:
    return TrainingSettings.model_validate({"device": "cpu", "learning_rate": 0.01, **given})


def moved(given: TrainingSettings, steps: int = 8) -> nn.Module:
    """A model after a few steps along the same gradients."""
    model = build(stripes_network(), seed=3)
    optimizer = make_optimizer(model, given, CPU)
    for number in range(steps):
        torch.manual_seed(number)
        for weight in model.parameters():
            weight.grad = torch.randn_like(weight)
        optimizer.step()
    return model


def test_that_every_choice_is_an_optimizer_of_torch() -> None:
    assert set(CLASSES) == set(functions_of("optimizers"))
    for name, kind in CLASSES.items():
        assert type(make_optimizer(build(stripes_network(), seed=1), settings(optimizer=name), CPU)) is kind


@pytest.mark.parametrize("given", NEW, ids=str)
def test_that_a_script_learns_along_the_same_curve_with_it(
    given: dict[str, object], tmp_path: Path, for_ruff: ForRuff
) -> None:
    design = design_of(months(), "airline_passengers", **{"epochs": 2, "learning_rate": 0.01, **given})
    text = assert_same_curve(design, tmp_path)
    assert all(f"\n{name.upper()} = " in text for name in given if name != "optimizer")
    for_ruff(text)


@pytest.mark.parametrize("given", NEW, ids=str)
def test_that_a_run_stopped_within_an_epoch_goes_on_with_it_bit_by_bit(
    given: dict[str, object], tmp_path: Path
) -> None:
    assert_goes_on_alike(stripes(**given), tmp_path, 2)


@pytest.mark.parametrize("name", CLASSES)
def test_that_every_number_it_takes_does_something_and_no_other_does(name: str) -> None:
    plain = settings(optimizer=name, momentum=0.5)
    idle = settings_without_effect(stripes_network(), plain).keys()
    others = {"momentum": 0.6, "nesterov": True, "beta1": 0.7, "beta2": 0.8, "eps": 0.1, "weight_decay": 0.1}
    for setting, value in others.items():
        changed = moved(plain.model_copy(update={setting: value}))
        assert same_weights(changed, moved(plain)) is (setting in idle), setting


def test_that_both_betas_stand_in_a_script_where_one_of_them_does(tmp_path: Path) -> None:
    from designer.engine.runs.script_export import pytorch_script

    design = read(example("vowels_gru"))
    text = pytorch_script(replace(design, training=design.training.model_copy(update={"beta2": 0.98})), "x").text
    assert "BETA1 = 0.9\nBETA2 = 0.98\n" in text
    assert "betas=(BETA1, BETA2), fused=" in text
    assert "BETA" not in pytorch_script(design, "x").text


def test_that_nesterov_without_momentum_is_plain_descent() -> None:
    plain = settings(optimizer="sgd", momentum=0.0)
    assert same_weights(moved(plain.model_copy(update={"nesterov": True})), moved(plain))


def test_that_muon_moves_matrices_and_adamw_all_else() -> None:
    network = chain(
        ("input", "input", {"sizes": (None,), "axes": "tokens"}),
        ("embedding", "embedding1", {"num_embeddings": 9, "embedding_dim": 6}),
        ("gru", "gru1", {"hidden_size": 5}),
        dense(4),
        output_for(),
    )
    model = build(network, seed=1)
    optimizer = make_optimizer(model, settings(optimizer="muon", momentum=0.95, weight_decay=0.1), CPU)
    matrices, others = (group["params"] for group in optimizer.param_groups)
    names = {id(weight): name for name, weight in model.named_parameters()}
    assert {names[id(weight)].rpartition(".")[2] for weight in matrices} == {"weight_ih_l0", "weight_hh_l0", "weight"}
    assert len(matrices) == 3
    assert [names[id(weight)] for weight in others if weight.dim() == 2] == ["embedding1.weight"]
    by_hand = [
        torch.optim.Muon(matrices, lr=0.01, momentum=0.95, weight_decay=0.1, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=0.01, weight_decay=0.1),
    ]
    first = {name: weight.clone() for name, weight in model.state_dict().items()}
    gradients = {weight: torch.randn_like(weight) for weight in model.parameters()}
    ended = []
    for steps in ([optimizer], by_hand):
        model.load_state_dict(first)
        for weight, gradient in gradients.items():
            weight.grad = gradient.clone()
        for one in steps:
            one.step()
        ended.append([weight.clone() for weight in model.parameters()])
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(*ended, strict=True))


def test_that_a_network_without_matrices_or_with_them_alone_has_the_steps_of_one() -> None:
    for layer, kind in ((nn.Conv2d(1, 2, 3), torch.optim.AdamW), (nn.Linear(6, 4, bias=False), torch.optim.Muon)):
        assert [type(part) for part in MuonWithAdamW(layer.parameters(), layer, 0.01, 0.9, 0.0).parts] == [kind]


def test_that_a_torch_without_muon_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch.optim, "Muon")
    with pytest.raises(TrainingError, match=r"which torch has from version 2\.9 on, and this is"):
        make_optimizer(build(stripes_network(), seed=1), settings(optimizer="muon"), CPU)


@pytest.mark.parametrize("name", CLASSES)
def test_that_its_numbers_may_become_others_while_a_network_is_trained(name: str) -> None:
    numbers = {"learning_rate": 0.005, "momentum": 0.4, "nesterov": True, "beta1": 0.8, "beta2": 0.9, "eps": 1e-4}
    assert set(numbers) < set(MAY_CHANGE)
    model, design = build(stripes_network(), seed=3), stripes(optimizer=name)
    others = design.training.model_copy(update=numbers)
    session, _ = trained(design, samples())
    learner = session._learner
    learned = [dict(learner.optimizer.state[weight]) for weight in session.model.parameters()]
    learner.take_settings(others)
    made = make_optimizer(model, others, CPU)
    for group, wanted in zip(learner.optimizer.param_groups, made.param_groups, strict=True):
        assert {key: value for key, value in group.items() if key != "params"} == {
            key: value for key, value in wanted.items() if key != "params"
        }
    for weight, before in zip(session.model.parameters(), learned, strict=True):
        assert learner.optimizer.state[weight].keys() == before.keys()
        assert all(learner.optimizer.state[weight][key] is value for key, value in before.items())
    for weight in session.model.parameters():
        weight.grad = torch.ones_like(weight)
    learner.optimizer.step()


def test_that_a_momentum_may_come_later() -> None:
    for name in ("sgd", "rmsprop"):
        session, _ = trained(stripes(optimizer=name, momentum=0.0), samples())
        session._learner.take_settings(settings(optimizer=name, momentum=0.9))
        for weight in session.model.parameters():
            weight.grad = torch.ones_like(weight)
        session._learner.optimizer.step()


def test_that_a_design_without_them_has_no_word_of_them_in_its_file_and_an_edit_names_them() -> None:
    before = read(example("vowels_gru"))
    assert not any(name in dumps(before) for name in ("nesterov", "beta1", "beta2", '"eps"'))
    after = replace(before, training=before.training.model_copy(update={"beta1": 0.8}))
    assert described(before, after).words == "beta1 0.9 → 0.8"
