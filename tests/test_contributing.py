"""CONTRIBUTING.md is true: its map has every package, in the order of the layers, and its examples work."""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch

from designer.core.graph.block import Block
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.schema.fields import real
from designer.core.validation import check
from designer.data import opening
from designer.data.samples import Dataset, Samples
from designer.data.transforms.base import IMAGES, SEQUENCES, Transform
from designer.engine.protocol.events import EpochEnded, Event
from designer.engine.training.trainer import Trainer
from designer.recipe import augmentation
from tests.guide import ROOT, code, mapped, section
from tests.helpers import chain, dense, design_of, input_of, output_for

SCREEN = 60
"""Lines of an editor that one sees at once."""
WITHIN = {
    *("core/layout/sugiyama", "core/storage/migrations", "data/formats/array_files", "data/formats/pictures"),
    *("engine/training/doctor", "engine/training/doctor/findings"),
}
"""Packages that are parts of one job."""


def contract(container: str) -> list[str]:
    """The layers of a package as import-linter holds them, the lowest first; those side by side as they are named."""
    tool = tomllib.loads((ROOT.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    for item in tool["importlinter"]["contracts"]:
        if item.get("containers") == [f"designer.{container.replace('/', '.')}"]:
            return [name for layer in reversed(item["layers"]) for name in layer.split(" | ")]
    raise LookupError(container)


def test_that_the_map_names_every_package_and_fits_a_screen() -> None:
    there = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.rglob("__init__.py")} - {"."} - WITHIN
    assert set(mapped()) == there
    assert len(mapped()) <= SCREEN


@pytest.mark.parametrize("container", ["core", "engine", "ui", "ui/canvas"])
def test_that_the_map_has_packages_in_the_order_in_which_they_may_import_each_other(container: str) -> None:
    below = [path.rpartition("/")[2] for path in mapped() if path.rpartition("/")[0] == container]
    packages = [name for name in contract(container) if (ROOT / container / name).is_dir()]
    assert sorted(below) == sorted(packages)
    places = {name: place for place, name in enumerate(packages)}
    assert [name for name in below if name not in ("comparison", "pictures")] == [
        name for name in sorted(below, key=places.__getitem__) if name not in ("comparison", "pictures")
    ]


def test_that_the_example_of_a_kind_is_a_kind_with_its_fields_and_layers() -> None:
    (text,) = code("How to add a block kind")
    there = kinds()["dropout"]
    names: dict[str, object] = {}
    exec(IMPORTS_OF_A_KIND + text.replace("@register\n", "").replace('kind = "dropout"', 'kind = "guide"'), names)
    made = names["Dropout"]
    assert isinstance(made, type)
    assert issubclass(made, Block)
    assert set(made.model_fields) == set(there.model_fields)
    shape = infer(chain(input_of(3, 8, 8))).shape("input")
    assert shape is not None
    assert made(p=0.2).layers(shape)[0].args == there(p=0.2).layers(shape)[0].args


IMPORTS_OF_A_KIND = """
from designer.core.graph.block import Block, Call, call
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape
"""


def test_that_the_example_of_a_keras_layer_stands_in_the_file_that_is_named() -> None:
    (text,) = code("How to add a layer of Keras")
    (file,) = re.findall(r"a whole one, of `(\w+\.py)`", section("How to add a layer of Keras"))
    assert text in (ROOT / "interop/keras/rules" / file).read_text(encoding="utf-8")


OTHER_FILES = "How to add files of another kind, or a transform"


def test_that_a_network_learns_from_the_example_of_a_data_source(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, source = (ModuleType("designer.data.readers.two_moons"), ModuleType("designer.data.two_moons"))
    monkeypatch.setitem(sys.modules, reader.__name__, reader)
    for module, text in zip((reader, source), code("How to add a data source"), strict=True):
        exec(text, vars(module))
    found = source.SOURCE
    train, test = found.read(ROOT)
    data = Dataset(found.info, Samples(train), Samples(test))
    assert [len(part["moon"]) for part in (train, test)] == [found.samples, found.test_samples]
    network = chain(input_of(2), dense(8, activation="tanh"), dense(2, "dense2", activation="none"), output_for())
    design = design_of(network, found.info.name, epochs=4, batch_size=8, learning_rate=0.02)
    assert check.problems(design, infer(network), data.info) == []
    heard: list[Event] = []
    Trainer(design, data, heard.append).run()
    last = [event for event in heard if isinstance(event, EpochEnded)][-1]
    assert last.metrics["val_accuracy"] > 0.8


def test_that_a_network_learns_from_the_example_of_files_of_another_kind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reader, form = ModuleType("designer.data.readers.points"), ModuleType("designer.data.formats.points")
    monkeypatch.setitem(sys.modules, reader.__name__, reader)
    for module, text in zip((reader, form), code(OTHER_FILES), strict=False):
        exec(text, vars(module))
    monkeypatch.setattr(opening, "format_of", {"points": form.FORMAT}.__getitem__)
    path = tmp_path / "sides.points"
    path.write_text("".join(f"{x / 20} {x % 7} {'left side' if x < 0 else 'right'}\n" for x in range(-30, 30)))
    source, found = opening.inspect(path, "points")
    data = opening.settings_for(path, source, found)
    assert (found.summary, form.FORMAT.recognises(path)) == ("2 classes, 60 points", 100)
    design = replace(design_of(chain(input_of(2), dense(2), output_for()), epochs=40, learning_rate=0.05), data=data)
    heard: list[Event] = []
    Trainer(design, opening.load(data), heard.append).run()
    assert [event for event in heard if isinstance(event, EpochEnded)][-1].metrics["val_accuracy"] > 0.8


def test_that_the_example_of_a_transform_changes_batches() -> None:
    space = vars(augmentation) | {"Transform": Transform, "IMAGES": IMAGES, "SEQUENCES": SEQUENCES, "real": real}
    exec(code(OTHER_FILES)[2], space)
    gain = space["TRANSFORM"]()
    assert gain.is_random
    batch = torch.rand(8, 3, 4, 4)
    factors = space[gain.function](batch, **gain.arguments(), chance=augmentation.chance_of(0, 1, 0)) / batch
    assert 0.9 <= factors.min() < factors.max() <= 1.1
    torch.testing.assert_close(factors, factors[:, :1, :1, :1].expand_as(factors))
