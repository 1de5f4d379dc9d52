"""Kinds come in when they are asked for, in a process that has none yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from designer.core.storage.resources import example


def told(*arguments: str) -> str:
    ended = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_that_checking_a_file_brings_in_its_own_kinds_and_no_numpy(data_folder: Path) -> None:
    script = (
        "import sys\n"
        "from designer.__main__ import main\n"
        f"assert main(['check', {str(example('mnist_cnn'))!r}]) == 0\n"
        "print(*(name for name in sys.modules if name.startswith('designer.blocks.') or name == 'numpy'))\n"
    )
    modules = told("-c", script).splitlines()[-1].split()
    assert {module.removeprefix("designer.blocks.") for module in modules if "._" not in module} == {
        *("input", "conv2d", "max_pool2d", "flatten", "dense", "output"),
    }


@pytest.mark.parametrize("asked", ["dense", "none"])
def test_that_no_kind_from_outside_takes_a_name_of_ours_that_nobody_has_asked_for(asked: str) -> None:
    script = (
        "from designer.core.graph.block import Block\n"
        "from designer.core.graph.registry import find, register\n"
        f"if {asked!r} != 'none': assert find({asked!r}).title == 'Dense'\n"
        "try: register(type('Mine', (Block,), {'__module__': 'mine', 'kind': 'lstm', 'title': 'Mine'}))\n"
        "except ValueError as error: print(error)\n"
        "print(find('lstm').title)\n"
    )
    refusal, title = told("-c", script).splitlines()
    assert refusal.startswith("the kind 'lstm' is there already")
    assert title == "LSTM"
