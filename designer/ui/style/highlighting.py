"""Colours for Python text: Pygments says what is what, the theme says in which colour."""

from __future__ import annotations

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from designer.ui.style.theme import Theme

_ROLES = {
    Comment: "muted",
    String: "code_string",
    Number: "code_number",
    Keyword: "code_keyword",
    Operator.Word: "code_keyword",
    Name.Class: "code_name",
    Name.Function: "code_name",
    Name.Decorator: "code_name",
}
"""The token of the theme for what Pygments finds; all else is plain."""
Span = tuple[int, int, str]


def spans_of(text: str) -> dict[int, list[Span]]:
    """For each line, by its number from 0: where something begins, how long it is, and its colour's name."""
    found: dict[int, list[Span]] = {}
    line, column = 0, 0
    for _, kind, value in PythonLexer().get_tokens_unprocessed(text):
        role = _role(kind)
        for place, piece in enumerate(value.split("\n")):
            if place:
                line, column = line + 1, 0
            if role and piece:
                found.setdefault(line, []).append((column, len(piece), role))
            column += len(piece)
    return found


def _role(kind: _TokenType) -> str:
    return next((role for known, role in _ROLES.items() if kind in known), "")


class PythonHighlighter(QSyntaxHighlighter):
    """Colours a document by spans that were found for the whole of its text."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._spans: dict[int, list[Span]] = {}
        theme.changed.connect(self.rehighlight)

    def expect(self, spans: dict[int, list[Span]]) -> None:
        """The spans of the text that is set next."""
        self._spans = spans

    def highlightBlock(self, text: str) -> None:
        """Qt asks for a line."""
        for start, length, role in self._spans.get(self.currentBlock().blockNumber(), ()):
            style = QTextCharFormat()
            style.setForeground(QColor(getattr(self._theme.colours, role)))
            self.setFormat(start, length, style)
