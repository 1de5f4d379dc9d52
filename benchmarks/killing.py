"""Whether runs outlive `kill -9` and damaged checkpoints, tried on real processes.

    python -m benchmarks.killing [--kills 25] [--flips 60] [--seed 0]

Small designs are trained by `designer train --run`: a CNN with BatchNorm and Dropout, a network with several Outputs,
an LSTM; and two whose data are streamed, a folder of pictures and a table, of which nothing is kept on disk when a run
begins. Each kill ends a process of its own at a random moment, one of ten while it still begins, the others
from its first batch to its end (one is drawn in each part of that time); `--resume` then goes on to the end.
Each flip changes one random bit of the newest checkpoint of a run that is half done, and goes on as well. In the end
all tensors of the last checkpoint, optimizer and random numbers too, must equal bit for bit those of a run that nothing
happened to, and each epoch must stand once in the metrics. Every second run writes a checkpoint after each batch, so
that many kills fall into writing one, the others after each epoch, so that much is done again. All but those that are
killed while they begin are copies of this process, which need not import torch again. Exit code 1 where anything is not
as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

from benchmarks.networks import made
from designer.__main__ import main
from designer.core.assist.starting_networks import starting_networks
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.core.storage.resources import cache_folder
from designer.data import opening
from designer.engine.runs.checkpoint import read_checkpoint
from designer.engine.runs.run_folder import Run
from designer.engine.training import trainer

EVERY_BATCH, EVERY_EPOCH = 0.0, 30.0
"""How often there are checkpoints beside those after an epoch, in seconds."""


def cnn() -> Design:
    """Gestures, by a convolution with BatchNorm and Dropout."""
    nodes = [
        Node("input", made("input", sizes=(150, 1)), ()),
        Node("conv", made("conv1d", out_channels=8, kernel_size=5, stride=2), ("input",)),
        Node("norm", made("batch_norm1d"), ("conv",)),
        Node("relu", made("activation"), ("norm",)),
        Node("dropout", made("dropout", p=0.3), ("relu",)),
        Node("flatten", made("flatten"), ("dropout",)),
        Node("dense", made("dense", out_features=2), ("flatten",)),
        Node("output", made("output"), ("dense",)),
    ]
    return _design(nodes, "gun_point", epochs=16, batch_size=8)


def outputs() -> Design:
    """Gestures, by three Outputs behind one another."""
    nodes = [Node("input", made("input", sizes=(150, 1)), ()), Node("layer0", made("flatten"), ("input",))]
    for number in (1, 2, 3):
        nodes += [
            Node(f"layer{number}", made("dense", out_features=16, activation="tanh"), (f"layer{number - 1}",)),
            Node(f"dense{number}", made("dense", out_features=2), (f"layer{number}",)),
            Node(f"output{number}", made("output", target="gesture", weight=number / 3), (f"dense{number}",)),
        ]
    return _design(nodes, "gun_point", epochs=20, batch_size=8, optimizer="sgd")


def lstm() -> Design:
    """Speakers, by an LSTM over steps whose number varies, with Dropout."""
    nodes = [
        Node("input", made("input", feature="speech", sizes=(None, 12)), ()),
        Node("lstm", made("lstm", hidden_size=24), ("input",)),
        Node("dropout", made("dropout", p=0.3), ("lstm",)),
        Node("dense", made("dense", out_features=9), ("dropout",)),
        Node("output", made("output"), ("dense",)),
    ]
    return _design(nodes, "japanese_vowels", epochs=5, batch_size=8)


def pictures(folder: Path) -> Design:
    """A folder of pictures that are decoded, and kept on disk, while they are learned from."""
    random = np.random.default_rng(0)
    for number in range(240):
        place = folder / "pictures" / ("dark", "bright")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(0, 160, (40, 40, 3), dtype=np.uint8) + 90 * (number % 2)
        Image.fromarray(pixels.astype(np.uint8)).save(place / f"{number:03}.png")
    return _streamed(folder / "pictures", {"height": 16, "width": 16}, epochs=6, batch_size=8)


def table(folder: Path) -> Design:
    """A table with gaps and a category, whose rows are turned into numbers on disk first."""
    random = np.random.default_rng(0)
    rows = [
        f"{a:.4f},{b if b < 1 else ''},{('Rome', 'Oslo')[number % 2]},{a + b > 0}"
        for number, (a, b) in enumerate(random.normal(size=(400, 2)).round(4))
    ]
    (folder / "rows.csv").write_text("\n".join(["a,b,town,y", *rows]) + "\n", encoding="utf-8")
    return _streamed(folder / "rows.csv", None, epochs=12, batch_size=8)


def _streamed(path: Path, options: dict[str, Any] | None, **training: object) -> Design:
    source, found = opening.inspect(path, options=options)
    data = opening.settings_for(path, source, found, DataSettings(reading="streamed"))
    settings = TrainingSettings.model_validate({"device": "cpu", **training})
    return Design(starting_networks(found.info)[0].network, data, settings)


def forget_rows() -> None:
    """Takes away what is kept of data on disk, so that the next run has to make it."""
    shutil.rmtree(cache_folder(), ignore_errors=True)


def _design(nodes: list[Node], source: str, **training: object) -> Design:
    settings = TrainingSettings.model_validate({"device": "cpu", **training})
    return Design(Network.of(nodes), DataSettings(source=source), settings)


@dataclass
class Trial:
    """A design, its file, and a run of it that nothing happens to."""

    name: str
    design: Design
    folder: Path
    begins: float = 0.0
    """Seconds until a process makes its folder."""
    learns: dict[float, float] = field(default_factory=dict)
    """Seconds from the first batch to the end, by how often there are checkpoints."""
    problems: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}{files.SUFFIX}"

    @property
    def whole(self) -> Path:
        return self.folder / f"{self.name}-whole"

    def copy_that_trains(self, run: Path, said: Path, *more: str) -> int:
        """The number of a copy of this process that trains, and writes what it says into a file."""
        process = os.fork()
        if process == 0:
            code = 1
            try:
                with said.open("w") as file, redirect_stdout(file), redirect_stderr(file):
                    code = main(["train", str(self.file), "--run", str(run), "--json", *more])
            finally:
                os._exit(code)
        return process

    def start(self, run: Path, seconds: float) -> int:
        """A copy that trains from the beginning, which has come to its first batch."""
        forget_rows()
        trainer.CHECKPOINT_SECONDS = seconds
        process = self.copy_that_trains(run, Path(os.devnull))
        trainer.CHECKPOINT_SECONDS = EVERY_EPOCH
        wait_for(Run(run).metrics, lambda: bool(os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)))
        return process

    def prepare(self) -> None:
        files.write(self.design, self.file)
        began = time.perf_counter()
        process = subprocess.Popen(self.command(self.whole), stdout=subprocess.DEVNULL)
        wait_for(self.whole, lambda: process.poll() is not None)
        self.begins = time.perf_counter() - began
        if process.wait():
            self.problems.append(f"the run in one piece ended with exit code {process.returncode}")
        for seconds in (EVERY_BATCH, EVERY_EPOCH):
            copy = self.start(self.folder / f"{self.name}-copy-{seconds:.0f}", seconds)
            began = time.perf_counter()
            os.waitpid(copy, 0)
            self.learns[seconds] = time.perf_counter() - began

    def command(self, run: Path) -> list[str]:
        return [sys.executable, "-m", "designer", "train", str(self.file), "--run", str(run)]

    def go_on(self, run: Path, *more: str) -> str:
        """Trains to the end in a copy, and gives all that it says."""
        said = self.folder / "said"
        status = os.waitpid(self.copy_that_trains(run, said, *more), 0)[1]
        if status:
            self.problems.append(f"{run.name}: status {status}: {said.read_text()[-300:]}")
        return said.read_text()

    def compare(self, run: Path) -> None:
        """Notes what differs in the end from the run that nothing happened to."""
        if not Run(run).checkpoint.exists():
            self.problems.append(f"{run.name}: there is no checkpoint in the end")
            return
        expected, found = load_file(Run(self.whole).checkpoint), load_file(Run(run).checkpoint)
        different = [
            name
            for name in sorted(expected.keys() | found.keys())
            if name not in expected or name not in found or expected[name].tobytes() != found[name].tobytes()
        ]
        if different:
            self.problems.append(f"{run.name}: different in the end: {', '.join(different)}")
        epochs = [event["epoch"] for event in Run(run).events() if event["event"] == "epoch_ended"]
        if epochs != list(range(1, self.design.training.epochs + 1)):
            self.problems.append(f"{run.name}: the epochs in its metrics are {epochs}")


def wait_for(path: Path, ended: Callable[[], bool]) -> None:
    """Until a process has made a file or a folder, or ended."""
    while not path.exists() and not ended():
        time.sleep(0.0005)


def killed_after(process: int, seconds: float) -> float:
    """Kills a process at a moment; 0, or the seconds that it has taken where it has ended before."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        if os.waitpid(process, os.WNOHANG)[0]:
            return time.perf_counter() - began
        time.sleep(0.001)
    os.kill(process, signal.SIGKILL)
    return 0.0 if os.waitpid(process, 0)[1] == signal.SIGKILL else time.perf_counter() - began


