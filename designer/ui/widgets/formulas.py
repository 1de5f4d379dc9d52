"""The help of a kind for reading: its docstring in parts, with formulas apart from prose, and indices set as indices.

Docstrings hold their formulas within sentences: "y = f(W x + b), with f the tanh". A formula begins with the symbols
in front of " = ", and ends where words begin. What is in brackets belongs together.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

_BRACKETED = re.compile(r"(?:[^\s()\[\]]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\[[^\]]*\]|[()\[\]])+")
_SYMBOL = re.compile(r"(?:[^\W\d_]|[A-Za-z]+(?=\())(?:_\([^()]*\)|_\w+|[₀-₉ₜ]|\[[^\]]*\]|'|\([^()]*\))*,?\Z")
_WORD = re.compile(r"\(?[A-Za-z]{2,}(?:['’\s]|[.,;:)]*\Z)")
_NUMBERS = frozenset(["eps", "std", "var", "value", "start", "stop", "scale", "offset"])
_FUNCTIONS = frozenset(["max", "mean", "min", "sum"])
_ASIDE = frozenset(["with", "where", "for", "if"])
_OPERATORS = frozenset("×·/+−*")
_INDEX = re.compile(r"(?<![^\W_])([^\W\d_])_(\([^()]*\)|[^\W_]+)")
_POWER = re.compile(r"\^(\([^()]*\)|\w+)")


@dataclass(frozen=True)
class HelpPart:
    """A piece of help: prose, or formulas, one a line."""

    text: str
    is_formula: bool = False


def help_of(kind: type) -> list[HelpPart]:
    """The docstring of a kind, in parts."""
    paragraphs = (inspect.getdoc(kind) or "").replace("`", "").split("\n\n")
    return [part for paragraph in paragraphs for part in _parts(" ".join(paragraph.split()))]


def as_html(part: HelpPart) -> str:
    """With indices and powers set as such: x_t, h_(t−1), 10000^(2i/F)."""
    text = _INDEX.sub(lambda found: f"{found[1]}<sub>{_bare(found[2])}</sub>", escape(part.text, quote=False))
    text = _POWER.sub(lambda found: f"<sup>{_bare(found[1])}</sup>", text)
    return text.replace("\n", "<br>")


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("(") else text


def _parts(paragraph: str) -> Iterator[HelpPart]:
    """Prose and formulas in turn; formulas with nothing but "and" between them stay together."""
    pieces = list(_pieces(_BRACKETED.findall(paragraph)))
    place = 0
    while place < len(pieces):
        piece = pieces[place]
        place += 1
        if piece.is_formula:
            lines = [piece.text]
            while place + 1 < len(pieces) and pieces[place].text in ("and", ";") and pieces[place + 1].is_formula:
                lines.append(pieces[place + 1].text)
                place += 2
            while place < len(pieces) and pieces[place].is_formula:
                lines.append(pieces[place].text)
                place += 1
            yield HelpPart("\n".join(lines), is_formula=True)
        else:
            yield piece


def _pieces(tokens: list[str]) -> Iterator[HelpPart]:
    prose: list[str] = []
    place = 0
    while place < len(tokens):
        start, end = _formula_at(tokens, place)
        if end:
            prose = prose[: len(prose) - (place - start)]
            if prose:
                yield HelpPart(" ".join(prose))
            yield HelpPart(" ".join(tokens[start:end]).rstrip(".,;:"), is_formula=True)
            prose, place = [], end
        else:
            prose.append(tokens[place])
            place += 1
    if prose:
        yield HelpPart(" ".join(prose))


def _formula_at(tokens: list[str], place: int) -> tuple[int, int]:
    """Where the formula around an equals sign begins and ends; (0, 0) where there is none."""
    if tokens[place] != "=":
        return 0, 0
    start = place
    while start and _SYMBOL.match(tokens[start - 1]) and (start == place or tokens[start - 1].endswith(",")):
        start -= 1
    end = place + 1
    while end < len(tokens) and _goes_on(tokens, end):
        end += 1
        if tokens[end - 1].endswith((";", ".", ":")):
            break
    right = tokens[place + 1 : end]
    is_formula = start < place and bool(right) and not (len(right) == 1 and right[0] in _FUNCTIONS)
    is_aside = bool(start) and tokens[start - 1] in _ASIDE
    return (start, end) if is_formula and not is_aside else (0, 0)


def _begins_another(tokens: list[str], place: int) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1] == "=" and tokens[place - 1].endswith(",")


def _goes_on(tokens: list[str], place: int) -> bool:
    """Whether a formula still goes on: also with a word beside an operator."""
    if _begins_another(tokens, place):
        return False
    is_operand = not _OPERATORS.isdisjoint((tokens[place - 1], *tokens[place + 1 : place + 2]))
    return not _is_prose(tokens[place]) or (is_operand and tokens[place] not in _ASIDE)


def _is_prose(token: str) -> bool:
    return bool(_WORD.match(token)) and token.strip("(.,;:)") not in _NUMBERS | _FUNCTIONS
