"""The window's process lets torch's helper threads sleep while they wait for work."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKED = """
import os, sys
import designer.__main__ as program
import designer.ui.app.application as application
application.run = lambda path, data: print(os.environ["OMP_WAIT_POLICY"], "torch" in sys.modules) or 0
program.main([])
"""


@pytest.mark.parametrize(("chosen", "kept"), [(None, "passive"), ("active", "active")])
def test_that_helper_threads_sleep_unless_somebody_has_chosen_otherwise(chosen: str | None, kept: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if chosen:
        environment["OMP_WAIT_POLICY"] = chosen
    answer = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.split() == [kept, "False"]
