"""What the recipe says is what runs and what is printed."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import FunctionType

import pytest
import torch
import torch.nn.functional as F

from designer import recipe
from designer.core.graph.binding import LENGTHS
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.ir.python_source import defined_name, read_source
from designer.core.storage.files import read
from designer.core.storage.resources import example, examples
from designer.engine.protocol.events import EpochEnded
from designer.engine.runs.script_export import pytorch_script
from designer.recipe import batching
from designer.recipe.function import REQUIRED, functions_of
from designer.recipe.muon import MuonWithAdamW
from tests.codegen import few
from tests.codegen.test_training import FEW, assert_same_curve, with_settings
from tests.helpers import trained

VOWELS = with_settings(read(example("vowels_gru")), **FEW, l2=0.01)
Rewrite = Callable[[str, str, str], None]


@pytest.fixture
def rewrite(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rewrite]:
    """Puts other text in place of some in a module of the recipe, as if its file had been written so."""

    def write(module: str, old: str, new: str) -> None:
        home = import_module(f"designer.recipe.{module}")
        text = Path(str(home.__file__)).read_text(encoding="utf-8")
        assert text.count(old) == 1
        changed = text.replace(old, new)
        names = vars(home).copy()
        exec(compile(changed, module, "exec"), names)
        for name, item in vars(home).items():
            if isinstance(item, FunctionType) and item.__module__ == home.__name__:
                monkeypatch.setattr(item, "__code__", names[name].__code__)
        unchanged = SourceFileLoader.get_source
        monkeypatch.setattr(
            SourceFileLoader,
            "get_source",
            lambda self, name: changed if name == home.__name__ else unchanged(self, name),
        )
        read_source.cache_clear()

    yield write
    monkeypatch.undo()
    read_source.cache_clear()


def curve(design: Design) -> list[float]:
    _, events = trained(design, few.samples_of(design.data.source))
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    return [number for event in epochs for number in event.metrics.values()]


@pytest.mark.parametrize(
    ("module", "old", "new", "printed"),
    [
        ("losses", "F.cross_entropy(result, wanted, w", "F.cross_entropy(2 * result, wanted, w", "(2 * model("),
        ("metrics", "result.argmax(-1)", "result.argmin(-1)", "logits.argmin(-1)"),
        (
            "optimizers",
            "optim.Adam(\n        parameters,\n        lr=learning_rate,",
            "optim.Adam(\n        parameters,\n        lr=learning_rate / 2,",
            "lr=LEARNING_RATE / 2",
        ),
        (
            "descent",
            "    optimizer.step()",
            "    optimizer.step()\n    optimizer.step()",
            "optimizer.step()\n        optimizer.",
        ),
        ("penalties", "l2 * weight", "3 * l2 * weight", "3 * l2 * weight"),
        ("batching", "+ epoch)", "+ 7 * epoch)", "+ 7 * epoch)"),
        (
            "splitting",
            "max(round(validation_share * len(members))",
            "max(round(2 * validation_share * len(members))",
            "round(2 * ",
        ),
    ],
    ids=lambda value: value if value.isidentifier() else "",
)
def test_that_what_is_changed_in_the_recipe_changes_the_run_and_the_script_alike(
    module: str, old: str, new: str, printed: str, rewrite: Rewrite, tmp_path: Path
) -> None:
    before = curve(VOWELS)
    rewrite(module, old, new)
    assert printed in assert_same_curve(VOWELS, tmp_path)
    assert curve(VOWELS) != before


def test_that_a_setting_is_left_out_of_scripts_only_where_torch_has_the_same_by_itself() -> None:
    found = {}
    for module in ("losses", "optimizers"):
        for function in functions_of(module).values():
            if function.is_copied:
                continue
            call = function.body[0].value
            names = {"torch": torch, "F": F, "MuonWithAdamW": MuonWithAdamW}
            own = inspect.signature(eval(ast.unparse(call.func), names)).parameters
            defaults = {name: value for name, value in function.parameters.items() if value is not REQUIRED}
            for item in call.keywords:
                used = {name.id for name in ast.walk(item.value) if isinstance(name, ast.Name)} & defaults.keys()
                if used & set(function.settings):
                    left_out = eval(ast.unparse(item.value), {**defaults, "momentum": 0.9})
                    found[function.name, item.arg] = (left_out, own[item.arg].default)
    assert len(found) == 21
    assert all(ours == theirs for ours, theirs in found.values()), found


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_a_script_has_no_function_and_no_number_that_it_does_not_use(path: Path) -> None:
    text = pytorch_script(read(path), "example").text
    names = [name for item in ast.parse(text).body if (name := defined_name(item))]
    assert len(names) > 10
    assert [name for name in names if len(re.findall(rf"\b{name}\b", text)) < 2] == []


def test_that_lengths_are_called_in_batches_as_everywhere() -> None:
    samples = {"x": torch.zeros(2, 5), f"x{LENGTHS}": torch.tensor([3, 1])}
    assert batching.take_sequences(samples, torch.arange(2))["x"].shape == (2, 3)


def test_that_no_two_seeds_share_the_order_of_an_epoch() -> None:
    seeds = (0, 1, 4_095, 4_096, 4_097, 8_191, 8_192, 2**20, 2**31 - 4_096, 2**31 - 1)
    orders = {
        tuple(batching.epoch_order(50, seed, epoch).tolist()) for seed in seeds for epoch in (1, 2, 4_096, 1_000_000)
    }
    assert len(orders) == 4 * len(seeds)
    assert all(sorted(order) == list(range(50)) for order in orders)


def test_that_small_seeds_have_the_orders_that_older_runs_had() -> None:
    for seed, epoch in ((0, 1), (7, 3), (4_095, 1_000_000)):
        before = torch.randperm(50, generator=torch.Generator().manual_seed((seed << 20) + epoch))
        assert torch.equal(batching.epoch_order(50, seed, epoch), before)


def test_that_a_script_has_the_orders_of_a_seed_beyond_12_bits(tmp_path: Path) -> None:
    assert_same_curve(with_settings(VOWELS, seed=70_001), tmp_path)


def test_that_every_setting_of_training_has_its_place() -> None:
    """One that nothing takes would be a field that does nothing."""
    modules = {path.stem for path in Path(next(iter(recipe.__path__))).glob("[!_]*.py")} - {
        "function",
        "goals",
        "choices",
    }
    taken = {name for module in modules for item in functions_of(module).values() for name in item.settings}
    apart = {
        "optimizer",
        "schedule",
        "keep_best",
        "metrics",
        "device",
        "epochs",
        "carry_states",
        "reset_states",
    }  # choose a function, a device, how often and how much, and what is carried from batch to batch
    assert taken | apart == set(TrainingSettings.model_fields)
    assert not taken & apart
