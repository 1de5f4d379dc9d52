"""What the sources that are made, cut up or numbered promise of their columns."""

from __future__ import annotations

import numpy as np
import pytest

from designer.core.storage.resources import resource
from designer.data import sources
from designer.data.readers.movie_reviews import reviews, split_words, vocabulary


def test_that_words_are_numbered_by_how_often_training_has_them() -> None:
    assert split_words("It's GOOD - isn't it? Très bien; 10/10.") == [
        "it's",
        "good",
        "isn't",
        "it",
        "très",
        "bien",
        "10",
        "10",
    ]
    assert vocabulary([["b", "a", "c"], ["c", "d"]], size=5) == ["<padding>", "<unknown>", "c", "a", "b"]


def test_that_the_numbers_of_a_review_say_its_words() -> None:
    data, parts = sources.load("movie_reviews"), reviews(resource("data"))
    words = data.words["words"]
    assert len(words) == len(set(words)) == 5000
    for part, samples in (("train", data.train), ("test", data.test)):
        for row in (0, 7, len(samples) - 1):
            said = [words[number] for number in samples.sample("words", row)]
            written, label = parts[part][row]
            assert said == [word if word in words else "<unknown>" for word in written]
            assert samples.columns["opinion"][row] == (label == "positive")
    unknown = np.mean(data.test.columns["words"][data.test.columns["words"] > 0] == 1)
    assert 0.02 < unknown < 0.15
    assert 0.4 < data.test.columns["opinion"].mean() < 0.6


def test_that_a_decoder_is_given_a_start_and_then_what_it_said_before() -> None:
    train = sources.load("number_reversal").train
    for row in range(50):
        numbers, started, turned = (train.sample(name, row) for name in ("numbers", "started", "reversed"))
        assert turned.tolist() == (numbers[::-1] - 2).tolist()
        assert started.tolist() == [1, *(turned[:-1] + 2)]


def test_that_a_whole_motif_and_a_broken_one_are_made_of_the_same_pairs_of_letters() -> None:
    """The motif or its reverse complement is nearly there, or its halves are in the wrong order; counts tell little."""
    data = sources.load("dna_motifs")
    motif = np.array([data.words["letters"].index(letter) for letter in "GATTGCACGACT"])
    for part in (data.train, data.test):
        letters, whole = part.columns["letters"], part.columns["motif"]
        assert whole.mean() == 0.5
        windows = np.lib.stride_tricks.sliding_window_view(letters, 12, axis=1)

        def nearest(site: np.ndarray, windows: np.ndarray = windows) -> np.ndarray:
            both = [(windows == strand).sum(2).max(1) for strand in (site, 5 - site[::-1])]
            return np.maximum(*both)

        right = (nearest(motif) > nearest(np.roll(motif, 6))) == whole
        assert right.mean() > 0.9
        for letter in range(1, 5):
            counts = (letters == letter).sum(1)
            assert abs(counts[whole == 1].mean() - counts[whole == 0].mean()) < 0.5


def test_that_a_frame_of_a_moving_digit_does_not_say_where_it_goes_and_the_next_one_does() -> None:
    """Moved back by the right direction, at one of the two speeds, all frames have the moving digit in one place."""
    data = sources.load("moving_digits")
    film, direction = (data.test.columns[name] for name in ("film", "direction"))
    steps = [(0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1)]
    for row in range(40):
        frames = film[row, :, 0]
        smallest = {}
        for way, (down, across) in enumerate(steps):
            for speed in (1, 2):
                back = [
                    np.roll(frame, (-down * speed * time, -across * speed * time), (0, 1))
                    for time, frame in enumerate(frames)
                ]
                smallest[way, speed] = np.min(back, axis=0).sum()
        assert max(smallest, key=smallest.__getitem__)[0] == direction[row]
    learned, labels = data.train.columns["film"][:, 4].reshape(4000, -1), data.train.columns["direction"]
    asked = film[:, 4].reshape(1000, -1)
    apart = np.square(learned).sum(1) - 2 * asked @ learned.T
    assert 0.08 < (labels[apart.argmin(1)] == direction).mean() < 0.17
    for way in range(8):  # each place is as bright, whichever way it goes
        means = film[direction == way].mean((0, 1, 2))
        assert means.std() < 0.2 * means.mean()


