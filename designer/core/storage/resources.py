"""Where files are: those that come with the program, and those that it keeps for a person.

The first are in the package when installed, beside it in a checkout.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

_PACKAGE = Path(__file__).resolve().parents[2]


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def resource(*parts: str) -> Path:
    """A file of `resources/`."""
    return _folder("resources").joinpath(*parts)


def examples_folder() -> Path:
    """Where the example architectures are."""
    return _folder("examples")


def examples() -> list[Path]:
    """The example architectures, by name."""
    return sorted(examples_folder().glob("*.network.json"))


def example(name: str) -> Path:
    """One example: `example("mnist_cnn")`."""
    return examples_folder() / f"{name}.network.json"


def data_folder() -> Path:
    """Where settings and unsaved work are kept; the environment variable DESIGNER_DATA names another folder."""
    chosen = os.environ.get("DESIGNER_DATA")
    return Path(chosen) if chosen else user_data_path("network-designer", appauthor=False)


def cache_folder() -> Path:
    """Where is kept what can be made again; in the folder that DESIGNER_DATA names, where it does."""
    chosen = os.environ.get("DESIGNER_DATA")
    return Path(chosen) / "cache" if chosen else user_cache_path("network-designer", appauthor=False)
