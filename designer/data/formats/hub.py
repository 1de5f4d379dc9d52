"""Hugging Face: sets of their hub, on disk as their library writes them, or fetched by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, image, tokens
from designer.core.schema.units import plural
from designer.core.storage.resources import cache_folder
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import (
    PART,
    Cache,
    Finding,
    Format,
    FoundData,
    Learned,
    Opened,
    Progress,
    ReaderCall,
    Way,
    untold,
)
from designer.data.formats.class_findings import class_findings
from designer.data.formats.hub_left_out import left_out
from designer.data.formats.hub_options import HubOptions
from designer.data.formats.sound import SoundOptions, frame_of, sound_feature, sound_of
from designer.data.readers._parts import PARTS
from designer.data.spectrogram import Spectrogram, mel_spectrogram

if TYPE_CHECKING:
    from datasets import Dataset

    from designer.data import samples

_MARKS = ("dataset_dict.json", "state.json")
_MISSING = 'sets of the hub need datasets: pip install "network-designer[hub]"'
_LABELS = ("label", "labels", "fine_label", "target", "class", "category", "score")
_LOOKED_AT = 200
MOST_AT_ONCE = 8 * 2**20
"""Bytes of a set that is looked at in memory."""
_ONLY_FOR = {
    "picture": ("height", "width", "colour"),
    "text": ("units", "vocabulary", "length"),
    "sound": ("seconds", "rate"),
}
"""The options that mean something for one kind of samples alone."""
_COLUMN = {"picture": "image", "text": "text", "sound": "sound", "numbers": "numbers"}


class Hub(Format[HubOptions]):
    """Sets of Hugging Face's hub."""

    name = "hub"
    title = "Hugging Face set"
    description = "A folder that Hugging Face's datasets has written with save_to_disk"
    options = HubOptions

    def recognises(self, path: Path) -> int:
        """A folder with the marks that the library leaves."""
        return 100 if path.is_dir() and any((path / mark).is_file() for mark in _MARKS) else 0

    def inspect(
        self, path: Path, options: HubOptions | None = None, progress: Progress = untold
    ) -> FoundData[HubOptions]:
        """The columns of the set, and its splits."""
        from designer.data.formats.counting import classes_counted, parts_counted

        chosen = (options or _guessed(path)).model_copy(update={"target_units": {}})
        opened = self._looked_at(path, chosen, progress)
        feature, target = _feature(chosen, opened), Target(chosen.label, features(1), chosen.classes)
        count = len(opened.columns[chosen.label])
        per_class = classes_counted(target, opened.columns)
        if target.classes is not None and np.count_nonzero(per_class) < 2:
            (only,) = [name for name, number in zip(target.classes, per_class, strict=True) if number]
            raise DataError(f"{path}: every sample has the label {only!r}: expected at least two classes")
        splits = ", ".join(chosen.parts) or "no splits"
        named_inputs = ", ".join(f"'{name}'" for name in chosen.inputs)
        labels = plural(len(target.classes), "class", "classes") if target.classes else "numbers as labels"
        return FoundData(
            options=chosen,
            info=DataInfo(self.name, path.name, (feature,), (target,)),
            samples=count,
            summary=f"{plural(count, chosen.kind if chosen.kind != 'numbers' else 'row')}, {labels}, {splits}",
            reading=f"Column {named_inputs} is read, and '{chosen.label}' is learned.",
            findings=(
                *left_out(path, chosen, count),
                *_all_the_same(chosen, opened),
                *class_findings(dict(zip(target.classes or (), per_class, strict=False)), "samples"),
            ),
            class_counts=per_class,
            given_parts=parts_counted(opened.columns),
            fingerprint=fingerprint(path),
            learned=_learned(chosen, opened),
            without_effect=_without_effect(chosen),
        )

    def open(self, path: Path, options: HubOptions, progress: Progress = untold) -> Opened:
        """All samples."""
        with _told(path):
            columns, words = self.call(options).run_with_words(path, told=progress)
        if not words:
            return Opened(columns)
        return Opened(columns, {"text": tuple(words)}, cut={"text": _cut(path, options, tuple(words))})

    def open_others(
        self, path: Path, options: HubOptions, progress: Progress = untold
    ) -> tuple[Opened, tuple[str, ...]]:
        """All samples of another set, in splits of its own; without labels where one of them has none."""
        with _told(path):
            from datasets import load_from_disk

            from designer.data.readers.hub_sets import hub_parts, label_names

            parts = dict.fromkeys(_parts_of(load_from_disk(str(path))), 0)  # words of all of them are told apart
            found, label = [part for part, _ in hub_parts(path, parts)], options.label
            is_told = all(
                label in part.features and None not in label_names(part[label], part.features[label], options.classes)
                for part in found
            )
        label = options.label if is_told else ""
        return self.open(path, options.model_copy(update={"parts": parts, "label": label}), progress), ()

    def stream(self, path: Path, options: HubOptions, cache: Cache, progress: Progress = untold) -> Opened:
        """The labels at once, and the inputs batch by batch."""
        with _told(path):
            from designer.data.formats.hub_streaming import streamed

            opened = streamed(path, options, cache, progress)
        if not opened.words:
            return opened
        return replace(opened, cut={"text": _cut(path, options, opened.words["text"])})

    def preview(self, path: Path, options: HubOptions, rows: int, progress: Progress = untold) -> Opened:
        """The first samples."""
        from designer.data.whole_columns import first_of

        return first_of(self._looked_at(path, options, progress), rows)

    def _looked_at(self, path: Path, options: HubOptions, progress: Progress) -> Opened:
        """All samples: those of a small set in memory, of a large one what is on disk, where later readings find it."""
        from designer.data.kept_columns import cache_at

        if _size(path, options) > MOST_AT_ONCE:
            return self.stream(path, options, cache_at(path, self.name, options), progress)
        return self.open(path, options, progress)

    def ways(self, options: HubOptions, feature: Feature) -> frozenset[Way]:
        """Sounds are files alone."""
        return frozenset(("open",)) if options.kind == "sound" else super().ways(options, feature)

    def sample_of(
        self, given: Path | str, options: HubOptions, feature: Feature, learned: Callable[[], samples.Dataset]
    ) -> Mapping[str, samples.Array]:
        """What the samples of the set are, from a file or as it was typed."""
        from designer.data.formats import one_sample

        if options.kind == "picture":
            return {feature.name: one_sample.picture_of(given, feature)}
        if options.kind == "text":
            numbers = learned().cut[feature.name](one_sample.written_in(given))
            return {feature.name: one_sample.tokens_of(numbers, feature, options.length)}
        if options.kind == "sound":
            kind = "spectrogram" if options.seconds else "frames"
            sound = SoundOptions(kind=kind, seconds=options.seconds, rate=options.rate)
            return {feature.name: sound_of(given, feature, sound)}
        return {feature.name: one_sample.vector_of(given, feature, options.inputs)}

    def spared(self, path: Path, options: HubOptions) -> frozenset[str]:
        """Only byte pairs of texts are made by tokenizers."""
        is_needed = options.kind == "text" and options.units == "byte pairs"
        return frozenset() if is_needed else frozenset(("tokenizers",))

    def spectrogram(self, options: HubOptions, feature: Feature) -> Spectrogram | None:
        """Of sounds that are cut to one length."""
        sound = SoundOptions(seconds=options.seconds, rate=options.rate)
        is_picture = options.kind == "sound" and feature.shape.names == ("C", "H", "W")
        return mel_spectrogram(sound.rate, sound.bands, frame_of(sound.rate)[1]) if is_picture else None

    def listed(self, options: HubOptions) -> Mapping[str, int]:
        """Words of texts, behind the padding and the unknown one."""
        from designer.data.readers.texts import FIRST_TOKENS

        return {"text": len(FIRST_TOKENS)} if options.kind == "text" else {}

    def call(self, options: HubOptions) -> ReaderCall:
        """The reader with its arguments."""
        taken = {name: getattr(options, name) for name in ("kind", "inputs", "label", "classes", "parts")}
        units = {"target_units": found} if (found := options.target_units.get(options.label)) else {}
        return ReaderCall("hub_sets", "read_hub_set", {**taken, **units, **options.how}, gives_words=True)


