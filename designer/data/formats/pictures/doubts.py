"""What a person should know of pictures before training, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from pydantic import JsonValue

from designer.core.graph.binding import Target
from designer.core.schema.units import noun, plural
from designer.data.formats.base import Answer, Finding
from designer.data.formats.class_findings import WEIGH_CLASSES, alike, name_shown, shown
from designer.data.formats.pictures import copies
from designer.data.formats.pictures.listing import PictureList
from designer.data.formats.pictures.measuring import PictureFacts
from designer.data.formats.pictures.options import MOST_NAMED
from designer.data.formats.pictures.sizing import ratios, same_shape

_SHOWN = 20
_IMBALANCE = 10
_PARTS = ("training", "validation", "test")


@dataclass(frozen=True)
class PicturesSeen:
    """What is known of pictures: which there are, what a sample of them is like, and how they will be read."""

    listing: PictureList
    measured: Sequence[PictureFacts]
    first: Target
    resize: str
    left_out: tuple[str, ...]
    with_classes: Callable[[Sequence[str]], Mapping[str, JsonValue]]
    """The options that have these classes alone of the first target."""

    @property
    def target(self) -> str:
        """The column of the first target."""
        return self.first.name

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes; none where it has numbers."""
        return self.first.classes or ()


def doubts(looked: PicturesSeen) -> Iterator[Finding]:
    """All there are, what costs samples first."""
    if looked.classes:
        yield from _rare_classes(looked)
        yield from _classes_of_one_part(looked)
        yield from _imbalance(looked)
        yield from alike(looked.classes)
    yield from _shapes(looked)
    groups = copies.same_content(looked.listing.paths)
    yield from _copies(looked, groups)
    yield from _near_copies(looked, groups)


def _sampled(listing: PictureList, measured: Sequence[PictureFacts]) -> str:
    """Told where not all pictures were looked at."""
    seen, count = len(measured), len(listing)
    return f" Of {count:,} pictures {seen:,}, spread over all, were looked at." if seen < count else ""


def _leave_out(looked: PicturesSeen, places: Sequence[int], title: str) -> tuple[Answer, ...]:
    """The answer that has files left out, where they are few enough to be named."""
    names = sorted({*looked.left_out, *(looked.listing.names[place] for place in places)})
    return (Answer(title, {"left_out": list(names)}),) if len(names) <= MOST_NAMED else ()


def broken(listing: PictureList, measured: Sequence[PictureFacts]) -> Iterator[Finding]:
    """Files that are no pictures, or not whole."""
    found = [item for item in measured if item.problem]
    if found:
        where = tuple(f"{listing.names[item.place]}: {item.problem}" for item in found[:_SHOWN])
        they = noun(len(found), "It is", "They are")
        what = f"{plural(len(found), 'file')} cannot be read as {noun(len(found), 'a picture', 'pictures')}."
        yield Finding(f"{what} {they} left out.{_sampled(listing, measured)}", where)


def _rare_classes(looked: PicturesSeen) -> Iterator[Finding]:
    counts = looked.listing.counts(looked.target, len(looked.classes))
    alone = tuple(name for name, count in zip(looked.classes, counts, strict=True) if count == 1)
    if alone:
        kept = [name for name in looked.classes if name not in alone]
        answers = (
            (Answer(f"Leave {noun(len(alone), 'it', 'them')} out", looked.with_classes(kept)),) if len(kept) > 1 else ()
        )
        what = noun(len(alone), "A class has one picture alone", f"{len(alone)} classes have one picture alone")
        yield Finding(f"{what}: it can be learned or tested, never both.", shown(list(alone)), answers)


def _classes_of_one_part(looked: PicturesSeen) -> Iterator[Finding]:
    training, *others = looked.listing.given_parts
    if not training or not any(others):
        return
    numbers = looked.listing.columns[looked.target]
    learned = {int(number) for number, part in zip(numbers, looked.listing.parts, strict=True) if part == 0}
    never = tuple(name for number, name in enumerate(looked.classes) if number not in learned)
    if never:
        what = noun(len(never), "A class is", f"{len(never)} classes are")
        yield Finding(f"{what} not among the training samples, and cannot be learned.", shown(list(never)))


