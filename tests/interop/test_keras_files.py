"""Files as they come: damaged, hostile, of older versions, and with layers that have no counterpart."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from designer.core.graph.block import UnknownBlock
from designer.core.inference.infer import infer
from designer.core.schema.limits import MAX_BLOCKS
from designer.core.storage import files
from designer.core.validation.quick_fixes import mendable
from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.importing import Imported, import_keras
from designer.interop.report import ImportNote, grouped, lines
from tests.interop.outputs import outputs_of

KERAS_2 = Path(__file__).parent / "keras2"
DENSE = {"class_name": "Dense", "config": {"name": "scores", "units": 3, "activation": "softmax"}}


def sequential(*items: dict[str, Any], shape: list[int | None] | None = None) -> dict[str, Any]:
    """A Sequential as Keras 2 writes it: the shape in its first layer."""
    first = {**items[0], "config": {**items[0]["config"], "batch_input_shape": shape or [None, 8]}}
    return {
        "class_name": "Sequential",
        "config": {"name": "small", "layers": [first, *items[1:]]},
        "keras_version": "2.4.0",
    }


def layer(class_name: str, name: str, *sources: Any, **config: Any) -> dict[str, Any]:
    """A layer of a functional model as Keras 2 writes it."""
    calls = [[list(source) for source in sources]] if sources else []
    return {"class_name": class_name, "name": name, "config": {"name": name, **config}, "inbound_nodes": calls}


def functional(*items: dict[str, Any], inputs: list[str], outputs: list[str]) -> dict[str, Any]:
    config = {
        "name": "graph",
        "layers": list(items),
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] for name in outputs],
    }
    return {"class_name": "Functional", "config": config, "keras_version": "2.9.0"}


def read_json(data: Any, folder: Path) -> Imported:
    path = folder / "model.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return import_keras(path)


def archive(folder: Path, config: Any, **members: bytes) -> Path:
    path = folder / "model.keras"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("config.json", json.dumps(config))
        for name, content in members.items():
            made.writestr(name.replace("__", "."), content)
    return path


def kinds(found: Imported) -> list[str]:
    return [node.block.kind for node in found.design.network.nodes.values()]


def test_that_a_sequential_of_keras_2_needs_no_input_layer(tmp_path: Path) -> None:
    found = read_json(sequential(DENSE), tmp_path)
    assert kinds(found) == ["input", "dense", "output"]
    assert infer(found.design.network).parameters == 27


def test_that_a_chain_of_many_activations_is_read_to_its_end(tmp_path: Path) -> None:
    chain = [{"class_name": "Activation", "config": {"name": f"relu_{n}", "activation": "relu"}} for n in range(700)]
    assert len(kinds(read_json(sequential(*chain), tmp_path))) == 702


def test_that_the_bare_list_of_the_first_versions_is_read(tmp_path: Path) -> None:
    data = sequential(DENSE)
    assert kinds(read_json({**data, "config": data["config"]["layers"]}, tmp_path)) == ["input", "dense", "output"]


def test_that_a_functional_model_of_keras_2_keeps_its_edges_and_states(tmp_path: Path) -> None:
    states = {"initial_state": [["encoder", 0, 1], ["encoder", 0, 2]]}
    found = read_json(
        functional(
            layer("InputLayer", "words", batch_input_shape=[None, 7], dtype="int32"),
            layer("Embedding", "embedding", ("words", 0, 0, {}), input_dim=30, output_dim=5),
            layer("LSTM", "encoder", ("embedding", 0, 0, {}), units=6, return_state=True, return_sequences=False),
            layer("InputLayer", "shifted", batch_input_shape=[None, None, 4]),
            layer("LSTM", "decoder", ("shifted", 0, 0, states), units=6, return_sequences=True),
            layer(
                "TFOpLambda", "tf.math.multiply", ("decoder", 0, 0, {"y": 0.5, "name": None}), function="math.multiply"
            ),
            layer("Dense", "scores", ("tf.math.multiply", 0, 0, {}), units=9, activation="softmax"),
            inputs=["words", "shifted"],
            outputs=["scores"],
        ),
        tmp_path,
    )
    nodes = found.design.network.nodes
    assert infer(found.design.network).problems == []
    assert nodes["decoder"].inputs == ("shifted", "encoder.state")
    assert nodes["tf_math_multiply"].inputs == ("decoder.sequence",)
    assert nodes["scores"].block.params()["activation"] == "softmax"


def test_that_a_nested_model_of_keras_2_is_found_by_its_second_call(tmp_path: Path) -> None:
    inner = functional(
        layer("InputLayer", "in", batch_input_shape=[None, 8]),
        layer("Dense", "d", ("in", 0, 0, {}), units=4),
        inputs=["in"],
        outputs=["d"],
    )
    body = {**inner, "name": "body", "inbound_nodes": [[["x", 0, 0, {}]]]}
    data = functional(
        layer("InputLayer", "x", batch_input_shape=[None, 8]),
        body,
        layer("Dense", "scores", ("body", 1, 0, {}), units=3),
        inputs=["x"],
        outputs=["scores"],
    )
    found = read_json(data, tmp_path)
    assert list(found.design.network.nodes) == ["x", "body_d", "scores", "output"]


def test_that_a_lambda_is_named_and_the_rest_is_kept_around_a_placeholder(tmp_path: Path) -> None:
    code = {"name": "twice", "function": ["4wEAAAAAAAAA" * 30, None, None], "function_type": "lambda"}
    found = read_json(
        sequential(
            DENSE, {"class_name": "Lambda", "config": code}, DENSE | {"config": {**DENSE["config"], "name": "more"}}
        ),
        tmp_path,
    )
    block = found.design.network.nodes["twice"].block
    assert isinstance(block, UnknownBlock)
    assert "4wEA" not in files.dumps(found.design)
    assert kinds(found) == ["input", "dense", "keras.Lambda", "dense", "output"]
    (note,) = [note for note in found.notes if note.what == "unsupported"]
    assert (note.layer, note.why.startswith("Lambda: ")) == ("twice", True)
    problems = mendable(infer(found.design.network))
    assert [problem.block for problem in problems] == ["twice"]
    assert "Keras" in str(problems[0])
    (remove,) = problems[0].fixes
    left = remove.apply(found.design).network
    assert left.nodes["more"].inputs == ("scores",)
    assert infer(left).problems == []
    assert files.parse(files.dumps(found.design)).network.nodes["twice"].block == block


def test_that_what_is_dropped_or_changed_is_told_by_layer_and_reason(tmp_path: Path) -> None:
    config = {
        "name": "conv", "filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "trainable": False,
        "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
        "bias_constraint": {"class_name": "NonNeg", "config": {}},
        "activation": "hard_sigmoid", "dtype": "mixed_float16",
    }  # fmt: skip
    norm = {"name": "norm", "axis": [3], "scale": False}
    data = sequential(
        {"class_name": "Conv2D", "config": config},
        {"class_name": "BatchNormalization", "config": norm},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        DENSE,
        shape=[None, None, None, 3],
    )
    found = read_json(data, tmp_path)
    assert [name for name, node in found.design.network.nodes.items() if node.block.frozen] == ["conv"]
    notes = found.notes
    told = {(note.layer, note.what): note.why for note in notes if note.layer}
    assert {("conv", "dropped"), ("conv", "changed"), ("norm", "changed"), ("conv_input", "changed")} <= told.keys()
    every = "\n".join(lines(notes))
    for word in (
        "kernel_regularizer (L2)",
        "bias_constraint (NonNeg)",
        "mixed_float16",
        "hard_sigmoid",
        "γ",
        "224",
    ):
        assert word in every
    assert "C×H×W" in every


def test_that_the_momentum_of_a_batch_normalisation_is_turned_around(tmp_path: Path) -> None:
    config = {"name": "norm", "axis": -1, "momentum": 0.8, "epsilon": 0.002}
    found = read_json(sequential({"class_name": "BatchNormalization", "config": config}, DENSE), tmp_path)
    assert found.design.network.nodes["norm"].block.params() == {"eps": 0.002, "momentum": 0.2}


def test_that_what_a_model_was_compiled_with_becomes_settings_and_outputs(tmp_path: Path) -> None:
    data = functional(
        layer("InputLayer", "x", batch_input_shape=[None, 8]),
        layer("Dense", "kind", ("x", 0, 0, {}), units=3),
        layer("Dense", "size", ("x", 0, 0, {}), units=1),
        inputs=["x"],
        outputs=["kind", "size"],
    )
    optimizer = {"class_name": "Custom>SGD", "config": {"learning_rate": 0.009999999776482582, "momentum": 0.8}}
    losses = {"size": "mean_absolute_error", "kind": {"class_name": "SparseCategoricalCrossentropy", "config": {}}}
    compiled = {"optimizer": optimizer, "loss": losses, "loss_weights": {"size": 0.25}, "metrics": ["accuracy"]}
    found = read_json({**data, "compile_config": compiled}, tmp_path)
    training = found.design.training
    assert (training.optimizer, training.learning_rate, training.momentum) == ("sgd", 0.01, 0.8)
    outputs = [node.block.params() for node in found.design.network.of_kind("output")]
    assert [(item["task"], item["loss"], item["weight"]) for item in outputs] == [
        ("classification", "auto", 1.0),
        ("regression", "mae", 0.25),
    ]
    assert "metrics" in "\n".join(lines(found.notes))


def test_that_notes_are_grouped_by_what_they_say() -> None:
    notes = [
        ImportNote("a", "dropped", "w"),
        ImportNote("b", "unsupported", "v"),
        ImportNote("c", "dropped", "w"),
        ImportNote("", "changed", "u"),
    ]
    assert grouped(notes) == [("unsupported", "v", ("b",)), ("changed", "u", ()), ("dropped", "w", ("a", "c"))]
    assert lines([ImportNote(str(number), "dropped", "w") for number in range(9)]) == [
        "dropped: 0, 1, 2, 3 and 5 more: w"
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([1, 2], "expected an object"),
        ({"class_name": "MyModel", "config": {}}, "that only its code describes"),
        ({"class_name": "Functional", "config": {"name": "m"}}, "no list of layers"),
        ({"class_name": "Sequential", "config": {"layers": []}}, "has no layers"),
        ({"class_name": "Sequential", "config": {"layers": [DENSE]}}, "does not say what shape it takes"),
        ({"class_name": "Sequential", "config": {"layers": ["x"]}}, "no object with a class_name"),
        (sequential({"class_name": "Dense", "config": {"name": "d", "units": "3"}}), "'d' (Dense): units: expected"),
        (sequential({"class_name": "Dense", "config": {"name": "d", "units": 3, "use_bias": 1}}), "true or false"),
        (sequential(DENSE, shape=[None, None]), "leaves open how many features"),
        (sequential(DENSE, shape=[None, 2, 2, 2, 2, 2]), "has 5 axes"),
        (sequential(DENSE, shape=[None, 10**9]), "too large"),
        (sequential(DENSE, DENSE), "two layers are called 'scores'"),
        (
            functional(layer("Dense", "d", ("gone", 0, 0, {}), units=3), inputs=["d"], outputs=["d"]),
            "its shape is None",
        ),
        (
            functional(
                layer("InputLayer", "x", batch_input_shape=[None, 8]),
                layer("Dense", "d", ("gone", 0, 0, {}), units=3),
                inputs=["x"],
                outputs=["d"],
            ),
            "takes from 'gone', which is not there",
        ),
        (
            functional(
                layer("InputLayer", "x", batch_input_shape=[None, 8]),
                layer("Dense", "a", ("b", 0, 0, {}), units=8),
                layer("Dense", "b", ("a", 0, 0, {}), units=8),
                inputs=["x"],
                outputs=["b"],
            ),
            "takes from layers that are not there",
        ),
    ],
)  # fmt: skip
def test_that_a_bad_configuration_is_refused_in_one_line(data: Any, reason: str, tmp_path: Path) -> None:
    with pytest.raises(KerasError) as error:
        read_json(data, tmp_path)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


def test_that_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"class_name": "Sequential", "config": ' + "[" * 100_000 + "]" * 100_000 + "}", encoding="utf-8")
    with pytest.raises(KerasError, match="nested too deeply"):
        import_keras(path)


def test_that_a_chain_of_more_blocks_than_a_file_may_hold_is_refused_and_a_long_one_is_not(tmp_path: Path) -> None:
    chain = [
        {"class_name": "Activation", "config": {"name": f"a{place}", "activation": "tanh"}}
        for place in range(MAX_BLOCKS + 1)
    ]
    assert len(kinds(read_json(sequential(DENSE, *chain[:200]), tmp_path))) == 203
    with pytest.raises(KerasError, match="blocks"):
        read_json(sequential(DENSE, *chain), tmp_path)


def weights(fill: Any) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def test_that_other_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.keras"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("word/document.xml", "<xml/>")
    with pytest.raises(KerasError, match=r"holds no config\.json"):
        import_keras(path)
    path.write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(KerasError, match="archive is damaged: it may be cut short"):
        import_keras(path)
    with pytest.raises(KerasError, match="no such file"):
        import_keras(tmp_path / "gone.keras")


def test_that_damaged_weights_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(KerasError, match="weights are damaged"):
        import_keras(archive(tmp_path, sequential(DENSE), model__weights__h5=b"no HDF5"))


def test_that_weights_of_another_shape_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    def fill(file: Any) -> None:
        file["layers/dense/vars/0"] = np.zeros((8, 3), np.float32)

    with pytest.raises(KerasError, match="'scores': it has 1 array of weights, where 2 are expected"):
        import_keras(archive(tmp_path, sequential(DENSE), model__weights__h5=weights(fill)))


@pytest.mark.parametrize("way", ["external", "soft", "dataset", "circle"])
def test_that_weights_lead_to_no_other_file_and_not_in_circles(way: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.ones(24, np.float32).tobytes())

    def fill(file: Any) -> None:
        place = file.create_group("layers/dense/vars")
        place["1"] = np.zeros(3, np.float32)
        if way == "external":
            place["0"] = h5py.ExternalLink(str(secret), "/")
        elif way == "soft":
            place["0"] = h5py.SoftLink("/elsewhere")
        elif way == "dataset":
            place.create_dataset("0", (8, 3), "f4", external=[(str(secret), 0, 96)])
        else:
            place["0"] = np.zeros((8, 3), np.float32)
            file["layers/round"] = file["layers"]

    with pytest.raises(KerasError, match="weights are damaged"):
        import_keras(archive(tmp_path, sequential(DENSE), model__weights__h5=weights(fill)))


def test_that_no_path_of_an_archive_is_used(tmp_path: Path) -> None:
    path = archive(tmp_path, sequential(DENSE))
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("../escaped.txt", "x")
    before = sorted(tmp_path.parent.iterdir())
    assert kinds(import_keras(path)) == ["input", "dense", "output"]
    assert sorted(tmp_path.parent.iterdir()) == before


@pytest.mark.parametrize("name", ["cnn", "s2s", "shared"])
def test_that_a_file_of_keras_2_gives_what_keras_2_gave(name: str) -> None:
    """Saved by Keras 2.15 on TensorFlow, with weights of chance; `y` is what the model gave for the rest."""
    found = import_keras(KERAS_2 / f"{name}.keras")
    kept = np.load(KERAS_2 / f"{name}.npz")
    (ours,) = outputs_of(found, *(kept[key] for key in kept.files if key != "y"))
    np.testing.assert_allclose(ours, kept["y"], atol=1e-5)
