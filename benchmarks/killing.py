"""Whether runs outlive `kill -9` and damaged checkpoints, tried on real processes.

    python -m benchmarks.killing [--kills 25] [--flips 60] [--seed 0]

Three small designs are trained by `designer train --run`: a CNN with BatchNorm and Dropout, pairs of digits with three
Outputs, an LSTM. Each kill ends a process of its own at a random moment, one of ten while it still begins, the others
from when it makes its folder to its end (one is drawn in each part of that time); `--resume` then goes on to the end.
Each flip changes one random bit of the newest checkpoint of a run that is half done, and goes on as well. In the end
all tensors of the last checkpoint, optimizer and random numbers too, must equal bit for bit those of a run that nothing
happened to, and each epoch must stand once in the metrics. Checkpoints are written every tenth of a second instead of
every 30, so that many kills fall into writing one. What goes on does so in copies of this process, which need not
import torch again. Exit code 1 where anything is not as it should be.
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
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from safetensors.numpy import load_file

from benchmarks.networks import made
from designer.__main__ import main
from designer.core import files
from designer.core.design import Design
from designer.core.network import Network, Node
from designer.core.settings import DataSettings, TrainingSettings
from designer.engine.checkpoint import read_checkpoint
from designer.engine.runs import Run

TRAIN = """
import sys
from designer.engine import session
session.CHECKPOINT_SECONDS = 0.1
from designer.__main__ import main
sys.exit(main(["train", *sys.argv[1:]]))
"""


def cnn() -> Design:
    """Digits, by a convolution with BatchNorm and Dropout."""
    nodes = [
        Node("input", made("input"), ()),
        Node("conv", made("conv2d", out_channels=8, kernel_size=5, stride=2), ("input",)),
        Node("norm", made("batch_norm2d"), ("conv",)),
        Node("relu", made("activation"), ("norm",)),
        Node("dropout", made("dropout", p=0.3), ("relu",)),
        Node("flatten", made("flatten"), ("dropout",)),
        Node("dense", made("dense", out_features=10), ("flatten",)),
        Node("output", made("output"), ("dense",)),
    ]
    return _design(nodes, "mnist_5k", epochs=4, batch_size=128)


def pairs() -> Design:
    """Two digits, and three Outputs: whether they are the same, and which they are."""
    nodes = [Node(side, made("input", feature=side), ()) for side in ("first", "second")]
    for side in ("first", "second"):
        nodes += [
            Node(f"{side}_flat", made("flatten"), (side,)),
            Node(f"{side}_dense", made("dense", out_features=32, activation="relu"), (f"{side}_flat",)),
            Node(f"{side}_ten", made("dense", out_features=10), (f"{side}_dense",)),
            Node(f"{side}_digit", made("output", target=f"{side}_digit", weight=0.5), (f"{side}_ten",)),
        ]
    nodes += [
        Node("product", made("multiply"), ("first_dense", "second_dense")),
        Node("two", made("dense", out_features=2), ("product",)),
        Node("same", made("output", target="same"), ("two",)),
    ]
    return _design(nodes, "digit_pairs", epochs=4, batch_size=128, optimizer="sgd")


def lstm() -> Design:
    """Speakers, by an LSTM over steps whose number varies, with Dropout."""
    nodes = [
        Node("input", made("input", feature="speech", sizes=(None, 12)), ()),
        Node("lstm", made("lstm", hidden_size=24), ("input",)),
        Node("dropout", made("dropout", p=0.3), ("lstm",)),
        Node("dense", made("dense", out_features=9), ("dropout",)),
        Node("output", made("output"), ("dense",)),
    ]
    return _design(nodes, "japanese_vowels", epochs=10, batch_size=16)


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
    trains: float = 0.0
    """Seconds from then to the end."""
    problems: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}{files.SUFFIX}"

    @property
    def whole(self) -> Path:
        return self.folder / f"{self.name}-whole"

    def start(self, run: Path) -> subprocess.Popen[bytes]:
        """A process that trains from the beginning."""
        command = [sys.executable, "-c", TRAIN, str(self.file), "--run", str(run)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def prepare(self) -> None:
        files.write(self.design, self.file)
        began = time.perf_counter()
        process = self.start(self.whole)
        wait_for(self.whole, process)
        self.begins = time.perf_counter() - began
        if process.wait():
            self.problems.append(f"the run in one piece ended with exit code {process.returncode}")
        self.trains = time.perf_counter() - began - self.begins

    def go_on(self, run: Path, *more: str) -> str:
        """Trains to the end in a copy of this process, and gives all that it says."""
        said = self.folder / "said"
        process = os.fork()
        if process == 0:
            code = 1
            try:
                with said.open("w") as file, redirect_stdout(file), redirect_stderr(file):
                    code = main(["train", str(self.file), "--run", str(run), "--json", *more])
            finally:
                os._exit(code)
        status = os.waitpid(process, 0)[1]
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


def wait_for(run: Path, process: subprocess.Popen[bytes]) -> None:
    """Until a process has made its folder, or ended."""
    while not run.exists() and process.poll() is None:
        time.sleep(0.0005)


def kill(trial: Trial, run: Path, share: float, *, begins: bool) -> None:
    """Kills a run at a share of its beginning, or of its time after that; goes on with it to the end, and compares."""
    while True:
        process = trial.start(run)
        if not begins:
            wait_for(run, process)
        time.sleep(share * (trial.begins if begins else trial.trains))
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            break
        shutil.rmtree(run)  # it had ended before
        share *= 0.9
    when = "of its beginning" if begins else "of its time"
    print(f"  {trial.name:<6} killed at {share:4.0%} {when}, {_state(run)}: ", end="", flush=True)
    before = len(trial.problems)
    trial.go_on(run, "--resume")
    trial.compare(run)
    print("; ".join(trial.problems[before:]) or "ended bit for bit the same")


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
    said = [json.loads(line) for line in trial.go_on(run, "--resume").splitlines()]
    if not any(event["event"] == "noticed" and "cannot be used" in event["text"] for event in said):
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
        trials = [Trial(design.__name__, design(), Path(name)) for design in (cnn, pairs, lstm)]
        for trial in trials:
            trial.prepare()
            print(
                f"{trial.name}: a run in one piece begins in {trial.begins:.1f} s and trains for {trial.trains:.1f} s"
            )
        first = options.kills // 10
        for number in range(options.kills):
            begins, of = number < first, first if number < first else options.kills - first
            share = ((number if begins else number - first) + chance.random()) / of
            kill(trials[number % len(trials)], Path(name) / f"kill-{number + 1}", share, begins=begins)
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
