"""The triplet loss: torch's over all triplets of a batch, found quickly; and what it makes of classes of digits."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.neighbors import NearestNeighbors
from torch import Tensor, nn

from designer.__main__ import main
from designer.blocks.output import Output
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.schema.shape import features
from designer.core.storage.files import dumps, read, write
from designer.core.validation import check
from designer.data import sources
from designer.data.samples import Dataset, Samples
from designer.engine.inspection.probe import Looked, captures
from designer.engine.protocol.events import Event, Failed, Finished
from designer.engine.protocol.requests import Watch
from designer.engine.training.trainer import Trainer
from designer.recipe.losses import triplet
from designer.recipe.measures import embedded, recall_at_1
from designer.recipe.metrics import nearest_alike
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import FEW, assert_same_curve
from tests.helpers import block, chain, classes_of, dense, design_of, input_of, output_for, trained
from tests.recipe.resuming import assert_goes_on_alike, stripes

SEEDS = st.integers(0, 2**31)


def drawn(seed: int, count: int, classes: int, again: bool) -> tuple[Tensor, Tensor]:
    """Embeddings and their classes; where some come again, distances are 0 and there are ties."""
    random = torch.Generator().manual_seed(seed)
    points = torch.randn(count, 3, generator=random)
    points = points.round() if again else points
    return points.requires_grad_(), torch.randint(0, classes, (count,), generator=random)


def by_hand(points: Tensor, classes: Tensor, margin: float, mining: str) -> Tensor:
    """torch's own loss, of triplets that are written down one by one."""
    numbers, listed = range(len(points)), classes.tolist()
    found = []
    for a in numbers:
        alike = [p for p in numbers if p != a and listed[p] == listed[a]]
        others = [n for n in numbers if listed[n] != listed[a]]
        if alike and others and mining == "hard":
            apart = (points - points[a]).detach().norm(dim=1).tolist()
            alike, others = [max(alike, key=lambda p: apart[p])], [min(others, key=lambda n: apart[n])]
        found += [(a, p, n) for p, n in itertools.product(alike, others)]
    if not found:
        return points.sum() * 0
    a, p, n = (points[list(each)] for each in zip(*found, strict=True))
    return nn.TripletMarginLoss(margin=margin, eps=0.0)(a, p, n)


@given(
    SEEDS, st.integers(1, 14), st.integers(1, 6), st.floats(0.01, 5), st.sampled_from(["all", "hard"]), st.booleans()
)
@example(0, 1, 1, 1.0, "all", False)
@example(3, 9, 1, 1.0, "hard", False)
@settings(max_examples=120, deadline=None)
def test_that_it_is_the_loss_of_torch_over_its_triplets_and_has_its_gradient(
    seed: int, count: int, classes: int, margin: float, mining: str, again: bool
) -> None:
    points, wanted = drawn(seed, count, classes, again)
    found, expected = triplet(points, wanted, mining, margin), by_hand(points, wanted, margin, mining)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    (gradient,) = torch.autograd.grad(found, points)
    assert torch.isfinite(gradient).all()
    if not again:  # between points that lie on each other a distance has no gradient, and of ties any may be taken
        torch.testing.assert_close(gradient, torch.autograd.grad(expected, points)[0], rtol=1e-3, atol=1e-5)


@given(SEEDS, st.integers(2, 60), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_that_nearest_neighbours_are_those_of_scikit_learn(seed: int, count: int, classes: int) -> None:
    points, wanted = drawn(seed, count, classes, False)
    near = NearestNeighbors(n_neighbors=1).fit(points.detach().numpy()).kneighbors(return_distance=False)[:, 0]
    right = int((wanted.numpy()[near] == wanted.numpy()).sum())
    assert int(nearest_alike(points, wanted)) == right
    assert recall_at_1(embedded(points.detach(), wanted)) == pytest.approx(right / count)


def test_that_a_sample_alone_has_no_neighbour_and_many_are_compared_piece_by_piece() -> None:
    assert int(nearest_alike(torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64))) == 0
    assert np.isnan(recall_at_1(torch.zeros(1, 3)))
    random = torch.Generator().manual_seed(1)
    points, wanted = torch.randn(2500, 2, generator=random), torch.randint(0, 3, (2500,), generator=random)
    assert recall_at_1(embedded(points, wanted)) == pytest.approx(int(nearest_alike(points, wanted)) / 2500)


