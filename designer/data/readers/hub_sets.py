"""Reads a set of Hugging Face's hub that lies on disk, as `save_to_disk` of their library has written it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import datasets
import numpy as np
from datasets import Dataset, DatasetDict, load_from_disk

from designer.data.readers._mel import log_mel
from designer.data.readers._shared import labelled, side_by_side
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


def as_written(part: Dataset, column: str) -> Iterator[Any]:
    """The values of a column; pictures and sounds as files, which nothing has decoded yet."""
    feature = part.features[column]
    if isinstance(feature, datasets.Image | datasets.Audio):
        part = part.cast_column(column, type(feature)(decode=False))
        for item in part[column]:
            yield io.BytesIO(item["bytes"]) if item["bytes"] is not None else Path(item["path"] or "")
    else:
        yield from part[column]


def read_hub_set(
    path: Path,
    kind: str,
    inputs: tuple[str, ...],
    label: str,
    classes: tuple[str, ...] | None,
    parts: Mapping[str, int],
    told: Callable[[int, int], object] = lambda done, of: None,
    **how: Any,
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Samples in the order of the set: pictures, texts, sounds or numbers by `kind`, from the columns `inputs`;
    with the vocabulary of texts.

    `how` is what the reader of such files takes: of pictures size, channels and resize; of texts units, vocabulary,
    length and lower; of sounds rate, seconds, kind_of_sound, bands, window and hop. `parts` has the splits that are
    read with the numbers of their parts: 0 training, 1 validation, 2 test. Pictures and sounds that are broken are left
    out. Raises ValueError where all are.
    """
    found = hub_parts(path, parts)
    total = sum(len(part) for part, _ in found)
    part = np.concatenate([np.full(len(item), number, dtype=np.int8) for item, number in found])
    names = label_names((value for item, _ in found for value in item[label]), found[0][0].features[label], classes)
    values = (value for item, _ in found for value in as_written(item, inputs[0]))
    words: list[str] = []
    if kind == "text":
        columns, words = tokenised([str(value) for value in values], counted=part != TEST_PART, **how)
    elif kind == "numbers":
        rows = [np.stack([np.asarray(item[name], dtype=np.float32) for name in inputs], axis=1) for item, _ in found]
        columns = {"numbers": np.concatenate(rows)}
    else:
        decoded, whole = [], np.zeros(total, dtype=bool)
        for row, value in enumerate(values):
            read = decoded_or_none(value, kind, **how)
            if read is not None:
                decoded.append(read)
                whole[row] = True
            told(row + 1, total)
        if not decoded:
            raise ValueError(f"none of its {total:,} {kind}s can be read")
        part, names = part[whole], [name for name, is_whole in zip(names, whole, strict=True) if is_whole]
        columns = {"image": np.stack(decoded)} if kind == "picture" else side_by_side(decoded, "sound")
        if how.get("kind_of_sound") == "spectrogram":
            columns = {"sound": columns["sound"].transpose(0, 2, 1)[:, None]}
    columns[label] = labelled(names, classes)
    return ({**columns, "part": part} if part.any() else columns), words


def label_names(written: Iterable[Any], feature: Any, classes: tuple[str, ...] | None) -> list[str]:
    """Labels as text: a set that names its classes has their numbers."""
    if classes is not None and isinstance(feature, datasets.ClassLabel):
        return [classes[int(value)] for value in written]
    return [str(value) for value in written]


def learned_texts(path: Path, column: str, parts: Mapping[str, int]) -> Iterator[str]:
    """The texts of a set that are not for the test."""
    found = (item for item, part in hub_parts(path, parts) if part != TEST_PART)
    return (str(value) for item in found for value in as_written(item, column))


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
