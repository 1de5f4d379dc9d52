"""Sequences of somebody's own: every layout is recognised, read as it stands, and learned from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

from designer.core.graph.data_settings import DataSettings
from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats import sequence_layouts
from designer.data.formats.base import FoundData, Opened
from designer.data.formats.registry import format_of
from designer.data.formats.sequence_options import SequencesOptions
from designer.data.own_units import as_in_files
from designer.data.readers.sequences import in_order, ucr_series
from designer.data.sample_facts import facts_of
from tests.data.formats.learning import learned


def waves(count: int = 24, steps: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Curves [N, L]: of every second one the wave is twice as fast."""
    random = np.random.default_rng(1)
    labels = np.arange(count) % 2
    times = np.arange(steps) / steps
    curves = np.sin(2 * np.pi * (1 + labels[:, None]) * (times + random.uniform(size=(count, 1))))
    return (curves + random.normal(0, 0.05, curves.shape)).round(4), labels


def ucr_rows(curves: np.ndarray, labels: np.ndarray) -> str:
    return "".join(
        f"{label + 1}\t" + "\t".join(map(str, curve)) + "\n" for curve, label in zip(curves, labels, strict=True)
    )


def found_at(path: Path, **options: object) -> tuple[FoundData[SequencesOptions], Opened, DataSettings]:
    source, found = opening.inspect(path, "sequences", options or None)
    return found, format_of("sequences").open(path, found.options), opening.settings_for(path, source, found)


def test_that_a_pair_of_the_ucr_archive_keeps_its_parts(tmp_path: Path) -> None:
    curves, labels = waves()
    (tmp_path / "Waves_TRAIN.tsv").write_text(ucr_rows(curves[:16], labels[:16]))
    (tmp_path / "Waves_TEST.tsv").write_text(ucr_rows(curves[16:], labels[16:]))
    assert opening.inspect(tmp_path)[0] == "sequences"
    for path in (tmp_path, tmp_path / "Waves_TRAIN.tsv", tmp_path / "Waves_TEST.tsv"):
        found, opened, data = found_at(path)
        assert found.given_parts == (16, 0, 8)
        assert found.summary == "24 sequences of 20 steps, 1 value a step, 2 classes"
        np.testing.assert_allclose(opened.columns["curve"][:, :, 0], curves, atol=1e-6)
        dataset = opening.load(data)
        assert (len(dataset.train), len(dataset.test)) == (16, 8)
        assert dataset.test.columns["class"].tolist() == labels[16:].tolist()


def test_that_series_of_unequal_lengths_and_several_dimensions_are_read(tmp_path: Path) -> None:
    path = tmp_path / "Gestures.ts"
    path.write_text(
        "# a comment\n@problemName Gestures\n@univariate false\n@classLabel true wave fist\n@data\n"
        "1,2,3:10,20,30:wave\n4,?,6,7:40,50,60,70:fist\n0.5:1.5:wave\n"
    )
    found, opened, _ = found_at(path)
    curve, lengths = opened.columns["curve"], opened.columns["curve_lengths"]
    assert lengths.tolist() == [3, 4, 1]
    assert curve.shape == (3, 4, 2)
    assert curve[1, :, 0].tolist() == [4, 5, 6, 7]  # what is missing lies between its neighbours
    assert curve[0, 3].tolist() == [0, 0]
    assert found.options.classes == ("fist", "wave")
    assert found.info.features[0].shape.varies
    assert any("Lengths differ, from 1 to 4" in finding.message for finding in found.findings)


def test_that_the_last_dimension_of_an_archive_without_labels_is_no_label(tmp_path: Path) -> None:
    path = tmp_path / "Unlabelled.ts"
    lines = "1,2,3:10,20,30\n4,5,6:40,50,60\n"
    path.write_text(f"@univariate false\n@classLabel false\n@data\n{lines}")
    with pytest.raises(DataError, match="have no labels"):
        opening.inspect(path)
    assert [curve.shape for curve, _ in ucr_series(path)] == [(3, 2), (3, 2)]
    path.write_text(f"@classLabel false\n@targetLabel true\n@data\n{lines.replace(chr(10), ':0.5' + chr(10))}")
    assert [(curve.shape, label) for curve, label in ucr_series(path)] == [((3, 2), "0.5")] * 2