def embedding(**params: Any) -> Network:
    """Pictures of digits as five numbers each."""
    ends = output_for(loss="triplet", target="digit", **params)
    return chain(input_of(1, 28, 28), ("avg_pool2d", "pool", {"kernel_size": 4}), "flatten", dense(5), ends)


def with_a_class_beside() -> Network:
    """The same, and from it the digit by name."""
    whole = embedding(margin=0.5)
    more = [
        Node("named", block("dense", out_features=10), ("dense1",)),
        Node("digit", block("output", target="digit", weight=0.5), ("named",)),
    ]
    return Network.of([*whole.nodes.values(), *more])


@pytest.mark.parametrize(
    ("network", "written", "more"),
    [
        (embedding(), ("loss = triplet(model(", '"recall_at_1"', "epoch_order(len("), {"metrics": ("recall_at_1",)}),
        (embedding(mining="hard", margin=0.3), (', "hard", 0.3)',), {"class_weights": "balanced"}),
        (with_a_class_beside(), (', "all", 0.5)', '"recall_at_1/output"'), {"metrics": ("recall_at_1", "f1")}),
    ],
    ids=["all", "hardest", "beside a class"],
)
def test_that_a_script_learns_along_the_same_curve(
    network: Network, written: tuple[str, ...], more: dict[str, Any], tmp_path: Path, for_ruff: ForRuff
) -> None:
    text = assert_same_curve(design_of(network, **FEW, **more), tmp_path)
    for line in written:
        assert line in text
    for_ruff(text)


def test_that_a_run_goes_on_along_the_same_curve(tmp_path: Path) -> None:
    design = stripes(metrics=("recall_at_1",))
    changed = {
        name: replace(node, block=node.block.changed(loss="triplet")) if isinstance(node.block, Output) else node
        for name, node in design.network.nodes.items()
    }
    assert_goes_on_alike(replace(design, network=Network.of(list(changed.values()))), tmp_path, 3)


def digits() -> Dataset:
    """Pictures of 8×8, sorted by their classes where they are for the test, as files in folders are."""
    x, y = load_digits(return_X_y=True)
    x, y = (x / 16).astype(np.float32), y.astype(np.int64)
    test = np.arange(0, len(y), 4)
    learned = np.setdiff1d(np.arange(len(y)), test)
    test = test[np.argsort(y[test], kind="stable")]
    info = classes_of("digits", features(64), map(str, range(10)))
    return Dataset(info, Samples({"x": x[learned], "y": y[learned]}), Samples({"x": x[test], "y": y[test]}))


@pytest.fixture(scope="module")
def learned() -> tuple[Trainer, list[Event]]:
    network = chain(input_of(64), dense(32, activation="relu"), dense(2, "place"), output_for(loss="triplet"))
    return trained(design_of(network, epochs=14, learning_rate=0.01, metrics=("recall_at_1",)), digits())


def test_that_digits_find_others_of_their_kind_next_to_them_in_a_plane(learned: tuple[Trainer, list[Event]]) -> None:
    """Chance is 0.1; places of a network that has learned nothing reach 0.35, and pixels are not of a plane."""
    session, events = learned
    (last,) = [event for event in events if isinstance(event, Finished)]
    assert last.metrics["test_recall_at_1"] > 0.8
    assert last.metrics["val_accuracy"] > 0.75
    assert last.metrics["test_loss"] < 0.15
    test = digits().test
    with torch.inference_mode():
        places = session.model.eval()(torch.from_numpy(test.columns["x"]))
    near = NearestNeighbors(n_neighbors=1).fit(places.numpy()).kneighbors(return_distance=False)[:, 0]
    assert last.metrics["test_recall_at_1"] == pytest.approx(
        float((test.columns["y"][near] == test.columns["y"]).mean())
    )


