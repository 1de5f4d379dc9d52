"""The metrics that can be measured beside the loss, by the names that figures of a run and files have for them."""

from __future__ import annotations

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
"""Where an Output names classes, with what people call them."""
OF_NUMBERS = {"mae": "MAE", "rmse": "RMSE", "r2": "R²", "mape": "MAPE", "coverage": "coverage"}
"""Where it tells numbers."""
METRICS = {**OF_CLASSES, **OF_NUMBERS}
SHARES = ("accuracy", "balanced_accuracy", "top_3", "top_5", "mape", "coverage")
"""Those that are read as a percentage."""
IN_UNITS = ("loss", "mae", "rmse", "perplexity")
"""Those that may be of any size."""


def metric_label(name: str) -> str:
    """What people call a figure."""
    return METRICS.get(name, name)
