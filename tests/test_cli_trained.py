"""The commands that try a trained network: `designer evaluate` and `designer predict`."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from safetensors.numpy import load_file

from designer.__main__ import main
from designer.cli.columns import width_of
from designer.cli.prediction_files import WRITERS
from designer.cli.prediction_files import written as written_as
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.storage import files
from designer.data import opening, sources
from designer.engine.evaluation.predictions import PredictionTable
from tests.codegen import few
from tests.codegen.test_training import pairs, turning_round
from tests.data.formats.made import striped_pictures
from tests.helpers import block, chain, dense, design_of, input_of, output_for

CLASSES = ("cats", 'a "dog", small', "猫")


def written(design: Design, folder: Path) -> str:
    path = folder / "net.network.json"
    files.write(design, path)
    return str(path)


def trained(design: Design, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], dict[str, Any]]:
    """The arguments that name a network and its run, and the figures that this ended with."""
    file, run = written(design, folder), str(folder / "run")
    assert main(["train", file, "--run", run, "--json"]) == 0
    return [file, "--run", run], json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def pets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], dict[str, Any]]:
    """A network that has learned pictures of three classes."""
    source, found = opening.inspect(striped_pictures(tmp_path / "pets", CLASSES))
    network = chain(input_of(3, 12, 12), "flatten", dense(3), output_for())
    design = design_of(network, epochs=3, learning_rate=0.01)
    return trained(replace(design, data=opening.settings_for(tmp_path / "pets", source, found)), tmp_path, capsys)


@pytest.fixture
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "load", few.samples_of)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


def test_that_evaluate_tells_what_the_run_ended_with(
    pets: tuple[list[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, ended = pets
    told = json.loads(printed(capsys, "evaluate", *arguments, "--json"))
    assert (told["data"], told["part"], told["samples"]) == ("image_folder", "test", 6)
    assert told["metrics"] == {name: pytest.approx(ended[name]) for name in ("test_loss", "test_accuracy")}
    (output,) = told["outputs"].values()
    assert [item["class"] for item in output["classes"]] == sorted(CLASSES)
    assert np.sum(output["confusion"]) == 6
    assert np.trace(output["confusion"]) / 6 == pytest.approx(ended["test_accuracy"])


def test_that_evaluate_tells_it_in_words(
    pets: tuple[list[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "evaluate", *pets[0], "--part", "all").splitlines()
    assert lines[0] == "all: 30 samples of pets"
    assert lines[2].startswith("output (class): loss ")
    table = [line.split() for line in lines[4:9]]
    assert table[0] == ["class", "precision", "recall", "F1", "count"]
    assert [row[-1] for row in table[1:]] == ["10", "10", "10", "30"]
    assert lines[10] == "which class (rows) is taken for which (columns)"
    assert sum(line.startswith("to compare with: accuracy of chance 0.3333, majority") for line in lines) == 1
    assert len(lines) == 17


def test_that_wide_letters_and_marks_take_their_places_in_tables(
    pets: tuple[list[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, "evaluate", *pets[0], "--part", "all").splitlines()
    table = [line for line in lines[4:9] if line]
    assert [line.index("  ", 3) for line in table if "猫" in line] == [3]
    assert len({width_of(line) for line in table}) == 1
    assert [width_of(text) for text in ("猫", "cat", "é", "e\u0301", "🐈", "ｗ")] == [2, 3, 1, 1, 2, 2]


@pytest.mark.parametrize("ending", WRITERS)
def test_that_predictions_come_back_as_the_float32_that_they_were(ending: str, tmp_path: Path) -> None:
    numbers = np.concatenate([np.geomspace(1e-30, 1e30, 60), [0.1, 1 / 3, 16777217.0]]).astype(np.float32)
    rows = ([number, float(value)] for number, value in enumerate(numbers))
    path = tmp_path / f"out{ending}"
    path.write_bytes(written_as(PredictionTable({"sample": "whole", "predicted": "number"}, rows), ending))
    with duckdb.connect() as connection:
        read = {".csv": connection.read_csv, ".jsonl": connection.read_json, ".parquet": connection.read_parquet}
        found = read[ending](str(path)).fetchnumpy()["predicted"]
    assert found.astype(np.float32).tolist() == numbers.tolist()
    assert found[-3] == 0.1  # and not 0.100000001


def test_that_predict_writes_a_row_for_each_sample_in_three_kinds_of_files(
    pets: tuple[list[str], dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = {ending: tmp_path / f"out.{ending}" for ending in ("csv", "jsonl", "parquet")}
    for path in out.values():
        assert printed(capsys, "predict", *pets[0], "-o", str(path)) == f"{path}: 6 predictions\n"
    with out["csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    probabilities = [f"p({name})" for name in sorted(CLASSES)]
    assert list(rows[0]) == ["sample", "part", "label", "predicted", "probability", *probabilities]
    lines = [json.loads(line) for line in out["jsonl"].read_text(encoding="utf-8").splitlines()]
    for line, row in zip(lines, rows, strict=True):
        assert row == {name: str(value) for name, value in line.items()}
        assert line["sample"].startswith(f"{line['label']}/")
        for name in (name for name in line if name.startswith("p")):
            if isinstance(line[name], float):
                assert float(str(np.float32(line[name]))) == line[name]
    for line in lines:
        shares = {name: line[f"p({name})"] for name in CLASSES}
        assert sum(shares.values()) == pytest.approx(1)
        assert (line["predicted"], line["probability"]) == max(shares.items(), key=lambda item: item[1])
    relation = duckdb.read_parquet(str(out["parquet"]))
    assert [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()] == lines


def test_that_predict_prints_names_of_files_and_no_labels_where_there_are_none(
    pets: tuple[list[str], dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pets" / "猫").rename(tmp_path / "new")
    rows = list(
        csv.DictReader(io.StringIO(printed(capsys, "predict", *pets[0], "--data", str(tmp_path / "new"), "-o", "-")))
    )
    assert [row["sample"] for row in rows] == [f"{number:03}.png" for number in range(10)]
    assert "label" not in rows[0]
    assert "part" not in rows[0]


def test_that_several_outputs_stand_side_by_side(
    tmp_path: Path, few_samples: None, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, ended = trained(design_of(pairs(), "digit_pairs", epochs=1), tmp_path, capsys)
    told = json.loads(printed(capsys, "evaluate", *arguments, "--json"))
    for name, figures in told["outputs"].items():
        assert figures["loss"] == pytest.approx(ended["test_outputs"][name]["loss"])
    rows = list(csv.DictReader(io.StringIO(printed(capsys, "predict", *arguments, "-o", "-"))))
    assert {"label/same", "predicted/same", "probability/digit", "p(7)/digit"} <= set(rows[0])


def test_that_steps_are_told_as_lists(tmp_path: Path, few_samples: None, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, _ = trained(design_of(turning_round(), "number_reversal", epochs=1), tmp_path, capsys)
    assert " perplexity " in printed(capsys, "evaluate", *arguments)
    printed(capsys, "predict", *arguments, "-o", str(tmp_path / "out.parquet"))
    printed(capsys, "predict", *arguments, "-o", str(tmp_path / "out.csv"))
    relation = duckdb.read_parquet(str(tmp_path / "out.parquet"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lengths = few.samples_of("number_reversal").test.columns["reversed_lengths"]
    for row, same, length in zip(rows, relation.fetchall(), lengths, strict=True):
        told = dict(zip(relation.columns, same, strict=True))
        assert [json.loads(row[name]) for name in ("label", "predicted")] == [told["label"], told["predicted"]]
        assert {len(told[name]) for name in ("label", "predicted", "probability")} == {int(length)}


def test_that_numbers_are_told_as_such(tmp_path: Path, few_samples: None, capsys: pytest.CaptureFixture[str]) -> None:
    digits = [
        Node("input", block("input", sizes=(1, 28, 28)), ()),
        Node("drawn", block("conv2d", out_channels=1, kernel_size=1, activation="sigmoid"), ("input",)),
        Node("again", block("output", task="autoencoder", loss="bce"), ("drawn",)),
    ]
    arguments, _ = trained(design_of(Network.of(digits), epochs=1), tmp_path, capsys)
    assert " R² " in printed(capsys, "evaluate", *arguments)
    printed(capsys, "predict", *arguments, "-o", str(tmp_path / "out.jsonl"))
    first = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    label, predicted = np.array(first["label"]), np.array(first["predicted"])
    weights = load_file(tmp_path / "run" / "checkpoint.safetensors")
    logits = weights["model.drawn.weight"].item() * label + weights["model.drawn.bias"].item()
    np.testing.assert_allclose(predicted, 1 / (1 + np.exp(-logits)), rtol=1e-5)


def test_that_what_is_wrong_is_told_in_one_line(
    pets: tuple[list[str], dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, _, run = pets[0]
    other = written(design_of(chain(input_of(3, 12, 12), "flatten", dense(3), output_for())), tmp_path / "run")
    out = str(tmp_path / "out.csv")
    for arguments, words in (
        (["evaluate", file, "--run", str(tmp_path / "none")], "none: there is no run"),
        (["evaluate", file, "--run", run, "--data", str(tmp_path / "none")], "none: there is no such file or folder"),
        (["evaluate", file, "--run", run, "--data", "mnist_5k"], "mnist_5k: the network cannot take these data"),
        (["predict", file, "--run", run, "-o", "out.xls"], "expected a name that ends in .csv, .jsonl, .parquet, or -"),
        (["predict", file, "--run", run, "-o", str(tmp_path / "none" / "out.csv")], "the file cannot be written"),
        (["predict", other, "--run", run, "-o", out, "--device", "mps"], "this machine has no MPS device"),
    ):
        assert main(arguments) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.count("\n") == 1
        assert words in told.err


def test_that_a_run_of_another_network_is_refused(
    pets: tuple[list[str], dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    other = chain(input_of(3, 12, 12), "flatten", dense(4, "more"), dense(3), output_for())
    file = written(design_of(other), tmp_path / "elsewhere")
    assert main(["evaluate", file, *pets[0][1:]]) == 1
    assert "the run is of another network: its own is in design.network.json" in capsys.readouterr().err


def letters(folder: Path) -> Design:
    """A network that tells the next letter of a text of one's own."""
    path = folder / "story.txt"
    path.write_text("abcdefghijklmnopqrstuvwxyz " * 60, encoding="utf-8")
    source, found = opening.inspect(path)
    size = found.info.features[0].vocabulary or 0
    nodes = [
        Node("input", block("input", sizes=[64], axes="tokens"), ()),
        Node("embedding", block("embedding", num_embeddings=size, embedding_dim=8), ("input",)),
        Node("gru", block("gru", hidden_size=24), ("embedding", None)),
        Node("dense", block("dense", out_features=size), ("gru.sequence",)),
        Node("output", block("output", task="sequence_to_sequence"), ("dense",)),
    ]
    design = design_of(Network.of(nodes), epochs=20, learning_rate=0.02, batch_size=8)
    return replace(design, data=opening.settings_for(path, source, found))


