"""Whether states can be carried over from batch to batch, where that is wanted: blocks, and windows of the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from designer.core.graph.binding import Binding, DataInfo, Feature, window_of
from designer.core.graph.carrying import StateCarrier, carries, carrying_blocks, read_by_carriers
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.schema.units import plural
from designer.core.validation.fixes import set_fix, setting_fix

_FIELD = "carry_states"
_OTHERWISE = "or turn carry_states off"
_CANNOT = "States cannot be carried over from batch to batch"


_OFF = setting_fix("Turn carry_states off", _FIELD, False)


def uncarried(design: Design, binding: Binding, data: DataInfo) -> list[Problem]:
    """What keeps states from being carried: blocks, or else the data. The shapes of the network are all known."""
    if not carries(design.network, design.training):
        return []
    features = read_by_carriers(design.network, binding)
    return list(_of_blocks(carrying_blocks(design.network))) or list(_of_data(design, data, features))


def _of_blocks(blocks: Iterable[StateCarrier]) -> Iterator[Problem]:
    for item in blocks:
        title, name = item.node.block.title, item.node.id
        where = f"{title} '{name}'" + (f" in '{item.at}'" if item.at != name else "")
        if item.reads_both_ways:
            fixes = [] if item.at != name else [set_fix(name, "bidirectional", False)]
            yield Problem(
                f"{where} reads both ways, and backwards no state can be carried over to what comes later: "
                f"set bidirectional to false, {_OTHERWISE}",
                item.at,
                "bidirectional" if item.at == name else "",
                (*fixes, _OFF),
            )
        elif item.several_times:
            yield Problem(
                f"{where} is applied several times to each sample, and has no one state to carry over: "
                f"use it once, {_OTHERWISE}",
                item.at,
                fixes=(_OFF,),
            )
        elif item.turned_by:
            yield Problem(
                f"{where} reads each window from its end to its beginning, as '{item.turned_by}' turns it around "
                "before, and so its last state is not where the next window goes on: "
                f"take '{item.turned_by}' out, {_OTHERWISE}",
                item.at,
                fixes=(_OFF,),
            )


def _of_data(design: Design, data: DataInfo, features: list[Feature]) -> Iterator[Problem]:
    windows = sorted({window_of(feature) for feature in features})
    if why := _why_not(design, data, features, windows):
        yield Problem(f"{_CANNOT}: {why}", field=_FIELD, fixes=(_OFF,))


def _why_not(design: Design, data: DataInfo, features: list[Feature], windows: list[int]) -> str:
    """Why samples do not go on where those before them have ended, with the mend; empty where they may."""
    if not data.spans:
        return (
            f"the samples of the data '{data.title}' are no windows of one series, so that none goes on where another "
            f"has ended: take data that forecast a series by windows, or tell the next token of a text, {_OTHERWISE}"
        )
    if varying := next((feature.name for feature in features if feature.shape.varies), ""):
        return f"the samples of '{varying}' differ in length: take windows of one length, {_OTHERWISE}"
    if not windows or windows[0] == 0:
        return (
            f"no recurrent block reads the steps of a window of the data '{data.title}': "
            f"take windows of a series, {_OTHERWISE}"
        )
    if len(windows) > 1:
        lengths = " and ".join(map(str, windows))
        return f"the Inputs take windows of different lengths ({lengths}): take windows of one length, {_OTHERWISE}"
    (window,) = windows
    if data.stride in (0, window):
        return ""
    what = "overlap" if data.stride < window else "leave gaps"
    mend = f"set the stride of the data to the window, {window}" if design.data.is_own else "take other data"
    lengths = f"windows of {plural(window, 'step')} that begin {plural(data.stride, 'step')} apart"
    return f"{lengths} {what}: {mend}, {_OTHERWISE}"
