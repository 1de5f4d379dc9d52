"""Sound: a folder with one folder of sounds for each class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Literal

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.fields import choice, real, whole
from designer.core.schema.shape import Shape
from designer.core.schema.units import noun, plural
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import (
    Answer,
    Cache,
    Finding,
    Format,
    FoundData,
    Opened,
    Progress,
    ReaderCall,
    ReadingOptions,
    Way,
    untold,
)
from designer.data.formats.class_findings import class_findings
from designer.data.formats.part_folders import classes_in, file_names, parts_of
from designer.data.spectrogram import Spectrogram, mel_spectrogram

if TYPE_CHECKING:
    from designer.data.readers.sounds import SoundFacts
    from designer.data.samples import Array, Dataset

_HERTZ = ("hertz", "hertz")
_LONG = 5.0
"""Seconds that are kept of longer sounds, where nobody has said anything."""
_LEAST_RATE = 500
_MOST_RATE = 16_000
_FRAMES_A_SECOND = 100


class SoundOptions(ReadingOptions):
    """How sounds become samples."""

    kind: Literal["spectrogram", "frames", "waveform"] = choice(
        "spectrogram",
        "What the network sees: an image of the power in each band over time (spectrogram), the same as a sequence of "
        "frames for recurrent blocks (frames), or the samples themselves (waveform).",
    )
    seconds: float = real(
        1.0, "Seconds that are kept of each sound; shorter ones get silence. 0: as long as it is.", low=0.0, high=600.0
    )
    rate: int = whole(
        8000, "Samples a second that each sound is brought to.", low=_LEAST_RATE, high=192_000, unit=_HERTZ
    )
    bands: int = whole(64, "Bands of the mel scale that the power is told in.", high=512, unit=("band", "bands"))
    classes: tuple[str, ...] = ()
    parts: dict[str, int] | None = None


class Sound(Format[SoundOptions]):
    """Sounds in folders that are named after their classes."""

    name = "sound"
    title = "Sound"
    description = "A folder with one folder of sounds (WAV, FLAC, OGG, MP3) for each class"
    options = SoundOptions
    places = ("parts",)

    def recognises(self, path: Path) -> int:
        """A folder with a sound in one of its first folders, or in one of theirs."""
        if not path.is_dir():
            return 0
        from designer.data.readers.sounds import is_sound

        below = islice(path.glob("*/*"), 200), islice(path.glob("*/*/*"), 200)
        return 90 if any(is_sound(item.name) for items in below for item in items) else 0

    def inspect(
        self, path: Path, options: SoundOptions | None = None, progress: Progress = untold
    ) -> FoundData[SoundOptions]:
        """The classes, and how many sounds each has; lengths and rates from the files' heads."""
        from designer.data.formats.sound_facts import facts_of_all
        from designer.data.readers._parts import labelled_files
        from designer.data.readers.sounds import sounds_below

        parts = parts_of(path)
        classes = classes_in(path, parts)
        files = labelled_files(path, classes, parts, sounds_below)
        if not files:
            raise DataError(f"{path}: there are no sounds: expected a folder of sounds for each class")
        heard = facts_of_all([sound for sound, *_ in files], progress)
        facts = [
            replace(item, label=classes[label], part=part) for item, (_, label, part) in zip(heard, files, strict=True)
        ]
        if all(item.problem for item in facts):
            raise DataError(f"{path}: none of its files can be read as a sound: {facts[0].name}: {facts[0].problem}")
        return self._found(path, options, parts, facts)

    def _found(
        self, path: Path, options: SoundOptions | None, parts: dict[str, int] | None, facts: list[SoundFacts]
    ) -> FoundData[SoundOptions]:
        whole = [item for item in facts if not item.problem]
        counts = Counter(item.label for item in whole)
        classes = tuple(sorted(counts))
        if len(classes) < 2:
            raise DataError(f"{path}: expected a folder of sounds for each of at least two classes, got {len(classes)}")
        chosen = (options or _usual(whole)).model_copy(update={"classes": classes, "parts": parts})
        seconds = [item.seconds for item in whole]
        given = Counter(item.part for item in whole) if parts else Counter()
        return FoundData(
            options=chosen,
            info=one_to_one(self.name, path.name, sound_feature(chosen, max(seconds)), "class", classes),
            samples=len(whole),
            summary=f"{plural(len(classes), 'class', 'classes')}, {plural(len(whole), 'sound')}, "
            f"{min(seconds):.2g} to {max(seconds):.2g} s, {_rates(whole)}",
            reading=_reading(chosen),
            findings=tuple(_findings(facts, counts, chosen)),
            class_counts=tuple(counts[name] for name in classes),
            given_parts=(given[0], given[1], given[2]),
            fingerprint=fingerprint(path),
            files=len(facts),
        )

    def open(self, path: Path, options: SoundOptions, progress: Progress = untold) -> Opened:
        """All sounds."""
        try:
            return Opened(self.call(options).run(path, told=progress))
        except FileNotFoundError as error:
            raise DataError(f"{error.filename}: the sound is no longer there") from None
        except ValueError as error:
            raise DataError(f"{path}: {error}") from error

    def names(self, path: Path, options: SoundOptions) -> tuple[str, ...]:
        """Those of the files."""
        from designer.data.readers.sounds import readable_below

        return file_names(path, options.classes, options.parts, readable_below)

    def stream(self, path: Path, options: SoundOptions, cache: Cache, progress: Progress = untold) -> Opened | None:
        """The labels at once, and the sounds batch by batch; how long they are say the heads of the files."""
        from designer.data.formats.sound_streaming import streamed

        try:
            return streamed(path, self.call(options).arguments, cache, progress)
        except FileNotFoundError as error:
            raise DataError(f"{error.filename}: the sound is no longer there") from None

    def ways(self, options: SoundOptions, feature: Feature) -> frozenset[Way]:
        """A file alone, although a spectrogram is an image."""
        return frozenset(("open",))

    def sample_of(
        self, given: Path | str, options: SoundOptions, feature: Feature, learned: Callable[[], Dataset]
    ) -> Mapping[str, Array]:
        """A sound."""
        return {feature.name: sound_of(given, feature, options)}

    def spectrogram(self, options: SoundOptions, feature: Feature) -> Spectrogram | None:
        """Of sounds that are images of their bands."""
        if options.kind != "spectrogram":
            return None
        return mel_spectrogram(options.rate, options.bands, frame_of(options.rate)[1])

    def call(self, options: SoundOptions) -> ReaderCall:
        """The reader with its arguments."""
        window, hop = frame_of(options.rate)
        arguments = {**options.model_dump(), "window": window, "hop": hop}
        return ReaderCall("sounds", "read_sounds", arguments)