def test_that_a_year_ahead_follows_its_two_years() -> None:
    data = sources.load("passengers_ahead")
    for part in (data.train, data.test):
        columns = part.columns
        assert np.array_equal(columns["next_months"][:, :-1], columns["months"][:, 1:])
        assert np.array_equal(columns["before"][:, 1:], columns["following"][:, :-1])
        assert np.array_equal(columns["before"][:, 0], columns["months"][:, -1])
        assert np.array_equal(columns["next_months"][:, -1], columns["following"][:, 0])
    assert data.test.columns["following"][-1, -1, 0] == pytest.approx(4.32)


def test_that_the_chaotic_series_keeps_the_equation() -> None:
    """dx/dt, as a centred difference, is what the equation gives for the values now and 17 steps before."""
    data = sources.load("mackey_glass")
    series = data.train.columns["series"][::16, :, 0].reshape(-1).astype(np.float64)
    assert np.array_equal(data.train.columns["next"][:, :-1], data.train.columns["series"][:, 1:])
    x = series * 0.23 + 0.93  # about its spread and its mean before they were made 1 and 0
    slope = (x[18:] - x[16:-2]) / 2
    wanted = 0.2 * x[:-18] / (1 + x[:-18] ** 10) - 0.1 * x[17:-1]
    assert np.corrcoef(slope, wanted)[0, 1] > 0.99


def test_that_half_of_the_pairs_are_the_same_digit_in_another_hand() -> None:
    data = sources.load("digit_pairs")
    for part in (data.train, data.test):
        columns = part.columns
        assert np.array_equal(columns["same"], columns["first_digit"] == columns["second_digit"])
        assert columns["same"].mean() == 0.5
        assert not (columns["first"] == columns["second"]).all((1, 2, 3)).any()


def test_that_a_scene_shows_its_objects_row_by_row() -> None:
    train = sources.load("digit_scenes").train
    objects, scene = train.columns["objects"], train.columns["scene"]
    assert np.array_equal(scene[:, :, :14, 14:], objects[:, 1])
    assert np.array_equal(scene[:, :, 14:, :14], objects[:, 2])
    assert train.columns["pair"].mean() == 0.5


def test_that_the_made_digits_are_what_their_targets_say() -> None:
    """The images are found again among those of MNIST, and their digits give the target."""
    from designer.data.readers._shared import digits, half_size

    images, labels = digits(resource("data"))["test"]
    known = {half_size(image).tobytes(): int(label) for image, label in zip(images, labels, strict=True)}
    rising = sources.load("digit_sequences").test
    for row in range(100):
        shown = [known[image.tobytes()] for image in rising.sample("digits", row)[:, 0]]
        assert len(set(shown)) == len(shown)
        assert (shown == sorted(shown)) == bool(rising.columns["order"][row])
    scenes = sources.load("digit_scenes").test
    for row in range(100):
        shown = [known[image.tobytes()] for image in scenes.sample("objects", row)[:, 0]]
        assert len(set(shown)) == (3 if scenes.columns["pair"][row] else 4)
        assert len({image.tobytes() for image in scenes.sample("objects", row)[:, 0]}) == 4


def test_that_voices_to_test_with_are_others_and_a_spectrogram_is_its_frames_upside_down() -> None:
    data = sources.load("spoken_digits")
    assert not np.intersect1d(data.train.columns["voice"], data.test.columns["voice"]).size
    for part, each in ((data.train, 112), (data.test, 40)):
        assert np.bincount(part.columns["digit"]).tolist() == [each] * 10
        seen, heard = part.columns["spectrogram"], part.columns["frames"]
        assert np.array_equal(seen[:, 0, ::-1], heard.transpose(0, 2, 1))
        assert heard.min() == 0.0
        assert (heard.max((1, 2)) == 1.0).all()


