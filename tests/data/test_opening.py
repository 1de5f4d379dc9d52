"""A person's own data: found, kept in a file as how to get them, opened and split."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from designer.core.graph.data_settings import NO_DATA, DataSettings
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.data import opening
from designer.data.assembly import dataset_of
from designer.data.errors import Cancelled, DataError
from designer.data.formats.base import PART, Opened
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
