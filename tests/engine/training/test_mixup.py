"""Mixup while a network learns: what is mixed, what that costs, and the same batches wherever a run goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from designer.__main__ import main
from designer.core.graph.binding import bind
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.schema.shape import Shape, features, tokens
from designer.core.storage import files
from designer.data import opening
from designer.data.errors import DataError
from designer.data.samples import Dataset, Samples
from designer.data.transforms.chain_edits import offered
from designer.data.transforms.registry import chain_of
from designer.engine.protocol.events import EpochEnded, Failed, Finished
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import NoTrainingError, pytorch_script
from designer.engine.training import preparation
from designer.engine.training.augmenting import Augmenting
from designer.engine.training.batches import Batch
from designer.engine.training.objectives import as_results, compared_with_losses, make_objectives
from designer.engine.training.trainer import Trainer
from designer.recipe.augmentation import chance_of
from designer.recipe.mixing import longer, mixed, mixing_of
from tests.codegen import few
from tests.codegen.test_training import turning_round
from tests.engine.training.test_streamed_samples import DESIGN, in_memory, streamed
from tests.helpers import (
    chain,
    classes_of,
    dense,
    design_of,
    input_of,
    losses,
    numbers_of,
    output_for,
    same_weights,
    stopped_at,
    trained,
)
from tests.streamed import KINDS, streamed_design


def with_mixup(design: Design, *before: dict[str, object], alpha: float = 1.0, **training: object) -> Design:
    data = design.data.model_copy(update={"transforms": (*before, {"kind": "mixup", "alpha": alpha})})
    return replace(design, data=data, training=design.training.model_copy(update=training))


@pytest.mark.parametrize("alpha", [0.1, 1.0, 4.0])
def test_that_shares_are_those_of_a_beta_distribution_and_partners_a_permutation(alpha: float) -> None:
    drawn = [mixing_of(8, alpha, chance_of(3, 1, number)) for number in range(2000)]
    shares = np.array([share for share, _ in drawn])
    assert 0.5 <= shares.min() <= shares.max() <= 1
    # The variance of Beta(α, α), around its mean, does not see which of λ and 1 − λ was taken.
    assert ((shares - 0.5) ** 2).mean() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.1)
    assert all(sorted(partners.tolist()) == list(range(8)) for _, partners in drawn[:50])
    assert len({tuple(partners.tolist()) for _, partners in drawn[:50]}) > 45
    again, partners = mixing_of(8, alpha, chance_of(3, 1, 0))
    assert (again, partners.tolist()) == (drawn[0][0], drawn[0][1].tolist())


def test_that_each_sample_is_a_line_between_two() -> None:
    values, partners = torch.rand(5, 2, 3), torch.tensor([3, 0, 2, 4, 1])
    torch.testing.assert_close(mixed(values, 0.7, partners), 0.7 * values + 0.3 * values[[3, 0, 2, 4, 1]])
    assert longer(torch.tensor([2, 5, 1, 4, 3]), partners).tolist() == [4, 5, 1, 4, 5]


def batch_of(design: Design, data: Dataset) -> tuple[Batch, Batch]:
    """A batch before and after."""
    binding = bind(design.network, data.info)
    names = [*binding.arguments, *(item.name for item in binding.targets.values())]
    columns = {name: torch.from_numpy(np.asarray(data.train.columns[name][:12])) for name in names}
    before = Batch(columns, binding.arguments)
    return before, Augmenting.of(design, binding)(before, 1, 0)


def test_that_the_loss_is_that_by_both_classes_and_the_right_one_is_the_greater_part() -> None:
    design, data = with_mixup(DESIGN, label_smoothing=0.1), in_memory()
    before, after = batch_of(design, data)
    assert after.mixing is not None
    share, partners = after.mixing.share, after.mixing.partners
    torch.testing.assert_close(after.columns["x"], mixed(before.columns["x"], share, partners))
    trainer, _ = trained(design, data)
    objectives = make_objectives(design.network, bind(design.network, data.info), ["output"], design.training)
    (logits,) = as_results(trainer.model(*after.arguments))
    (compared,), (loss,) = compared_with_losses([logits], after, objectives)
    own, others = (F.cross_entropy(logits, before.columns["y"][rows], label_smoothing=0.1) for rows in (..., partners))
    torch.testing.assert_close(loss, share * own + (1 - share) * others)
    assert torch.equal(compared.wanted, before.columns["y"])
    assert share > 0.5


def test_that_numbers_that_are_learned_are_mixed_as_what_is_taken() -> None:
    random = np.random.default_rng(1)
    samples = Samples({name: random.normal(size=(12, 2)).astype(np.float32) for name in ("x", "y")})
    data = Dataset(numbers_of("points", features(2), 2), samples, samples)
    network = chain(input_of(2), dense(2), output_for("regression"))
    before, after = batch_of(with_mixup(design_of(network)), data)
    assert after.mixing is not None
    for name in ("x", "y"):
        torch.testing.assert_close(
            after.columns[name], mixed(before.columns[name], after.mixing.share, after.mixing.partners)
        )


def test_that_what_is_given_back_is_mixed_once() -> None:
    data = in_memory()
    network = chain(
        input_of(1, 6, 6), "flatten", dense(36), ("unflatten", "u", {"sizes": [1, 6, 6]}), output_for("autoencoder")
    )
    before, after = batch_of(with_mixup(design_of(network)), data)
    assert after.mixing is not None
    torch.testing.assert_close(
        after.columns["x"], mixed(before.columns["x"], after.mixing.share, after.mixing.partners)
    )


def test_that_what_is_measured_is_not_mixed() -> None:
    session, events = trained(with_mixup(DESIGN), in_memory())
    (last,) = [event for event in events if isinstance(event, Finished)]
    batch = session._test.take(torch.arange(len(session._test)))
    with torch.inference_mode():
        logits = session.model.eval()(*batch.arguments)
    assert last.metrics["test_loss"] == pytest.approx(F.cross_entropy(logits, batch.columns["y"]).item(), rel=1e-5)


def test_that_a_streamed_run_is_mixed_as_that_from_memory_and_goes_on_within_an_epoch(tmp_path: Path) -> None:
    design = with_mixup(DESIGN, {"kind": "noise", "deviation": 0.1}, class_weights="balanced")
    whole, events = trained(design, in_memory())
    assert losses(events) != losses(trained(DESIGN, in_memory())[1])
    run = Run.create(tmp_path / "run", design)
    before = stopped_at(8, design, streamed()[0], run)
    resumed, after = trained(design, streamed()[0], run=Run.reopen(tmp_path / "run", design), resume=True)
    assert losses([*before, *after]) == losses(events)
    assert same_weights(whole.model, resumed.model)
    ends = [event.metrics for event in events if isinstance(event, EpochEnded)]
    assert [event.metrics for event in [*before, *after] if isinstance(event, EpochEnded)] == ends


@pytest.mark.parametrize("kind", KINDS)
def test_that_files_are_changed_alike_streamed_in_memory_and_after_a_stop_by_all_transforms_that_suit(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    design = streamed_design(kind, tmp_path)
    info = opening.info(design.data)
    assert info is not None
    taken = bind(design.network, info).features.values()
    chain = tuple({"kind": item.kind} for item in offered(taken))
    suiting = {"token_drop"} if kind == "text" else {"normalise", "noise", "mixup"}
    assert suiting <= {str(item["kind"]) for item in chain}
    design = replace(
        design,
        data=design.data.model_copy(update={"transforms": chain}),
        training=design.training.model_copy(update={"class_weights": "balanced"}),
    )
    held = replace(design, data=design.data.model_copy(update={"reading": "memory"}))
    theirs, events = trained(held, preparation.load(held))
    run = Run.create(tmp_path / "run", design)
    before = stopped_at(11, design, preparation.load(design), run)
    ours, after = trained(design, preparation.load(design), run=Run.reopen(tmp_path / "run", design), resume=True)
    assert losses([*before, *after]) == losses(events)
    assert len(losses(events)) > 11
    assert same_weights(ours.model, theirs.model)


def test_that_tokens_are_not_mixed_and_it_is_told_what_to_do() -> None:
    network = chain(input_of(8), output_for())
    info = classes_of("texts", tokens(8), ("good", "bad"))
    with pytest.raises(DataError) as told:
        Augmenting.of(with_mixup(design_of(network)), bind(network, info))
    assert str(told.value) == (
        "data: transforms: mixup: Input 'input' takes tokens, 'x': they are names, and between two of them there is "
        "nothing: take mixup out of the transforms, or take token_drop instead"
    )


def test_that_steps_of_sequences_of_different_lengths_are_not_mixed() -> None:
    network = chain(input_of(None, 3), dense(2), output_for("sequence_to_sequence"))
    info = replace(classes_of("steps", Shape.of((None, 3)), ("a", "b")))
    (target,) = info.targets
    info = replace(info, targets=(replace(target, shape=Shape.of((None,), ("L",))),))
    with pytest.raises(DataError, match="Output 'output' learns 'y' at each step of sequences of different lengths"):
        Augmenting.of(with_mixup(design_of(network)), bind(network, info))


def written(design: Design, folder: Path) -> str:
    files.write(design, folder / "net.network.json")
    return str(folder / "net.network.json")


def test_that_a_run_a_preparation_a_script_and_check_refuse_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = design_of(turning_round(), "number_reversal")
    assert main(["check", written(plain, tmp_path)]) == 0
    design = with_mixup(plain)
    assert main(["check", written(design, tmp_path)]) == 1
    said = "mixup: Input 'numbers' takes tokens"
    with pytest.raises(DataError, match=said):
        preparation.load(design)
    with pytest.raises(NoTrainingError, match=said):
        pytorch_script(design, "x")
    ended = Trainer(design, few.samples_of("number_reversal"), lambda event: None).run()
    assert isinstance(ended, Failed)
    assert said in ended.message
    assert said in capsys.readouterr().err


def test_that_it_stands_in_a_chain_once_and_names_no_column() -> None:
    with pytest.raises(DataError, match="mixup: samples are mixed once: expected one of it, got 2"):
        chain_of(DataSettings(transforms=({"kind": "mixup"}, {"kind": "mixup"})))
    with pytest.raises(
        DataError, match="mixup: feature: expected none, as it mixes every column that the network takes"
    ):
        chain_of(DataSettings(transforms=({"kind": "mixup", "feature": "image"},)))
