"""What a sample is made of: a view for each part of it, by its shape and by what data say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer.core.graph.binding import DataInfo
from designer.data.sample_facts import SampleFacts
from designer.data.spectrogram import Spectrogram
from designer.engine.protocol.seen import OutputResult, SampleShown
from designer.ui.panels.film_view import FilmView
from designer.ui.panels.row_view import RowView
from designer.ui.panels.sample_views import DrawnBox, ImageView, PointsView, TextView
from designer.ui.panels.sample_words import marks_box
from designer.ui.panels.spectrogram_view import SpectrogramView
from designer.ui.style.theme import Colours

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array
    from designer.ui.panels.line_view import LineView

    View = FilmView | ImageView | PointsView | LineView | RowView | SpectrogramView | TextView


@dataclass(frozen=True)
class Part:
    """A view of the panel: how it is made, and how it shows a part of the sample."""

    caption: str
    kind: type[View]
    show: Callable[[View], None]
    wide: bool
    """Whether it takes a row of its own."""


def parts_of(sample: SampleShown, data: DataInfo, facts: SampleFacts) -> list[Part]:
    """Every feature; what an autoencoder gives back; numbers that are predicted for each step."""
    shown = {name: sample.plain.get(name, x) for name, x in sample.features.items()}
    alone = len(sample.features) == 1
    given_back = {verdict.column: verdict for verdict in sample.verdicts if verdict.task == "autoencoder"}
    if facts.row:
        parts = [_row(facts.row(shown, sample.words))]
    else:
        parts = [
            _sound(name, x, facts.spectrograms[name])
            if name in facts.spectrograms
            else _part(name, x, data, sample.words.get(name), "original" if alone and name in given_back else name)
            for name, x in shown.items()
        ]
    for verdict in sample.verdicts:
        if verdict.task == "autoencoder":
            caption = "reconstruction" if alone else f"reconstruction of {verdict.column}"
            parts.append(_part(verdict.column, verdict.scores, data, None, caption, verdict))
        elif verdict.classes is None and verdict.scores.ndim == 2:
            name = verdict.column if len(sample.verdicts) == 1 else f"{verdict.output}: {verdict.column}"
            parts.append(_predicted(f"{name}, predicted dashed", verdict))
    return parts


def _part(
    name: str,
    x: Array,
    data: DataInfo,
    words: tuple[str, ...] | None,
    caption: str,
    verdict: OutputResult | None = None,
) -> Part:
    """The view that suits a feature's shape, or what data say of it."""
    feature = data.feature(name)
    names = feature.shape.names if feature else ()
    if names == ("L",):
        return _words(caption, words or tuple(map(str, x.tolist())))
    if names == ("C", "H", "W"):
        return _picture(caption, x, verdict.target if verdict and verdict.target.size else x)
    if names in (("L", "C", "H", "W"), ("C", "D", "H", "W")):
        return _film(caption, x, "L") if names[0] == "L" else _film(caption, x.swapaxes(0, 1), "D")
    if feature and feature.drawn_as == "points" and verdict is None:
        return _points(caption, x)
    return _lines(caption, x) if verdict is None else _predicted(caption, verdict)


def boxes_of(verdicts: tuple[OutputResult, ...], data: DataInfo, colours: Colours) -> tuple[DrawnBox, ...]:
    """What data say are boxes; nobody knows that of a sample of somebody's own."""
    marked = [verdict for verdict in verdicts if marks_box(verdict, data)]
    wanted = [item.target.astype("float32") for item in marked if item.target.size]
    return (
        *(DrawnBox(place, colours.good, colours.base, is_dashed=False) for place in wanted),
        *(DrawnBox(item.scores, colours.accent, colours.base, is_dashed=True) for item in marked),
    )


def _words(caption: str, words: tuple[str, ...]) -> Part:
    def show(view: View) -> None:
        assert isinstance(view, TextView)
        view.show_words(words)

    return Part(caption, TextView, show, True)


def _picture(caption: str, image: Array, like: Array) -> Part:
    def show(view: View) -> None:
        assert isinstance(view, ImageView)
        view.show_images(image[None], like)

    return Part(caption, ImageView, show, False)


def _sound(caption: str, values: Array, axes: Spectrogram) -> Part:
    def show(view: View) -> None:
        assert isinstance(view, SpectrogramView)
        view.show_spectrogram(values, axes)

    return Part(caption, SpectrogramView, show, True)


def _row(row: Sequence[tuple[str, str]]) -> Part:
    def show(view: View) -> None:
        assert isinstance(view, RowView)
        view.show_row(row)

    return Part("row", RowView, show, True)


def _film(caption: str, frames: Array, axis: str) -> Part:
    def show(view: View) -> None:
        assert isinstance(view, FilmView)
        view.show_film(frames, axis)

    return Part(caption, FilmView, show, True)


def _points(caption: str, points: Array) -> Part:
    def show(view: View) -> None:
        assert isinstance(view, PointsView)
        view.show_points(points)

    return Part(caption, PointsView, show, False)


def _lines(caption: str, numbers: Array, predicted: Array | None = None) -> Part:
    from designer.ui.panels.line_view import LineView  # brings in the library of plots

    def show(view: View) -> None:
        assert isinstance(view, LineView)
        view.show_lines(numbers, predicted)

    return Part(caption, LineView, show, True)


def _predicted(caption: str, verdict: OutputResult) -> Part:
    if verdict.target.size == 0:
        return _lines(caption, verdict.scores)
    return _lines(caption, verdict.target, verdict.scores)


def rows_of(verdict: OutputResult, count: int) -> list[tuple[str, float, bool]]:
    """The likeliest classes first."""
    import numpy as np

    classes = verdict.classes or ()
    right = int(verdict.target) if verdict.target.size else -1
    best = np.argsort(-verdict.scores, kind="stable")[:count]
    return [(classes[i], float(verdict.scores[i]), i == right) for i in best if i < len(classes)]
