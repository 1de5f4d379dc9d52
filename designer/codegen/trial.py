"""The end of a script that has the model alone: builds it, loads its weights and runs a random batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from designer.codegen.layout import Brackets, Code, broken
from designer.codegen.reserved import RESERVED
from designer.codegen.shapes import argument_shapes
from designer.core.ir.expr import Call, Program, literal
from designer.core.schema.shape import Shape
from designer.core.schema.transliteration import in_latin

_OWN = ("model", "name", "output", "outputs")
_SAMPLES = 2
_STEPS, _PICTURES = 64, 8
"""Steps where the length varies: enough for windows one behind the other, and of pictures, which cost more, a few."""


def trial_section(program: Program, model: str, has_weights: bool, taken: Collection[str]) -> Iterator[str]:
    """What is done where the script is run; `model` is the class, and `taken` are the names that the script has."""
    arguments = _names(program.arguments, {*_OWN, *taken})
    yield 'if __name__ == "__main__":'
    yield f"    model = {model}()"
    if has_weights:
        yield "    model.load_state_dict(load_file(WEIGHTS))"
    yield "    model.eval()"
    for name, code in zip(arguments, _batch(program), strict=True):
        yield from broken(f"{name} = ", code, indent=4)
    alone = len(program.results) == 1
    yield "    with torch.inference_mode():"
    yield from broken("output = " if alone else "outputs = ", Brackets("model(", tuple(arguments)), indent=8)
    if alone:
        yield '    print(f"output: {tuple(output.shape)}")'
        return
    results = Brackets("(", tuple(map(literal, program.results)))
    yield from broken("for name, output in ", Brackets("zip(", (results, "outputs", "strict=True")), ":", indent=4)
    yield '        print(f"{name}: {tuple(output.shape)}")'


def _names(wanted: Iterable[str], taken: Collection[str]) -> list[str]:
    """Names for the arguments that hide nothing."""
    found: list[str] = []
    for item in wanted:
        name = in_latin(item).lower()
        while name in (*taken, *found, *RESERVED):
            name += "_"
        found.append(name)
    return found


def _batch(program: Program) -> Iterator[Code]:
    """A random value for each argument of forward: where lengths differ, a full sample and a shorter one."""
    shapes = argument_shapes(program)
    has_pictures = any(shape.varies and shape.rank > 2 for shape in shapes.values())
    steps = _PICTURES if has_pictures else _STEPS
    for name in program.arguments:
        if name in shapes:
            yield _random(shapes[name], steps, program)
        else:
            yield Brackets("torch.tensor(", (f"[{steps}, {steps * 3 // 4}]",))


def _random(shape: Shape, steps: int, program: Program) -> Code:
    sizes = [str(size) for size in (_SAMPLES, *(steps if size is None else size for size in shape.sizes))]
    if not shape.is_tokens:
        return Brackets("torch.randn(", tuple(sizes))
    return Brackets("torch.randint(", (str(min(_vocabularies(program), default=2)), f"({', '.join(sizes)})"))


def _vocabularies(program: Program) -> Iterator[int]:
    """How many tokens each Embedding knows, those in groups as well."""
    for item in program.modules.values():
        if isinstance(item.target, Program):
            yield from _vocabularies(item.target)
        elif isinstance(item.target, Call) and item.target.target == "nn.Embedding":
            yield int(item.target.args[0])
