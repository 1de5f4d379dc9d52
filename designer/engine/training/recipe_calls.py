"""Functions of the recipe, ready to be called."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from designer.core.graph.training_settings import TrainingSettings
from designer.recipe.function import Function


def filled(function: Function, settings: TrainingSettings, **more: Any) -> Callable[..., Any]:
    """A function of the recipe that has the settings which it takes, and of the other values those that it takes."""
    given = {name: getattr(settings, name) for name in function.settings}
    given |= {name: value for name, value in more.items() if name in function.parameters}
    found: Callable[..., Any] = getattr(importlib.import_module(function.home), function.name)
    return partial(found, **given) if given else found
