"""Pictures that other processes decode are those that are decoded here, and nothing stays behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from designer.data.errors import DataError
from designer.data.formats.pictures import streaming
from designer.data.formats.pictures.decoding import Decoding, DecodingProcesses
from designer.data.formats.pictures.streaming import PictureColumn
from tests.data.formats.made import striped_pictures

GREY = Decoding((9, 7), 1, "crop", deep=True)
OWNER = """
from designer.data.formats.pictures.decoding import Decoding, DecodingProcesses
others = DecodingProcesses(Decoding((9, 7), 3, "stretch", deep=False))
others.decoded([{path!r}])
print("decoded", flush=True)
input()
"""


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    return sorted(map(str, striped_pictures(tmp_path / "pets").rglob("*.png")))


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "MANY", 10)


def decoders_of(process: psutil.Process) -> list[psutil.Process]:
    return [child for child in process.children() if any("serve()" in word for word in child.cmdline())]


@pytest.mark.usefixtures("many")
def test_that_other_processes_decode_many_pictures_to_the_same_and_end_with_their_column(paths: list[str]) -> None:
    here = psutil.Process()
    before = set(decoders_of(here))
    for decoding in (Decoding((9, 7), 3, "stretch", deep=False), GREY):
        column = PictureColumn(paths, decoding)
        rows = np.array([4, 0, 11, 4])
        values = column.take(rows)
        assert set(decoders_of(here)) - before
        assert values.dtype == decoding.dtype
        assert (values == decoding.decoded([paths[row] for row in rows])).all()
        del column
    assert set(decoders_of(here)) <= before


def test_that_a_broken_picture_is_told_and_the_next_ones_are_decoded(paths: list[str]) -> None:
    others = DecodingProcesses(GREY)
    Path(paths[1]).write_bytes(b"no picture")
    with pytest.raises(DataError) as told:
        others.decoded(paths[:3])
    with pytest.raises(DataError) as told_here:
        GREY.decoded(paths[:3])
    assert str(told.value) == str(told_here.value)
    assert paths[1] in str(told.value)
    assert (others.decoded(paths[2:5]) == GREY.decoded(paths[2:5])).all()


def test_that_a_killed_process_costs_no_picture(paths: list[str]) -> None:
    others = DecodingProcesses(GREY)
    before = set(decoders_of(psutil.Process()))
    others.decoded(paths[:2])
    for decoder in set(decoders_of(psutil.Process())) - before:
        decoder.kill()
    assert (others.decoded(paths[:4]) == GREY.decoded(paths[:4])).all()


def test_that_where_no_process_may_be_begun_pictures_are_decoded_here(
    paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert (DecodingProcesses(GREY).decoded(paths[:4]) == GREY.decoded(paths[:4])).all()


def test_that_decoding_ends_where_the_program_is_killed(paths: list[str]) -> None:
    command = [sys.executable, "-c", OWNER.format(path=paths[0])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().strip() == b"decoded"
        decoders = decoders_of(psutil.Process(owner.pid))
        assert decoders
        owner.kill()
    gone, alive = psutil.wait_procs(decoders, timeout=10)
    assert gone
    assert not alive
