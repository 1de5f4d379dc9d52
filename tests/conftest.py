"""Fixtures and settings that all tests share."""

from __future__ import annotations

import builtins
import gc
import os
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings

from designer.core.graph.design import Design
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import sources

settings.register_profile(
    "quick", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


plain_import = builtins.__import__


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """PySide puts its own import in place of Python's, which reads the source of whatever is imported after it."""
    builtins.__import__ = plain_import


# What is imported for the tests stays: collecting garbage meanwhile would look through all of it again and again.
gc.disable()


def pytest_collection_finish() -> None:
    """Libraries and tests stay to the end: collecting garbage would look through half a million objects of theirs."""
    gc.freeze()
    gc.enable()


# What the sources give is never changed, and tests come back to each of them: all are kept, where a person has two.
sources.load = lru_cache(maxsize=None)(sources.load.__wrapped__)


@pytest.fixture(scope="session")
def cnn_example() -> Design:
    return read(example("mnist_cnn"))


@pytest.fixture(scope="session")
def vowels_example() -> Design:
    return read(example("vowels_lstm"))


# One thread: two that wait for each other on a busy machine take many times as long.
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _threads_of_torch_stay() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and recovery files of one test are of no other. The folder is made by who puts something there."""
    folder = tmp_path_factory.getbasetemp() / f"designer-data-{next(_numbers)}"
    monkeypatch.setenv("DESIGNER_DATA", str(folder))
    return folder


_numbers = count()
