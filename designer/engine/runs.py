"""A run's folder: its network with all settings, its metrics line by line, and its last checkpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from designer.core import files
from designer.core.design import Design
from designer.engine.events import ActivationsCaptured, EpochEnded, Event


class RunError(Exception):
    """A folder cannot be used for a run; the message says why and what to do."""


class Run:
    """The folder of one run. Build one with `Run.create` or `Run.reopen`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.design = folder / f"design{files.SUFFIX}"
        self.metrics = folder / "metrics.jsonl"
        self.checkpoint = folder / "checkpoint.safetensors"

    @property
    def waits(self) -> bool:
        """Whether it holds weights that came from elsewhere, and nothing was trained: any network and data may do."""
        return self.checkpoint.exists() and not self.metrics.exists()

    @classmethod
    def create(cls, folder: Path, design: Design) -> Run:
        """Begins a run in a new or empty folder. Raises RunError where there already is one."""
        run = cls(folder)
        if run.design.exists():
            raise RunError(f"{folder}: there already is a run: add --resume to go on with it, or name another folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files.write(design, run.design)
        except (OSError, files.FileError) as error:
            raise RunError(f"{folder}: the folder cannot be written: {error}") from None
        return run

    @classmethod
    def reopen(cls, folder: Path, design: Design) -> Run:
        """A run to go on with. Raises RunError where the folder holds none, or one of another network or data."""
        run = cls(folder)
        try:
            kept = files.read(run.design)
        except files.FileError as error:
            raise RunError(f"{folder}: there is no run to go on with: {error}") from None
        begun = not run.waits
        same_settings = kept.training.model_copy(update={"epochs": design.training.epochs}) == design.training
        same_network = dict(kept.network.nodes) == dict(design.network.nodes)
        if begun and (not same_network or kept.data != design.data or not same_settings):
            raise RunError(
                f"{folder}: the run is of another network, data or training settings (only the epochs may differ): "
                "name another folder"
            )
        try:
            files.write(design, run.design)
        except files.FileError as error:
            raise RunError(f"{folder}: the folder cannot be written: {error}") from None
        return run

    def record(self, event: Event) -> None:
        """Adds an event to the metrics; pictures of activations are not kept."""
        if not isinstance(event, ActivationsCaptured):
            with self.metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(event.as_json()) + "\n")

    def rewind(self, step: int) -> EpochEnded | None:
        """Drops what was recorded after a step, and the end of the run; gives the last epoch that is left."""
        kept, last = [], None
        for event in self.events():
            if event["event"] in ("finished", "failed") or event.get("step", 0) > step:
                continue
            kept.append(json.dumps(event))
            if event.pop("event") == "epoch_ended":
                last = EpochEnded(**event)
        files.write_atomically(self.metrics, "".join(f"{line}\n" for line in kept).encode())
        return last

    def events(self) -> list[dict[str, Any]]:
        """What was recorded, oldest first; a last line that was cut off by a crash is left out."""
        if not self.metrics.exists():
            return []
        found = []
        for line in self.metrics.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return found
