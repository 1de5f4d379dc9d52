"""Tables of pictures and labels, as spreadsheets and pandas write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

from designer.data import opening
from designer.data.errors import DataError
from designer.data.formats.base import PART, Finding, FoundData
from designer.data.formats.labelled_pictures import FORMAT, LabelledPicturesOptions
from designer.data.formats.registry import recognised
from tests.data.formats.made import noise
from tests.data.formats.test_image_folder import finding


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pictures: 00.png to 11.png."""
    for number in range(12):
        noise(tmp_path / f"{number:02}.png", number)
    return tmp_path


def inspected(path: Path, **options: object) -> FoundData[LabelledPicturesOptions]:
    source, found = opening.inspect(path, "labelled_pictures" if options else "", options or None)
    assert source == "labelled_pictures"
    return found


def answered(path: Path, found: FoundData[LabelledPicturesOptions], one: Finding) -> FoundData[LabelledPicturesOptions]:
    """What there is after a person has chosen the first answer."""
    return inspected(path, **{**found.options.model_dump(mode="json"), **one.answers[0].changes})


def columns(**roles: str) -> list[dict[str, str]]:
    """A choice for each column: its role, and its type behind a space."""
    return [dict(zip(("name", "role", "type"), (name, *role.split()), strict=False)) for name, role in roles.items()]


FILES = [f"{number:02}.png" for number in range(12)]


def table(folder: Path, name: str = "labels.csv", **columns: list[object]) -> Path:
    pandas.DataFrame({"file": FILES, **columns}).to_csv(folder / name, index=False)
    return folder / name


def test_that_a_table_beside_pictures_has_their_labels(folder: Path) -> None:
    path = table(folder, label=["cat", "dog", "big\nowl"] * 4)
    found = inspected(folder)
    assert found.summary == "3 classes, 12 pictures, 12×12"
    assert found.reading.startswith("The labels are in labels.csv; pictures")
    assert found.info.targets[0].classes == ("big\nowl", "cat", "dog")
    assert FORMAT.open(folder, found.options).columns["label"].tolist() == [1, 2, 0] * 4
    alone = inspected(path)  # the table itself
    assert alone.options.table == ""
    assert FORMAT.open(path, alone.options).columns["label"].tolist() == [1, 2, 0] * 4


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1", "gb18030"]
)
def test_that_encodings_are_seen(folder: Path, encoding: str) -> None:
    word = "花园" if encoding == "gb18030" else "café"
    text = "file,label\n" + "".join(
        f"{name},{label}\n" for name, label in zip(FILES, [word, "jardin"] * 6, strict=True)
    )
    (folder / "labels.csv").write_bytes(text.encode(encoding))
    found = inspected(folder)
    assert [item.name for item in found.options.columns] == ["file", "label"]
    assert found.info.targets[0].classes == tuple(sorted((word, "jardin")))
    assert FORMAT.open(folder, found.options).columns["label"].tolist() == ([1, 0] if word > "j" else [0, 1]) * 6
    doubtful = [item.message for item in found.findings if "is not written in UTF-8" in item.message]
    assert len(doubtful) == (encoding in ("latin-1", "gb18030"))
    assert all(("cannot be told for sure" in item) == (encoding == "latin-1") for item in doubtful)


def test_that_another_encoding_can_be_chosen(folder: Path) -> None:
    text = "文件,类别\n" + "".join(f"{name},{label}\n" for name, label in zip(FILES, ["猫", "大 狗"] * 6, strict=True))
    (folder / "labels.csv").write_bytes(text.encode("gb18030"))
    found = inspected(folder)
    assert found.info.targets[0].name == "类别"
    western = answered(folder, found, finding(found, "labels.csv is not written in UTF-8: by trial"))
    assert western.info.targets[0].name == "类别".encode("gb18030").decode("cp1252")
    unsure = finding(western, "labels.csv is not written in UTF-8, and in what it is cannot be told")
    chinese = next(item for item in unsure.answers if "gb18030" in item.title)
    after = answered(folder, western, replace(unsure, answers=(chinese,)))
    assert after.info.targets[0].classes == ("大 狗", "猫")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_that_cells_may_be_divided_otherwise(folder: Path, delimiter: str) -> None:
    frame = pandas.DataFrame({"note": ["a, b"] * 12, "file": FILES, "label": ["x", "y"] * 6})
    frame.to_csv(folder / "labels.csv", index=False, sep=delimiter)
    assert inspected(folder).info.targets[0].classes == ("x", "y")


def test_that_a_table_may_have_no_names_of_columns(folder: Path) -> None:
    rows = zip(FILES, ["x", "y"] * 6, strict=True)
    (folder / "labels.csv").write_text("".join(f"{name},{label}\n" for name, label in rows))
    found = inspected(folder)
    assert (found.samples, found.info.targets[0].name) == (12, "column 2")
    assert FORMAT.open(folder, found.options).columns["column 2"].tolist() == [0, 1] * 6


