from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from designer.__main__ import main
from designer.cli import MODULES
from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.engine.runs.run_folder import Run
from designer.engine.runs.run_summary import read_summary
from tests.broken import broken_files
from tests.helpers import chain, dense, design_of, input_of, output_for, pairs_file
from tests.interop.written import digits_model

CNN = str(example("mnist_cnn"))
VOWELS = str(example("vowels_lstm"))
BROKEN = sorted(broken_files(files.read(example("mnist_cnn"))))


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def saved(design: Design, folder: Path) -> str:
    path = folder / "saved.network.json"
    files.write(design, path)
    return str(path)


def test_that_check_counts_the_parameters_of_the_articles_cnn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", CNN, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["valid"] is True
    assert report["errors"] == []
    assert report["parameters"] == 93_322
    assert report["blocks"][1] == {
        "id": "conv1",
        "kind": "conv2d",
        "output_shape": [32, 26, 26],
        "parameters": 320,
        "trained": 320,
        "multiply_adds": 194_688,
        "activation_bytes": 32 * 32 * 26 * 26 * 4,
    }
    memory = report["training_bytes"]
    assert memory["optimizer"] == 2 * memory["weights"] == 2 * 93_322 * 4
    assert memory["total"] == sum(memory.values()) - memory["total"]


def test_that_check_counts_memory_for_the_batch_size_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", CNN, "--json", "--batch-size", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["batch_size"] == 1
    assert report["blocks"][1]["activation_bytes"] == 32 * 26 * 26 * 4
    assert main(["check", CNN, "--batch-size", "0"]) == 1
    assert "--batch-size: expected a whole number from 1 to 65,536, got 0" in capsys.readouterr().err


def test_that_check_lists_the_blocks_of_a_group_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(example("digits_inception"))]) == 0
    lines = capsys.readouterr().out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("inception1 "))
    assert lines[place + 1].startswith("  input ")
    assert "training with batches of 32 takes about 22.1 MiB" in lines[-1]


def test_that_check_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", CNN]) == 0
    printed = capsys.readouterr()
    assert "64×11×11" in printed.out
    assert "93,322" in printed.out
    assert printed.err == ""


def test_that_the_columns_of_the_table_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(example("reviews_text_cnn"))]) == 0
    head, *rows = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert any(row.split()[1] == "global_max_pool" for row in rows)
    shape, end = head.index("output shape"), len(head)
    assert {row[shape - 1] for row in rows} == {" "}
    assert all(row[shape] != " " for row in rows[:-1])
    assert {len(row) for row in rows} == {end}


def test_that_nothing_trusted_is_said_and_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path))
    assert main(["custom"]) == 0
    assert "no file is trusted" in capsys.readouterr().out
    assert main(["custom", "--remove", "mine.py"]) == 1
    assert "mine.py: this file is not trusted" in capsys.readouterr().err


