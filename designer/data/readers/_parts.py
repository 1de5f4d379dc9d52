"""What parts of data are called, and the files that lie in folders of parts and of classes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

PARTS = {
    **dict.fromkeys(("train", "training", "trn", "learn", "learning"), 0),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "development"), 1),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation", "holdout", "hold-out", "hold out"), 2),
}
"""Words for training, validation and test, in lower case, with the number of the part."""


def tells_of_others(name: str) -> bool:
    """Whether a file is one that tells of the others beside it, by its name."""
    return name.lower().startswith(("readme", "license", "licence", "citation", "changelog"))


def plain_files(place: str, names: Iterable[str]) -> list[str]:
    """Those names in a folder, sorted, that are files: no pipe, no device, and no link to nowhere or round in a circle.

    Whoever reads from a pipe waits for somebody to write, for ever.
    """
    return sorted(name for name in names if os.path.isfile(os.path.join(place, name)))


def file_within(folder: Path | str, name: str) -> str | None:
    """The path of a plain file that a table or a set names; None where none is there, or it lies outside the folder."""
    place = os.path.join(folder, name)
    return place if not leads_outside(folder, name) and os.path.isfile(place) else None


def leads_outside(folder: Path | str, name: str) -> bool:
    """Whether a name leads out of a folder, by .. or as a whole path: whoever made a table gets no other files read."""
    if ".." not in name and not os.path.isabs(name) and not os.path.splitdrive(name)[0]:
        return False  # as nearly all names are, of which there may be millions
    return not os.path.abspath(os.path.join(folder, name)).startswith(os.path.join(os.path.abspath(folder), ""))


def labelled_files(
    folder: Path, classes: Sequence[str], parts: Mapping[str, int] | None, files_in: Callable[[Path], Iterable[Path]]
) -> list[tuple[Path, int, int]]:
    """What `files_in` finds in the folder of each class, with the numbers of the class and of the part.

    `parts` has the folders that those of the classes lie in; without any they lie in the folder itself. A part may lack
    a class.
    """
    return [
        (file, number, (parts or {}).get(part, 0))
        for part in parts or [""]
        for number, name in enumerate(classes)
        if (folder / part / name).is_dir()
        for file in files_in(folder / part / name)
    ]
