"""A kind from outside: one Python file that a person trusts adds it, and nothing else does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from designer.__main__ import main
from designer.core.graph.block import UnknownBlock
from designer.core.graph.design import Design
from designer.core.graph.registry import find, kinds
from designer.core.inference.compile import compiled
from designer.core.inference.infer import infer
from designer.core.storage import files, plugins, trust
from designer.core.storage.resources import resource
from designer.core.storage.trust import TrustError
from designer.engine.model.build import build
from tests.codegen.reading import assert_ruff_is_content, assert_script_computes_the_same
from tests.helpers import chain, dense, design_of, digits_dataset, input_of, losses, output_for, same_weights, trained

TEMPLATE = resource("templates", "custom_block.py")


@pytest.fixture(autouse=True)
def _kinds_stay() -> Iterator[None]:
    """What a test trusts is forgotten after it."""
    yield
    trust.list_path().unlink(missing_ok=True)
    assert plugins.load() == []


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of a person's own, as it is made from the template."""
    path = tmp_path / "my blocks.py"
    path.write_bytes(TEMPLATE.read_bytes())
    return path


def changed(file: Path, old: str, new: str) -> str:
    """The message for a file with other words in it, trusted as it then is."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    (found,) = plugins.trust_file(file)
    assert found.kinds == ()
    return found.message


def stripes_with_swish() -> Design:
    swish = ("swish", "swish1", {"beta": 0.5})
    network = chain(input_of(1, 6, 6), "flatten", dense(16), swish, dense(4, "dense2"), output_for())
    return design_of(network, epochs=2, batch_size=16, learning_rate=0.01)


def swish_json() -> str:
    """An architecture that names the kind, as text."""
    plain = files.to_json(design_of(chain(input_of(4), dense(3), output_for())))
    plain["blocks"][1] = {"id": "swish1", "kind": "swish", "params": {"beta": 2.0}, "inputs": ["input"]}
    plain["blocks"][2]["inputs"] = ["swish1"]
    return json.dumps(plain)


def test_that_a_trusted_file_adds_a_kind_that_infers_builds_trains_and_is_saved(file: Path, tmp_path: Path) -> None:
    assert "swish" not in kinds()
    (loaded,) = plugins.trust_file(file)
    assert (loaded.state, loaded.kinds) == ("loaded", ("swish",))
    assert kinds()["swish"].category == "Activation"
    design = stripes_with_swish()
    inference = infer(design.network)
    assert inference.problems == []
    assert inference.results["swish1"].parameters == 1
    x = torch.randn(3, 16)
    model = build(design.network, seed=0)
    torch.testing.assert_close(model.get_submodule("swish1")(x), x * torch.sigmoid(0.5 * x))
    session, events = trained(design, digits_dataset())
    assert session.model.get_parameter("swish1.beta").item() != 0.5
    assert losses(events)[-1] < losses(events)[0]
    path = tmp_path / "with_swish.network.json"
    files.write(design, path)
    again = files.read(path)
    assert again == design
    assert same_weights(build(again.network, seed=3), build(design.network, seed=3))


def test_that_an_exported_script_holds_the_kind_s_module_and_computes_the_same(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("torch.sigmoid(self.beta * x)", "STEEPNESS * share(self.beta * x)")
    own = "STEEPNESS = 2.0\n\n\ndef share(x: Tensor) -> Tensor:\n    return functional.sigmoid(x)\n\n\nclass ScaledS"
    text = text.replace("class ScaledS", own).replace(
        "import torch\n", "import torch\nfrom torch.nn import functional\n"
    )
    file.write_text(text, encoding="utf-8")
    plugins.trust_file(file)
    file.write_text("raise SystemExit", encoding="utf-8")  # what was trusted is what is exported
    program = compiled(stripes_with_swish().network)
    script = assert_script_computes_the_same(program, [torch.randn(2, 1, 6, 6)])
    assert "class ScaledSigmoid(nn.Module):" in script
    assert "STEEPNESS = 2.0" in script
    assert "designer" not in script


def test_that_an_exported_script_has_the_module_of_the_file(file: Path, tmp_path: Path) -> None:
    plugins.trust_file(file)
    text = assert_script_computes_the_same(compiled(stripes_with_swish().network), [torch.randn(5, 1, 6, 6)])
    assert text.count("class ScaledSigmoid(nn.Module):") == 1
    assert "designer" not in text
    assert_ruff_is_content([text], tmp_path / "ruff")


def test_that_a_kind_of_a_file_is_known_again_after_a_new_start(file: Path) -> None:
    plugins.trust_file(file)
    listed = trust.list_path().read_bytes()
    plugins.remove_file(file)
    assert find("swish") is None
    trust.list_path().write_bytes(listed)
    assert plugins.load()[0].kinds == ("swish",)


def test_that_a_file_that_has_changed_is_not_loaded_until_it_is_trusted_again(file: Path) -> None:
    plugins.trust_file(file)
    listed = trust.list_path().read_bytes()
    plugins.remove_file(file)
    trust.list_path().write_bytes(listed)
    mark = file.with_name("was_run")
    file.write_text(f"open({str(mark)!r}, 'w').close()\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    (found,) = plugins.load()
    assert found.state == "changed"
    assert "my blocks.py has changed since you trusted it" in found.message
    assert find("swish") is None
    assert not mark.exists()
    (again,) = plugins.trust_file(file)
    assert again.kinds == ("swish",)
    assert mark.exists()


def test_that_a_kind_in_use_stays_as_it_was_trusted_when_its_file_changes(file: Path) -> None:
    plugins.trust_file(file)
    file.write_text("def broken(", encoding="utf-8")
    (found,) = plugins.load()
    assert (found.state, found.kinds) == ("changed", ("swish",))
    assert infer(stripes_with_swish().network).problems == []


def test_that_trusting_a_new_version_brings_its_fields(file: Path) -> None:
    plugins.trust_file(file)
    text = file.read_text(encoding="utf-8")
    text = text.replace("beta: float = real", "slope: float = real").replace("{self.beta:g}", "β")
    file.write_text(text.replace("(ScaledSigmoid, self.beta)", "(ScaledSigmoid, self.slope)"), encoding="utf-8")
    (found,) = plugins.trust_file(file)
    assert found.message == ""
    assert list(kinds()["swish"]().form_fields()) == ["slope"]


def test_that_removing_a_file_forgets_its_kinds(file: Path) -> None:
    plugins.trust_file(file)
    assert plugins.remove_file(file) == []
    assert "swish" not in kinds()


def test_that_a_file_beside_an_architecture_is_never_loaded_by_it(file: Path, tmp_path: Path) -> None:
    for name in ("swish.py", "designer_custom_swish.py"):
        (tmp_path / name).write_text("raise SystemExit('it was run')", encoding="utf-8")
    path = tmp_path / "net.network.json"
    path.write_text(swish_json(), encoding="utf-8")
    design = files.read(path)
    assert isinstance(design.network.nodes["swish1"].block, UnknownBlock)
    assert "trust the Python file that defines it (File > Custom Blocks…)" in infer(design.network).problems[0].message
    assert not any("swish" in name for name in sys.modules)


def test_that_an_architecture_opens_with_its_kind_once_that_is_trusted(file: Path) -> None:
    unknown = files.parse(swish_json())
    plugins.trust_file(file)
    known = files.parse(files.dumps(unknown))
    assert known.network.nodes["swish1"].block == kinds()["swish"](beta=2.0)
    assert infer(known.network).problems == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("import torch\n", "import torch torch\n", ("my blocks.py, line 7", "invalid syntax")),
        ("import torch\n", "import no_such_library\n", ("my blocks.py, line 7", "no_such_library")),
        ('    kind = "swish"', "    pass", ("my blocks.py, line 28", "Swish has no name", 'kind = "..."')),
        (
            '    kind = "swish"',
            '    kind = "lstm"',
            ("my blocks.py, line 28", "'lstm' is there already", "another name"),
        ),
        ('    title = "Swish"', "    title = 3", ("my blocks.py, line 29", "Swish has no title")),
        ('    summary = "', '    sumary = "', ("my blocks.py, line 29", "sumary")),
        ('"Activation"', '"Magic"', ("my blocks.py, line 29", "category 'Magic'", "Convolution")),
        ('    prefix = "swish"', '    prefix = "1 a"', ("my blocks.py, line 29", "'1 a1' is not a block name")),
        ("beta: float = real(1.0,", "beta: float = real(99.0,", ("line 29", "defaults", "beta")),
        (
            'real(1.0, "The number β that training begins with.", low=0.0, high=10.0)',
            "1.0",
            ("line 29", "'beta'", "real"),
        ),
        ("    beta: float", "    other: list = []\n    beta: float", ("line 29", "'other'", "cannot be edited")),
        ("    beta: float", "    frozen: bool = False\n    beta: float", ("line 29", "'frozen'", "every block has")),
        ('f"β = {self.beta:g}"', "self.no_such", ("line 29", "details", "no_such")),
        ("@register\n", "", ("my blocks.py has no block kind", "@register")),
        ('"""Block kinds', 'raise SystemExit(3)\n"""Block kinds', ("my blocks.py, line 1: SystemExit: 3",)),
        ('    kind = "swish"', '    outputs = ()\n    kind = "swish"', ("line 29", "no output")),
    ],
)
def test_that_a_mistake_in_a_file_is_told_with_its_line(file: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    message = changed(file, old, new)
    for word in words:
        assert word in message
    assert "\n" not in message
    assert "swish" not in kinds()
    assert find("lstm").__module__ == "designer.blocks.lstm"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("        return 1\n", "        return 1 // 0\n", ("my blocks.py, line 59", "ZeroDivisionError")),
        ("        return 1\n", '        return "1"\n', ("parameter_count gives str",)),
        ("(call(ScaledSigmoid, self.beta),)", '(call("Scaled", 1),)', ("there is no module called 'Scaled'",)),
        (
            "    def parameter_count",
            "    def forward(self, *inputs):\n        from designer.core.ir.expr import function\n\n"
            '        return function("swash", inputs[0])\n\n    def parameter_count',
            ("there is no function called 'swash'",),
        ),
        ("return super().output_shape(*inputs)", "return inputs[9]", ("my blocks.py, line 48", "IndexError")),
        ("return super().output_shape(*inputs)", "return 3", ("output_shapes gives (3,)", "1 of Shape")),
        ("    def layers(", "    def forward(self, x):\n        return 1\n\n    def layers(", ("forward", "1 of Expr")),
    ],
)
def test_that_a_mistake_in_a_kind_s_rules_is_a_problem_of_the_block(
    file: Path, old: str, new: str, words: tuple[str, ...]
) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert plugins.trust_file(file)[0].message == ""
    (problem,) = infer(stripes_with_swish().network).problems
    assert problem.block == "swish1"
    assert "mend the file, and trust it again" in problem.message
    for word in words:
        assert word in problem.message


def test_that_a_module_that_fails_ends_the_run_with_its_reason(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("torch.sigmoid(self.beta * x)", "x.no_such_method()")
    file.write_text(text, encoding="utf-8")
    plugins.trust_file(file)
    _, events = trained(stripes_with_swish(), digits_dataset())
    assert "no_such_method" in events[-1].message


def test_that_a_damaged_list_is_told_and_loads_nothing(file: Path) -> None:
    plugins.trust_file(file)
    trust.list_path().write_text('{"files": [{"path": 3}]}', encoding="utf-8")
    with pytest.raises(TrustError, match="is damaged: delete it and trust your files again"):
        plugins.load()


def test_that_another_thread_may_import_modules_while_the_files_are_loaded(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the engine's does with torch, and what torch needs, at a time of its own."""
    kept = plugins.registered

    def imported_meanwhile(home: str) -> list[str]:
        monkeypatch.setitem(sys.modules, f"imported_meanwhile_{len(sys.modules)}", sys)
        return kept(home)

    plugins.trust_file(file)
    monkeypatch.setattr(plugins, "registered", imported_meanwhile)
    assert [loaded.message for loaded in plugins.load()] == [""]


