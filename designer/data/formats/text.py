"""Text: a label for each text, a tag for each word, or the next token."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature
from designer.data.errors import DataError
from designer.data.formats.base import Cache, Format, FoundData, Opened, Progress, ReaderCall, untold
from designer.data.formats.encodings import encoded, encoding_findings
from designer.data.formats.part_folders import file_names
from designer.data.formats.text_options import TextOptions

if TYPE_CHECKING:
    from designer.data.samples import Array, Dataset

_READERS = {
    "table": (
        "read_text_table",
        ("text", "label", "classes", "units", "vocabulary", "length", "lower", "distinct"),
    ),
    "folders": ("read_text_folders", ("classes", "units", "vocabulary", "length", "lower", "parts")),
    "next": ("read_next_tokens", ("units", "vocabulary", "length", "lower")),
    "tagged": ("read_tagged", ("classes", "vocabulary", "length", "lower")),
}
"""The reader of each layout, and the options that it takes."""
MOST_AT_ONCE = 8 * 2**20
"""Bytes of files that are looked at in memory, where their tokens take thirty times as much for a moment."""


class Text(Format[TextOptions]):
    """Texts in tables, in folders, or one long text."""

    name = "text"
    title = "Text"
    description = "Texts in a table or in folders, a word and its tag a line, or one long text"
    endings = (".csv", ".tsv", ".txt", ".text", ".md", ".conll", ".iob")
    options = TextOptions
    places = ("parts",)

    def recognises(self, path: Path) -> int:
        """A folder of texts in folders; a table with a column of sentences; words with tags; a text."""
        from designer.data.formats import text_layouts

        return text_layouts.sureness(path)

    def inspect(
        self, path: Path, options: TextOptions | None = None, progress: Progress = untold
    ) -> FoundData[TextOptions]:
        """The texts, their lengths and their labels."""
        from designer.data.formats import text_layouts, text_report

        chosen = text_layouts.completed(path, options)
        described = text_report.found(path, chosen, self._looked_at(path, chosen, progress))
        anew = type(chosen)().model_dump(mode="json")
        letters = encoding_findings(text_layouts.files_of(path, chosen), chosen.encoding, anew)
        return replace(described, findings=(*letters, *described.findings))

    def open(self, path: Path, options: TextOptions, progress: Progress = untold) -> Opened:
        """All texts as numbers, and what the numbers stand for."""
        from designer.data.whole_columns import in_memory

        return in_memory(self._looked_at(path, options, progress))

    def stream(self, path: Path, options: TextOptions, cache: Cache, progress: Progress = untold) -> Opened:
        """Labels at once, and tokens batch by batch: they are turned into numbers on disk once."""
        from designer.data.formats import text_streaming

        with _told(path):
            opened = text_streaming.streamed(path, options, _size(path, options), cache, progress)
        return replace(opened, cut={"text": self._cut(path, options, opened.words["text"])})

    def preview(self, path: Path, options: TextOptions, rows: int, progress: Progress = untold) -> Opened:
        """The first texts."""
        from designer.data.whole_columns import first_of

        return first_of(self._looked_at(path, options, progress), rows)

    def _looked_at(self, path: Path, options: TextOptions, progress: Progress) -> Opened:
        """All texts: small files in memory, of large ones what is on disk, where later readings find it."""
        from designer.data.kept_columns import cache_at

        with _told(path):
            if _size(path, options) > MOST_AT_ONCE:
                return self.stream(path, options, cache_at(path, self.name, options), progress)
            more = {"told": progress} if options.layout == "folders" else {}
            columns, words = self.call(options).run_with_words(path, **more)
        return Opened(columns, {"text": tuple(words)}, cut={"text": self._cut(path, options, tuple(words))})

    def _cut(self, path: Path, options: TextOptions, words: tuple[str, ...]) -> Callable[[str], Sequence[int]]:
        from designer.data.formats.one_sample import cut_by, same_pieces
        from designer.data.formats.text_streaming import learned_texts
        from designer.data.readers.texts import splitter

        def again() -> Callable[[str], list[int]]:
            def made() -> tuple[list[str], Callable[[str], list[int]]]:
                learned = learned_texts(path, options, 0, untold)
                return splitter(learned, options.units, options.vocabulary, options.lower)

            return same_pieces(path, words, made)

        units = "words" if options.layout == "tagged" else options.units
        return cut_by(units, options.lower, words, again)

    def sample_of(
        self, given: Path | str, options: TextOptions, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """A text by the vocabulary of the data."""
        from designer.data.formats.one_sample import tokens_of, written_in

        return {feature.name: tokens_of(learned().cut[feature.name](written_in(given)), feature, options.length)}

    def names(self, path: Path, options: TextOptions) -> tuple[str, ...]:
        """Those of the files, where each is a text."""
        from designer.data.readers.texts import texts_below

        if options.layout != "folders":
            return ()
        return file_names(path, options.classes or (), options.parts, texts_below)

    def spared(self, path: Path, options: TextOptions) -> frozenset[str]:
        """Only byte pairs are made by tokenizers."""
        return frozenset() if options.units == "byte pairs" else frozenset(("tokenizers",))

    def listed(self, options: TextOptions) -> Mapping[str, int]:
        """Words, behind the padding and the unknown one."""
        from designer.data.readers.texts import FIRST_TOKENS

        return dict.fromkeys(("text", "next") if options.layout == "next" else ("text",), len(FIRST_TOKENS))

    def call(self, options: TextOptions) -> ReaderCall:
        """The reader of the layout, with its arguments."""
        function, taken = _READERS[options.layout]
        return ReaderCall(
            "texts",
            function,
            {name: getattr(options, name) for name in (*taken, *encoded(options.encoding))},
            gives_words=True,
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What goes wrong, with what may be done about it."""
    try:
        yield
    except ImportError:
        raise DataError(
            f'{path}: byte pairs need tokenizers: pip install "network-designer[tokenizers]", or take words'
        ) from None
    except FileNotFoundError as error:
        raise DataError(f"{error.filename}: the text is no longer there") from None
    except ValueError as error:
        raise DataError(f"{path}: it cannot be read as texts: {error}") from error


def _size(path: Path, options: TextOptions) -> int:
    """Bytes of all files."""
    from designer.data.formats.text_layouts import files_of

    return sum(file.stat().st_size for file in files_of(path, options))


FORMAT = Text()