def _usual(facts: list[SoundFacts]) -> SoundOptions:
    """What suits sounds of such lengths and rates: three quarters of them are kept whole, and five seconds at most."""
    rates, seconds = [item.rate for item in facts], sorted(item.seconds for item in facts)
    kept = min(round(seconds[len(seconds) * 3 // 4] + 0.05, 1), _LONG)
    return SoundOptions(rate=min(max(round(median(rates)), _LEAST_RATE), _MOST_RATE), seconds=max(kept, 0.1))


def frame_of(rate: int) -> tuple[int, int]:
    """Samples of a frame, 25 ms, and from one to the next, 10 ms: as is usual for speech."""
    return max(round(rate / 40), 16), max(round(rate / _FRAMES_A_SECOND), 4)


def sound_feature(options: SoundOptions, longest: float) -> Feature:
    """What a sound is to the network; the longest, in seconds, where they are as long as they are."""
    from designer.data.readers._mel import frames_in

    samples = max(round((options.seconds or longest) * options.rate), 1)
    varies = not options.seconds
    if options.kind == "waveform":
        return Feature("sound", Shape.of((None if varies else samples, 1)), longest=samples if varies else None)
    frames = frames_in(samples, *frame_of(options.rate))
    if options.kind == "frames":
        return Feature(
            "sound", Shape.of((None if varies else frames, options.bands)), longest=frames if varies else None
        )
    return Feature("sound", Shape.of((1, options.bands, frames)))


def sound_of(given: Path | str, feature: Feature, options: SoundOptions) -> Array:
    """A sound as a network sees it. Raises DataError."""
    import numpy as np

    from designer.data.formats.one_sample import file_of, told_as
    from designer.data.readers._mel import log_mel
    from designer.data.readers.sounds import waveform

    path = file_of(given, "a sound (WAV, FLAC, OGG, MP3)")
    with told_as(path, "a sound (WAV, FLAC, OGG, MP3)"):
        wave = waveform(path, options.rate, options.seconds)
    if options.kind == "waveform":
        return wave[:, None]
    power = log_mel(wave, options.rate, options.bands, *frame_of(options.rate))
    if options.kind == "frames":
        return power
    frames = feature.shape.last
    return np.pad(power[:frames], ((0, max(frames - len(power), 0)), (0, 0))).T[None]


def _rates(facts: list[SoundFacts]) -> str:
    rates = sorted({item.rate for item in facts})
    return f"{rates[0]:,} Hz" if len(rates) == 1 else f"{rates[0]:,} to {rates[-1]:,} Hz"


def _reading(options: SoundOptions) -> str:
    kept = f"cut or filled to {options.seconds:g} s" if options.seconds else "as long as they are"
    seen = {
        "spectrogram": f"as images of {options.bands} mel bands over time",
        "frames": f"as sequences of frames of {options.bands} mel bands",
        "waveform": "as they are",
    }
    return f"Each folder is a class; sounds of {options.rate:,} Hz, {kept}, {seen[options.kind]}."


def _findings(facts: list[SoundFacts], counts: Mapping[str, int], options: SoundOptions) -> Iterator[Finding]:
    if broken := [item for item in facts if item.problem]:
        named = tuple(f"{item.name}: {item.problem}" for item in broken[:10])
        yield Finding(
            f"{plural(len(broken), 'file')} cannot be read, and {'is' if len(broken) == 1 else 'are'} left out.", named
        )
    yield from class_findings(counts, "sounds")
    whole = [item for item in facts if not item.problem]
    longer = [item for item in whole if options.seconds and item.seconds > options.seconds + 0.001]
    if longer:
        longest = max(item.seconds for item in longer)
        yield Finding(
            f"{_some(longer, whole, 'is', 'are')} cut: the longest has {longest:.3g} s.",
            answers=(Answer(f"Keep {longest:.3g} s", {"seconds": round(longest + 0.005, 2)}),),
        )
    if slower := [item for item in whole if item.rate < options.rate]:
        least = min(item.rate for item in slower)
        yield Finding(
            f"{_some(slower, whole, 'has', 'have')} fewer samples a second than {options.rate:,}.",
            answers=(Answer(f"Take {least:,} Hz", {"rate": least}),),
        )


FORMAT = Sound()


def _some(some: Sized, whole: Sized, one: str, many: str) -> str:
    """1 sound of 20 is, 3 sounds of 20 are."""
    return f"{plural(len(some), 'sound')} of {len(whole):,} {noun(len(some), one, many)}"
