"""What the tests of exported scripts share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.codegen.reading import ForRuff, assert_ruff_finds_nothing


@pytest.fixture(scope="module")
def _scripts_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("for_ruff")
    yield folder
    assert_ruff_finds_nothing(folder)


@pytest.fixture
def for_ruff(request: pytest.FixtureRequest, _scripts_of_the_module: Path) -> ForRuff:
    """Keeps texts under the name of the test, until ruff reads all of the module at once: it takes long to start."""
    name = re.sub(r"\W+", "_", request.node.name).strip("_").lower()[:150]

    def keep(*texts: str) -> None:
        for number, text in enumerate(sorted(set(texts))):
            (_scripts_of_the_module / f"{name}_{number}.py").write_text(text, encoding="utf-8")

    return keep
