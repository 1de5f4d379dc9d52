"""What the list of runs says of each, in words: when it began, how it stands, how good it is, how long it took."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.storage import files
from designer.data import sources
from designer.ui.style.labels import duration, figure, percent

if TYPE_CHECKING:
    from designer.engine.runs.run_summary import RunSummary, State

STATES: Mapping[State, str] = {
    "running": "running",
    "paused": "paused",
    "stopped": "stopped",
    "finished": "finished",
    "failed": "failed",
    "lost": "cut off",
    "waiting": "waiting",
}
STATE_TIPS: Mapping[State, str] = {
    "running": "It is being trained.",
    "paused": "Its training rests, and can be continued.",
    "stopped": "It was stopped before its last epoch. It can be gone on with.",
    "finished": "It has had all of its epochs.",
    "failed": "Something went wrong.",
    "lost": "Its program ended without a word, as after a crash. It can be gone on with.",
    "waiting": "Nothing was trained yet.",
}
NOTHING = "–"
_PARTS = {"val": "", "train": " in training"}
"""Figures of validation are meant, unless it is said that there are none."""


def begun_words(begun: str, now: datetime | None = None) -> str:
    """A time in UTC as people here say it: today 18:37, yesterday 18:37, 28 Nov 18:37, 28 Nov 2025."""
    try:
        then = datetime.fromisoformat(begun).astimezone()
    except ValueError:
        return NOTHING
    today = (now or datetime.now()).astimezone().date()
    if then.date() == today:
        return f"today {then:%H:%M}"
    if then.date() == today - timedelta(days=1):
        return f"yesterday {then:%H:%M}"
    if then.year == today.year:
        return f"{then.day} {then:%b} {then:%H:%M}"
    return f"{then.day} {then:%b} {then.year}"


def elsewhere_words(since: str) -> str:
    """By whom a run is being trained, and since when: local time, as its lock has it."""
    return f"in another window or program, since {begun_words(since)}"


def state_tip(run: RunSummary) -> str:
    """What a state means for a run."""
    if run.since:
        rests = " It rests there." if run.state == "paused" else ""
        return f"It is being trained {elsewhere_words(run.since)}.{rests}"
    return run.message or STATE_TIPS[run.state]


def whole_time(begun: str) -> str:
    """The same to the second, for a tip."""
    try:
        return f"{datetime.fromisoformat(begun).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return ""


def network_name(run: RunSummary) -> str:
    """The name of the file that its network was in, or what it was called before it was in one."""
    return Path(run.file).name.removesuffix(files.SUFFIX) if run.file else run.name


def data_title(run: RunSummary) -> str:
    """What its data are called: the title of those that come with the program, or the name of a person's own file."""
    known = sources.info(run.data)
    return known.title if known else run.data or NOTHING


def figure_words(figures: Mapping[str, float]) -> str:
    """The figure that says most: accuracy, else loss; of validation, else of training."""
    for part, of in _PARTS.items():
        if (accuracy := figures.get(f"{part}_accuracy")) is not None:
            return f"{percent(accuracy)}{of}"
        if (loss := figures.get(f"{part}_loss")) is not None:
            return f"loss {figure(loss)}{of}"
    return NOTHING


def figure_rank(figures: Mapping[str, float]) -> tuple[int, float]:
    """What runs are sorted by, the best first: accuracies from the highest on, then losses from the lowest on."""
    for part in _PARTS:
        if (accuracy := figures.get(f"{part}_accuracy")) is not None:
            return 0, -accuracy
        if (loss := figures.get(f"{part}_loss")) is not None:
            return 1, loss if loss == loss else float("inf")
    return 2, 0.0


def all_figures(figures: Mapping[str, float], title: str) -> str:
    """Every figure, a line each, under a title."""
    lines = [f"{name.replace('_', ' ')}: {figure(value)}" for name, value in sorted(figures.items())]
    return "\n".join([title, *lines]) if lines else ""


def length_words(run: RunSummary) -> str:
    """12 of 20 epochs, 3 min 05 s."""
    if not run.epochs:
        return NOTHING
    done = f"{run.epoch}" if run.epoch == run.epochs else f"{run.epoch} of {run.epochs}"
    epochs = f"{done} {'epoch' if run.epochs == 1 else 'epochs'}"
    return f"{epochs}, {duration(run.seconds)}" if run.seconds else epochs


def quoted(names: list[str]) -> str:
    """“a”; 3 runs."""
    return f"“{names[0]}”" if len(names) == 1 else f"{len(names)} runs"


def searched_text(run: RunSummary) -> str:
    """What the words of a filter are looked for in."""
    return as_searched(
        "\n".join((run.name, run.note, data_title(run), run.data, run.state, STATES[run.state], network_name(run)))
    )


def as_searched(words: str) -> str:
    """Words as they are compared: however large their letters are, and their accents are written."""
    return unicodedata.normalize("NFKC", words).casefold()


_BY_ITS_BEGINNING = 3
"""Letters of a word that stands for all of a day's word: nov, mon, 202. Shorter ones, as the 2 of “mean 2”, do not."""


def days_words(begun: str) -> tuple[str, ...]:
    """What a person may call the day on which a run began: 2026-11-30, 30, nov, november, monday, 2026."""
    try:
        then = datetime.fromisoformat(begun).astimezone()
    except ValueError:
        return ()
    said = f"{then:%Y-%m-%d %b %B %A %Y}".casefold().split()
    return (*said, str(then.day), f"{then.day}.")


def is_of_day(word: str, day: Sequence[str], now: datetime | None = None) -> bool:
    """Whether a word of a filter, in small letters, means a day that is called so; today is that of now."""
    ago = {"today": 0, "yesterday": 1}.get(word)
    if ago is not None:
        word = f"{(now or datetime.now()).astimezone().date() - timedelta(days=ago)}"
    return word in day or (len(word) >= _BY_ITS_BEGINNING and any(said.startswith(word) for said in day))


def tip_of(run: RunSummary, parent: str = "", differs: str = "") -> str:
    """What the name's tip says: all of it, where columns have no room.

    `parent` is what the run is called that it was branched from, `differs` what differs from the open network.
    """
    begun = whole_time(run.begun)
    lines = [run.name, run.note, f"begun {begun}" if begun else "", run.message, run.folder]
    if run.parent:
        lines.insert(2, f"branched after epoch {run.parent_epoch} of {f'“{parent}”' if parent else 'another run'}")
    if differs:
        lines.insert(2, f"beside the open network: {differs}")
    return "\n".join(line for line in lines if line)
