"""Two exported scripts, word by word."""

from __future__ import annotations

import pytest

from tests.codegen.golden import TEXTS, path_of


@pytest.mark.parametrize("name", TEXTS)
def test_that_a_script_reads_as_it_should(name: str) -> None:
    assert TEXTS[name]() == path_of(name).read_text(encoding="utf-8")
