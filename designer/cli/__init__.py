"""The commands that need no window: one module each, which is imported when its command is called."""

from __future__ import annotations

MODULES = {
    "check": "check",
    "compare": "compare",
    "train": "train",
    "find-rate": "find_rate",
    "evaluate": "evaluate",
    "predict": "predict",
    "export": "export",
    "draw": "draw",
    "import": "import_model",
    "data": "data",
    "custom": "custom",
}
"""The commands by their names, with their modules: `add_command` there adds the parser, which names what runs."""
