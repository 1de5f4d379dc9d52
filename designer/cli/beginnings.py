"""A design for data, on a command line: a network to begin with, or one that is there, brought into line with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

from designer.cli.shared import CommandError, read
from designer.core.assist.data_fit import fitted
from designer.core.assist.starting_networks import StartingNetwork, Style, starting_networks
from designer.core.assist.starting_settings import suited_to
from designer.core.edits.placed_edits import settled
from designer.core.graph.binding import DataInfo
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import infer
from designer.core.schema.limits import one_line
from designer.core.storage import files
from designer.core.validation import check
from designer.data import opening

STARTS: tuple[str, ...] = get_args(Style)
"""What networks to begin with are called."""


def starts_for(data: DataSettings, info: DataInfo) -> dict[str, StartingNetwork]:
    """The networks to begin with, by what they are called; none where there is nothing to learn."""
    found = {item.style: item for item in starting_networks(info, opening.counts(data)[0])}
    return {name: found[name] for name in get_args(Style) if name in found}


def started(data: DataSettings, info: DataInfo, name: str) -> tuple[Design, str]:
    """A design with one of these networks, by its name or its title, and what it is. Raises CommandError."""
    starts = starts_for(data, info)
    found = next((item for key, item in starts.items() if name.lower() in (key, item.title.lower())), None)
    if found is None:
        known = ", ".join(f"{key} ({item.title})" for key, item in starts.items())
        raise CommandError(f"--start {name}: expected {f'one of {known}' if known else _needed(info)}")
    suited = suited_to(Design(found.network, data), info, found.linear, opening.counts(data)[0])
    return settled(suited), found.title


def _needed(info: DataInfo) -> str:
    """What data lack that no network can begin with."""
    return "data with something to learn from" if info.targets else "data with something to learn"


def begun_training(data: DataSettings, info: DataInfo) -> TrainingSettings:
    """The settings with which a network that is begun for the data is trained."""
    return suited_to(Design(data=data), info, "none", opening.counts(data)[0]).training


def fitted_to(file: Path, data: DataSettings, info: DataInfo) -> tuple[Design, str]:
    """The design of a file with these data, its sizes and tasks as they need them; and what it is. Raises CommandError.

    Where other blocks are needed, nobody but a person can choose them.
    """
    design = replace(read(file), data=data)
    found = fitted(design, info)
    if found is None:
        problem = next(iter(check.problems(design, infer(design.network), info)), "")
        more = f": {one_line(str(problem))}" if problem else ""
        raise CommandError(f"{file}: these data need other blocks, not other sizes alone{more}: see --start")
    return found, file.name.removesuffix(files.SUFFIX)


def put_into(path: Path, design: Design) -> None:
    """Writes the design. Raises CommandError."""
    try:
        files.write(design, path)
    except files.FileError as error:
        raise CommandError(str(error)) from None
