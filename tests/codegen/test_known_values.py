"""Scripts of data whose words and categories are those of the samples to learn from: others are unknown there, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data import opening
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff
from tests.data.test_known_values import WORD, roles, shop
from tests.helpers import starting_network


def learning(data: DataSettings) -> Design:
    info = opening.info(data)
    assert info is not None
    design = Design(starting_network(info, "usual"), data, TrainingSettings(epochs=1, device="cpu"))
    return replace(design, training=design.training.model_copy(update={"batch_size": 16}))


def test_that_a_script_knows_the_categories_of_the_rows_to_learn_from_alone(
    tmp_path: Path, for_ruff: ForRuff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_DATA", str(tmp_path / "kept"))
    path = shop(tmp_path / "shop.csv", [*(f"town {row % 16}" for row in range(80)), *([WORD] * 20)])
    rows = pd.read_csv(path)
    rows["sort"] = ["one", "two"] * 40 + ["three", "two"] * 10
    rows.to_csv(path, index=False)
    source, found = opening.inspect(path, "table", roles(path))
    design = learning(opening.settings_for(path, source, found, DataSettings(split="time", test_share=0.2)))
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert 'tests["town"] = only_known_tokens(tests["town"], known, 0)' in text
    assert 'tests["numbers"] = only_known_categories(tests["numbers"], known)' in text
    for_ruff(text)


def test_that_a_script_knows_the_words_of_the_texts_to_learn_from_alone(tmp_path: Path, for_ruff: ForRuff) -> None:
    path = tmp_path / "texts.csv"
    rows = [(f"{'good' if row % 2 else 'bad'} film and number{row} too", "ab"[row % 2]) for row in range(60)]
    pd.DataFrame(rows, columns=["text", "label"]).to_csv(path, index=False)
    source, found = opening.inspect(path, "text")
    design = learning(opening.settings_for(path, source, found))
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert 'tests["text"] = only_known_tokens(tests["text"], known, 1)' in text
    for_ruff(text)
