"""What some blocks are in a network is said by types: the program asks for these, and guesses nothing from names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import designer
from designer.core.graph.binding import bind
from designer.core.graph.group_paths import name_of, path_of
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import find, kinds
from designer.core.graph.roles import (
    EmbeddingBlock,
    GroupEntry,
    GroupExit,
    InputBlock,
    OutputBlock,
    SeveralInputs,
    WindowBlock,
)
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape, features
from designer.data.sources import info

SOURCES = sorted(path for path in Path(designer.__file__).parent.rglob("*.py"))
PATHS_IN_ARCHIVES = "_archives.py"
FIELDS = {"block", "count", "criterion", "definition", "feature", "num_embeddings", "padding_rule", "port", "repeat"}
FIELDS |= {"source", "target", "task", "weight"}
"""What Inputs, Outputs, groups and spots are asked for."""
PLACES = {"input", "output", "group_input", "group_output", "group"}
"""The kinds that are part of the graph."""


@pytest.mark.parametrize(
    ("role", "told_by"),
    [
        (InputBlock, "feature"),
        (OutputBlock, "task"),
        (SeveralInputs, "count"),
        (WindowBlock, "padding_rule"),
        (EmbeddingBlock, "num_embeddings"),
    ],
)
def test_that_each_kind_with_the_fields_of_a_role_is_of_its_type(role: type, told_by: str) -> None:
    found = [kind for kind in kinds().values() if told_by in kind.model_fields]
    assert found
    assert found == [kind for kind in kinds().values() if issubclass(kind, role)]


def test_that_where_a_kind_belongs_goes_with_its_type() -> None:
    for kind in kinds().values():
        assert (kind.belongs == "network") == issubclass(kind, InputBlock | OutputBlock), kind
        assert (kind.belongs == "group") == issubclass(kind, GroupEntry | GroupExit), kind


def test_that_an_input_of_somebodys_own_is_given_a_column_and_enters_the_network() -> None:
    class Sensor(InputBlock):
        kind = "sensor"
        title = "Sensor"
        category = "Data"
        summary = "Eight numbers."
        prefix = "sensor"

        feature: str = ""

        def output_shape(self, *inputs: Shape) -> Shape:
            return features(8)

    output = find("output")
    assert output is not None
    network = Network.of([Node("sensor", Sensor(), ()), Node("output", output(), ("sensor",))])
    assert [node.id for node, _ in network.of_type(InputBlock)] == ["sensor"]
    data = info("mnist_5k")
    assert data is not None
    assert bind(network, data).features["sensor"] is data.features[0]
    assert infer(network).shape("output") == features(8)


def guesses(path: Path) -> list[str]:
    """Where a module asks for a field that there may be, or which of the graph's own kinds a block is by its name."""
    found: list[str] = []
    text = path.read_text(encoding="utf-8")
    if "getattr" not in text and ".kind" not in text:
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
            found += [f"{path.name}:{node.lineno} getattr {name}"] if name in FIELDS else []
        elif isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Attribute) and side.attr == "kind" for side in (node.left, *node.comparators)
        ):
            named = {item.value for item in ast.walk(node) if isinstance(item, ast.Constant)}
            found += [f"{path.name}:{node.lineno} kind {name}" for name in sorted(map(str, named & PLACES))]
    return found


def test_that_a_place_in_groups_is_written_and_read_in_one_module() -> None:
    assert path_of(name_of(("group1", "inner2", "conv1"))) == ("group1", "inner2", "conv1")
    assert name_of(("conv1",)) == "conv1"
    written = {
        path.name
        for path in SOURCES
        if re.search(r"""["']/["']""", text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("join", "split", "rsplit", "partition", "rpartition")
        and any(isinstance(part, ast.Constant) and part.value == "/" for part in (node.func.value, *node.args))
    }
    assert written - {PATHS_IN_ARCHIVES} == {"group_paths.py"}


def test_that_nothing_is_guessed_of_a_block_from_names() -> None:
    assert len(SOURCES) > 300
    assert [line for path in SOURCES for line in guesses(path)] == []
