"""What is shown of data before anything is trained, by the shapes of their columns."""

from __future__ import annotations

import numpy as np
import pytest

from designer.core.graph.binding import DataInfo, Feature, Target, one_to_one
from designer.core.schema.shape import Shape, features, image, sequence, tokens
from designer.data.formats.base import FoundData, ReadingOptions
from designer.data.formats.columns import ColumnFacts
from designer.data.preview import (
    Curves,
    PicturesPreview,
    PointSets,
    TablePreview,
    Texts,
    for_reading,
    head_of,
    preview_of,
    preview_of_head,
)


def test_that_classes_are_shown_by_turns_and_counted() -> None:
    pictures = np.linspace(-1, 3, 6 * 4, dtype=np.float32).reshape(6, 1, 2, 2)
    info = one_to_one("made", "Made", Feature("image", image(1, 2, 2)), "kind", ("a", "b"))
    preview = preview_of(info, {"image": pictures, "kind": np.array([0, 0, 0, 0, 1, 1])}, {})
    (shown,) = preview.parts
    assert isinstance(shown, PicturesPreview)
    assert shown.labels == ("a", "b", "a", "b", "a", "a")
    assert (shown.images[0].shape, shown.images[0].min(), shown.images[1].max()) == ((2, 2, 3), 0, 255)
    (classes,) = preview.histograms
    assert (classes.names, classes.counts) == (("a", "b"), (4, 2))


def test_that_curves_end_where_their_samples_do() -> None:
    info = one_to_one("made", "Made", Feature("heart", sequence(None, 2)), "beats", None)
    columns = {
        "heart": np.ones((2, 5, 2), dtype=np.float32),
        "heart_lengths": np.array([3, 5]),
        "beats": np.array([[1.5], [2.0]], dtype=np.float32),
    }
    preview = preview_of(info, columns, {})
    (shown,) = preview.parts
    assert isinstance(shown, Curves)
    assert (shown.steps, shown.labels) == ((3, 5), ("1.5", "2"))
    assert [item.title for item in preview.histograms] == ["steps in each heart", "beats"]
    assert preview.histograms[0].counts == (1, 0, 1)


def test_that_steps_that_are_points_are_shown_as_sets_of_points() -> None:
    points = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    info = one_to_one("made", "Made", Feature("set", sequence(None, 2), drawn_as="points"), "kind", ("a", "b"))
    preview = preview_of(info, {"set": points, "set_lengths": np.array([2, 3]), "kind": np.array([0, 1])}, {})
    (shown,) = preview.parts
    assert isinstance(shown, PointSets)
    assert [item.tolist() for item in shown.sets] == [points[0, :2].tolist(), points[1].tolist()]
    assert shown.labels == ("a", "b")


def test_that_numbers_to_learn_are_spread_in_the_units_of_their_file() -> None:
    info = one_to_one("made", "Made", Feature("numbers", features(1)), "price", None)
    columns = {"numbers": np.zeros((3, 1), np.float32), "price": np.array([[-1.0], [0.0], [2.0]], np.float32)}
    preview = preview_of(info, columns, {}, units={"price": ((500.0,), (100.0,))})
    (spread,) = preview.histograms
    assert (spread.title, spread.low, spread.high) == ("price", 400, 700)
    (table,) = preview.parts
    assert isinstance(table, TablePreview)
    assert [row[-1] for row in table.rows] == ["400", "500", "700"]


def test_that_the_numbers_of_a_step_are_called_as_their_columns() -> None:
    feature = Feature("curve", sequence(4, 2), numbers=("pulse", "breath"))
    info = one_to_one("made", "Made", feature, "beats", None)
    columns = {"curve": np.ones((2, 4, 2), np.float32), "beats": np.ones((2, 1), np.float32)}
    (shown,) = preview_of(info, columns, {}).parts
    assert isinstance(shown, Curves)
    assert shown.names == ("pulse", "breath")