def test_that_names_without_endings_are_found_in_a_folder_beside(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    for name in FILES:
        (tmp_path / name).rename(tmp_path / "train" / name)
    frame = pandas.DataFrame({"id": [f"{number:02}" for number in range(12)], "breed": ["x", "y"] * 6})
    frame.to_csv(tmp_path / "labels.csv", index=False)
    found = inspected(tmp_path)
    assert (found.options.inside, found.options.ending) == ("train", ".png")
    assert found.samples == 12
    assert FORMAT.open(tmp_path, found.options).columns["breed"].tolist() == [0, 1] * 6


def test_that_paths_of_windows_are_read(folder: Path) -> None:
    noise(folder / "deep" / "x.png", 99)
    noise(folder / "deep" / "y.png", 98)
    (folder / "labels.csv").write_text("path,label\n.\\deep\\x.png,a\ndeep\\y.png,b\n")
    assert inspected(folder).samples == 2


def test_that_numbers_are_learned_as_numbers_unless_they_are_few(folder: Path) -> None:
    table(
        folder,
        age=[number / 2 for number in range(12)],
        digit=[0, 3] * 6,
        place=[f"place {number}" for number in range(12)],
        same=["x"] * 12,
    )
    found = inspected(folder)
    assert [(item.name, item.classes) for item in found.info.targets] == [("age", None), ("digit", ("0", "3"))]
    assert found.summary.startswith("2 targets, 12 pictures")
    ages = FORMAT.open(folder, found.options).columns["age"]
    assert ages.dtype == np.float32
    assert ages[:3].tolist() == [[0], [0.5], [1]]
    kinds = {item.name: item.type for item in found.options.columns}
    assert (kinds["age"], kinds["digit"], kinds["place"]) == ("number", "category", "category")


def test_that_a_column_called_label_goes_before_others(folder: Path) -> None:
    table(folder, width=[number / 3 for number in range(12)], label=["x", "y"] * 6, class_id=[7, 3] * 6)
    found = inspected(folder)
    assert [item.name for item in found.info.targets] == ["label"]
    assert found.options.named("ignored", "number") == ["width"]
    assert found.options.named("ignored", "category") == ["class_id"]  # the same under other names


def test_that_a_person_says_what_columns_are_for(folder: Path) -> None:
    table(folder, width=[1, 2] * 6, label=["x", "y"] * 6)
    found = inspected(folder, columns=columns(file="input", width="target category", label="ignored"))
    assert [(item.name, item.classes) for item in found.info.targets] == [("width", ("1", "2"))]


def test_that_a_table_names_parts_and_what_belongs_together(folder: Path) -> None:
    parts = ["Train"] * 6 + ["valid"] * 2 + ["TEST"] * 4
    table(folder, split=parts, label=["x", "y"] * 6, patient_id=["p", "p", "q", "r"] * 3)
    found = inspected(folder)
    assert found.given_parts == (6, 2, 4)
    assert found.info.groups == "group"
    opened = FORMAT.open(folder, found.options).columns
    assert opened[PART].tolist() == [0] * 6 + [1] * 2 + [2] * 4
    assert opened["group"].tolist() == [0, 0, 1, 2] * 3
    assert len(opening.load(opening.settings_for(folder, "labelled_pictures", found)).test) == 4


def test_that_rows_without_labels_and_pictures_that_are_not_there_are_left_out(folder: Path) -> None:
    labels = ["x", "y"] * 6
    labels[3] = ""
    table(folder, label=labels)
    (folder / "05.png").unlink()
    found = inspected(folder)
    assert finding(found, "1 row of labels.csv has no label that can be read. It is left out.").where == (
        "row 5: 03.png, ",
    )
    assert finding(found, "1 picture of labels.csv is not there. Its row is left out.").where == ("05.png",)
    assert found.samples == len(FORMAT.open(folder, found.options).columns["label"]) == 10


COUNTED = {
    "a count": ({"visits": [row % 20 for row in range(60)]}, False),
    "a row's number of many": ({"id": list(range(30_000))}, False),
    "a row's number of each picture": ({"id": list(range(20))}, True),
    "a picture that is there again": ({"image_id": [row % 20 for row in range(60)]}, True),
    "a picture of many that are not here": ({"image_id": list(range(30_000))}, False),
}


@pytest.mark.parametrize(("given", "is_taken"), COUNTED.values(), ids=COUNTED)
def test_that_whole_numbers_name_pictures_where_that_is_no_chance(
    given: dict[str, list[int]], is_taken: bool, tmp_path: Path
) -> None:
    for number in range(20):
        noise(tmp_path / f"{number}.png", number)
    (numbers,) = given.values()
    rows = {**given, "size": [row % 97 + 20 for row in numbers], "label": ["x", "y"] * (len(numbers) // 2)}
    pandas.DataFrame(rows).to_csv(tmp_path / "table.csv", index=False)
    assert bool(FORMAT.recognises(tmp_path / "table.csv")) == is_taken
    assert opening.sources_of(tmp_path / "table.csv")[0] == ("labelled_pictures" if is_taken else "table")


def test_that_no_picture_outside_the_folder_of_a_table_is_read(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mine = noise(tmp_path_factory.mktemp("elsewhere") / "mine.png", 1)
    files = [
        *FILES[:4],
        str(folder / FILES[4]),
        f"../{folder.name}/{FILES[5]}",
        str(mine),
        f"../{mine.parent.name}/mine.png",
    ]
    path = folder / "labels.csv"
    pandas.DataFrame({"file": files, "label": ["x", "y"] * 4}).to_csv(path, index=False)
    found = inspected(folder)
    told = finding(found, "2 pictures of labels.csv lie outside its folder. Their rows are left out")
    assert told.where == tuple(files[6:])
    assert found.samples == len(FORMAT.open(folder, found.options).columns["label"]) == 6
    pandas.DataFrame({"file": files[6:] * 4, "label": ["x", "y"] * 4}).to_csv(path, index=False)
    assert not FORMAT.recognises(path)
    _, refused = opening.inspect(path, "table")
    assert finding(refused, "Column file names pictures outside the folder of the table, which are not read").first


def test_that_rows_that_are_too_short_are_told(folder: Path) -> None:
    (folder / "labels.csv").write_text("file,label\n00.png,x\n01.png\n02.png,y\n03.png,x,more\n04.png,y\n05.png,y\n")
    found = inspected(folder)
    assert finding(found, "1 row of labels.csv has no label").where == ("row 3: 01.png",)
    assert found.samples == 5


def test_that_labels_that_are_called_like_pictures_name_none(folder: Path) -> None:
    rows = "".join(f"{number:02}.png,0{number % 2}\n" for number in range(6))
    (folder / "labels.csv").write_text(f"file,label\n{rows}gone.png,00\n05.png,00,01,02\n")
    found = inspected(folder)
    assert finding(found, "1 picture of labels.csv is not there")
    assert [len(item) for item in found.info.targets[0].classes or ()] == [2, 2]


def test_that_columns_that_mean_something_else_get_another_name(folder: Path) -> None:
    table(folder, part=["x", "y"] * 6)
    found = inspected(folder)
    assert [item.name for item in found.info.targets] == ["part_"]
    assert found.given_parts == (0, 0, 0)
    assert "part_" in FORMAT.open(folder, found.options).columns


def test_that_a_class_of_one_row_can_be_left_out(folder: Path) -> None:
    table(folder, label=["x", "y"] * 5 + ["x", "z"])
    found = inspected(folder)
    after = answered(folder, found, finding(found, "A class has one picture alone"))
    assert after.info.targets[0].classes == ("x", "y")
    assert after.samples == 11


def test_that_a_table_without_labels_is_refused(folder: Path) -> None:
    table(folder, same=["x"] * 12)
    with pytest.raises(DataError, match="expected a column with labels beside file; no other has different values"):
        inspected(folder)


def test_that_one_class_alone_is_refused(folder: Path) -> None:
    table(folder, same=["x"] * 12)
    with pytest.raises(DataError, match="same: expected 2 to 20,000 classes, got 1"):
        inspected(folder, columns=columns(file="input", same="target category"))


def test_that_columns_that_are_not_there_are_named(folder: Path) -> None:
    table(folder, label=["x", "y"] * 6)
    with pytest.raises(DataError, match="the table has no column 'breed'"):
        inspected(folder, columns=columns(file="input", breed="target number"))
    with pytest.raises(DataError, match="expected one column of pictures, got 0"):
        inspected(folder, columns=columns(label="target category"))


def test_that_a_table_that_is_not_written_so_is_refused(folder: Path) -> None:
    table(folder, label=["é", "y"] * 6).write_bytes("file,label\n00.png,é\n01.png,y\n".encode("latin-1"))
    options = inspected(folder).options.model_copy(update={"encoding": "utf-8-sig"})
    with pytest.raises(DataError, match=r"labels.csv: it cannot be read as a table in utf-8-sig"):
        FORMAT.open(folder, options)


def test_that_other_tables_are_not_taken(folder: Path) -> None:
    path = folder / "numbers.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    assert not [form for form in recognised(path) if form.name == "labelled_pictures"]


def test_that_other_pictures_are_named_with_and_without_a_table(folder: Path, tmp_path: Path) -> None:
    table(folder, label=["x", "y"] * 6)
    options = inspected(folder).options
    noise(tmp_path / "others" / "a.png", 77)
    others, names = FORMAT.open_others(tmp_path / "others", options)
    assert (sorted(others.columns), names) == (["image"], ("a.png",))
    alone, names = FORMAT.open_others(folder / "03.png", options)
    assert (alone.columns["image"].shape, names) == ((1, 3, 12, 12), ("03.png",))
    labelled, names = FORMAT.open_others(folder, options)
    assert (labelled.columns["label"].tolist(), names) == ([0, 1] * 6, tuple(FILES))
