"""The doctor on the command line: a line when something is found, and all that stands in the end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from designer.__main__ import main
from designer.cli.doctor_lines import DoctorLines
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.protocol.events import Diagnosed


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A network whose learning rate is far too low."""
    monkeypatch.setattr("designer.engine.training.trainer.REPORT_SECONDS", 0.0)  # epochs are over too soon
    design = files.read(example("vowels_lstm"))
    settings = design.training.model_copy(update={"epochs": 4, "learning_rate": 1e-7})
    path = tmp_path / "vowels.network.json"
    files.write(replace(design, training=settings), path)
    return path


def test_that_what_the_doctor_finds_is_told_when_it_is_found_and_in_the_end(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(file), "--no-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (found,) = [place for place, line in enumerate(lines) if "learning rate of 1e-07 seems too low" in line]
    assert lines[found].startswith("doctor: ")
    ended = next(place for place, line in enumerate(lines) if line.startswith("completed after"))
    assert found < ended
    assert lines[ended + 1 : ended + 3] == [
        "doctor: 1 finding in the end",
        "  rate too low: Ten times the learning rate",
    ]


def test_that_findings_are_events_where_a_program_reads(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(file), "--no-run", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (found,) = [event for event in told if event["event"] == "diagnosed"]
    assert (found["finding"], found["appears"], found["offers"]) == ("rate_too_low", True, ["higher_rate"])


def test_that_nothing_is_said_of_a_run_in_which_nothing_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(example("vowels_lstm")), "--epochs", "2", "--no-run"]) == 0
    assert "doctor" not in capsys.readouterr().out


def test_that_the_summary_has_what_stands_with_its_block_and_what_may_help() -> None:
    lines = DoctorLines()
    assert list(lines.summary()) == []
    dead = Diagnosed(10, 1, "dead_relu", True, "60 of the 64 ReLUs gave 0.", "group1/conv1", ("leaky_relu",))
    assert lines.take(dead) == "doctor: 60 of the 64 ReLUs gave 0."
    lines.take(Diagnosed(20, 2, "rate_too_high", True, "The loss rises.", "", ("go_back", "lower_rate"), 1))
    lines.take(Diagnosed(20, 2, "leak_suspected", True, "It is too good.", "", ("look_at_data",)))
    lines.take(Diagnosed(20, 2, "validation_better", True, "Validation is better."))
    assert list(lines.summary()) == [
        "doctor: 4 findings in the end",
        "  dead ReLU at group1/conv1: LeakyReLU in this block, which lets a little through below 0",
        "  rate too high: The weights of epoch 1 were good; A third of the learning rate",
        "  leak suspected: Look at the data",
        "  validation better",
    ]
    for name in ("dead_relu", "rate_too_high", "leak_suspected", "validation_better"):
        told = lines.take(Diagnosed(30, 3, name, False))
    assert told == "doctor: it is no longer so: validation better"
    assert list(lines.summary()) == ["doctor: nothing of what was found is so in the end"]
