"""Files are written whole: the old content stays until the new one is on the disk, and nothing half-written is left."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

MAX_NAME_BYTES = 255
"""What a file's name may have on the usual file systems. Letters beyond ASCII take several."""
_UNFINISHED = ".unfinished"

_OTHER_DISK = "choose a place on another disk"
_ADVICE = {
    errno.ENOSPC: f"the disk is full, make room or {_OTHER_DISK}",
    errno.EDQUOT: f"your share of the disk is used up, make room or {_OTHER_DISK}",
    errno.EFBIG: _OTHER_DISK,
    errno.EROFS: _OTHER_DISK,
    errno.EIO: f"the disk reports a fault, {_OTHER_DISK}",
    errno.ENAMETOOLONG: f"choose a name of at most {MAX_NAME_BYTES} bytes",
    errno.ENOENT: "there is no such folder, make it first or choose another one",
    errno.ENOTDIR: "what should be the folder is a file, choose another place",
    errno.EISDIR: "there is a folder of this name, choose another name",
    errno.ELOOP: "the link leads round in a circle, choose another place",
    errno.EACCES: "choose a place where you may write, or have the permissions changed",
    errno.EPERM: "choose a place where you may write, or have the permissions changed",
}
_READ_ONLY = "the file is marked as read-only: choose another name, or have its permissions changed"


def reason(error: OSError) -> str:
    """Why something could not be written, in the system's words, and what to do."""
    words = error.strerror or str(error) or type(error).__name__
    advice = _ADVICE.get(error.errno or 0)
    return f"{words}: {advice}" if advice else words


def write_atomically(path: Path, content: bytes) -> None:
    """Writes beside the file, flushes to the disk, then replaces.

    Symbolic links are followed; a file that has further names (hard links), or another owner, keeps them: it is
    written in place, while a whole copy lies beside it. Permissions stay; those of a new file follow the umask.
    Raises OSError, and leaves what was there, where that cannot be done: `reason` has it in words.
    """
    target = _resolved(path)
    try:
        there = target.stat()
    except FileNotFoundError:
        _replace(target, content, None)
        return
    if not stat.S_ISREG(there.st_mode):
        _write_through(target, content, there)
        return
    if not there.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(None, _READ_ONLY)
    if there.st_nlink > 1 or not _may_own(there):
        _write_in_place(target, content)
    else:
        _replace(target, content, there)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except RuntimeError as error:  # a circle of links, before Python 3.13
        raise OSError(errno.ELOOP, str(error)) from None


def _may_own(there: os.stat_result) -> bool:
    """Whether a new file can be given the old one's owner."""
    return not hasattr(os, "geteuid") or os.geteuid() in (0, there.st_uid)


def _replace(target: Path, content: bytes, there: os.stat_result | None) -> None:
    temporary = _written_beside(target, content)
    try:
        if there is not None:
            _keep_attributes(temporary, target, there)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _written_beside(target: Path, content: bytes) -> Path:
    """A whole new file in the same folder, under a name that a file may have, however long the target's is."""
    temporary = target.with_name(fitting_name(f".{target.name}", f".{secrets.token_hex(4)}"))
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            _write_all(file.fileno(), content)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _write_all(handle: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view[: 2**26]) :]
    os.fsync(handle)


def _keep_attributes(temporary: Path, target: Path, there: os.stat_result) -> None:
    """Owner, extended attributes (access lists are some), and at last the mode: another owner takes bits away."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(temporary, there.st_uid, there.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(target):
                os.setxattr(temporary, name, os.getxattr(target, name))
    os.chmod(temporary, stat.S_IMODE(there.st_mode))


def _flush_folder(folder: Path) -> None:
    """So that the new name outlasts a power cut; where folders cannot be flushed the system sees to it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def unfinished(path: Path) -> Path:
    """Where the whole new content of a file lies while it is written in place; after a crash it is still there."""
    return path.with_name(fitting_name(f".{path.name}", _UNFINISHED))


def _write_in_place(target: Path, content: bytes) -> None:
    """Keeps the file's further names. The old content comes back where the new one does not fit."""
    old, safe = target.read_bytes(), unfinished(target)
    _written_beside(target, content).replace(safe)
    _flush_folder(target.parent)
    handle = os.open(target, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        try:
            _overwrite(handle, content)
        except OSError:
            _overwrite(handle, old)  # its room is still there: nothing was cut off
            safe.unlink(missing_ok=True)
            raise
    finally:
        os.close(handle)
    safe.unlink(missing_ok=True)


def _overwrite(handle: int, content: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    _write_all(handle, content)
    os.ftruncate(handle, len(content))
    os.fsync(handle)


def _write_through(target: Path, content: bytes, there: os.stat_result) -> None:
    """To a device, which is never replaced by a file."""
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISCHR(there.st_mode):
        raise OSError(errno.EINVAL, "there is something else than a file of this name: choose another one")
    with target.open("wb", buffering=0) as device:
        view = memoryview(content)
        while view:
            view = view[device.write(view) or 0 :]


def fitting_name(stem: str, ending: str) -> str:
    """A name of a stem and an ending that a file may have: a stem that is too long is cut, and told apart by a hash."""
    whole = f"{stem}{ending}"
    if len(os.fsencode(whole)) <= MAX_NAME_BYTES:
        return whole
    mark = f"~{hashlib.sha256(os.fsencode(stem)).hexdigest()[:8]}{ending}"
    kept = stem
    while len(os.fsencode(kept + mark)) > MAX_NAME_BYTES:
        kept = kept[:-1]
    return kept + mark
