"""One setting, declared once and used once: in the loss, the file, the words of edits, the script and its curves."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from shutil import copytree

import pytest
import torch

from designer.__main__ import main
from designer.core.diff.edit_summary import described
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.files import dumps, read, write
from designer.core.storage.resources import example, examples
from designer.engine.protocol.events import EpochEnded, Event, Finished
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import pytorch_script
from designer.engine.training.trainer import Trainer
from designer.recipe.choices import settings_without_effect
from designer.recipe.losses import cross_entropy
from tests.codegen import few
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve, pairs, turning_round, with_settings
from tests.helpers import design_of, digits_dataset, stripes_network, trained

SMOOTH = {"label_smoothing": 0.2}


def test_that_a_smoothed_loss_is_that_of_classes_which_are_spread_by_hand() -> None:
    torch.manual_seed(1)
    logits, classes, share = torch.randn(7, 4), torch.randint(0, 4, (7,)), 0.3
    wanted = (1 - share) * torch.nn.functional.one_hot(classes, 4) + share / 4
    by_hand = -(wanted * logits.log_softmax(-1)).sum(-1).mean()
    torch.testing.assert_close(cross_entropy(logits, classes, share), by_hand)
    torch.testing.assert_close(
        cross_entropy(logits, classes, share), torch.nn.CrossEntropyLoss(label_smoothing=share)(logits, classes)
    )
    assert cross_entropy(logits, classes) == torch.nn.CrossEntropyLoss()(logits, classes)


@pytest.mark.parametrize(
    "design",
    [
        with_settings(read(example("vowels_gru")), **FEW, **SMOOTH),
        design_of(turning_round(), "number_reversal", **FEW, **SMOOTH),
        design_of(pairs(), "digit_pairs", **FEW, **SMOOTH),
    ],
    ids=["of samples", "of steps", "of several outputs"],
)
def test_that_a_script_has_the_smoothing_and_learns_along_the_same_curve(
    design: Design, tmp_path: Path, for_ruff: ForRuff
) -> None:
    text = assert_same_curve(design, tmp_path)
    assert "\nLABEL_SMOOTHING = 0.2\n" in text
    assert text.count(", label_smoothing=LABEL_SMOOTHING") == 2
    for_ruff(text)


def test_that_validation_and_test_have_the_smoothed_loss_and_weights_are_others_for_it() -> None:
    plain = with_settings(read(example("vowels_gru")), **FEW)
    ended = []
    for design in (plain, with_settings(plain, **SMOOTH)):
        session, events = trained(design, few.samples_of(design.data.source))
        (last,) = [event for event in events if isinstance(event, Finished)]
        ended.append((session, last))
    (session, last) = ended[1]
    samples = session._test
    with torch.inference_mode():
        logits = session.model.eval()(*samples.take(torch.arange(len(samples))).arguments)
    smoothed = torch.nn.CrossEntropyLoss(label_smoothing=0.2)(logits, samples.columns["speaker"])
    assert last.metrics["test_loss"] == pytest.approx(smoothed.item(), rel=1e-5)
    assert last.metrics["train_loss"] != ended[0][1].metrics["train_loss"]


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_a_design_without_it_has_no_word_of_it_in_its_script_and_its_file(path: Path) -> None:
    design = read(path)
    assert "smoothing" not in pytorch_script(design, "x").text.lower()
    assert "smoothing" not in dumps(design)
    assert design.training.label_smoothing == 0.0


def test_that_a_regression_with_it_has_no_word_of_it_in_its_script() -> None:
    design = with_settings(read(example("digits_autoencoder")), **SMOOTH)
    assert "smoothing" not in pytorch_script(design, "x").text.lower()


def test_that_a_file_keeps_it(tmp_path: Path) -> None:
    design = with_settings(read(example("vowels_gru")), **SMOOTH)
    write(design, tmp_path / "smooth.network.json")
    assert read(tmp_path / "smooth.network.json").training == design.training


@pytest.mark.parametrize("share", [-0.1, 1.0, "0.1", float("nan")])
def test_that_what_is_no_share_below_1_is_refused(share: object) -> None:
    with pytest.raises(ValueError, match="label_smoothing"):
        TrainingSettings.model_validate({"label_smoothing": share})


def test_that_an_edit_and_a_comparison_name_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read(example("vowels_gru"))
    after = replace(before, training=before.training.model_copy(update=SMOOTH))
    assert described(before, after).words == "label smoothing 0.0 → 0.2"
    write(after, tmp_path / "after.network.json")
    assert main(["compare", str(example("vowels_gru")), str(tmp_path / "after.network.json")]) == 1
    assert "± label smoothing 0.0 → 0.2" in capsys.readouterr().out


def test_that_it_is_told_to_change_nothing_where_no_output_names_classes() -> None:
    of_classes, of_numbers = read(example("vowels_gru")), read(example("digits_autoencoder"))
    assert "label_smoothing" not in settings_without_effect(of_classes.network, of_classes.training)
    assert "no Output has a loss" in settings_without_effect(of_numbers.network, of_numbers.training)["label_smoothing"]


def test_that_a_change_in_the_middle_of_validation_is_of_all_of_it_as_in_a_run_that_goes_on(tmp_path: Path) -> None:
    design, data = design_of(stripes_network(), batch_size=400, validation_share=0.5), digits_dataset(1200)
    changed = replace(design, training=design.training.model_copy(update=SMOOTH))
    events: list[Event] = []
    turns = count(1)

    def turn() -> None:
        if next(turns) == 3:  # behind both batches of the epoch, and the first of three that validate
            session.change(changed.training)
            copytree(tmp_path / "run", tmp_path / "dead")

    run = Run.create(tmp_path / "run", design)
    session = Trainer(design, data, events.append, run=run, between_batches=turn)
    session.run()
    _, resumed = trained(changed, data, run=Run.reopen(tmp_path / "dead", changed), resume=True)
    ended, again = (next(item for item in told if isinstance(item, EpochEnded)) for told in (events, resumed))
    assert ended.metrics == again.metrics
    assert ended.classes == again.classes
