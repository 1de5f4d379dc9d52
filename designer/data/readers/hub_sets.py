"""Reads a set of Hugging Face's hub that lies on disk, as `save_to_disk` of their library has written it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets
import numpy as np
from datasets import Dataset, DatasetDict, load_from_disk

from designer.data.readers._mel import log_mel
from designer.data.readers._parts import file_within
from designer.data.readers._shared import Units, in_units, labelled, side_by_side
from designer.data.readers.pictures import read_picture
from designer.data.readers.sounds import waveform
from designer.data.readers.texts import tokenised

TEST_PART = 2


def hub_parts(path: Path, parts: Mapping[str, int]) -> list[tuple[Dataset, int]]:
    """The splits of a set with the number of the part that each is; what lies without splits is one for training."""
    found = load_from_disk(str(path))
    if isinstance(found, DatasetDict):
        return [(found[name], part) for name, part in parts.items()]
    return [(found, 0)]


def as_written(part: Dataset, column: str, folder: Path) -> Iterator[Any]:
    """The values of a column; pictures and sounds as files of the set in a folder, which nothing has decoded yet."""
    feature = part.features[column]
    if isinstance(feature, datasets.Image | datasets.Audio):
        part = part.cast_column(column, type(feature)(decode=False))
        for item in part[column]:
            yield None if item is None else file_of(item["bytes"], item["path"], folder)
    else:
        yield from part[column]


def file_of(content: bytes | None, path: str | None, folder: Path) -> io.BytesIO | Path | None:
    """What holds a picture or a sound: its bytes, or a plain file in the folder; None where there is neither."""
    if content is not None:
        return io.BytesIO(content)
    found = file_within(folder, path or "")
    return Path(found) if found else None


def read_hub_set(
    path: Path,
    kind: str,
    inputs: tuple[str, ...],
    label: str,
    classes: tuple[str, ...] | None,
    parts: Mapping[str, int],
    told: Callable[[int, int], object] = lambda done, of: None,
    target_units: Units | None = None,
    **how: Any,
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Samples in the order of the set: pictures, texts, sounds or numbers by `kind`, from the columns `inputs`;
    with the vocabulary of texts.

    `how` is what the reader of such files takes: of pictures size, channels and resize; of texts units, vocabulary,
    length and lower; of sounds rate, seconds, kind_of_sound, bands, window and hop. `parts` has the splits that are
    read with the numbers of their parts: 0 training, 1 validation, 2 test. A number that is learned is in
    `target_units` of its own. Rows without a label, or without what is read, are left out, and pictures and sounds that
    are broken; with no `label` none is read, and none is asked for. Raises ValueError where all are left out.
    """
    found = hub_parts(path, parts)
    part = np.concatenate([np.full(len(item), number, dtype=np.int8) for item, number in found])
    written = (value for item, _ in found for value in item[label]) if label else ()
    names = label_names(written, found[0][0].features[label], classes) if label else [""] * len(part)
    values = (value for item, _ in found for value in as_written(item, inputs[0], path))
    there = np.array([name is not None for name in names], dtype=bool)
    words: list[str] = []
    if kind == "text":
        texts = list(values)
        there &= np.array([text is not None for text in texts], dtype=bool)
        expect_some(there, kind)
        columns, words = tokenised(kept(texts, there), counted=part[there] != TEST_PART, **how)
    elif kind == "numbers":
        rows = np.concatenate([numbers_of(item, inputs) for item, _ in found])
        there &= np.isfinite(rows).all(axis=1)
        expect_some(there, kind)
        columns = {"numbers": rows[there]}
    else:
        columns = decoded_rows(values, there, kind, told, **how)
    if label:
        answers = labelled(kept(names, there), classes)
        columns[label] = answers if classes is not None else in_units(answers, target_units)
    part = part[there]
    return ({**columns, "part": part} if part.any() else columns), words


def decoded_rows(
    values: Iterable[Any], there: np.ndarray, kind: str, told: Callable[[int, int], object], **how: Any
) -> dict[str, np.ndarray]:
    """The pictures or sounds of the rows that are there, bool [N]; those that are broken are no longer there then."""
    decoded = []
    for row, value in enumerate(values):
        read = decoded_or_none(value, kind, **how) if there[row] else None
        there[row] = read is not None
        if read is not None:
            decoded.append(read)
        told(row + 1, len(there))
    expect_some(there, kind)
    columns = {"image": np.stack(decoded)} if kind == "picture" else side_by_side(decoded, "sound")
    if how.get("kind_of_sound") == "spectrogram":
        columns = {"sound": columns["sound"].transpose(0, 2, 1)[:, None]}
    return columns


def kept(written: Sequence[Any], there: np.ndarray) -> list[str]:
    """What stands in the rows that are there, bool [N]."""
    return [str(value) for value, is_there in zip(written, there, strict=True) if is_there]


def expect_some(there: np.ndarray, kind: str) -> None:
    """Raises ValueError where no row is left."""
    if not there.any():
        what = {"numbers": "rows"}.get(kind, f"{kind}s")
        large = " too large to be decoded," if kind == "picture" else ""
        raise ValueError(f"none of its {len(there):,} {what} can be read: each is broken,{large} or has no label")


def numbers_of(part: Dataset, inputs: tuple[str, ...]) -> np.ndarray:
    """Columns of numbers side by side, float32 [N, F]; NaN where one is missing, infinite where it is too large."""
    with np.errstate(over="ignore"):
        columns = [np.asarray(part[name], dtype=np.float64).astype(np.float32) for name in inputs]
    return np.stack(columns, axis=1)


def label_names(written: Iterable[Any], feature: Any, classes: tuple[str, ...] | None) -> list[str | None]:
    """Labels as text; None for a row without: a set that names its classes has their numbers, and -1 where none is."""
    if classes is not None and isinstance(feature, datasets.ClassLabel):
        known = feature.names
        return [known[value] if value is not None and 0 <= value < len(known) else None for value in written]
    if classes is not None:
        return [None if value is None else str(value) for value in written]
    with np.errstate(over="ignore"):
        return [str(value) if value is not None and np.isfinite(np.float32(value)) else None for value in written]


def learned_texts(
    path: Path, column: str, parts: Mapping[str, int], label: str, classes: tuple[str, ...] | None
) -> Iterator[str]:
    """The texts of a set that are read and not for the test."""
    for item, part in hub_parts(path, parts):
        if part != TEST_PART:
            names = label_names(item[label], item.features[label], classes)
            for text, name in zip(as_written(item, column, path), names, strict=True):
                if text is not None and name is not None:
                    yield str(text)


def decoded_or_none(file: Any, kind: str, **how: Any) -> np.ndarray | None:
    """A "picture" or a "sound" of a set; None where it is broken, or there is none."""
    try:
        return read_image(file, **how) if kind == "picture" else read_sound(file, **how)
    except Exception:  # decoders raise whatever broken bytes lead them to
        return None


def read_image(file: Any, size: tuple[int, int], channels: int, resize: str) -> np.ndarray:
    """A picture [C, H, W] from 0 to 1."""
    return read_picture(file, size, channels, resize)


def read_sound(
    file: Any, rate: int, seconds: float, kind_of_sound: str, bands: int, window: int, hop: int
) -> np.ndarray:
    """A sound as a waveform [samples, 1] or as frames [frames, bands]."""
    wave = waveform(file, rate, seconds)
    return wave[:, None] if kind_of_sound == "waveform" else log_mel(wave, rate, bands, window, hop)
