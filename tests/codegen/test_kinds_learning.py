"""Every kind within a network that is trained: its script, where there is nothing of ours, learns the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.core.graph.block import CATEGORIES
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import kinds
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape
from designer.data import sources
from designer.engine.protocol.events import EpochEnded, Finished
from designer.engine.runs.script_export import export_pytorch
from tests.blocks.test_contract import accepted
from tests.codegen import few
from tests.codegen.alone import run_alone
from tests.codegen.curves import NUMBERS
from tests.helpers import block, design_of, trained

TRAINABLE = [name for name, found in kinds().items() if found.category in CATEGORIES and found.inputs and found.outputs]
LIKED = (("L", "F"), ("C", "H", "W"), ("F",), ("L",), ("C", "D", "H", "W"), ("L", "C", "H", "W"))
"""Of the shapes that a kind takes, the first of these: sequences of unequal length are where most can go wrong."""


def shape_for(kind: str) -> Shape:
    """A shape that a kind takes, at each of its inputs."""
    given = [inputs[0] for inputs in accepted(kinds()[kind]())]
    ordered = sorted(
        given, key=lambda shape: (not shape.varies, LIKED.index(shape.names) if shape.names in LIKED else 9)
    )
    return ordered[0]


def way_in(shape: Shape) -> tuple[str, list[Node], str]:
    """A data source, the blocks that make a value of this shape of it, and the output that has it."""
    if shape.is_tokens:
        return "movie_reviews", [Node("input", block("input", sizes=(None,), axes="tokens"), ())], "input"
    if shape.names == ("L", "C", "H", "W"):
        sizes = {"sizes": (4, 1, 14, 14), "axes": "image_sequence", "feature": "objects"}
        return "digit_scenes", [Node("input", block("input", **sizes), ())], "input"
    if shape.is_sequence and not shape.varies:
        nodes = [Node("input", block("input", sizes=(12, 1)), ())]
        return "airline_passengers", [*nodes, Node("wide", block("dense", out_features=8), ("input",))], "wide"
    if shape.is_sequence or shape.is_state or shape.is_features:
        nodes = [Node("input", block("input", sizes=(None, 12)), ())]
        if shape.is_sequence:
            return "japanese_vowels", [*nodes, Node("wide", block("dense", out_features=8), ("input",))], "wide"
        before = "lstm" if shape.names[0] == "HC" else "gru"
        nodes.append(Node("before", block(before, hidden_size=shape.last), ("input", None)))
        return "japanese_vowels", nodes, "before" if shape.is_features else "before.state"
    nodes = [Node("input", block("input"), ()), Node("small", block("avg_pool2d", kernel_size=4), ("input",))]
    if shape.is_image:
        return "mnist_5k", [*nodes, Node("maps", block("conv2d", out_channels=6), ("small",))], "maps"
    nodes.append(Node("flat", block("flatten"), ("small",)))
    nodes.append(Node("row", block("dense", out_features=shape.elements), ("flat",)))
    return "mnist_5k", [*nodes, Node("shaped", block("unflatten", sizes=shape.sizes), ("row",))], "shaped"


def way_out(shape: Shape, ref: str, outputs: int, task: str) -> list[Node]:
    """The blocks from a value of any shape to the Output; a state starts a block that reads the speech again."""
    nodes: list[Node] = []
    if shape.is_state:
        start = "lstm" if shape.names[0] == "HC" else "gru"
        nodes.append(Node("after", block(start, hidden_size=shape.last), ("input", ref)))
        ref = "after"
    elif shape.is_tokens:
        nodes.append(Node("words", block("embedding", num_embeddings=5000, embedding_dim=4), (ref,)))
        ref, shape = "words", Shape.of((shape.sizes[0], 4))
    if shape.names in (("L", "F"), ("C", "H", "W"), ("C", "D", "H", "W")) and not shape.is_state:
        nodes.append(Node("mean", block("global_avg_pool"), (ref,)))
        ref = "mean"
    elif not shape.is_features and not shape.is_state:
        nodes.append(Node("laid_out", block("flatten"), (ref,)))
        ref = "laid_out"
    nodes.append(Node("answer", block("dense", out_features=outputs), (ref,)))
    return [*nodes, Node("output", block("output", task=task), ("answer",))]


def network_with(kind: str) -> tuple[Network, str]:
    """A network that a kind is part of, and the data that it learns."""
    source, nodes, ref = way_in(shape_for(kind))
    params = {"num_embeddings": 5000} if kind == "embedding" else {}
    made = block(kind, **params)
    needed = len(made.input_ports) - len(made.optional)
    nodes.append(Node("here", made, (*(ref,) * needed, *(None,) * len(made.optional))))
    shape = infer(Network.of(nodes)).shape("here")
    assert shape is not None
    (target, *_) = sources.sources()[source].info.targets
    return Network.of([*nodes, *way_out(shape, "here", target.outputs, target.task)]), source


@pytest.mark.parametrize("kind", TRAINABLE)
def test_that_the_script_of_every_kind_learns_along_the_same_curve(kind: str, tmp_path: Path) -> None:
    network, source = network_with(kind)
    share = {"airline_passengers": 0.5, "digit_scenes": 0.9}.get(source, 0.75)
    design = design_of(network, source, epochs=2, batch_size=64, validation_share=share)
    exported = export_pytorch(design, tmp_path / f"{kind}.py", kind)
    few.put_beside(exported)
    printed = run_alone(exported.script, tmp_path / "elsewhere")
    _, events = trained(design, few.samples_of(source))
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    found = [NUMBERS.match(line) for line in printed[:-1]]
    assert len(epochs) == len(found) == 2
    for line, event in zip(found, epochs, strict=True):
        assert line
        assert float(line[2]) == pytest.approx(event.metrics["train_loss"], rel=1e-4, abs=2e-6)
        assert float(line[3]) == pytest.approx(event.metrics["val_loss"], rel=1e-4, abs=2e-6)
    (last,) = [event for event in events if isinstance(event, Finished)]
    assert float(printed[-1].split()[2]) == pytest.approx(last.metrics["test_loss"], rel=1e-4, abs=2e-6)
