"""What the doctor says of the examples, each trained fully: it should be silent.

    python -m benchmarks.doctor [--into FILE] [--from FILE] [EXAMPLE ...]

Prints for each example what was said, and when; then for how many it was silent, and the largest or least of what its
findings look at, so that it is seen how far they are from being told. A file keeps all that was observed, a line of
JSON for each example; `--from` tells what the doctor of now says of what was observed then, without training anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from designer.core.storage.files import read
from designer.core.storage.resources import example, examples
from designer.engine.protocol.events import Diagnosed, Event
from designer.engine.training.doctor.observed import AnswersSeen, BlockFigures, EpochSeen, Examination, Observed
from designer.engine.training.doctor.registry import findings_of


def main() -> int:
    """Trains, or reads what was observed, and prints what is said of it."""
    options = _options()
    seen = _read(options.known) if options.known else _trained(options.names, options.into)
    silent, count = 0, 0
    for name, observed, seconds, told in seen:
        said = list(_said(observed)) if told is None else told
        count, silent = count + 1, silent + (not said)
        print(f"{name:28} {len(observed.epochs):3} epochs {seconds:6.1f} s   {_extremes(observed)}")
        for line in said:
            print(f"    {line}")
        sys.stdout.flush()
    print(f"silent for {silent} of {count}")
    return 0 if silent == count else 1


def _options() -> argparse.Namespace:
    names = [path.name.split(".")[0] for path in examples()]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, help="the file that keeps what was observed")
    parser.add_argument("--from", type=Path, dest="known", help="a file of what was observed earlier")
    parser.add_argument("names", nargs="*", metavar="EXAMPLE", default=names)
    return parser.parse_args()


def _trained(names: list[str], into: Path | None) -> Iterator[tuple[str, Observed, float, list[str] | None]]:
    from designer.data import sources
    from designer.engine.training.trainer import Trainer

    for name in names:
        design = read(example(name))
        began = time.perf_counter()
        events: list[Event] = []
        trainer = Trainer(design, sources.load(design.data.source), events.append)
        trainer.run()
        seconds = time.perf_counter() - began
        observed = trainer.doctor.seen
        if into:
            row = {"name": name, "seconds": seconds, "seen": asdict(replace(observed, design=None))}
            with into.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        found = [item for item in events if isinstance(item, Diagnosed)]
        yield (
            name,
            observed,
            seconds,
            [f"epoch {item.epoch}: {item.text or f'no longer {item.finding}'}" for item in found],
        )


def _read(path: Path) -> Iterator[tuple[str, Observed, float, list[str] | None]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        seen = {**row["seen"], "design": read(example(row["name"]))}
        seen["epochs"] = tuple(map(_epoch, seen["epochs"]))
        yield row["name"], Observed(**{**seen, "classes": tuple(seen["classes"])}), row["seconds"], None


def _epoch(row: dict[str, Any]) -> EpochSeen:
    answers = {name: tuple(item) if isinstance(item, list) else item for name, item in row["answers"].items()}
    looked = row["examination"]
    blocks = looked and {name: BlockFigures(**item) for name, item in looked["blocks"].items()}
    examination = Examination(looked["samples"], blocks) if looked else None
    series = {name: tuple(row[name]) for name in ("gradient_norms", "update_ratios")}
    return EpochSeen(row["epoch"], row["step"], row["metrics"], AnswersSeen(**answers), examination, **series)


def _said(observed: Observed) -> Iterator[str]:
    """What is told at the end of each epoch, as it comes and goes."""
    told: set[str] = set()
    for count in range(1, len(observed.epochs) + 1):
        found = findings_of(replace(observed, epochs=observed.epochs[:count], latest_loss=None))
        for name in told - found.keys():
            yield f"epoch {count}: no longer {name}"
        for name in found.keys() - told:
            yield f"epoch {count}: {found[name].text}"
        told = set(found)


def _extremes(observed: Observed) -> str:
    """What the findings look at, at its worst."""
    figures = [item for looked in observed.examined for item in looked.blocks.values()]
    last = observed.epochs[-1]
    held = [item.metrics["val_loss"] for item in observed.epochs if "val_loss" in item.metrics]
    vanished = min((_least_ratio(looked) for looked in observed.examined), default=1.0)
    parts = {
        "dead": max((item.dead for item in figures if item.dead is not None), default=0.0),
        "saturated": max((item.saturated for item in figures if item.saturated is not None), default=0.0),
        "vanished": vanished,
        "norm": max((max(item.gradient_norms, default=0.0) for item in observed.epochs), default=0.0),
        "risen": held[-1] / min(held) if held else 1.0,
        "val/train": held[-1] / last.train_loss if held else 1.0,
        "looks": len(observed.examined),
    }
    return "  ".join(f"{name} {value:.3g}" for name, value in parts.items())


def _least_ratio(looked: Examination) -> float:
    """Of a block's gradients to the largest behind it."""
    least, behind = 1.0, 0.0
    for item in reversed(looked.blocks.values()):
        if item.gradient is not None:
            least = min(least, item.gradient / behind) if behind else least
            behind = max(behind, item.gradient)
    return least


if __name__ == "__main__":
    sys.exit(main())
