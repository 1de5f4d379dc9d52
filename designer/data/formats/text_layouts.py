"""Which layout of texts the files have, guessed from names and the first rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from designer.data.errors import DataError
from designer.data.formats.part_folders import classes_in, parts_of
from designer.data.formats.text_options import TextOptions
from designer.data.formats.text_pieces import ended, lines_of, pieces_of, rows_at
from designer.data.readers._parts import labelled_files
from designer.data.readers._text_files import AUTO, encoding_of, rows_in
from designer.data.readers.texts import TEXTS, sentences_in, texts_below, words_of

_TABLES = frozenset([".csv", ".tsv"])
_TAGGED = frozenset([".conll", ".iob", ".conllu", ".bio"])
_NAMES_OF_TEXTS = ("text", "sentence", "review", "comment", "message", "tweet", "content", "body", "question")
_NAMES_OF_LABELS = ("label", "class", "target", "sentiment", "category", "opinion", "topic", "intent", "score", "y")
_SENTENCE = 4
"""Words that the cells of a column of texts have, on average, at least."""
_MOST_CLASSES = 200
_FEW_COLUMNS = 4
"""A table of more is one of many things, of which a text is one."""
_BEGINNING = 2**18
_LONG = 400


def sureness(path: Path) -> int:
    """From 0 to 100."""
    if path.is_dir():
        below = [*islice(path.glob("*/*"), 200), *islice(path.glob("*/*/*"), 200)]
        return 85 if any(item.suffix.lower() in TEXTS for item in below) else 0
    ending = path.suffix.lower()
    if ending in _TAGGED:
        return 95
    if ending in _TABLES:
        header, *rows = rows_in(_beginning(path)) or [[]]
        return (94 if len(header) <= _FEW_COLUMNS else 70) if _column_of_texts(header, rows) else 0
    if ending not in TEXTS:
        return 0
    beginning = _beginning(path)
    return 90 if _is_tagged(beginning) else 80 if len(words_of(beginning)) > 20 and not _is_numbers(beginning) else 10


def completed(path: Path, options: TextOptions | None) -> TextOptions:
    """Options that say what is read; what they leave open is what suits the path best. Raises DataError."""
    if options is None:
        return guessed(path)
    if options.text or options.classes or options.layout == "next":
        return options
    return guessed(path, options.encoding).model_copy(update={"encoding": options.encoding})


def files_of(path: Path, options: TextOptions) -> Iterator[Path]:
    """The files that are read."""
    if options.layout == "folders":
        yield from (file for file, *_ in labelled_files(path, options.classes or (), options.parts, texts_below))
    elif path.is_file():
        yield path
    else:
        yield from texts_below(path)


def guessed(path: Path, encoding: str = AUTO) -> TextOptions:
    """The options that suit a path best. Raises DataError."""
    if path.is_dir():
        return _of_folders(path)
    if path.suffix.lower() in _TABLES:
        return _of_table(path, encoding)
    if path.suffix.lower() in _TAGGED or _is_tagged(_beginning(path, encoding)):
        lines = lines_of(pieces_of(path, encoding))
        tags = {tag for sentence in sentences_in(map(ended, lines)) for _, tag in sentence}
        return TextOptions(layout="tagged", classes=tuple(sorted(tags)), length=0)
    return TextOptions(layout="next", units="characters", vocabulary=200, length=64, lower=False)


def _of_folders(path: Path) -> TextOptions:
    parts = parts_of(path)
    folders = {name: [path / part / name for part in parts or [""]] for name in classes_in(path, parts)}
    classes = tuple(name for name, places in folders.items() if any(next(iter(texts_below(at)), None) for at in places))
    if len(classes) < 2:
        raise DataError(f"{path}: expected a folder of texts for each of at least two classes, got {len(classes)}")
    return TextOptions(layout="folders", classes=classes, parts=parts)


def _of_table(path: Path, encoding: str) -> TextOptions:
    header, rows = _table_at(path, encoding)
    text = _column_of_texts(header, list(islice(rows, _LONG)))
    if not text:
        raise DataError(f"{path}: no column holds texts: expected one of sentences, and one of labels")
    label = _named_label(header, text) or _label_of_few(path, encoding, text)
    if not label:
        raise DataError(f"{path}: no column beside '{text}' holds labels: expected one with a label for each text")
    at = header.index(label)
    written = _some_different(row[at] for row in _table_at(path, encoding)[1] if len(row) > at)
    few = len(written) <= _MOST_CLASSES
    return TextOptions(layout="table", text=text, label=label, classes=tuple(sorted(written)) if few else None)


def _table_at(path: Path, encoding: str) -> tuple[list[str], Iterator[list[str]]]:
    """The names of the columns, and the rows, of which none is held."""
    rows = rows_at(path, encoding)
    return next(rows, []), rows


def _some_different(cells: Iterable[str]) -> set[str]:
    """Those that are different, if they are few enough for classes; else too many."""
    found: set[str] = set()
    for cell in cells:
        found.add(cell)
        if len(found) > _MOST_CLASSES:
            break
    return found


def _column_of_texts(header: list[str], rows: list[list[str]]) -> str:
    """The column with the longest cells, where they are sentences; one that is called so before others."""
    lengths = {name: _words_in(rows, place) for place, name in enumerate(header)}
    sentences = [name for name, words in lengths.items() if words >= _SENTENCE]
    named = [name for name in sentences if name.lower() in _NAMES_OF_TEXTS]
    return named[0] if named else max(sentences, key=lambda name: lengths[name], default="")


def _words_in(rows: list[list[str]], place: int) -> float:
    cells = [row[place] for row in rows if len(row) > place]
    return sum(len(cell.split()) for cell in cells) / len(cells) if cells else 0.0


def _named_label(header: list[str], text: str) -> str:
    """A column beside the texts that is called as labels are."""
    return next((name for wanted in _NAMES_OF_LABELS for name in header if name != text and name.lower() == wanted), "")


def _label_of_few(path: Path, encoding: str, text: str) -> str:
    """The column beside the texts with the fewest different cells."""
    header, rows = _table_at(path, encoding)
    places = {name: header.index(name) for name in header if name != text}
    different: dict[str, set[str]] = {name: set() for name in places}
    for row in rows:
        if len(row) == len(header):
            for name, at in places.items():
                if len(different[name]) <= _MOST_CLASSES:
                    different[name].add(row[at])
    fitting = {name: len(cells) for name, cells in different.items() if 2 <= len(cells) <= _MOST_CLASSES}
    return min(fitting, key=lambda name: fitting[name], default="")


def _beginning(path: Path, encoding: str = AUTO) -> str:
    with path.open("rb") as file:
        content = file.read(_BEGINNING)
    text = content.decode(encoding_of(content) if encoding == AUTO else encoding, errors="replace")
    return text if len(content) < _BEGINNING else text[: text.rfind("\n") + 1] or text


def _is_tagged(text: str) -> bool:
    """Two to five fields in nearly every line, and empty lines between: CoNLL's."""
    lines = text.splitlines()[:_LONG]
    full = [line.split() for line in lines if line.strip()]
    fitting = sum(2 <= len(fields) <= 5 and fields[-1].isupper() for fields in full)
    return len(full) > 3 and fitting > 0.9 * len(full) and len(full) < len(lines)


def _is_numbers(text: str) -> bool:
    fields = text[:5000].replace(",", " ").split()[:-1]
    return sum(field.replace(".", "").replace("-", "").isdigit() for field in fields) > len(fields) / 2
