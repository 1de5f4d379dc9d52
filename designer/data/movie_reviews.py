"""Movie reviews: whether a sentence praises a film, from the numbers of its words."""

from __future__ import annotations

from pathlib import Path

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.shape import tokens
from designer.data.errors import DataError
from designer.data.sources import Source


def _words(folder: Path) -> dict[str, tuple[str, ...]]:
    from designer.data.readers.movie_reviews import words_of_movie_reviews  # brings in NumPy

    return words_of_movie_reviews(folder)


def _split(text: str) -> list[str]:
    """The words of a text; as many as the shortest sentence of the data has, at least. Raises DataError."""
    from designer.data.readers.movie_reviews import FEWEST_WORDS, split_words

    words = split_words(text)
    if len(words) < FEWEST_WORDS:
        raise DataError(f"expected at least {FEWEST_WORDS} words, as all sentences of these data have")
    return words


SOURCE = Source(
    info=one_to_one(
        "movie_reviews",
        "Movie reviews",
        Feature("words", tokens(None), 5000, longest=51),
        "opinion",
        ("negative", "positive"),
    ),
    description="Sentences of 5 to 51 words, 5,000 different ones, positive or negative",
    licence="Ratings by Hutto and Gilbert (2014), MIT, of sentences collected by Pang and Lee (2005)",
    samples=9964,
    test_samples=1993,
    files=("movie_reviews.csv",),
    words=_words,
    split=_split,
)
