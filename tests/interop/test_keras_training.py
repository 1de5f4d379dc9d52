"""What a model was compiled with is taken over, or told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from designer.blocks.output import Output
from designer.core.graph.binding import Target
from designer.core.schema.shape import features
from designer.engine.training.objectives import objective_of
from designer.engine.training.recipe_calls import filled
from designer.interop.keras.importing import Imported, import_keras
from designer.recipe.function import Function
from designer.recipe.goals import goal_of
from tests.interop.models import keras

CASES = Path(__file__).parent / "cases"


def compiled(compile_config: Any, folder: Path, activation: str = "softmax") -> Imported:
    """A small model of classes, as JSON, that was compiled so."""
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation=activation, name="scores")])
    path = folder / "model.json"
    path.write_text(json.dumps({**json.loads(made.to_json()), "compile_config": compile_config}))
    return import_keras(path)


def whys(found: Imported) -> str:
    return "\n".join(note.why for note in found.notes)


def optimizer(class_name: str, **options: Any) -> dict[str, Any]:
    return {"optimizer": {"class_name": class_name, "config": options}}


def test_that_the_options_of_a_compiled_file_are_told() -> None:
    found = import_keras(CASES / "19-compile-silent" / "model.keras")
    training = found.design.training
    assert (training.beta1, training.eps) != (0.9, 1e-8)
    assert all(field not in whys(found) for field in ("beta_1", "epsilon"))
    assert training.label_smoothing == 0.1
    assert "label_smoothing" not in whys(found)
    assert (training.optimizer, training.learning_rate, training.weight_decay) == ("adamw", 0.0002, 0.01)


OTHERS: dict[str, Any] = {
    "amsgrad": True,
    "beta_1": 0.5,
    "beta_2": 0.9,
    "centered": True,
    "clipnorm": 1.0,
    "clipvalue": 1.0,
    "epsilon": 0.1,
    "global_clipnorm": 1.0,
    "gradient_accumulation_steps": 4,
    "initial_accumulator_value": 0.5,
    "learning_rate": 1000.0,
    "loss_scale_factor": 8.0,
    "momentum": 0.9999,
    "nesterov": True,
    "rho": 0.5,
    "use_ema": True,
    "weight_decay": 100.0,
}
APART = ("name", "ema_momentum", "ema_overwrite_frequency")
"""What no training depends on by itself."""


TAKEN = {
    "beta_1": "beta1",
    "beta_2": "beta2",
    "epsilon": "eps",
    "nesterov": "nesterov",
    "global_clipnorm": "clip_norm",
    "clipvalue": "clip_value",
    "gradient_accumulation_steps": "accumulation",
}
"""What has a counterpart in optimizers that compute the same with it."""
OTHERWISE = (
    "the optimizer's rho was 0.9: torch's RMSprop has 0.99",
    "the optimizer's initial_accumulator_value was 0.1: torch's Adagrad has 0",
)


@pytest.mark.parametrize("name", ["Adam", "AdamW", "Nadam", "SGD", "RMSprop", "Adagrad"])
def test_that_no_option_of_an_optimizer_is_left_out_in_silence(name: str, tmp_path: Path) -> None:
    usual = getattr(keras.optimizers, name)().get_config()
    first = compiled(optimizer(name, **usual), tmp_path)
    before = whys(first)
    for field in usual:
        if field not in APART:
            found = compiled(optimizer(name, **{**usual, field: OTHERS[field]}), tmp_path)
            taken = field in TAKEN and getattr(found.design.training, TAKEN[field]) == OTHERS[field]
            assert taken or field in whys(found).replace(before, ""), field
    for text in OTHERWISE:
        before = before.replace(text, "")
    assert "optimizer's" not in before


@pytest.mark.parametrize("name", ["Adam", "AdamW", "Nadam"])
def test_that_an_optimizer_has_the_betas_and_the_epsilon_of_the_file(name: str, tmp_path: Path) -> None:
    training = compiled(optimizer(name, beta_1=0.8, beta_2=0.98), tmp_path).design.training
    assert (training.optimizer, training.beta1, training.beta2, training.eps) == (name.lower(), 0.8, 0.98, 1e-7)


@pytest.mark.parametrize(
    ("rate", "taken"), [(0, 1e-8), (1000, 100.0), (float("inf"), 0.001), ("fast", 0.001), (-1.0, 1e-8)]
)
def test_that_a_learning_rate_out_of_range_is_told(rate: Any, taken: float, tmp_path: Path) -> None:
    found = compiled(optimizer("Adam", learning_rate=rate), tmp_path)
    assert found.design.training.learning_rate == taken
    assert "the optimizer's learning_rate" in whys(found)
    assert f"{taken:g} is taken" in whys(found)


def test_that_a_momentum_out_of_range_is_told(tmp_path: Path) -> None:
    found = compiled(optimizer("SGD", momentum=0.9999), tmp_path)
    assert found.design.training.momentum == 0.999
    assert "the optimizer's momentum was 0.9999" in whys(found)


@pytest.mark.parametrize(
    ("name", "rate", "momentum"), [("sgd", 0.01, 0.0), ("rmsprop", 0.001, 0.0), ("adam", 0.001, 0.9)]
)
def test_that_an_optimizer_by_its_name_alone_begins_as_in_keras(
    name: str, rate: float, momentum: float, tmp_path: Path
) -> None:
    training = compiled({"optimizer": name}, tmp_path).design.training
    assert (training.optimizer, training.learning_rate, training.momentum) == (name, rate, momentum)


@pytest.mark.parametrize(
    ("name", "options", "taken", "told"),
    [
        ("Adam", {}, "adamw", False),
        ("AdamW", {}, "adamw", False),
        ("SGD", {"momentum": 0.0}, "sgd", False),
        ("SGD", {"momentum": 0.9}, "sgd", True),
        ("RMSprop", {}, "rmsprop", True),
    ],
)
def test_that_a_decoupled_weight_decay_stays_so_or_is_told(
    name: str, options: dict[str, Any], taken: str, told: bool, tmp_path: Path
) -> None:
    found = compiled(optimizer(name, weight_decay=0.01, **options), tmp_path)
    assert (found.design.training.optimizer, found.design.training.weight_decay) == (taken, 0.01)
    assert ("weight_decay" in whys(found)) is told


def test_that_a_schedule_is_told_with_the_rate_that_it_begins_with(tmp_path: Path) -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.05, 1000)
    rate = {"class_name": "CosineDecay", "config": schedule.get_config()}
    found = compiled(optimizer("SGD", learning_rate=rate), tmp_path)
    assert found.design.training.learning_rate == 0.05
    assert "learning_rate follows a schedule (CosineDecay)" in whys(found)


def test_that_the_optimizer_in_a_scaling_one_is_taken(tmp_path: Path) -> None:
    inner = optimizer("SGD", learning_rate=0.5)["optimizer"]
    found = compiled(optimizer("LossScaleOptimizer", inner_optimizer=inner), tmp_path)
    assert (found.design.training.optimizer, found.design.training.learning_rate) == ("sgd", 0.5)


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("SparseCategoricalCrossentropy", {"ignore_class": 0}, "ignore_class"),
        ("BinaryCrossentropy", {"label_smoothing": 0.1}, "label_smoothing"),
        ("MeanSquaredError", {"reduction": "sum"}, "reduction"),
        ("CategoricalFocalCrossentropy", {"label_smoothing": 0.1}, "label_smoothing"),
        ("CategoricalFocalCrossentropy", {"gamma": 30.0}, "the loss's gamma was 30"),
        ("CategoricalFocalCrossentropy", {"alpha": [0.2, 0.3, 0.5]}, "alpha is no number"),
        ("BinaryFocalCrossentropy", {}, "binaryfocalcrossentropy"),
        ("CategoricalCrossentropy", {"from_logits": True}, "from_logits"),
        ("Huber", {"delta": 1e9}, "the loss's delta was 1e+09"),
        ("CosineSimilarity", {"axis": 1}, "axis"),
        ("LogCosh", {}, "logcosh"),
    ],
)
def test_that_no_option_of_a_loss_is_left_out_in_silence(
    name: str, options: dict[str, Any], told: str, tmp_path: Path
) -> None:
    loss = getattr(keras.losses, name)(**options)
    activation = "linear" if name in ("Huber", "CosineSimilarity", "LogCosh") else "softmax"
    found = compiled({"loss": {"class_name": name, "config": {**loss.get_config(), **options}}}, tmp_path, activation)
    assert told in whys(found)


@pytest.mark.parametrize(
    ("name", "options", "beyond"),
    [
        ("Huber", {}, 0),
        ("Huber", {"delta": 0.3}, 0),
        ("Poisson", {}, 0),
        ("CosineSimilarity", {}, 1),  # 1 − cos here, −cos there
        ("CategoricalFocalCrossentropy", {}, 0),
        ("CategoricalFocalCrossentropy", {"alpha": 1.0, "gamma": 0.5}, 0),
    ],
)
def test_that_a_loss_that_is_here_as_well_is_the_number_that_keras_has(
    name: str, options: dict[str, Any], beyond: float, tmp_path: Path
) -> None:
    loss = getattr(keras.losses, name)(**options)
    is_focal = name.startswith("Categorical")
    spec = {"class_name": name, "config": {**loss.get_config(), **options}}  # Keras itself leaves out a delta
    activation = "softmax" if is_focal else "linear"
    found = compiled({"loss": spec, "loss_weights": [2.0]}, tmp_path, activation)
    assert "loss" not in whys(found)
    (node,) = found.design.network.of_kind("output")
    assert isinstance(node.block, Output)
    random = np.random.default_rng(2)
    told, wanted = (random.uniform(0.1, 3, (6, 3)).astype(np.float32) for _ in range(2))
    classes = random.integers(0, 3, 6)
    theirs = loss(np.eye(3)[classes], keras.ops.softmax(told)) if is_focal else loss(wanted, told)
    target = Target("y", features(1 if is_focal else 3), ("a", "b", "c") if is_focal else None)
    goal = goal_of("output", node.block, target)
    number = objective_of(goal, found.design.training).loss(
        torch.from_numpy(told), torch.from_numpy(classes if is_focal else wanted)
    )
    assert goal.weight * number.item() == pytest.approx(2 * (float(theirs) + beyond), rel=1e-5)


def smoothed(share: Any, **options: Any) -> dict[str, Any]:
    return {"class_name": "CategoricalCrossentropy", "config": {"label_smoothing": share, **options}}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.45])
def test_that_a_smoothed_loss_is_taken_over_and_is_the_number_that_keras_has(share: float, tmp_path: Path) -> None:
    found = compiled({"loss": smoothed(share)}, tmp_path)
    assert "label_smoothing" not in whys(found)
    random = np.random.default_rng(2)
    logits, classes = random.normal(size=(6, 3)).astype(np.float32), random.integers(0, 3, 6)
    probabilities = keras.ops.softmax(logits)
    theirs = keras.losses.CategoricalCrossentropy(label_smoothing=share)(np.eye(3)[classes], probabilities)
    ours = filled(Function("losses", "cross_entropy"), found.design.training)
    number = ours(torch.from_numpy(logits), torch.from_numpy(classes)).item()
    assert number == pytest.approx(float(theirs), rel=1e-5)


@pytest.mark.parametrize(("share", "taken"), [(1.0, 0.999), (-0.5, 0.0), ("much", 0.0)])
def test_that_a_smoothing_that_cannot_be_is_told(share: Any, taken: float, tmp_path: Path) -> None:
    found = compiled({"loss": smoothed(share)}, tmp_path)
    assert found.design.training.label_smoothing == taken
    assert "the loss's label_smoothing" in whys(found)


@pytest.mark.parametrize(
    ("losses", "taken", "told"),
    [
        ({"one": smoothed(0.2), "other": smoothed(0.2)}, 0.2, False),
        ({"one": smoothed(0.2), "other": "mse"}, 0.2, False),
        ({"one": smoothed(0.2)}, 0.2, False),
        ({"one": smoothed(0.2), "other": smoothed(0.1)}, 0.0, True),
        ({"one": smoothed(0.2), "other": "categorical_crossentropy"}, 0.0, True),
    ],
)
def test_that_a_smoothing_of_all_outputs_is_taken_over_and_others_are_told(
    losses: dict[str, Any], taken: float, told: bool, tmp_path: Path
) -> None:
    inputs = keras.Input((4,))
    dense = [keras.layers.Dense(3, activation="softmax", name=name)(inputs) for name in ("one", "other")]
    content = {**json.loads(keras.Model(inputs, dense).to_json()), "compile_config": {"loss": losses}}
    (tmp_path / "model.json").write_text(json.dumps(content))
    found = import_keras(tmp_path / "model.json")
    assert found.design.training.label_smoothing == taken
    assert ("label_smoothing" in whys(found)) is told


def test_that_usual_losses_need_no_words(tmp_path: Path) -> None:
    for name in ("CategoricalCrossentropy", "SparseCategoricalCrossentropy", "MeanSquaredError"):
        loss = {"class_name": name, "config": getattr(keras.losses, name)().get_config()}
        assert "loss" not in whys(compiled({"loss": loss}, tmp_path))
    logits = {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}
    assert "from_logits" not in whys(compiled({"loss": logits}, tmp_path, activation="linear"))
    assert "from_logits" in whys(compiled({"loss": "categorical_crossentropy"}, tmp_path, activation="linear"))


def test_that_weights_of_losses_out_of_range_are_told(tmp_path: Path) -> None:
    found = compiled({"loss": "mse", "loss_weights": [-2.0]}, tmp_path)
    (output,) = found.design.network.of_kind("output")
    assert output.block.params()["weight"] == 0.0
    assert "the loss_weights' 'scores' was -2" in whys(found)


def test_that_an_output_without_a_loss_is_not_learned(tmp_path: Path) -> None:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, [keras.layers.Dense(3, name=name)(inputs) for name in ("one", "other")])
    content = {**json.loads(model.to_json()), "compile_config": {"loss": {"one": "mse"}}}
    (tmp_path / "model.json").write_text(json.dumps(content))
    found = import_keras(tmp_path / "model.json")
    weights = [node.block.params()["weight"] for node in found.design.network.of_kind("output")]
    assert weights == [1.0, 0.0]
    assert "the output 'other' had no loss" in whys(found)


def test_that_other_arguments_of_compiling_are_told(tmp_path: Path) -> None:
    found = compiled({"loss": "mse", "sample_weight_mode": "temporal", "jit_compile": True}, tmp_path)
    assert "sample_weight_mode=temporal" in whys(found)
    assert "jit_compile" not in whys(found)