def test_that_a_box_is_no_label_in_numbers() -> None:
    targets = (Target("kind", features(1), ("a", "b")), Target("box", features(4), marks="box"))
    info = DataInfo("made", "Made", (Feature("scene", image(1, 2, 2)),), targets)
    columns = {"scene": np.zeros((1, 1, 2, 2)), "kind": np.array([1]), "box": np.full((1, 4), 0.5)}
    (shown,) = preview_of(info, columns, {}).parts
    assert isinstance(shown, PicturesPreview)
    assert shown.labels == ("b",)


def test_that_tokens_are_shown_as_words() -> None:
    info = DataInfo("made", "Made", (Feature("text", tokens(3), 3),), (Target("mood", features(1), ("bad", "good")),))
    columns = {"text": np.array([[1, 2, 9]]), "mood": np.array([1])}
    (shown,) = preview_of(info, columns, {"text": ("", "fine", "weather")}).parts
    assert isinstance(shown, Texts)
    assert (shown.texts, shown.labels) == (("fine weather 9",), ("good",))


def test_that_letters_are_joined_without_a_space() -> None:
    info = DataInfo("made", "Made", (Feature("text", tokens(4), 6),), (Target("mood", features(1), ("bad", "good")),))
    known = ("<padding>", " ", "a", "h", "t", "x")
    (shown,) = preview_of(info, {"text": np.array([[3, 2, 4, 1]]), "mood": np.array([1])}, {"text": known}).parts
    assert isinstance(shown, Texts)
    assert shown.texts == ("hat ",)


def test_that_the_frames_of_a_film_stand_side_by_side_in_their_proportions() -> None:
    film = Feature("film", Shape.of((8, 1, 24, 32), ("L", "C", "H", "W")))
    info = one_to_one("made", "Made", film, "kind", ("a", "b"))
    (shown,) = preview_of(info, {"film": np.zeros((2, 8, 1, 24, 32)), "kind": np.array([0, 1])}, {}).parts
    assert isinstance(shown, PicturesPreview)
    assert shown.images[0].shape == (24, 6 * 32, 3)
    assert shown.frames == (6, 6)


def test_that_numbers_are_a_table_with_a_dash_where_one_is_missing() -> None:
    info = one_to_one("made", "Made", Feature("numbers", features(2)), "kind", ("a", "b"))
    columns = {"numbers": np.array([[1.25, np.nan]], dtype=np.float32), "kind": np.array([1])}
    (shown,) = preview_of(info, columns, {}).parts
    assert shown == TablePreview("numbers", ("numbers 1", "numbers 2", "kind"), (("1.25", "–", "b"),))


def test_that_the_head_of_a_table_is_as_in_its_file_with_what_is_learned_at_the_end() -> None:
    info = one_to_one("table", "Made", Feature("numbers", features(1)), "kind", ("a", "b"))
    facts = tuple(ColumnFacts(name, 0, 2) for name in ("kind", "size"))
    head = (("a", "1"), ("b", ""))
    found = FoundData(ReadingOptions(), info, 10**6, "", "", class_counts=(7, 3), columns=facts, head=head)
    assert head_of(found) == TablePreview("first rows", ("size", "kind"), (("1", "a"), ("–", "b")))
    assert [item.counts for item in preview_of_head(found).histograms] == [(7, 3)]


def test_that_numbers_that_end_at_zero_are_all_counted_in_their_histogram() -> None:
    info = one_to_one("made", "Made", Feature("point", features(1)), "loss", None)
    losses = np.array([[-5.0], [-3.0], [-2.9], [-0.5], [0.0]])
    for numbers in (losses, -losses, losses * 0 + 7, losses * 0):
        (shown,) = preview_of(info, {"point": losses, "loss": numbers}, {}).histograms
        assert shown.counts == tuple(np.histogram(numbers, bins=24)[0])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("-0.0139259466172", "-0.01393"),
        ("64.0", "64.0"),
        ("1234567.89", "1234567.89"),
        ("12345678901", "12345678901"),
        ("v1.2.3-beta", "v1.2.3-beta"),
        ("", "–"),
    ],
)
def test_that_a_cell_of_more_digits_than_anybody_reads_is_rounded(cell: str, told: str) -> None:
    assert for_reading(cell) == told
