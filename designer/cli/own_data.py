"""A person's own data on a command line: which are meant, what was found there, and the words for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from designer.cli.option_words import read_option, shell_word, with_columns, words_for
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.limits import one_line
from designer.core.schema.units import plural
from designer.data import opening
from designer.data.formats.base import Finding, FoundData, ReadingOptions
from designer.data.formats.registry import format_of
from designer.data.parts import SplitForTest, split_for_test

_SPLITS = {
    "split_by_class": "each class in the same share",
    "split_by_chance": "by chance",
    "split_by_group": "what belongs together stays together",
    "split_by_time": "the latest",
}


def chosen_data(text: str, before: DataSettings) -> DataSettings:
    """The data that a command line names instead of those of a file: by the name of a source, or by a path.

    The file's own are looked at anew with the options that it has. Raises DataError where a path has no data.
    """
    if not opening.names_path(text):
        return DataSettings(source=text)
    path = opening.data_at(opening.place_of(text))
    same = before.known is not None and Path(before.path) == Path(os.path.abspath(path))
    source, found = opening.inspect(path, before.source if same else "", before.options if same else None)
    return opening.settings_for(path, source, found, before)


def asked_for(
    path: Path, source: str, options: Sequence[str] = (), columns: Sequence[str] = ()
) -> tuple[DataSettings, FoundData[Any]]:
    """What there is at a path, read with options and columns as a command line says instead of as it suits.

    Raises DataError.
    """
    path = path if source else opening.data_at(path)
    name, found = opening.inspect(path, source)
    if options or columns:
        kind = format_of(name).options
        usual = with_columns(kind, found.options.model_dump(mode="json"), columns)
        name, found = opening.inspect(path, name, {**usual, **dict(read_option(kind, text) for text in options)})
    return opening.settings_for(path, name, found), found


def as_json(data: DataSettings, found: FoundData[Any]) -> dict[str, Any]:
    """All that was found, but for the columns."""
    assert data.known
    split = _split(data, found)
    return {
        "path": data.path,
        "source": data.source,
        "title": found.info.title,
        "summary": found.summary,
        "reading": found.reading,
        "options": found.options.model_dump(mode="json"),
        "samples": data.known.samples,
        "test_samples": data.known.test_samples,
        "split": split.function or "given",
        "findings": [
            {
                "message": item.message,
                "where": list(item.where),
                "answers": [
                    {"title": answer.title, "changes": dict(answer.changes), "training": dict(answer.training)}
                    | ({"source": answer.source} if answer.source else {})
                    for answer in item.answers
                ],
            }
            for item in found.findings
        ],
        "fingerprint": found.fingerprint,
    }


def lines_of(data: DataSettings, found: FoundData[Any]) -> tuple[list[str], list[str]]:
    """The same in words: what stands above the columns, and what below."""
    assert data.known
    title = format_of(data.source).title
    above = [f"{one_line(found.info.title)}: {one_line(found.summary, 1000)}"]
    above.append(f"{title} (--source {data.source}): {one_line(found.reading, 1000)}")
    split = _split(data, found)
    words = _SPLITS.get(split.function, "as the data say")
    share = f"{plural(data.known.samples, 'sample')} to learn from, {data.known.test_samples:,} for the test"
    return above, [
        f"split: {words}: {share}",
        *(line for item in found.findings for line in _finding(item, found.options)),
    ]


def _split(data: DataSettings, found: FoundData[Any]) -> SplitForTest:
    return split_for_test(found.info, data, bool(found.given_parts[2]))


def _finding(finding: Finding, options: ReadingOptions) -> Iterable[str]:
    """What is doubtful, where, and what may be said to it."""
    yield f"note: {one_line(finding.message, 1000)}"
    for where in finding.where:
        yield f"    {one_line(where)}"
    for answer in finding.answers:
        if answer.source:
            words = f"--source {answer.source}"
        elif answer.training:
            words = "designer train " + " ".join(
                f"--{name.replace('_', '-')} {shell_word(str(value))}" for name, value in answer.training.items()
            )
        else:
            words = words_for(options, answer.changes) or "too long for a command line: choose it in the window"
        yield f"    {one_line(answer.title)}: {words}"
