"""What a card says in words: its second line, and its tool tip."""

from __future__ import annotations

from collections.abc import Iterator

from designer.core.graph.block import Block, UnknownBlock
from designer.core.graph.messages import Problem
from designer.core.inference.infer import Result
from designer.core.inference.learning import learns
from designer.ui.canvas.items.card_marks import is_frozen


def kind_words(block: Block | UnknownBlock) -> str:
    """The card's second line: the kind and its main parameters."""
    details = block.details()
    return f"{block.title} · {details}" if details else block.title


def _output_words(result: Result) -> str:
    """What comes out, for the tool tip; by the ports' names where there are several."""
    ports = result.node.block.output_ports
    if len(ports) > 1:
        shapes = result.shapes or ("",) * len(ports)
        given = [f"{port} {shape}".strip() for port, shape in zip(ports, shapes, strict=True)]
        return f"outputs from left to right: {', '.join(given)}"
    if not result.shape:
        return "output not known yet"
    letters, sizes = result.shape.letters, f"N×{result.shape}"
    return f"output {sizes}" if letters == sizes else f"output {letters} = {sizes}"


def card_tip(result: Result, problem: Problem | None, advice: str = "") -> str:
    """What comes out of the block, or what is wrong with it; what the doctor says; and the names of several inputs."""
    block = result.node.block
    said = f"{block.title} '{result.node.id}', {_output_words(result)}"
    if problem:
        more = "\nClick the badge for what would mend it" if problem.fixes else ""
        said = f"{problem.message}{more}"
    if advice:
        said = f"{said}\n{advice}\nClick the light bulb for what can be done"
    named = len(block.input_ports) > 1 and not all(port.isdigit() for port in block.input_ports)
    said += "".join(f"\n{words}" for words in learning_words(result))
    inputs = f"\nInputs from left to right: {', '.join(block.input_ports)}" if named else ""
    return said + inputs


def learning_words(result: Result) -> Iterator[str]:
    """How it learns, where that is not as usual."""
    frozen, factor = result.node.block.learning
    if is_frozen(result):
        yield "Frozen: it is not learned"
    elif factor != 1 and not frozen and learns(result):
        yield f"Its learning rate is that of the training × {factor:g}"
