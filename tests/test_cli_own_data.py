"""Commands with a person's own data: what is told of them, and designs that learn from them."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from designer.__main__ import main
from designer.cli.option_words import shell_word
from designer.core.schema.limits import one_line
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.data import opening
from designer.data.formats.base import Format, FoundData
from designer.data.formats.registry import recognised
from tests.data.formats.made import striped_pictures
from tests.helpers import chain, dense, design_of, input_of, output_for

CNN = str(example("mnist_cnn"))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return striped_pictures(tmp_path / "my pets")


@pytest.fixture
def network(tmp_path: Path) -> str:
    """A file whose network takes the pictures as they are read by themselves."""
    small = chain(input_of(3, 12, 12), "flatten", dense(2), output_for())
    path = tmp_path / "pets.network.json"
    files.write(design_of(small, epochs=2), path)
    return str(path)


def lines(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> list[str]:
    """What a command prints: on stdout, or on stderr where it fails, without anything on the other."""
    assert main(list(arguments)) == code
    printed = capsys.readouterr()
    assert (printed.out if code else printed.err) == ""
    return (printed.err if code else printed.out).splitlines()


def test_that_data_tells_what_there_is_at_a_path(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = opening.inspect(pictures)
    assert lines(capsys, "data", str(pictures)) == [
        f"my pets: {found.summary}",
        f"Image folder (--source image_folder): {found.reading}",
        "  takes image: images 3×12×12",
        "  learns class: one of 2 classes",
        "split: each class in the same share: 16 samples to learn from, 4 for the test",
        "note: None of 16 samples is kept apart to validate with: a tenth would say little.",
        "networks to begin with:",
        "  --start plain   Linear: One Dense on all pixels: what any other network should exceed.",
        "  --start usual   CNN: Convolutions and poolings, then two Dense blocks, as in the first example.",
        "  --start larger  Deeper CNN: More convolutions with batch norm, the mean of each map, and dropout.",
        f"next: designer data {shlex.quote(str(pictures))} --start usual -o my.network.json",
    ]


def test_that_data_tells_the_same_as_one_object(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = lines(capsys, "data", str(pictures), "--json", "--option", "height=8", "--option", "colour=grey")
    told: dict[str, Any] = json.loads(line)
    assert told["path"] == pictures.as_posix()
    assert (told["source"], told["samples"], told["test_samples"]) == ("image_folder", 16, 4)
    wanted = {"height": 8, "width": 12, "colour": "grey", "classes": ["cats", "dogs"]}
    assert told["options"].items() >= wanted.items()
    assert told["features"] == [{"name": "image", "shape": [1, 8, 12], "vocabulary": None}]
    assert told["targets"] == [{"name": "class", "shape": [1], "classes": 2}]
    assert told["split"] == "split_by_class"


def test_that_data_tells_what_is_doubtful_and_the_option_that_helps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    for name in ("high", "low"):
        (tmp_path / name).mkdir()
        for number in range(4):
            soundfile.write(tmp_path / name / f"{number}.wav", random.normal(0, 0.1, 400 + 400 * (number == 3)), 1000)
    told = lines(capsys, "data", str(tmp_path), "--option", "seconds=0.4")
    place = told.index("note: 2 sounds of 8 are cut: the longest has 0.8 s.")
    assert told[place + 1] == "    Keep 0.8 s: --option seconds=0.81"
    assert not any("are cut" in line for line in lines(capsys, "data", str(tmp_path), "--option", "seconds=0.81"))


def people_with_doubts(folder: Path) -> Path:
    """A table of which nearly all is doubtful, with names of columns that shells do not take as they are."""
    random = np.random.default_rng(0)
    names = ['the $HOME of "it\'s"', "größe (cm)", "-n", "code", "what; is | it", "=1\n+1", "day"]
    rows = [
        (
            f"no. {row}",
            round(random.normal(170, 10), 1),
            random.integers(9),
            100 + row % 3,
            row % 2,
            4,
            f"0{1 + row % 9}/03/2024",
        )
        for row in range(120)
    ]
    rows += [(*rows[0][:1], "", *rows[0][2:]), rows[1], rows[1]]
    text = "\n".join(";".join(map(str, row)) for row in rows)
    heading = ";".join('"{}"'.format(name.replace('"', '""')) for name in names)
    (folder / "all people.csv").write_text(f"{heading}\n{text}\n", encoding="utf-8")
    return folder / "all people.csv"


def shouted_pictures(folder: Path) -> Path:
    """Pictures of classes with odd names, one of which has one alone, and of several sizes."""
    striped_pictures(folder, ('it\'s, "so"', "猫 & $x", "日本"), each=3)
    striped_pictures(folder, ("alone",), each=1, size=9)
    for number in range(2):
        Image.new("RGB", (200, 40), (number * 90, 50, 20)).save(folder / "猫 & $x" / f"wide, {number}.png")
    return folder


def look_once(form: type[Format[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been looked at with some options is told again without looking, whoever asks with the same ones."""
    known: dict[str, FoundData[Any]] = {}

    def inspect(self: Format[Any], path: Path, options: Any = None, *told: Any) -> FoundData[Any]:
        key = f"{path} {options.model_dump_json() if options else ''}"
        if key not in known:
            known[key] = look(self, path, options, *told)
        return known[key]

    look = form.inspect
    monkeypatch.setattr(form, "inspect", inspect)


