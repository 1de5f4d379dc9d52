"""What is measured beside the loss is what scikit-learn says of all samples at once, however they come in batches."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import sklearn.metrics as theirs
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from designer.core.graph import metric_names
from designer.core.graph.binding import Target
from designer.core.graph.metric_names import METRICS, OF_CLASSES, OF_NUMBERS
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import features
from designer.engine.training.measured import Sums, measured_of
from designer.recipe.goals import Goal

ALL = TrainingSettings(metrics=(*METRICS.named, "top_2", "top_7"))


def figures_of(result: Tensor, wanted: Tensor, cuts: list[int], classes: int = 0, held_out: bool = True, **goal: str):
    target = Target("y", features(1 if classes else result.shape[-1]), tuple(map(str, range(classes))) or None)
    made = Goal("output", target, "cross_entropy" if classes else "mse", 1.0, **goal)  # type: ignore[arg-type]
    sums = Sums(measured_of(made, ALL, {"y": ((3.0,), (2.0,))}), held_out, {})
    for first, last in zip([0, *cuts], [*cuts, len(wanted)], strict=True):
        if last > first:
            sums.add(result[first:last], wanted[first:last])
    return sums.figures()


def drawn(seed: int, count: int, classes: int, there: int, ties: bool) -> tuple[Tensor, Tensor, list[int]]:
    """Logits and classes, of which some may not occur; with ties many logits are equal. And where batches end."""
    random = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(count, classes, generator=random)
    logits = logits.round() if ties else logits
    wanted = torch.randint(0, min(there, classes), (count,), generator=random)
    cuts = sorted(torch.randint(0, count + 1, (3,), generator=random).tolist())
    return logits, wanted, cuts


@given(st.integers(0, 2**31), st.integers(1, 60), st.integers(2, 7), st.integers(1, 7), st.booleans())
@example(0, 1, 2, 1, False)
@example(1, 40, 5, 1, True)
@settings(max_examples=120, deadline=None)
def test_that_figures_of_classes_are_those_of_scikit_learn(
    seed: int, count: int, classes: int, there: int, ties: bool
) -> None:
    logits, wanted, cuts = drawn(seed, count, classes, there, ties)
    found = figures_of(logits, wanted, cuts, classes)
    y, named = wanted.numpy(), logits.argmax(-1).numpy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that do not occur
        kappa = theirs.cohen_kappa_score(y, named)
        expected = {
            "balanced_accuracy": theirs.balanced_accuracy_score(y, named),
            "f1": theirs.f1_score(y, named, average="macro", zero_division=0),
            "precision": theirs.precision_score(y, named, average="macro", zero_division=0),
            "recall": theirs.recall_score(y, named, average="macro", zero_division=0),
            "perplexity": math.exp(float(torch.nn.functional.cross_entropy(logits.double(), wanted))),
        }
    for name, number in expected.items():
        assert found[name] == pytest.approx(number, rel=1e-5), name
    assert found.get("kappa", math.nan) == pytest.approx(kappa, nan_ok=True, abs=1e-9)


@given(st.integers(0, 2**31), st.integers(2, 60), st.integers(2, 6), st.integers(1, 6), st.booleans())
@settings(max_examples=120, deadline=None)
def test_that_the_area_under_the_roc_curve_is_that_of_scikit_learn(
    seed: int, count: int, classes: int, there: int, ties: bool
) -> None:
    logits, wanted, cuts = drawn(seed, count, classes, there, ties)
    scores, y = logits.log_softmax(-1).numpy(), wanted.numpy()
    ours = [1] if classes == 2 else range(classes)
    areas = [theirs.roc_auc_score(y == c, scores[:, c]) for c in ours if 0 < (y == c).sum() < count]
    found = figures_of(logits, wanted, cuts, classes)
    assert found.get("auroc") == (pytest.approx(np.mean(areas), abs=1e-6) if areas else None)
    assert "auroc" not in figures_of(logits, wanted, cuts, classes, held_out=False), "memory does not grow with a run"


@given(st.integers(0, 2**31), st.integers(1, 40), st.sampled_from([2, 3, 5, 7]), st.integers(2, 9))
@settings(max_examples=60, deadline=None)
def test_that_the_best_k_are_those_of_scikit_learn_and_of_ties_the_first(
    seed: int, count: int, k: int, classes: int
) -> None:
    logits, wanted, cuts = drawn(seed, count, classes, classes, False)
    share = float(np.mean([y in np.argsort(-row)[:k] for row, y in zip(logits.numpy(), wanted.numpy(), strict=True)]))
    assert figures_of(logits, wanted, cuts, classes)[f"top_{k}"] == pytest.approx(share)
    if classes > k and len(set(wanted.tolist())) == classes > 2:
        scored = theirs.top_k_accuracy_score(wanted.numpy(), logits.numpy(), k=k, labels=np.arange(classes))
        assert share == pytest.approx(scored)
    equal = figures_of(torch.zeros(count, classes), wanted, cuts, classes)
    assert equal[f"top_{k}"] == pytest.approx(float((wanted < k).double().mean()))


@given(st.integers(0, 2**31), st.integers(1, 50), st.integers(1, 4), st.booleans())
@settings(max_examples=100, deadline=None)
def test_that_figures_of_numbers_are_those_of_scikit_learn_in_the_units_of_the_data(
    seed: int, count: int, numbers: int, same: bool
) -> None:
    random = torch.Generator().manual_seed(seed)
    result, wanted = (torch.randn(count, numbers, generator=random) for _ in range(2))
    wanted = torch.full_like(wanted, -1.5) if same else wanted  # 0 in the units of the data
    cuts = sorted(torch.randint(0, count + 1, (2,), generator=random).tolist())
    found = figures_of(result, wanted, cuts)
    x, y = (values.double().numpy() * 2 + 3 for values in (result, wanted))
    assert found["mae"] == pytest.approx(theirs.mean_absolute_error(y.ravel(), x.ravel()), rel=1e-6)
    assert found["rmse"] == pytest.approx(theirs.root_mean_squared_error(y.ravel(), x.ravel()), rel=1e-6)
    assert found["coverage"] == pytest.approx(float((y <= x).mean()))
    if same:
        assert {"r2", "mape"}.isdisjoint(found)
        return
    assert found["mape"] == pytest.approx(theirs.mean_absolute_percentage_error(y.ravel(), x.ravel()), rel=1e-5)
    if count > 1:
        r2 = theirs.r2_score(y, x, multioutput="variance_weighted")
        assert found["r2"] == pytest.approx(r2, rel=1e-6, abs=1e-6)


def test_that_what_the_loss_makes_of_a_result_is_what_is_measured() -> None:
    result, wanted = torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [2.0]])
    off = figures_of(result, wanted, [1], link="exp")["mae"]  # type: ignore[arg-type]
    assert off == pytest.approx(2 * (0 + math.e - 2) / 2)


@pytest.mark.parametrize("of", [OF_CLASSES, OF_NUMBERS], ids=["classes", "numbers"])
def test_that_nothing_of_a_batch_is_read_from_the_device(of: dict[str, str]) -> None:
    """The meta device has no numbers: whatever would read one fails there."""
    classes = 4 if of is OF_CLASSES else 0
    result = torch.zeros(6, 4, device="meta")
    wanted = torch.zeros(6, dtype=torch.int64, device="meta") if classes else torch.zeros(6, 4, device="meta")
    target = Target("y", features(1 if classes else 4), ("a", "b", "c", "d") if classes else None)
    goal = Goal("output", target, "cross_entropy" if classes else "poisson", 1.0, link="" if classes else "exp")
    metrics = measured_of(goal, ALL, {})
    given = "classes" if classes else "numbers"
    assert {item.name for item in metrics} == {name for name in ALL.metrics if metric_names.measured_of(name) == given}
    sums = Sums(metrics, True, {})
    for _ in range(2):
        sums.add(result, wanted)


def test_that_figures_go_on_from_what_a_checkpoint_has() -> None:
    logits, wanted, _ = drawn(5, 50, 4, 4, False)
    goal = Goal("output", Target("y", features(1), ("a", "b", "c", "d")), "cross_entropy", 1.0)
    metrics = measured_of(goal, ALL, {})
    whole, first = Sums(metrics, False, {}), Sums(metrics, False, {})
    whole.add(logits[:20], wanted[:20])
    whole.add(logits[20:], wanted[20:])
    first.add(logits[:20], wanted[:20])
    second = Sums(metrics, False, first.kept())
    second.add(logits[20:], wanted[20:])
    assert second.figures() == whole.figures()
    assert Sums(metrics, False, whole.kept()).figures() == whole.figures()
