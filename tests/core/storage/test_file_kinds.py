"""Files of other kinds that are given to Open: a person is told what they are."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from designer.__main__ import main
from designer.core.storage import files
from designer.core.storage.resources import example


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "{}")
    return made.getvalue()


def arrays() -> bytes:
    made = io.BytesIO()
    np.savez(made, x=np.zeros(3))
    return made.getvalue()


FOREIGN = {
    "table.csv": (b"length,width,species\n5.1,3.5,setosa\n4.9,3.0,setosa\n", "a table (CSV)"),
    "two_lines.csv": (b"a,b\n1,2\n", "a table (CSV)"),
    "semicolons.csv": ("größe;art\n1,5;a\n2,5;b\n".encode(), "a table (CSV)"),
    "table.tsv": (b"a\tb\n1\t2\n3\t4\n", "a table (TSV)"),
    "model.keras": (archive("metadata.json", "config.json", "model.weights.h5"), "a model of Keras"),
    "model.json": (
        json.dumps({"module": "keras", "class_name": "Sequential"}).encode(),
        "the configuration of a model",
    ),
    "weights.pt": (archive("archive/data.pkl"), "PyTorch has pickled"),
    "arrays.npz": (arrays(), "arrays of NumPy"),
    "some.zip": (archive("readme.txt"), "a ZIP archive"),
    "old.pkl": (pickle.dumps([1]), "a pickle"),
    "picture.png": (b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG)"),
    "model.py": (b"import torch\n\nclass Net(torch.nn.Module):\n    pass\n", "a Python program"),
    "empty.network.json": (b"", "this is an empty file: expected an architecture file"),
    "blank.network.json": (b"\xef\xbb\xbf \n\n", "this is an empty file"),
    "zeros.network.json": (bytes(3000), "this is a file of zeros alone"),
    "binary.json": (b"\x05\x00\x12\xff" * 40, "this is a binary file, and no text"),
    "page.html": (b"<!DOCTYPE html><html></html>", "a web page"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_that_a_file_of_another_kind_is_named_when_it_is_opened(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, what = FOREIGN[name]
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr().err
    assert what in told
    assert "architecture file (*.network.json)" in told
    assert "JSON (line" not in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"format": "network-designer", "version": 4, "blocks": [', "not valid JSON"),
        ('{"format": "network-designer", "version": 999}', "format version 999"),
        ("{}", "this is not an architecture file"),
        ("hello", "not valid JSON"),
    ],
)
def test_that_what_may_be_an_architecture_is_told_what_is_wrong_with_it(
    content: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.network.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(files.FileError, match=words):
        files.read(path)


def test_that_a_file_that_nobody_may_read_is_told_with_what_helps(tmp_path: Path) -> None:
    path = tmp_path / "own.network.json"
    path.write_bytes(example("mnist_cnn").read_bytes())
    path.chmod(0)
    me = os.geteuid()
    try:
        if me == 0:
            os.seteuid(65534)  # nobody: the system's own user may read everything
        with pytest.raises(files.FileError, match="Permission denied: have its permissions changed"):
            files.read(path)
    finally:
        os.seteuid(me)


def test_that_a_folder_is_told_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 1
    assert "this is a folder, and no file" in capsys.readouterr().err


def test_that_an_architecture_cut_short_is_not_taken_for_anything_else(tmp_path: Path) -> None:
    whole = example("mnist_cnn").read_bytes()
    for length in (10, 100, len(whole) // 2, len(whole) - 3):
        path = tmp_path / "own.network.json"
        path.write_bytes(whole[:length])
        with pytest.raises(files.FileError, match="not valid JSON"):
            files.read(path)
