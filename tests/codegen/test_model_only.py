"""Scripts that have the model alone: they run, whatever goes in and comes out, and hold the whole network."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import torch

from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.storage.files import read
from designer.core.storage.resources import examples
from designer.core.validation import check
from designer.engine.model.build import build
from designer.engine.runs.script_export import (
    ExportError,
    NoTrainingError,
    export_pytorch,
    pytorch_model,
    pytorch_script,
)
from tests.codegen.alone import run_alone
from tests.codegen.reading import ForRuff, executed
from tests.codegen.test_networks import inceptions
from tests.codegen.test_training import two_outputs
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, input_of, output_for


def words_and_pictures() -> Network:
    """Words and pictures of any number, through groups, and names that a script has for itself."""
    rows = block("embedding", num_embeddings=9, embedding_dim=4)
    reading = definition("Reading", port("x"), Node("rows", rows, ("x",)), port("y", "rows"))
    seeing = definition("Seeing", port("x"), Node("flat", block("flatten"), ("x",)), port("y", "flat"))
    return Network.of(
        [
            Node("torch", block("input", sizes=(None,), axes="tokens"), ()),
            Node("print", block("input", sizes=(None, 1, 6, 6), axes="image_sequence"), ()),
            Node("reading", use(reading), ("torch",)),
            Node("seeing", block("time_distributed", definition=seeing), ("print",)),
            Node("both", block("concatenate", axis="channels"), ("reading", "seeing")),
            Node("state", block("gru", hidden_size=5), ("both", None)),
            Node("model", block("output"), ("state",)),
            Node("tuple", block("output", task="sequence_to_sequence"), ("both",)),
        ]
    )


def long_names() -> Network:
    """Inputs and outputs with names that no line holds."""
    nodes = []
    for letter in "abc":
        name = f"{letter}{'_long' * 10}"
        nodes.append(Node(name, block("input", sizes=(None, 3)), ()))
        nodes.append(Node(f"{name}_dense", block("dense", out_features=3), (name,)))
        nodes.append(Node(f"{name}_out", block("output", task="autoencoder"), (f"{name}_dense",)))
    return Network.of(nodes)


@pytest.mark.parametrize(
    ("network", "printed"),
    [
        (inceptions(), ["output: (2, 128)"]),
        (two_outputs(), ["digit: (2, 10)", "again: (2, 1, 28, 28)"]),
        (words_and_pictures(), ["model: (2, 5)", "tuple: (2, 8, 40)"]),
        (long_names(), [f"{letter}{'_long' * 10}_out: (2, 64, 3)" for letter in "abc"]),
    ],
    ids=["inceptions", "two outputs", "words and pictures", "long names"],
)
def test_that_a_model_alone_runs_a_batch(
    network: Network, printed: list[str], tmp_path: Path, for_ruff: ForRuff
) -> None:
    written = export_pytorch(design_of(network, "gun_point"), tmp_path / "model.py", "net", model_only=True)
    assert run_alone(written.script, tmp_path / "elsewhere") == printed
    for_ruff(written.script.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_the_model_of_an_example_alone_runs_a_batch(
    path: Path, tmp_path: Path, for_ruff: ForRuff, capsys: pytest.CaptureFixture[str]
) -> None:
    design = read(path)
    script = export_pytorch(design, tmp_path / "model.py", "net", model_only=True).script
    runpy.run_path(str(script), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(design.network.of_kind("output"))
    assert all(": (2, " in line for line in lines)
    for_ruff(script.read_text(encoding="utf-8"))


def softmax_in_a_group() -> Design:
    """What Keras's nested models give: the loss would apply the softmax once more."""
    scores = block("dense", out_features=10, activation="softmax")
    head = definition("Head", port("x"), Node("scores", scores, ("x",)), port("y", "scores"))
    nodes = [
        Node("input", block("input"), ()),
        Node("flatten", block("flatten"), ("input",)),
        Node("head", use(head), ("flatten",)),
        Node("output", block("output"), ("head",)),
    ]
    return design_of(Network.of(nodes))


@pytest.mark.parametrize("within", [False, True])
def test_that_a_model_alone_ends_with_its_softmax_and_says_so(within: bool) -> None:
    plain = design_of(chain(input_of(1, 28, 28), "flatten", dense(10, activation="softmax"), output_for()))
    design = softmax_in_a_group() if within else plain
    script = pytorch_model(design, "net")
    assert "It ends with a softmax. F.cross_entropy applies one itself: leave it out" in script.text
    model = executed(script)[script.model]()
    model.load_state_dict(build(design.network).state_dict())
    torch.testing.assert_close(model(torch.randn(5, 1, 28, 28)).sum(1), torch.ones(5))
    logits = design_of(chain(input_of(1, 28, 28), "flatten", dense(10), output_for()))
    assert "ends with" not in pytorch_model(logits, "net").text


def test_that_a_loss_or_unknown_data_keep_a_model_from_training_only() -> None:
    design = softmax_in_a_group()
    assert check.network_problems(infer(design.network)) == []
    for wrong in (design, design_of(design.network, "no such data")):
        with pytest.raises(NoTrainingError):
            pytorch_script(wrong, "net")
        compile(pytorch_model(wrong, "net").text, "model.py", "exec")


def test_that_a_network_with_problems_of_its_own_is_no_model_either() -> None:
    network = chain(input_of(1, 28, 28), ("conv2d", "conv1"), dense(10, "fc1"), output_for())
    for making in (pytorch_script, pytorch_model):
        with pytest.raises(ExportError, match="'fc1' takes features") as caught:
            making(design_of(network), "net")
        assert not isinstance(caught.value, NoTrainingError)
