"""Whole exported scripts: they run alone, and learn along the same curve as the designer does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from designer.core.graph.binding import bind
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.storage.files import read
from designer.core.storage.resources import example, examples
from designer.data import sources
from designer.engine.model.build import build
from designer.engine.protocol.events import Finished
from designer.engine.runs.run_folder import Run
from designer.engine.runs.script_export import export_pytorch, pytorch_script
from designer.engine.training.batches import TensorSamples
from tests.codegen import few
from tests.codegen.alone import run_alone
from tests.codegen.curves import assert_script_learns_alike
from tests.codegen.reading import ForRuff, executed
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, input_of, output_for, trained

FEW = {"epochs": 1, "validation_share": 0.85, "device": "cpu"}
"""Settings for a quick epoch over a small part of the data."""


def assert_same_curve(design: Design, folder: Path) -> str:
    """The same curve, over few samples of the data. Gives the script."""
    return assert_script_learns_alike(design, few.samples_of(design.data.source), folder, few.put_beside)


def with_settings(design: Design, **settings: object) -> Design:
    return Design(design.network, design.data, design.training.model_copy(update=settings), design.view, design.about)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_the_script_of_an_example_learns_along_the_same_curve(
    path: Path, tmp_path: Path, for_ruff: ForRuff
) -> None:
    text = assert_same_curve(with_settings(read(path), **FEW), tmp_path)
    for_ruff(text)


def two_outputs() -> Network:
    """A digit named, and drawn again, by one network; the drawing counts less."""
    return Network.of(
        [
            Node("input", block("input", sizes=(1, 28, 28)), ()),
            Node("pool", block("avg_pool2d", kernel_size=4), ("input",)),
            Node("flatten", block("flatten"), ("pool",)),
            Node("hidden", block("dense", out_features=16, activation="relu"), ("flatten",)),
            Node("named", block("dense", out_features=10, activation="softmax"), ("hidden",)),
            Node("numbers", block("dense", out_features=784, activation="sigmoid"), ("hidden",)),
            Node("picture", block("unflatten", sizes=(1, 28, 28)), ("numbers",)),
            Node("digit", block("output"), ("named",)),
            Node("again", block("output", task="autoencoder", weight=0.5), ("picture",)),
        ]
    )


def months(*more: object) -> Network:
    return chain(input_of(12, 1), ("gru", "gru1", {"hidden_size": 8}), *more, dense(1), output_for("regression"))  # type: ignore[arg-type]


def sequences_again() -> Network:
    """Sequences of unequal length, told again step by step."""
    return Network.of(
        [
            Node("input", block("input", sizes=(None, 12)), ()),
            Node("reader", block("gru", hidden_size=8), ("input", None)),
            Node("teller", block("dense", out_features=12), ("reader.sequence",)),
            Node("output", block("output", task="autoencoder", loss="mae", weight=2.0), ("teller",)),
        ]
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adamw"},
        {"optimizer": "adamw", "weight_decay": 0.1, "device": "auto"},
        {"optimizer": "sgd", "momentum": 0.5, "weight_decay": 0.01, "l1": 0.001},
        {"optimizer": "rmsprop", "l1": 0.002, "l2": 0.01, "validation_share": 0.0},
        {"optimizer": "adam", "batch_size": 1, "epochs": 1, "l2": 0.03, "seed": 7},
    ],
    ids=str,
)
def test_that_a_script_learns_along_the_same_curve_with_any_settings(
    settings: dict[str, object], tmp_path: Path, for_ruff: ForRuff
) -> None:
    network = months(("dropout", "dropout1", {"p": 0.2}))
    design = design_of(network, "airline_passengers", **{"epochs": 3, **settings})
    text = assert_same_curve(design, tmp_path)
    for_ruff(text)


def test_that_a_script_penalises_what_the_engine_does(tmp_path: Path, for_ruff: ForRuff) -> None:
    norm = ("layer_norm", "norm1", {"axes": "all"})
    network = chain(input_of(12, 1), norm, ("gru", "gru1", {"hidden_size": 8}), dense(1), output_for("regression"))
    design = design_of(network, "airline_passengers", epochs=2, batch_size=20, l1=0.05, l2=0.05)
    for_ruff(assert_same_curve(design, tmp_path))


def test_that_a_script_with_several_outputs_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    text = assert_same_curve(design_of(two_outputs(), "mnist_5k", **FEW, l2=0.001), tmp_path)
    for_ruff(text)


def test_that_a_script_with_several_outputs_without_classes_learns_along_the_same_curve(
    tmp_path: Path, for_ruff: ForRuff
) -> None:
    nodes = [
        *list(two_outputs().nodes.values())[:4],
        Node("numbers", block("dense", out_features=784), ("hidden",)),
        Node("picture", block("unflatten", sizes=(1, 28, 28)), ("numbers",)),
        Node("shares", block("activation", function="sigmoid"), ("picture",)),
        Node("one", block("output", task="autoencoder", loss="bce"), ("shares",)),
        Node("other", block("output", task="autoencoder", loss="mae"), ("shares",)),
    ]
    text = assert_same_curve(design_of(Network.of(nodes), **FEW), tmp_path)
    for_ruff(text)


def test_that_a_script_for_sequences_of_unequal_length_learns_along_the_same_curve(
    tmp_path: Path, for_ruff: ForRuff
) -> None:
    text = assert_same_curve(design_of(sequences_again(), "japanese_vowels", **{**FEW, "device": "auto"}), tmp_path)
    for_ruff(text)


def turning_round() -> Network:
    """An encoder whose state starts a decoder, which names a digit at every step."""
    tokens = {"sizes": (None,), "axes": "tokens"}
    words = {"num_embeddings": 12, "embedding_dim": 6}
    return Network.of(
        [
            Node("numbers", block("input", **tokens), ()),
            Node("started", block("input", **tokens, feature="started"), ()),
            Node("read", block("embedding", **words), ("numbers",)),
            Node("said", block("embedding", **words), ("started",)),
            Node("encoder", block("gru", hidden_size=9), ("read", None)),
            Node("decoder", block("gru", hidden_size=9), ("said", "encoder.state")),
            Node("named", block("dense", out_features=10), ("decoder.sequence",)),
            Node("output", block("output", task="sequence_to_sequence"), ("named",)),
        ]
    )


def pairs() -> Network:
    """Two images seen by the same eye: whether they show the same digit, and which one the second shows."""
    eye = definition(
        "Eye",
        port("picture"),
        Node("pool", block("avg_pool2d", kernel_size=4), ("picture",)),
        Node("conv", block("conv2d", out_channels=3, activation="relu"), ("pool",)),
        Node("flatten", block("flatten"), ("conv",)),
        port("seen", "flatten"),
    )
    return Network.of(
        [
            Node("left", block("input", sizes=(1, 28, 28)), ()),
            Node("right", block("input", sizes=(1, 28, 28), feature="second"), ()),
            Node("eye1", use(eye, weights="shared"), ("left",)),
            Node("eye2", use(eye, weights="shared"), ("right",)),
            Node("both", block("multiply"), ("eye1", "eye2")),
            Node("compared", block("dense", out_features=2), ("both",)),
            Node("named", block("dense", out_features=10), ("eye2",)),
            Node("same", block("output", target="same"), ("compared",)),
            Node("digit", block("output", target="second_digit", weight=0.25), ("named",)),
        ]
    )


@pytest.mark.parametrize(("network", "source"), [(turning_round(), "number_reversal"), (pairs(), "digit_pairs")])
def test_that_a_script_with_several_inputs_learns_along_the_same_curve(
    network: Network, source: str, tmp_path: Path, for_ruff: ForRuff
) -> None:
    text = assert_same_curve(design_of(network, source, **{**FEW, "device": "auto"}), tmp_path)
    for_ruff(text)


def test_that_a_script_with_the_weights_of_a_run_measures_as_the_run_did(tmp_path: Path, for_ruff: ForRuff) -> None:
    design = with_settings(read(example("vowels_lstm")), **FEW)
    run = Run.create(tmp_path / "run", design)
    _, events = trained(design, sources.load(design.data.source), run=run)
    exported = export_pytorch(design, tmp_path / "vowels.py", "vowels", run.folder)
    assert [path.name for path in exported.beside] == ["japanese_vowels.npz", "vowels.safetensors"]
    (line,) = run_alone(exported.script, tmp_path / "elsewhere")
    (last,) = [event for event in events if isinstance(event, Finished)]
    assert float(line.split()[2]) == pytest.approx(last.metrics["test_loss"], rel=1e-4)
    for_ruff(exported.script.read_text(encoding="utf-8"))


def test_that_every_data_source_has_a_reader_that_scripts_can_copy() -> None:
    from designer.codegen.copies import Copies

    for name in sources.sources():
        copies = Copies()
        copies.add(f"read_{name}", f"designer.data.readers.{name}")
        text = "\n".join(copies.bodies() + [str(item) for item in copies.imports])
        assert f"def read_{name}(folder: Path)" in text
        assert "designer" not in text


def test_that_torch_takes_the_columns_of_every_data_source_as_they_are() -> None:
    for name in sources.sources():
        for part in (sources.load(name).train, sources.load(name).test):
            for column, values in part.columns.items():
                assert len(torch.from_numpy(values)) == len(values), f"{name}: {column}"


def test_that_words_of_a_file_cannot_end_the_script_s_docstring(tmp_path: Path) -> None:
    design = read(example("vowels_lstm"))
    text = 'It ends here."""\nimport os\nos.abort()\n"""\\' + "\n\na" + "\\" * 55 + "N{x}"
    about = design.about.model_copy(update={"title": 'A "quote"', "text": text})
    exported = export_pytorch(Design(design.network, design.data, design.training, about=about), tmp_path / "m.py", "m")
    written = exported.script.read_text(encoding="utf-8")
    compile(written, "m.py", "exec")
    assert not any(line.startswith(("import os", "os.abort")) for line in written.splitlines())


def test_that_data_of_the_same_name_beside_the_script_is_not_overwritten(tmp_path: Path) -> None:
    from designer.engine.runs.script_export import ExportError

    (tmp_path / "japanese_vowels.npz").write_bytes(b"a person's own")
    with pytest.raises(ExportError, match=r"japanese_vowels\.npz: another file of this name is there"):
        export_pytorch(read(example("vowels_lstm")), tmp_path / "m.py", "m")
    assert (tmp_path / "japanese_vowels.npz").read_bytes() == b"a person's own"


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_the_model_of_an_example_has_the_same_weights_by_name_and_computes_the_same(path: Path) -> None:
    design = read(path)
    script = pytorch_script(design, "example")
    exported = executed(script)[script.model]()
    ours = build(design.network, seed=3)
    assert list(exported.state_dict()) == list(ours.state_dict())
    exported.load_state_dict(ours.state_dict())
    dataset = sources.load(design.data.source)
    binding = bind(design.network, dataset.info)
    samples = TensorSamples.of(dataset.test, binding, torch.device("cpu"), np.arange(5))
    arguments = samples.take(torch.arange(5)).arguments
    with torch.inference_mode():
        torch.testing.assert_close(exported.eval()(*arguments), ours.eval()(*arguments), rtol=1e-6, atol=1e-6)
