"""Files that would take all memory, never end, or fill the screen: refused, with the limit and what was found."""

from __future__ import annotations

import json
import os
import socket
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from designer.__main__ import main
from designer.core.graph.definition import Definition
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.registry import find
from designer.core.graph.settings import Note, View
from designer.core.schema import limits
from designer.core.storage import files
from designer.core.storage.files import FileError
from designer.core.storage.reading import ReadingError, read_bounded, text_if_there
from designer.ui.editing.editor import Editor
from tests.helpers import block

HEAD = {"format": files.FORMAT, "version": files.VERSION}


def chain(count: int, kind: str = "dropout", **more: Any) -> dict[str, Any]:
    """A file with so many blocks one behind the other."""
    blocks = [{"id": f"b{place}", "kind": kind, "inputs": [f"b{place - 1}"] if place else []} for place in range(count)]
    return {**HEAD, "blocks": blocks, **more}


def reason(text: str | bytes, tmp_path: Path) -> str:
    """Why a file with this content is refused."""
    path = tmp_path / "given.network.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    with pytest.raises(FileError) as caught:
        files.read(path)
    assert len(str(caught.value)) < 1200 + len(str(path))
    assert str(caught.value).isprintable()
    return str(caught.value)


def fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def bound_socket(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    return path


NOT_FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "pipe": (fifo, "a pipe"),
    "folder": (folder, "a folder"),
    "socket": (bound_socket, "a socket"),
    "endless device": (lambda _: Path("/dev/zero"), "a device"),
    "gone": (lambda path: path, "no such file"),
    "zero byte": (lambda path: path / "a\0b", "no such file"),
}
COMMANDS = {
    "check": ("check", "{}"),
    "check as json": ("check", "{}", "--json"),
    "compare": ("compare", "{}", "{}"),
    "train": ("train", "{}"),
    "export": ("export", "{}", "--to", "pytorch", "-o", "out.py"),
    "draw": ("draw", "{}", "-o", "out.svg"),
    "import": ("import", "{}", "-o", "out.network.json"),
    "custom": ("custom", "--trust", "{}"),
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize(("make", "word"), NOT_FILES.values(), ids=NOT_FILES)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_that_what_is_no_file_is_refused_at_once_by_every_command(
    command: tuple[str, ...],
    make: Callable[[Path], Path],
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path / "x")
    assert main([part.format(path) for part in command]) in (1, 2)
    told = capsys.readouterr().err.strip()
    assert word in told
    assert "\n" not in told


def test_that_a_file_larger_than_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(2**40)  # takes no room on the disk
    tracemalloc.start()
    with pytest.raises(ReadingError, match=r"larger than 16 MiB \(1,024 GiB\)"):
        read_bounded(path, limits.MAX_FILE_BYTES)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_that_a_file_that_grows_is_read_to_the_limit_at_most(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(ReadingError, match="larger"):
        read_bounded(path, 4)
    with pytest.raises(ReadingError, match="larger"):
        read_bounded(Path("/proc/self/environ"), 4)  # says that it is empty


def test_that_a_long_list_is_refused_before_it_becomes_values(tmp_path: Path) -> None:
    text = json.dumps({**HEAD, "blocks": [{"id": "a", "kind": "odd", "params": {"x": [0] * 5_000_000}}]})
    began = time.process_time()
    tracemalloc.start()
    assert "expected at most 500,000 values, got 5,0" in reason(text, tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 5 * len(text)
    tracemalloc.stop()
    assert time.process_time() - began < 2


COUNTS: dict[str, tuple[dict[str, Any], str]] = {
    "blocks": (chain(5_001), "expected at most 5,000 blocks, got 5,001"),
    "blocks of an older version": ({**chain(5_001), "version": 1}, "expected at most 5,000 blocks, got 5,001"),
    "blocks in groups": (
        {**HEAD, "blocks": [], "groups": [{"name": f"g{place}", **chain(600)} for place in range(10)]},
        "expected at most 5,000 blocks, got 6,000",
    ),
    "groups": (
        {**HEAD, "groups": [{"name": f"g{place}", "blocks": []} for place in range(1_001)]},
        "expected at most 1,000 groups, got 1,001",
    ),
    "notes": (
        {**HEAD, "view": {"notes": {f"n{place}": {} for place in range(2_001)}}},
        "expected at most 2,000 notes, got 2,001",
    ),
    "inputs": ({**HEAD, "blocks": [{"id": "a", "kind": "odd", "inputs": [None] * 1_001}]}, "has 1000, got 1001"),
    "letters of a kind": ({**HEAD, "blocks": [{"id": "a", "kind": "k" * 129}]}, "at most 128 letters"),
    "letters that cannot be shown": ({**HEAD, "blocks": [{"id": "a", "kind": "\x1b[2J"}]}, "letters that can be shown"),
    "a kind of megabytes": ({**HEAD, "blocks": [{"id": "a", "kind": "k" * 9_000_000}]}, "at most 128 letters"),
    "a name of megabytes": ({**HEAD, "blocks": [{"id": "n" * 9_000_000, "kind": "dropout"}]}, "is not a block name"),
    "a group's name of megabytes": (
        {**HEAD, "groups": [{"name": "n" * 9_000_000, "blocks": []}]},
        "is not a name of a group",
    ),
    "a field of megabytes": ({**HEAD, "f" * 9_000_000: 1}, "there is no such field"),
}


@pytest.mark.parametrize(("data", "words"), COUNTS.values(), ids=COUNTS)
def test_that_more_than_anybody_draws_is_refused_with_the_limit(
    data: dict[str, Any], words: str, tmp_path: Path
) -> None:
    assert words in reason(json.dumps(data), tmp_path)


def test_that_whatever_is_wrong_with_a_file_is_told_in_bounded_lines() -> None:
    error = FileError("given", ["n" * 10**6, *("x" * 400 for _ in range(2_000))])
    assert len(str(error)) < 1_000
    assert len(error.problems) == limits.MAX_PROBLEMS_KEPT
    assert max(map(len, error.problems)) == limits.MAX_MESSAGE_LETTERS


def test_that_no_edit_makes_a_network_that_could_not_be_opened_again() -> None:
    kind = find("dropout")
    assert kind is not None
    with pytest.raises(NetworkError, match="at most 5,000 blocks, and this would be 5,001"):
        Network.of(Node(f"b{place}", kind(), (None,)) for place in range(5_001))


def noted(count: int, text: str = "") -> Design:
    return Design(view=View(notes={f"note{place}": Note(text=text) for place in range(count)}))


def test_that_no_file_is_written_that_could_not_be_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 2**17)
    path = tmp_path / "wordy.network.json"
    with pytest.raises(FileError, match=r"would be of 0.15\d MiB, and files of more than 0.125 MiB are not opened"):
        files.write(noted(8, "x" * 20_000), path)
    monkeypatch.setattr(files, "MAX_VALUES", 50)
    with pytest.raises(FileError, match="would not open again: expected at most 50 values, got "):
        files.write(noted(8), path)
    assert not path.exists()


def test_that_an_edit_that_a_file_has_no_room_for_is_refused(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BLOCKS", 50)  # the same in a hundredth of the time
    monkeypatch.setattr(files, "MAX_NOTES", 20)
    kind, editor, told = find("dropout"), Editor(), []
    assert kind is not None
    editor.refused.connect(told.append)
    many = [Node(f"b{place}", kind(), (None,)) for place in range(26)]
    inner = Network.of(
        [Node("enter", block("group_input"), ()), Node("leave", block("group_output"), ("enter",)), *many]
    )
    group = block("group", definition=Definition("Many", inner, ("enter",), ("leave",)))
    vast = Network.of([Node("g", group, (None,)), *many])
    assert not editor.edit("", lambda _: Design(vast))
    assert not editor.edit("", lambda _: noted(21))
    assert told == [
        "expected at most 50 blocks, with those in groups, got 55",
        "expected at most 20 notes, got 21",
    ]
    assert editor.edit("", lambda _: noted(20))


NUMBERS_AND_LETTERS: dict[str, tuple[str | bytes, str]] = {
    "larger than any number": ('{"a": 1e400}', "a number that is too large"),
    "very many digits": ('{"a": ' + "9" * 100_000 + "}", "a number of 100000 digits"),
    "not a number": ('{"a": NaN}', "NaN is not a JSON number"),
    "minus infinity": ('{"a": -Infinity}', "-Infinity is not a JSON number"),
    "the same name twice": ('{"a": {"b": 1, "c": 2, "b": 3}}', "'b' stands twice"),
    "half of a character": ('{"a": "\\ud800"}', "half of a character"),
    "half of a character as a name": ('{"\\udfff": 1}', "half of a character"),
    "half of a character in bytes": ('{"a": "\ud800"}', "not UTF-8"),
    "deep lists": ("[" * 100_000, "nested too deeply"),
    "deep objects": ('{"a":' * 70 + "1" + "}" * 70, "nested too deeply"),
    "UTF-16": (json.dumps(chain(1)).encode("utf-16"), "UTF-16 text: save it as UTF-8"),
    "zero bytes": (b"\0" * 1000, "zeros alone"),
}


@pytest.mark.parametrize(("text", "words"), NUMBERS_AND_LETTERS.values(), ids=NUMBERS_AND_LETTERS)
def test_that_numbers_and_letters_that_cannot_be_kept_are_refused(
    text: str | bytes, words: str, tmp_path: Path
) -> None:
    assert words in reason(text, tmp_path)


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_that_marks_and_line_ends_of_windows_change_nothing(change: Callable[[str], str], tmp_path: Path) -> None:
    text = json.dumps(chain(3), indent=1)
    path = tmp_path / "given.network.json"
    path.write_text(change(text), encoding="utf-8", newline="")
    assert files.read(path) == files.parse(text)


def test_that_a_command_prints_a_bounded_number_of_bounded_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "many.network.json"
    path.write_text(json.dumps({**HEAD, "blocks": [{"id": f"b{place}", "kind": "dropout"} for place in range(300)]}))
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == limits.MAX_PROBLEMS_PRINTED + 1
    assert told[-1].endswith("more problems")
    assert max(map(len, told)) < limits.MAX_MESSAGE_LETTERS + len(str(path)) + 20


def test_that_letters_that_steer_a_terminal_are_never_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.network.json"
    path.write_text(json.dumps({**chain(2), "data": {"source": "\x1b]0;gone\x07"}}))
    assert main(["check", str(path)]) == 1
    told = capsys.readouterr()
    assert all(line.isprintable() for line in (told.out + told.err).splitlines())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_that_a_text_that_may_be_missing_is_read_within_bounds_and_no_pipe_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text").write_bytes(b"one\r\ntwo\xff\n")
    assert text_if_there(tmp_path / "text", 100) == "one\ntwo\N{REPLACEMENT CHARACTER}\n"
    assert text_if_there(tmp_path / "text", 5) == "one\nt"
    assert [text_if_there(tmp_path / name, 100) for name in ("pipe", "none", ".")] == ["", "", ""]