def test_that_missing_values_at_the_end_of_a_ucr_row_shorten_it(tmp_path: Path) -> None:
    path = tmp_path / "Short.tsv"
    rows = [[1, *range(10)], [2, *range(7), "NaN", "NaN", "NaN"], [1, *range(10)]]
    path.write_text("\n".join("\t".join(map(str, row)) for row in rows))
    _, opened, _ = found_at(path)
    assert opened.columns["curve_lengths"].tolist() == [10, 7, 10]


def test_that_a_sample_a_row_is_read_by_its_numbered_columns(tmp_path: Path) -> None:
    curves, labels = waves()
    table = pd.DataFrame(curves, columns=[f"t{step}" for step in range(20)])
    table.insert(0, "speed", np.where(labels == 1, "fast one", "慢"))
    path = tmp_path / "wide.csv"
    table.to_csv(path, index=False)
    assert opening.inspect(path)[0] == "sequences"
    found, opened, data = found_at(path)
    assert (found.options.layout, found.options.label, found.options.classes) == ("wide", "speed", ("fast one", "慢"))
    np.testing.assert_allclose(opened.columns["curve"][:, :, 0], curves, atol=1e-6)
    assert learned(data, opening.load(data), "test_accuracy", epochs=60) == 1.0


def numbered_table(rows: np.ndarray, labels: np.ndarray, prefix: str, path: Path, headed: bool = True) -> Path:
    table = pd.DataFrame(rows, columns=[f"{prefix}{place}" for place in range(rows.shape[1])])
    table.insert(0, "target", labels)
    table.to_csv(path, index=False, header=headed)
    return path


def of_a_table(name: str) -> tuple[np.ndarray, np.ndarray]:
    if name == "classification":
        return datasets.make_classification(80, 10, random_state=0)
    if name == "friedman":
        return datasets.make_friedman1(80, 10, random_state=0)
    if name == "few rows":
        return datasets.make_classification(4, 20, random_state=0)
    read = getattr(datasets, f"load_{name}")()
    return read.data[:90], read.target[:90]


@pytest.mark.parametrize("headed", [True, False])
@pytest.mark.parametrize("name", ["classification", "friedman", "few rows", "wine", "breast_cancer", "digits"])
def test_that_numbered_columns_in_no_order_are_those_of_a_table(name: str, headed: bool, tmp_path: Path) -> None:
    path = numbered_table(*of_a_table(name), "x", tmp_path / "table.csv", headed)
    names = opening.sources_of(path)
    assert names[0] == "table"
    assert "sequences" in names


def walks(count: int = 24, steps: int = 20) -> tuple[np.ndarray, np.ndarray]:
    curves = np.random.default_rng(2).normal(size=(count, steps)).cumsum(axis=1)
    return curves, (curves[:, -1] > 0).astype(int)


@pytest.mark.parametrize("headed", [True, False])
@pytest.mark.parametrize("curves", [waves(), walks(9, 9), walks(5, 200)], ids=["waves", "few walks", "long walks"])
def test_that_columns_that_follow_each_other_are_steps_and_that_this_is_doubtful(
    curves: tuple[np.ndarray, np.ndarray], headed: bool, tmp_path: Path
) -> None:
    path = numbered_table(*curves, "x", tmp_path / "curves.csv", headed)
    source, found = opening.inspect(path)
    assert (source, found.summary.split(",")[0]) == (
        "sequences",
        f"{len(curves[0])} sequences of {curves[0].shape[1]} steps",
    )
    (doubt,) = [item for item in found.findings if item.first]
    assert [answer.source for answer in doubt.answers] == ["table"]
    (other,) = [item for item in opening.inspect(path, "table")[1].findings if "steps in time" in item.message]
    assert [answer.source for answer in other.answers] == ["sequences"]


@pytest.mark.parametrize("prefix", ["t", "Step ", "day_0"])
def test_that_columns_called_after_moments_are_steps_without_a_doubt(prefix: str, tmp_path: Path) -> None:
    path = numbered_table(*of_a_table("classification"), prefix, tmp_path / "noise.csv")
    source, found = opening.inspect(path)
    assert (source, [item for item in found.findings if item.first]) == ("sequences", [])


def test_that_a_step_a_row_becomes_a_sample_for_each_id(tmp_path: Path) -> None:
    rows = [
        (name, step, step * 2, step * 3, name[0]) for name in ("a1", "b1", "a2") for step in range(3 + int(name[1]))
    ]
    table = pd.DataFrame(rows, columns=["sample", "time", "x", "y", "label"]).sample(frac=1, random_state=0)
    path = tmp_path / "long.csv"
    table.to_csv(path, index=False)
    found, opened, _ = found_at(path)
    by_label = opened.columns["label"]
    assert sorted(opened.columns["curve_lengths"].tolist()) == [4, 4, 5]
    assert found.options.values == ("x", "y")
    assert all(curve[:4, 0].tolist() == [0, 2, 4, 6] for curve in opened.columns["curve"])
    assert sorted(by_label.tolist()) == [0, 0, 1]
    assert found.info.features[0].numbers == ("x", "y")