def kill_at_the_beginning(trial: Trial, run: Path, share: float) -> None:
    """Kills a process at a share of the time that it takes until it has a folder."""
    forget_rows()
    process = subprocess.Popen(trial.command(run), stdout=subprocess.DEVNULL).pid
    killed_after(process, share * trial.begins)
    go_on_and_compare(trial, run, f"{share:4.0%} of its beginning")


def kill_while_it_learns(trial: Trial, run: Path, share: float, seconds: float) -> None:
    """Kills a run at a share of its time from its first batch to its end."""
    took = killed_after(trial.start(run, seconds), share * trial.learns[seconds])
    if took:  # the machine has become quicker
        trial.learns[seconds] = took
        shutil.rmtree(run)
        kill_while_it_learns(trial, run, share, seconds)
        return
    go_on_and_compare(trial, run, f"{share:4.0%} of its time")


def go_on_and_compare(trial: Trial, run: Path, when: str) -> None:
    """Goes on with a killed run to its end, and tells what is not as it should be."""
    print(f"  {trial.name:<8} killed at {when}, {_state(run)}: ", end="", flush=True)
    before = len(trial.problems)
    trial.go_on(run, "--resume")
    trial.compare(run)
    print("; ".join(trial.problems[before:]) or "ended bit for bit the same", flush=True)


