"""Torch's largest library comes in without the interpreter's lock, so that the window goes on meanwhile."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys, threading, time
from designer.engine.service.torch_library import load_without_lock

beats = []
def beat():
    while True:
        time.sleep(0.0005)
        beats.append(0)

threading.Thread(target=beat, daemon=True).start()
before = len(beats)
load_without_lock()
after = len(beats)
assert 'torch' not in sys.modules
assert 'libtorch_cpu' in open('/proc/self/maps').read(), 'it is not loaded'
assert after - before >= 5, f'another thread had {after - before} turns'
import torch
assert torch.ones(2).sum() == 2
load_without_lock()
print('fine')
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is loaded is read from /proc")
def test_that_other_threads_go_on_while_the_library_is_loaded() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "fine"), ended.stderr


def test_that_nothing_is_done_where_torch_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch  # noqa: F401

    from designer.engine.service import torch_library

    monkeypatch.setattr(torch_library, "find_spec", lambda name: pytest.fail("it is looked for"))
    torch_library.load_without_lock()
