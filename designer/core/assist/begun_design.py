"""A new design for some data: one of the networks to begin with, with a name and a few words of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from designer.core.assist.starting_networks import StartingNetwork
from designer.core.assist.starting_settings import suited_to
from designer.core.edits.placed_edits import settled
from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.graph.settings import About, View

_LONGEST = 60
"""Letters of what the data are called, in a name that becomes a file's."""
_NOT_IN_FILES = '/\\:*?"<>|'


def begun(before: Design, data: DataInfo, summary: str, chosen: StartingNetwork, samples: int = 0) -> Design:
    """The design with another network, laid out anew, and words about that instead of those about the one before.

    With it come the training settings that suit it, and numbers of one scale. `summary` says what is in the data, in a
    line; it may be empty. `samples` is how many there are to learn from, 0 where nobody knows: all settings stay then.
    """
    of = f" ({summary})" if summary else ""
    words = f"A network to begin with, for the data “{_plain(data.title)}”{of}. {chosen.line}"
    about = About(title=name_of(data, chosen), text=words)
    suited = suited_to(replace(before, network=chosen.network, view=View(), about=about), data, chosen.linear, samples)
    return settled(suited)


def carried_over(fitted: Design, data: DataInfo, summary: str) -> Design:
    """An example's network that was brought into line with other data: its words told of those that came with it."""
    of = f" ({summary})" if summary else ""
    words = f"The network of “{fitted.about.title}”, brought into line with the data “{_plain(data.title)}”{of}."
    return replace(fitted, about=About(title=_plain(data.title), text=words))


def plain_name(data: DataInfo) -> str:
    """What a network is called that was brought into line with the data, as long as it is in no file."""
    return _plain(data.title)


def name_of(data: DataInfo, chosen: StartingNetwork) -> str:
    """What it is called as long as it is in no file: iris – Two hidden layers."""
    return f"{_plain(data.title)} – {chosen.title}"


def _plain(title: str) -> str:
    """What data are called, without the ending of their file, and without signs that no file may have in its name."""
    path = PurePath(title)
    ends_as_files_do = path.suffix[1:2].isalpha() and path.suffix[1:].isalnum() and len(path.suffix) <= len(".parquet")
    stem = path.stem if ends_as_files_do else title
    plain = "".join("-" if sign in _NOT_IN_FILES or not sign.isprintable() else sign for sign in stem)
    return plain[:_LONGEST].strip(" .") or "data"
