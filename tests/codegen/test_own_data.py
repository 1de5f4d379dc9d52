"""Scripts of designs with a person's own data: they read the same, alone, and learn along the same curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.data import opening
from designer.engine.runs.script_export import NoTrainingError, export_pytorch, pytorch_script
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.odd_table import CLASS, NUMBERS, OTHER, add_odd_table, odd_table
from tests.codegen.reading import ForRuff
from tests.data.formats.made import striped_pictures
from tests.helpers import block, chain, dense, design_of, input_of, output_for

PICTURES = chain(input_of(3, 8, 8), "flatten", dense(2), output_for())


def with_data(network: Network, path: Path, options: Mapping[str, Any] | None = None, **split: Any) -> Design:
    """A design of a network and of data that are looked at first."""
    source, found = opening.inspect(path, options=dict(options or {}))
    data = opening.settings_for(path, source, found, DataSettings(**split))
    return replace(design_of(network, epochs=2), data=data)


def odd_network() -> Network:
    """A class and a number, from the same numbers."""
    return Network.of(
        [
            Node("input", block("input", sizes=(12,), feature=NUMBERS), ()),
            Node("named", block("dense", out_features=5), ("input",)),
            Node("number", block("dense", out_features=1), ("input",)),
            Node("kind", block("output", target=CLASS), ("named",)),
            Node("size", block("output", task="regression", target=OTHER), ("number",)),
        ]
    )


@pytest.mark.parametrize("split", ["auto", "chance"])
def test_that_a_script_with_pictures_of_one_s_own_learns_along_the_same_curve(
    split: str, tmp_path: Path, for_ruff: ForRuff
) -> None:
    pictures = striped_pictures(tmp_path / "pets", ("cats", "it's", 'a "dog"', "猫"))
    network = chain(input_of(1, 6, 8), "flatten", dense(4), output_for())
    options = {"height": 6, "width": 8, "colour": "grey"}
    design = with_data(network, pictures, options, split=split, test_share=0.3, split_seed=5)
    text = assert_script_learns_alike(design, opening.load(design.data), tmp_path)
    assert 'DATA = FOLDER / "pets"' in text
    assert "It needs torch, numpy and Pillow, and the data that DATA names." in text
    for_ruff(text)


@pytest.mark.parametrize("settings", [{"parts": True}, {"parts": False}, {"parts": True, "split": "chance"}], ids=str)
def test_that_columns_may_be_called_anything_and_parts_that_the_data_name_are_kept(
    settings: dict[str, Any], tmp_path: Path, for_ruff: ForRuff, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_odd_table(monkeypatch)
    options, split = {"parts": settings["parts"]}, {"split": settings.get("split", "auto")}
    design = with_data(odd_network(), odd_table(tmp_path / "odd's.npz"), options, **split)
    assert design.data.known is not None
    assert design.data.known.names_tests == settings["parts"]
    for_ruff(assert_script_learns_alike(design, opening.load(design.data), tmp_path))


def test_that_one_output_may_learn_a_column_that_is_called_anything(
    tmp_path: Path, for_ruff: ForRuff, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_odd_table(monkeypatch)
    network = chain(input_of(12), dense(5), output_for(target=CLASS))
    design = with_data(network, odd_table(tmp_path / "odd.npz"))
    design = replace(design, training=design.training.model_copy(update={"validation_share": 0.0}))
    for_ruff(assert_script_learns_alike(design, opening.load(design.data), tmp_path))


def test_that_data_far_from_the_script_are_named_by_their_whole_path(tmp_path: Path) -> None:
    pictures = striped_pictures(tmp_path / "pets", each=2)
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    design = with_data(PICTURES, pictures, {"height": 8, "width": 8})
    written = export_pytorch(design, deep / "model.py", "pets")
    assert written.beside == ()
    assert f'\nDATA = Path("{pictures.as_posix()}")\n' in written.script.read_text(encoding="utf-8")
    assert "FOLDER" not in written.script.read_text(encoding="utf-8")


def test_that_a_script_is_written_without_looking_at_the_data(tmp_path: Path) -> None:
    pictures = striped_pictures(tmp_path / "pets", each=2)
    design = with_data(PICTURES, pictures, {"height": 8, "width": 8})
    before = pytorch_script(design, "pets").text
    pictures.rename(tmp_path / "elsewhere")
    assert pytorch_script(design, "pets").text == before


def test_that_a_script_of_data_that_nobody_has_looked_at_is_refused(tmp_path: Path) -> None:
    design = replace(design_of(PICTURES), data=DataSettings(source="image_folder", path=str(tmp_path)))
    with pytest.raises(NoTrainingError, match="has not been looked at yet: choose it once more as the data"):
        pytorch_script(design, "pets")
    with pytest.raises(NoTrainingError, match="there are none: choose data to train with"):
        pytorch_script(replace(design, data=DataSettings(source="none")), "pets")


def test_that_options_that_are_wrong_are_told_when_a_script_is_written(tmp_path: Path) -> None:
    design = with_data(PICTURES, striped_pictures(tmp_path / "pets", each=2), {"height": 8, "width": 8})
    wrong = design.data.model_copy(update={"options": {"height": "tall"}})
    with pytest.raises(NoTrainingError, match="options: height"):
        pytorch_script(replace(design, data=wrong), "pets")
