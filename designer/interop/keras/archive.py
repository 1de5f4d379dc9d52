"""The files of Keras: a configuration as JSON, or a `.keras` archive of one with its weights."""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from designer.interop.keras.errors import KerasError
from designer.interop.keras.variables import MAX_BYTES, Variables, read_variables

MAX_CONFIG = 64 * 1024 * 1024
_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"


@dataclass(frozen=True)
class Source:
    """What a file holds: the model's configuration and, of a `.keras` file, its weights."""

    config: dict[str, Any]
    variables: Variables | None = None


def read(path: Path) -> Source:
    """The content of a file. Raises KerasError; nothing of the file is run or written anywhere."""
    try:
        if zipfile.is_zipfile(path):
            return _read_archive(path)
        if path.stat().st_size > MAX_CONFIG:
            raise KerasError(f"the file is larger than {MAX_CONFIG // 2**20} MiB: not a configuration of Keras")
        return Source(_parsed(_text_of(path)))
    except FileNotFoundError:
        raise KerasError("there is no such file") from None
    except OSError as error:
        raise KerasError(f"the file cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        # RuntimeError: an encrypted member; NotImplementedError: a compression that Python has not.
        raise KerasError(f"the archive is damaged: {error}") from None


def _text_of(path: Path) -> bytes:
    """The content of a file that is no archive, nor one that was cut short."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        raise KerasError("the archive is damaged: it may be cut short")
    if content.startswith(b"\x89HDF"):
        raise KerasError("this is an HDF5 file of Keras: open it there, and save it as .keras")
    return content


def _read_archive(path: Path) -> Source:
    with zipfile.ZipFile(path) as archive:
        members = {item.filename: item for item in archive.infolist()}
        if _CONFIG not in members:
            raise KerasError(f"the archive holds no {_CONFIG}: expected a .keras file")
        if members[_CONFIG].file_size > MAX_CONFIG:
            raise KerasError(f"{_CONFIG} is larger than {MAX_CONFIG // 2**20} MiB")
        with archive.open(_CONFIG) as file:
            config = _parsed(file.read(MAX_CONFIG + 1))
        if _WEIGHTS not in members:
            return Source(config)
        if members[_WEIGHTS].file_size > MAX_BYTES:
            raise KerasError(f"{_WEIGHTS} is larger than {MAX_BYTES // 2**30} GiB")
        with archive.open(_WEIGHTS) as file:
            return Source(config, _variables(file, members[_WEIGHTS].file_size))


def _variables(file: IO[bytes], size: int) -> Variables:
    """Read from a temporary file without a name: HDF5 jumps about, and no path of the archive is ever used."""
    with tempfile.TemporaryFile() as copy:
        while size > 0 and (part := file.read(min(size, 2**20))):  # no more than the archive has announced
            copy.write(part)
            size -= len(part)
        copy.seek(0)
        return read_variables(copy)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content.decode("utf-8"))
        # model.to_json() dumped once more, as json.dump(model.to_json(), file) does, is a string with the JSON in it.
        data = json.loads(data) if isinstance(data, str) else data
    except RecursionError:
        raise KerasError("the configuration is nested too deeply") from None
    except UnicodeDecodeError:
        raise KerasError("the file is neither a .keras archive nor JSON text") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise KerasError(f"the configuration is not valid JSON ({where}): it may be cut short or damaged") from None
    except ValueError as error:
        raise KerasError(f"the configuration cannot be read: {error}") from None
    if not isinstance(data, dict) or "class_name" not in data or "config" not in data:
        raise KerasError('this is no model of Keras: expected an object with "class_name" and "config"')
    return data
