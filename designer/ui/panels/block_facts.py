"""What the inspector says of a block ahead of its parameters: its title, shapes and counts."""

from __future__ import annotations

from designer.core.inference.infer import Result
from designer.ui.style.labels import named, parameters

_NO_BREAK_SPACE, _NO_BREAK_HYPHEN = "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"


def facts_of(result: Result) -> str:
    """Title, shapes and counts; a line for each port where there are several."""
    node, counts = result.node, _counts(result)
    lines = [node.block.title]
    ports = [name for name, ref in zip(node.block.input_ports, node.inputs, strict=False) if ref]
    taken, given = result.inputs or (), (result.shapes or ()) if node.block.output_ports else ()
    unknown = ("?",) if not given and (node.block.output_ports or not taken) else ()
    if len(taken) <= 1 and len(given) <= 1:
        lines[0] += ":  " + "  →  ".join(map(str, (*taken, *given, *unknown)))
    else:
        lines += [f"{name}:  {shape}" for name, shape in zip(ports, taken, strict=False)]
        lines += [f"→  {name}:  {shape}" for name, shape in zip(node.block.output_ports, given, strict=False)]
    return "\n".join([*lines, counts] if counts else lines)


def _counts(result: Result) -> str:
    if not result.shape:
        return ""
    step = " a step" if None in (result.inputs or (result.shape,))[0].sizes else ""
    learned = parameters(result.parameters, result.trained)
    return f"{_unbroken(learned)} · {_unbroken(named(result.multiply_adds, 'multiply_adds') + step)}"


def _unbroken(words: str) -> str:
    """Words of which no line ends within."""
    return words.replace(" ", _NO_BREAK_SPACE).replace("-", _NO_BREAK_HYPHEN)
