"""What training is said to take in memory, beside what autograd saves in a real step of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from designer.core.analysis.analysis import analyse
from designer.core.graph.binding import LENGTHS, longest_of
from designer.core.inference.infer import infer
from designer.core.storage.files import read
from designer.core.storage.resources import example, examples
from designer.data import sources
from designer.engine.model.devices import TrainingError, check_memory
from designer.engine.training.trainer import Trainer
from tests.saving import saved_in

SAMPLES = {"float32": 8, "bfloat16": 32}
"""Fewer than 32 keep less than the copies that weights have in 16 bits; those of an Embedding have none."""


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_an_example_keeps_as_much_as_it_says(path: Path, precision: str) -> None:
    design = read(path)
    count = SAMPLES[precision]
    settings = design.training.model_copy(update={"precision": precision, "device": "cpu", "batch_size": count})
    design = replace(design, training=settings)
    dataset = sources.load(design.data.source)
    session = Trainer(design, dataset, lambda event: None)
    session._prepare()
    samples = session._train_samples
    rows = torch.arange(count)
    for lengths in (column for name, column in samples.columns.items() if name.endswith(LENGTHS)):
        rows = torch.argsort(lengths, descending=True)[:count]
    batch = samples.take(rows)
    _, saved = saved_in(lambda: session._learner.forward(session.model, batch), [], session.model)
    analysis = analyse(infer(design.network), longest=longest_of(design.network, dataset.info))
    assert 0.5 < analysis.training_memory(settings).activations / sum(saved.values()) < 2


def test_that_sources_say_how_long_their_longest_sequences_are() -> None:
    checked = 0
    for name, source in sources.sources().items():
        for feature in source.info.features:
            if feature.shape.varies:
                dataset = sources.load(name)
                lengths = [part.lengths(feature.name) for part in (dataset.train, dataset.test)]
                assert feature.longest == max(int(found.max()) for found in lengths if found is not None)
                checked += 1
    assert checked


def test_that_a_network_that_does_not_fit_is_refused_with_the_block_that_keeps_the_most() -> None:
    design = read(example("reviews_transformer"))
    design = replace(design, training=design.training.model_copy(update={"batch_size": 10**9}))
    inference, data = infer(design.network), sources.info(design.data.source)
    assert data is not None
    with pytest.raises(TrainingError, match="to train, but only") as refused:
        check_memory(design, inference, data, torch.device("cpu"))
    assert "keeps the most values" in refused.value.hint
