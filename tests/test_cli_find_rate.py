"""The command `designer find-rate`, and the rate on the command line of `designer train`."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import numpy as np
import pytest

from designer.__main__ import main
from designer.core.storage.resources import example
from designer.engine.protocol.requests import FindRate
from designer.engine.training import rate_range
from tests.helpers import chain, dense, design_of, input_of, output_for
from tests.test_cli import saved

PRICES = str(example("flat_prices_table"))


def test_that_it_tells_losses_the_rate_and_how_to_train_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find-rate", PRICES, "--seed", "3"]) == 0
    head, *lines, told, following = capsys.readouterr().out.splitlines()
    assert head.split() == ["rate", "loss"]
    assert 10 < len(lines) < 25
    assert lines[0].split()[0] == "1e-06"
    assert all(len(line.split()) == 2 for line in lines)
    rate = float(following.split()[-1])
    assert told.startswith("The loss is least at 0.")
    assert f"A tenth of that, {rate:g}," in told
    assert following == f"next: designer train {PRICES} --seed 3 --learning-rate {rate:g}"
    assert 3e-3 < rate < 3e-2


def test_that_json_has_all_that_was_tried_and_the_command_line_its_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find-rate", PRICES, "--json", "--low", "0.0001", "--high", "0.05"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"rate", "text", "device", "rates", "losses", "smoothed"}
    assert found["device"] == "cpu"
    assert found["rates"] == pytest.approx(np.geomspace(1e-4, 0.05, 200))
    assert len(found["losses"]) == len(found["smoothed"]) == 200
    assert found["smoothed"][0] == found["losses"][0]


def test_that_where_the_loss_never_falls_it_says_so_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(design_of(chain(input_of(1, 28, 28), "flatten", dense(10), output_for()), batch_size=256), tmp_path)
    low = ["find-rate", path, "--low", "1e-8", "--high", "1e-7"]
    assert main(low) == 1
    assert "designer: The loss never fell" in capsys.readouterr().err
    assert main([*low, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["rate"] is None


def test_that_mistakes_are_told_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find-rate", PRICES, "--low", "2", "--high", "1"]) == 1
    assert capsys.readouterr().err == "designer: --low 2 must be below --high, which is 1\n"
    for option in ("--low", "--learning-rate"):
        command = "find-rate" if option == "--low" else "train"
        assert main([command, PRICES, option, "fast"]) == 2
        assert "expected a number from 1e-08 to 100, got 'fast'" in capsys.readouterr().err
    path = saved(design_of(chain(input_of(1, 28, 28), "flatten", dense(5), output_for())), tmp_path)
    assert main(["find-rate", path]) == 1
    assert "set out_features to 10" in capsys.readouterr().err


def test_that_an_interrupt_ends_it_behind_the_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = rate_range.find_rate

    def interrupted(request: FindRate, *args: object, **options: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return tried(request, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rate_range, "find_rate", interrupted)
    before = signal.getsignal(signal.SIGINT)
    assert main(["find-rate", PRICES]) == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert "next" not in capsys.readouterr().out


def test_that_train_takes_a_rate_instead_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    losses = []
    for rate in ("0.003", "0.03"):
        assert main(["train", PRICES, "--epochs", "1", "--no-run", "--json", "--learning-rate", rate]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        losses.append(next(row["train_loss"] for row in rows if row["event"] == "epoch_ended"))
    assert losses[0] != losses[1]
