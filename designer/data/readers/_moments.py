"""When the rows of a table were: numbers, dates and times of the day, however they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CLOCK = re.compile(r"[t ]*(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))? ?([ap]m)?(?: ?([-+])(\d{2}):?(\d{2})?)?")
"""A time of the day in small letters, and how far its zone is off."""
ORDERS = {"-": ((0, 1, 2), (2, 1, 0), (2, 0, 1)), "/": ((0, 1, 2), (2, 0, 1), (2, 1, 0))}
"""Where year, month and day stand among the numbers of a date, the likeliest first: between slashes and otherwise."""
DAY = 86_400

Moment = tuple[float, tuple[tuple[float, str], ...]]
"""What is compared: seconds or a number, and behind these words with their numbers."""


def moments_of(written: Sequence[str]) -> list[Moment]:
    """What orders rows: numbers by their size, dates by their days, empty texts first; others by words and numbers.

    Where days and months can be told in several ways, they are so that the rows lie in order as they stand, as far as
    that can be.
    """
    try:
        return [(float(text or "-inf"), ()) for text in written]
    except ValueError:
        found = [moments for order in orders_for(written) if (moments := in_that_order(written, order))]
        return min(found, key=turns_in) if found else [(0.0, by_numbers(text)) for text in written]


def orders_for(written: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The orders that days, months and years may have, the likeliest first."""
    return ORDERS["/" if any("/" in text for text in written[:1]) else "-"]


def in_that_order(written: Sequence[str], order: tuple[int, ...]) -> list[Moment]:
    """The seconds of dates whose year, month and day stand at these places; nothing where some are none."""
    try:
        return [(seconds_of(text.lower(), order) if text else float("-inf"), ()) for text in written]
    except (ValueError, IndexError):
        return []


def seconds_of(text: str, order: tuple[int, ...]) -> float:
    """The seconds of a date, of a time of the day, or of both. Raises ValueError or IndexError for anything else."""
    clock = CLOCK.search(text)
    numbers = date_numbers(text[: clock.start()] if clock else text)
    if not numbers and clock:
        return seconds_of_day(clock)
    if len(numbers) == 2:  # a month of a year
        year_first = len(numbers[0]) == 4
        year, month, day = numbers[not year_first], numbers[year_first], "1"
    else:
        year, month, day = (numbers[place] for place in order)
    if len(numbers) > 3 or (len(year) < 4 and order[0] == 0) or len(year) not in (2, 4):
        raise ValueError(text)
    century = 0 if len(year) == 4 else 2000 if int(year) < 70 else 1900
    days = date(century + int(year), int(month), int(day)).toordinal()
    return days * DAY + (seconds_of_day(clock) if clock else 0.0)


def date_numbers(text: str) -> list[str]:
    """The numbers of a date in small letters, months by theirs; one without signs between them falls into three."""
    words = re.findall(r"\d+|[^\W\d_]+", text)
    named = {word: str(MONTHS.index(word[:3]) + 1) for word in words if word[:3] in MONTHS}
    numbers = [named.get(word, word) for word in words]
    if not all(number.isdecimal() for number in numbers):
        raise ValueError(text)
    if len(numbers) == 1 and len(numbers[0]) == 8:
        return [numbers[0][:4], numbers[0][4:6], numbers[0][6:]]
    return numbers


def seconds_of_day(clock: re.Match[str]) -> float:
    """The seconds since midnight, of the zone that is not off."""
    hour, minute, second, half, sign, off_hours, off_minutes = clock.groups()
    hours = int(hour) % 12 + 12 * (half == "pm") if half else int(hour)
    off = (int(off_hours or 0) * 60 + int(off_minutes or 0)) * (-1 if sign == "-" else 1)
    return hours * 3600 + (int(minute) - off) * 60 + float((second or "0").replace(",", "."))


def turns_in(moments: Sequence[Moment]) -> int:
    """How often rows go back in time, or forth where most go back."""
    back = sum(behind < before for before, behind in pairwise(moments))
    forth = sum(behind > before for before, behind in pairwise(moments))
    return min(back, forth)


def by_numbers(text: str) -> tuple[tuple[float, str], ...]:
    """Words and the numbers in them, so that step 10 is behind step 9."""
    return tuple((float(piece), "") if piece.isdecimal() else (-1.0, piece) for piece in re.split(r"(\d+)", text))
