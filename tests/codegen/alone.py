"""Scripts in an interpreter that has nothing of ours.

Importing torch takes most scripts longer than all that they do. So one interpreter imports it, for all scripts of a
session, and each script runs in a copy that the system makes of that one: with its own modules, seeds and settings.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

SERVER = """
import gc, json, os, runpy, subprocess, sys, traceback
import numpy, numpy.ma, safetensors.torch, torch, torch._dynamo  # the last one: what optimizers import

def run(script):
    try:
        runpy.run_path(script, run_name="__main__")
        assert not any(name.split(".")[0] in ("designer", "tests") for name in sys.modules)
    except SystemExit as left:
        if isinstance(left.code, str):
            print(left.code, file=sys.stderr)
        return left.code if isinstance(left.code, int) else bool(left.code)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0

gc.freeze()
for line in sys.stdin:
    script, folder, printed, told = json.loads(line)
    out, err = (os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in (printed, told))
    if not hasattr(os, "fork"):
        print(subprocess.call([sys.executable, "-I", script], cwd=folder, stdout=out, stderr=err), flush=True)
    elif (copy := os.fork()) == 0:
        os.chdir(folder)
        os.dup2(out, 1), os.dup2(err, 2)
        sys.argv[:] = [script]
        code = run(script)
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(code)  # to take torch apart takes longer than most scripts do
    else:
        print(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]), flush=True)
    os.close(out), os.close(err)
"""


@cache
def server() -> subprocess.Popen[str]:
    """The interpreter that waits for scripts, until the tests are over."""
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )
    atexit.register(process.communicate)
    return process


def run_alone(script: Path, elsewhere: Path) -> list[str]:
    """What a script prints in an interpreter that sees nothing of ours, from another folder."""
    elsewhere.mkdir()
    return run_in(elsewhere, script)


def run_in(folder: Path, script: Path) -> list[str]:
    """The same, from a folder that is there."""
    process = server()
    assert process.stdin
    assert process.stdout
    with TemporaryDirectory() as place:
        printed, told = Path(place, "printed"), Path(place, "told")
        process.stdin.write(json.dumps([str(path) for path in (script, folder, printed, told)]) + "\n")
        process.stdin.flush()
        code = process.stdout.readline().strip()
        assert code == "0", f"{script.name} ended with {code}:\n" + told.read_text(encoding="utf-8")[-3000:]
        return printed.read_text(encoding="utf-8").splitlines()