@pytest.mark.parametrize("made", [people_with_doubts, shouted_pictures])
def test_that_every_option_that_is_printed_can_be_pasted_back(
    made: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(tmp_path / "data" if made is shouted_pictures else tmp_path)
    look_once(type(recognised(path)[0]), monkeypatch)
    source, found = opening.inspect(path)
    answers = [answer for finding in found.findings for answer in finding.answers if answer.changes]
    told = [line for line in lines(capsys, "data", str(path)) if ": --" in line]
    assert len(told) == len(answers) > 2
    for line, answer in zip(told, answers, strict=True):
        words = line.removeprefix(f"    {one_line(answer.title)}: ")
        wanted = {**found.options.model_dump(mode="json"), **answer.changes}
        assert main(["data", str(path), "--json", *shlex.split(words)]) == 0
        (printed,) = capsys.readouterr().out.splitlines()
        assert json.loads(printed)["options"] == opening.inspect(path, source, wanted)[1].options.model_dump(
            mode="json"
        )


def by_microsoft(line: str) -> list[str]:
    """The words of a command line as programs on Windows take it apart."""
    words = re.findall(r'((?:[^\s"]|"(?:\\.|[^"\\])*")+)', line)
    return [
        re.sub(r'(\\*)"', lambda found: "\\" * (len(found[1]) // 2) + '"' * (len(found[1]) % 2), word) for word in words
    ]


@pytest.mark.parametrize(
    "word", ["height=8", "a b", 'classes=["a", "b"]', "C:\\my pets", "C:\\pets\\", 'x\\"y', "a,b", ""]
)
def test_that_a_word_comes_back_as_it_is_on_windows(word: str) -> None:
    assert by_microsoft(shell_word(word, windows=True)) == [word]
    assert shlex.split(shell_word(word, windows=False)) == [word]


def test_that_what_is_no_data_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = striped_pictures(tmp_path / "pets", each=1)
    (tmp_path / "text.xyz").write_bytes(bytes(range(256)))
    bare = tmp_path / "bare.csv"
    bare.write_text("a,b,label\n" + "".join(f"{row},,{row % 2}\n" for row in range(30)))
    for arguments, words in (
        ([str(tmp_path / "none")], "none: there is no such file or folder"),
        ([str(tmp_path / "text.xyz")], "text.xyz: no data that this program reads"),
        ([str(pictures), "--source", "pictures"], "there is no source called 'pictures': expected one of image_folder"),
        ([str(pictures), "--option", "high=8"], "--option high=8: expected NAME=VALUE, where NAME is one of height"),
        ([str(pictures), "--option", "height=tall"], "height: expected a whole number from 1 to 4,096, got 'tall'"),
        (["--option", "height=8"], "name their PATH"),
        ([str(pictures), "--column", "a=input"], "this source has no columns to choose"),
        ([str(pictures), "--start", "usual"], "-o OUT says where"),
        ([str(pictures), "--start", "RNN", "-o", "x.network.json"], "expected one of plain (Linear), usual (CNN)"),
        ([str(bare), "--start", "usual", "-o", "x.network.json"], "expected data with something to learn from"),
        ([str(pictures), "--fit", "none.json", "-o", "x.network.json"], "none.json"),
    ):
        (line,) = lines(capsys, "data", *arguments, code=1)
        assert words in line


def test_that_classes_of_very_different_sizes_are_told_with_what_may_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "rare.csv"
    table.write_text("a,b,kind\n" + "".join(f"{n},{n * n % 17},{'rare' if n < 3 else 'usual'}\n" for n in range(80)))
    told = lines(capsys, "data", str(table))
    assert "    Weigh classes by their number: designer train --class-weights balanced" in told
    found = json.loads("\n".join(lines(capsys, "data", str(table), "--json")))
    answers = [answer for item in found["findings"] for answer in item["answers"]]
    weigh = {"title": "Weigh classes by their number", "changes": {}, "training": {"class_weights": "balanced"}}
    assert weigh in answers


def test_that_train_learns_from_a_path_and_goes_on_from_it(
    pictures: Path, network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    train = ["train", network, "--data", "../my pets", "--run", str(tmp_path / "run"), "--json"]
    ended = json.loads(lines(capsys, *train)[-1])
    assert (ended["reason"], ended["epoch"]) == ("completed", 2)
    data = files.read(tmp_path / "run" / "design.network.json").data
    assert (data.path, data.source) == (pictures.as_posix(), "image_folder")
    resumed = lines(capsys, *train, "--resume", "--epochs", "3")
    assert json.loads(resumed[-1])["epoch"] == 3


def test_that_check_measures_a_network_against_a_path(
    pictures: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", network, "--data", str(pictures)]) == 0
    assert capsys.readouterr().err == ""
    assert main(["check", CNN, "--data", str(pictures), "--json"]) == 1
    errors = [item["message"] for item in json.loads(capsys.readouterr().out)["errors"]]
    assert errors == [
        "Input 'input' takes 1×28×28, but the data 'my pets' gives images 3×12×12: set its sizes to those of the data",
        "Dense 'dense2' gives 10 numbers, but the data 'my pets' has 2 classes: set out_features to 2",
    ]


def test_that_export_writes_a_script_that_reads_a_path(
    pictures: Path, network: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model.py"
    told = lines(capsys, "export", network, "--data", str(pictures), "--to", "pytorch", "-o", str(out))
    assert told == [str(out)]
    assert 'DATA = FOLDER / "my pets"' in out.read_text(encoding="utf-8")


def test_that_a_name_of_a_source_stays_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    striped_pictures(tmp_path / "mnist_5k", each=1)
    assert main(["check", CNN, "--data", "mnist_5k"]) == 0
    assert main(["check", CNN, "--data", "./mnist_5k"]) == 1
    assert "the data 'mnist_5k' gives images 3×12×12" in capsys.readouterr().err


def test_that_a_file_s_own_data_are_read_as_it_says_where_their_path_is_given(
    pictures: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source, found = opening.inspect(pictures, options={"height": 12, "width": 12, "colour": "grey"})
    design = files.read(Path(network))
    files.write(replace(design, data=opening.settings_for(pictures, source, found)), Path(network))
    assert main(["check", network, "--data", str(pictures)]) == 1
    assert "gives images 1×12×12" in capsys.readouterr().err


def test_that_check_tells_of_data_that_nobody_has_looked_at(
    pictures: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    written = json.loads(Path(network).read_text(encoding="utf-8"))
    written["data"] = {"source": "image_folder", "path": "my pets"}
    Path(network).write_text(json.dumps(written), encoding="utf-8")
    assert main(["check", network]) == 1
    assert "my pets: it has not been looked at yet: choose it once more as the data" in capsys.readouterr().err
    assert main(["check", network, "--data", str(pictures)]) == 0


def next_steps(printed: list[str]) -> list[list[str]]:
    """The commands that a person is told to go on with."""
    told = printed[next(place for place, line in enumerate(printed) if line.startswith("next: ")) :]
    return [shlex.split(line[6:])[1:] for line in told]


def test_that_a_command_line_leads_from_an_archive_to_predictions(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    archive = shutil.make_archive(str(tmp_path / "many pets"), "zip", pictures)
    (begin,) = next_steps(lines(capsys, "data", archive))
    assert begin == ["data", archive, "--start", "usual", "-o", "my.network.json"]
    (train,) = next_steps(lines(capsys, *begin))
    assert files.read(Path("my.network.json")).data.path == archive
    (kept,) = next_steps(lines(capsys, *train[:2], "--epochs", "1", "--no-run"))
    assert kept == ["train", "my.network.json", "--epochs", "1", "--run", "my.run"]
    evaluate, predict = next_steps(lines(capsys, *kept))
    (again,) = next_steps(lines(capsys, *evaluate))
    assert again == predict
    assert lines(capsys, *predict) == ["predictions.csv: 4 predictions"]
    with (tmp_path / "predictions.csv").open(encoding="utf-8") as file:
        rows = [line.split(",") for line in file.read().splitlines()]
    assert [row[0].partition("/")[0] for row in rows[1:]] == [row[2] for row in rows[1:]]
    assert len(lines(capsys, "predict", *predict[1:4], "--data", str(pictures), "-o", "-")) == 21


def test_that_a_network_is_brought_into_line_with_a_path(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "fit.network.json")
    told = lines(capsys, "data", str(pictures), "--option", "height=16", "--fit", CNN, "-o", out)
    assert told[0] == f"{out}: mnist_cnn, which learns from my pets"
    design = files.read(Path(out))
    assert len(design.network.nodes) == len(files.read(Path(CNN)).network.nodes)
    assert design.data.options["height"] == 16
    assert lines(capsys, "check", out)
    for other in ("dna_motif_detector", "mackey_glass_wavenet"):  # the second one has windows within groups
        (line,) = lines(capsys, "data", str(pictures), "--fit", str(example(other)), "-o", out, code=1)
        assert "these data need other blocks, not other sizes alone: " in line


def test_that_a_title_begins_with_its_network_and_a_set_of_the_program_has_some_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "net.network.json"
    assert lines(capsys, "data", "gun_point", "--start", "1-d cnn", "-o", str(out))[0].startswith(f"{out}: 1-D CNN")
    assert files.read(out).data.source == "gun_point"
    assert files.read(out).view.positions
    assert main(["check", str(out)]) == 0


def test_that_the_data_of_a_design_are_told_with_their_transforms(
    pictures: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source, found = opening.inspect(pictures)
    data = opening.settings_for(pictures, source, found)
    chain = ({"kind": "normalise"}, {"kind": "flip", "p": 0.25}, {"kind": "time_shift"})
    changed = data.model_copy(update={"transforms": chain})
    files.write(replace(files.read(Path(network)), data=changed), Path(network))
    told = lines(capsys, "data", network)
    assert told[0] == f"my pets: {found.summary}"
    assert "note: Only 4 samples are kept apart to validate with: their figures say little." in told
    assert "    Learn from all: designer train --validation-share 0.0" in told
    place = told.index("transforms, in this order:")
    assert told[place + 1] == "  normalise: always: image stays 3×12×12"
    assert told[place + 2] == "  flip (p 0.25): while learning: image stays 3×12×12"
    assert told[place + 3].endswith(": while learning: changes no column")
    (line,) = lines(capsys, "data", network, "--json")
    assert [item["columns"] for item in json.loads(line)["transforms"]] == [{"image": [3, 12, 12]}] * 2 + [{}]
    (pictures / "cats" / "000.png").unlink()
    assert "note: The files are no longer those that the design was made with." in lines(capsys, "data", network)
