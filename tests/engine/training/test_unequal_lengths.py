"""Sequences of unequal lengths: learned padded in batches, packed by torch, and one by one, they come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from designer.core.graph.binding import LENGTHS, Feature, Target, bind, one_to_one
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape, sequence, tokens
from designer.data.samples import Dataset, Samples
from designer.engine.model.build import Model, build
from designer.engine.training.batches import Batch, TensorSamples
from designer.engine.training.objectives import (
    Objective,
    as_results,
    compared_with_losses,
    make_objectives,
    make_optimizer,
)
from designer.recipe.batching import epoch_order, split_order
from tests.helpers import block, chain, dense, design_of, input_of, output_for, trained

COUNT, LONGEST, FEATURES, CLASSES = 24, 11, 6, 3
CPU = torch.device("cpu")
TOKENS = {"axes": "tokens", "sizes": (None,)}
TRAINING = {"epochs": 2, "batch_size": 7, "validation_share": 0.0, "learning_rate": 0.01}


def data_of(per_step: bool = False, words: bool = False, least: int = 1) -> Dataset:
    """Sequences of `least` to LONGEST steps, in no order, each with a class, or one for each of its steps."""
    random = np.random.default_rng(4)
    lengths = random.permutation(np.resize(np.arange(least, LONGEST + 1), COUNT))
    within = np.arange(LONGEST) < lengths[:, None]
    x = random.integers(1, 20, within.shape) if words else random.normal(size=(*within.shape, FEATURES))
    x = np.where(within if words else within[..., None], x, 0).astype(np.int64 if words else np.float32)
    columns = {"x": x, f"x{LENGTHS}": lengths, "y": random.integers(0, CLASSES, COUNT)}
    feature = Feature("x", tokens(None), vocabulary=20) if words else Feature("x", sequence(None, FEATURES))
    info = one_to_one("ragged", "Ragged", feature, "y", tuple("abc"))
    if per_step:
        columns |= {"y": np.where(within, random.integers(0, CLASSES, within.shape), 0), f"y{LENGTHS}": lengths}
        info = replace(info, targets=(Target("y", Shape.of((None,), ("L",)), tuple("abc")),))
    return Dataset(info, Samples(columns), Samples(columns))


def recurrent(kind: str, **params: Any) -> Network:
    return chain(input_of(None, FEATURES), (kind, "rnn", {"hidden_size": 5, **params}), dense(CLASSES), output_for())


def each_step(kind: str, **params: Any) -> Network:
    return Network.of(
        [
            Node("input", block("input", sizes=(None, FEATURES)), ()),
            Node("rnn", block(kind, hidden_size=5, **params), ("input", *(None,) * (len(block(kind).input_ports) - 1))),
            Node("dense1", block("dense", out_features=CLASSES), ("rnn.sequence",)),
            Node("output", block("output", task="sequence_to_sequence"), ("dense1",)),
        ]
    )


TWO_WAYS = {"bidirectional": True, "num_layers": 2}
ENCODER = ("transformer_encoder", "encoder", {"nhead": 2, "dim_feedforward": 8, "dropout": 0.0, "num_layers": 2})
RECURRENT = [("lstm", {}), ("gru", {}), ("rnn", {}), ("lstm", TWO_WAYS), ("gru", TWO_WAYS), ("rnn", TWO_WAYS)]
OTHERS: dict[str, tuple[Network, dict[str, Any]]] = {
    "conv and max pool": (
        chain(
            input_of(None, FEATURES),
            ("conv1d", "conv1", {"out_channels": 5, "padding": 1, "activation": "relu"}),
            "max_pool1d",
            ("conv1d", "conv2", {"out_channels": 4, "activation": "tanh"}),
            "global_max_pool",
            dense(CLASSES),
            output_for(),
        ),
        {"least": 6},
    ),
    "dilated conv and mean": (
        chain(
            input_of(None, FEATURES),
            ("conv1d", "conv1", {"out_channels": 5, "dilation": 2, "stride": 2}),
            "layer_norm",
            ("avg_pool1d", "pool", {"kernel_size": 2, "stride": 1, "padding": 1}),
            "global_avg_pool",
            dense(CLASSES),
            output_for(),
        ),
        {"least": 5},
    ),
    "conv then bidirectional": (
        chain(
            input_of(None, FEATURES),
            ("conv1d", "conv1", {"out_channels": 5, "padding": 2}),
            ("lstm", "rnn", {"hidden_size": 4, "bidirectional": True}),
            dense(CLASSES),
            output_for(),
        ),
        {},
    ),
    "attention": (
        chain(
            input_of(None, FEATURES),
            ("positional_encoding", "places"),
            ("multi_head_attention", "attention", {"num_heads": 2}),
            "global_avg_pool",
            dense(CLASSES),
            output_for(),
        ),
        {},
    ),
    "transformer": (
        chain(
            input_of(None, FEATURES),
            ("positional_encoding", "places"),
            ENCODER,
            "global_max_pool",
            dense(CLASSES),
            output_for(),
        ),
        {},
    ),
    "transformer of words": (
        chain(
            ("input", "input", TOKENS),
            ("embedding", "embedding", {"num_embeddings": 20, "embedding_dim": 8}),
            ("positional_encoding", "places", {"encoding": "learned", "max_length": LONGEST}),
            ENCODER,
            "global_avg_pool",
            dense(CLASSES),
            output_for(),
        ),
        {"words": True},
    ),
    "causal transformer at each step": (
        chain(
            input_of(None, FEATURES),
            ("transformer_encoder", "encoder", {**ENCODER[2], "causal": True}),
            dense(CLASSES),
            output_for("sequence_to_sequence"),
        ),
        {"per_step": True},
    ),
    "lstm at each step": (each_step("lstm", **TWO_WAYS), {"per_step": True}),
    "gru at each step": (each_step("gru"), {"per_step": True}),
}
NETWORKS = {
    **{f"{kind}{'-both-ways' if more else ''}": (recurrent(kind, **more), {}) for kind, more in RECURRENT},
    **OTHERS,
}


class Course:
    """A design with its data, and what a loop over them needs."""

    def __init__(self, network: Network, data: Dataset, **settings: Any) -> None:
        self.design: Design = design_of(network, "ragged", **{**TRAINING, **settings})
        self.data = data
        binding = bind(network, data.info)
        self.model: Model = build(network, infer(network), self.design.training.seed)
        self.samples = TensorSamples.of(data.train, binding, CPU)
        self.objectives: tuple[Objective, ...] = make_objectives(
            network, binding, self.model.outputs, self.design.training
        )

    def loss(self, model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        """The mean loss of a batch, and of how many samples or steps."""
        results = as_results(model(*batch.arguments))
        (compared,), (loss,) = compared_with_losses(results, batch, self.objectives)
        return loss, len(compared.wanted)

    def alone(self, rows: Tensor) -> Iterator[Batch]:
        """Each of these samples as a batch of its own, without padding."""
        return (self.samples.take(row) for row in rows.split(1))

    def predictions(self, model: nn.Module, rows: Tensor) -> list[Tensor]:
        """What a model gives for each sample, of a batch; what stands behind the ends is left out."""
        with torch.inference_mode():
            (found,) = as_results(model.eval()(*self.samples.take(rows).arguments))
        lengths = self.samples.columns[f"x{LENGTHS}"][rows]
        ends = lengths if found.dim() == 3 else [None] * len(rows)
        return [item[:end] for item, end in zip(found, ends, strict=True)]

    def learn(self, model: nn.Module, step: Callable[[nn.Module, Tensor], None]) -> nn.Module:
        """As the trainer goes: the same orders, the same batches, the same optimizer."""
        settings = self.design.training
        optimizer = make_optimizer(model, settings, CPU)
        model.train()
        for epoch in range(1, settings.epochs + 1):
            for rows in split_order(epoch_order(COUNT, settings.seed, epoch), settings.batch_size):
                optimizer.zero_grad()
                step(model, rows)
                optimizer.step()
        return model

    def one_by_one(self, model: nn.Module, rows: Tensor) -> None:
        """The gradients of a batch, sample by sample."""
        losses = [self.loss(model, batch) for batch in self.alone(rows)]
        whole = sum(size for _, size in losses)
        for loss, size in losses:
            (loss * size / whole).backward()

    def padded(self, model: nn.Module, rows: Tensor) -> None:
        """The gradients of a batch at once."""
        self.loss(model, self.samples.take(rows))[0].backward()


@pytest.fixture(params=NETWORKS)
def course(request: pytest.FixtureRequest) -> Course:
    network, data = NETWORKS[request.param]
    return Course(network, data_of(**data))


def assert_close(ours: list[Tensor], theirs: list[Tensor], atol: float = 1e-5) -> None:
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, atol=atol, rtol=1e-4)


def test_that_a_batch_gives_what_each_of_its_samples_gives_alone_and_the_same_gradients(course: Course) -> None:
    everything = torch.arange(COUNT)
    together = course.predictions(course.model, everything)
    alone = [course.predictions(course.model, row)[0] for row in everything.split(1)]
    assert_close(together, alone)
    gradients = []
    for step in (course.padded, course.one_by_one):
        course.model.zero_grad()
        step(course.model, everything)
        gradients.append([weight.grad.clone() for weight in course.model.parameters()])
    assert all(float(item.abs().max()) > 0 for item in gradients[0])
    assert_close(*gradients)


def test_that_a_run_ends_where_learning_one_by_one_ends(course: Course) -> None:
    session, _ = trained(course.design, course.data)
    by_hand = course.learn(course.model, course.one_by_one)
    everything = torch.arange(COUNT)
    assert_close(course.predictions(session.model, everything), course.predictions(by_hand, everything), atol=1e-4)


class Packed(nn.Module):
    """What somebody writes by hand with torch's packing: a recurrent module, and a layer over its last state."""

    def __init__(self, kind: str, per_step: bool, num_layers: int = 1, bidirectional: bool = False) -> None:
        super().__init__()
        made = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind]
        self.rnn = made(FEATURES, 5, num_layers, batch_first=True, bidirectional=bidirectional)
        self.head = nn.Linear(10 if bidirectional else 5, CLASSES)
        self.per_step, self.both = per_step, bidirectional

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        states, last = self.rnn(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        if self.per_step:
            return self.head(pad_packed_sequence(states, batch_first=True)[0])  # type: ignore[no-any-return]
        hidden = last[0] if isinstance(last, tuple) else last
        return self.head(torch.cat([hidden[-2], hidden[-1]], 1) if self.both else hidden[-1])  # type: ignore[no-any-return]


@pytest.mark.parametrize("per_step", [False, True], ids=["of samples", "of steps"])
@pytest.mark.parametrize(("kind", "more"), RECURRENT, ids=str)
def test_that_a_run_ends_where_a_script_ends_that_packs_its_batches(
    kind: str, more: dict[str, Any], per_step: bool
) -> None:
    network = each_step(kind, **more) if per_step else recurrent(kind, **more)
    course = Course(network, data_of(per_step))
    packed = Packed(kind, per_step, **more)
    for theirs, ours in zip(packed.parameters(), course.model.parameters(), strict=True):
        theirs.data = ours.detach().clone()
    everything = torch.arange(COUNT)
    assert_close(course.predictions(course.model, everything), course.predictions(packed, everything))
    session, _ = trained(course.design, course.data)
    course.learn(packed, course.padded)
    assert_close(course.predictions(session.model, everything), course.predictions(packed, everything), atol=1e-4)
