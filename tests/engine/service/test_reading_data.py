"""Reading a person's own data on the engine's thread: how far it is, and an early end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.data import opening
from designer.data.formats.base import Opened, Progress, untold
from designer.data.formats.image_folder import FORMAT
from designer.engine.protocol.events import CaptureFailed, DataRead, Finished, Refused
from designer.engine.service.worker import Show, Train, Watch
from tests.data.formats.made import striped_pictures
from tests.engine.service.test_worker import Driver
from tests.helpers import chain, dense, input_of, output_for


class SlowReader:
    """Is never done, but for who ends it."""

    def __init__(self) -> None:
        self.begun, self.ended = threading.Event(), threading.Event()

    def open(self, path: Path, options: Any, progress: Progress = untold) -> Opened:
        self.begun.set()
        try:
            while not self.ended.wait(0.01):
                progress(3, 8)
        finally:
            self.ended.set()
        raise AssertionError("nobody ended it")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowReader:
    made = SlowReader()
    monkeypatch.setattr(type(FORMAT), "open", lambda form, *given: made.open(*given))
    return made


@pytest.fixture
def design(tmp_path: Path) -> Design:
    pictures = striped_pictures(tmp_path / "pets")
    source, found = opening.inspect(pictures, "image_folder")
    data = opening.settings_for(pictures, source, found)
    return Design(chain(input_of(3, 12, 12), "flatten", dense(2), output_for()), data)


@pytest.fixture
def driver() -> Iterator[Driver]:
    made = Driver()
    yield made
    assert made.worker.close()


def test_that_a_run_that_is_stopped_while_its_data_are_read_has_told_how_far_it_was_and_ends(
    driver: Driver, design: Design, slow: SlowReader
) -> None:
    driver.worker.submit(Train(design))
    read = driver.next(lambda event: isinstance(event, DataRead))
    assert isinstance(read, DataRead)
    assert (read.done, read.of) == (3, 8)
    driver.worker.stop_training()
    finished = driver.next(lambda event: isinstance(event, Finished))
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.step) == ("stopped", 0)
    refused = driver.next(lambda event: isinstance(event, Refused) and event.kind == "train")
    assert isinstance(refused, Refused)
    assert "while its data were read" in refused.reason


def test_that_data_are_not_read_to_their_end_once_other_ones_are_wanted(
    driver: Driver, design: Design, slow: SlowReader
) -> None:
    driver.worker.submit(Show(design))
    driver.worker.submit(Watch("flatten", 0))
    assert slow.begun.wait(60)
    driver.worker.submit(Show(Design(design.network, DataSettings())))
    failed = driver.next(lambda event: isinstance(event, CaptureFailed))
    assert isinstance(failed, CaptureFailed)
    assert failed.reason == "Other data are looked at by now."
    assert slow.ended.is_set()


def test_that_closing_ends_what_is_read_to_look_inside(driver: Driver, design: Design, slow: SlowReader) -> None:
    driver.worker.submit(Show(design))
    driver.worker.submit(Watch("flatten", 0))
    assert slow.begun.wait(60)
    assert driver.worker.close()
    assert slow.ended.is_set()
