"""The interpreter that the tests run scripts in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.alone import run_alone


def script(folder: Path, *lines: str) -> Path:
    path = folder / "tried.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_that_a_script_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    lines = "import sys, torch", "print(torch.get_default_dtype(), 'left' in sys.modules, float(torch.rand(1)))"
    first = run_alone(script(tmp_path, *lines), tmp_path / "first")
    run_alone(
        script(tmp_path, *lines, "torch.set_default_dtype(torch.float64)", "sys.modules['left'] = sys"), tmp_path / "s"
    )
    assert run_alone(script(tmp_path, *lines), tmp_path / "again") == first
    assert first[0].startswith("torch.float32 False")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("torch.zeros(1)", "NameError"),
        ("import sys; sys.exit('the reason')", "the reason"),
        ("import designer.core", "Error"),
    ],
)
def test_that_a_script_that_fails_or_needs_us_fails_its_test(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=said):
        run_alone(script(tmp_path, line), tmp_path / "elsewhere")
