"""Words are for people: no code takes apart, trims or searches what it says. What it needs is data beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import designer

ROOT = Path(designer.__file__).parent
READING = frozenset(
    (
        *("startswith", "endswith", "removeprefix", "removesuffix", "replace", "find", "rfind", "index", "count"),
        *("split", "rsplit", "splitlines", "partition", "rpartition", "strip", "lstrip", "rstrip"),
        *("lower", "upper", "capitalize", "casefold"),
    )
)
SAID = frozenset(("message", "reason", "hint", "sentence", "why"))
"""What sentences are called, as attributes and in functions."""
ASKED = frozenset(("words", "toolTip", "accessibleName", "accessibleDescription", "statusTip"))
"""What gives sentences that are shown."""
OF_OTHERS = {
    "core/schema/limits.py": 1,  # the first line of what another library says
    "data/archives.py": 1,  # a path, which every message about a file begins with: that of the archive in its place
    "engine/training/failures.py": 1,  # torch has no type for every way to be out of memory
    "engine/training/undetermined.py": 1,  # nor for an operation without a deterministic algorithm
}
"""How often a module reads what is not ours, and has nothing else that tells."""


def is_said(node: ast.expr) -> bool:
    """Whether a value is a sentence of ours, or an error's, as far as its name tells."""
    if isinstance(node, ast.Attribute):
        return node.attr in SAID | {"words"}
    if isinstance(node, ast.Name):
        return node.id in SAID
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in ASKED
    of = node.args[0] if len(node.args) == 1 else None
    return ast.unparse(node.func) == "str" and isinstance(of, ast.Name) and of.id in ("error", "problem")


def read_back(text: str) -> Iterator[int]:
    """The lines of a module that take a sentence apart, or look for words in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = node.func.attr in READING and is_said(node.func.value)
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            found = isinstance(node.left, ast.Constant) and is_said(node.comparators[0])
        else:
            continue
        if found:
            yield node.lineno


def test_that_no_code_reads_what_it_says_to_people() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): len(list(read_back(path.read_text(encoding="utf-8"))))
        for path in ROOT.rglob("*.py")
    }
    assert len(found) > 300
    assert {name: times for name, times in found.items() if times} == OF_OTHERS


def test_that_reading_a_sentence_is_found_and_reading_data_is_not() -> None:
    for line in ('reason.startswith("expected")', 'found.message.split(":")', 'str(error).replace("the file", "")'):
        assert list(read_back(f"x = {line}")) == [1], line
    assert list(read_back('x = "Keras" in problem.message')) == [1]
    for line in ("name.removesuffix('.json')", "dataset.words[name]", "ended.reason == 'stopped'", "len(error.hint)"):
        assert not list(read_back(f"x = {line}")), line
