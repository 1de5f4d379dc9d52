"""Every event and every request goes to JSON and comes back as it was; what is not known is refused by its name."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
import pytest

from designer.core.graph.design import Design
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.data import sources
from designer.engine.inspection.probe import Looked, captures
from designer.engine.model.build import build
from designer.engine.protocol import arrays, events, requests
from designer.engine.protocol.codec import EVENTS, REQUESTS, ProtocolError, dumps, event_of, request_of, to_json
from designer.engine.protocol.events import AnyEvent, EpochEnded, Event, Measured
from designer.engine.protocol.requests import AnyRequest, Request, Stop, Watch
from designer.engine.protocol.version import PROTOCOL
from tests.helpers import design_of, digits_dataset, stripes_network, trained

ODD_NUMBERS = (0.1, -0.0, 1e-300, math.inf, -math.inf, math.nan)
ARRAYS = (
    np.array([[0.1, -0.0, np.inf], [np.nan, 1e-45, 3.0]], np.float32),
    np.arange(6, dtype=np.int64).reshape(3, 2).T,  # as it does not lie in memory
    np.array([True, False]),
    np.array(7, np.uint8),
    np.zeros((0, 4), np.float64),
    np.array([1.5, -2.0], ">f8"),
)


def of_type(kind: Any, turn: int) -> Any:
    """A value of a type, another one at each turn."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return of_type(args[turn % len(args)], turn)
    if origin is Literal:
        return args[turn % len(args)]
    if origin is tuple:
        return tuple(of_type(args[0], turn + place) for place in range(turn % 3))
    if origin is np.ndarray:
        return ARRAYS[turn % len(ARRAYS)]
    if origin is not None and issubclass(origin, Mapping):
        return {f"naïve/{place}": of_type(args[1], turn + place) for place in range(turn % 3)}
    if kind is Design:
        return files.read(example(("mnist_cnn", "digits_resnet")[turn % 2]))
    if is_dataclass(kind):
        return made(kind, turn)
    plain = {str: f'"{turn}"\n☃', int: turn - 1, float: ODD_NUMBERS[turn % len(ODD_NUMBERS)], bool: turn % 2 == 0}
    return {**plain, Path: Path("a folder", "b"), type(None): None}[kind]


def made(kind: Any, turn: int) -> Any:
    hints = get_type_hints(kind, localns=vars(arrays))
    return kind(**{item.name: of_type(hints[item.name], turn + place) for place, item in enumerate(fields(kind))})


