"""What tells runs of one name apart: the training settings in which they differ, as seed 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.ui.curves.run_curves import RunCurves

_MOST = 2
"""Settings that are named: a legend has room for few words."""


def settings_apart(run: RunCurves, alike: Sequence[RunCurves]) -> str:
    """The settings of a run that another of those alike has otherwise; empty where that is not known of all."""
    settings = [other.settings for other in alike]
    own = run.settings
    if own is None or None in settings:
        return ""
    names = dict.fromkeys(name for other in settings if other is not None for name in own.differing(other))
    return ", ".join(_words(name, getattr(own, name)) for name in list(names)[:_MOST])


def _words(name: str, value: Any) -> str:
    said = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{name.replace('_', ' ')} {said}"