def _state(run: Path) -> str:
    """What a killed run has left."""
    if not run.exists():
        return "without a folder"
    coming = ", while writing one" if list(run.glob(".checkpoint*")) else ""
    newest = Run(run).checkpoint
    return f"at the checkpoint of {read_checkpoint(newest).position}{coming}" if newest.exists() else "without one"


def flip(trial: Trial, half: Path, run: Path, chance: random.Random) -> None:
    """Changes a bit of the newest checkpoint, goes on, and sees that it was noticed and cost that checkpoint alone."""
    shutil.copytree(half, run)
    newest = Run(run).checkpoint
    content = bytearray(newest.read_bytes())
    bit = chance.randrange(len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    newest.write_bytes(content)
    before = read_checkpoint(Run(run).previous).position.step
    lines = trial.go_on(run, "--resume").splitlines()
    said = [json.loads(line) for line in lines if line.startswith("{")]  # what is noticed is said beside the events
    if not any("cannot be used" in line for line in lines):
        trial.problems.append(f"{run.name}: bit {bit} was flipped, and nothing was said")
    if said and said[0].get("step") != before:
        trial.problems.append(f"{run.name}: bit {bit}: went on from {said[0].get('step')} instead of {before}")
    trial.compare(run)


def half_done(trial: Trial) -> Path:
    """A run with half of its epochs and two checkpoints; the number of epochs is all that may be changed."""
    run = trial.folder / f"{trial.name}-half"
    trial.go_on(run, "--epochs", str(trial.design.training.epochs // 2))
    return run


def all_trials() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--flips", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        os.environ["DESIGNER_DATA"] = str(Path(name, "kept"))
        trials = [Trial(design.__name__, design(), Path(name)) for design in (cnn, outputs, lstm)]
        trials += [Trial(design.__name__, design(Path(name)), Path(name)) for design in (pictures, table)]
        for trial in trials:
            trial.prepare()
            learns = " or ".join(f"{seconds:.1f} s" for seconds in trial.learns.values())
            print(
                f"{trial.name}: a run in one piece begins in {trial.begins:.1f} s, then learns for {learns}", flush=True
            )
        first = options.kills // 10
        for number in range(options.kills):
            trial, run = trials[number % len(trials)], Path(name) / f"kill-{number + 1}"
            if number < first:
                kill_at_the_beginning(trial, run, (number + chance.random()) / first)
            else:
                share = (number - first + chance.random()) / (options.kills - first)
                kill_while_it_learns(trial, run, share, (EVERY_BATCH, EVERY_EPOCH)[number % 2])
        halves = [half_done(trial) for trial in trials] if options.flips else []
        for number in range(options.flips):
            place = number % len(trials)
            flip(trials[place], halves[place], Path(name) / f"flip-{number + 1}", chance)
        problems = [problem for trial in trials for problem in trial.problems]
    print("\n".join(problems))
    print(f"{options.kills} kills, {options.flips} flips: {len(problems) or 'no'} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(all_trials())
