"""Models that announce far more than they hold: refused in a line, before memory is taken for it."""

from __future__ import annotations

import cProfile
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from designer.core.schema.shape import features
from designer.interop.keras.building.builder import Builder
from designer.interop.keras.building.values import Value
from designer.interop.keras.file import archive
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.file.graph import graph_of
from designer.interop.keras.importing import import_keras
from designer.interop.keras.traversal import Walk
from designer.interop.report import grouped

CONFIG = {
    "class_name": "Sequential",
    "config": {
        "name": "small",
        "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 3, "batch_input_shape": [None, 8]}}],
    },
    "keras_version": "3.0.0",
}
KERNEL, BIAS = np.arange(24, dtype=np.float32).reshape(8, 3), np.ones(3, np.float32)


def weights(fill: Callable[[Any], object]) -> bytes:
    """The file of weights of a Dense layer, whose kernel and bias are what is filled in."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file.create_group("layers/dense/vars"))
    return content.getvalue()


def packed(folder: Path, stored: bytes, config: str = json.dumps(CONFIG), **options: Any) -> Path:
    """A .keras file."""
    path = folder / "model.keras"
    with zipfile.ZipFile(path, "w", **options) as made:
        made.writestr("config.json", config)
        made.writestr("model.weights.h5", stored)
    return path


def reason(path: Path) -> str:
    """Why a file is refused; it must take less than some megabytes to find out."""
    tracemalloc.start()
    try:
        with pytest.raises(KerasError) as caught:
            import_keras(path)
        assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) <= 300
    return str(caught.value)


def unallocated(group: Any) -> None:
    group.create_dataset("0", shape=(2**15, 2**15), dtype="f4")
    group["1"] = BIAS


def never_written(group: Any) -> None:
    group.create_dataset("0", shape=(8, 2**24), dtype="f4", chunks=(8, 2**10))
    group["1"] = BIAS


def squeezed(group: Any) -> None:
    group.create_dataset("0", data=np.zeros((2**11, 2**11), np.float32), compression="gzip", chunks=(2**11, 2**11))
    group["1"] = BIAS


def in_vast_pieces(group: Any) -> None:
    shape = {"shape": (8, 3), "maxshape": (None, None), "chunks": (2**12, 2**12)}
    group.create_dataset("0", dtype="f4", compression="gzip", **shape)[...] = KERNEL
    group["1"] = BIAS


def linked_often(group: Any) -> None:
    group["0"] = np.ones(2**14, np.float32)
    for place in range(1, 60):
        group[str(place)] = group["0"]


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (unallocated, "nothing is stored of variable 0 at /layers/dense, of 4 GiB"),
        (never_written, "nothing is stored of variable 0 at /layers/dense, of 512 MiB"),
        (squeezed, "is of 16 MiB, of which"),
        (in_vast_pieces, "lies in pieces that are larger than it is"),
        (linked_often, "of which"),
    ],
)
def test_that_weights_that_are_not_stored_are_refused(
    fill: Callable[[Any], object], words: str, tmp_path: Path
) -> None:
    assert words in reason(packed(tmp_path, weights(fill)))


def plain(group: Any) -> None:
    group["0"], group["1"] = KERNEL, BIAS


def half(group: Any) -> None:
    group["0"], group["1"] = KERNEL.astype(np.float16), BIAS.astype(np.int8)


def compressed(group: Any) -> None:
    group.create_dataset("0", data=KERNEL, compression="gzip")
    group["1"] = BIAS


@pytest.mark.parametrize("fill", [plain, half, compressed])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_that_weights_that_are_stored_are_read(fill: Callable[[Any], object], compression: int, tmp_path: Path) -> None:
    found = import_keras(packed(tmp_path, weights(fill), compression=compression)).arrays
    assert {name: array.shape for name, array in found.items()} == {"d.weight": (3, 8), "d.bias": (3,)}
    np.testing.assert_array_equal(found["d.weight"], KERNEL.T)


@pytest.mark.parametrize(("module", "name"), [(h5py, "File"), (json, "loads")])
def test_that_an_import_that_runs_out_of_memory_is_told_as_that(
    module: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path, weights(plain))

    def runs_out(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, name, runs_out)
    assert "it takes more memory than there is" in reason(path)


def test_that_an_archive_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    bomb = packed(tmp_path, bytes(64 * 2**20), compression=zipfile.ZIP_DEFLATED)
    assert "model.weights.h5 is of 64 MiB, of which the archive stores 0.0" in reason(bomb)


def test_that_a_configuration_that_unpacks_to_very_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_CONFIG_BYTES", 2**20)
    bomb = packed(tmp_path, b"", config=" " * 2**22, compression=zipfile.ZIP_DEFLATED)
    assert "config.json is larger than 1 MiB" in reason(bomb)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_that_an_archive_is_unpacked_piece_by_piece_or_not_at_all(compression: int, tmp_path: Path) -> None:
    bomb = packed(tmp_path, b"", config=" " * 2**26, compression=compression)
    assert "compressed in a way that Keras does not use" in reason(bomb)


def test_that_a_configuration_of_very_many_values_is_refused(tmp_path: Path) -> None:
    many = json.dumps({**CONFIG, "more": [0] * 1_000_001})
    path = tmp_path / "model.json"
    path.write_text(many)
    assert "expected at most 1,000,000 values, got 1,000," in reason(path)


def test_that_a_number_of_very_many_digits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(CONFIG).replace('"units": 3', '"units": ' + "9" * 4000))
    assert "a number of 4000 digits" in reason(path)


def test_that_an_archive_of_very_many_members_is_refused_and_their_names_are_never_used(tmp_path: Path) -> None:
    path = packed(tmp_path, weights(plain))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("../outside.txt", "x")
        made.writestr("/tmp/outside.txt", "x")
    assert len(import_keras(path).arrays) == 2
    assert [item.name for item in tmp_path.iterdir()] == ["model.keras"]
    with zipfile.ZipFile(path, "a") as made:
        for place in range(1_000):
            made.writestr(f"more/{place}", "")
    assert "more than 1,000 members" in reason(path)


@pytest.mark.parametrize("part", range(8))
def test_that_a_damaged_archive_is_told_in_a_line(part: int, tmp_path: Path) -> None:
    path = packed(tmp_path, weights(plain), compression=zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    begin = len(content) * part // 8
    content[begin : begin + 40] = bytes(40)
    path.write_bytes(content)
    try:
        found = import_keras(path)
    except KerasError as error:
        assert str(error).isprintable()
    else:
        assert len(found.design.network.nodes) == 3  # the damage met what nobody reads


@pytest.mark.parametrize("layer", ["Dot", "Subtract", "Attention", "AdditiveAttention", "CustomScaleLayer", "Multiply"])
@pytest.mark.parametrize("count", [1, 4])
def test_that_a_layer_with_too_few_or_too_many_values_is_told_and_stops_nothing(
    layer: str, count: int, tmp_path: Path
) -> None:
    layers: list[dict[str, Any]] = [
        {"class_name": "InputLayer", "name": "a", "config": {"batch_input_shape": [None, 6, 4]}, "inbound_nodes": []},
        {"class_name": layer, "name": "d", "config": {"axes": -1}, "inbound_nodes": [[["a", 0, 0, {}]] * count]},
    ]
    config = {"name": "m", "layers": layers, "input_layers": [["a", 0, 0]], "output_layers": [["d", 0, 0]]}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"class_name": "Functional", "config": config, "keras_version": "2.15.0"}))
    found = import_keras(path)
    told = [why for _, why, _ in grouped(found.notes)]
    assert found.design.network.of_kind("input")
    assert not any("Error" in why for why in told), told
    if layer == "Dot":
        assert any("of two rows of features" in why for why in told)


def test_that_numbers_that_were_given_as_an_array_are_read(tmp_path: Path) -> None:
    array = {"class_name": "__numpy__", "config": {"value": [1.0, 2.0, 4.0], "dtype": "float32"}}
    scaling = {"class_name": "Rescaling", "config": {"name": "r", "scale": array, "batch_input_shape": [None, 3]}}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**CONFIG, "config": {"name": "small", "layers": [scaling]}}))
    (made,) = import_keras(path).design.network.of_kind("standardize")
    assert made.block.params()["std"] == [1.0, 0.5, 0.25]


def in_a_chain(names: list[str], module: str) -> dict[str, Any]:
    """A model of ReLUs, one behind the other, with the last one first in the file."""

    def taking(name: str | None) -> list[Any]:
        tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": [name, 0, 0]}}
        return [{"args": [tensor], "kwargs": {}}] if name else []

    first = {"class_name": "InputLayer", "name": "in", "config": {"batch_shape": [None, 4]}, "inbound_nodes": []}
    layers = [
        {"class_name": "Relu", "module": module, "name": name, "config": {}, "inbound_nodes": taking(before)}
        for name, before in zip(names, ["in", *names], strict=False)
    ]
    ends = {"input_layers": [["in", 0, 0]], "output_layers": [[names[-1], 0, 0]]}
    config = {"name": "chain", "layers": [*reversed(layers), first], **ends}
    return {"class_name": "Functional", "config": config, "keras_version": "3.0.0"}


def calls_of(model: dict[str, Any]) -> int:
    """How many functions are called while the layers are read, in the order that they need."""
    graph = graph_of(model)
    with cProfile.Profile() as profile:
        walk = Walk(Builder(), graph, None)
        walk.give("in", Value("in", features(4)))
        walk.run()
    return sum(entry.callcount for entry in profile.getstats())


def test_that_twice_as_many_layers_take_twice_the_work_in_any_order() -> None:
    short, long = (calls_of(in_a_chain([f"r{n}" for n in range(count)], "keras.src.ops.nn")) for count in (200, 400))
    assert long < 2.5 * short


def test_that_layers_whose_names_are_the_same_here_are_numbered_in_turn() -> None:
    builder = Builder()
    assert [builder.free_name("!" * count) for count in (1, 2, 3)] == ["block", "block_2", "block_3"]
    assert [builder.free_name(name) for name in ("block_2", "block", "block_4", "block")] == [
        *("block_2_2", "block_4", "block_4_2", "block_5"),
    ]
