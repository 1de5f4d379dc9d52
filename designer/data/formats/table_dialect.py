"""How a file of lines is written: its letters, what stands between cells, where the names of columns are."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from designer.data.errors import DataError
from designer.data.formats.base import Progress, untold
from designer.data.formats.table_options import TableOptions
from designer.data.readers._archives import expect_no_trap
from designer.data.readers._letters import WESTERN, FoundEncoding, letters_of
from designer.data.readers._tables import LINES, PIECE, SIGNS, WORKBOOK, kind_of
from designer.data.readers._text_files import encoding_of

Rows = Sequence[Sequence[str]]
_ENDS_SO, _MAYBE, _LIKELY, _VERY_LIKELY = 20, 50, 62, 75
"""How likely a file of lines is a table: by its ending, as a series may be it, with few columns, and with many."""
_FEW_COLUMNS = 4
_ANYTHING = (".txt", ".data")
"""Endings that say nothing of what is in a file."""
_TIMES = ("time", "date", "timestamp", "datetime", "step", "t", "month", "day", "year", "hour", "index")
"""Names of columns, in lower case, that a series has beside its numbers."""
_SAMPLE = 2**18
"""Bytes at the beginning that tell how a file is written."""
_MOST_ROWS = 200
_MOST_SKIPPED = 20
_AGREEING = 0.8
"""Share of the lines that have to have as many cells, where a sign stands between them."""
_BEFORE, _BEHIND = r"\s*[-+]?\s?[$€£¥]?\s?[-+]?", r"\s*[%$€£¥]?\s*\Z"
"""What stands around numbers."""
_NUMBER = re.compile(rf"{_BEFORE}(\d[\d ]*([.,'’]\d+)*[.,]?|[.,]\d+)([eE][-+]?\d+)?{_BEHIND}")
_WITH_COMMA = re.compile(rf"{_BEFORE}(\d+([.'’\s]\d{{3}})*,\d+|\d{{1,3}}(\.\d{{3}}){{2,}}){_BEHIND}")
_WITH_POINT = re.compile(rf"{_BEFORE}(\d+([,'’\s]\d{{3}})*\.\d+|\d{{1,3}}(,\d{{3}}){{2,}}){_BEHIND}")
_THOUSANDS = re.compile(rf"{_BEFORE}[1-9]\d{{0,2}}[,.]\d{{3}}{_BEHIND}")
"""What may as well be a number with a fraction of three digits."""
_DATE = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\b")
_LIKE_DATE = re.compile(r"\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


def sureness(path: Path) -> int:
    """From 0 to 100, by the first lines of a file of lines."""
    try:
        with opened_bytes(path) as file:
            encoding = encoding_of(file.read(_SAMPLE))
        text = _beginning(path, encoding)
    except (OSError, EOFError, DataError):
        return _ENDS_SO
    rows = [row for row in _rows(text, SIGNS[_delimiter(text)]) if row]
    if _usual_width(rows) < 2:
        return _ENDS_SO if path.suffix.lower() not in _ANYTHING else 0
    if path.suffix.lower() in _ANYTHING:
        return _MAYBE
    if any(cell.strip().lower() in _TIMES for cell in rows[0]) and _is_all_numbers(rows):
        return _MAYBE
    return _LIKELY if len(rows[0]) <= _FEW_COLUMNS else _VERY_LIKELY


def _is_all_numbers(rows: Rows) -> bool:
    """Whether below the first row each cell is a number or a date, or is empty."""
    return all(_NUMBER.match(cell) or _LIKE_DATE.match(cell) or not cell.strip() for row in rows[1:] for cell in row)


def settled(path: Path, options: TableOptions, progress: Progress) -> TableOptions:
    """The options with what the file says in place of each "auto". Raises DataError where it is empty."""
    kind = kind_of(path) or LINES
    if kind == WORKBOOK:
        made = options.model_copy(update={"encoding": "utf-8", "delimiter": "comma"})
        return _of_rows(made, _rows_of_workbook(path, options.sheet))
    if kind != LINES:
        return options.model_copy(update={"encoding": "utf-8", "delimiter": "comma", **_rest(options, "yes", 0, ())})
    encoding = letters_at(path, progress).encoding if options.encoding == "auto" else options.encoding
    text = _beginning(path, encoding)
    if not text.strip():
        raise DataError(f"{path}: the file is empty: expected a line with the names of columns, and lines below it")
    delimiter = _delimiter(text) if options.delimiter == "auto" else options.delimiter
    made = options.model_copy(update={"encoding": encoding, "delimiter": delimiter})
    return _of_rows(made, _rows(text, SIGNS[delimiter]))


def width_of(path: Path, options: TableOptions) -> int:
    """The number of columns that most lines have; 0 where the file itself says it."""
    kind = kind_of(path) or LINES
    if kind == WORKBOOK:
        rows = _rows_of_workbook(path, options.sheet)
    elif kind == LINES:
        rows = _rows(_beginning(path, options.encoding), SIGNS[options.delimiter])
    else:
        return 0
    rows = rows[options.skipped :]
    usual = _usual_width(rows)
    ends_empty = (
        rows and len(rows[0]) == usual - 1 and all(not row[-1].strip() for row in rows[1:] if len(row) == usual)
    )
    return usual - 1 if ends_empty else usual


def _of_rows(options: TableOptions, rows: Rows) -> TableOptions:
    skipped = options.skipped
    if options.header == "auto" and not skipped:
        skipped = _skipped(rows)
    header = options.header
    if header == "auto":
        header = "yes" if _has_header([row for row in rows[skipped:] if any(row)]) else "no"
    return options.model_copy(update=_rest(options, header, skipped, rows[skipped + 1 :]))


def _rest(options: TableOptions, header: str, skipped: int, rows: Rows) -> dict[str, object]:
    decimal = _decimal(rows) if options.decimal == "auto" else options.decimal
    dates = _order_of_dates(rows) if options.dates == "auto" else options.dates
    return {"header": header, "skipped": skipped, "decimal": decimal, "dates": dates}


def opened_bytes(path: Path) -> IO[bytes]:
    """The content of a file, unpacked where it is packed by gzip."""
    return cast(IO[bytes], gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")


def letters_at(path: Path, progress: Progress = untold) -> FoundEncoding:
    """By the mark at the beginning, by what all of it can be, UTF-8, and else by trial."""
    size, done = path.stat().st_size, 0
    with opened_bytes(path) as file:
        piece = file.read(_SAMPLE)
        likely = encoding_of(piece)
        if likely.startswith(("utf-16", "utf-32")):
            return FoundEncoding(likely, 1.0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece:
                decoder.decode(piece)
                done += len(piece)
                if path.name.lower().endswith(".gz"):
                    expect_no_trap(done, size)
                progress(min(done, size), size)
                piece = file.read(PIECE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            found = letters_of(piece, error.start)
            return FoundEncoding(_western(path), found.share) if found.encoding == WESTERN else found
    return FoundEncoding("utf-8", 1.0)


def _western(path: Path) -> str:
    """Windows-1252, unless there are bytes that it has no letter for."""
    with opened_bytes(path) as file:
        while piece := file.read(PIECE):
            if any(sign in piece for sign in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")):
                return "latin-1"
    return "cp1252"


def _beginning(path: Path, encoding: str) -> str:
    """The first lines; the last one may be cut."""
    with opened_bytes(path) as file:
        piece = file.read(_SAMPLE)
        more = bool(file.read(1))
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()
    try:
        text = decoder.decode(piece, final=not more)
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start:,} is none of {encoding}: choose another encoding") from error
    return text[: text.rfind("\n") + 1] if more and "\n" in text else text


def _rows(text: str, sign: str, most: int = _MOST_ROWS) -> list[list[str]]:
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            rows.append(row)
            if len(rows) > most:
                break
    except csv.Error:  # a field that is too long: a sign that does not belong to this file
        pass
    return rows


def _rows_of_workbook(path: Path, sheet: str) -> list[list[str]]:
    from designer.data.readers._tables import opened_sheet

    with opened_sheet(path, sheet) as rows:
        return [
            ["" if cell is None else str(cell) for cell in row]
            for row, _ in zip(rows, range(_MOST_ROWS), strict=False)
            if any(cell is not None for cell in row)
        ]


def _usual_width(rows: Rows) -> int:
    counts = Counter(len(row) for row in rows if row)
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def _delimiter(text: str) -> str:
    """That at which most lines fall into as many cells; a comma stands within numbers where others stand between."""
    found = []
    for place, name in enumerate(("tab", "semicolon", "bar", "comma", "space")):
        rows = [row for row in _rows(text, SIGNS[name]) if row]
        width = _usual_width(rows)
        unnamed = bool(rows) and len(rows[0]) == width - 1  # the first column has no name
        share = (sum(len(row) == width for row in rows) + unnamed) / max(len(rows), 1)
        if width > 1 and share >= _AGREEING:
            found.append((-round(share, 1), place, name))
    return min(found)[2] if found else "comma"


def _skipped(rows: Rows) -> int:
    """Lines of a title, which have another number of cells than the table."""
    width = _usual_width(rows)
    for place, row in enumerate(rows[: _MOST_SKIPPED + 1]):
        behind = rows[place + 1] if place + 1 < len(rows) else ()
        if len(row) == width or (len(row) == width - 1 > 1 and len(behind) == width):
            return place
    return 0


def _has_header(rows: Rows) -> bool:
    """Whether the first row differs from those below it: by a word above numbers, or by words that are not repeated."""
    if not rows:
        return True
    first, below = rows[0], rows[1:]
    votes = 0
    for place, cell in enumerate(first):
        column = [row[place] for row in below if place < len(row) and row[place].strip()]
        numbers = sum(bool(_NUMBER.match(item) or _LIKE_DATE.match(item)) for item in column)
        if column and numbers > _AGREEING * len(column):
            votes += -1 if _NUMBER.match(cell) or _LIKE_DATE.match(cell) else 1
    if votes:
        return votes > 0
    words = [cell.strip() for cell in first]
    repeated = any(cell in {row[place] for row in below if place < len(row)} for place, cell in enumerate(first))
    return not repeated and len(set(words)) == len(words) and not any(_NUMBER.match(cell) for cell in words)


def _decimal(rows: Rows) -> str:
    """A comma where more numbers have one than a point; what may stand before thousands says neither."""
    cells = [cell for row in rows for cell in row if not _THOUSANDS.match(cell)]
    commas, points = (sum(bool(sign.match(cell)) for cell in cells) for sign in (_WITH_COMMA, _WITH_POINT))
    return "comma" if commas > points else "point"


def _order_of_dates(rows: Rows) -> str:
    """By a number above 12; between points the day stands first, between slashes the month."""
    found = [match for row in rows for cell in row if (match := _DATE.match(cell))]
    if any(int(match[1]) > 12 for match in found):
        return "day_first"
    if any(int(match[3]) > 12 for match in found):
        return "month_first"
    if not found:
        return "iso"
    return "day_first" if found[0][2] == "." else "month_first"


def doubtful_dates(path: Path, options: TableOptions) -> bool:
    """Whether dates in the first lines could be read either way."""
    if (kind_of(path) or LINES) != LINES or options.dates == "iso":
        return False
    rows = _rows(_beginning(path, options.encoding), SIGNS[options.delimiter])
    found = [match for row in rows for cell in row if (match := _DATE.match(cell)) and match[2] != "."]
    return bool(found) and all(int(match[1]) <= 12 and int(match[3]) <= 12 for match in found)