def test_that_the_letters_are_the_book_and_what_follows_them_is_in_the_book() -> None:
    data = sources.load("next_letter")
    words, classes = data.words["letters"], data.info.targets[0].classes
    assert classes is not None
    assert len(set(classes)) == len(classes)
    read = "".join(words[number] for number in data.train.columns["letters"][:3].reshape(-1))
    assert read.startswith("chapter i down the rabbit-hole alice was beginning to get very tired of sitting by her")
    follows = "".join(classes[number] for number in data.train.columns["next"][:3].reshape(-1))
    assert follows[:-1] == read[1:]


def test_that_no_flat_costs_less_than_nothing_and_the_rule_is_behind_its_price() -> None:
    """The dearest district and the best condition cost more than the cheapest and the worst, of flats of all sorts."""
    columns = sources.load("flat_prices").train.columns
    price, district, condition = columns["price"][:, 0], columns["district"][:, 0], columns["condition"][:, 0]
    assert price.min() > 0
    assert price[district == 1].mean() > 2 * price[district == 8].mean()
    assert price[condition == 4].mean() > 1.2 * price[condition == 1].mean()
    np.testing.assert_allclose(columns["numbers"].mean(0), 0, atol=1e-5)


def test_that_a_box_is_as_large_as_its_digit_and_lies_where_it_is_bright() -> None:
    data = sources.load("digit_boxes")
    for part in (data.train, data.test):
        boxes = part.columns["box"] * 40
        low, high = boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2
        np.testing.assert_allclose([low, high], np.round([low, high]), atol=1e-5)  # whole pixels
        assert low.min() >= -1e-5
        assert high.max() <= 40 + 1e-5
        assert (boxes[:, 3].min(), boxes[:, 3].max()) == pytest.approx((14, 26))
        for scene, (left, top), (right, bottom) in zip(
            part.columns["scene"][:200, 0], low.round().astype(int), high.round().astype(int), strict=False
        ):
            inside = scene[top:bottom, left:right]
            edges = inside[[0, -1]].max(1), inside[:, [0, -1]].max(0)
            assert min(map(min, edges)) > 0.15
            assert inside.mean() > (scene.sum() - inside.sum()) / (scene.size - inside.size)


def test_that_points_of_a_circle_lie_around_a_middle_and_behind_the_last_is_nothing() -> None:
    columns = sources.load("point_shapes").train.columns
    assert np.bincount(columns["shape"]).min() >= 1000
    assert (columns["points_lengths"].min(), columns["points_lengths"].max()) == (30, 60)
    behind = np.arange(60) >= columns["points_lengths"][:, None]
    assert not columns["points"][behind].any()
    following = columns["points"][:, 1:30, 0], columns["points"][:, :29, 0]
    within = [item - np.median(columns["points"][:, :30, 0], axis=1, keepdims=True) for item in following]
    assert abs(np.corrcoef(within[0].ravel(), within[1].ravel())[0, 1]) < 0.02  # no order
    spread = []
    for row in np.flatnonzero(columns["shape"] == 0)[:50]:
        points = columns["points"][row, : columns["points_lengths"][row]]
        middle = np.linalg.lstsq(np.c_[2 * points, np.ones(len(points))], (points**2).sum(1), rcond=None)[0][:2]
        far = np.linalg.norm(points - middle, axis=1)
        spread.append(np.median(abs(far - np.median(far))))
        assert 0.5 < np.median(far) < 1.3
    assert np.median(spread) < 0.04


@pytest.mark.parametrize("name", list(sources.sources()))
def test_that_reading_again_gives_the_same(name: str) -> None:
    source = sources.sources()[name]
    once, again = sources.load(name), source.read(resource("data"))
    for part, same in zip((once.train.columns, once.test.columns), again, strict=True):
        assert part.keys() == same.keys()
        assert all(np.array_equal(part[column], same[column]) for column in part)
