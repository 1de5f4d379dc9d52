"""What the sample panel says of each Output: label and prediction, how far off numbers are, where a box lies."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace

from designer.core.graph.binding import DataInfo
from designer.data.formats.row_words import number_told
from designer.data.formats.target_scale import Units
from designer.engine.protocol.seen import OutputResult
from designer.ui.panels.sample_views import between, words_marked
from designer.ui.style.labels import figure, percent
from designer.ui.style.theme import Colours


def said_of(verdicts: tuple[OutputResult, ...], data: DataInfo, colours: Colours) -> str:
    """What there is to say of each Output, as rich text."""
    if len(verdicts) == 1 and not marks_box(verdicts[0], data):
        return "<br>".join(_sentences(verdicts[0], colours.error))
    return "<br>".join(
        _of_box(verdict, colours) if marks_box(verdict, data) else _in_short(verdict, colours.error)
        for verdict in verdicts
    )


def in_own_units(verdict: OutputResult, units: Mapping[str, Units]) -> OutputResult:
    """What was learned in other units than the data have it, in theirs: value × scale + offset."""
    if verdict.classes is not None or verdict.column not in units:
        return verdict
    from designer.data.own_units import as_in_files  # with NumPy, which has no part in the start

    own = units[verdict.column]
    scores, target = as_in_files(verdict.scores, own), as_in_files(verdict.target, own)
    return replace(
        verdict,
        scores=scores.astype("float32"),
        target=target,
        label=tuple(map(number_told, target.tolist())) if verdict.label else (),
        prediction=tuple(map(number_told, scores.tolist())) if verdict.prediction else (),
    )


def marks_box(verdict: OutputResult, data: DataInfo) -> bool:
    """Whether an Output's numbers are a box over the sample's picture."""
    target = data.target(verdict.column)
    return target is not None and target.marks == "box"


def _of_box(verdict: OutputResult, colours: Colours) -> str:
    """How far the boxes lie over each other (intersection over union), and their colours."""
    found = f"<span style='color:{colours.accent}'>┅ prediction</span>"
    if verdict.target.size == 0:
        return f"{html.escape(verdict.output)}: {found}"
    from designer.engine.evaluation.boxes import overlap  # brings in NumPy

    share = float(overlap(verdict.scores[None], verdict.target[None].astype("float32"))[0])
    label = f"<span style='color:{colours.good}'>━ label</span>"
    return f"{html.escape(verdict.output)}: IoU <b>{share:.2f}</b>, {label} {found}"


def _sentences(verdict: OutputResult, error: str) -> list[str]:
    """Label and prediction; where there are too many numbers to read, how far off they are.

    Nobody knows the label of a sample of the person's own.
    """
    if verdict.target.size == 0:
        return [*_predicted_alone(verdict), "There is no label."]
    if not verdict.label:
        return [_how_far_off(verdict)]
    return [f"Label <b>{_label(verdict)}</b>", f"Prediction <b>{_prediction(verdict, error)}</b>{_mark(verdict)}"]


def _in_short(verdict: OutputResult, error: str) -> str:
    """A line for one of several Outputs: the label only where it was not recognised."""
    output = html.escape(verdict.output)
    if verdict.target.size == 0:
        return f"{output}: {'; '.join(_predicted_alone(verdict))}"
    if not verdict.label:
        return f"{output}: {_how_far_off(verdict)}"
    prediction = f"<b>{_prediction(verdict, error)}</b>{_mark(verdict)}"
    return f"{output}: {prediction}" if verdict.right else f"{output}: {prediction}, label <b>{_label(verdict)}</b>"


def _predicted_alone(verdict: OutputResult) -> list[str]:
    """The prediction with its probability, where there is one for the whole sample."""
    if not verdict.prediction:
        return []
    said = f"<b>{html.escape(_between(verdict).join(verdict.prediction))}</b>"
    sure = verdict.classes is not None and verdict.scores.ndim == 1
    return [f"Prediction {said}, {percent(float(verdict.scores.max()))}" if sure else f"Prediction {said}"]


def _how_far_off(verdict: OutputResult) -> str:
    off = abs(verdict.scores - verdict.target.astype("float32")).mean()
    return f"Mean error <b>{figure(float(off))}</b>"


def _label(verdict: OutputResult) -> str:
    return html.escape(_between(verdict).join(verdict.label))


def _prediction(verdict: OutputResult, error: str) -> str:
    if verdict.scores.ndim > 1:
        return words_marked(list(verdict.prediction), list(verdict.label), error)
    return html.escape(_between(verdict).join(verdict.prediction))


def _between(verdict: OutputResult) -> str:
    return ", " if verdict.classes is None else between(verdict.label)


def _mark(verdict: OutputResult) -> str:
    return {True: " ✓", False: " ✗", None: ""}[verdict.right]
