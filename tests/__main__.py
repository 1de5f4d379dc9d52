"""All checks: style, types, architecture and tests. The exit code is 0 only where every one of them passes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
OF_TEXT = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
}
"""What reads the code: side by side, as each keeps one processor busy."""
TESTS = ["-m", "pytest", "-n", "2", "--dist", "worksteal", "-p", "tests.longest"]
"""By itself, as some tests measure how long the window takes."""


@dataclass(frozen=True)
class Ended:
    """A check that is over, and how long it took in seconds."""

    name: str
    passed: bool
    seconds: float
    said: str = ""


def run(name: str, arguments: list[str], *, quiet: bool = True) -> Ended:
    """Runs a check to its end; what a quiet one says is kept for later."""
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return Ended(name, not done.returncode, perf_counter() - begun, done.stdout or "")


def all_checks() -> Iterator[Ended]:
    """Every check as it ends, with what it says printed under its name."""
    with ThreadPoolExecutor(2) as side_by_side:
        for ended in side_by_side.map(run, OF_TEXT, OF_TEXT.values()):
            print(f"== {ended.name}\n{ended.said.rstrip()}", flush=True)
            yield ended
    print("== pytest", flush=True)
    yield run("pytest", TESTS, quiet=False)


def main() -> int:
    ended = list(all_checks())
    print("== seconds: " + ", ".join(f"{check.name} {check.seconds:.0f}" for check in ended))
    failed = [check.name for check in ended if not check.passed]
    print(f"== failed: {', '.join(failed)}" if failed else "== all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
