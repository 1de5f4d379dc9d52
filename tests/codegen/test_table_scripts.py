"""Scripts of designs with a table: its numbers are standardised there as here, and nothing of ours is imported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.network import Network, Node
from designer.data import opening
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff
from tests.helpers import block, design_of


def shop(path: Path, **options: object) -> Path:
    """A table of what a script has to read: gaps, dates, categories of few and of many values, odd names."""
    count = 80
    table = {
        'the "size"': [number % 11 if number % 7 else None for number in range(count)],
        "sold": pd.date_range("2024-01-01", periods=count, freq="31h").astype(str),
        "größe\\": ["S", "M", "L", "it's"] * 20,
        "town": [f"Köln {number % 13}" for number in range(count)],
        "price": [1000.0 + number * 31 for number in range(count)],
    }
    pd.DataFrame(table).to_csv(path, index=False, **options)
    return path


@pytest.mark.parametrize(
    ("written", "reading"),
    [({}, "streamed"), ({"sep": ";", "decimal": ",", "encoding": "utf-16"}, "auto")],
    ids=["streamed", "odd"],
)
def test_that_a_script_with_a_table_learns_along_the_same_curve(
    written: dict[str, str], reading: str, tmp_path: Path, for_ruff: ForRuff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    path = shop(tmp_path / "shop.csv", **written)
    source, found = opening.inspect(path, "table", {"missing_numbers": "median"})
    numbers = found.info.features[0].shape.last
    network = Network.of(
        [
            Node("input", block("input", sizes=(numbers,)), ()),
            Node("place", block("input", sizes=(1,), axes="tokens"), ()),
            Node("embedding", block("embedding", num_embeddings=14, embedding_dim=3), ("place",)),
            Node("flat", block("flatten"), ("embedding",)),
            Node("both", block("concatenate"), ("input", "flat")),
            Node("dense", block("dense", out_features=1), ("both",)),
            Node("output", block("output", task="regression"), ("dense",)),
        ]
    )
    how = DataSettings.model_validate({"reading": reading})
    design = replace(design_of(network, epochs=2), data=opening.settings_for(path, source, found, how))
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert "It needs torch, numpy and duckdb, and the data that DATA names." in text
    assert ("All samples are held in memory here" in text) == (reading == "streamed")
    for_ruff(text)
