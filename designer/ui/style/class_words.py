"""Names of classes where there is little room for each."""

from __future__ import annotations

from collections.abc import Sequence


def shared_beginning(names: Sequence[str]) -> str:
    """The whole words that all names begin with, each of which goes on behind them: "speaker " of speaker 1 to 9."""
    if len(names) < 2:
        return ""
    split = [name.split(" ") for name in names]
    some = 0
    while all(len(words) > some + 1 and words[some] == split[0][some] for words in split):
        some += 1
    return " ".join(split[0][:some]) + " " if some else ""
