"""A sample of somebody's own becomes what a reader of the data would have made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image

from designer.core.graph.binding import Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.shape import image
from designer.data import opening, sources
from designer.data.drawings import is_dark
from designer.data.errors import DataError
from designer.data.samples import Array, Dataset
from designer.data.single_samples import Drawing, Given, sample_of, ways_of
from designer.engine.inspection.own_sample import with_own
from tests.data.formats.made import striped_pictures

RANDOM = np.random.default_rng(4)


def settings(path: Path, source: str = "", **options: Any) -> DataSettings:
    """The settings of data at a path, as they are found."""
    name, found = opening.inspect(path, source, options or None)
    return opening.settings_for(path, name, found)


def features_of(data: DataSettings) -> tuple[Feature, ...]:
    info = opening.info(data)
    assert info is not None
    return info.features


def value(given: Given, data: DataSettings) -> Array:
    """What becomes of it for the first feature."""
    first = features_of(data)[0]
    return sample_of(given, data, first)[first.name]


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def digit(number: int) -> Array:
    return np.array(sources.load("mnist_5k").test.columns["image"][number])


MNIST = DataSettings(source="mnist_5k")


def test_that_a_picture_of_a_folder_is_read_as_the_folder_was(tmp_path: Path) -> None:
    folder = striped_pictures(tmp_path / "pictures")
    data = settings(folder)
    other = Image.fromarray(RANDOM.integers(0, 256, (40, 90, 3), dtype=np.uint8))
    other.save(tmp_path / "other.png")
    other.save(folder / "cats" / "000.png")
    np.testing.assert_array_equal(value(tmp_path / "other.png", data), opening.opened(data).columns["image"][0])
    assert ways_of(data, features_of(data)[0]) == {"draw", "open"}


def test_that_a_digit_saved_as_a_picture_is_that_of_the_data_and_one_on_paper_is_turned_to_light_on_dark(
    tmp_path: Path,
) -> None:
    pixels = (digit(7)[0] * 255).round().astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "same.png")
    Image.fromarray(255 - pixels).convert("RGB").save(tmp_path / "paper.png")
    np.testing.assert_allclose(value(tmp_path / "same.png", MNIST), digit(7), atol=1e-6)
    np.testing.assert_allclose(value(tmp_path / "paper.png", MNIST), digit(7), atol=1e-6)


def test_that_a_drawing_comes_into_the_middle_at_the_size_of_the_digits_that_were_learned() -> None:
    ink = np.zeros((280, 280), np.float32)
    ink[10:70, 200:212] = 1  # a small one in a corner
    picture = value(Drawing(ink), MNIST)
    assert picture.shape == (1, 28, 28)
    rows, columns = np.nonzero(picture[0] > 0.5)
    assert (rows.min(), rows.max()) == (4, 23)
    assert abs(columns.mean() - 13.5) <= 0.5
    assert is_dark(picture)
    with pytest.raises(DataError, match="nothing is drawn yet"):
        value(Drawing(np.zeros((280, 280), np.float32)), MNIST)


def test_that_a_drawing_is_dark_on_light_where_the_pictures_are(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / ("a", "b")[number % 2] / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(RANDOM.integers(200, 256, (10, 10, 3), dtype=np.uint8)).save(path)
    ink = np.zeros((100, 100), np.float32)
    ink[40:60, 10:90] = 1
    picture = value(Drawing(ink), settings(tmp_path))
    assert picture.shape == (3, 10, 10)
    np.testing.assert_array_equal(picture[:, 4:6, 1:9], np.zeros((3, 2, 8), np.float32))
    assert (picture[:, :4] == 1).all()


def test_that_a_sentence_has_the_numbers_of_the_words_that_were_learned() -> None:
    data, dataset = DataSettings(source="movie_reviews"), sources.load("movie_reviews")
    test = dataset.test.sample("words", 3)
    sentence = " ".join(dataset.words["words"][number] for number in test.tolist() if number > 1)
    np.testing.assert_array_equal(value(f"{sentence.upper()}!", data), test[test > 1])
    assert value("a film that Xyzzyx made", data).tolist().count(1) == 1
    with pytest.raises(DataError, match="at least 5 words"):
        value("too short", data)
    assert ways_of(data, features_of(data)[0]) == {"type", "open"}


def test_that_numbers_are_turned_as_words_of_the_set_and_others_are_told() -> None:
    data = DataSettings(source="number_reversal")
    assert value("4 7 1 1", data).tolist() == [6, 9, 3, 3]
    with pytest.raises(DataError, match="'12' is none of the words"):
        value("4 12", data)


@pytest.mark.parametrize("units", ["words", "characters"])
def test_that_texts_of_ones_own_are_cut_as_the_others_were(tmp_path: Path, units: str) -> None:
    rows = [f'"The {word} film, again and again; number {n}","{n % 2}"' for n, word in enumerate(["Good", "bad"] * 20)]
    path = written(tmp_path / "texts.csv", "text,label\n" + "\n".join(rows))
    data = settings(path)
    data = settings(path, "text", **{**data.options, "units": units, "length": 9})
    first = opening.opened(data).columns["text"][0]
    np.testing.assert_array_equal(value("the GOOD film, again and again; number 0", data), first)
    text = written(tmp_path / "one.txt", "The good film, again and again; number 0")
    np.testing.assert_array_equal(value(text, data), first)
    assert value("film", data).shape == first.shape  # all have as many tokens: padding stands behind


def test_that_curves_of_every_layout_are_those_of_the_data(tmp_path: Path) -> None:
    curves = RANDOM.normal(size=(6, 12)).round(4)
    names = [f"t{step}" for step in range(12)]
    wide = pd.DataFrame(curves, columns=names).assign(label=["up", "down"] * 3)
    wide.to_csv(tmp_path / "wide.csv", index=False)
    wide[:1].to_csv(tmp_path / "row.csv", index=False)
    data = settings(tmp_path / "wide.csv", "sequences")
    np.testing.assert_array_equal(value(tmp_path / "row.csv", data), opening.opened(data).columns["curve"][0])
    np.testing.assert_allclose(value(" ".join(map(str, curves[0])), data)[:, 0], curves[0], rtol=1e-6)

    steps = pd.DataFrame({"id": np.repeat(range(6), 9), "x": RANDOM.normal(size=54), "y": RANDOM.normal(size=54)})
    steps.assign(label=["a"] * 27 + ["b"] * 27).to_csv(tmp_path / "long.csv", index=False)
    steps[9:18].to_csv(tmp_path / "steps.csv", index=False)
    data = settings(tmp_path / "long.csv", "sequences")
    np.testing.assert_array_equal(value(tmp_path / "steps.csv", data), opening.opened(data).columns["curve"][1])
    with pytest.raises(DataError, match=r"wrong\.csv: expected 2 numbers in each row, which is a step, got 3"):
        value(written(tmp_path / "wrong.csv", "1,2,3\n4,5,6\n"), data)
    with pytest.raises(DataError, match="curve: expected sequences of 9×2, got 1×2"):
        value("1, 2", data)

    series = pd.DataFrame({"date": range(90), "level": np.arange(90.0)})
    series.to_csv(tmp_path / "series.csv", index=False)
    data = settings(tmp_path / "series.csv", "sequences")
    window = opening.opened(data).columns["window"]
    np.testing.assert_array_equal(value(tmp_path / "series.csv", data)[:, 0], np.arange(90 - window.shape[1], 90))


@pytest.mark.parametrize("kind", ["spectrogram", "frames", "waveform"])
def test_that_a_sound_is_heard_as_the_others(tmp_path: Path, kind: str) -> None:
    for number in range(4):
        path = tmp_path / "sounds" / ("low", "high")[number % 2] / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, RANDOM.uniform(-1, 1, 4000 - 500 * number), 8000)
    data = settings(tmp_path / "sounds", "sound")
    data = settings(tmp_path / "sounds", "sound", **{**data.options, "kind": kind})
    first = sorted((tmp_path / "sounds" / "high").iterdir())[0]
    np.testing.assert_array_equal(value(first, data), opening.opened(data).columns["sound"][0])
    assert ways_of(data, features_of(data)[0]) == {"open"}
    with pytest.raises(DataError, match=r"no\.wav: expected a sound"):
        value(written(tmp_path / "no.wav", "no sound"), data)


def test_that_arrays_take_an_array_a_picture_or_numbers(tmp_path: Path) -> None:
    pictures = RANDOM.integers(0, 256, (12, 9, 8), dtype=np.uint8)
    np.savez(tmp_path / "data.npz", images=pictures, labels=np.arange(12) % 3)
    data = settings(tmp_path / "data.npz")
    expected = opening.opened(data).columns["images"][5]
    np.save(tmp_path / "one.npy", pictures[5])
    np.savez(tmp_path / "one.npz", images=pictures[5:6])
    Image.fromarray(pictures[5]).save(tmp_path / "one.png")
    for name in ("one.npy", "one.npz", "one.png"):
        np.testing.assert_allclose(value(tmp_path / name, data), expected, atol=1e-7)
    np.save(tmp_path / "all.npy", pictures)
    with pytest.raises(DataError, match=r"all\.npy: expected images of 1×9×8, got an array of 12×9×8"):
        value(tmp_path / "all.npy", data)

    np.savez(tmp_path / "rows.npz", x=RANDOM.normal(size=(12, 3)), y=np.arange(12) % 3)
    data = settings(tmp_path / "rows.npz")
    np.testing.assert_array_equal(value("1.5, 2, -3", data), np.array([1.5, 2, -3], np.float32))
    with pytest.raises(DataError, match="expected 3 numbers in a row, got 2"):
        value("1.5, 2", data)
    with pytest.raises(DataError, match="expected numbers, got 'blue'"):
        value("1.5, 2, blue", data)


def table(path: Path) -> DataSettings:
    pd.DataFrame(
        {
            "age": [22.0, 38, None, 35] * 10,
            "sex": ["male", "female", "female", "male"] * 10,
            "town": [f"town {number % 13}" for number in range(40)],
            "survived": ["no", "yes", "yes", "no", "yes"] * 8,
        }
    ).to_csv(path, index=False)
    return settings(path, "table")


@pytest.mark.parametrize(
    "row",
    [
        "38, female, town 1",
        "town=town 1, sex=female, age=38",
        Path("row.csv"),
        Path("whole.csv"),
    ],
)
def test_that_a_row_of_a_table_is_that_of_the_data(tmp_path: Path, row: str | Path) -> None:
    data = table(tmp_path / "people.csv")
    written(tmp_path / "row.csv", "38;female;town 1\n")
    written(tmp_path / "whole.csv", "survived,town,sex,age\nyes,town 1,female,38\n")
    dataset = opening.load(data)
    given = row if isinstance(row, str) else tmp_path / row
    own = sample_of(given, data, features_of(data)[0])
    assert set(own) == {"numbers", "town"}
    everyone = opening.opened(data)
    np.testing.assert_array_equal(own["numbers"], everyone.columns["numbers"][1])
    np.testing.assert_array_equal(own["town"], everyone.columns["town"][1])
    made = with_own(dataset, own).test
    mean, deviation = dataset.units["numbers"][1:, 0]
    np.testing.assert_allclose(made.columns["numbers"][0, 0], (38 - mean) / deviation, rtol=1e-5)


def test_that_what_a_row_does_not_say_is_missing_and_columns_that_are_not_there_are_told(tmp_path: Path) -> None:
    data = table(tmp_path / "people.csv")
    dataset, first = opening.load(data), features_of(data)[0]
    own = sample_of("sex=male", data, first)
    assert np.isnan(own["numbers"][0])
    made = with_own(dataset, own).test
    np.testing.assert_allclose(made.columns["numbers"][0, 0], 0, atol=1e-6)  # the mean
    with pytest.raises(DataError, match="no column is called 'sx': expected one of age, sex, town"):
        sample_of("sx=male", data, first)
    with pytest.raises(DataError, match=r"expected 3 cells \(age, sex, town\), got 2"):
        sample_of("38, male", data, first)


def test_that_what_is_not_given_is_that_of_the_sample_beside() -> None:
    dataset = sources.load("digit_pairs")
    made = with_own(dataset, {"first": np.ones((1, 28, 28), np.float32)}, beside=4)
    assert isinstance(made, Dataset)
    np.testing.assert_array_equal(made.test.sample("second", 0), dataset.test.sample("second", 4))
    assert made.test.sample("first", 0).min() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("seven", "expected a picture, and no typed text"),
        (Path("gone.png"), "gone.png: there is no such file"),
        (Path("broken.png"), "broken.png: expected a picture: "),
        (Path("text.txt"), "text.txt: expected a picture$"),
    ],
)
def test_that_what_is_no_picture_is_told_with_its_name(tmp_path: Path, given: str | Path, said: str) -> None:
    written(tmp_path / "text.txt", "seven")
    Image.fromarray(np.zeros((30, 30), np.uint8)).save(tmp_path / "broken.png")
    content = (tmp_path / "broken.png").read_bytes()
    (tmp_path / "broken.png").write_bytes(content[:50])
    with pytest.raises(DataError, match=said):
        value(given if isinstance(given, str) else tmp_path / given, MNIST)


def test_that_a_film_is_a_folder_of_frames(tmp_path: Path) -> None:
    for number in range(6):
        for frame in range(5):
            path = tmp_path / "films" / ("a", "b")[number % 2] / f"film {number}" / f"{frame}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(RANDOM.integers(0, 256, (8, 8), dtype=np.uint8)).save(path)
    data = settings(tmp_path / "films", "image_sequences")
    film = tmp_path / "films" / "a" / "film 0"
    np.testing.assert_array_equal(value(film, data), opening.opened(data).columns["film"][0])
    assert ways_of(data, Feature("film", features_of(data)[0].shape)) == {"open"}
    assert ways_of(MNIST, Feature("image", image(1, 28, 28))) == {"draw", "open"}


@pytest.mark.parametrize("layout", ["table", "folders", "next"])
def test_that_a_typed_text_is_cut_into_the_byte_pairs_that_were_learned(tmp_path: Path, layout: str) -> None:
    said = [f"{text} of the lowest and widest town" for text in ("a low tower", "newer", "wider", "slower")] * 6
    if layout == "table":
        path = tmp_path / "said.csv"
        pd.DataFrame({"said": said, "kind": ["a", "b"] * 12}).to_csv(path, index=False)
    elif layout == "folders":
        path = tmp_path / "said"
        for number, text in enumerate(said):
            written(path / ("train", "test")[number % 6 == 0] / "ab"[number % 2] / f"{number}.txt", text)
    else:
        path = written(tmp_path / "said.txt", " ".join(said))
    name, found = opening.inspect(path, "text")
    options = {**found.options.model_dump(mode="json"), "units": "byte pairs", "vocabulary": 40, "length": 12}
    data = settings(path, name, **options)
    rows = opening.opened(data).columns["text"]
    dataset = opening.load(data)
    if layout == "next":
        assert dataset.cut["text"](" ".join(said))[: 2 * 12] == rows[:2].reshape(-1).tolist()
    else:
        for text in said[:4]:
            tokens = value(text, data)
            assert any(np.array_equal(row[: len(tokens)], tokens) and not row[len(tokens) :].any() for row in rows)
        assert len(value("lower", data)) < len("lower")
    opening.load(data).cut["text"]("low")
    if layout == "table":
        fresh = opening.opened(data)
        pd.DataFrame({"said": ["other words by far"] * 24, "kind": ["a", "b"] * 12}).to_csv(path, index=False)
        with pytest.raises(DataError, match="the texts have changed"):
            fresh.cut["text"]("low")


def test_that_letters_are_typed_as_the_book_has_them() -> None:
    data = DataSettings(source="next_letter")
    tokens = value("Alice  `said`", data)
    assert tokens.shape == (64,)
    words = opening.load(data).words["letters"]
    assert "".join(words[number] for number in tokens if number) == "alice 'said'"
