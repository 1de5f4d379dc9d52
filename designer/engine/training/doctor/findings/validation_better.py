"""Validation is clearly better than training, though nothing makes training harder."""

from __future__ import annotations

from designer.core.graph.definition import definitions
from designer.core.schema.units import figure
from designer.engine.training.doctor.observed import Diagnosis, Observed

_EPOCHS = 3
_BELOW = 0.7
"""Times the loss in training, in each of these epochs."""
_HARDLY_FELL = 0.95
"""An epoch's loss is a mean over it: where it falls fast, the end is much better than that."""
_FEW = 100


def find(observed: Observed) -> Diagnosis | None:
    """Dropout, noise, augmentation and penalties on classes make training harder: then it is as it should be."""
    epochs = observed.epochs[-_EPOCHS:]
    if len(observed.epochs) <= _EPOCHS or _is_harder(observed):
        return None
    pairs = [(item.train_loss, item.val_loss) for item in epochs if item.val_loss is not None]
    if len(pairs) < _EPOCHS or not all(0 < val < _BELOW * train for train, val in pairs):
        return None
    train, val = pairs[-1]
    if train < _HARDLY_FELL * pairs[-2][0]:
        return None
    few = observed.validation_samples < _FEW
    why = "they are few" if few else "they may be easier, or some may be among those that are learned"
    return Diagnosis(
        "validation_better",
        f"Validation is better than training: its loss is {figure(val)} against {figure(train)}, without dropout or "
        f"augmentation. What is kept apart ({observed.validation_samples:,}) may not be like the rest: {why}.",
        ("larger_validation", "look_at_data") if few else ("look_at_data",),
    )


def _is_harder(observed: Observed) -> bool:
    network = observed.design.network
    parts = (network, *(item.network for item in definitions(network).values()))
    blocks = [node.block for part in parts for node in part.nodes.values()]
    drops = any(block.category == "Regularisation" or getattr(block, "dropout", 0) for block in blocks)
    return drops or bool(observed.design.data.transforms)
