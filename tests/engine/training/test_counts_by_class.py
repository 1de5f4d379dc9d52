"""What runs tell of each class is what scikit-learn says of all samples, bounded in size, and in their lines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import sklearn.metrics as theirs
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from designer.core.graph.binding import Target
from designer.core.schema.shape import features
from designer.engine.protocol.class_figures import MOST_IN_THE_END, MOST_LETTERS, ClassFigures, of_rows
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Finished
from designer.engine.protocol.lines import epoch_of, is_line, line_of
from designer.engine.runs import metrics_file
from designer.engine.runs.run_folder import Run
from designer.engine.training.counts_by_class import CountsByClass
from designer.engine.training.objectives import Compared
from designer.recipe.goals import Goal
from tests.codegen import few
from tests.codegen.test_training import pairs
from tests.helpers import design_of, digits_dataset, stripes_network, trained


def goal_of(classes: int, output: str = "output", loss: str = "cross_entropy") -> Goal:
    names = tuple(f"class {number}" for number in range(classes))
    return Goal(output, Target("y", features(1), names), loss, 1.0)  # type: ignore[arg-type]


@given(st.integers(0, 2**31), st.integers(1, 60), st.integers(2, 7), st.integers(1, 7))
@example(0, 1, 2, 1)
@settings(max_examples=80, deadline=None)
def test_that_the_figures_of_each_class_are_those_of_scikit_learn(
    seed: int, count: int, classes: int, there: int
) -> None:
    random = torch.Generator().manual_seed(seed)
    logits = torch.randn(count, classes, generator=random)
    wanted = torch.randint(0, min(there, classes), (count,), generator=random)
    counts, cut = CountsByClass([goal_of(classes)]), count // 2
    for some in (slice(0, cut), slice(cut, count)):
        counts.add([Compared(logits[some], wanted[some])])
    (found,) = counts.figures("val", 50)
    labels = np.arange(classes)
    expected = theirs.precision_recall_fscore_support(wanted, logits.argmax(-1), labels=labels, zero_division=0)
    for told, values in zip((found.precision, found.recall, found.f1, found.samples), expected, strict=True):
        assert told == pytest.approx(tuple(values), abs=1e-6)
    assert (found.names, found.of) == (goal_of(classes).target.classes, classes)


def test_that_of_many_classes_those_with_the_most_samples_are_told_in_their_order() -> None:
    wanted = torch.tensor([4] * 3 + [1] * 2 + [3] * 2 + [0])
    counts = CountsByClass([goal_of(6), goal_of(6, "second"), goal_of(6, "place", "triplet")])
    result = torch.eye(6)[wanted]
    counts.add([Compared(result, wanted)] * 3)
    found = counts.figures("test", 6)
    assert [item.output for item in found] == ["output", "second"]
    for item in found:
        assert (item.names, item.samples, item.of) == (("class 1", "class 3", "class 4"), (2, 2, 3), 6)


def test_that_nothing_of_a_batch_is_read_from_the_device() -> None:
    """The meta device has no numbers: whatever would read one fails there."""
    counts = CountsByClass([goal_of(4)])
    compared = Compared(torch.zeros(6, 4, device="meta"), torch.zeros(6, dtype=torch.int64, device="meta"))
    for _ in range(2):
        counts.add([compared])


def test_that_the_longest_line_of_them_is_one_that_is_read_again(tmp_path: Path) -> None:
    name = "\N{CAT}" * MOST_LETTERS
    shares, samples = (0.123456,) * MOST_IN_THE_END, (10**9,) * MOST_IN_THE_END
    end = ClassFigures("test", name, 10**9, (name,) * MOST_IN_THE_END, shares, shares, shares, samples)
    metrics_file.append(tmp_path / "metrics.jsonl", Finished("completed", 1, 1, {}, 1.0, (end,)))
    (line,) = metrics_file.read(tmp_path / "metrics.jsonl")
    assert line.event is not None


def test_that_a_run_tells_of_each_class_after_an_epoch_and_in_the_end_of_the_test(tmp_path: Path) -> None:
    design = design_of(stripes_network(), epochs=2, learning_rate=0.03)
    session, events = trained(design, digits_dataset(), run=Run.create(tmp_path / "run", design))
    epochs, (last,) = ([event for event in events if isinstance(event, kind)] for kind in (EpochEnded, Finished))
    for event in epochs:
        (val,) = event.classes
        assert (val.part, val.output, val.names) == ("val", "output", ("row 0", "row 1", "row 2", "row 3"))
        right = sum(recall * count for recall, count in zip(val.recall, val.samples, strict=True)) / sum(val.samples)
        assert right == pytest.approx(event.metrics["val_accuracy"], abs=1e-5)
        row = json.loads(json.dumps(line_of(event)))
        assert is_line(row)
        assert epoch_of(row) == event
    val, test = last.classes
    assert val == epochs[-1].classes[0]
    samples = session._test
    with torch.inference_mode():
        named = session.model.eval()(*samples.take(torch.arange(len(samples))).arguments).argmax(-1)
    expected = theirs.precision_recall_fscore_support(samples.columns["y"], named, zero_division=0)
    assert test.f1 == pytest.approx(tuple(expected[2]), abs=1e-6)
    kept = [line.event for line in metrics_file.read(tmp_path / "run" / "metrics.jsonl") if line.event]
    assert of_rows(kept[-1]) == last.classes


def test_that_each_of_several_outputs_is_told_by_its_name() -> None:
    _, events = trained(design_of(pairs(), "digit_pairs"), few.samples_of("digit_pairs"))
    (last,) = [event for event in events if isinstance(event, Finished)]
    assert {(item.part, item.output) for item in last.classes} == {
        (part, output) for part in ("val", "test") for output in ("same", "digit")
    }


@pytest.mark.parametrize(
    "wrong", [[1], [{}], {"part": "val"}, [{"part": "all"}], [{"names": [1]}], [{"f1": [1.0]}], [{"f1": ["a", "b"]}]]
)
def test_that_a_line_with_other_classes_is_none_that_was_ever_written(wrong: object) -> None:
    figures = ClassFigures("val", "output", 2, ("a", "b"), (0.1, 0.2), (0.1, 0.2), (0.1, 0.2), (3, 4))
    row = json.loads(json.dumps(line_of(EpochEnded(1, 1, {}, 1.0, (figures,)))))
    assert is_line(row)
    assert not is_line({**row, "classes": wrong})
    if isinstance(wrong, list) and isinstance(wrong[0], dict) and wrong[0]:
        assert not is_line({**row, "classes": [{**row["classes"][0], **wrong[0]}]})


def test_that_lines_are_thinned_of_what_earlier_epochs_tell_of_classes(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    figures = ClassFigures("val", "output", 2, ("a", "b"), (0.1, 0.2), (0.1, 0.2), (0.1, 0.2), (3, 4))
    for epoch in (1, 2, 3):
        metrics_file.append(path, BatchesEnded(epoch, epoch, {"loss": np.ones(1)}, 1.0))
        metrics_file.append(path, EpochEnded(epoch, epoch, {"val_loss": 1.0 / epoch}, 1.0, (figures,)))
    before = [line.event for line in metrics_file.read(path)]
    assert metrics_file.thin(path) == path.stat().st_size
    rows = [line.event for line in metrics_file.read(path) if line.event]
    assert [row["event"] for row in rows].count("epoch_ended") == 3
    assert [epoch_of(row).classes for row in rows if row["event"] == "epoch_ended"] == [(), (), (figures,)]
    assert rows[-1] == before[-1]