def test_that_predict_goes_on_with_a_text_as_the_seed_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, _ = trained(letters(tmp_path), tmp_path, capsys)
    likeliest = printed(capsys, "predict", *arguments, "--write", "Abc", "--length", "19", "--temperature", "0")
    assert likeliest == "Abcdefghijklmnopqrstuv\n"
    one, again, other = (
        printed(capsys, "predict", *arguments, "--write", "the", "--length", "60", "--temperature", "3", "--seed", seed)
        for seed in ("1", "1", "2")
    )
    assert one == again
    assert one != other
    assert one.startswith("the")
    assert len(one) == 3 + 60 + 1


def test_that_predict_says_what_it_cannot_write(
    pets: tuple[list[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        ("--write", "a"): "designer: --write: The network does not tell the next token of a text: one Input is to read",
        ("--write", "a", "--part", "all"): "designer: --write goes on with the text alone: leave out --output, --data",
        (): "designer: expected -o OUT for the table of predictions, or --write BEGINNING for a text",
    }
    for options, told in wrong.items():
        assert main(["predict", *pets[0], *options]) == 1
        assert capsys.readouterr().err.startswith(told)
    for option, value, told in (("--length", "-1", "from 0 to"), ("--temperature", "hot", "from 0 to 100")):
        assert main(["predict", *pets[0], "--write", "a", option, value]) == 2
        assert told in capsys.readouterr().err
