"""The metrics that can be measured beside the loss, by the names that figures of a run and files have for them."""

from __future__ import annotations

from collections.abc import Iterable

from designer.core.graph.roles import Gives
from designer.core.schema.some_of import Numbered, SomeOf

OF_CLASSES = {
    "balanced_accuracy": "balanced accuracy",
    "top_3": "top-3",
    "top_5": "top-5",
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "auroc": "AUROC",
    "kappa": "Cohen's kappa",
    "perplexity": "perplexity",
}
"""Where an Output names classes, with what people call them. Of the best k there are those of any other k as well."""
OF_NUMBERS = {"mae": "MAE", "rmse": "RMSE", "r2": "R²", "mape": "MAPE", "coverage": "coverage"}
"""Where it tells numbers."""
OF_EMBEDDINGS = {"recall_at_1": "recall@1"}
"""Where it gives embeddings."""
TOP_K = Numbered("top_", "top-", 2, 1000, "How many classes may be named, of which one has to be right (k):", 10)
_CLASSES = "Of classes"
METRICS = SomeOf(
    ((_CLASSES, OF_CLASSES), ("Of numbers", OF_NUMBERS), ("Of embeddings", OF_EMBEDDINGS)), ((_CLASSES, TOP_K),)
)
"""All of them, in the order in which people choose from them."""
ALWAYS = ("loss", "accuracy")
"""Figures that are measured in any case; the accuracy where there are classes."""
_SHARES = ("accuracy", "balanced_accuracy", "mape", "coverage", "recall_at_1")
IN_UNITS = ("loss", "mae", "rmse", "perplexity")
"""Those that may be of any size."""


def metric_label(name: str) -> str:
    """What people call a figure."""
    return METRICS.label(name) if METRICS.holds(name) else name


def metrics_among(names: Iterable[str]) -> tuple[str, ...]:
    """The metrics among the names of figures, in the order in which people choose from them."""
    return METRICS.in_order(names)


def measured_of(name: str) -> Gives:
    """What an Output has to give for a metric."""
    if name in OF_EMBEDDINGS:
        return "embeddings"
    return "numbers" if name in OF_NUMBERS else "classes"


def is_read_in_percent(name: str) -> bool:
    """Whether a figure is a share that is read as a percentage."""
    return name in _SHARES or TOP_K.number(name) is not None
