"""Version 2 to 3: groups come in; an Output's loss is one field for all tasks; weight decay is a setting."""

from __future__ import annotations

from typing import Any

_ADAMW_DECAY = 0.01
"""What torch's AdamW does by itself, and did in version 2."""


def migrate(data: dict[str, Any]) -> dict[str, Any]:
    """`regression_loss` becomes `loss`, where the task is regression; AdamW keeps the decay that it had."""
    changed = {**data, "version": 3}
    if isinstance(data.get("blocks"), list):
        changed["blocks"] = [_block(item) for item in data["blocks"]]
    training = data.get("training")
    if isinstance(training, dict) and training.get("optimizer") == "adamw":
        changed["training"] = {"weight_decay": _ADAMW_DECAY, **training}
    return changed


def _block(item: Any) -> Any:
    if not (isinstance(item, dict) and item.get("kind") == "output" and isinstance(item.get("params"), dict)):
        return item
    params = {name: value for name, value in item["params"].items() if name != "regression_loss"}
    loss = item["params"].get("regression_loss", "mse")
    if loss not in ("mse", "mae"):
        return item  # validation tells what version 2 could not have written
    if params.get("task") == "regression":
        params["loss"] = loss
    return {**item, "params": params}
