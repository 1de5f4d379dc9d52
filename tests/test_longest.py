"""What the test command says of its own time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.longest import FIRST, WHY, lines

ROOT = Path(__file__).resolve().parents[1]


def test_that_the_longest_come_first_and_modules_with_their_sums_and_reasons():
    name = "tests/ui/test_canvas.py"
    said = list(lines(Counter({f"{name}::a": 1.0, "tests/test_cli.py::b": 3.0, f"{name}::c[1]": 2.5})))
    assert said[:3] == ["    3.0 s  tests/test_cli.py::b", f"    2.5 s  {name}::c[1]", f"    1.0 s  {name}::a"]
    assert said[4:6] == [f"    3.5 s  {name}, 2 tests: {WHY[name]}", "    3.0 s  tests/test_cli.py, 1 test"]
    assert said[6] == "    6.5 s  all 3 tests, one after the other"


def test_that_a_run_of_the_tests_ends_with_what_takes_longest(tmp_path):
    (tmp_path / "test_slow.py").write_text("import time\n\ndef test_that_it_waits():\n    time.sleep(0.15)\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.longest", f"--rootdir={tmp_path}", str(tmp_path)]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    (test,) = [line for line in ended.stdout.splitlines() if line.endswith("test_slow.py::test_that_it_waits")]
    assert float(test.split()[0]) >= 0.1


def test_that_every_reason_is_of_a_module_that_is_there():
    assert [name for name in (*WHY, *FIRST) if not (ROOT / name).is_file()] == []


def test_that_the_test_command_begins_with_the_longest_modules(tmp_path):
    """Modules of these names stand for them: to collect the real ones takes as long as hundreds of tests."""
    last = "tests/core/validation/test_check.py"
    for name in (last, *FIRST):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("def test_that_it_is_there():\n    pass\n")
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "tests.longest", f"--rootdir={tmp_path}"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    places = [str(tmp_path / name) for name in (last, *FIRST)]
    ended = subprocess.run([*command, *places], cwd=ROOT, env=alone, capture_output=True, text=True, check=True)
    modules = list(dict.fromkeys(line.split("::")[0] for line in ended.stdout.splitlines() if "::" in line))
    assert (set(modules[:-1]), modules[-1]) == (set(FIRST), last)
