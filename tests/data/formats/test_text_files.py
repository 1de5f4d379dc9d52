"""Rows of files are read in whatever encoding and with whatever delimiter they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.data.readers._text_files import rows_of

ROWS = [["Größe", "label"], ["1.5", "very\nlarge, indeed"], ["2", "crème brûlée"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_that_rows_are_read_as_they_were_written(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "table.csv"
    quoted = "\r\n".join(delimiter.join(f'"{field}"' for field in row) for row in ROWS)
    path.write_bytes((quoted + "\r\n\r\n").encode(encoding))
    assert rows_of(path) == ROWS


def test_that_letters_of_any_language_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("猫,犬\n1,2\n", encoding="utf-8")
    assert rows_of(path) == [["猫", "犬"], ["1", "2"]]