def expect_same(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype.newbyteorder("=") == other.dtype
        assert one.shape == other.shape
        assert one.astype(other.dtype).tobytes() == other.tobytes()
    elif isinstance(one, Design):
        assert files.dumps(one) == files.dumps(other)
        assert dict(one.network.nodes) == dict(other.network.nodes)
    elif is_dataclass(one):
        for item in fields(one):
            expect_same(getattr(one, item.name), getattr(other, item.name))
    elif isinstance(one, Mapping):
        assert list(one) == list(other)
        for name in one:
            expect_same(one[name], other[name])
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for item, same in zip(one, other, strict=True):
            expect_same(item, same)
    else:
        assert repr(one) == repr(other)


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize("name", [*EVENTS, *REQUESTS])
def test_that_every_event_and_request_comes_back_from_json_as_it_was(name: str, turn: int) -> None:
    kind, back = (EVENTS[name], event_of) if name in EVENTS else (REQUESTS[name], request_of)
    value = made(kind, turn)
    text = dumps(value)
    assert "\n" not in text
    row = json.loads(text)
    assert (row["event" if name in EVENTS else "request"], row["protocol"]) == (name, PROTOCOL)
    expect_same(value, back(row))


def test_that_no_kind_of_event_or_request_is_left_out() -> None:
    for module, base, union in ((events, Event, AnyEvent), (requests, Request, AnyRequest)):
        there = {item for item in vars(module).values() if isinstance(item, type) and issubclass(item, base)}
        assert there - {base} == set(get_args(union))
    assert len(EVENTS) + len(REQUESTS) == len(get_args(AnyEvent)) + len(get_args(AnyRequest))
    assert not EVENTS.keys() & REQUESTS.keys()


def damaged(**changes: Any) -> dict[str, Any]:
    row = to_json(EpochEnded(1, 2, {"train_loss": 0.5}, 3.0, run="a")) | changes
    return {name: value for name, value in row.items() if value is not None}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (damaged(protocol=PROTOCOL + 1), f"protocol: this program speaks version {PROTOCOL}, not {PROTOCOL + 1}"),
        (damaged(protocol=None), f"protocol: this program speaks version {PROTOCOL}, not None"),
        (damaged(event="epoch_endfd"), "event: there is no event 'epoch_endfd': expected one of started, noticed, "),
        (damaged(event=None), "event: there is no event None"),
        (damaged(event=["started"]), "event: there is no event ['started']"),
        (damaged(step="two"), "epoch_ended.step: expected a whole number, got 'two'"),
        (damaged(step=True), "epoch_ended.step: expected a whole number, got 'True'"),
        (damaged(step=None), "epoch_ended.step: it is missing"),
        (damaged(metrics={"train_loss": "high"}), "epoch_ended.metrics.train_loss: expected a number, got 'high'"),
        (damaged(weights="trained"), "epoch_ended: there is no field 'weights'"),
        (["epoch_ended"], "expected an object that is an event"),
    ],
)
def test_that_what_is_not_known_is_refused_by_its_name(row: object, reason: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        event_of(row)
    assert str(refused.value).startswith(reason)


def test_that_a_request_of_another_version_or_with_a_broken_design_is_refused() -> None:
    with pytest.raises(ProtocolError, match="this program speaks version"):
        request_of({"request": "stop", "protocol": 1, "id": "a"})
    with pytest.raises(ProtocolError, match="there is no request 'started'"):
        request_of({"request": "started", "protocol": PROTOCOL})
    with pytest.raises(ProtocolError, match=r"show\.design"):
        request_of({"request": "show", "protocol": PROTOCOL, "design": {"format": "bread"}})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dtype": "object"}, "dtype: expected a type of numbers"),
        ({"shape": [-1]}, "shape: expected a list of sizes"),
        ({"shape": [2, 2]}, "base64: expected 16 bytes for this shape, got 8"),
        ({"base64": "a?b"}, "base64: expected base64"),
        ({"base64": 7}, "base64: expected base64"),
        ({"more": 1}, "expected an array"),
    ],
)
def test_that_an_array_that_does_not_fit_itself_is_refused(change: dict[str, Any], reason: str) -> None:
    row = to_json(events.BatchesEnded(1, 1, {"loss": np.zeros(2, np.float32)}, 0.0))
    row["metrics"]["loss"] |= change
    with pytest.raises(ProtocolError, match=r"batches_ended\.metrics\.loss") as refused:
        event_of(row)
    assert reason in str(refused.value)


def test_that_json_is_as_it_is_documented() -> None:
    assert to_json(Watch("conv1", 3, id="a")) == {
        "request": "watch",
        "protocol": PROTOCOL,
        "id": "a",
        "block": "conv1",
        "sample": 3,
        "view": "",
        "watcher": "",
        "own": None,
    }
    assert request_of({"request": "stop", "protocol": PROTOCOL, "id": "b"}) == Stop(id="b")
    assert to_json(Measured("cpu", 1, 1, {"a": math.inf}, {"a": math.nan}))["backward"] == {"a": "NaN"}
    array = to_json(events.BatchesEnded(1, 1, {"loss": np.array([1.0], np.float32)}, 0.0))["metrics"]["loss"]
    assert array == {"dtype": "float32", "shape": [1], "base64": "AACAPw=="}


@pytest.mark.parametrize("name", ["vowels_lstm", "reviews_text_cnn", "digits_autoencoder", "pairs_siamese"])
def test_that_what_the_engine_really_tells_comes_back_as_it_was(name: str) -> None:
    design = files.read(example(name))
    data = sources.load(design.data.source)
    watches = [Watch(node.id, 3, watcher=node.id) for node in design.network.nodes.values()]
    found = [event for _, event in captures(Looked(build(design.network, seed=1), design.network, data), watches)]
    _, told = trained(design_of(stripes_network(), batch_size=16), digits_dataset())
    for event in (*found, *told):
        assert isinstance(event, Event)
        expect_same(event, event_of(json.loads(dumps(event))))
