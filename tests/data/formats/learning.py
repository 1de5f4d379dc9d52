"""The usual network for some data, trained."""

from __future__ import annotations

from designer.core.assist.starting_networks import Style
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.validation import check
from designer.data.samples import Dataset
from designer.engine.protocol.events import Finished
from designer.engine.training.trainer import Trainer
from tests.helpers import starting_network


def learned(data: DataSettings, dataset: Dataset, metric: str, epochs: int, style: Style = "usual") -> float:
    """What the usual network, or another one that is offered, reaches."""
    design = Design(
        starting_network(dataset.info, style), data, TrainingSettings(epochs=epochs, learning_rate=0.01, device="cpu")
    )
    assert check.problems(design, data=dataset.info) == []
    ended = Trainer(design, dataset, lambda event: None).run()
    assert isinstance(ended, Finished), ended
    return ended.metrics[metric]
