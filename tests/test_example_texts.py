"""The words about the examples say what was measured: a range over several runs, and what a plain method reaches."""

from __future__ import annotations

import re
from functools import cache

import pytest

from benchmarks.baselines import BESIDE, parts_of, plain
from designer.core.storage.files import read
from designer.core.storage.resources import example, examples

NAMES = [path.name.split(".")[0] for path in examples()]
RANGE = re.compile(r"(\d\.\d+) to (\d\.\d+) in (\d+) runs with different seeds")
SECOND = re.compile(r"overlap of (\d\.\d+) to (\d\.\d+).* overlap of (\d\.\d+)")
FIGURE = re.compile(r"\d\.\d+")


def method(name: str) -> str:
    """What is measured once: the plain method of a data source; reconstructing pictures has its own."""
    return name if name == "digits_autoencoder" else read(example(name)).data.source


FIRST = {method(name): name for name in reversed(NAMES)}


@cache
def reached(method: str) -> float:
    return plain(FIRST[method])


@pytest.mark.parametrize("name", NAMES)
def test_that_a_result_is_a_range_beside_what_a_plain_method_reaches(name: str) -> None:
    result = read(example(name)).about.result
    found = RANGE.search(result)
    assert found, result
    low, high, runs = float(found[1]), float(found[2]), int(found[3])
    assert low < high
    assert runs >= 2
    rest = [float(figure) for figure in FIGURE.findall(result[found.end() :])]
    off = 0.00005 if "squared error" in result and high < 0.01 else 0.001
    assert any(abs(figure - reached(method(name))) <= off for figure in rest), reached(method(name))


@pytest.mark.parametrize("name", NAMES)
def test_that_a_network_behind_the_plain_method_says_so(name: str) -> None:
    result = read(example(name)).about.result
    found = RANGE.search(result)
    assert found, result
    low, high, figure = float(found[1]), float(found[2]), reached(method(name))
    behind = low > figure if "error" in result else high < figure
    assert ("behind" in result.lower()) == behind


@pytest.mark.parametrize("source", BESIDE)
def test_that_what_is_told_of_a_second_output_stands_beside_a_plain_method_too(source: str) -> None:
    (name,) = [name for name in NAMES if read(example(name)).data.source == source]
    said = SECOND.search(read(example(name)).about.result)
    assert said
    low, high, figure = map(float, said.groups())
    assert figure < low < high
    assert abs(figure - BESIDE[source](parts_of(name))) <= 0.001
