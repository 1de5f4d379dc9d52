"""A name means one thing: no two types of the program share one."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import designer

ROOT = Path(designer.__file__).parent


def classes() -> list[tuple[str, str]]:
    """Every class of a module, with the first folder that it is in."""
    return [
        (node.name, path.relative_to(ROOT).parts[0])
        for path in ROOT.rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]


def test_that_no_two_types_share_a_name() -> None:
    """But for a module of `parts`, which scripts have a copy of, and the kind of blocks that stands for it."""
    found = classes()
    assert len(found) > 500
    twice = {name for name, times in Counter(name for name, _ in found).items() if times > 1}
    places = {name: sorted(home for other, home in found if other == name) for name in twice}
    assert {name: homes for name, homes in places.items() if homes != ["blocks", "parts"]} == {}
