"""Files are whole or as they were: full disks, long names, links, permissions, and crashes on the way."""

from __future__ import annotations

import errno
import os
import resource
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from designer.core.graph.design import Design
from designer.core.storage import files, writing
from designer.core.storage.writing import fitting_name, reason, unfinished, write_atomically

OLD, NEW = b"old " * 300, b"new " * 3000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and limits of POSIX")


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "here" / "lenet.network.json"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def full_device(path: Path) -> Path:
    """A device that is always full: for root one of its own, as the system's might be replaced where this fails."""
    if os.geteuid():
        return Path("/dev/full")
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 7))
    except OSError:
        pytest.skip("no device can be made here")
    return path


def names(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.iterdir())


@pytest.mark.parametrize("linked", [False, True])
def test_that_what_does_not_fit_leaves_the_old_file_and_nothing_else(file: Path, linked: bool) -> None:
    if linked:
        file.with_name("other").hardlink_to(file)
    before = names(file)
    with room_for(2000), pytest.raises(OSError, match="too large") as told:
        write_atomically(file, NEW)
    assert "disk" in reason(told.value)
    assert file.read_bytes() == OLD
    assert names(file) == before


def test_that_a_linked_file_gets_its_old_content_back_where_the_new_one_does_not_fit(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.with_name("other").hardlink_to(file)
    whole, calls = writing._write_all, []

    def fill(handle: int, content: bytes) -> None:
        calls.append(content)
        if len(calls) != 2:  # the first is of the copy beside it, the third brings the old content back
            return whole(handle, content)
        os.write(handle, content[:2000])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing, "_write_all", fill)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, NEW)
    assert file.read_bytes() == OLD
    assert names(file) == ["lenet.network.json", "other"]


def test_that_a_full_disk_is_told_so(tmp_path: Path) -> None:
    target = tmp_path / "full.network.json"
    device = full_device(tmp_path / "device")
    target.symlink_to(device)
    with pytest.raises(
        files.FileError, match=r"cannot be written: No space left on device: the disk is full, make room or"
    ):
        files.write(Design(), target)
    assert stat.S_ISCHR(device.stat().st_mode)  # a device is not replaced by a file
    assert target.is_symlink()


@pytest.mark.parametrize("letter", ["n", "网", "é"])
@pytest.mark.parametrize("size", [246, 252, 255])
def test_that_names_as_long_as_a_name_may_be_can_be_saved_again(tmp_path: Path, size: int, letter: str) -> None:
    room = size - len(files.SUFFIX)
    stem = letter * (room // len(letter.encode()))
    path = tmp_path / (stem + "n" * (room - len(stem.encode())) + files.SUFFIX)
    assert len(path.name.encode()) == size
    for _ in range(2):
        files.write(Design(), path)
        assert files.read(path) == Design()
    assert names(path) == [path.name]


def test_that_a_longer_name_is_told_with_what_a_name_may_have(tmp_path: Path) -> None:
    with pytest.raises(files.FileError, match=r"choose a name of at most 255 bytes"):
        files.write(Design(), tmp_path / ("n" * 256))


@pytest.mark.parametrize("letter", ["n", "网"])
def test_that_what_lies_beside_a_file_has_a_name_that_fits(letter: str) -> None:
    stem = letter * (255 // len(letter.encode()))
    made, other = fitting_name(stem, ".safetensors"), fitting_name(f"{stem}x", ".safetensors")
    assert made.endswith(".safetensors")
    assert made != other
    assert 250 < len(made.encode()) <= 255
    assert len(files.run_beside(Path(stem)).name.encode()) <= 255
    assert fitting_name("lenet", ".run") == "lenet.run"


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o2770])
def test_that_a_save_keeps_the_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    before = os.umask(0o077)
    try:
        write_atomically(file, NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert file.read_bytes() == NEW


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_that_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "new", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == mode


def test_that_a_save_keeps_hard_links_and_follows_symbolic_ones(file: Path, tmp_path: Path) -> None:
    hard, soft = tmp_path / "hard", tmp_path / "soft"
    hard.hardlink_to(file)
    soft.symlink_to(file)
    for content in (NEW, OLD, NEW):  # longer, and shorter than before
        write_atomically(soft, content)
        assert (file.read_bytes(), hard.read_bytes()) == (content, content)
    assert soft.is_symlink()
    assert file.stat().st_nlink == 2
    assert names(file) == [file.name]


def test_that_a_crash_while_a_linked_file_is_written_loses_neither_content(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hard").hardlink_to(file)

    class Killed(BaseException):
        pass

    def die(handle: int, content: bytes) -> None:
        os.write(handle, content[:100])
        raise Killed

    monkeypatch.setattr(writing, "_overwrite", die)
    with pytest.raises(Killed):
        write_atomically(file, NEW)
    assert unfinished(file).read_bytes() == NEW
    with pytest.raises(files.FileError, match=rf"ended is in {unfinished(file).name}"):
        files.read(file)
    monkeypatch.undo()
    write_atomically(file, OLD)
    assert names(file) == [file.name]


def test_that_a_read_only_file_is_not_replaced(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(files.FileError, match=r"marked as read-only: choose another name"):
        files.write(Design(), file)
    assert file.read_bytes() == OLD
    assert names(file) == [file.name]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "there is a folder of this name, choose"),
        (lambda path: path.symlink_to(path), "leads round in a circle"),
        (lambda path: os.mkfifo(path), "something else than a file"),
    ],
    ids=["folder", "circle", "pipe"],
)
def test_that_what_is_no_file_is_told(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "odd"
    make(path)  # type: ignore[operator]
    with pytest.raises(files.FileError, match=words):
        files.write(Design(), path)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EDQUOT, errno.EIO, errno.ENOTDIR])
def test_that_a_reason_says_what_to_do(number: int) -> None:
    assert "choose" in reason(OSError(number, "x"))
