"""The command `designer data`: the data that come with the program, or what there is at a path, and a design for it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from designer.cli.beginnings import STARTS, begun_training, fitted_to, put_into, started, starts_for
from designer.cli.chain import chain_as_json, chain_lines
from designer.cli.own_data import as_json, asked_for, lines_of
from designer.cli.shared import CommandError, Commands, read, tell_next
from designer.core.graph.binding import DataInfo, Target
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.limits import MAX_PATH_LETTERS, one_line
from designer.core.schema.units import noun, plural
from designer.core.storage import files
from designer.data import opening, sources
from designer.data.errors import DataError
from designer.data.formats.base import FoundData
from designer.data.validation_part import validation_findings


def add_command(commands: Commands) -> None:
    """The parser of the command."""
    parser = commands.add_parser(
        "data",
        help="the data sources that are there, or what your own data are, and a design that learns from them",
        description="Lists the data sources: the columns that an Input can take, and those that an Output can learn. "
        "With PATH the same of your own files: what was found there, how it would be read and split, and what is "
        "doubtful about it. With -o a design that learns from them is written.",
        epilog="From a folder to predictions: designer data photos --start usual -o photos.network.json; designer "
        "train photos.network.json --run photos.run; designer evaluate photos.network.json --run photos.run; "
        "designer predict photos.network.json --run photos.run --data more-photos -o predictions.csv",
    )
    parser.add_argument(
        "path",
        nargs="?",
        metavar="PATH",
        help="a file, a folder or an archive with data of your own, hub:NAME of a set to fetch, the name of a source, "
        "or an architecture file, to see its data and their transforms",
    )
    parser.add_argument("--source", default="", metavar="NAME", help="read it as this, instead of what is likeliest")
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="read it with this option (--json lists them) instead of what suits; may be given several times",
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=ROLE|TYPE",
        help="take a column of a table as input, target, group, time, part or ignored, or as number, category, yes_no, "
        "date, text or identifier; may be given several times",
    )
    design = parser.add_mutually_exclusive_group()
    design.add_argument(
        "--start", metavar="NAME", help=f"begin with a network that suits the data: {', '.join(STARTS)}"
    )
    design.add_argument("--fit", type=Path, metavar="FILE", help="bring the network of this file into line with them")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT", help="the design, say my.network.json")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=run_data)


@dataclass(frozen=True)
class AskedData:
    """The data that a command line asks about; `found` is what was found in those of one's own."""

    settings: DataSettings
    info: DataInfo
    found: FoundData[Any] | None = None
    is_of_design: bool = False
    is_changed: bool = False
    """Whether the files are others than those that the design knows."""


def run_data(options: argparse.Namespace) -> int:
    """Lists the data sources, or tells of data, or writes a design. Raises CommandError where there are no such."""
    if options.path is None:
        if any((options.source, options.option, options.column, options.start, options.fit)):
            raise CommandError("the options say how data are read, and what for: name their PATH")
        _print_sources(options.json)
        return 0
    if bool(options.start or options.fit) != bool(options.output):
        raise CommandError("a design is written by --start NAME or --fit FILE, and -o OUT says where")
    try:
        asked = _asked(options)
        if options.output:
            return _write(options, asked)
        if options.json:
            print(json.dumps(_as_json(asked)))
            return 0
        for line in _lines(asked):
            print(line)
    except DataError as error:
        raise CommandError(one_line(str(error), MAX_PATH_LETTERS)) from None
    if not asked.is_of_design:
        _tell_starts(options, asked)
    return 0


def _asked(options: argparse.Namespace) -> AskedData:
    """The data that are meant. Raises DataError, and CommandError for a file that is no design."""
    has_options = bool(options.source or options.option or options.column)
    text: str = options.path
    if text.endswith(files.SUFFIX) and Path(text).is_file():
        if has_options or options.output:
            raise CommandError(f"{text}: this is a design, which says how its data are read: name the PATH of the data")
        return _of_design(read(Path(text)))
    if opening.names_path(text) or has_options or text not in sources.sources():
        settings, found = asked_for(opening.place_of(text), options.source, options.option, options.column)
        return AskedData(settings, found.info, _with_doubts(found, begun_training(settings, found.info), settings))
    settings = DataSettings(source=text)
    return AskedData(settings, sources.sources()[text].info)


def _of_design(design: Design) -> AskedData:
    """The data of a design, as it reads them. Raises DataError."""
    data = design.data
    if data.is_own:
        _, found = opening.inspect(Path(data.path), data.source, data.options)
        settings = opening.settings_for(Path(data.path), data.source, found, data)
        is_changed = data.known is not None and data.known.fingerprint not in ("", found.fingerprint)
        told = _with_doubts(found, design.training, settings)
        return AskedData(settings, found.info, told, is_of_design=True, is_changed=is_changed)
    info = sources.info(data.source)
    if info is None:
        raise DataError(sources.unknown(data.source))
    return AskedData(data, info, is_of_design=True)


