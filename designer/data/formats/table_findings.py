"""What is doubtful about a table, and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from designer.core.schema.units import figure, noun, plural
from designer.data.formats.base import Answer, Finding
from designer.data.formats.class_findings import WEIGH_CLASSES, alike, name_shown, shown
from designer.data.formats.columns import ColumnChoice
from designer.data.formats.encodings import letters_finding
from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_pixels import as_pixels
from designer.data.formats.table_profile import Profile
from designer.data.readers._tables import MOST_FAULTS

_FAR = 10
"""Interquartile ranges from the middle half of the numbers, from which one is an outlier."""
_UNBALANCED = 10
_MOST_NAMED = 8
_MOST_OFFERED = 3
"""Columns that may be what is learned instead."""


@dataclass(frozen=True)
class TableSeen:
    """All that was found at a table, for those who tell of it."""

    options: TableOptions
    profiles: Sequence[Profile]
    rows: int
    faults: Sequence[int] = ()
    """Lines with too few or too many cells."""
    fault_count: int = 0
    names: Sequence[str] = ()
    """The names of columns as the file has them."""
    likely: Sequence[str] = ()
    """What is likely to be learned, the likeliest first, which is; nothing where somebody has named it."""
    leaks: Sequence[tuple[str, str]] = ()
    repeated: int = 0
    doubtful_dates: bool = False
    share_of_letters: float = 0.0
    """Of a file that is no UTF-8: the share of its letters that are common ones, 0 where its encoding is a guess."""
    may_be_curves: bool = False
    steps: Sequence[str] = ()
    """The names of the columns that would be the steps of these curves; none where the file has no names."""

    pixels: int = 0
    """How many pixels pictures are high and wide, whose pixels the columns are or may be; 0 where they are no such."""
    pictures: str = ""
    """The column that names pictures which lie outside the folder of the table."""

    @property
    def by_name(self) -> Mapping[str, Profile]:
        """The profiles by the names of their columns."""
        return {item.name: item for item in self.profiles}

    def of_role(self, *roles: str) -> list[tuple[ColumnChoice, Profile]]:
        """The columns of those roles."""
        return [(item, self.by_name[item.name]) for item in self.options.columns if item.role in roles]


def findings(looked: TableSeen) -> tuple[Finding, ...]:
    """What a person should know before training."""
    found: list[Finding] = []
    for look in (
        _lines,
        _letters,
        _names,
        _pictures,
        _target,
        _pixels,
        _steps,
        _leaks,
        _ignored,
        _strange,
        _gaps,
        _far,
        _repeated,
        _classes,
    ):
        found += look(looked)
    return tuple(found)


def _lines(looked: TableSeen) -> Iterator[Finding]:
    if looked.fault_count:
        count = (
            f"{MOST_FAULTS:,} or more lines"
            if looked.fault_count >= MOST_FAULTS
            else plural(looked.fault_count, "line")
        )
        are = "has" if looked.fault_count == 1 else "have"
        yield Finding(
            f"{count} {are} too few or too many cells, or a quote that does not end, where "
            f"{plural(len(looked.options.columns), 'cell')} were expected.",
            tuple(f"line {line:,}" for line in looked.faults[:_MOST_NAMED]),
            (
                Answer("Leave them out", {"faults": "leave_out"}),
                Answer("Refuse the file until it is mended", {"faults": "refuse"}),
            ),
        )


def _letters(looked: TableSeen) -> Iterator[Finding]:
    encoding = looked.options.encoding
    if not encoding.startswith("utf"):
        yield letters_finding("The file", encoding, looked.share_of_letters, {})
    if looked.doubtful_dates:
        other = "month_first" if looked.options.dates == "day_first" else "day_first"
        words = {"month_first": "month", "day_first": "day"}
        yield Finding(
            f"Dates could have the day or the month first; the {words[looked.options.dates]} is read first.",
            answers=(Answer(f"The {words[other]} stands first", {"dates": other}),),
        )


def _names(looked: TableSeen) -> Iterator[Finding]:
    pairs = zip(looked.names, looked.options.columns, strict=False)
    changed = tuple(
        f"{written or 'no name'}: {item.name}" for written, item in pairs if " ".join(written.split()) != item.name
    )
    if changed:
        yield Finding(
            "Names of columns are missing or stand there twice; these are told apart by a number.",
            changed[:_MOST_NAMED],
            (Answer("The first line is a row, and has no names", {"header": "no", "columns": []}),),
        )


def _pictures(looked: TableSeen) -> Iterator[Finding]:
    if looked.pictures:
        yield Finding(
            f"Column {name_shown(looked.pictures)} names pictures outside the folder of the table, which are not read: "
            "put the table into the folder with the pictures, and name them as they lie there.",
            first=True,
        )


def _target(looked: TableSeen) -> Iterator[Finding]:
    if not looked.of_role("input"):
        yield Finding("No column is taken: give those that the others are learned from the role input.")
    if not looked.likely:
        if not looked.of_role("target"):
            yield Finding("No column is learned: give one the role target.", first=True)
        return
    guessed, *rest = looked.likely
    taken = {item.name for item, _ in looked.of_role("input")}
    others = [name for name in rest if name in taken][:_MOST_OFFERED]
    answers = tuple(Answer(f"Learn {name}", _swapped(looked.options, guessed, name)) for name in others)
    yield Finding(f"It is a guess that {guessed} is what is to be learned.", answers=answers, first=True)


def _pixels(looked: TableSeen) -> Iterator[Finding]:
    side = looked.pixels
    if side and not looked.options.pixels:
        yield Finding(
            f"The {side**2:,} columns are whole numbers from 0 to 255, and a square: they may be the pixels of grey "
            f"pictures, {side}×{side}.",
            answers=(Answer("Read as pictures", as_pixels(looked.options, side)),),
            first=True,
        )


def _steps(looked: TableSeen) -> Iterator[Finding]:
    if looked.may_be_curves and not looked.options.pixels:
        answers = (Answer("Read as sequences", source="sequences"),)
        what = f"{looked.steps[0]} to {looked.steps[-1]} are numbered" if looked.steps else "The columns have no names"
        yield Finding(f"{what}: if they are steps in time, each row is a sequence.", answers=answers, first=True)


def _swapped(options: TableOptions, target: str, other: str) -> dict[str, JsonValue]:
    changed = options.model_copy(
        update={
            "columns": tuple(
                item.model_copy(update={"role": "input"}) if item.name == target else item for item in options.columns
            )
        }
    )
    return changed.with_column(other, role="target")


def _leaks(looked: TableSeen) -> Iterator[Finding]:
    for name, target in looked.leaks:
        yield Finding(
            f"{name} alone tells {target}, or nearly so: it may not be known when something is to be predicted.",
            (name,),
            (Answer(f"Ignore {name}", looked.options.with_column(name, role="ignored")),),
            is_named=True,
        )


def _ignored(looked: TableSeen) -> Iterator[Finding]:
    reasons: dict[str, list[str]] = {}
    for item, profile in looked.of_role("ignored"):
        reason = _why(item, profile, looked.rows)
        if reason:
            reasons.setdefault(reason, []).append(item.name)
    for reason, names in reasons.items():
        answers = [Answer(f"Take {name}", looked.options.with_column(name, role="input")) for name in names[:3]]
        ignored = plural(len(names), "column is", "columns are")
        are_named = len(answers) == len(names)
        yield Finding(f"{ignored} ignored: {reason}.", tuple(names[:_MOST_NAMED]), tuple(answers), is_named=are_named)


def _why(item: ColumnChoice, profile: Profile, rows: int) -> str:
    if profile.distinct == 0:
        return "all cells are missing"
    if profile.distinct == 1:
        return "all cells are the same"
    if item.type == "text":
        return "texts of many words are not learned from as cells"
    return "nearly every row has a value of its own, which says which row it is" if profile.distinct > rows / 2 else ""


def _strange(looked: TableSeen) -> Iterator[Finding]:
    expected = {"number": "a number", "date": "a date", "yes_no": "yes or no"}
    for item, profile in looked.of_role("input", "target"):
        if profile.strange and item.type in expected:
            yield Finding(
                f"{plural(profile.strange, 'cell')} of {item.name} {'is' if profile.strange == 1 else 'are'} not "
                f"{expected[item.type]}, and taken as missing.",
                (item.name,),
                (Answer(f"Take {item.name} as a category", looked.options.with_column(item.name, type="category")),),
                is_named=True,
            )
        if profile.infinite:
            yield Finding(
                f"{plural(profile.infinite, 'number')} of {item.name} {'is' if profile.infinite == 1 else 'are'} "
                "infinite, and taken as missing.",
                (item.name,),
                (Answer(f"Ignore {item.name}", looked.options.with_column(item.name, role="ignored")),),
                is_named=True,
            )


def _gaps(looked: TableSeen) -> Iterator[Finding]:
    numbers = [(item, profile) for item, profile in looked.of_role("input") if item.gaps]
    if numbers:
        rule = {
            "mean": "the mean of the column stands there",
            "median": "the median of the column stands there",
            "leave_out": "these rows are left out",
        }[looked.options.missing_numbers]
        others = {"mean": "Take the mean", "median": "Take the median", "leave_out": "Leave these rows out"}
        yield Finding(
            f"Numbers are missing in {plural(len(numbers), 'column')}: {rule}.",
            tuple(_share(profile, looked.rows) for _, profile in numbers[:_MOST_NAMED]),
            tuple(
                Answer(title, {"missing_numbers": name})
                for name, title in others.items()
                if name != looked.options.missing_numbers
            ),
        )
    for item, profile in looked.of_role("target", "time"):
        if profile.missing:
            share = f"{profile.missing:,} of {plural(looked.rows, 'row')}"
            yield Finding(
                f"{share} {'is' if profile.missing == 1 else 'are'} left out: {item.name} is missing there.", first=True
            )


def _share(profile: Profile, rows: int) -> str:
    count = profile.missing + profile.infinite
    return f"{profile.name}: {count:,} of {rows:,} ({count / rows:.0%})"


def _far(looked: TableSeen) -> Iterator[Finding]:
    for item, profile in looked.of_role("input", "target"):
        if profile.quartiles is None or profile.type != "number":
            continue
        low, high = profile.quartiles
        reach = _FAR * (high - low)
        least, most = float(profile.least or 0), float(profile.most or 0)
        if reach and (least < low - reach or most > high + reach):
            far = least if low - least > most - high else most
            yield Finding(
                f"{item.name} has outliers: half of its numbers lie between {_told(low)} and {_told(high)}, "
                f"but one is {_told(far)}.",
                (item.name,),
                (Answer(f"Ignore {item.name}", looked.options.with_column(item.name, role="ignored")),),
                is_named=True,
            )


def _told(number: float) -> str:
    """A number of a table: 0.1235, 29,571, 90,000,000."""
    return f"{number:,.0f}" if 1000 <= abs(number) < 1e12 else figure(number)


def _repeated(looked: TableSeen) -> Iterator[Finding]:
    if looked.repeated and looked.options.repeated == "keep":
        yield Finding(
            f"{plural(looked.repeated, 'row')} {noun(looked.repeated, 'repeats', 'repeat')} an earlier one in all that "
            "is taken and learned: some of what is tested may have been learned before.",
            answers=(Answer("Take each once", {"repeated": "once"}),),
        )


def _classes(looked: TableSeen) -> Iterator[Finding]:
    for item, profile in looked.of_role("target"):
        if profile.distinct < 2:
            yield Finding(f"All rows have the same {item.name}: there is nothing to learn.", (item.name,))
        if len(item.values) < 2:
            continue
        single = [value for value in item.values if profile.counts.get(value) == 1]
        answers: tuple[Answer, ...] = ()
        if profile.is_whole or all(_is_number(value) for value in item.values):
            answers = (Answer(f"Learn {item.name} as a number", looked.options.with_column(item.name, type="number")),)
        if single:
            yield Finding(
                f"{plural(len(single), 'class has', 'classes have')} one row alone: they cannot be learned and tested.",
                shown(single),
                answers,
            )
        most, least = max(profile.counts.values()), min(profile.counts.values())
        if most > _UNBALANCED * least and not single:
            usual = max(profile.counts, key=lambda value: profile.counts[value])
            share = most / sum(profile.counts.values())
            yield Finding(
                f"The classes of {item.name} are unbalanced: who always says {name_shown(usual)} is right in "
                f"{share:.0%}.",
                tuple(f"{name_shown(value)}: {profile.counts[value]:,}" for value in item.values[:_MOST_NAMED]),
                (WEIGH_CLASSES, *answers),
            )
        yield from alike(item.values)


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
