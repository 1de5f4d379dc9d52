"""How far apart the results of the examples lie, on any processor and with any seed.

    python -m benchmarks.learning [--seeds 20] [--all] [--into FILE] [EXAMPLE ...]

What `tests/test_learning.py` asks must hold on any processor. The same seed ends elsewhere with another number of
threads, and with other instructions of the processor, which torch lets choose by ATEN_CPU_CAPABILITY. This trains each
example as the test does, for as many epochs, once for each seed, and goes round the six ways to compute: usual
instructions, those of every processor, and AVX2, each with one thread and with two. With `--all` each seed is trained
in each of the six. A file keeps what was found, a line of JSON for each run, so that it can go on later.

Prints for each example the mean, the standard deviation and the worst of its runs, of one run and, where the test takes
the mean over several seeds, of such a mean; and how many standard deviations the threshold lies from the mean.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

WAYS = [(capability, threads) for threads in (1, 2) for capability in ("usual", "default", "avx2")]
"""The instructions that torch takes, and its number of threads."""


def main() -> int:
    """Trains what is not yet in the file, and prints the table."""
    options = _options()
    if options.way is not None:
        _train(options.names, options.way, options.seeds)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = options.into or Path(folder) / "runs.jsonl"
        runs = _known(path)
        with path.open("a", encoding="utf-8") as kept:
            for run in _runs(options, runs):
                kept.write(json.dumps(run) + "\n")
                kept.flush()
                runs.append(run)
    return _table(options.names, runs)


def _options() -> argparse.Namespace:
    from tests.learning import ACCURACY, ERROR

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--all", action="store_true", help="each seed in each of the six ways to compute")
    parser.add_argument("--into", type=Path, help="the file that keeps what was found")
    parser.add_argument("--way", type=int, help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="EXAMPLE", default=[*ACCURACY, *ERROR])
    return parser.parse_args()


def _known(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _runs(options: argparse.Namespace, known: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is found, as it is found; all of a seed in one process, whose instructions are chosen as it begins."""
    had = {(run["name"], run["seed"], run["way"]) for run in known}
    for turn in range(len(WAYS) if options.all else 1):
        for seed in range(options.seeds):
            way = (seed + turn) % len(WAYS)
            names = [name for name in options.names if (name, seed, way) not in had]
            if names:
                yield from _apart(names, way, seed)


def _apart(names: list[str], way: int, seed: int) -> Iterator[dict[str, Any]]:
    capability, threads = WAYS[way]
    chosen = {} if capability == "usual" else {"ATEN_CPU_CAPABILITY": capability}
    command = [sys.executable, "-m", "benchmarks.learning", "--way", str(way), "--seeds", str(seed), *names]
    environment = {**os.environ, **chosen, "OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise SystemExit(f"seed {seed} with {capability}, {threads} threads, ended with {process.returncode}")


def _train(names: list[str], way: int, seed: int) -> None:
    """Prints a line of JSON for each example."""
    import torch

    from designer.core.storage.resources import example
    from tests.learning import ACCURACY, ERROR, mean_accuracy, mean_error

    torch.set_num_threads(WAYS[way][1])
    for name in names:
        asked = {**ACCURACY, **ERROR}[name]._replace(seeds=(seed,))
        measure = mean_accuracy if name in ACCURACY else mean_error
        found = measure(example(name), asked)
        print(json.dumps({"name": name, "seed": seed, "way": way, "epochs": asked.epochs, "found": found}), flush=True)


def _table(names: list[str], runs: list[dict[str, Any]]) -> int:
    """Exit code 1 where a threshold lies nearer than four standard deviations."""
    from tests.learning import ACCURACY, ERROR

    near = 0
    print(f"{'':30}{'epochs':>7}{'runs':>6}{'mean':>9}{'sd':>9}{'worst':>9}{'asked':>9}{'sd away':>9}")
    for name in names:
        asked = {**ACCURACY, **ERROR}[name]
        found = [run["found"] for run in runs if run["name"] == name and run["epochs"] == asked.epochs]
        if len(found) < 2:
            continue
        sign = 1 if name in ACCURACY else -1
        mean, spread = fmean(found), stdev(found)
        away = sign * (mean - asked.least) / spread * sqrt(len(asked.seeds))
        worst = min(found) if sign > 0 else max(found)
        near += away < 4
        print(
            f"{name:30}{asked.epochs:7}{len(found):6}{mean:9.4f}{spread:9.4f}{worst:9.4f}{asked.least:9.4f}{away:9.1f}"
        )
    return 1 if near else 0


if __name__ == "__main__":
    sys.exit(main())
