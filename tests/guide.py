"""What CONTRIBUTING.md says: its map of packages, and the code that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import designer

ROOT = Path(designer.__file__).parent
GUIDE = ROOT.parent / "CONTRIBUTING.md"


def section(title: str) -> str:
    """The text below a heading."""
    found = GUIDE.read_text(encoding="utf-8").partition(f"## {title}\n")[2]
    assert found, title
    return found.partition("\n## ")[0]


def code(title: str) -> list[str]:
    """The Python that a section shows."""
    found: list[str] = re.findall(r"```python\n(.*?)```", section(title), re.DOTALL)
    assert found, title
    return found


def mapped() -> list[str]:
    """The packages of the map, in its order, as `core/graph`."""
    shown = section("The house").partition("```\n")[2].partition("```")[0]
    path: list[str] = []
    found = []
    for line in shown.splitlines()[1:]:
        named = re.match(r"((?:  )+)(\w+)/ +\S", line)
        assert named, line
        path[len(named[1]) // 2 - 1 :] = [named[2]]
        found.append("/".join(path))
    return found
