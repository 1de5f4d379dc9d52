"""Deterministic algorithms alone: torch is told so for a run, and a block that has none is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.storage import plugins, trust
from designer.engine.protocol.events import Event, Failed
from designer.engine.training.trainer import Trainer
from tests.codegen.reading import ForRuff
from tests.codegen.test_training import assert_same_curve, months
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, digits_dataset, input_of, losses, output_for, trained
from tests.recipe.resuming import assert_goes_on_alike, samples, stripes

KINDS = '''
"""Two kinds that put numbers where an index says, for which torch has no deterministic algorithm."""

import torch
from torch import Tensor, nn

from designer.core.graph.block import Block, Call, call
from designer.core.graph.registry import register
from designer.core.schema.shape import Shape


class Puts(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        places = torch.arange(x.numel(), device=x.device).view_as(x)
        return torch.zeros_like(x).put(places, x)


class _Backwards(torch.autograd.Function):
    @staticmethod
    def forward(context, x: Tensor) -> Tensor:
        return x.clone()

    @staticmethod
    def backward(context, gradient: Tensor) -> Tensor:
        return Puts()(gradient)


class PutsGradients(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return _Backwards.apply(x)


@register
class Put(Block):
    """Puts each number where it was."""

    kind, title, category, prefix = "put", "Put", "Activation", "put"
    summary = "The same numbers."

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call(Puts),)


@register
class PutBack(Put):
    """Puts each gradient where it was."""

    kind, title, prefix = "put_back", "Put back", "back"

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call(PutsGradients),)
'''


@pytest.fixture
def _kinds(tmp_path: Path) -> Iterator[None]:
    """Both kinds, as long as the test lasts."""
    file = tmp_path / "putting.py"
    file.write_text(KINDS, encoding="utf-8")
    (loaded,) = plugins.trust_file(file)
    assert loaded.kinds == ("put", "put_back"), loaded.message
    yield
    trust.list_path().unlink(missing_ok=True)
    assert plugins.load() == []


def with_block(kind: str) -> Design:
    """A network with a block of a kind in its middle, that learns from deterministic algorithms alone."""
    network = chain(input_of(1, 6, 6), "flatten", dense(8), (kind, "odd1"), dense(4, "dense2"), output_for())
    return design_of(network, deterministic=True)


def failed(design: Design) -> Failed:
    """How a run of the design ends."""
    found = trained(design, digits_dataset())[1][-1]
    assert isinstance(found, Failed)
    return found


def test_that_torch_is_told_for_the_run_alone() -> None:
    told: set[bool] = set()

    def note(event: Event) -> None:
        told.add(torch.are_deterministic_algorithms_enabled())

    for wanted in (True, False):
        told.clear()
        Trainer(stripes(deterministic=wanted), samples(), note).run()
        assert told == {wanted}
        assert not torch.are_deterministic_algorithms_enabled()


def test_that_on_a_cpu_the_curve_is_that_without_it() -> None:
    assert losses(trained(stripes(deterministic=True), samples())[1]) == losses(trained(stripes(), samples())[1])


@pytest.mark.usefixtures("_kinds")
@pytest.mark.parametrize(("kind", "named"), [("put", "Put 'odd1'"), ("put_back", "Put back 'odd1'")])
def test_that_a_block_without_such_an_algorithm_is_named_with_the_setting(kind: str, named: str) -> None:
    found = failed(with_block(kind))
    assert found.message == (
        f"{named} has no deterministic algorithm on this device (cpu), and the setting 'deterministic' takes no other"
    )
    assert "put_ does not have a deterministic implementation" in found.details
    assert found.hint == "Switch 'deterministic' off under Validation and device, or take another block or device."
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.usefixtures("_kinds")
def test_that_it_is_named_within_its_group() -> None:
    inside = definition("Odd", port("a"), Node("odd1", block("put"), ("a",)), port("b", "odd1"))
    network = Network.of(
        [
            *chain(input_of(1, 6, 6), "flatten", dense(8)).nodes.values(),
            Node("group1", use(inside), ("dense1",)),
            Node("dense2", block("dense", out_features=4), ("group1",)),
            Node("output", block("output"), ("dense2",)),
        ]
    )
    message = failed(design_of(network, deterministic=True)).message
    assert "'group1', at 'odd1' in it, has no deterministic algorithm" in message


@pytest.mark.usefixtures("_kinds")
def test_that_such_a_block_learns_without_the_setting() -> None:
    design = with_block("put")
    free = Design(design.network, design.data, design.training.model_copy(update={"deterministic": False}))
    found = losses(trained(free, digits_dataset())[1])
    assert found[-1] < found[0]


def test_that_a_script_says_it_to_torch_and_learns_along_the_same_curve(tmp_path: Path, for_ruff: ForRuff) -> None:
    settings = {"epochs": 2, "batch_size": 20, "deterministic": True, "threads": 1}
    text = assert_same_curve(design_of(months(), "airline_passengers", **settings), tmp_path)
    assert "\nDETERMINISTIC = True\n" in text
    assert "    torch.use_deterministic_algorithms(DETERMINISTIC)\n" in text
    assert '    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")\n' in text
    assert "\nTHREADS = 1\n" in text
    assert "    torch.set_num_threads(THREADS)\n" in text
    for_ruff(text)


def test_that_a_run_stopped_within_an_epoch_goes_on_bit_by_bit(tmp_path: Path) -> None:
    assert_goes_on_alike(stripes(deterministic=True), tmp_path, 3)