def _imbalance(looked: PicturesSeen) -> Iterator[Finding]:
    by_class = looked.listing.counts(looked.target, len(looked.classes))
    counts = [count for count in by_class if count]
    if max(counts) > _IMBALANCE * min(counts):
        most, least = (name_shown(looked.classes[by_class.index(of)]) for of in (max(counts), min(counts)))
        share = max(counts) / sum(counts)
        yield Finding(
            f"{most} has {plural(max(counts), 'picture')}, {least} {min(counts):,}: who always says {most} is right in "
            f"{share:.0%}. Accuracy alone tells little here; look at the confusion matrix.",
            answers=(WEIGH_CLASSES,),
        )


def _shapes(looked: PicturesSeen) -> Iterator[Finding]:
    if same_shape(looked.measured):
        return
    least, most = ratios(looked.measured)
    does = {
        "stretch": "Stretching distorts them",
        "fit": "They are fitted in whole, with black at two sides",
        "crop": "Their middle is kept, and what lies beyond is cut off",
    }
    words = {"stretch": "Stretch", "fit": "Fit, with black at the sides", "crop": "Crop to the middle"}
    answers = tuple(Answer(words[kind], {"resize": kind}) for kind in words if kind != looked.resize)
    yield Finding(
        f"Pictures have different shapes, width to height from {least:.2f} to {most:.2f}. {does[looked.resize]}.",
        answers=answers,
    )


def _copies(looked: PicturesSeen, groups: list[list[int]]) -> Iterator[Finding]:
    if not groups:
        return
    parts, names = looked.listing.parts, looked.listing.names
    labels = looked.listing.columns[looked.target]
    # Kept is the one of the latest part, as it measures what the others teach.
    extra = [place for group in groups for place in group if place != max(group, key=lambda item: (parts[item], -item))]
    across = [group for group in groups if len({parts[place] for place in group}) > 1]
    torn = [group for group in groups if len({labels[place].tobytes() for place in group}) > 1]
    told = [f"{plural(len(groups), 'picture')} {noun(len(groups), 'is', 'are')} there more than once."]
    if across:
        told.append(f"{len(across):,} of them in several parts, so that what is measured has been learned.")
    elif not any(looked.listing.given_parts):
        told.append("Copies may come to both sides when samples are kept apart for the test.")
    if torn:
        told.append(f"{len(torn):,} of them with different labels.")
    if len(names) > copies.MOST_COMPARED:
        told.append(f"Of {len(names):,} pictures the first {copies.MOST_COMPARED:,} were compared.")
    first = [*across, *torn, *groups]
    where = tuple(dict.fromkeys(" = ".join(names[place] for place in group[:5]) for group in first))[:_SHOWN]
    yield Finding(" ".join(told), where, _leave_out(looked, extra, "Keep one of each"))


def _near_copies(looked: PicturesSeen, groups: list[list[int]]) -> Iterator[Finding]:
    parts, names = looked.listing.parts, looked.listing.names
    same = {frozenset(pair) for group in groups for pair in _pairs(group)}
    pairs = [pair for pair in copies.nearly_same(looked.measured, parts) if frozenset(pair) not in same]
    if pairs:
        where = tuple(f"{names[one]} ≈ {names[other]}" for one, other in pairs[:_SHOWN])
        later = {other for _, other in pairs}
        words, answer = _one_part_alike(later), "Keep one of each"
        if len(set(parts)) > 1:
            words, answer = _parts_alike(later, parts), "Leave the first of each out"
        extra = [one for one, _ in pairs] if len(set(parts)) > 1 else sorted(later)
        sampled = _sampled(looked.listing, looked.measured)
        yield Finding(words + sampled, where, _leave_out(looked, extra, answer))


def _parts_alike(later: Set[int], parts: Sequence[int]) -> str:
    of = " and ".join(_PARTS[part] for part in sorted({parts[place] for place in later}))
    looks = noun(len(later), "looks", "look")
    return f"{plural(len(later), 'picture')} of the {of} samples {looks} almost like one of another part."


def _one_part_alike(later: Set[int]) -> str:
    looks = noun(len(later), "looks", "look")
    return (
        f"{plural(len(later), 'picture')} {looks} almost like another one. Both may come to both sides when samples "
        "are kept apart for the test."
    )


def _pairs(group: list[int]) -> Iterator[tuple[int, int]]:
    return ((one, other) for one in group for other in group if one != other)
