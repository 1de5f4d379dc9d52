"""CONTRIBUTING.md says how a setting is added, with one that is there: in these two places, and in no other."""

from __future__ import annotations

import re
from pathlib import Path

import designer

ROOT = Path(designer.__file__).parents[1]


def example() -> dict[str, str]:
    """What the section shows, by the files that it is said to be in."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## How to add a setting of training")[2].partition("\n## ")[0]
    (shown,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    _, *parts = re.split(r"^# (designer/.*)\n", shown, flags=re.MULTILINE)
    return dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True))


def test_that_the_example_of_a_setting_stands_in_the_code_as_it_is_shown() -> None:
    for path, text in example().items():
        assert f"\n{text}\n" in (ROOT / path).read_text(encoding="utf-8"), path


def test_that_a_setting_is_named_nowhere_else() -> None:
    """Reading it from other programs' files apart."""
    naming = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "designer").rglob("*.py")
        if "label_smoothing" in path.read_text(encoding="utf-8") and "interop" not in path.parts
    }
    assert naming == set(example())