FORMAT = Hub()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise DataError(f"{path}: {_MISSING}") from None
    except KeyError as error:
        raise DataError(f"{path}: a split has nothing called {error}: expected the same columns in all") from error
    except IndexError as error:  # how their library says so
        raise DataError(f"{path}: there are no samples in it, or in one of its splits") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: it cannot be read as a set of the hub: {error}") from error


def _learned(options: HubOptions, opened: Opened) -> Learned | None:
    """A number that is learned in units of its own."""
    if options.classes is not None or options.target_scale == "as_it_is":
        return None
    return Learned({name: opened.columns[name] for name in (options.label, PART) if name in opened.columns})


def _without_effect(options: HubOptions) -> frozenset[str]:
    others = [names for kind, names in _ONLY_FOR.items() if kind != options.kind]
    return frozenset(() if options.classes is None else ("target_scale",)).union(*others)


def _size(path: Path, options: HubOptions) -> int:
    """Bytes of the files of a set, or of its pictures as they are read, which may lie elsewhere."""
    on_disk = sum(file.stat().st_size for file in path.rglob("*.arrow"))
    if options.kind != "picture":
        return on_disk
    with _told(path):
        from designer.data.readers.hub_sets import hub_parts

        rows = sum(len(part) for part, _ in hub_parts(path, options.parts))
    return max(on_disk, 4 * rows * options.height * options.width)


def _all_the_same(options: HubOptions, opened: Opened) -> Iterator[Finding]:
    """Numbers that are learned and never differ."""
    if options.classes is None and np.ptp(opened.columns[options.label]) == 0:
        yield Finding(f"All samples have the same {options.label}: there is nothing to learn.")