def _with_doubts(found: FoundData[Any], training: TrainingSettings, data: DataSettings) -> FoundData[Any]:
    """What was found, with what is doubtful about the samples that this training validates with."""
    return replace(found, findings=(*found.findings, *validation_findings(found, data, training.validation_share)))


def _lines(asked: AskedData) -> Iterator[str]:
    """All that is told. Raises DataError."""
    data, info = asked.settings, asked.info
    if asked.found:
        before, after = lines_of(data, asked.found)
    else:
        before, after = _source_lines(data.source)[:1], []
    yield from (*before, *_column_lines(info, 2), *after)
    if asked.is_changed:
        yield "note: The files are no longer those that the design was made with."
    if asked.is_of_design:
        yield from chain_lines(data, info)


def _as_json(asked: AskedData) -> dict[str, Any]:
    """The same as one object. Raises DataError."""
    told = as_json(asked.settings, asked.found) if asked.found else _source_as_json(asked.settings.source)
    told |= columns_as_json(asked.info)
    starts = starts_for(asked.settings, asked.info)
    told["starts"] = [{"name": name, "title": item.title, "line": item.line} for name, item in starts.items()]
    if asked.is_of_design:
        told["transforms"] = chain_as_json(asked.settings, asked.info)
    return told


def _write(options: argparse.Namespace, asked: AskedData) -> int:
    """Writes a design that learns from the data. Raises CommandError."""
    if options.start:
        design, what = started(asked.settings, asked.info, options.start)
    else:
        design, what = fitted_to(options.fit, asked.settings, asked.info)
    put_into(options.output, design)
    if options.json:
        print(json.dumps(_as_json(asked) | {"design": str(options.output)}))
        return 0
    print(f"{options.output}: {what}, which learns from {one_line(asked.info.title)}")
    tell_next(["train", options.output, "--run", files.run_beside(options.output)])
    return 0


def _tell_starts(options: argparse.Namespace, asked: AskedData) -> None:
    starts = starts_for(asked.settings, asked.info)
    if not starts:
        return
    print("networks to begin with:")
    for name, start in starts.items():
        print(f"  --start {name:<7} {start.title}: {start.line}")
    given = ["--source", options.source] if options.source else []
    given += [word for text in options.option for word in ("--option", text)]
    given += [f"--column={text}" for text in options.column]
    tell_next(["data", options.path, *given, "--start", STARTS[1], "-o", f"my{files.SUFFIX}"])


def _print_sources(as_object: bool) -> None:
    names = list(sources.sources())
    if as_object:
        print(json.dumps({"sources": [_source_as_json(name) for name in names]}))
        return
    for name in names:
        for line in _source_lines(name):
            print(line)


def _source_as_json(name: str) -> dict[str, Any]:
    source = sources.sources()[name]
    counts = {"samples": source.samples, "test_samples": source.test_samples, "licence": source.licence}
    return {"name": name, "title": source.info.title} | columns_as_json(source.info) | counts


def _source_lines(name: str) -> list[str]:
    source = sources.sources()[name]
    head = f"{name:<20} {source.samples:>6} {noun(source.samples, 'sample'):<7}   {source.description}"
    return [head, *_column_lines(source.info, 22)]


def columns_as_json(info: DataInfo) -> dict[str, Any]:
    """The columns that can be taken and learned."""
    return {
        "features": [
            {"name": item.name, "shape": list(item.shape.sizes), "vocabulary": item.vocabulary}
            for item in info.features
        ],
        "targets": [
            {"name": item.name, "shape": list(item.shape.sizes), "classes": item.classes and len(item.classes)}
            for item in info.targets
        ],
    }


def _column_lines(info: DataInfo, indent: int) -> list[str]:
    """A line for each column."""
    lines = []
    for feature in info.features:
        tokens = f", {feature.vocabulary:,} {noun(feature.vocabulary, 'token')}" if feature.vocabulary else ""
        lines.append(f"takes {one_line(feature.name)}: {feature.shape.noun} {feature.shape}{tokens}")
    lines += [f"learns {one_line(target.name)}: {_wanted(target)}" for target in info.targets]
    return [f"{'':<{indent}}{line}" for line in lines]


def _wanted(target: Target) -> str:
    """What a target is, in words."""
    count = target.shape.last
    numbers = "a number" if count == 1 else plural(count, "number")
    what = f"one of {plural(len(target.classes), 'class', 'classes')}" if target.classes else numbers
    if target.per_step:
        what += " for each step"
    return what
