"""Weights that come from elsewhere, as a run that has not begun."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from designer.core.graph.block import UnknownBlock
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.engine.model.build import build
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import Finished
from designer.engine.runs.imported_weights import adopt, kept_arrays, with_arrays
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run
from tests.helpers import design_of, digits_dataset, losses, same_weights, stripes_network, trained


def weights_of_another_seed(design: Design) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in build(design.network, seed=77).state_dict().items()}


def test_that_training_goes_on_from_adopted_weights_whatever_the_data(tmp_path: Path) -> None:
    imported, data = design_of(stripes_network(), source="airline_passengers", optimizer="sgd"), digits_dataset()
    arrays = weights_of_another_seed(imported)
    adopt(tmp_path / "run", imported, arrays)
    design = design_of(stripes_network(), learning_rate=1e-8, epochs=1)
    resumed, events = trained(design, data, run=Run.reopen(tmp_path / "run", design), resume=True)
    start = with_arrays(build(design.network), arrays)
    begun, same = trained(design, data, start=start)
    assert losses(events) == losses(same)
    assert same_weights(resumed.model, begun.model)
    _, other = trained(design, data)
    assert losses(other) != losses(events)
    for name, value in start.state_dict().items():
        np.testing.assert_allclose(resumed.model.state_dict()[name], value, atol=1e-5)


def test_that_a_run_that_has_begun_keeps_its_data(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    adopt(tmp_path / "run", design, weights_of_another_seed(design))
    trained(design, digits_dataset(), run=Run.reopen(tmp_path / "run", design), resume=True)
    other = Design(design.network, DataSettings(source="gun_point"), design.training)
    with pytest.raises(RunError, match="another network, data"):
        Run.reopen(tmp_path / "run", other)


def test_that_kept_weights_are_found_until_training_begins(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    arrays = weights_of_another_seed(design)
    assert kept_arrays(tmp_path / "run") is None
    adopt(tmp_path / "run", design, arrays)
    found = kept_arrays(tmp_path / "run")
    assert found is not None
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)
    trained(design, digits_dataset(), run=Run.reopen(tmp_path / "run", design), resume=True)
    assert kept_arrays(tmp_path / "run") is None


def test_that_weights_wait_for_a_network_with_a_placeholder_to_be_mended(tmp_path: Path) -> None:
    whole = design_of(stripes_network(), learning_rate=1e-8)
    arrays = weights_of_another_seed(whole)
    adopt(tmp_path / "run", whole.edit(lambda net: with_placeholder(net)), arrays)
    resumed, events = trained(whole, digits_dataset(), run=Run.reopen(tmp_path / "run", whole), resume=True)
    assert isinstance(events[-1], Finished)
    np.testing.assert_allclose(resumed.model.state_dict()["conv1.weight"].numpy(), arrays["conv1.weight"], atol=1e-5)


def with_placeholder(network: Network) -> Network:
    """The network with a block of no known kind in place of the Flatten."""
    nodes = [
        Node(node.id, UnknownBlock("keras.Lambda", {}), node.inputs) if node.id == "flatten" else node
        for node in network.nodes.values()
    ]
    return Network.of(nodes)


def test_that_a_damaged_checkpoint_is_told(tmp_path: Path) -> None:
    design = design_of(stripes_network())
    run = adopt(tmp_path / "run", design, weights_of_another_seed(design))
    run.checkpoint.write_bytes(b"cut short")
    with pytest.raises(TrainingError, match="is damaged"):
        kept_arrays(tmp_path / "run")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda arrays: arrays.pop("conv1.bias"), "'conv1.bias' are missing"),
        (lambda arrays: arrays.update(other=np.zeros(3, np.float32)), "'other' belong to nothing"),
        (
            lambda arrays: arrays.update({"conv1.bias": np.zeros(3, np.float32)}),
            r"are \(3,\), where \(4,\) are",
        ),
    ],
)
def test_that_weights_which_do_not_fit_are_refused(change, reason: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    design = design_of(stripes_network())
    arrays = weights_of_another_seed(design)
    change(arrays)
    with pytest.raises(TrainingError, match=reason):
        adopt(tmp_path / "run", design, arrays)
    assert not (tmp_path / "run").exists()
