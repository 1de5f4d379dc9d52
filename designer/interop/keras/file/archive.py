"""The files of Keras: a configuration as JSON, or a `.keras` archive of one with its weights."""

from __future__ import annotations

import json
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from designer.core.schema.limits import (
    MAX_ARCHIVE_MEMBERS,
    MAX_COMPRESSION,
    MAX_CONFIG_BYTES,
    MAX_CONFIG_VALUES,
    MAX_WEIGHT_BYTES,
    check_count,
    whole_number,
)
from designer.core.storage.reading import ReadingError, in_mib, open_regular, unreadable
from designer.core.storage.writing import reason
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.file.variables import Variables, read_variables
from designer.interop.keras.file.wrong_files import check_content, check_is_model, check_place, check_version

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What zipfile unpacks piece by piece. Of all else a kilobyte may become gigabytes before the first byte is read."""


@dataclass(frozen=True)
class ModelSource:
    """What a file holds: the model's configuration and, of a `.keras` file, its weights."""

    config: dict[str, Any]
    variables: Variables | None = None


def read(path: Path) -> ModelSource:
    """The content of a file. Raises KerasError; nothing of the file is run or written anywhere."""
    check_place(path)
    try:
        with open_regular(path) as file:
            if zipfile.is_zipfile(file):
                return _read_archive(file)
            file.seek(0)
            return ModelSource(_parsed(_text_of(file)))
    except ReadingError as error:
        raise KerasError(str(error)) from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        # RuntimeError: an encrypted member; NotImplementedError: a compression that Python has not; ValueError: an
        # offset that no file has.
        raise KerasError(f"the archive is damaged: {error}") from None
    except OSError as error:
        raise KerasError(unreadable(error)) from None


def _text_of(file: IO[bytes]) -> bytes:
    """The content of a file that is no archive, nor one that was cut short."""
    content = file.read(MAX_CONFIG_BYTES + 1)
    if content.startswith(b"PK"):
        raise KerasError("the archive is damaged: it may be cut short")
    check_content(content, whole=len(content) <= MAX_CONFIG_BYTES)
    if len(content) > MAX_CONFIG_BYTES:
        raise KerasError(f"the file is larger than {in_mib(MAX_CONFIG_BYTES)}: not a configuration of Keras")
    return content


def _read_archive(packed: IO[bytes]) -> ModelSource:
    with zipfile.ZipFile(packed) as archive:
        members = {item.filename: item for item in archive.infolist()}
        if len(archive.infolist()) > MAX_ARCHIVE_MEMBERS:
            raise KerasError(f"the archive has more than {MAX_ARCHIVE_MEMBERS:,} members: expected a .keras file")
        if _CONFIG not in members:
            raise KerasError(f"the archive holds no {_CONFIG}: expected a .keras file")
        if any(members[name].compress_type not in _COMPRESSIONS for name in (_CONFIG, _WEIGHTS) if name in members):
            raise KerasError("the archive is compressed in a way that Keras does not use: pack it anew as a plain zip")
        config = _parsed(_content(archive, members[_CONFIG]))
        if _WEIGHTS not in members:
            return ModelSource(config)
        return ModelSource(config, _variables(archive, members[_WEIGHTS]))


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What a member holds; what it says of its size is not relied on."""
    with archive.open(member) as file:
        content = file.read(MAX_CONFIG_BYTES + 1)
    if len(content) > MAX_CONFIG_BYTES:
        raise KerasError(f"{member.filename} is larger than {in_mib(MAX_CONFIG_BYTES)}")
    return content


def _variables(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Variables:
    """Read from a temporary file without a name: HDF5 jumps about, and no path of the archive is ever used."""
    size, stored = member.file_size, member.compress_size
    if size > MAX_WEIGHT_BYTES:
        raise KerasError(f"{member.filename} is of {in_mib(size)}: expected at most {in_mib(MAX_WEIGHT_BYTES)}")
    if size > MAX_COMPRESSION * stored:
        raise KerasError(f"{member.filename} is of {in_mib(size)}, of which the archive stores {in_mib(stored)}")
    with archive.open(member) as file, tempfile.TemporaryFile() as copy:
        while size > 0 and (part := file.read(min(size, 2**20))):  # no more than the archive has announced
            _put(copy, part)
            size -= len(part)
        copy.seek(0)
        return read_variables(copy, stored)


def _put(copy: IO[bytes], part: bytes) -> None:
    try:
        copy.write(part)
        copy.flush()
    except OSError as error:
        place = tempfile.gettempdir()
        raise KerasError(f"the weights cannot be unpacked in {place}: {reason(error)}") from None


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        data = _values(content.decode("utf-8-sig"))
        # model.to_json() dumped once more, as json.dump(model.to_json(), file) does, is a string with the JSON in it.
        data = _values(data) if isinstance(data, str) else data
    except RecursionError:
        raise KerasError("the configuration is nested too deeply") from None
    except UnicodeDecodeError:
        raise KerasError("the file is neither a .keras archive nor JSON text") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise KerasError(f"the configuration is not valid JSON ({where}): it may be cut short or damaged") from None
    except ValueError as error:
        raise KerasError(f"the configuration cannot be read: {error}") from None
    check_is_model(data)
    check_version(data)
    return dict(data)


def _values(text: str) -> Any:
    """JSON values, not more than fit into memory, and no number that nothing can be compared with."""
    check_count("values", sum(map(text.count, "{[,")), MAX_CONFIG_VALUES)
    return json.loads(text, parse_int=whole_number)
