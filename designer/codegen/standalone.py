"""What is exported: the classes, a script that tries the model alone, or one that trains it."""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from designer.codegen.copies import Copies, packages_of
from designer.codegen.data_text import constants, to_tensors
from designer.codegen.imports import COUNTER, DEFAULT_DICT, LOAD_FILE, NUMPY, PATH, TENSOR, TORCH, import_lines
from designer.codegen.layout import Line, plain
from designer.codegen.plan import ScriptPlan
from designer.codegen.reserved import BUILT_IN
from designer.codegen.script import ModelText, Script, joined
from designer.codegen.training_text import training_sections
from designer.codegen.trial import trial_section
from designer.codegen.weights_text import balancing_section
from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.graph.roles import OutputBlock
from designer.core.inference.compile import compiled
from designer.core.inference.infer import Inference, infer
from designer.core.ir.expr import Program, literal
from designer.core.ir.python_source import Import, defined_name
from designer.core.schema.transliteration import words_in_latin
from designer.core.validation.check_twice import comes_as_loss_begins

_OWN_NAMES = frozenset(
    [
        *("Counter", "F", "Iterator", "OrderedDict", "Path", "Tensor", "defaultdict", "load_file", "math", "nn", "np"),
        *("torch", *BUILT_IN),
    ]
)
"""Names that a class must not take from what the script imports, or from Python."""
_WIDTH = 110


def model_script(program: Program) -> Script:
    """The classes of a program, with their imports, and nothing else."""
    model = ModelText.of(program, _OWN_NAMES)
    heading = [Line(line) for line in import_lines(model.imports)]
    constants_used = [plain("\n".join(model.copies.constants()))] if model.copies.constants() else []
    return Script(tuple(joined([heading, *constants_used, *model.sections()])), model.name)


def model_only_script(
    design: Design, *, title: str = "Net", weights: str = "", inference: Inference | None = None
) -> Script:
    """The whole network, a last softmax included, in a script that loads its weights and runs a random batch.

    `title` names the class, and `weights` the file of its weights, which lies beside the script. Raises ValueError for
    a network whose shapes are not known, and where files of custom kinds use a name for two things.
    """
    found = inference or infer(design.network)
    program = compiled(design.network, found, _class_title(title), for_loss=False)
    settings = [f"WEIGHTS = Path(__file__).resolve().parent / {literal(weights)}"] if weights else []
    model = ModelText.of(program, _OWN_NAMES | {"WEIGHTS"})
    imports = [*model.imports, *model.copies.imports, TORCH, *([PATH, LOAD_FILE] if weights else [])]
    notes = [*_notes(found), _needs(["torch"], [weights] if weights else [], bool(weights))]
    top = [*_introduction(design, f"The model {model.name}", notes), "", *import_lines(imports)]
    constants_used = [*settings, *model.copies.constants()]
    top += ["", *constants_used] if constants_used else []
    taken = {item.bound for item in imports} | model.copies.names | {item.name for item in model.classes} | _OWN_NAMES
    ending = trial_section(program, model.name, bool(weights), taken)
    script = Script(tuple(joined([_lines(top), *model.sections(), _lines(ending)])), model.name)
    _expect_own_names(script)
    return script


def _notes(inference: Inference) -> Iterator[str]:
    """What the loss would apply once more, for a person who wants to train the model."""
    losses = {"softmax": "F.cross_entropy", "sigmoid": "F.binary_cross_entropy_with_logits"}
    outputs = inference.network.of_type(OutputBlock)
    ends = [(ref, block.link) for node, block in outputs for ref in node.inputs if ref]
    for activation in dict.fromkeys(link for ref, link in ends if comes_as_loss_begins(inference, ref, link)):
        yield f"It ends with a {activation}. {losses[activation]} applies one itself: leave it out to train with that."


