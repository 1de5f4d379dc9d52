"""Where the files that come with the program are: in the package when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def _folder(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def resource(*parts: str) -> Path:
    """A file of `resources/`."""
    return _folder("resources").joinpath(*parts)


def examples() -> list[Path]:
    """The example architectures, by name."""
    return sorted(_folder("examples").glob("*.network.json"))


def example(name: str) -> Path:
    """One example: `example("mnist_cnn")`."""
    return _folder("examples") / f"{name}.network.json"
