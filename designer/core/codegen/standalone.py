"""What is exported: the model alone, or a whole script that trains it."""

from __future__ import annotations

from designer.core.codegen.imports import import_lines
from designer.core.codegen.layout import Line
from designer.core.codegen.script import ModelText, Script, joined
from designer.core.program import Program


def model_script(program: Program) -> Script:
    """The classes of a program, with their imports, and nothing else."""
    model = ModelText.of(program)
    heading = [Line(line) for line in import_lines(model.imports)]
    return Script(tuple(joined([heading, *model.sections()])), model.name)
