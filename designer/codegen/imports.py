"""The import lines of a script, sorted as ruff (isort) has them."""

from __future__ import annotations

from collections.abc import Iterable

from designer.codegen.layout import Brackets, broken
from designer.core.ir.python_source import Import

NUMPY = Import("", "numpy", "np")
TORCH = Import("", "torch")
NN = Import("torch", "nn")
TENSOR = Import("torch", "Tensor")
FUNCTIONAL = Import("", "torch.nn.functional", "F")
ORDERED_DICT = Import("collections", "OrderedDict")
COUNTER = Import("collections", "Counter")
DEFAULT_DICT = Import("collections", "defaultdict")
LOAD_FILE = Import("safetensors.torch", "load_file")
PATH = Import("pathlib", "Path")


def import_lines(imports: Iterable[Import]) -> list[str]:
    """The lines, each import once, with an empty line between the sections."""
    wanted = set(imports)
    lines: list[str] = []
    for section in range(3):
        here = [item for item in wanted if item.section == section]
        if not here:
            continue
        if lines:
            lines.append("")
        lines += sorted((_import_line(item) for item in here if not item.module), key=_natural)
        for module in sorted({item.module for item in here if item.module}, key=_natural):
            lines += _from(module, [item for item in here if item.module == module])
    return lines


def _import_line(item: Import) -> str:
    return f"import {item}"


def _natural(text: str) -> str:
    return text.lower()


def _from(module: str, items: list[Import]) -> list[str]:
    """One line for a module; members with an alias have lines of their own, as isort writes them."""
    plain = sorted((item for item in items if not item.alias), key=_member_order)
    lines = [
        f"from {module} import {item}" for item in sorted((item for item in items if item.alias), key=_member_order)
    ]
    if plain:
        names = ", ".join(map(str, plain))
        line = f"from {module} import {names}"
        one_each = Brackets("(", tuple(map(str, plain)), each=True)
        joined = [line] if len(line) <= 120 else broken(f"from {module} import ", one_each)
        lines = joined + lines
    return lines


def _member_order(item: Import) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    name = item.name
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return rank, name.lower()
