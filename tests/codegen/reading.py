"""Ways to look at exported scripts: run their text, ask ruff, and make programs of single blocks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from designer.core.block import Block
from designer.core.codegen import Script, model_script
from designer.core.inference import infer
from designer.core.network import Network, Node
from designer.core.program import Program, _Making
from designer.core.shape import Shape
from designer.engine.build import ProgramModule
from tests.helpers import block

RULES = "E,F,W,I,B,C4,C90,N,PIE,PT,RET,RUF,SIM,T20,UP"
ALLOWED = "RUF001,RUF002,RUF003,T201"
"""× and – are meant; a script prints."""


def assert_ruff_is_content(texts: Iterable[str], folder: Path) -> None:
    """No finding, and nothing to format, in any of the texts."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(sorted(set(texts))):
        (folder / f"script{number}.py").write_text(text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    common = ["--isolated", "--no-cache", "--line-length=120", "--target-version=py311", str(folder)]
    for command in (
        [*ruff, "check", f"--select={RULES}", f"--ignore={ALLOWED}", *common],
        [*ruff, "format", "--diff", *common],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def program_of(made: Block, inputs: tuple[Shape, ...]) -> Program:
    """The program of one block between Inputs and whatever takes its outputs."""
    axes = {("L",): "tokens", ("L", "C", "H", "W"): "image_sequence"}
    sources = [
        Node(f"x{place}", block("input", sizes=shape.sizes, axes=axes.get(shape.names, "usual")), ())
        for place, shape in enumerate(inputs)
    ]
    free = (None,) * (len(made.input_ports) - len(inputs))
    network = Network.of([*sources, Node("block1", made, (*(source.id for source in sources), *free))])
    making = _Making([source.id for source in sources])
    for result in infer(network).results.values():
        making.add(result)
    results = {
        port: making.ref(f"block1.{port}" if place else "block1", network)
        for place, port in enumerate(made.output_ports)
    }
    return Program("Net", tuple(making.arguments), making.modules, tuple(making.statements), results, making.names)


def arguments_for(inputs: tuple[Shape, ...], count: int = 3, length: int = 5) -> list[Tensor]:
    """Random values, and lengths where they vary: the longest fills the batch."""
    given = []
    lengths = torch.tensor([length, 1, max(1, length - 2)][:count])
    for shape in inputs:
        sizes = [length if size is None else size for size in shape.sizes]
        given.append(
            torch.randint(0, 2, (count, *sizes)) if shape.is_tokens else torch.randn(count, *sizes, dtype=torch.float32)
        )
        if shape.varies:
            given.append(lengths)
    return given


def executed(script: Script) -> dict[str, Any]:
    """The names that a script defines."""
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(script.text, "exported.py", "exec"), namespace)
    return namespace


def assert_script_computes_the_same(program: Program, arguments: list[Tensor]) -> str:
    """The classes of the script against the engine's module: names, weights and results. Gives the text."""
    script = model_script(program)
    torch.manual_seed(3)
    ours = ProgramModule(program)
    torch.manual_seed(3)
    exported: nn.Module = executed(script)[script.model]()
    assert list(exported.state_dict()) == list(ours.state_dict())
    for name, weight in exported.state_dict().items():
        assert torch.equal(weight, ours.state_dict()[name]), f"{name} starts from other numbers"
    for training in (True, False):
        results = []
        for model in (ours, exported):
            torch.manual_seed(4)
            results.append(model.train(training)(*arguments))
        torch.testing.assert_close(results[1], results[0], rtol=1e-6, atol=1e-6, equal_nan=True)
    return script.text