def training_script(
    design: Design,
    data: DataInfo,
    *,
    title: str = "Net",
    files: Iterable[str] = (),
    weights: str = "",
    inference: Inference | None = None,
) -> Script:
    """A script that reads the data, trains the network along the same curve as the designer does, and measures it.

    `title` names the class. `files` are those of the data, and `weights` that of trained weights, which lie beside the
    script. Raises ValueError for a network whose shapes are not known, and where a file of custom kinds defines what
    the script has already; the network has to suit the data.
    """
    program = compiled(design.network, inference, _class_title(title))
    plan = ScriptPlan.of(design, program, data, weights)
    reading = Copies()
    for name, home in ((plan.reader.function, plan.reader.home), *(plan.own.readers if plan.own else ())):
        reading.add(name, home)
    for function in (*(plan.own.functions if plan.own else ()), *plan.functions):
        if function.is_copied:
            reading.add(function.name, function.home)
        for item in function.parts:
            reading.add(item.name, item.module)
    settings = constants(plan)
    model = ModelText.of(program, _OWN_NAMES | reading.names | {line.partition(" = ")[0] for line in settings})
    imports = [*model.imports, *model.copies.imports, *reading.imports, *_imports(plan)]
    beside = [*files, *([weights] if weights else [])]
    packages = [name for name in packages_of(reading) if plan.own is None or name not in plan.own.spared]
    needs = _needs(["torch", "numpy", *packages], beside, bool(weights), plan.own is not None)
    top = [*_introduction(design, f"{model.name}, and how to train it", [needs])]
    top += ["", *import_lines(imports), "", *settings, *model.copies.constants(), *reading.constants()]
    sections = [text.split("\n") for text in reading.bodies()]
    sections += [list(plan.own.section())] if plan.own else []
    if plan.transforms.scaled:
        sections.append(list(plan.transforms.normalise_section(plan.split_call if plan.validates else None)))
    sections += [list(balancing_section(plan))] if plan.is_balanced else []
    sections.append(to_tensors(plan))
    sections += training_sections(plan, model.name, _lies_channels_last(program))
    script = Script(tuple(joined([_lines(top), *model.sections(), *map(_lines, sections)])), model.name)
    _expect_own_names(script)
    return script


def _expect_own_names(script: Script) -> None:
    """Files of custom kinds know nothing of each other nor of the script, and may use the same name for two things."""
    defined = [name for item in ast.parse(script.text).body if (name := defined_name(item))]
    name, times = Counter(defined).most_common(1)[0]
    if times > 1:
        raise ValueError(
            f"the script would have {times} things called {name!r}: give it another name in your file of custom blocks"
        )


def _class_title(title: str) -> str:
    """A title that a class name can be made of."""
    letters = "_".join(words_in_latin(title))
    return letters if letters[:1].isalpha() else f"Net_{letters}"


def _imports(plan: ScriptPlan) -> list[Import]:
    found = [NUMPY, PATH, TENSOR, TORCH]
    found += [item for function in plan.functions if not function.is_copied for item in function.imports]
    found += [LOAD_FILE] if plan.weights else []
    found += [DEFAULT_DICT] if plan.measures else []
    return found + ([COUNTER] if len(plan.goals) > 1 else [])


def _lies_channels_last(program: Program) -> bool:
    """Whether there are kernels that lie channels-last; a part may have some. Torch refuses it beside those of
    volumes."""
    targets = list(_targets(program))
    has_images = any("2d" in target or "." not in target for target in targets)
    return has_images and not any(target.startswith("nn.Conv") and target.endswith("3d") for target in targets)


def _targets(program: Program) -> Iterator[str]:
    """The modules that it calls, those of groups too."""
    for item in program.modules.values():
        if isinstance(item.target, Program):
            yield from _targets(item.target)
        else:
            yield item.target.target


def _lines(texts: Iterable[str]) -> list[Line]:
    return [Line(line) for text in texts for line in text.split("\n")]


def _needs(packages: list[str], files: list[str], has_weights: bool, reads_data: bool = False) -> str:
    needed = [*packages, *(["safetensors"] if has_weights else [])]
    beside = ", and the data that DATA names" if reads_data else ""
    beside += f", and {' and '.join(files)} beside it" if files else ""
    named = " and ".join([", ".join(needed[:-1]), needed[-1]] if len(needed) > 1 else needed)
    return f"Made with Network Designer. It needs {named}{beside}."


def _introduction(design: Design, otherwise: str, notes: Iterable[str]) -> Iterator[str]:
    """The script's docstring: what the network is, or a title for one that says nothing of itself, and the notes."""
    about = design.about
    title = _paragraph(about.title) or otherwise
    paragraphs = [title if title.endswith((".", "!", "?")) else f"{title}."]
    paragraphs += [text for part in about.text.split("\n\n") if (text := _paragraph(part))]
    paragraphs += notes
    for place, paragraph in enumerate(paragraphs):
        lines = [_within_quotes(line) for line in textwrap.wrap(paragraph, _WIDTH)]
        yield from [f'"""{lines[0]}', *lines[1:]] if place == 0 else ["", *lines]
    yield '"""'


def _paragraph(text: str) -> str:
    """Text as one paragraph."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _within_quotes(line: str) -> str:
    """A line that neither ends a docstring nor escapes anything in it, whatever a file says."""
    return line.replace("\\", "\\\\").replace('"""', "'''")
