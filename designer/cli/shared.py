"""What several commands share: how they fail, and what they read of a command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError

from designer.cli.option_words import shell_word
from designer.core.graph.design import Design
from designer.core.graph.messages import validation_messages
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.fields import expected
from designer.core.schema.limits import MAX_PATH_LETTERS, one_line
from designer.core.storage import entry, files
from designer.data.errors import DataError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
FILE = "an architecture file"
DATA = "instead of the file's data: a data source (see: designer data), or a file or folder of your own"


class CommandError(Exception):
    """A command cannot do what it was asked to."""


def read(path: Path) -> Design:
    """A design from its file. Raises CommandError."""
    try:
        return files.read(path)
    except files.FileError as error:
        raise CommandError(str(error)) from None


def tell_next(*commands: Sequence[object]) -> None:
    """Prints what a person may do now: commands that can be pasted into a shell."""
    for place, words in enumerate(commands):
        line = " ".join(shell_word(str(word)) for word in ("designer", *words))
        print(f"{'' if place else 'next:':<6}{line}")


def with_options(design: Design, options: argparse.Namespace) -> Design:
    """The design with what the command line says instead of the file. Raises CommandError."""
    settings = ("epochs", "seed", "batch_size", "learning_rate", "class_weights", "metrics")
    named = {name: getattr(options, name, None) for name in settings}
    given = {name: value for name, value in named.items() if value is not None}
    try:
        training = TrainingSettings.model_validate({**design.training.model_dump(), **given})
    except ValidationError as error:
        wrong = validation_messages(error, fields=TrainingSettings.model_fields)[0]
        raise CommandError(f"--{wrong.replace('_', '-', 1)}") from None
    return replace(with_data(design, getattr(options, "data", None)), training=training)


def with_data(design: Design, named: str | None) -> Design:
    """The design with the data that the command line names by a source or a path, if it does. Raises CommandError."""
    if not named:
        return design
    from designer.cli.own_data import chosen_data

    try:
        return replace(design, data=chosen_data(named, design.data))
    except DataError as error:
        raise CommandError(one_line(str(error), MAX_PATH_LETTERS)) from None


def number(setting: str) -> Callable[[str], int]:
    """Reads a training setting from the command line; what is no whole number is told in the setting's own words."""

    def read(text: str) -> int:
        if not entry.is_whole(text):
            wanted = expected(TrainingSettings.model_fields[setting])
            raise argparse.ArgumentTypeError(f"expected {wanted}, got {entry.quoted(text)}")
        return int(text)

    return read


def rate(text: str) -> float:
    """Reads a learning rate from the command line."""
    try:
        return entry.number(text, TrainingSettings.model_fields["learning_rate"])
    except entry.EntryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