def test_that_check_names_the_problem_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = chain(input_of(1, 28, 28), ("conv2d", "conv1"), dense(10, "fc1"), output_for())
    path = saved(design_of(network), tmp_path)
    assert main(["check", path, "--json"]) == 1
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    expected = "Dense 'fc1' takes features (N×F), but 'conv1' gives images 32×26×26: put a Flatten between them"
    assert report["valid"] is False
    assert report["errors"] == [{"block": "fc1", "field": "", "message": expected}]
    assert expected in printed.err


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("command", ["check", "train"])
def test_that_a_broken_file_gives_one_clear_line(
    command: str, name: str, cnn_example: Design, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = broken_files(cnn_example)[name]
    path = tmp_path / f"{name}.network.json"
    path.write_bytes(content)
    assert main([command, str(path)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert path.name in printed.err
    for word in words:
        assert word in printed.err


@pytest.mark.parametrize("name", BROKEN)
def test_that_check_reports_a_broken_file_as_json(
    name: str, cnn_example: Design, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.network.json"
    path.write_bytes(broken_files(cnn_example)[name][0])
    assert main(["check", str(path), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["valid"] is False
    assert report["errors"]


def test_that_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nothing.json")]) == 1
    assert "nothing.json: there is no such file" in capsys.readouterr().err


def test_that_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train"]) == 2
    assert main(["check", CNN, "--colour"]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["chek", "model.network.json"], ["chek"]])
def test_that_a_mistyped_command_is_told_with_those_that_there_are(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "no command or file 'chek': the commands are check, compare, train" in capsys.readouterr().err


def test_that_every_command_explains_itself_and_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    for command in MODULES:
        assert main([command, "--help"]) == 0
        usage, explanation, *_ = capsys.readouterr().out.split("\n\n")
        assert usage.startswith(f"usage: designer {command}")
        assert explanation[0].isupper()
        assert explanation.endswith((".", ".\n"))


def test_that_train_prints_an_event_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", VOWELS, "--epochs", "2", "--seed", "3", "--json"]) == 0
    found = events(capsys.readouterr().out)
    assert found[0]["event"] == "started"
    epochs = [event for event in found if event["event"] == "epoch_ended"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    wanted = {"epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "samples_per_second"}
    assert wanted <= set(epochs[0])
    assert epochs[0]["samples_per_second"] > 0
    assert found[-1]["event"] == "finished"
    assert found[-1]["reason"] == "completed"
    assert found[-1]["test_accuracy"] > 0
    compared = found[-1]["baselines"]["output"]
    assert compared["chance"] == pytest.approx(1 / 9)
    assert compared["majority class"] < found[-1]["test_accuracy"]


def test_that_train_says_how_it_goes_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", VOWELS, "--epochs", "1"]) == 0
    assert "epoch    1   train loss" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--epochs", "0"], "--epochs: expected a whole number from 1 to 1,000,000, got 0"),
        (["--seed", "-1"], "--seed"),
        (["--data", "nowhere"], "no source called 'nowhere'"),
        (["--data", "japanese_vowels"], "set its sizes to those of the data"),
        (["--resume"], "--run FOLDER"),
        (["--metrics", "mae"], "--metrics mae: it is measured of numbers, and the Outputs here give classes"),
    ],
)
def test_that_a_wrong_option_is_told(options: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", CNN, *options]) == 1
    printed = capsys.readouterr()
    assert word in printed.err
    assert printed.err.count("\n") == 1


def test_that_a_run_is_kept_and_can_be_resumed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    assert main(["train", VOWELS, "--epochs", "4", "--run", str(whole), "--json"]) == 0
    expected = events(capsys.readouterr().out)[-1]
    assert main(["train", VOWELS, "--epochs", "2", "--run", str(halves), "--json"]) == 0
    assert main(["train", VOWELS, "--epochs", "4", "--run", str(halves), "--resume", "--json"]) == 0
    resumed = events(capsys.readouterr().out)[-1]
    for figure in ("step", "train_loss", "val_loss", "val_accuracy", "test_loss"):
        assert resumed[figure] == expected[figure]
    lines = events((halves / "metrics.jsonl").read_text())
    assert [event["epoch"] for event in lines if event["event"] == "epoch_ended"] == [1, 2, 3, 4]


def test_that_a_run_is_kept_beside_its_file_unless_that_is_not_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "my vowels.network.json"
    shutil.copy(VOWELS, file)
    assert main(["train", str(file), "--epochs", "1", "--no-run"]) == 0
    assert not (tmp_path / "runs").exists()
    assert main(["train", str(file), "--epochs", "1"]) == 0
    (run,) = (tmp_path / "runs").iterdir()
    assert run.name.endswith("_my vowels")
    assert str(run) in capsys.readouterr().out
    found = read_summary(run)
    assert (found.name, found.file, found.state, found.epoch) == ("my vowels", str(file), "finished", 1)
    assert main(["train", str(file), "--no-run", "--run", "x"]) == 1
    assert "--no-run keeps nothing" in capsys.readouterr().err


def test_that_a_network_is_trained_without_a_folder_where_none_can_be_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data_folder: Path
) -> None:
    file = tmp_path / "vowels.network.json"
    shutil.copy(VOWELS, file)
    (tmp_path / "runs").write_text("a file in its place")
    assert main(["train", str(file), "--epochs", "1"]) == 0
    told = "no folder can be made there: something else than a folder has this name. This run is kept in the program's"
    assert f"designer: {tmp_path}/runs: {told} own folder." in capsys.readouterr().err
    (run,) = (data_folder / "runs").iterdir()
    assert read_summary(run).state == "finished"
    shutil.rmtree(data_folder / "runs")
    (data_folder / "runs").write_text("a file in its place, too")
    assert main(["train", str(file), "--epochs", "1"]) == 0
    printed = capsys.readouterr()
    assert printed.err.count("This run is not kept:") == 1
    assert "completed after" in printed.out


def test_that_a_run_that_has_its_epochs_already_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = ["train", VOWELS, "--epochs", "1", "--run", str(tmp_path / "run")]
    assert main(run) == 0
    assert "already" not in capsys.readouterr().out
    assert main([*run, "--resume"]) == 0
    assert "the run has all its epochs (1) already: name more with --epochs" in capsys.readouterr().out


def test_that_a_run_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", VOWELS, "--epochs", "1", "--run", str(tmp_path / "run")]) == 0
    assert main(["train", VOWELS, "--epochs", "1", "--run", str(tmp_path / "run")]) == 1
    assert "add --resume" in capsys.readouterr().err
    assert main(["train", CNN, "--epochs", "1", "--run", str(tmp_path / "run"), "--resume"]) == 1
    assert "another network" in capsys.readouterr().err


def test_that_resume_begins_a_run_that_a_kill_left_no_folder_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    command = ["train", VOWELS, "--epochs", "1", "--run", str(run), "--resume"]
    assert main(command) == 0
    assert f"designer: {run}: there is no run to go on with: it begins now." in capsys.readouterr().err
    for checkpoint in run.rglob("*.safetensors"):
        checkpoint.unlink()
    assert main(command[:-1]) == 1
    assert "add --resume to start it again from the beginning" in capsys.readouterr().err
    assert main(command) == 0
    assert "it starts again from the beginning" in capsys.readouterr().err


def test_that_a_run_which_another_process_has_is_refused_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Run.create(tmp_path, files.read(Path(VOWELS)))
    assert main(["train", VOWELS, "--run", str(tmp_path), "--resume"]) == 1
    error = capsys.readouterr().err
    assert f"process {os.getpid()} on " in error
    assert "wait until it has ended, stop it, or name another folder" in error
    assert error.count("\n") == 1
    held.close()


def test_that_data_lists_the_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == 0
    assert "mnist_5k" in capsys.readouterr().out
    assert main(["data", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["sources"]
    assert {"mnist_5k", "japanese_vowels"} <= {source["name"] for source in listed}
    pairs = next(source for source in listed if source["name"] == "digit_pairs")
    assert [item["shape"] for item in pairs["features"]] == [[1, 28, 28], [1, 28, 28]]
    assert [(item["name"], item["classes"]) for item in pairs["targets"]] == [
        ("same", 2),
        ("first_digit", 10),
        ("second_digit", 10),
    ]
    reviews = next(source for source in listed if source["name"] == "movie_reviews")
    assert reviews["features"] == [{"name": "words", "shape": [None], "vocabulary": 5000}]


def test_that_each_of_several_outputs_has_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(pairs_file(tmp_path))]) == 0
    lines = capsys.readouterr().out.splitlines()
    for name, accuracy in (("same", True), ("first", True)):
        shown = [line for line in lines if line.split()[:1] == [name]]
        assert len(shown) == 2
        assert "train loss" in shown[0]
        assert "val loss" in shown[0]
        assert ("accuracy" in shown[1]) == accuracy
        assert shown[1].split()[1:3] == ["test", "loss"]


def test_that_check_needs_neither_torch_nor_qt() -> None:
    code = (
        "import sys\nfrom designer.__main__ import main\n"
        f"assert main(['check', {CNN!r}]) == 0\n"
        "print('torch' in sys.modules, 'PySide6' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "False False"


def test_that_a_model_of_keras_is_imported_and_trained_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target, folder = tmp_path / "digits.keras", tmp_path / "digits.network.json", tmp_path / "digits.run"
    digits_model(source)
    assert main(["import", str(source), "-o", str(target)]) == 0
    printed = capsys.readouterr()
    assert "4 blocks, 7,850 parameters" in printed.out
    assert f"--run {folder} --resume" in printed.out
    assert "changed: images are channels first" in printed.out
    assert printed.err == ""
    assert main(["train", str(target), "--run", str(folder), "--resume", "--epochs", "1", "--json"]) == 0
    assert events(capsys.readouterr().out)[-1]["reason"] == "completed"
    assert main(["import", str(source), "-o", str(target)]) == 1
    assert "digits.run: there is something in the way" in capsys.readouterr().err


def test_that_an_import_reports_as_json_and_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digits_model(tmp_path / "odd.keras", with_lambda=True)
    target = tmp_path / "odd.network.json"
    assert main(["import", str(tmp_path / "odd.keras"), "-o", str(target), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["blocks"], report["run"]) == (5, str(tmp_path / "odd.run"))
    assert (report["notes"][0]["what"], report["notes"][0]["layers"]) == ("unsupported", ["twice"])
    (tmp_path / "odd.keras").write_text("<xml/>", encoding="utf-8")
    assert main(["import", str(tmp_path / "odd.keras"), "-o", str(target)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full")
def test_that_output_without_room_is_told_in_one_line() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "designer", "data", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("designer: the output: it cannot be written: No space left on device: the disk is full")


def test_that_an_import_whose_file_cannot_be_written_leaves_nothing_in_the_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digits_model(tmp_path / "digits.keras")
    output = tmp_path / "digits.network.json"
    output.mkdir()
    assert main(["import", str(tmp_path / "digits.keras"), "-o", str(output)]) == 1
    assert "there is a folder of this name" in capsys.readouterr().err
    assert not (tmp_path / "digits.run").exists()
    output.rmdir()
    assert main(["import", str(tmp_path / "digits.keras"), "-o", str(output)]) == 0


def test_that_a_name_that_is_too_long_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["n" * 300]) == 2
    assert "there is no command or file" in capsys.readouterr().err
