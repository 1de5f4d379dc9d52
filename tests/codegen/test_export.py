"""The command `designer export`."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from designer.__main__ import main
from designer.core.edits import network_edits as edits
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.data import sources
from designer.engine.model.build import build
from designer.engine.runs.imported_weights import adopt
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import weights_beside
from tests.helpers import chain, dense, design_of, input_of, output_for, trained

VOWELS = str(example("vowels_lstm"))


def export(*options: str) -> int:
    return main(["export", *options])


def test_that_export_writes_a_script_with_its_data_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "vowels.py"
    assert export(VOWELS, "--to", "pytorch", "-o", str(out)) == 0
    assert capsys.readouterr().out == f"{out}, with japanese_vowels.npz beside it\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["japanese_vowels.npz", "vowels.py"]
    assert "class VowelsLstm(nn.Module):" in out.read_text(encoding="utf-8")


def test_that_export_may_write_the_same_script_again(tmp_path: Path) -> None:
    out = str(tmp_path / "vowels.py")
    assert export(VOWELS, "--to", "pytorch", "-o", out) == export(VOWELS, "--to", "pytorch", "-o", out) == 0


def test_that_export_takes_the_weights_of_a_run_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    design = files.read(Path(VOWELS))
    quick = design.training.model_copy(update={"epochs": 1, "validation_share": 0.8, "device": "cpu"})
    path = tmp_path / "quick.network.json"
    files.write(design_of(design.network, "japanese_vowels", **quick.model_dump()), path)
    run = Run.create(tmp_path / "run", files.read(path))
    trained(files.read(path), sources.load("japanese_vowels"), run=run)
    assert export(str(path), "--to", "pytorch", "-o", str(tmp_path / "m.py"), "--run", str(run.folder)) == 0
    assert capsys.readouterr().out.endswith("m.py, with japanese_vowels.npz and m.safetensors beside it\n")
    assert 'WEIGHTS = FOLDER / "m.safetensors"' in (tmp_path / "m.py").read_text(encoding="utf-8")


def refused(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """The one line on stderr that an export fails with."""
    assert export(*options) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith("designer: ")
    return line


def test_that_what_is_wrong_is_told_in_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--to", "pytorch", "-o", str(tmp_path / "m.py")]
    run = str(tmp_path / "run")
    assert "there is no such file" in refused(capsys, str(tmp_path / "none.network.json"), *out)
    assert "m.txt: a script's name ends in .py" in refused(
        capsys, VOWELS, "--to", "pytorch", "-o", str(tmp_path / "m.txt")
    )
    assert "cannot be written" in refused(capsys, VOWELS, "--to", "pytorch", "-o", str(tmp_path / "none" / "m.py"))
    assert f"{run}: there is no run" in refused(capsys, VOWELS, *out, "--run", run)
    Run.create(Path(run), files.read(Path(VOWELS)))
    assert "the run has no checkpoint yet" in refused(capsys, VOWELS, *out, "--run", run)
    Path(run, "checkpoint.safetensors").write_bytes(b"no tensors")
    assert "the weights cannot be read" in refused(capsys, VOWELS, *out, "--run", run)
    assert "the run is of another network" in refused(capsys, str(example("mnist_cnn")), *out, "--run", run)
    assert not (tmp_path / "m.py").exists()


def test_that_a_network_that_cannot_be_trained_is_not_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.network.json"
    network = chain(input_of(1, 28, 28), ("conv2d", "conv1"), dense(10, "fc1"), output_for())
    files.write(design_of(network), path)
    line = refused(capsys, str(path), "--to", "pytorch", "-o", str(tmp_path / "m.py"))
    assert "Dense 'fc1' takes features (N×F), but 'conv1' gives images 32×26×26" in line


def sevens(folder: Path) -> Path:
    """A network of seven classes, with the digits as its data, which have ten."""
    network = chain(input_of(1, 28, 28), "flatten", dense(7, activation="softmax"), output_for())
    files.write(design_of(network), folder / "sevens.network.json")
    return folder / "sevens.network.json"


def test_that_a_network_that_does_not_suit_its_data_is_exported_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = str(sevens(tmp_path)), str(tmp_path / "m.py")
    line = refused(capsys, path, "--to", "pytorch", "-o", out)
    assert "gives 7 numbers, but the data" in line
    assert line.endswith("; or export the model alone, with --model-only")
    assert export(path, "--to", "pytorch", "-o", out, "--model-only") == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["m.py", "sevens.network.json"]


def test_that_weights_from_elsewhere_go_with_the_network_that_was_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sevens(tmp_path)
    whole = files.read(path)
    arrays = {name: value.numpy() for name, value in build(whole.network, seed=1).state_dict().items()}
    adopt(tmp_path / "run", whole.edit(lambda net: edits.rename(net, "flatten", "before")), arrays)
    options = ["--to", "pytorch", "-o", str(tmp_path / "m.py"), "--model-only", "--run", str(tmp_path / "run")]
    assert export(str(path), *options) == 0
    kept = load_file(tmp_path / "m.safetensors")
    assert kept.keys() == arrays.keys()
    assert all(np.array_equal(kept[name], arrays[name]) for name in arrays)
    files.write(whole.edit(lambda net: edits.set_params(net, "dense1", out_features=6)), path)
    capsys.readouterr()
    assert "the run is of another network" in refused(capsys, str(path), *options)


def test_that_export_needs_neither_torch_nor_qt(tmp_path: Path) -> None:
    code = (
        "import sys; from designer.__main__ import main; "
        f"main(['export', {VOWELS!r}, '--to', 'pytorch', '-o', {str(tmp_path / 'm.py')!r}]); "
        "assert not {'torch', 'PySide6'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_that_an_export_without_room_leaves_nothing_and_the_next_one_succeeds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--to", "pytorch", "-o", str(tmp_path / "m.py")]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        line = refused(capsys, VOWELS, *out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "m.py: the script cannot be written" in line
    assert "choose a place on another disk" in line
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "m.py").mkdir()
    assert "there is a folder of this name" in refused(capsys, VOWELS, *out)
    assert [item.name for item in tmp_path.iterdir()] == ["m.py"]
    (tmp_path / "m.py").rmdir()
    assert export(VOWELS, *out) == 0


def test_that_the_weights_of_a_script_with_a_long_name_have_one_that_fits(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 126 + ".py")
    weights = weights_beside(path)
    weights.write_bytes(b"")
    assert weights.suffix == ".safetensors"
    assert weights_beside(tmp_path / "m.py").name == "m.safetensors"
