"""Ways to look at exported scripts: run their text, ask ruff, and make programs of single blocks."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from designer.codegen import Script, model_script
from designer.core.graph.block import Block
from designer.core.graph.network import Node
from designer.core.inference.compile import compiled_group
from designer.core.inference.infer import infer
from designer.core.ir.expr import Program
from designer.core.schema.shape import Shape
from designer.engine.model.build import ProgramModule, seed_torch
from tests.grouping import definition, port

ForRuff = Callable[..., None]
"""What takes texts for ruff to read, as the fixture `for_ruff` gives it."""
RULES = "A,E,F,W,I,B,C4,C90,N,PIE,PT,RET,RUF,SIM,T20,UP"
ALLOWED = "N812,RUF001,RUF002,RUF003,T201"
"""torch.nn.functional is called F by everyone, × and – are meant, and a script prints."""


def assert_ruff_is_content(texts: Iterable[str], folder: Path) -> None:
    """No finding, and nothing to format, in any of the texts."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(sorted(set(texts))):
        (folder / f"script{number}.py").write_text(text, encoding="utf-8")
    assert_ruff_finds_nothing(folder)


def assert_ruff_finds_nothing(folder: Path) -> None:
    """The same of the scripts that lie in a folder."""
    program = shutil.which("ruff", path=sysconfig.get_path("scripts"))
    ruff = [program] if program else [sys.executable, "-m", "ruff"]  # the program itself starts in half the time
    common = ["--isolated", "--no-cache", "--line-length=120", "--target-version=py311", str(folder)]
    for command in (
        [*ruff, "check", f"--select={RULES}", f"--ignore={ALLOWED}", *common],
        [*ruff, "format", "--diff", *common],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def program_of(made: Block, inputs: tuple[Shape, ...]) -> Program:
    """The program of one block alone: what enters it are its arguments, and its outputs are the results."""
    sources = [port(f"x{place}") for place in range(len(inputs))]
    free = (None,) * (len(made.input_ports) - len(inputs))
    taken = (*(source.id for source in sources), *free)
    given = [port(f"y{place}", f"block1.{name}") for place, name in enumerate(made.output_ports)]
    net = definition("Net", *sources, Node("block1", made, taken), *given)
    inside = infer(net.network, given={source.id: shape for source, shape in zip(sources, inputs, strict=True)})
    return compiled_group(net, [(shape, shape.varies) for shape in inputs], inside)


def arguments_for(inputs: tuple[Shape, ...], count: int = 3, length: int = 5) -> list[Any]:
    """Random values, and lengths where they vary: the longest fills the batch."""
    given: list[Any] = []
    for shape in inputs:
        given.append(value_for(shape, count, length))
        if shape.varies:
            given.append(torch.tensor([length, 1, max(1, length - 2)][:count]))
    return given


def value_for(shape: Shape, count: int, length: int) -> Any:
    """A random batch; the states of recurrent blocks have no batch axis in front, and an LSTM's are two."""
    if shape.is_state:
        states = [torch.randn(shape.fixed_sizes[-2], count, shape.last) for _ in range(2)]
        return tuple(states) if shape.names[0] == "HC" else states[0]
    sizes = [length if size is None else size for size in shape.sizes]
    return torch.randint(0, 2, (count, *sizes)) if shape.is_tokens else torch.randn(count, *sizes)


def executed(script: Script) -> dict[str, Any]:
    """The names that a script defines."""
    namespace: dict[str, Any] = {"__name__": "exported", "__file__": "exported.py"}
    exec(compile(script.text, "exported.py", "exec"), namespace)
    return namespace


def assert_script_computes_the_same(program: Program, arguments: list[Any]) -> str:
    """The classes of the script against the engine's module: names, weights and results. Gives the text."""
    script = model_script(program)
    seed_torch(3)
    ours = ProgramModule(program)
    seed_torch(3)
    exported: nn.Module = executed(script)[script.model]()
    assert list(exported.state_dict()) == list(ours.state_dict())
    for name, weight in exported.state_dict().items():
        assert torch.equal(weight, ours.state_dict()[name]), f"{name} starts from other numbers"
    for training in (True, False):
        results = []
        for model in (ours, exported):
            seed_torch(4)
            results.append(model.train(training)(*arguments))
        torch.testing.assert_close(results[1], results[0], rtol=1e-6, atol=1e-6, equal_nan=True)
    return script.text
