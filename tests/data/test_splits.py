"""What is learned from, validated and tested with shares nothing: no sample, no value of a series, no picture."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.graph.binding import bind, split_of
from designer.core.graph.network import Network
from designer.core.graph.training_settings import TrainingSettings
from designer.data import opening, sources
from designer.data.samples import Array, Samples
from designer.data.validation_part import validation_findings
from designer.engine.training.batches import validation_split
from designer.recipe.splitting import split_by_chance, split_by_class, split_by_group, split_by_time

SHARES = [0.05, 0.2, 0.5, 0.9]
COMPOSED = {"digit_pairs": ["first", "second"], "digit_scenes": ["objects"], "digit_sequences": ["digits"]}
WINDOWED = {
    "airline_passengers": lambda columns: [columns["months"][..., 0], columns["next_month"]],
    "passengers_ahead": lambda columns: [columns["months"][..., 0], columns["following"][..., 0]],
    "mackey_glass": lambda columns: [columns["series"][..., 0], columns["next"][:, -1]],
}


def windows(name: str, part: Samples) -> tuple[Array, Array]:
    """What each sample is given and what it is to tell, one behind the other, and the times that it says it spans."""
    return np.concatenate(WINDOWED[name](part.columns), axis=1), part.columns[sources.sources()[name].info.spans]


def rows_of(name: str, share: float = 0.2, seed: int = 0) -> tuple[Array, Array]:
    """Which samples are to learn from, and which to validate with."""
    data = sources.load(name)
    settings = TrainingSettings(validation_share=share, seed=seed)
    learned, held = validation_split(data.train, data.info, bind(Network.of([]), data.info), settings)
    assert len(learned)
    assert len(held)
    return learned, held


def parts_of(name: str, share: float = 0.2, seed: int = 0) -> list[Samples]:
    """The samples to learn from, to validate and to test with."""
    data = sources.load(name)
    learned, held = (
        Samples({key: values[rows] for key, values in data.train.columns.items()})
        for rows in rows_of(name, share, seed)
    )
    return [learned, held, data.test]


@pytest.mark.parametrize("name", list(sources.sources()))
def test_that_no_sample_is_in_two_parts(name: str) -> None:
    features = [item.name for item in sources.sources()[name].info.features]
    parts = [
        {b"|".join(part.sample(feature, row).tobytes() for feature in features) for row in range(len(part))}
        for part in parts_of(name)
    ]
    for one, other in combinations(parts, 2):
        assert not one & other


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", COMPOSED)
def test_that_no_picture_is_in_two_parts(name: str, share: float) -> None:
    train, test = pictures(name)
    for seed in range(3):
        parts = [np.unique(found) for found in (*(train[rows] for rows in rows_of(name, share, seed)), test)]
        for one, other in combinations(parts, 2):
            assert set(one) & set(other) <= {EMPTY}


EMPTY = -1


@cache
def pictures(name: str) -> tuple[Array, Array]:
    """The pictures of each sample by numbers, one for those that are alike; EMPTY behind the end of a sequence."""
    data, numbers = sources.load(name), dict[bytes, int]()

    def number(picture: Array) -> int:
        return numbers.setdefault(picture.tobytes(), len(numbers)) if picture.any() else EMPTY

    def of(part: Samples) -> Array:
        columns = [part.columns[column] for column in COMPOSED[name]]
        shown = np.concatenate([values.reshape(len(part), -1, *values.shape[-2:]) for values in columns], axis=1)
        return np.array([[number(picture) for picture in sample] for sample in shown])

    return of(data.train), of(data.test)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("name", WINDOWED)
def test_that_windows_of_two_parts_share_no_value_and_come_one_part_after_the_other(name: str, share: float) -> None:
    parts = [windows(name, part) for part in parts_of(name, share)]
    for (_, earlier), (_, later) in pairwise(parts):
        assert earlier[:, 1].max() <= later[:, 0].min()
    for one, other in combinations([neighbours(values) for values, _ in parts], 2):
        assert not one & other


def neighbours(values: Array) -> set[bytes]:
    """Each value with the one behind it: a number of passengers alone may come back in another year."""
    return {pair.tobytes() for row in values for pair in np.stack([row[:-1], row[1:]], axis=1)}


@pytest.mark.parametrize("name", WINDOWED)
def test_that_a_span_says_where_in_the_series_a_window_lies(name: str) -> None:
    data, series = sources.load(name), dict[int, float]()
    for values, spans in (windows(name, data.train), windows(name, data.test)):
        for row, (begin, end) in zip(values.tolist(), spans.tolist(), strict=True):
            assert len(row) == end - begin
            assert all(series.setdefault(time, value) == value for time, value in enumerate(row, begin))
    assert len(series) > 100


def test_that_the_share_is_that_of_the_windows_which_are_used() -> None:
    spans = sources.load("mackey_glass").train.columns["span"]
    for share in SHARES:
        learned, held = split_by_time(spans, share)
        assert len(held) / (len(learned) + len(held)) == pytest.approx(share, abs=0.01)
        assert len(learned) + len(held) == len(spans) - 16  # 129 values, of which every eighth begins a window


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), min_size=2, max_size=40),
    st.floats(0.05, 0.9),
)
def test_that_windows_of_any_length_in_any_order_are_cut_where_both_sides_share_nothing(
    drawn: list[tuple[int, int]], share: float
) -> None:
    spans = np.array([(begin, begin + length) for begin, length in drawn])
    learned, held = split_by_time(spans, share)
    possible = spans[:, 1].min() <= spans[:, 0].max()
    assert (len(learned) > 0) == possible
    assert len(held) > 0
    if possible:
        assert spans[learned, 1].max() <= spans[held, 0].min()
        cut = spans[held, 0].min()
        across = [row for row, (begin, end) in enumerate(spans) if begin < cut < end]
        assert sorted([*learned, *held, *across]) == list(range(len(spans)))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=50), st.floats(0.05, 0.9), st.integers(0, 3))
def test_that_groups_stay_together(groups: list[int], share: float, seed: int) -> None:
    numbers = np.array(groups)
    learned, held = split_by_group(numbers, share, seed)
    assert sorted([*learned, *held]) == list(range(len(groups)))
    assert len(held) > 0
    assert not set(numbers[learned]) & set(numbers[held])


def test_that_another_seed_holds_other_groups_back() -> None:
    pool = sources.load("digit_pairs").train.columns["pool"]
    drawn = {tuple(np.unique(pool[split_by_group(pool, 0.2, seed)[1]])) for seed in range(5)}
    assert len(drawn) == 5
    assert {len(pools) for pools in drawn} == {4}


def test_that_the_split_is_balanced_complete_and_repeatable() -> None:
    y = sources.load("mnist_5k").train.columns["digit"]
    learned, held = split_by_class(y, 0.2, 7)
    assert sorted([*learned, *held]) == list(range(4000))
    assert np.bincount(y[held]).tolist() == [80] * 10
    assert np.array_equal(held, split_by_class(y, 0.2, 7)[1])
    assert not np.array_equal(held, split_by_class(y, 0.2, 8)[1])
    learned, held = split_by_chance(10, 0.3, 7)
    assert sorted([*learned, *held]) == list(range(10))
    assert len(held) == 3


@pytest.mark.parametrize(("share", "held"), [(0.1, [4, 1, 1, 1, 0]), (0.9, [36, 4, 3, 1, 0]), (0.0, [0, 0, 0, 0, 0])])
def test_that_each_class_that_can_be_is_on_both_sides(share: float, held: list[int]) -> None:
    labels = np.repeat(np.arange(5), [40, 5, 4, 2, 1])
    learned, kept = split_by_class(labels, share, 3)
    assert np.bincount(labels[kept], minlength=5).tolist() == held
    assert sorted([*learned, *kept]) == list(range(52))


def test_that_as_many_samples_are_told_to_be_tested_as_are(tmp_path: Path) -> None:
    rows = [f"{n},{n * n % 7},{name}" for name, count in (("a", 40), ("b", 3), ("c", 2)) for n in range(count)]
    (tmp_path / "rare.csv").write_text("\n".join(["n,m,kind", *rows]), encoding="utf-8")
    source, found = opening.inspect(tmp_path / "rare.csv")
    data = opening.settings_for(tmp_path / "rare.csv", source, found)
    dataset = opening.load(data)
    assert opening.counts(data) == (len(dataset.train), len(dataset.test)) == (37, 8)
    assert set(dataset.test.columns["kind"].reshape(-1)) == {0, 1, 2}


def test_that_what_samples_share_goes_before_the_balance_of_classes() -> None:
    chosen = {name: split_of(item.info, item.info.targets).function for name, item in sources.sources().items()}
    assert {name for name, function in chosen.items() if function == "split_by_time"} == {*WINDOWED, "next_letter"}
    assert {name for name, function in chosen.items() if function == "split_by_group"} == {
        *COMPOSED,
        "moving_digits",
        "spoken_digits",
        "digit_boxes",
    }
    assert chosen["mnist_5k"] == "split_by_class"
    assert chosen["number_reversal"] == "split_by_chance"


def test_that_few_samples_to_validate_with_are_told_by_their_number_with_what_mends_it(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("a,b,kind\n" + "".join(f"{n},{n * n % 17},{'xyz'[n % 3]}\n" for n in range(60)) + "7,7,rare\n" * 2)
    source, found = opening.inspect(path)
    data = opening.settings_for(path, source, found)
    dataset = opening.load(data)

    def told(share: float) -> list[str]:
        return [item.message.partition(":")[0] for item in validation_findings(found, data, share)]

    for share in (0.05, 0.1, 0.5):
        _, held = split_by_class(dataset.train.columns["kind"], share, seed=0)
        few, rare = f"Only {len(held)} samples are kept apart to validate with", "Some classes have too few samples"
        assert [text.startswith((few, rare)) for text in told(share)] == [True] * (1 + (len(held) < 10))
    assert told(0.0) == [f"None of {len(dataset.train)} samples is kept apart to validate with"]
    (larger, nothing), (again,) = (next(validation_findings(found, data, share)).answers for share in (0.1, 0.0))
    assert larger == again
    assert nothing.training == {"validation_share": 0.0}
    mended = larger.training["validation_share"]
    assert isinstance(mended, float)
    (rare,) = validation_findings(found, data, mended)
    assert rare.where == ("rare",)
    assert [*validation_findings(replace(found, samples=5000, class_counts=()), data, 0.0)] == []