def _cut(path: Path, options: HubOptions, words: tuple[str, ...]) -> Callable[[str], Sequence[int]]:
    """What makes the numbers of the tokens of a text."""
    from designer.data.formats.one_sample import cut_by, same_pieces

    def made() -> tuple[list[str], Callable[[str], list[int]]]:
        from designer.data.readers.hub_sets import learned_texts
        from designer.data.readers.texts import splitter

        texts = learned_texts(path, options.inputs[0], options.parts, options.label, options.classes)
        return splitter(texts, options.units, options.vocabulary, True)

    return cut_by(options.units, True, words, lambda: same_pieces(path, words, made))


def fetched(name: str) -> Path:
    """Fetches a set of the hub by its name, as stanfordnlp/imdb, and gives the folder where it lies then.

    Nothing of the set is run. Raises DataError where it is not there, or there is no network.
    """
    try:
        from datasets import load_dataset
    except ImportError:
        raise DataError(f"{name}: {_MISSING}") from None
    place = cache_folder() / "hub" / name.replace("/", "--")
    if not any((place / mark).is_file() for mark in _MARKS):
        try:
            load_dataset(name).save_to_disk(str(place))
        except Exception as error:  # whatever a network, or somebody's set, leads to
            raise DataError(f"{name}: it cannot be fetched from Hugging Face's hub: {error}") from error
    return place


def _guessed(path: Path) -> HubOptions:
    """The columns by their types and names. Raises DataError."""
    try:
        from datasets import Audio, ClassLabel, Image, Value, load_from_disk

        from designer.data.readers.hub_sets import hub_parts
    except ImportError:
        raise DataError(f"{path}: {_MISSING}") from None
    with _told(path):
        parts = _parts_of(load_from_disk(str(path)))
        first = next((part for part, number in hub_parts(path, parts) if number == 0 and len(part)), None)
    if first is None:
        raise DataError(f"{path}: there are no samples to learn from")
    columns = first.features
    single = [name for name in columns if isinstance(columns[name], ClassLabel | Value)]
    label = next((name for name in single if isinstance(columns[name], ClassLabel)), "") or next(
        (name for name in _LABELS if name in single), ""
    )
    if not label:
        raise DataError(f"{path}: no column is a label: there are {', '.join(columns)}")
    classes = tuple(columns[label].names) if isinstance(columns[label], ClassLabel) else _classes(first, label)
    if classes is None and _sort_of(columns[label]) != "numbers":
        raise DataError(f"{path}: {label!r} has more than {_LOOKED_AT} different labels: expected classes, or numbers")
    others = [name for name in columns if name != label]
    found: dict[str, list[str]] = {"picture": [], "sound": [], "text": [], "numbers": []}
    for name in others:
        kind = columns[name]
        sort = "picture" if isinstance(kind, Image) else "sound" if isinstance(kind, Audio) else _sort_of(kind)
        if sort and not (sort == "numbers" and _is_empty(first, name)):
            found[sort].append(name)
    chosen = next((sort for sort, names in found.items() if names), "")
    if not chosen:
        raise DataError(f"{path}: no column can be read: there are {', '.join(columns)}")
    inputs = tuple(found[chosen] if chosen == "numbers" else found[chosen][:1])
    return HubOptions(kind=chosen, inputs=inputs, label=label, classes=classes, parts=parts)


def _is_empty(part: Dataset, column: str) -> bool:
    """Whether the first rows of a column have no number at all."""
    return not np.isfinite(np.array(part[:_LOOKED_AT][column], dtype=np.float64)).any()


def _sort_of(kind: Any) -> str:
    dtype = str(getattr(kind, "dtype", ""))
    return "text" if "string" in dtype else "numbers" if dtype.startswith(("int", "float", "uint")) else ""


def _parts_of(found: Any) -> dict[str, int]:
    """The splits that are training, validation and test by their names; others, as unsupervised, are not read."""
    names = list(found) if hasattr(found, "keys") else []
    parts = {name: PARTS[name.lower()] for name in names if name.lower() in PARTS}
    return parts if 0 in parts.values() else {**parts, names[0]: 0} if names else {}


def _classes(part: Dataset, label: str) -> tuple[str, ...] | None:
    """The different labels, where they are few and no fractions."""
    written = {str(value) for value in islice(part[label], 100_000) if value is not None}
    numbers = str(part.features[label].dtype).startswith("float")
    return None if numbers or len(written) > _LOOKED_AT else tuple(sorted(written))


def _feature(options: HubOptions, opened: Opened) -> Feature:
    name = _COLUMN[options.kind]
    column, lengths = {**opened.columns, **opened.lazy}[name], opened.columns.get(f"{name}_lengths")
    longest = column.shape[1]
    if options.kind == "picture":
        return Feature(name, image(*column.shape[1:]))
    if options.kind == "text":
        varies = lengths is not None
        return Feature(name, tokens(None if varies else longest), len(opened.words[name]), longest if varies else None)
    if options.kind == "numbers":
        return Feature(name, features(longest))
    seconds = SoundOptions(
        kind="spectrogram" if options.seconds else "frames", seconds=options.seconds, rate=options.rate
    )
    found = sound_feature(seconds, 0.0)
    return found if lengths is None else Feature(name, found.shape, longest=longest)
