"""From older format versions to this one: one module for each step, named after the version that it starts from.

A module `v1` holds `def migrate(data)`, which takes what version 1 wrote and gives what version 2 reads.
"""

from __future__ import annotations

import importlib
from typing import Any

VERSION = 5
"""The format version that this program writes."""


def migrate(data: dict[str, Any], version: int) -> dict[str, Any]:
    """Takes a file's content of an older version to `VERSION`, one step after the other."""
    for step in range(version, VERSION):
        data = importlib.import_module(f"designer.core.storage.migrations.v{step}").migrate(data)
    return data
