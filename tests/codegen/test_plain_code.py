"""What a person gets who takes a script away: code as they would have written it, and nothing about the window."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from designer import parts, recipe
from designer.codegen import arguments, model_script
from designer.codegen.copies import Copies
from designer.core.graph.definition import Definition
from designer.core.graph.network import Network, Node
from designer.core.inference.compile import compiled
from designer.core.ir.expr import call
from designer.core.ir.python_source import read_source
from designer.core.storage import files
from designer.core.storage.resources import examples
from designer.data import readers
from designer.engine.runs import script_export
from tests.codegen.reading import assert_script_computes_the_same
from tests.codegen.test_networks import IMAGES, conv, of_images
from tests.grouping import definition, port, use
from tests.helpers import block

CHOOSING = ("choices", "function", "goals")
"""The modules of the recipe that say what a script has copies of, and are none of it."""
TEXTS = {path.name.split(".")[0]: files.read(path) for path in examples()}


def model_of(name: str) -> str:
    return model_script(compiled(TEXTS[name].network)).text


def init_of(text: str, name: str) -> str:
    """The arguments of a class of a script, as they stand there."""
    found = re.search(rf"class {name}\(.*?def __init__\(\s*self,?\s*(.*?),?\s*\) -> None", text, re.DOTALL)
    assert found is not None
    return " ".join(found[1].split())


@pytest.mark.parametrize("name", TEXTS)
def test_that_an_example_is_written_without_marks_for_linters_and_arguments_without_names(name: str) -> None:
    text = model_of(name)
    assert "noqa" not in text
    assert not re.search(r"\b(argument_|value)\d", text)


@pytest.mark.parametrize("package", [parts, readers, recipe])
def test_that_what_is_copied_into_scripts_has_no_marks_for_linters(package: ModuleType) -> None:
    sources = [path for path in Path(package.__path__[0]).glob("*.py") if path.stem not in CHOOSING]
    assert len(sources) > 5
    for source in sources:
        home = f"{package.__name__}.{source.stem}"
        copies = Copies()
        for name in read_source(home).definitions:
            copies.add(name, home)
        for text in (*copies.constants(), *copies.bodies()):
            assert not re.search(r"noqa|type: ignore|pragma", text), source


def test_that_layers_that_differ_in_what_one_of_them_leaves_out_are_one_class() -> None:
    text = model_of("mackey_glass_wavenet")
    assert re.findall(r"^class (\w+)", text, re.MULTILINE) == ["GatedLayer", "Net"]
    assert init_of(text, "GatedLayer") == "padding: tuple[int, ...], dilation: int"
    assert "GatedLayer(padding=(1, 0), dilation=1)" in text


def test_that_sizes_that_must_be_equal_are_one_argument() -> None:
    text = model_of("digits_resnet")
    assert init_of(text, "Residual") == "channels: int"
    assert "nn.Conv2d(channels, channels," in text
    assert "nn.BatchNorm2d(channels)" in text


def bottleneck(parameters: dict[str, list[str]]) -> Definition:
    return definition(
        "Bottleneck",
        port("x"),
        conv("narrow", "x", padding=0, kernel_size=1),
        conv("wide", "narrow", padding=1),
        Node("sum", block("add"), ("x", "wide")),
        port("y", "sum"),
        parameters=parameters,
    )


def two_bottlenecks(parameters: dict[str, list[str]], *values: dict[str, int]) -> str:
    """Two uses with channels 4 and 8 that enter and leave, and these parameters."""
    made = bottleneck(parameters)
    network = of_images(
        conv("stem", "input", out_channels=4),
        Node("first", use(made, values=values[0]), ("stem",)),
        conv("larger", "first", out_channels=8),
        Node("second", use(made, values=values[1]), ("larger",)),
    )
    return assert_script_computes_the_same(compiled(network), [IMAGES])


def test_that_a_size_that_is_only_by_chance_the_same_keeps_an_argument_of_its_own() -> None:
    free = {"width": ["narrow.out_channels"], "channels": ["wide.out_channels"]}
    text = two_bottlenecks(free, {"width": 4, "channels": 4}, {"width": 8, "channels": 8})
    assert init_of(text, "Bottleneck") == "channels: int, narrow_channels: int"


def test_that_a_parameter_of_a_group_that_sets_two_sizes_makes_them_one_argument() -> None:
    one = {"channels": ["narrow.out_channels", "wide.out_channels"]}
    assert init_of(two_bottlenecks(one, {"channels": 4}, {"channels": 8}), "Bottleneck") == "channels: int"


def test_that_blocks_called_as_functions_of_python_hide_none_of_them() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(6,)), ()),
            Node("sum", block("dense", out_features=6), ("input",)),
            Node("max", block("dense", out_features=6), ("input",)),
            Node("filter", block("multiply"), ("sum", "max")),
            Node("id", block("add"), ("filter", "sum")),
            Node("output", block("output", task="regression"), ("id",)),
        ]
    )
    text = assert_script_computes_the_same(compiled(network), [torch.randn(3, 6)])
    assert "self.sum = nn.Linear(" in text, "the weights' names are the blocks' names"
    assert not re.search(r"^\s+(sum|max|filter|id) = ", text, re.MULTILINE)


@pytest.mark.parametrize("name", TEXTS)
def test_that_what_an_example_says_in_code_is_nothing_to_do_in_the_window(name: str) -> None:
    doing = r"[Cc]lick|[Pp]ress |[Ss]elect |[Cc]hoose |[Dd]rag |[Tt]ry |Ctrl|\bF\d|panel|canvas|menu|toolbar|mouse"
    assert not re.search(doing, TEXTS[name].about.text)


def test_that_what_to_try_in_the_window_is_not_written_into_scripts() -> None:
    design = TEXTS["mnist_cnn"]
    for written in (script_export.pytorch_script, script_export.pytorch_model):
        text = " ".join(written(design, "Net").text.split())
        assert design.about.text[:40] in text
        assert design.about.to_try[:20] not in text


def modules_of(family: str) -> list[type[nn.Module]]:
    """The classes of torch that a row of a table is about; Softmax2d takes nothing."""
    stem = family.removeprefix("nn.")
    wanted = re.compile(rf"{stem}((Transpose)?\dd)?")
    return [item for name, item in vars(nn).items() if wanted.fullmatch(name) and name != "Softmax2d"]


@pytest.mark.parametrize("family", arguments._NAMES)
def test_that_torch_calls_its_arguments_so(family: str) -> None:
    assert modules_of(family)
    for item in modules_of(family):
        names = [name for name in _signature(item).parameters if name != "self"]
        expected = arguments._NAMES[family]
        assert tuple(names[: len(expected)]) == expected, item


@pytest.mark.parametrize("family", arguments._DEFAULTS)
def test_that_torch_s_defaults_are_so(family: str) -> None:
    for item in modules_of(family):
        there = _signature(item).parameters
        for name, default in arguments._DEFAULTS[family].items():
            if name in there:
                assert there[name].default in (default, (default,)), (item, name)


def _signature(item: type[nn.Module]) -> inspect.Signature:
    """That of the class; RNN, LSTM and GRU hand on to their base what they are given."""
    own = inspect.signature(item.__init__)
    if "kwargs" not in own.parameters:
        return own
    base = inspect.signature(nn.RNNBase.__init__).parameters
    return own.replace(parameters=[parameter for name, parameter in base.items() if name != "mode"])


def test_that_the_arguments_of_our_parts_are_called_as_in_their_source() -> None:
    assert arguments.argument_name(call("GaussianNoise", 0.1), 0) == "std"