def test_that_what_is_seen_of_a_sample_is_its_place_beside_its_class(learned: tuple[Trainer, list[Event]]) -> None:
    session, _ = learned
    at = Looked(session.model.eval(), session.design.network, digits())  # type: ignore[arg-type]
    ((_, event),) = captures(at, [Watch("place", sample=449)])
    (verdict,) = event.sample.verdicts
    assert (verdict.label, verdict.right, verdict.classes) == (("9",), None, None)
    np.testing.assert_allclose(verdict.scores, event.values, atol=1e-6)
    assert len(verdict.prediction) == 2


def test_that_the_command_line_measures_by_neighbours_and_tells_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design = design_of(embedding(), epochs=1, validation_share=0.8)
    path, run, out = tmp_path / "x.network.json", tmp_path / "run", tmp_path / "out.csv"
    write(design, path)
    assert main(["train", str(path), "--run", str(run), "--metrics", "recall_at_1", "--json"]) == 0
    ended = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["evaluate", str(path), "--run", str(run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["metrics"] == {name: pytest.approx(ended[name], abs=1e-5) for name in told["metrics"]}
    (output,) = told["outputs"].values()
    assert output["accuracy"] == pytest.approx(ended["test_recall_at_1"], abs=2e-3)
    assert np.trace(output["confusion"]) / np.sum(output["confusion"]) == pytest.approx(output["accuracy"])
    assert main(["predict", str(path), "--run", str(run), "-o", str(out)]) == 0
    first = out.read_text().splitlines()[0]
    assert first.startswith("sample,part,label,predicted")
    assert "probability" not in first


def test_that_a_file_has_it_with_what_is_not_usual_and_the_card_its_name(tmp_path: Path) -> None:
    assert Output(loss="triplet").hidden_fields == {"gamma", "delta", "quantile", "log_input"}
    assert Output(loss="triplet").details() == "classification · triplet"
    design = design_of(embedding(mining="hard"))
    assert '"mining": "hard"' in dumps(design)
    assert "margin" not in dumps(design)
    write(design, tmp_path / "x.network.json")
    assert read(tmp_path / "x.network.json").network.nodes["output"] == design.network.nodes["output"]


def test_that_an_embedding_may_have_any_width_and_classes_and_nothing_else_are_learned_so() -> None:
    assert not check.problems(design_of(embedding()), data=sources.info("mnist_5k"))
    network = chain(input_of(4), dense(1), output_for("regression", loss="triplet"))
    (problem,) = check.problems(design_of(network, "none"))
    assert "the task regression has no loss called triplet" in str(problem)
    assert infer(network).problems


@pytest.mark.parametrize(
    ("classes", "batch_size", "told"),
    [
        (1, 32, "all samples are of one class"),
        (2, 2, "a batch has 2 samples"),
        (96, 4, "only 0.0% of the samples in a batch of 4 have another of their class in it"),
    ],
)
def test_that_batches_without_triplets_are_refused(classes: int, batch_size: int, told: str) -> None:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(96, 4)).astype(np.float32), np.arange(96) % classes
    info = classes_of("numbers", features(4), map(str, range(max(classes, 2))))
    data = Dataset(info, Samples({"x": x, "y": y}), Samples({"x": x[:8], "y": y[:8]}))
    network = chain(input_of(4), dense(3), output_for(loss="triplet"))
    _, events = trained(design_of(network, batch_size=batch_size, validation_share=0.0), data)
    (failed,) = [event for event in events if isinstance(event, Failed)]
    assert failed.message.startswith("Output 'output' has the triplet loss, which compares each sample with others")
    assert failed.message.endswith(told)
    assert failed.hint