def test_that_a_file_that_names_the_former_places_of_modules_still_loads(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for present, former in (("core.graph.block", "core.block"), ("core.schema.", "core."), ("core.graph.", "core.")):
        text = text.replace(f"from designer.{present}", f"from designer.{former}")
    assert "designer.core.graph" not in text.split("class ")[0]
    file.write_text(text, encoding="utf-8")
    (found,) = plugins.trust_file(file)
    assert (found.message, len(found.kinds)) == ("", 1)


def test_that_a_missing_file_is_told(file: Path) -> None:
    plugins.trust_file(file)
    file.unlink()
    (found,) = plugins.load()
    assert found.state == "missing"
    assert "there is no such file" in found.message


def test_that_commands_know_the_trusted_kinds(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.network.json"
    path.write_text(swish_json(), encoding="utf-8")
    assert main(["check", str(path)]) == 1
    assert "'swish'" in capsys.readouterr().err
    assert main(["custom", "--trust", str(file)]) == 0
    assert "swish" in capsys.readouterr().out
    main(["check", str(path), "--json"])
    report = json.loads(capsys.readouterr().out)
    assert [block["parameters"] for block in report["blocks"]] == [0, 1, 0]
    file.write_text("changed", encoding="utf-8")
    assert main(["custom", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["files"][0]["state"] == "changed"
    main(["check", str(path)])
    assert "has changed since you trusted it" in capsys.readouterr().err
    assert main(["custom", "--remove", str(file)]) == 0
    assert main(["custom", "--trust", str(tmp_path / "nothing.py")]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_that_train_uses_a_trusted_kind(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugins.trust_file(file)
    vowels = chain(input_of(None, 12), ("gru", "gru1", {"hidden_size": 8}), "swish", dense(9), output_for())
    design = design_of(vowels, "japanese_vowels")
    path = tmp_path / "vowels.network.json"
    files.write(replace(design), path)
    assert main(["train", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["reason"] == "completed"
