"""Figures of Outputs against those of scikit-learn, over cases of chance and batches of chance."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn import metrics

from designer.core.graph.binding import Target
from designer.core.schema.shape import Shape, features
from designer.data.errors import DataError
from designer.engine.evaluation import figures
from designer.engine.evaluation.boxes import overlap
from designer.engine.evaluation.figures import ClassCounts, NumberSums
from designer.engine.training.objectives import Compared

CASES = range(12)


def names(count: int) -> tuple[str, ...]:
    return tuple(f"class {number}" for number in range(count))


def in_batches(random: np.random.Generator, count: int) -> list[slice]:
    """Some of them empty."""
    cuts = sorted(random.integers(0, count + 1, 4).tolist())
    return [slice(first, last) for first, last in zip([0, *cuts], [*cuts, count], strict=True)]


@pytest.mark.parametrize("seed", CASES)
def test_that_figures_of_classes_are_those_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    classes, count = int(random.integers(2, 9)), int(random.integers(1, 60))
    logits = random.normal(0, 2, (count, classes)).astype(np.float32)
    wanted = random.integers(0, max(1, classes - seed % 3), count)  # some classes may not be there
    counts = ClassCounts(classes)
    for part in in_batches(random, count):
        counts.add(Compared(torch.from_numpy(logits[part]), torch.from_numpy(wanted[part])))
    found = counts.figures(Target("kind", Shape.of((None,), ("L",)), names(classes)))
    named, labels = logits.argmax(1), range(classes)
    assert found["accuracy"] == metrics.accuracy_score(wanted, named)
    assert found["confusion"] == metrics.confusion_matrix(wanted, named, labels=labels).tolist()
    each = metrics.precision_recall_fscore_support(wanted, named, labels=labels, zero_division=0)
    for name, values in zip(("precision", "recall", "f1", "support"), each, strict=True):
        assert [item[name] for item in found["classes"]] == pytest.approx(values.tolist())
    mean = metrics.precision_recall_fscore_support(wanted, named, average="macro", zero_division=0)
    assert list(found["mean"].values()) == pytest.approx(mean[:3])
    shares = torch.from_numpy(logits).double().softmax(1).numpy()
    assert found["perplexity"] == pytest.approx(np.exp(metrics.log_loss(wanted, shares, labels=labels)))


@pytest.mark.parametrize("seed", CASES)
def test_that_figures_of_numbers_are_those_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    count, numbers = int(random.integers(2, 60)), int(random.integers(1, 5))
    wanted = (random.normal(1000 * seed, 3, (count, numbers))).astype(np.float32)
    given = (wanted + random.normal(0, 1, wanted.shape)).astype(np.float32)
    sums = NumberSums()
    for part in in_batches(random, count):
        sums.add(Compared(torch.from_numpy(given[part]), torch.from_numpy(wanted[part])))
    found = sums.figures(Target("size", features(numbers)))
    exact, told = wanted.astype(np.float64), given.astype(np.float64)
    assert found["count"] == count * numbers
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(exact, told))
    assert found["rmse"] == pytest.approx(metrics.mean_squared_error(exact, told) ** 0.5)
    assert found["r2"] == pytest.approx(metrics.r2_score(exact, told, multioutput="variance_weighted"))


def test_that_there_is_no_r2_where_all_is_the_same() -> None:
    sums = NumberSums()
    sums.add(Compared(torch.zeros(4, 1), torch.full((4, 1), 3.0)))
    assert sums.figures(Target("size", features(1)))["r2"] is None


def test_that_boxes_have_the_mean_share_that_they_cover_of_each_other() -> None:
    """A box with itself, with its right half, with one beside it, and with one that is turned inside out."""
    wanted = torch.tensor([[0.5, 0.5, 0.4, 0.2]]).repeat(4, 1)
    told = torch.tensor([[0.5, 0.5, 0.4, 0.2], [0.6, 0.5, 0.2, 0.2], [0.9, 0.5, 0.4, 0.2], [0.5, 0.5, -0.4, 0.2]])
    assert overlap(told.numpy(), wanted.numpy()) == pytest.approx([1, 0.5, 0, 0])
    sums = NumberSums()
    for part in (slice(1), slice(1, 4)):
        sums.add(Compared(told[part], wanted[part]))
    assert sums.figures(Target("place", features(4), marks="box"))["iou"] == pytest.approx(1.5 / 4)
    assert "iou" not in sums.figures(Target("place", features(4)))


def test_that_a_class_which_the_network_does_not_know_is_told() -> None:
    with pytest.raises(DataError, match="there is a class number 2, and the network knows 2"):
        ClassCounts(2).add(Compared(torch.zeros(1, 2), torch.tensor([2])))


def test_that_no_table_is_kept_of_very_many_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_CONFUSED", 2)
    counts = ClassCounts(3)
    counts.add(Compared(torch.eye(3), torch.tensor([0, 1, 1])))
    found = counts.figures(Target("kind", features(1), names(3)))
    assert "confusion" not in found
    assert found["accuracy"] == pytest.approx(2 / 3)
