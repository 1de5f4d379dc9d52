"""Samples a second in the open window beside what people train with otherwise, turn by turn in one run.

    python -m benchmarks.throughput [cnn] [lstm] [--rounds N] [--epochs N]

The article's CNN and its LSTM are trained in the window with the curves drawn, and with what the first layer gives
captured and drawn four times a second, as `training_in_window.py` does it; in the engine alone; in a plain script with
a DataLoader; and in Lightning, skorch and Keras (torch under it) where they are installed: `pip install -e
".[benchmarks]"`. What these do is in `contenders.py`; figures are of the training steps, without validation.

Each round has a turn of each, so that a slow moment of the machine meets all of them. In every round the window's turn
stands beside each other's of that round, and the middle of these ratios is what is printed in the end. A first round
is not counted. Whoever has not learned in a turn ends the run: a speed at which nothing is learned is none.

What is to hold: window / plain at least 1.25 with the CNN and 1.05 with the LSTM; ahead of the others; window / engine
at least 0.92, which is what plots and captures may cost.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median

from benchmarks.contenders import Task, Turn, cnn, installed, lstm
from benchmarks.loops import train_in_engine
from benchmarks.stage import stage, wait_until
from benchmarks.training_in_window import train_in_window
from designer.core.storage.resources import example
from designer.engine.protocol.events import Finished
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.hidden_states import HiddenStatesPanel
from designer.ui.panels.inspection_panel import InspectionPanel

Train = Callable[[Task, int], Turn]
TASKS: dict[str, tuple[Callable[[], Task], str, str, type[InspectionPanel], float]] = {
    "cnn": (cnn, "mnist_cnn", "conv1", FeatureMapsPanel, 1.25),
    "lstm": (lstm, "vowels_lstm", "lstm1", HiddenStatesPanel, 1.05),
}
"""The task, its example, the block that is looked into, the panel of that, and the ratio to the plain script."""
LEAST_OF_ENGINE = 0.92


def in_window(window: MainWindow) -> Train:
    """The window as one of those that train."""
    ended: list[Finished] = []
    window.bridge.finished.connect(ended.append)

    def train(task: Task, epochs: int) -> Turn:
        run = train_in_window(window, epochs, beating=False)
        return Turn(run.training_rate, ended[-1].metrics["test_accuracy"])

    return train


def in_engine(task: Task, epochs: int) -> Turn:
    return train_in_engine(task.design, epochs)


def one_round(task: Task, epochs: int, contenders: dict[str, Train], must_learn: bool = True) -> dict[str, Turn]:
    turns = {}
    for name, train in contenders.items():
        turns[name] = turn = train(task, epochs)
        if must_learn and turn.accuracy < task.least_accuracy:
            raise SystemExit(
                f"{name} names {turn.accuracy:.1%} of the test samples after {epochs} epochs of {task.name}, where "
                f"{task.least_accuracy:.0%} are expected: it has not learned"
            )
    return turns


def measure(name: str, rounds: int, epochs: int | None) -> None:
    make, of, block, panel, least = TASKS[name]
    task = make()
    epochs = epochs or task.epochs
    with stage(example(of)) as (window, _):
        window.scene.select(block)
        wait_until(lambda: window.panel(panel).shown is not None)
        contenders = {"window": in_window(window), "engine": in_engine, **installed()}
        print(f"\n{name}: {len(task.train.y):,} samples, {epochs} epochs a turn; samples a second", flush=True)
        print(f"{'':<10}" + "".join(f"{each:>11}" for each in contenders), flush=True)
        one_round(task, 1, contenders, must_learn=False)
        found = []
        for number in range(1, rounds + 1):
            found.append(one_round(task, epochs, contenders))
            print(row(f"round {number}", [f"{turn.rate:,.0f}" for turn in found[-1].values()]), flush=True)
    tell(found, least)


def row(name: str, cells: list[str]) -> str:
    return f"{name:<10}" + "".join(f"{cell:>11}" for cell in cells)


def tell(rounds: list[dict[str, Turn]], least: float) -> None:
    names = list(rounds[0])
    middle = {name: median(turns[name].rate for turns in rounds) for name in names}
    ratios = {name: median(turns["window"].rate / turns[name].rate for turns in rounds) for name in names}
    print(row("median", [f"{rate:,.0f}" for rate in middle.values()]))
    print(row("window / …", [f"{ratio:.2f}" for ratio in ratios.values()]))
    print(row("accuracy", [f"{median(turns[name].accuracy for turns in rounds):.3f}" for name in names]))
    wanted = {name: 1.0 for name in names if name != "window"} | {"engine": LEAST_OF_ENGINE, "plain": least}
    missed = [f"{name} ({ratios[name]:.2f} < {ratio})" for name, ratio in wanted.items() if ratios[name] < ratio]
    print(f"missed: {', '.join(missed)}" if missed else "all that is wanted holds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", metavar="|".join(TASKS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int)
    options = parser.parse_args()
    for name in options.tasks or TASKS:
        measure(name, max(options.rounds, 1), options.epochs)
    import torch

    print(f"\ntorch {torch.__version__}, {torch.get_num_threads()} threads")


if __name__ == "__main__":
    main()
