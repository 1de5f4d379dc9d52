"""How long a click would wait while the program starts: while torch is imported, and where F5 is pressed at once.

    python -m benchmarks.waits [--runs N]

Each run is a new process, as libraries come in once. The window opens as at a first start; from its first paint on a
heartbeat on its thread tells how late each beat is. `looking`: until the first feature maps are there, and three
seconds more. `training`: F5 right after the first paint, before torch has come in, until two epochs are over and three
seconds more. Of each run the 99th percentile, the longest wait and when it was are printed. What is to hold: the 99th
percentile under 16 ms, the longest under 50.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from statistics import median

BEHIND_MS = 3000
KINDS = ("looking", "training")


def look(kind: str, profiled: bool) -> None:
    """In a process of its own: prints what the heartbeat has told."""
    import designer.ahead_of_qt  # noqa: F401, I001 - as the program does
    import numpy as np
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from benchmarks.heartbeat import Heartbeat
    from benchmarks.stage import pause, stage, wait_until
    from designer.ui.panels.feature_maps import FeatureMapsPanel

    with stage(settle_ms=0) as (window, _):
        if kind == "training":
            window.editor.set_training("epochs", 2)
        heart, ended = Heartbeat(), []
        window.bridge.finished.connect(ended.append)
        pause(1)
        heart.start()
        if profiled:
            tell_slow_turns()
        if kind == "training":
            QTest.keyClick(window, Qt.Key.Key_F5)
            wait_until(lambda: bool(ended))
        else:
            wait_until(lambda: window.panel(FeatureMapsPanel).shown is not None)
        came = heart.now
        pause(BEHIND_MS)
        heart.stop()
        waits = np.array(heart.waits)
        worst = [[round(waits[place], 1), round(heart.at[place], 2)] for place in waits.argsort()[::-1][:5].tolist()]
        print(json.dumps({"came": came, "p99": float(np.percentile(waits, 99)), "worst": worst}), flush=True)


def tell_slow_turns(most_ms: float = 20.0) -> None:
    """For whoever looks for the reason: what the window's thread does where a turn takes long, sampled beside it."""
    import threading
    import time
    import traceback

    from PySide6.QtCore import QTimer

    own, beats = threading.get_ident(), [time.perf_counter()]
    timer = QTimer(interval=0, timeout=lambda: beats.append(time.perf_counter()) or beats.pop(0))
    timer.start()

    def sample() -> None:
        while timer:
            time.sleep(0.005)
            late = (time.perf_counter() - beats[-1]) * 1000
            frame = sys._current_frames().get(own)
            if late > most_ms and frame is not None:
                print(f"--- {late:.0f} ms\n" + "".join(traceback.format_stack(frame)[-6:]), file=sys.stderr)

    threading.Thread(target=sample, daemon=True).start()


def measure(kind: str, runs: int, options: list[str]) -> None:
    rows = []
    for number in range(1, runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "DESIGNER_DATA": folder}
            command = [sys.executable, "-m", "benchmarks.waits", "--within", kind, *options]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        worst = ", ".join(f"{wait:.0f} at {at:.1f} s" for wait, at in rows[-1]["worst"])
        told = f"{kind} {number}: {rows[-1]['came']:.1f} s, 99 % under {rows[-1]['p99']:.1f} ms; longest {worst}"
        print(told, flush=True)
    p99, longest = median(row["p99"] for row in rows), median(row["worst"][0][0] for row in rows)
    print(f"{kind}, the middle of {runs}: 99 % under {p99:.1f} ms, longest {longest:.1f} ms\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--reasons", action="store_true", help="print where the window's thread is in slow turns")
    parser.add_argument("--within", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.within:
        look(options.within, options.reasons)
        return
    for kind in KINDS:
        measure(kind, options.runs, ["--reasons"] if options.reasons else [])


if __name__ == "__main__":
    main()
