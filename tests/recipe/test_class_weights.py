"""Classes that count differently: torch's weighted mean in every figure, the same in scripts, files and the window."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from designer.__main__ import main
from designer.core.diff.edit_summary import described
from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import infer
from designer.core.storage.files import dumps, read, write
from designer.core.storage.resources import example
from designer.core.validation import check
from designer.data import sources
from designer.data.samples import Dataset, Samples
from designer.engine.inspection.sample_pass import gradients
from designer.engine.model.build import build
from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training import trainer
from designer.recipe.choices import settings_without_effect
from designer.recipe.class_weights import balanced_weights, weight_of
from designer.recipe.losses import cross_entropy
from tests.codegen import few
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, pairs, turning_round
from tests.engine.training.test_unequal_lengths import data_of, each_step
from tests.helpers import design_of, digits_dataset, losses, same_weights, stopped_at, stripes_network, trained

BALANCED = {"class_weights": "balanced"}
UNEVEN = np.repeat(np.arange(4), (48, 30, 12, 6))
"""So many samples of each of four classes."""


def uneven() -> Dataset:
    """Stripes, more of some than of others."""
    data = digits_dataset()
    order = np.random.default_rng(2).permutation(len(UNEVEN))
    x = data.train.columns["x"][np.arange(len(UNEVEN)) // 4 * 4 + UNEVEN][order]
    samples = Samples({"x": x, "y": UNEVEN[order].astype(np.int64)})
    return Dataset(data.info, samples, samples.some(np.arange(40)))


def with_settings(name: str, **settings: object) -> Design:
    design = read(example(name))
    training = TrainingSettings.model_validate({**design.training.model_dump(), **settings})
    return replace(design, training=training)


def test_that_balanced_weights_are_samples_over_classes_times_those_of_the_class() -> None:
    weights = balanced_weights(np.array([0, 0, 0, 2, 2, 3]), 4)
    # scikit-learn's compute_class_weight("balanced", classes=[0, 2, 3], y=[0, 0, 0, 2, 2, 3]); there is no class 1.
    assert weights.tolist() == pytest.approx([6 / 9, 1.0, 6 / 6, 6 / 3])
    steps = np.array([[1, 1, 0], [0, 1, 0]])
    assert balanced_weights(steps, 2, np.array([2, 1])).tolist() == pytest.approx([3 / 2, 3 / 4])
    assert balanced_weights(steps, 2).tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_that_a_weighted_loss_is_the_one_of_torch_whatever_the_batches(smoothing: float) -> None:
    torch.manual_seed(1)
    logits, wanted, weights = (
        torch.randn(9, 4),
        torch.tensor([0, 1, 2, 3, 0, 0, 1, 0, 2]),
        torch.tensor([1.0, 5, 0.2, 3]),
    )
    whole = torch.nn.CrossEntropyLoss(weight=weights, label_smoothing=smoothing)(logits, wanted)
    torch.testing.assert_close(cross_entropy(logits, wanted, smoothing, weights), whole)
    parts = [slice(0, 2), slice(2, 9)]
    sums = [cross_entropy(logits[at], wanted[at], smoothing, weights) * weight_of(wanted[at], weights) for at in parts]
    torch.testing.assert_close(sum(sums) / weight_of(wanted, weights), whole)


@pytest.mark.parametrize(
    ("given", "weights"),
    [
        ("balanced", None),
        ({"row 3": 7.0, "row 1": 0.5}, [1.0, 0.5, 1.0, 7.0]),
    ],
    ids=["balanced", "own"],
)
def test_that_every_figure_has_the_weighted_mean_of_all_its_samples(given: object, weights: list[float] | None) -> None:
    """The test is larger than a batch of the evaluation would be of few samples: the mean is not one of means."""
    data = uneven()
    design = design_of(stripes_network(), batch_size=16, label_smoothing=0.1, class_weights=given)
    session, events = trained(design, data)
    (last,) = [event for event in events if isinstance(event, Finished)]
    if weights is None:
        counts = np.bincount(data.train.columns["y"][session._rows])
        weights = (counts.sum() / (4 * counts)).tolist()
    criterion = torch.nn.CrossEntropyLoss(weight=torch.tensor(weights), label_smoothing=0.1)
    for samples, figure in ((session._test, "test_loss"), (session._val_samples, "val_loss")):
        batch = samples.take(torch.arange(len(samples)))
        with torch.inference_mode():
            logits = session.model.eval()(*batch.arguments)
        assert last.metrics[figure] == pytest.approx(criterion(logits, batch.columns["y"]).item(), rel=1e-5)
    assert last.metrics["test_accuracy"] == pytest.approx(float((logits_of(session) == truth(session)).mean()))


def logits_of(session: object) -> np.ndarray:
    samples = session._test  # type: ignore[attr-defined]
    with torch.inference_mode():
        return session.model.eval()(*samples.take(torch.arange(len(samples))).arguments).argmax(-1).numpy()  # type: ignore[attr-defined, no-any-return]


def truth(session: object) -> np.ndarray:
    return session._test.columns["y"].numpy()  # type: ignore[attr-defined, no-any-return]


def test_that_the_mean_of_an_epoch_and_of_a_test_in_several_batches_is_weighted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    design = design_of(stripes_network(), batch_size=16, **BALANCED)
    whole = [event for event in trained(design, uneven())[1] if isinstance(event, EpochEnded)]
    monkeypatch.setattr("designer.recipe.choices.EVALUATION_BATCH", 5)
    parts = [event for event in trained(design, uneven())[1] if isinstance(event, EpochEnded)]
    assert parts[0].metrics["val_loss"] == pytest.approx(whole[0].metrics["val_loss"], rel=1e-5)


@pytest.mark.parametrize(
    "design",
    [
        with_settings("vowels_gru", **FEW, **BALANCED),
        with_settings("vowels_gru", **FEW, class_weights={"speaker 3": 9.0}, label_smoothing=0.1),
        design_of(turning_round(), "number_reversal", **FEW, **BALANCED),
        design_of(pairs(), "digit_pairs", **FEW, **BALANCED),
        design_of(pairs(), "digit_pairs", **FEW, class_weights={"3": 4.0}),
        design_of(pairs(), "digit_pairs", **{**FEW, "validation_share": 0.0}, **BALANCED),
    ],
    ids=["balanced", "own", "of steps", "of several outputs", "own of several", "without validation"],
)
def test_that_a_script_weighs_classes_and_learns_along_the_same_curve(
    design: Design, tmp_path: Path, for_ruff: ForRuff
) -> None:
    text = assert_same_curve(design, tmp_path)
    assert ", weight=weights" in text
    assert ("balanced_weights(" in text) == (design.training.class_weights == "balanced")
    for_ruff(text)


def test_that_a_script_has_own_numbers_at_its_top_in_the_order_of_the_classes() -> None:
    text = pytorch_script(with_settings("vowels_gru", class_weights={"speaker 3": 9.0}), "x").text
    assert "\nCLASS_WEIGHTS = (1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)\n" in text


@pytest.mark.parametrize("name", ["vowels_gru", "digits_autoencoder", "scenes_relation_network"])
def test_that_a_design_without_weights_has_no_word_of_them_in_its_script_and_its_file(name: str) -> None:
    design = read(example(name))
    text = pytorch_script(design, "x").text
    assert "class_weights" not in text.lower()
    assert "weight_of" not in text
    assert "class_weights" not in dumps(design)
    assert design.training.class_weights is None


def test_that_a_file_keeps_them(tmp_path: Path) -> None:
    for given in ("balanced", {"speaker 1": 2.5, "speaker 2": 1.0}):
        design = with_settings("vowels_gru", class_weights=given)
        write(design, tmp_path / "weighed.network.json")
        assert read(tmp_path / "weighed.network.json").training == design.training
        assert json.loads((tmp_path / "weighed.network.json").read_text())["training"]["class_weights"] == given


def test_that_none_in_a_file_is_the_same_as_no_word() -> None:
    assert TrainingSettings.model_validate({"class_weights": "none"}) == TrainingSettings()
    assert TrainingSettings.model_validate({"class_weights": {}}) == TrainingSettings()


@pytest.mark.parametrize(
    "given",
    ["rare", 2.0, True, {"a": 0.0}, {"a": -1.0}, {"a": "2"}, {"a": True}, {"a": float("nan")}, {"a": 1e9}, ["a"]],
)
def test_that_what_is_no_weight_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r"'none', 'balanced', or numbers from 0\.001 to 10000"):
        TrainingSettings.model_validate({"class_weights": given})


def test_that_an_edit_and_a_comparison_name_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = read(example("vowels_gru")), with_settings("vowels_gru", **BALANCED)
    assert described(before, after).words == "class weights none → balanced"
    own = with_settings("vowels_gru", class_weights={"speaker 1": 2.0})
    assert described(after, own).words == "class weights balanced → speaker 1: 2.0"
    write(after, tmp_path / "after.network.json")
    assert main(["compare", str(example("vowels_gru")), str(tmp_path / "after.network.json")]) == 1
    assert "± class weights none → balanced" in capsys.readouterr().out


def test_that_they_change_nothing_where_no_output_names_classes() -> None:
    of_classes, of_numbers = read(example("vowels_gru")), read(example("digits_autoencoder"))
    assert "class_weights" not in settings_without_effect(of_classes.network, of_classes.training)
    assert "no Output has a loss" in settings_without_effect(of_numbers.network, of_numbers.training)["class_weights"]
    weighed = replace(of_numbers, training=of_numbers.training.model_copy(update=BALANCED))
    assert "weights" not in pytorch_script(weighed, "x").text.lower()


def test_that_a_class_that_the_data_do_not_have_is_named_and_can_be_forgotten() -> None:
    design = with_settings("vowels_gru", class_weights={"speaker 1": 2.0, "nobody": 3.0})
    info = sources.info("japanese_vowels")
    (problem,) = check.problems(design, data=info)
    assert problem.message == (
        "The setting class_weights names the class 'nobody', but the data 'Spoken vowels' has speaker 1, speaker 2, "
        "speaker 3, speaker 4, speaker 5 and 4 more: name one of them, or leave it out"
    )
    (fix,) = problem.fixes
    assert fix.title == "Forget the weight of 'nobody'"
    mended = fix.apply(design)
    assert mended.training.class_weights == (("speaker 1", 2.0),)
    assert check.problems(mended, data=info) == []


def test_that_a_run_with_weights_goes_on_within_an_epoch_as_if_nothing_had_been(tmp_path: Path) -> None:
    data, design = uneven(), design_of(stripes_network(), batch_size=8, epochs=2, **BALANCED)
    whole, events = trained(design, data)
    run = Run.create(tmp_path / "run", design)
    before = stopped_at(4, design, data, run)
    assert read_checkpoint(run.checkpoint).position.sums[0][3] != read_checkpoint(run.checkpoint).position.sums[0][2]
    resumed, after = trained(design, data, run=Run(tmp_path / "run"), resume=True)
    assert losses([*before, *after]) == losses(events)
    assert same_weights(whole.model, resumed.model)
    first = next(event for event in after if isinstance(event, EpochEnded))
    assert first.metrics == next(event for event in events if isinstance(event, EpochEnded)).metrics


def test_that_evaluate_measures_with_the_weights_that_were_learned_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("designer.data.sources.load", few.samples_of)
    file, run = str(tmp_path / "vowels.network.json"), str(tmp_path / "run")
    write(with_settings("vowels_gru", **FEW, class_weights={"speaker 3": 900.0}), Path(file))
    assert main(["train", file, "--run", run, "--json"]) == 0
    ended = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["evaluate", file, "--run", run, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["metrics"]["test_loss"] == pytest.approx(ended["test_loss"], rel=1e-5)
    balanced = ["--class-weights", "balanced", "--run", str(tmp_path / "other")]
    assert main(["train", file, *balanced]) == 0
    assert read(tmp_path / "other" / "design.network.json").training.class_weights == "balanced"


def test_that_gradients_that_are_looked_at_are_of_the_weighted_loss() -> None:
    network, data = each_step("gru"), data_of(per_step=True)
    weights = {"a": 5.0, "b": 0.5}
    model, binding = build(network, infer(network), seed=1).eval(), bind(network, data.info)
    settings = TrainingSettings.model_validate({"class_weights": weights, "device": "cpu"})
    found = gradients(model, network, binding, data, 3, settings)["output", "out"]
    length = int(data.test.columns["x_lengths"][3])
    x, wanted = (torch.from_numpy(data.test.columns[name][3:4, :length]) for name in ("x", "y"))
    logits = model(x, torch.tensor([length])).detach().requires_grad_()
    torch.nn.CrossEntropyLoss(weight=torch.tensor([5.0, 0.5, 1.0]))(logits[0], wanted[0]).backward()
    torch.testing.assert_close(found[0][:length], logits.grad[0])
    balanced = settings.model_copy(update={"class_weights": "balanced"})
    other = gradients(model, network, binding, data, 3, balanced)["output", "out"]
    assert not torch.equal(other, found)


def test_that_figures_say_nothing_of_when_they_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights are no whole numbers: sums of sums have other last digits."""
    design = design_of(stripes_network(), epochs=2, batch_size=1, **BALANCED)
    found = []
    for seconds in (0.0, 1e6):
        monkeypatch.setattr(trainer, "REPORT_SECONDS", seconds)
        _, events = trained(design, uneven())
        found.append([event.metrics for event in events if isinstance(event, EpochEnded)])
    assert found[0] == found[1]


def test_that_weights_are_the_same_once_their_file_is_opened_again(tmp_path: Path) -> None:
    design = with_settings("vowels_gru", class_weights={"speaker 2": 3, "speaker 1": 0.5})
    write(design, tmp_path / "weighed.network.json")
    assert read(tmp_path / "weighed.network.json").training == design.training
