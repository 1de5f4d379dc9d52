"""A person's own data: found, kept in a file as how to get them, opened and split."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile
from pydantic import ValidationError

from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data import opening
from designer.data.assembly import dataset_of
from designer.data.errors import Cancelled, DataError
from designer.data.formats.base import PART, Opened
from designer.data.formats.image_folder import FORMAT
from designer.data.looking import Wish, look_at
from designer.data.parts import HELD
from designer.engine.protocol.events import Finished
from designer.engine.training.trainer import Trainer
from tests.data.formats.made import striped_pictures
from tests.helpers import chain, dense, input_of, output_for

SMALL = {"height": 8, "width": 8}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return striped_pictures(tmp_path / "pets")


def found_at(path: Path, **options: object) -> DataSettings:
    source, found = opening.inspect(path, options=options or None)
    return opening.settings_for(path, source, found)


def test_that_what_was_found_is_known_without_reading_it_again(pictures: Path) -> None:
    data = found_at(pictures, **SMALL)
    info = opening.info(DataSettings.model_validate_json(data.model_dump_json()))
    assert info is not None
    assert (info.features[0].shape.sizes, info.targets[0].classes) == ((3, 8, 8), ("cats", "dogs"))
    assert opening.counts(data) == (16, 4)


@pytest.mark.parametrize("name", ["iris.csv", "iris.parquet", "iris.jsonl", "iris.npz", "deep/iris.csv"])
def test_that_a_folder_with_one_table_in_it_is_that_table(tmp_path: Path, name: str) -> None:
    table = tmp_path / "flowers" / name
    table.parent.mkdir(parents=True)
    one_table(table)
    for beside in ("README.md", "LICENSE", ".hidden.csv", "notes.txt", "plot.svg"):
        (tmp_path / "flowers" / beside).write_text("The lengths of petals, and which kind each flower is of. " * 9)
    look = look_at(Wish(tmp_path / "flowers"))
    assert Path(look.settings.path) == table
    assert look.settings.source == ("arrays" if name.endswith(".npz") else "table")
    read = opening.load(look.settings)
    assert len(read.train) + len(read.test) == 60


def test_that_a_folder_with_several_tables_says_which_there_are(tmp_path: Path) -> None:
    for name in ("train.csv", "test.csv", "b.csv", "c.csv", "d.csv", "e.csv"):
        one_table(tmp_path / name)
    told = (
        "choose one of its files, as the folder is no data as a whole: b.csv, c.csv, d.csv, e.csv, test.csv and 1 more"
    )
    with pytest.raises(DataError, match=told):
        look_at(Wish(tmp_path))
    (tmp_path / "empty" / "more").mkdir(parents=True)
    (tmp_path / "empty" / "one.xyz").write_bytes(b"\0\1")
    with pytest.raises(DataError, match="empty: no data that this program reads"):
        look_at(Wish(tmp_path / "empty"))


def one_table(path: Path) -> None:
    random = np.random.default_rng(1)
    width, label = random.normal(size=60), np.arange(60) % 3
    if path.suffix == ".npz":
        np.savez(path, x=width[:, None], y=label)
        return
    table = pd.DataFrame({"width": width, "kind": [f"kind {number}" for number in label]})
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_json(path, orient="records", lines=True)


def test_that_a_file_holds_how_to_get_the_data_and_finds_them_when_both_move(pictures: Path, tmp_path: Path) -> None:
    data = found_at(pictures, **SMALL)
    files.write(Design(data=data), tmp_path / "net.network.json")
    written = json.loads((tmp_path / "net.network.json").read_text())["data"]
    assert written["path"] == "pets"
    moved = tmp_path.with_name(tmp_path.name + "-moved")
    tmp_path.rename(moved)
    try:
        read = files.read(moved / "net.network.json").data
        assert Path(read.path) == moved / "pets"
        assert len(opening.load(read).train) == 16
    finally:
        moved.rename(tmp_path)


def test_that_whoever_waits_may_stop_before_it_is_known_what_lies_there(pictures: Path) -> None:
    def enough(done: int, of: int) -> None:
        assert (done, of) == (0, 0)
        raise Cancelled

    with pytest.raises(Cancelled):
        opening.inspect(pictures, progress=enough)


def test_that_data_far_away_keep_their_path(pictures: Path, tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    files.write(Design(data=found_at(pictures)), deep / "net.network.json")
    assert json.loads((deep / "net.network.json").read_text())["data"]["path"] == pictures.as_posix()


def test_that_data_of_the_program_are_written_as_ever() -> None:
    assert files.to_json(Design())["data"] == {"source": "mnist_5k"}


def test_that_data_that_are_gone_are_told_with_their_path(pictures: Path) -> None:
    data = found_at(pictures)
    pictures.rename(pictures.with_name("elsewhere"))
    with pytest.raises(DataError, match=r"pets: the data are no longer there: say where they are now"):
        opening.load(data)


def test_that_a_design_without_data_is_told_so_when_it_is_to_be_trained() -> None:
    with pytest.raises(DataError, match="choose data to train with"):
        opening.load(DataSettings(source=NO_DATA))


def test_that_reading_ends_when_nobody_wants_it_any_more(pictures: Path) -> None:
    def tell(done: int, of: int) -> None:
        if done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        opening.load(found_at(pictures), tell)


def test_that_the_test_has_each_class_in_its_share_and_nothing_that_is_learned(pictures: Path) -> None:
    dataset = opening.load(found_at(pictures, **SMALL).model_copy(update={"test_share": 0.3}))
    assert np.bincount(dataset.test.columns["class"]).tolist() == [3, 3]
    learned = {image.tobytes() for image in dataset.train.columns["image"]}
    assert not learned & {image.tobytes() for image in dataset.test.columns["image"]}


def test_that_parts_which_the_data_name_are_kept(pictures: Path) -> None:
    data = found_at(pictures)
    known = opening.info(data)
    assert known is not None
    opened = Opened({"image": np.zeros((4, 3, 8, 8)), "class": np.array([0, 1, 0, 1]), PART: np.array([0, 1, 2, 0])})
    dataset = dataset_of(opened, replace(known, held=HELD), data)
    assert dataset.train.columns[HELD].tolist() == [False, True, False]
    assert len(dataset.test) == 1


@pytest.mark.parametrize(
    ("split", "said"), [("given", "do not say which"), ("group", "what belongs together"), ("time", "says the time")]
)
def test_that_a_split_that_the_data_do_not_allow_is_told(pictures: Path, split: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        opening.load(found_at(pictures).model_copy(update={"split": split}))


def test_that_options_of_a_file_that_are_wrong_are_named(pictures: Path) -> None:
    data = found_at(pictures)
    wrong = data.model_copy(update={"options": {**data.options, "height": "tall"}})
    with pytest.raises(DataError, match=r"options: height: .*got 'tall'"):
        opening.load(wrong)


def test_that_sizes_and_axes_of_a_file_belong_together(pictures: Path) -> None:
    written = found_at(pictures).model_dump()
    written["known"]["features"][0]["sizes"] = (8, 8)
    with pytest.raises(ValidationError, match="as many sizes as axes"):
        DataSettings.model_validate(written)


def test_that_a_network_learns_from_a_folder_of_pictures(pictures: Path) -> None:
    data = found_at(pictures, **SMALL)
    network = chain(input_of(3, 8, 8), "flatten", dense(2), output_for())
    design = Design(network, data)
    design = replace(design, training=design.training.model_copy(update={"epochs": 30, "learning_rate": 0.01}))
    ended = Trainer(design, opening.load(data), lambda event: None).run()
    assert isinstance(ended, Finished)
    assert ended.metrics["test_accuracy"] == 1.0


@pytest.mark.parametrize("written", ["{}", ' "{}" ', "'{}'", "file://{}"])
def test_that_a_path_may_be_pasted_as_other_programs_write_it(pictures: Path, written: str) -> None:
    assert opening.place_of(written.format(pictures)) == pictures


def test_that_a_path_may_begin_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert opening.place_of("~/pets") == tmp_path / "pets"


def odd_sounds(folder: Path) -> None:
    """Sounds of one sample a second."""
    for name in "ab":
        (folder / name).mkdir(parents=True)
        for number in range(4):
            soundfile.write(folder / name / f"{number}.wav", np.zeros(4000, np.int16), 1)


def folders_without_letters(folder: Path) -> None:
    """Folders of pictures, one with a name that is no text."""
    striped_pictures(folder)
    os.rename(folder / "cats", os.fsencode(folder) + b"/\xff")


def long_name(file: Path) -> None:
    """A table with a column of a very long name."""
    file.write_text(f"{'a' * 10_000},b,c\n" + "".join(f"{row},{row % 7},{'xy'[row % 2]}\n" for row in range(40)))


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("no text", folders_without_letters, "cannot read: classes"),
        ("long.csv", long_name, "cannot read: name: expected at most 1000 characters"),
    ],
)
def test_that_what_no_reader_expects_is_told_and_no_fault_of_the_program(
    name: str, make: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(DataError, match=said) as told:
        opening.load(found_at(tmp_path / name))
    assert str(tmp_path / name) in str(told.value)
    assert "pydantic" not in str(told.value)


def test_that_sounds_of_hardly_any_samples_a_second_are_read(tmp_path: Path) -> None:
    odd_sounds(tmp_path / "slow")
    assert found_at(tmp_path / "slow").known is not None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("name", ["x.csv", "x.zip", "x.npz", "x.wav", "x.png", "x.txt", "x"])
@pytest.mark.parametrize("source", ["", "table", "sequences"])
def test_that_a_pipe_is_not_waited_for(name: str, source: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(DataError, match="neither a file nor a folder"):
        opening.inspect(tmp_path / name, source)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_that_pipes_and_links_to_nowhere_in_a_folder_are_left_out(pictures: Path) -> None:
    os.mkfifo(pictures / "cats" / "pipe.png")
    os.mkfifo(pictures / "labels.csv")
    os.mkfifo(pictures / "sound.wav")
    (pictures / "cats" / "gone.png").symlink_to(pictures / "nowhere.png")
    (pictures / "round").symlink_to(pictures / "round")
    (pictures / "cats" / "round.png").symlink_to(pictures / "cats" / "round.png")
    (pictures / "dogs" / "endless.png").symlink_to("/dev/zero")
    opened = opening.load(found_at(pictures, **SMALL))
    assert (len(opened.train), len(opened.test)) == (16, 4)


def texts(folder: Path) -> str:
    """The ending of texts in two folders."""
    for name in ("cats", "dogs"):
        for number in range(10):
            (folder / name / f"{number}.txt").write_text("all is well " * 3)
    return ".txt"


def tables(folder: Path) -> str:
    """The ending of curves in two folders."""
    for name in ("cats", "dogs"):
        for number in range(10):
            (folder / name / f"{number}.csv").write_text("x,y\n" + "1,2\n" * 9)
    return ".csv"


def sounds(folder: Path) -> str:
    """The ending of sounds in two folders."""
    for name in ("cats", "dogs"):
        for number in range(10):
            soundfile.write(folder / name / f"{number}.wav", np.zeros(4000, np.int16), 8000)
    return ".wav"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("fill", [texts, tables, sounds])
def test_that_a_pipe_among_files_of_any_kind_is_left_out(fill: Callable[[Path], str], tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
    ending = fill(tmp_path)
    os.mkfifo(tmp_path / "cats" / f"0pipe{ending}")
    (tmp_path / "dogs" / f"gone{ending}").symlink_to(tmp_path / "nowhere")
    opened = opening.load(found_at(tmp_path))
    assert len(opened.train) + len(opened.test) == 20


@pytest.mark.parametrize("name", ["a*b.csv", "a?b.csv", "[ab].csv", "it's [1].jsonl"])
def test_that_a_name_with_signs_of_a_pattern_is_that_file_alone(name: str, tmp_path: Path) -> None:
    rows = [{"x": row, "y": row % 7, "z": "uv"[row % 2]} for row in range(40)]
    lines = (
        [json.dumps(row) for row in rows]
        if name.endswith("jsonl")
        else ["x,y,z", *("{x},{y},{z}".format(**row) for row in rows)]
    )
    for other in (name, "axb.csv", "a.csv", "it's 1.jsonl"):
        (tmp_path / other).write_text("\n".join(lines if other == name else lines[:9]))
    known = found_at(tmp_path / name).known
    assert known is not None
    assert known.samples + known.test_samples == 40


def test_that_numbers_near_the_largest_can_be_learned(tmp_path: Path) -> None:
    rows = "".join(f"{row % 5},{row * 3 % 7},{(row * 1.7) % 9}e307\n" for row in range(60))
    (tmp_path / "large.csv").write_text(f"a,b,c\n{rows}")
    opened = opening.load(found_at(tmp_path / "large.csv"))
    wanted = opened.train.columns["c"]
    assert np.isfinite(wanted).all()
    assert np.abs(wanted).max() <= 10


def test_that_a_member_without_any_number_is_no_class(tmp_path: Path) -> None:
    inputs = np.random.default_rng(0).normal(size=(40, 3))
    np.savez(tmp_path / "none.npz", x=inputs, y=np.full(40, np.inf))
    with pytest.raises(DataError, match="no sample is left"):
        opening.inspect(tmp_path / "none.npz")


def options_of(settings: DataSettings, role: str) -> DataSettings:
    """The settings with another role for the first column, while the design knows what it was."""
    written = settings.model_dump(mode="json")
    written["options"]["columns"][0]["role"] = role
    return DataSettings.model_validate(written)


@pytest.mark.parametrize("reading", ["memory", "streamed"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": "ignored"}, "numbers: expected 2 a sample, as the design knows it, got 1: .* choose them once more"),
        ({"sizes": [7]}, "numbers: expected 7 a sample"),
        ({"name": "others"}, "there is no 'others', as it is read"),
        ({"raw": 7}, "numbers: expected 2 a sample"),
        ({"classes": ["x", "y"]}, "c: expected 2 classes, got more"),
    ],
)
def test_that_data_which_are_no_longer_read_as_the_design_knows_them_are_told(
    change: dict[str, Any], said: str, reading: str, tmp_path: Path
) -> None:
    rows = "".join(f"{row * 7 % 11},{row * 3 % 7}.5,{'xyz'[row % 3]}\n" for row in range(90))
    (tmp_path / "t.csv").write_text(f"a,b,c\n{rows}")
    data = found_at(tmp_path / "t.csv").model_copy(update={"reading": reading})
    if "role" in change:
        data = options_of(data, **change)
    else:
        written = data.model_dump(mode="json")
        written["known"]["targets" if "classes" in change else "features"][0] |= change
        data = DataSettings.model_validate(written)
    with pytest.raises(DataError, match=said):
        opening.load(data)


@pytest.mark.parametrize("broken", ["broken.npy", "broken-idx1-ubyte"])
def test_that_a_broken_array_beside_others_spoils_none_of_them_and_is_named(broken: str, tmp_path: Path) -> None:
    (tmp_path / broken).write_bytes(b"")
    whole = ["x.npy", "y.npy"] if broken.endswith("npy") else ["x-idx2-ubyte", "y-idx1-ubyte"]
    for name, array in zip(
        whole, (np.arange(120, dtype=np.uint8).reshape(40, 3), np.arange(40, dtype=np.uint8) % 2), strict=True
    ):
        if name.endswith("npy"):
            np.save(tmp_path / name, array)
        else:
            sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
            (tmp_path / name).write_bytes(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())
    for path in (tmp_path, tmp_path / whole[0]):
        _, found = opening.inspect(path)
        assert found.samples == 40
        assert any(broken in f"{finding.message} {finding.where}" for finding in found.findings)
    with pytest.raises(DataError, match=f"{broken}: it cannot be read as"):
        opening.inspect(tmp_path / broken)


def test_that_a_path_is_recognised_once_and_not_again_where_its_sources_are_known(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    recognises = type(FORMAT).recognises
    monkeypatch.setattr(type(FORMAT), "recognises", lambda form, path: (asked.append(path), recognises(form, path))[1])
    look = look_at(Wish(pictures))
    assert (look.settings.source, look.formats[0], asked) == ("image_folder", "image_folder", [pictures])
    again = look_at(Wish(pictures, look.settings.source, SMALL, formats=look.formats))
    assert (again.formats, again.found.options.height, asked) == (look.formats, 8, [pictures])