def test_that_each_step_may_have_a_label(tmp_path: Path) -> None:
    rows = [
        (sample, step, step % 3 / 3, "high" if step % 3 else "low")
        for sample in range(12)
        for step in range(6 + sample % 2)
    ]
    path = tmp_path / "steps.csv"
    pd.DataFrame(rows, columns=["id", "t", "value", "label"]).to_csv(path, index=False)
    found, opened, data = found_at(path)
    target = found.info.targets[0]
    assert (target.per_step, target.classes) == (True, ("high", "low"))
    assert opened.columns["label"][0].tolist() == [1, 0, 0, 1, 0, 0, 0]
    assert learned(data, opening.load(data), "test_accuracy", epochs=40) > 0.95


def test_that_a_file_a_sample_is_read_by_the_folders_of_the_classes(tmp_path: Path) -> None:
    for name, slope in (("down", -1), ("up", 1)):
        (tmp_path / name).mkdir()
        for number in range(3):
            table = pd.DataFrame({"time": range(5), "height": [slope * step + number for step in range(5)]})
            table.to_csv(tmp_path / name / f"{number}.csv", index=False)
    found, opened, _ = found_at(tmp_path)
    assert (found.options.layout, found.options.values) == ("files", ("height",))
    assert opened.columns["class"].tolist() == [0, 0, 0, 1, 1, 1]
    assert opened.columns["curve"][4, :, 0].tolist() == [1, 2, 3, 4, 5]
    assert format_of("sequences").names(tmp_path, found.options)[4] == "up/1.csv"
    for name, content in {"0": "", "1x": "time,height\n0,high\n", "1y": "time,height\n0\n", "1z": "a,b\n1,2\n"}.items():
        (tmp_path / "down" / f"{name}.csv").write_text(content)
    found, opened, _ = found_at(tmp_path)
    assert (found.samples, opened.columns["class"].tolist()) == (5, [0, 0, 1, 1, 1])
    assert found.findings[0].message == "4 files cannot be read, and are left out."
    assert found.findings[0].where[1:3] == (
        "down/1x.csv: could not convert string to float: 'high'",
        "down/1y.csv: row 1 below the names has too few fields",
    )
    assert format_of("sequences").names(tmp_path, found.options)[3] == "up/1.csv"


def test_that_a_folder_is_recognised_without_looking_at_all_that_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("a", "b/deeper", ".hidden", "c"):
        (tmp_path / place).mkdir(parents=True)
    for place in ("a", "b/deeper", ".hidden"):
        (tmp_path / place / "1.csv").write_text("height\n1\n2\n3\n")
    assert [path.name for path in sequence_layouts._class_folders(tmp_path)] == ["a", "b"]
    monkeypatch.setattr(sequence_layouts, "tables_in", lambda folder: pytest.fail("all tables were listed"))
    monkeypatch.setattr(Path, "iterdir", lambda path: pytest.fail("all entries were looked at"))
    assert sequence_layouts.sureness(tmp_path) == 85


def series(path: Path, length: int = 60) -> np.ndarray:
    values = np.sin(np.arange(length) / 3).round(5)
    dates = pd.date_range("2020-01-01", periods=length)
    pd.DataFrame({"date": dates, "sales": values}).to_csv(path, index=False)
    return values


def test_that_a_forecast_sees_no_value_that_another_part_is_asked_for(tmp_path: Path) -> None:
    values = series(tmp_path / "sales.csv")
    found, _, data = found_at(
        tmp_path / "sales.csv",
        layout="forecast", time="date", values=["sales"], targets=["sales"], window=6, horizon=3, stride=2,
    )  # fmt: skip
    assert found.info.targets[0].shape.last == 3
    dataset = opening.load(data)
    begins, units = dataset.train.columns["span"][:, 0], facts_of(data).units["next"]
    for row, begin in enumerate(begins):
        np.testing.assert_allclose(dataset.train.columns["window"][row, :, 0], values[begin : begin + 6], atol=1e-6)
        told = as_in_files(dataset.train.columns["next"][row], units)
        np.testing.assert_allclose(told, values[begin + 6 : begin + 9], atol=1e-6)
    assert begins.max() + 6 + 3 <= dataset.test.columns["span"][:, 0].min()


