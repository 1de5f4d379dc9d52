"""The models that the tests of the import build, as configurations, with one value of one layer changed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.mutations import NUMBERS, OTHERS, WORDS
from designer.interop.keras import importing

TESTS = ("tests/interop/test_keras_models.py", "tests/interop/test_keras_weights.py")
OF_KERAS = ["channels_first", "same", "causal", "softmax", "gelu", "linear", "sum", "concat", "float16", "none"]


class _Recorder:
    """Remembers what configurations are imported while tests run."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}

    @pytest.fixture(autouse=True)
    def _record(self, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
        before = importing._imported

        def remember(source: Any) -> Any:
            self.found[request.node.name] = source.config
            return before(source)

        monkeypatch.setattr(importing, "_imported", remember)


def recorded() -> dict[str, dict[str, Any]]:
    """The configurations by the names of the tests. Needs Keras."""
    recorder = _Recorder()
    pytest.main(["-q", "-x", "--no-header", "-p", "no:cacheprovider", *TESTS], plugins=[recorder])
    return recorder.found


def configurations(models: dict[str, dict[str, Any]], count: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many configurations with one value changed, every place of every layer as often as any other."""
    places = [(name, place) for name, config in models.items() for place in _places(config, ())]
    chance = random.Random(seed)
    chance.shuffle(places)
    for number in range(count):
        name, place = places[number % len(places)]
        config = copy.deepcopy(models[name])
        home: Any = config
        for key in place[:-1]:
            home = home[key]
        _change(home, place[-1], chance)
        yield f"{name} {number} {'.'.join(map(str, place))[-60:]}".replace("/", "_"), config


def _change(home: Any, key: Any, chance: random.Random) -> None:
    if chance.random() < 0.1:
        del home[key]
        return
    value, numbers = home[key], [*NUMBERS, 4, 5, 16]
    likely: list[Any] = numbers if isinstance(value, int | float) else OF_KERAS if isinstance(value, str) else OTHERS
    home[key] = copy.deepcopy(
        chance.choice(likely if chance.random() < 0.6 else [*numbers, *WORDS, *OTHERS, *OF_KERAS])
    )


def _places(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a configuration."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from _places(item, (*path, key))
