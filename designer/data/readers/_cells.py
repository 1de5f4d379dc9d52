"""What a cell of a table means, as expressions of DuckDB. No name or text of a file stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.data.readers._parts import PARTS
from designer.data.readers._tables import OpenTable

YES = ("true", "yes", "y", "t", "1", "1.0", "on", "ja", "oui", "si", "sí", "是")
NO = ("false", "no", "n", "f", "0", "0.0", "off", "nein", "non", "否")
DATE_FORMS = {
    "iso": ("%Y-%m", "%Y.%m.%d", "%Y%m%d"),
    "day_first": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d %b %Y", "%d.%m.%y", "%d/%m/%y"),
    "month_first": ("%m/%d/%Y", "%m-%d-%Y", "%b %d, %Y", "%m/%d/%y"),
}
"""How dates are written beside 2026-11-30, which is always read."""
TIME_FORMS = ("", " %H:%M", " %H:%M:%S")
DRESSED = {
    "point": r"[-+]?\s?\p{Sc}?\s?[-+]?(\d{1,3}([,'’\x{A0}\x{202F}]\d{3})+|\d+)(\.\d*)?\s?[%\p{Sc}]?",
    "comma": r"[-+]?\s?\p{Sc}?\s?[-+]?([1-9]\d{0,2}([.'’ \x{A0}\x{202F}]\d{3})+|\d+)(,\d*)?\s?[%\p{Sc}]?",
}
"""How numbers are written for people, by the sign before fractions: 1,234.50 €, or 12 %."""
SIGN_BEFORE_FRACTIONS = {"point": ".", "comma": ","}
CYCLES = {"month": (1, 12), "day": (1, 31), "weekday": (1, 7), "hour": (0, 24)}
"""Parts of a date that begin anew: the first of their numbers, and how many there are."""
DATE_PARTS = {"year": "year", "month": "month", "day": "day", "weekday": "isodow", "hour": "hour"}
"""The parts of a date, and what DuckDB calls them."""


NUMBER_TYPES = (
    *(
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    ),
    *("FLOAT", "DOUBLE", "DECIMAL"),
)
"""What DuckDB calls columns of numbers."""


@dataclass(frozen=True)
class Cells:
    """What the cells of an open table mean, by the names of their columns.

    `decimal` is the sign before fractions, point or comma, and `dates` one of DATE_FORMS. What a cell cannot be is
    missing.
    """

    table: OpenTable
    decimal: str = "point"
    dates: str = "iso"

    def column(self, name: str) -> int:
        """The place of the column of that name. Raises ValueError."""
        if name not in self.table.names:
            raise ValueError(f"there is no column {name!r}: expected one of {', '.join(self.table.names[:20])}")
        return self.table.names.index(name)

    def cell(self, name: str) -> str:
        """The column as it is."""
        return f"c{self.column(name)}"

    def text(self, name: str) -> str:
        """Without spaces around it; missing where it is empty."""
        return f"nullif(trim(CAST({self.cell(name)} AS VARCHAR)), '')"

    def number(self, name: str) -> str:
        """A finite number, as DOUBLE."""
        number = self.any_number(name)
        return f"CASE WHEN isfinite({number}) THEN {number} END"

    def any_number(self, name: str) -> str:
        """A number, as DOUBLE, which may be infinite."""
        written = self.cell(name)
        if self.has_numbers(name):
            return f"TRY_CAST({written} AS DOUBLE)"
        dressed = self.dressed_number(name)
        if self.decimal == "comma":
            return f"coalesce({dressed}, TRY_CAST(replace({self.text(name)}, ',', '.') AS DOUBLE))"
        trimmed = f"TRY_CAST({self.text(name)} AS DOUBLE), {dressed}"
        is_text = self.table.types[self.column(name)] == "VARCHAR"
        # Most cells need no trimming, which takes as long as all else.
        return f"coalesce(TRY_CAST({written} AS DOUBLE), {trimmed})" if is_text else f"coalesce({trimmed})"

    def dressed_number(self, name: str) -> str:
        """A number as people write it, as DOUBLE: without its unit, and what stands before thousands."""
        text, sign = self.text(name), SIGN_BEFORE_FRACTIONS[self.decimal]
        bare = f"replace(regexp_replace({text}, '[^-+0-9{sign}]', '', 'g'), '{sign}', '.')"
        pattern = DRESSED[self.decimal].replace("'", "''")
        return f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN TRY_CAST({bare} AS DOUBLE) END"

    def filled(self, name: str) -> str:
        """What is in a cell: the number itself where the file says that it is one, and text otherwise."""
        return f"nullif({self.any_number(name)}, 'nan'::DOUBLE)" if self.has_numbers(name) else self.text(name)

    def has_numbers(self, name: str) -> bool:
        """Whether the file says that the cells of a column are numbers."""
        kind = self.table.types[self.column(name)]
        return kind.partition("(")[0] in NUMBER_TYPES and not kind.endswith("]")

    def moment(self, name: str) -> str:
        """A TIMESTAMP."""
        forms = ", ".join(f"'{form}{time}'" for form in DATE_FORMS[self.dates] for time in TIME_FORMS)
        text = self.text(name)
        return f"coalesce(TRY_CAST({text} AS TIMESTAMP), try_strptime({text}, [{forms}]))"

    def truth(self, name: str) -> str:
        """1 for yes, 0 for no."""
        text = f"lower({self.text(name)})"
        return f"CASE WHEN {text} IN {_listed(YES)} THEN 1 WHEN {text} IN {_listed(NO)} THEN 0 END"

    def part(self, name: str) -> str:
        """0 to learn from, 1 to validate with, 2 to test with."""
        text = f"lower({self.text(name)})"
        cases = " ".join(f"WHEN '{word}' THEN {number}" for word, number in PARTS.items())
        return f"CASE {text} {cases} END"

    def place_among(self, name: str, values: Sequence[str]) -> str:
        """The place of a cell among texts, from 0. The text "" stands for a missing cell."""
        kind = f"values_of_{self.cell(name)}"
        self.table.connection.execute(f"CREATE TYPE {kind} AS ENUM (SELECT unnest(?))", [list(values)])
        text = f"coalesce({self.text(name)}, '')" if "" in values else self.text(name)
        return f"enum_code(TRY_CAST({text} AS {kind}))"

    def place(self, name: str) -> str:
        """The place of a cell among all texts that there are in its column, in the order of their letters."""
        text = self.text(name)
        query = f"SELECT DISTINCT {text} FROM cells WHERE {text} IS NOT NULL ORDER BY 1"
        return self.place_among(name, [value for (value,) in self.table.connection.execute(query).fetchall()])


def _listed(words: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"
