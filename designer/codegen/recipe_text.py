"""Functions of the recipe in a script: the calls of those that are copied, and the lines of those that are not."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from designer.codegen.layout import Brackets, Code, broken, flat
from designer.codegen.printing import keyword_code
from designer.core.graph.training_settings import TrainingSettings
from designer.core.ir.expr import literal
from designer.recipe.function import Function


def called(function: Function, settings: TrainingSettings, **values: Code) -> Brackets:
    """The call of a function that the script has a copy of."""
    given = _given(function, settings, values)
    items: list[Code] = []
    for name in function.parameters:
        if given[name]:  # behind one that is left out they have their names
            is_behind = len(items) < list(function.parameters).index(name)
            items.append(keyword_code(name, given[name]) if is_behind else given[name])
    return Brackets(f"{function.name}(", tuple(items))


def inlined(function: Function, settings: TrainingSettings, **values: Code) -> Code:
    """What a function returns that does nothing else, with what it is given in place of its parameters.

    Keywords for settings that are at the default of the function's parameter are left out.
    """
    (line,) = function.body
    assert isinstance(line, ast.Return)
    assert line.value
    return _Inlining(_given(function, settings, values)).code(line.value)


def inlined_lines(function: Function, settings: TrainingSettings, indent: int, **values: Code) -> Iterator[str]:
    """What a function does that returns nothing, likewise."""
    inlining = _Inlining(_given(function, settings, values))
    for line in function.body:
        assert isinstance(line, ast.Expr)
        yield from broken("", inlining.code(line.value), indent=indent)


def constant_of(setting: str) -> str:
    """What a training setting is called in scripts."""
    return setting.upper()


def _given(function: Function, settings: TrainingSettings, values: Mapping[str, Code]) -> Mapping[str, Code]:
    """The code for each parameter; none for what is left out."""
    told = dict.fromkeys(function.settings, "") | {name: constant_of(name) for name in function.told(settings)}
    return {**told, **values}


class _Inlining:
    """Python's syntax as code, with other code in place of names."""

    def __init__(self, given: Mapping[str, Code]) -> None:
        self._given = given

    def code(self, node: ast.expr) -> Code:
        """An expression; a call may be broken at its commas."""
        if isinstance(node, ast.Name):
            return self._given.get(node.id, node.id)
        if not isinstance(node, ast.Call):
            return self._text(node)
        items = [self.code(item) for item in node.args]
        items += [keyword_code(item.arg or "", self.code(item.value)) for item in node.keywords if self._is_told(item)]
        return Brackets(f"{self._text(node.func)}(", tuple(items))

    def _is_told(self, item: ast.keyword) -> bool:
        names = {found.id for found in ast.walk(item.value) if isinstance(found, ast.Name)}
        return all(self._given.get(name) != "" for name in names)

    def _text(self, node: ast.expr) -> str:
        """On one line, in brackets where Python needs them."""
        return ast.unparse(_Replacing(self._given).visit(ast.parse(ast.unparse(node), mode="eval")))


class _Replacing(ast.NodeTransformer):
    def __init__(self, given: Mapping[str, Code]) -> None:
        self._given = given

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self._given:
            return node
        found = ast.parse(flat(self._given[node.id]), mode="eval").body
        return _Replacing({}).visit(found)  # type: ignore[no-any-return]

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Strings in double quotes, which `unparse` writes otherwise."""
        return ast.Name(literal(node.value)) if isinstance(node.value, str) else node
