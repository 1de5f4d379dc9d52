"""Other settings for a run that is under way: which may change, and what changes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from designer.core.graph.training_settings import MAY_CHANGE, TrainingSettings
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import SettingsChanged

Changed = Mapping[str, tuple[object, object]]
"""By the names of settings what they were, and what they are."""


def changed_settings(before: TrainingSettings, after: TrainingSettings, epoch: int, is_over: bool = False) -> Changed:
    """What differs, in the epoch that is under way. Raises TrainingError where that may not.

    Where it `is_over`, the run is in its last test, and learns no more.
    """
    changed = before.differing(after)
    if changed and is_over:
        raise TrainingError(
            "the run has learned all that it will, and is in its last test",
            "Wait until that has ended, then go on with the run",
        )
    fixed = [name for name in changed if name not in MAY_CHANGE]
    if fixed:
        raise TrainingError(
            f"{fixed[0]} cannot become another one while a network is trained", "Start a new run for it, or set it back"
        )
    if after.epochs < epoch:
        raise TrainingError(f"epochs: {after.epochs} are too few, as epoch {epoch} is under way", "Name more of them")
    return changed


def told(changed: Changed, step: int, epoch: int) -> SettingsChanged:
    """The event that tells of it."""
    before, after = ({name: json.dumps(pair[place]) for name, pair in changed.items()} for place in (0, 1))
    return SettingsChanged(step, epoch, before, after)
