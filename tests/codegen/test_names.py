"""Names that a person may give to blocks, ports and groups, but that Python, torch or the script has for itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.inference.compile import compiled
from designer.core.storage import plugins, trust
from designer.core.storage.resources import resource
from designer.engine.model.build import build
from designer.engine.runs.script_export import ExportError, pytorch_script
from tests.codegen.reading import assert_script_computes_the_same, executed
from tests.codegen.test_training import assert_same_curve
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, input_of, output_for

AWKWARD = ("In", "Is", "Class", "nn", "torch", "x", "self", "F", "lengths", "model", "math", "float", "Lambda")
SEQUENCES, LENGTHS = torch.randn(3, 6, 4), torch.tensor([6, 2, 4])


def forked(first: str, middle: str) -> Network:
    """Two Inputs and a value that several blocks use, so that all of them need a name."""
    return Network.of(
        [
            Node(first, block("input", sizes=(4,)), ()),
            Node("second", block("input", sizes=(4,)), ()),
            Node(middle, block("add"), (first, "second")),
            Node("d1", block("dense", out_features=3, activation="relu"), (middle,)),
            Node("d2", block("dense", out_features=3), (middle,)),
            Node("sum", block("add"), ("d1", "d2")),
            Node("product", block("multiply"), ("sum", "d2")),
            Node("output1", block("output"), ("product",)),
        ]
    )


@pytest.mark.parametrize("name", AWKWARD)
def test_that_blocks_and_inputs_may_have_any_name(name: str) -> None:
    given = [torch.randn(3, 4), torch.randn(3, 4)]
    assert_script_computes_the_same(compiled(forked(name, "middle")), given)
    assert_script_computes_the_same(compiled(forked("first", name)), given)


@pytest.mark.parametrize("weights", ["separate", "shared"])
@pytest.mark.parametrize("name", ["None", "true", "class", "Import", "forward", "Value Error", "Tensor", "Net"])
def test_that_groups_may_have_any_name(name: str, weights: str) -> None:
    made = definition(
        name,
        port("x"),
        Node("dense1", block("dense", out_features=4), ("x",)),
        Node("add1", block("add"), ("dense1", "x")),
        port("y", "add1"),
    )
    one, two = use(made, weights=weights), use(made, weights=weights)
    network = chain(input_of(4), output_for())
    nodes = [network.nodes["input"], Node("one", one, ("input",)), Node("two", two, ("one",))]
    program = compiled(Network.of([*nodes, Node("output", block("output"), ("two",))]))
    assert_script_computes_the_same(program, [torch.randn(2, 4)])


@pytest.mark.parametrize("name", ["SEED", "DEVICE", "EPOCHS"])
def test_that_a_group_does_not_take_the_name_of_a_setting_of_the_script(name: str) -> None:
    made = definition(name, port("x"), Node("dense1", block("dense", out_features=10), ("x",)), port("y", "dense1"))
    group = ("group", "group1", {"definition": made})
    script = pytorch_script(design_of(chain(input_of(1, 28, 28), "flatten", group, output_for())), "net")
    defined = executed(script)
    assert isinstance(defined["SEED"], int)
    assert isinstance(defined["DEVICE"], str)
    assert isinstance(defined["EPOCHS"], int)


def awkward_outputs() -> Design:
    """Outputs whose names are those of a keyword, of each other in other letters, and of what the script uses."""
    names = ("Class", "results", "Results", "losses", "batch")
    nodes = [
        Node("input", block("input", sizes=(1, 28, 28)), ()),
        Node("pool", block("avg_pool2d", kernel_size=7), ("input",)),
        Node("flatten", block("flatten"), ("pool",)),
        Node("dense", block("dense", out_features=10), ("flatten",)),
        *(Node(name, block("output", target="digit"), ("dense",)) for name in names),
    ]
    return design_of(Network.of(nodes), validation_share=0.85)


def test_that_several_outputs_may_have_any_name(tmp_path: Path) -> None:
    assert_same_curve(awkward_outputs(), tmp_path)


def test_that_an_input_may_be_called_as_the_lengths_of_another() -> None:
    network = Network.of(
        [
            Node("a", block("input", sizes=(None, 4)), ()),
            Node("a_lengths", block("input", sizes=(4,)), ()),
            Node("gru1", block("gru", hidden_size=3), ("a", None)),
            Node("dense1", block("dense", out_features=3), ("a_lengths",)),
            Node("add1", block("add"), ("gru1", "dense1")),
            Node("output1", block("output"), ("add1",)),
        ]
    )
    assert_script_computes_the_same(compiled(network), [SEQUENCES, LENGTHS, torch.randn(3, 4)])


@pytest.mark.parametrize("name", ["lengths", "a_lengths", "b_lengths"])
def test_that_an_output_of_a_group_may_be_called_as_lengths(name: str) -> None:
    entries = ["a"] if name == "lengths" else ["a", "b"]
    made = definition(
        "Reader",
        *map(port, entries),
        Node("conv1", block("conv1d", out_channels=4, kernel_size=3, stride=2, padding=1), ("a",)),
        Node("gru1", block("gru", hidden_size=4), (entries[-1], None)),
        port(name, "conv1"),
        port("y", "gru1.sequence"),
    )
    inputs = [Node(f"in_{entry}", block("input", sizes=(None, 4)), ()) for entry in entries]
    nodes = [
        *inputs,
        Node("group1", use(made), tuple(node.id for node in inputs)),
        Node("mean1", block("global_avg_pool"), ("group1",)),
        Node("mean2", block("global_avg_pool"), ("group1.y",)),
        Node("add1", block("add"), ("mean1", "mean2")),
        Node("output1", block("output"), ("add1",)),
    ]
    given = [SEQUENCES, LENGTHS, torch.randn(3, 5, 4), torch.tensor([1, 5, 3])][: 2 * len(entries)]
    network = Network.of(nodes)
    assert_script_computes_the_same(compiled(network), given)
    model = build(network, seed=0).eval()
    for place in range(3):
        lengths = [int(item[place]) for item in given[1::2]]
        alone = [
            part
            for values, steps in zip(given[::2], lengths, strict=True)
            for part in (values[place : place + 1, :steps], torch.tensor([steps]))
        ]
        torch.testing.assert_close(model(*given)[place], model(*alone)[0])


@pytest.fixture
def _kinds_stay() -> Iterator[None]:
    """What a test trusts is forgotten after it."""
    yield
    trust.list_path().unlink(missing_ok=True)
    plugins.load()


def own_kind(folder: Path, kind: str) -> None:
    """A trusted file with a kind made from the template."""
    template = resource("templates", "custom_block.py").read_text(encoding="utf-8")
    path = folder / f"{kind}.py"
    path.write_text(template.replace('kind = "swish"', f'kind = "{kind}"'), encoding="utf-8")
    plugins.trust_file(path)


@pytest.mark.usefixtures("_kinds_stay")
def test_that_two_files_with_a_module_of_the_same_name_are_not_mixed_up(tmp_path: Path) -> None:
    own_kind(tmp_path, "one_gate")
    own_kind(tmp_path, "other_gate")
    network = chain(input_of(1, 28, 28), "flatten", dense(10), "one_gate", "other_gate", dense(10, "d2"), output_for())
    with pytest.raises(ExportError, match="2 things called 'ScaledSigmoid'"):
        pytorch_script(design_of(network), "net")


@pytest.mark.usefixtures("_kinds_stay")
def test_that_a_script_has_the_constants_of_a_custom_kind_once(tmp_path: Path) -> None:
    own_kind(tmp_path, "gate")
    path = tmp_path / "gate.py"
    text = path.read_text(encoding="utf-8").replace("torch.sigmoid(self.beta * x)", "STEEPNESS * self.beta * x")
    path.write_text(text.replace("class ScaledS", "STEEPNESS = 2.0\n\n\nclass ScaledS"), encoding="utf-8")
    plugins.trust_file(path)
    network = chain(input_of(1, 28, 28), "flatten", dense(10), "gate", output_for())
    script = pytorch_script(design_of(network), "net")
    assert script.text.count("STEEPNESS = 2.0") == 1


def test_that_names_in_any_script_are_latin_in_code_and_in_weights() -> None:
    network = forked("输入", "größe")
    for old, new in (("d1", "卷积"), ("d2", "слой"), ("sum", "ベース")):
        network = edits.rename(network, old, new)
    text = assert_script_computes_the_same(compiled(network), [torch.randn(3, 4), torch.randn(3, 4)])
    assert text.isascii()
    keys = build(network).state_dict()
    assert {key.partition(".")[0] for key in keys} == {"JuanJi", "sloy"}
    assert "self.JuanJi = nn.Linear(4, 3)" in text
    assert "sloy = self.sloy(x)" in text


def test_that_two_names_that_are_one_in_latin_letters_keep_weights_of_their_own() -> None:
    network = chain(input_of(4), dense(3, "卷积"), dense(3, "卷机"), dense(3, "JuanJi"), output_for())
    text = assert_script_computes_the_same(compiled(network), [torch.randn(3, 4)])
    assert text.isascii()
    assert len({key.partition(".")[0] for key in build(network).state_dict()}) == 3


def test_that_a_group_and_its_ports_in_another_script_are_latin_in_code() -> None:
    made = definition(
        "残差块",
        port("左"),
        port("右"),
        Node("密集", block("dense", out_features=4), ("左",)),
        Node("和", block("add"), ("密集", "右")),
        port("出", "和"),
    )
    network = Network.of(
        [
            Node("input", block("input", sizes=(4,)), ()),
            Node("块", use(made), ("input", "input")),
            Node("output", block("output"), ("块",)),
        ]
    )
    text = assert_script_computes_the_same(compiled(network), [torch.randn(3, 4)])
    assert text.isascii()
    assert "class CanChaKuai(nn.Module):" in text