def test_that_a_series_is_guessed_and_learned(tmp_path: Path) -> None:
    series(tmp_path / "sales.csv", 200)
    found, _, data = found_at(tmp_path / "sales.csv")
    assert (found.options.layout, found.options.time, found.options.targets) == ("forecast", "date", ("sales",))
    assert "each with the value of sales that follows; " in found.reading
    assert learned(data, opening.load(data), "test_loss", epochs=30) < 0.05


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "there are no rows"),
        ("id,x,label\n1,2,a\n1,3,a\n", "every sequence has the label 'a'"),
        ("id,x,label\n1,2,a\n2,3\n", "row 3 has fewer fields than the first one"),
        ("time,x\n1,2\n2,3\n", "the series has 2 steps: expected 3, or a smaller window"),
    ],
)
def test_that_what_cannot_be_read_is_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=said):
        opening.inspect(path, "sequences")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ts", "@data\n1,2:up\n\n1,x,3:down\n", r"a\.ts: line 4: expected a number, got 'x'"),
        ("a.ts", "# no curve\n1,2,up\n", r"a\.ts: line 2: expected numbers, a colon and a label, got '1,2,up'"),
        ("a.ts", "@data\n(0,1),(1,2):up\n", r"a\.ts: line 2: expected a number, got '\(0'"),
        ("a.ts", "@problemName a\n@data\n", r"a\.ts: there are no curves"),
        ("a.ts", "@data\n1,2:3,4:up\n1,2:down\n", r"a\.ts: line 3: expected 2 dimensions, as in the first, got 1"),
        ("a.tsv", " \n", r"a\.tsv: there are no curves: expected a label and its numbers in each row"),
        ("a.tsv", "1\t2\t3\n1\t2\tx\n", r"a\.tsv: row 2: expected a number, got 'x'"),
        ("a.csv", "id,t,v,label\n1,1,2,a\n1,0,high,a\n2,0,1,b\n", r"row 3: expected a number in 'v', got 'high'"),
        ("a.csv", "t,v\n3,1\n2,high\n1,4\n", r"row 3: expected a number in 'v', got 'high'"),
    ],
)
def test_that_what_is_no_number_is_told_with_its_file_and_line(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    how: dict[str, Any] = {}
    if name == "a.tsv":
        how = {"layout": "ucr", "files": [(name, 0)], "classes": ["1"]}
    elif content.startswith("id"):
        how = {"layout": "long", "sample": "id", "time": "t", "values": ["v"], "label": "label", "classes": ["a", "b"]}
    elif name == "a.csv":
        how = {"layout": "forecast", "time": "t", "values": ["v"], "targets": ["v"], "window": 1}
    with pytest.raises(DataError, match=said):
        opening.inspect(tmp_path / name, "sequences", how or None)


def test_that_what_is_no_finite_number_is_missing_and_a_sequence_without_values_is_a_step(tmp_path: Path) -> None:
    rows = ["1\t1\tinf\t3", "2\t-inf\t1e39\tNaN", "1", "2\t1\t2\t4"]
    (tmp_path / "A_TRAIN.tsv").write_text("\n".join(rows * 4))
    how: dict[str, Any] = {"layout": "ucr", "files": [("A_TRAIN.tsv", 0)], "classes": ["1", "2"]}
    _, found = opening.inspect(tmp_path / "A_TRAIN.tsv", "sequences", how)
    opened = format_of("sequences").open(tmp_path / "A_TRAIN.tsv", found.options)
    assert opened.columns["curve"][:4, :, 0].tolist() == [[1, 2, 3], [0, 0, 0], [0, 0, 0], [1, 2, 4]]
    assert opened.columns["curve_lengths"][:4].tolist() == [3, 1, 1, 3]


def test_that_a_column_in_which_all_is_missing_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{step},nan,{step % 5}\n" for step in range(40))
    (tmp_path / "a.csv").write_text(f"t,empty,v\n{rows}")
    how = {"layout": "forecast", "time": "t", "values": ["empty", "v"], "targets": ["v"], "window": 4}
    _, found = opening.inspect(tmp_path / "a.csv", "sequences", how)
    (told,) = [item for item in found.findings if "the same everywhere" in item.message]
    assert told.message.startswith("1 value of a step is the same everywhere, or 0 as all are missing")
    assert told.where == ("empty",)


def test_that_other_sequences_which_cannot_be_read_alike_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,4\n")
    wide = SequencesOptions(layout="wide", values=("t0",), label="label", classes=("x", "y"))
    for options, said in (
        (wide, "it cannot be read as sequences: no column is called 't0': there are a, b"),
        (SequencesOptions(layout="ucr", classes=("x", "y")), "there is no sample that can be read as those that were"),
    ):
        with pytest.raises(DataError, match=rf"a\.csv: .*{said}"):
            format_of("sequences").open(tmp_path / "a.csv", options)


def test_that_an_unknown_column_is_named(tmp_path: Path) -> None:
    series(tmp_path / "sales.csv")
    with pytest.raises(DataError, match="no column is called 'price'"):
        found_at(tmp_path / "sales.csv", layout="forecast", values=["price"], targets=["sales"])


@pytest.mark.parametrize(
    ("first", "step", "form"),
    [
        ("2024-01-28", "1D", "%d.%m.%Y"),
        ("2024-01-28", "1D", "%m/%d/%Y"),
        ("2024-01-28", "1D", "%d/%m/%y"),
        ("1999-11-28", "30D", "%d %b %Y"),
        ("1999-11-01", "31D", "%b %Y"),
        ("2024-01-01 08:30", "17min", "%m/%d/%Y %I:%M %p"),
        ("2024-01-01 08:30", "17min", "%H:%M"),
        ("2024-01-28", "1D", "%Y%m%d"),
        ("2024-01-01 08:30", "17min", "step %j %H"),
    ],
)
def test_that_steps_lie_in_the_order_of_their_times_however_these_are_written(first: str, step: str, form: str) -> None:
    times = list(dict.fromkeys(pd.date_range(first, periods=40, freq=step).strftime(form)))
    times = [f"step {place}" for place in range(40)] if form.startswith("step") else times
    rows = [[time, str(place)] for place, time in enumerate(times)]
    turned = [["", "first"], *rows[20:], *rows[:20]]
    assert in_order(["time", "value"], turned, "time") == [["", "first"], *rows]
    assert in_order(["time", "value"], rows, "time") == rows


def test_that_days_and_months_are_told_apart_by_the_order_of_the_rows_and_zones_are_known() -> None:
    american = [["01/09/2024"], ["01/10/2024"], ["02/01/2024"]]
    british = [["09/01/2024"], ["10/01/2024"], ["01/02/2024"]]
    autumn = [["2024-10-27T02:30:00+02:00"], ["2024-10-27T02:15:00+01:00"]]
    for rows in (american, british, autumn):
        assert in_order(["day"], rows, "day") == rows


def test_that_a_series_with_commas_before_fractions_is_read_as_one_with_points(tmp_path: Path) -> None:
    series = pd.DataFrame({"date": pd.date_range("2024-01-28", periods=40), "level": np.arange(40) * 612.25 - 800})
    series["flow"] = np.arange(40) / 8
    series.to_csv(tmp_path / "points.csv", index=False)
    german = series.assign(date=series.date.dt.strftime("%d.%m.%Y"))
    german["level"] = [f"{level:,.2f}".translate(str.maketrans(",.", ".,")) for level in series.level]
    german.sample(frac=1, random_state=1).to_csv(tmp_path / "commas.csv", index=False, sep=";", decimal=",")
    (_, points, _), (_, commas, _) = (found_at(tmp_path / name) for name in ("points.csv", "commas.csv"))
    for name in ("window", "next", "span"):
        np.testing.assert_array_equal(commas.columns[name], points.columns[name])


@pytest.mark.parametrize(
    ("window", "horizon", "stride", "steps"), [(14, 1, 1, 57), (7, 3, 2, 80), (5, 2, 7, 90), (3, 1, 4, 60)]
)
def test_that_windows_across_the_cut_do_not_count_among_those_that_are_told(
    window: int, horizon: int, stride: int, steps: int, tmp_path: Path
) -> None:
    pd.DataFrame({"step": range(steps), "level": np.sin(np.arange(steps))}).to_csv(tmp_path / "s.csv", index=False)
    _, first = opening.inspect(tmp_path / "s.csv", "sequences")
    chosen = first.options.model_dump(mode="json") | {"window": window, "horizon": horizon, "stride": stride}
    _, _, data = found_at(tmp_path / "s.csv", **chosen)
    dataset = opening.load(data)
    assert data.known is not None
    assert (data.known.samples, data.known.test_samples) == (len(dataset.train), len(dataset.test))
