"""Files that are nearly right: what `benchmarks.fuzzing` gives to the program, each made by a seed."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from designer.core.graph.registry import kinds
from designer.core.storage import files
from designer.core.storage.resources import examples

HEAD = {"format": files.FORMAT, "version": files.VERSION}
NUMBERS = [0, -1, 1, 2, 3, 7, 64, 65_536, 65_537, 2**31, 2**63, 10**20, 10**99, -(10**20), 0.0, -0.5, 1e-320, 1e308]
WORDS = [
    "",
    " ",
    "x" * 65,
    "x" * 10_000,
    "input",
    "conv1",
    "a.b",
    ".",
    "é",
    "中文",
    "\u202e",
    "\0",
    "\x1b[2J",
    "<b>",
    "1",
    "True",
]
OTHERS: list[Any] = [None, True, False, [], {}, [1], [[]], {"a": 1}, [None], [1, 2, 3, 4, 5], ["input"], [0, 0]]
Place = tuple[Any, Any]


def hostile() -> dict[str, str]:
    """Small texts that stand for very much, by name."""
    odd = {"id": "a", "kind": "odd"}
    made = {
        "concatenated with itself": _doubling(1_100),
        "concatenated with itself a little": _doubling(60),
        "groups in groups": _nested(10, 10, 1),
        "repeats in repeats": _nested(5, 1, 64),
        "many blocks": _chain(100_000),
        "as many blocks as can be": _chain(5_000),
        "many blocks of no kind": [{"id": f"b{n}", "kind": "odd"} for n in range(4_900)],
        "many blocks with problems": [{"id": f"b{n}", "kind": "add"} for n in range(2_000)],
        "a long list": [{**odd, "params": {"x": [0] * 5_000_000}}],
        "a long list that is allowed": [{**odd, "params": {"x": [0] * 490_000}}],
        "a long name": [{"id": "n" * 12_000_000, "kind": "dropout"}],
        "a long kind": [{"id": "a", "kind": "k" * 12_000_000}],
        "a long word": [{**odd, "params": {"x": "x" * 12_000_000}}],
        "a star": _star(2_000),
        "wide": _wide(64),
    }
    texts = {
        name: json.dumps({**HEAD, **(it if isinstance(it, dict) else {"blocks": it})}) for name, it in made.items()
    }
    return {**texts, "many empty objects": '{"a":[' + "{}," * 490_000 + "{}]}", "deep": "[" * 100_000}


def _chain(count: int) -> list[dict[str, Any]]:
    first = {"id": "b0", "kind": "input", "params": {"sizes": [64]}}
    return [first, *({"id": f"b{n}", "kind": "dropout", "inputs": [f"b{n - 1}"]} for n in range(1, count))]


def _star(count: int) -> list[dict[str, Any]]:
    first = {"id": "b0", "kind": "input", "params": {"sizes": [64]}}
    return [first, *({"id": f"b{n}", "kind": "dense", "inputs": ["b0"]} for n in range(1, count))]


def _doubling(count: int) -> list[dict[str, Any]]:
    blocks = [{"id": "b0", "kind": "input", "params": {"sizes": [4, 8]}}]
    return blocks + [{"id": f"b{n}", "kind": "concatenate", "inputs": [f"b{n - 1}"] * 2} for n in range(1, count)]


def _wide(count: int) -> dict[str, Any]:
    first = {"id": "i", "kind": "input", "params": {"sizes": [65_536]}}
    return {
        **HEAD,
        "blocks": [
            first,
            *(
                {
                    "id": f"d{n}",
                    "kind": "dense",
                    "params": {"out_features": 65_536},
                    "inputs": ["i" if n == 0 else f"d{n - 1}"],
                }
                for n in range(count)
            ),
        ],
    }


def _nested(depth: int, uses: int, repeat: int) -> dict[str, Any]:
    """Groups that hold each other; in the innermost is a Dense."""
    groups = []
    for level in range(depth):
        inner = {"kind": "dense", "params": {"out_features": 8}} if level == 0 else _use(f"g{level - 1}", repeat)
        blocks = [{"id": "x", "kind": "group_input"}]
        blocks += [{"id": f"b{n}", **inner, "inputs": ["x" if n == 0 else f"b{n - 1}"]} for n in range(uses)]
        blocks.append({"id": "y", "kind": "group_output", "inputs": [f"b{uses - 1}"]})
        groups.append({"name": f"g{level}", "inputs": ["x"], "outputs": ["y"], "blocks": blocks})
    top = [
        {"id": "i", "kind": "input", "params": {"sizes": [8]}},
        {"id": "g", **_use(f"g{depth - 1}", repeat), "inputs": ["i"]},
    ]
    return {"blocks": top, "groups": groups}


def _use(name: str, repeat: int) -> dict[str, Any]:
    params = {"definition": name}
    return (
        {"kind": "repeat", "params": {**params, "repeat": repeat}}
        if repeat > 1
        else {"kind": "group", "params": params}
    )


def corpus() -> list[str]:
    """What is changed: all examples, and the hostile ones that are small enough to be changed often."""
    found = [path.read_text(encoding="utf-8") for path in examples()]
    return found + [text for text in hostile().values() if len(text) < 100_000 and text[0] == "{"]


def mutated(texts: list[str], seed: int) -> bytes:
    """A file that a person, a program or a disk has damaged in one to four places."""
    chance = random.Random(seed)
    text = chance.choice(texts)
    if chance.random() < 0.25:
        return _damaged(text.encode(), chance)
    data = json.loads(text)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        change(data, chance)
    return json.dumps(data).encode()


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """Bytes that are flipped, lost, doubled, cut off or of another encoding."""
    at, length = chance.randrange(len(content)), chance.choice((1, 1, 3, 20, 300))
    part = content[at : at + length]
    made: list[Callable[[], bytes]] = [
        lambda: content[:at],
        lambda: content[:at] + content[at + length :],
        lambda: content[:at] + part * 3 + content[at + length :],
        lambda: content[:at] + bytes(byte ^ 1 << chance.randrange(8) for byte in part) + content[at + length :],
        lambda: content[:at] + chance.randbytes(length) + content[at + length :],
        lambda: content.decode().encode(chance.choice(("utf-16", "utf-8-sig", "utf-32"))),
        lambda: content.replace(b"\n", b"\r\n"),
        lambda: content.replace(b"1", chance.choice((b"1e400", b"NaN", b"9" * 5000, b"-1", b"1.5", b'"1"')), 1),
    ]
    return chance.choice(made)()


def change(data: Any, chance: random.Random) -> None:
    """Changes one value of a JSON document, where it stands."""
    places = list(_places(data))
    if not places:
        return
    home, key = chance.choice(places)
    if chance.random() < 0.1 and key == "kind":
        home[key] = chance.choice(list(kinds()))
        return
    kind = chance.randrange(8)
    if kind == 0:
        del home[key]
    elif kind == 1 and isinstance(home, list):
        home.insert(key, copy.deepcopy(home[key]))
    elif kind == 1:
        home[chance.choice((*WORDS, f"{key}x"))] = copy.deepcopy(home[key])
    elif kind == 2:
        other, at = chance.choice(places)
        home[key] = copy.deepcopy(other[at])
    elif kind == 3 and isinstance(home[key], list):
        home[key] = home[key] * chance.choice((2, 10, 500))
    else:
        home[key] = another(home[key], chance)


def another(value: Any, chance: random.Random) -> Any:
    """Another value: of the same type mostly, else of any."""
    if isinstance(value, bool) or value is None or chance.random() < 0.3:
        return copy.deepcopy(chance.choice(chance.choice((NUMBERS, WORDS, OTHERS))))  # type: ignore[arg-type]
    if isinstance(value, int | float):
        return chance.choice([*NUMBERS, value + 1, value * 2, -value, float(value), str(value)])
    if isinstance(value, str):
        return chance.choice(WORDS)
    return copy.deepcopy(chance.choice(OTHERS))


def _places(value: Any) -> Iterator[Place]:
    """Every place of a document, as what it is in and its key."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield value, key
        yield from _places(item)
