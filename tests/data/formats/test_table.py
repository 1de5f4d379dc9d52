"""Tables of one's own: what is found in them, and what becomes of their columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.errors import Cancelled, DataError
from designer.data.formats.base import Finding, FoundData
from designer.data.formats.registry import recognised
from designer.data.formats.table import FORMAT
from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_profile import Sampled
from designer.data.formats.table_target import likely_targets
from designer.data.samples import Dataset

PEOPLE = {
    "PassengerId": range(1, 41),
    "age": [22.0, 38, None, 35] * 10,
    "sex": ["male", "female", "female", "male"] * 10,
    "town": [f"town {number % 13}" for number in range(40)],
    "member": ["yes", "no", "no", "yes"] * 10,
    "joined": ["2020-01-31", "2021-03-01", "2021-03-01", "2024-12-24"] * 10,
    "remark": [f"What {number} said was long enough to be a text of its own." for number in range(40)],
    "const": ["x"] * 40,
    "survived": [0, 1, 1, 0, 1] * 8,
}


def people(path: Path, **changes: Any) -> Path:
    """A table of all sorts of columns."""
    pd.DataFrame({**PEOPLE, **changes}).to_csv(path, index=False)
    return path


def found(path: Path, **options: Any) -> FoundData[TableOptions]:
    return FORMAT.inspect(path, FORMAT.read_options(options) if options else None)


def corrected(before: FoundData[TableOptions], path: Path, **roles: Any) -> FoundData[TableOptions]:
    """What is found when a person gives columns other roles or types, as {"age": {"role": "ignored"}}."""
    columns = [item.model_copy(update=roles.get(item.name, {})) for item in before.options.columns]
    return FORMAT.inspect(path, before.options.model_copy(update={"columns": tuple(columns)}))


def loaded(path: Path, what: FoundData[TableOptions], **split: Any) -> Dataset:
    return opening.load(opening.settings_for(path, "table", what, DataSettings(**split)))


def said(what: FoundData[TableOptions], words: str) -> Finding:
    return next(item for item in what.findings if words in item.message)


def test_that_roles_and_types_are_guessed(tmp_path: Path) -> None:
    what = found(people(tmp_path / "people.csv"))
    assert {item.name: (item.type, item.role) for item in what.options.columns} == {
        "PassengerId": ("number", "ignored"),
        "age": ("number", "input"),
        "sex": ("category", "input"),
        "town": ("category", "input"),
        "member": ("yes_no", "input"),
        "joined": ("date", "input"),
        "remark": ("text", "ignored"),
        "const": ("category", "ignored"),
        "survived": ("category", "target"),
    }
    assert (what.samples, what.class_counts) == (40, (16, 24))
    assert what.summary == "40 rows, 9 columns: 2 numbers, 4 categories, 1 yes or no, 1 date, 1 text"
    assert what.reading.startswith("survived (2 classes) is learned from 5 columns.")


def column(told: str) -> Sampled:
    """A column of 200 rows: its name, its type, and how many cells it has, if these are not all."""
    name, kind, filled = (*told.split(), "200")[:3]
    cells = int(filled)
    numbers = cells if kind == "number" else 0
    distinct = {"number": 190, "yes_no": 2, "category": 5}[kind]
    return Sampled(name, cells, numbers, 0, cells if kind == "yes_no" else 0, 0, 0, distinct, 3.0, 0)


@pytest.mark.parametrize(
    ("columns", "learned"),
    [
        (["age number", "income number 170", "buys yes_no"], "buys"),
        (["age number", "income number"], "income"),
        (["price number", "town category"], "price"),
        (["price number 190", "town category"], "town"),
        (["Median_House_Value number 190", "ocean category"], "Median_House_Value"),
        (["target number 150", "sex yes_no"], "target"),
        (["garage yes_no", "used number"], "used"),
        (["x number", "price number", "y number", "z number"], "price"),
        (["y yes_no", "x number"], "y"),
        (["one number", "two number", "customer_id number"], "two"),
    ],
)
def test_that_names_cells_and_places_are_weighed_for_what_is_learned(columns: list[str], learned: str) -> None:
    likely = likely_targets([column(told) for told in columns], ())
    assert likely[0] == learned
    assert set(likely) == {told.split()[0] for told in columns}


def test_that_a_column_with_gaps_is_offered_behind_a_complete_one_and_costs_rows_once_it_is_chosen(
    tmp_path: Path,
) -> None:
    path = tmp_path / "shop.csv"
    rows = {"age": [20, 30, 40, 50, 60] * 8, "income": [1.5, None, 3.25, 4.75] * 10, "buys": ["yes", "no"] * 20}
    pd.DataFrame(rows).to_csv(path, index=False)
    guess = said(found(path), "It is a guess that buys is what is to be learned.")
    assert guess.first
    assert [answer.title for answer in guess.answers] == ["Learn income", "Learn age"]
    what = found(path, **guess.answers[0].changes)
    assert (what.info.targets[0].name, what.samples) == ("income", 30)
    assert [item.message for item in what.findings if item.first] == [
        "10 of 40 rows are left out: income is missing there."
    ]


def test_that_numbers_dates_and_few_categories_are_one_feature_and_others_are_tokens(tmp_path: Path) -> None:
    what = found(people(tmp_path / "people.csv"))
    numbers, town = what.info.features
    assert numbers.numbers == (
        "age",
        "member",
        "joined year",
        "joined month sin",
        "joined month cos",
        "joined day sin",
        "joined day cos",
        "joined weekday sin",
        "joined weekday cos",
        "sex = female",
        "sex = male",
        "age is missing",
    )
    assert (numbers.name, numbers.shape.sizes, numbers.raw) == ("numbers", (12,), 3)
    assert (town.name, town.shape.names, town.vocabulary) == ("town", ("L",), 14)
    assert what.info.targets[0].classes == ("0", "1")


def test_that_rows_become_what_was_told(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv")
    opened = FORMAT.open(path, found(path).options)
    numbers, towns = opened.columns["numbers"], opened.columns["town"]
    turn = 2 * np.pi * np.array([11 / 12, 23 / 31, 1 / 7])  # 2024-12-24 was a Tuesday
    circles = np.stack([np.sin(turn), np.cos(turn)], 1).ravel()
    np.testing.assert_allclose(numbers[3], [35, 1, 2024, *circles, 0, 1, 0], atol=1e-6)
    assert np.isnan(numbers[2, 0])
    assert numbers[2, 1:].tolist() == pytest.approx([0, 2021, *numbers[1, 3:9], 1, 0, 1])
    assert (numbers.dtype, towns.dtype, towns.shape) == (np.float32, np.int64, (40, 1))
    assert [opened.words["town"][number] for number in towns[:3, 0]] == ["town 0", "town 1", "town 2"]
    assert opened.columns["survived"].tolist() == PEOPLE["survived"]


def test_that_numbers_are_standardised_by_the_rows_that_are_not_for_the_test(tmp_path: Path) -> None:
    parts = ["train"] * 30 + ["learn"] * 6 + ["test", "eval"] * 2
    path = people(tmp_path / "people.csv", age=[20.0, 40, None, 60] * 9 + [1000.0] * 4, set=parts)
    dataset = loaded(path, found(path))
    deviation = 20 * np.sqrt(2 / 3)
    ages = dataset.train.columns["numbers"][:4, 0]
    assert ages.tolist() == pytest.approx([-20 / deviation, 0, 0, 20 / deviation])
    assert dataset.test.columns["numbers"][0, 0] == pytest.approx(960 / deviation)
    np.testing.assert_allclose(dataset.units["numbers"][:, 0], [40, 40, deviation])


@pytest.mark.parametrize(("rule", "expected"), [("mean", 100 / 3), ("median", 35)])
def test_that_a_missing_number_is_the_mean_or_the_median_of_its_column(
    rule: str, expected: float, tmp_path: Path
) -> None:
    path = people(tmp_path / "people.csv", age=[22.0, 38, None, 35, 22, 38, 50, 28] * 5)
    dataset = loaded(path, found(path, missing_numbers=rule))
    middle, mean, deviation = dataset.units["numbers"][:, 0]
    missing = dataset.train.columns["numbers"][:, -1] == 1
    assert missing.any()
    assert dataset.train.columns["numbers"][missing, 0] == pytest.approx((middle - mean) / deviation)
    assert middle == pytest.approx(expected, abs=1)


def test_that_rows_without_a_number_are_left_out_on_wish(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv")
    what = found(path, missing_numbers="leave_out")
    assert what.samples == 30
    assert "age is missing" not in what.info.features[0].numbers
    assert len(FORMAT.open(path, what.options).columns["numbers"]) == 30


def test_that_what_a_person_corrects_is_kept(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv")
    before = found(path)
    what = corrected(before, path, survived={"role": "ignored"}, age={"role": "target"}, PassengerId={"role": "input"})
    assert [item.name for item in what.info.targets] == ["age"]
    assert what.info.targets[0].classes is None
    assert "PassengerId" in what.info.features[0].numbers
    assert what.samples == 30
    assert said(what, "10 of 40 rows are left out: age is missing there.").first
    assert not [item for item in what.findings if "guess" in item.message]


def test_that_few_whole_numbers_are_classes_and_can_be_learned_as_a_number(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv", survived=[1, 2, 10] * 13 + [2])
    what = found(path)
    assert what.info.targets[0].classes == ("1", "2", "10")
    number = corrected(what, path, survived={"type": "number"})
    assert number.info.targets[0].classes is None
    column = number.options.columns[-1]
    values = FORMAT.open(path, number.options).columns["survived"]
    assert values.shape == (40, 1)
    assert values[:3, 0].tolist() == pytest.approx([(value - column.offset) / column.scale for value in (1, 2, 10)])
    assert (abs(values.mean()), values.std()) == (pytest.approx(0, abs=0.05), pytest.approx(1, abs=0.05))


def test_that_several_columns_can_be_learned(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv")
    what = corrected(found(path), path, sex={"role": "target"}, age={"role": "target"})
    assert [(item.name, item.task) for item in what.info.targets] == [
        ("age", "regression"),
        ("sex", "classification"),
        ("survived", "classification"),
    ]
    assert {"age", "sex", "survived"} <= loaded(path, what).train.columns.keys()


def test_that_a_category_has_a_number_for_each_of_few_values_and_one_for_missing(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv", town=["Bern", "北京", None, "New York"] * 10)
    what = found(path)
    assert what.info.features[0].numbers[-5:-1] == ("town = Bern", "town = New York", "town = 北京", "town is missing")
    rows = FORMAT.open(path, what.options).columns["numbers"][:4, -5:-1]
    assert rows.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]]
    assert [item.name for item in found(path, one_hot_up_to=2).info.features] == ["numbers", "town"]


def test_that_a_category_that_only_the_test_has_is_unknown(tmp_path: Path) -> None:
    towns = [f"town {number % 12}" for number in range(36)] + ["elsewhere"] * 3 + ["town 1"]
    path = people(tmp_path / "people.csv", town=towns, set=["train"] * 30 + ["val"] * 5 + ["test"] * 5)
    what = found(path)
    assert what.given_parts == (30, 5, 5)
    dataset = loaded(path, what)
    assert dataset.test.columns["town"][:, 0].tolist()[1:4] == [0, 0, 0]
    assert dataset.train.columns["held"].tolist() == [False] * 30 + [True] * 5
    assert dataset.train.columns["town"].min() > 0


def test_that_what_belongs_together_stays_together_and_the_latest_are_for_the_test(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv", patient=[f"p{number // 4}" for number in range(40)])
    what = found(path)
    assert what.options.columns[-1].role == "group"
    dataset = loaded(path, what)
    assert not set(dataset.train.columns["groups"]) & set(dataset.test.columns["groups"])
    later = corrected(what, path, patient={"role": "ignored"}, PassengerId={"role": "time"})
    dataset = loaded(path, later)
    assert dataset.test.columns["spans"][:, 0].tolist() == list(range(34, 40))


@pytest.mark.parametrize(
    ("changes", "words", "column"),
    [
        ({"x": [1.0] * 40}, "all cells are the same", "x"),
        ({"x": [None] * 40}, "all cells are missing", "x"),
        ({"x": [f"k{number}" for number in range(40)]}, "value of its own", "x"),
        ({"x": ["nearly", "1"] + [str(number / 7) for number in range(38)]}, "not a number", "x"),
        ({"x": [np.inf, *range(39)]}, "infinite", "x"),
        ({"x": [1e9] + [number % 7 for number in range(39)]}, "outliers", "x"),
        ({"survived": [0] * 38 + [1, 1]}, "unbalanced", "0: 38"),
        ({"survived": ["a"] * 20 + ["b"] * 19 + ["c"]}, "one row alone", "c"),
        ({"survived": ["a"] * 40}, "nothing to learn", "survived"),
    ],
)
def test_that_what_is_doubtful_is_told(changes: dict[str, Any], words: str, column: str, tmp_path: Path) -> None:
    assert column in said(found(people(tmp_path / "people.csv", **changes)), words).where


def test_that_a_column_that_tells_the_target_is_told_and_can_be_ignored(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    y = random.integers(0, 2, 200)
    table = {"a": random.normal(size=200), "code": np.where(y, "won", "lost"), "amount": y * 100 + random.random(200)}
    pd.DataFrame({**table, "y": y}).to_csv(path := tmp_path / "leak.csv", index=False)
    what = found(path)
    leaks = [item.where for item in what.findings if "alone tells y" in item.message]
    assert leaks == [("code",), ("amount",)]
    answer = said(what, "code alone tells y").answers[0]
    after = FORMAT.inspect(path, FORMAT.read_options(what.options.model_dump(mode="json") | dict(answer.changes)))
    assert [item.role for item in after.options.columns] == ["input", "ignored", "input", "target"]


def test_that_a_number_in_other_units_is_a_leak(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    metres = random.normal(size=200)
    pd.DataFrame({"a": random.normal(size=200), "feet": metres * 3.28, "metres": metres}).to_csv(
        path := tmp_path / "leak.csv", index=False
    )
    assert said(found(path), "feet alone tells metres")


def test_that_rows_that_are_there_twice_are_told_and_taken_once_on_wish(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": range(50), "b": [number / 3 for number in range(50)], "y": ["u", "v"] * 25})
    pd.concat([table, table[:7]]).to_csv(path := tmp_path / "twice.csv", index=False)
    what = found(path)
    assert said(what, "7 rows repeat an earlier one")
    once = found(path, repeated="once")
    columns = FORMAT.open(path, once.options).columns
    assert columns["y"].tolist() == [0, 1] * 25
    assert columns["numbers"][:, -1].tolist() == pytest.approx([number / 3 for number in range(50)])


def test_that_every_answer_can_be_given(tmp_path: Path) -> None:
    changes = {"x": ["?", "odd"] + [str(number / 7) for number in range(38)], "survived": [0] * 39 + [1]}
    path = people(tmp_path / "people.csv", **changes)
    what = found(path)
    answers = [answer for item in what.findings for answer in item.answers]
    assert len(answers) > 8
    for answer in answers:
        options = FORMAT.read_options(what.options.model_dump(mode="json") | dict(answer.changes))
        assert FORMAT.inspect(path, options).options != what.options, answer.title


def test_that_the_panel_gets_statistics_and_the_first_rows(tmp_path: Path) -> None:
    what = found(people(tmp_path / "people.csv"))
    age = what.columns[1]
    assert (age.name, age.missing, age.distinct, age.least, age.most) == ("age", 10, 3, "22", "38")
    assert age.mean == pytest.approx(95 / 3)
    assert what.columns[5].most == "2024-12-24 00:00:00"
    assert what.head[2][:3] == ("3", "", "female")
    assert [item.name for item in what.columns] == [item.name for item in what.options.columns]


def test_that_columns_may_be_called_like_what_the_program_makes(tmp_path: Path) -> None:
    odd = ["numbers", "part", "groups", "a" * 200]
    table = {name: [f"v{number % 12}" for number in range(60)] for name in odd}
    pd.DataFrame({**table, "held": ["a", "b"] * 30}).to_csv(path := tmp_path / "odd.csv", index=False)
    what = found(path)
    names = [item.name for item in what.info.features]
    assert names == ["numbers 2", "part 2", "groups 2", "a" * 60]
    assert what.info.targets[0].name == "held 2"
    assert set(loaded(path, what).train.columns) == {*names, "held 2"}


def test_that_a_wide_table_is_looked_at_piece_by_piece(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(30, 61)).round(3)
    pd.DataFrame(values, columns=[f"gene {number}x" for number in range(61)]).to_csv(
        path := tmp_path / "wide.csv", index=False
    )
    what = found(path)
    assert what.info.features[0].shape.sizes == (60,)
    np.testing.assert_allclose(FORMAT.open(path, what.options).columns["numbers"], values[:, :60], rtol=1e-6)


def test_that_looking_ends_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    def tell(done: int, of: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        FORMAT.inspect(people(tmp_path / "people.csv"), None, tell)


def test_that_a_file_that_has_changed_since_is_told(tmp_path: Path) -> None:
    path = people(tmp_path / "people.csv")
    options = found(path).options
    people(path, survived=["yes", "no"] * 20)
    with pytest.raises(DataError, match=r"people\.csv: column 'survived': 40 cells are none of its classes"):
        FORMAT.open(path, options)
    pd.DataFrame(PEOPLE).drop(columns="age").to_csv(path, index=False)
    with pytest.raises(DataError, match=r"people\.csv: line 1: expected the names of 9 columns, got 8|no column 'age'"):
        FORMAT.open(path, options)


def test_that_more_than_fits_into_memory_is_refused_with_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = people(tmp_path / "people.csv")
    options = found(path).options
    monkeypatch.setattr("designer.data.formats.table.available_memory", lambda: 1000)
    with pytest.raises(DataError, match="40 rows of 14 numbers do not fit into memory: ignore columns"):
        FORMAT.open(path, options)


def test_that_a_table_is_recognised_as_one(tmp_path: Path) -> None:
    assert recognised(people(tmp_path / "people.csv"))[0] is FORMAT


@pytest.mark.parametrize("remark", ["long " * 200 + "{}", "n{}"], ids=["long", "many"])
def test_that_texts_that_are_no_classes_cannot_be_learned(
    remark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("designer.data.formats.table_plan.MAX_CLASSES", 39)
    path = people(tmp_path / "people.csv", remark=[remark.format(number) for number in range(40)])
    with pytest.raises(
        DataError, match=r"people\.csv: column 'remark': 40 different texts cannot be learned: expected"
    ):
        corrected(found(path), path, remark={"role": "target"}, survived={"role": "ignored"})


def test_that_a_file_with_a_long_name_is_known(tmp_path: Path) -> None:
    path = people(tmp_path / f"{'n' * 230}.csv")
    assert len(loaded(path, found(path)).train) == 34


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_what_a_split_by_group_keeps_apart_is_counted_by_its_groups(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    groups = [name for name, size in (("b", 30), ("a", 3), ("c", 9), ("", 5), ("d", 1)) for _ in range(size)]
    lines = [f"{name},{place * place % 7},{'yes' if place % 3 else 'no'}" for place, name in enumerate(groups)]
    path.write_text("\n".join(["patient,x,ill", *lines]))
    source, found = opening.inspect(path)
    data = opening.settings_for(path, source, found, DataSettings(split="group", split_seed=seed))
    dataset = opening.load(data)
    assert opening.counts(data) == (len(dataset.train), len(dataset.test))
