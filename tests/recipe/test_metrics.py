"""Metrics that are chosen: in files, in every event of a run, in scripts and at the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sklearn.metrics as theirs
import torch

from designer.__main__ import main
from designer.core.graph.metric_names import METRICS, OF_CLASSES, OF_NUMBERS
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.files import dumps, read, write
from designer.core.storage.resources import example, examples
from designer.engine.protocol.events import EpochEnded, Event, Finished
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training.trainer import Trainer
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, months, pairs, turning_round, two_outputs, with_settings
from tests.helpers import design_of, digits_dataset, stopped_at, stripes_network, trained

CLASSES, NUMBERS = {"metrics": tuple(OF_CLASSES)}, {"metrics": tuple(OF_NUMBERS)}


def test_that_a_run_has_the_figures_of_each_part_and_they_are_those_of_its_model() -> None:
    session, events = trained(design_of(stripes_network(), epochs=2, **CLASSES), digits_dataset())
    for event in [item for item in events if isinstance(item, EpochEnded)]:
        for name in OF_CLASSES:
            assert f"val_{name}" in event.metrics
            assert (f"train_{name}" in event.metrics) is (name != "auroc")
    (last,) = [event for event in events if isinstance(event, Finished)]
    samples = session._test
    with torch.inference_mode():
        logits = session.model.eval()(*samples.take(torch.arange(len(samples))).arguments)
    named, wanted = logits.argmax(-1).numpy(), samples.columns["y"].numpy()
    assert last.metrics["test_f1"] == pytest.approx(theirs.f1_score(wanted, named, average="macro", zero_division=0))
    area = theirs.roc_auc_score(wanted, logits.softmax(-1).double().numpy(), multi_class="ovr")
    assert last.metrics["test_auroc"] == pytest.approx(area, abs=1e-5)
    assert np.isclose(last.metrics["test_balanced_accuracy"], theirs.balanced_accuracy_score(wanted, named))


def test_that_choosing_metrics_changes_no_weight_and_no_other_figure() -> None:
    plain = design_of(stripes_network(), epochs=2)
    (first, events), (second, more) = (
        trained(design, digits_dataset()) for design in (plain, with_settings(plain, **CLASSES))
    )
    for name, weight in first.model.state_dict().items():
        assert torch.equal(weight, second.model.state_dict()[name])
    (last,), (other,) = ([item for item in list_ if isinstance(item, Finished)] for list_ in (events, more))
    assert {name: other.metrics[name] for name in last.metrics} == last.metrics
    assert not {name for name in last.metrics if METRICS.holds(name.partition("_")[2])}


def test_that_a_run_that_goes_on_in_the_middle_of_an_epoch_has_the_figures_of_all_of_it(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), epochs=1, batch_size=8, **CLASSES), digits_dataset()
    _, whole = trained(design, data)
    stopped_at(5, design, data, Run.create(tmp_path / "run", design))
    rest: list[Event] = []
    Trainer(design, data, rest.append, run=Run.reopen(tmp_path / "run", design), resume=True).run()
    (expected,), (found,) = ([item for item in events if isinstance(item, EpochEnded)] for events in (whole, rest))
    assert found.metrics == {name: pytest.approx(value, rel=1e-6) for name, value in expected.metrics.items()}


@pytest.mark.parametrize(
    ("design", "names"),
    [
        (with_settings(read(example("vowels_gru")), **FEW, **CLASSES), OF_CLASSES),
        (design_of(turning_round(), "number_reversal", **FEW, **CLASSES), OF_CLASSES),
        (design_of(pairs(), "digit_pairs", **FEW, metrics=("top_2", "auroc"), class_weights="balanced"), ("top_2",)),
        (design_of(two_outputs(), "mnist_5k", **FEW, metrics=("kappa", "r2")), ("kappa", "r2")),
        (design_of(months(), "airline_passengers", **FEW, **NUMBERS), OF_NUMBERS),
    ],
    ids=["of samples", "of steps", "of several outputs", "of classes and numbers", "of numbers"],
)
def test_that_a_script_prints_the_same_figures(design: Any, names: Any, tmp_path: Path, for_ruff: ForRuff) -> None:
    text = assert_same_curve(design, tmp_path)
    for name in names:
        assert f'"{name}' in text
    for_ruff(text)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_a_design_without_them_has_no_word_of_them_in_its_file_and_its_script(path: Path) -> None:
    design = read(path)
    assert design.training.metrics == ()
    assert '"metrics"' not in dumps(design)
    assert "measured" not in pytorch_script(design, "x").text


def test_that_a_file_keeps_them_in_their_order_and_names_of_others_are_refused(tmp_path: Path) -> None:
    design = with_settings(read(example("vowels_gru")), metrics=("f1", "auroc"))
    write(design, tmp_path / "x.network.json")
    assert read(tmp_path / "x.network.json").training == design.training
    assert TrainingSettings.model_validate({"metrics": ["auroc", "f1", "f1"]}).metrics == ("f1", "auroc")
    several = ["f1", "top_10", "top_5", "top_2", "balanced_accuracy"]
    assert TrainingSettings.model_validate({"metrics": several}).metrics == (
        *("balanced_accuracy", "top_2", "top_5", "top_10", "f1"),
    )
    for wrong in ("f1", ["f2"], [1], 3):
        with pytest.raises(ValueError, match="metrics"):
            TrainingSettings.model_validate({"metrics": wrong})


def test_that_the_command_line_tells_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    design = with_settings(read(example("vowels_gru")), epochs=1, device="cpu", metrics=("f1", "auroc", "top_3"))
    path, run = tmp_path / "x.network.json", tmp_path / "run"
    write(design, path)
    assert main(["train", str(path), "--run", str(run)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (epoch,) = [line for line in lines if line.startswith("epoch")]
    assert epoch.count(" F1 0.") == 2
    assert epoch.count(" AUROC 0.") == 1, "of what is learned no scores are kept"
    assert " top-3 0." in epoch
    (ended,) = [line for line in lines if line.startswith("completed")]
    assert " F1 0." in ended
    assert main(["evaluate", str(path), "--run", str(run)]) == 0
    told = capsys.readouterr().out
    assert " F1 0." in told.splitlines()[2]
    assert main(["evaluate", str(path), "--run", str(run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["test_auroc"] == pytest.approx(float(ended.partition(" AUROC ")[2].split()[0]), abs=1e-4)
    assert found["outputs"]["output"]["metrics"]["f1"] == found["metrics"]["test_f1"]


def test_that_the_command_line_names_them_instead_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design = with_settings(read(example("vowels_gru")), epochs=1, device="cpu", metrics=("f1",))
    path, run = tmp_path / "x.network.json", tmp_path / "run"
    write(design, path)
    assert main(["train", str(path), "--run", str(run), "--metrics", "top_7,accuracy,kappa,top_2", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (epoch,) = [line for line in lines if line["event"] == "epoch_ended"]
    assert [name for name in epoch if name.startswith("val_") and name[4:] not in ("loss", "accuracy", "outputs")] == [
        *("val_top_2", "val_top_7", "val_kappa")
    ]
    assert epoch["val_accuracy"] <= epoch["val_top_2"] <= epoch["val_top_7"] <= 1
    assert read(run / "design.network.json").training.metrics == ("top_2", "top_7", "kappa")
    assert main(["evaluate", str(path), "--run", str(run), "--metrics", "auroc,top_4", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outputs"]["output"]["metrics"].keys() == {"auroc", "top_4"}
    assert lines[-1]["test_top_2"] <= found["metrics"]["test_top_4"] <= lines[-1]["test_top_7"]
    assert found["outputs"]["output"]["baselines"] == lines[-1]["baselines"]["output"]
    assert main(["evaluate", str(path), "--run", str(run), "--metrics", "none"]) == 0
    told = capsys.readouterr().out
    assert "kappa" not in told.splitlines()[2]
    assert "to compare with: accuracy of chance 0.1111, majority class" in told


@pytest.mark.parametrize("wrong", ["f2", "top_1", "top_1001", "top_03", "top_", "f1,,kappa", ""])
def test_that_a_metric_that_is_none_is_told_with_those_that_there_are(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(example("vowels_gru")), "--metrics", wrong]) == 2
    told = capsys.readouterr().err
    assert "argument --metrics: expected names of balanced_accuracy, top_3, " in told
    assert "coverage, recall_at_1, top_K with K from 2 to 1,000, got" in told


def test_that_an_edit_names_them() -> None:
    from designer.core.diff.edit_summary import described

    before = read(example("vowels_gru"))
    after = replace(before, training=before.training.model_copy(update={"metrics": ("f1", "auroc")}))
    assert described(before, after).words == "metrics none → (f1, auroc)"
