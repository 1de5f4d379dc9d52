"""Short ways to say what a test is about: chains of blocks, designs, tiny data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from designer.core.assist.starting_networks import Style, starting_networks
from designer.core.graph.binding import DataInfo, Feature, one_to_one
from designer.core.graph.block import Block
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import find
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import Shape, image
from designer.core.storage import files
from designer.data.samples import Dataset, Samples
from designer.engine.protocol.events import BatchesEnded, Event
from designer.engine.runs.run_folder import Run
from designer.engine.training.trainer import Trainer

Item = str | tuple[str, str] | tuple[str, str, dict[str, Any]]


def block(kind: str, **params: Any) -> Block:
    found = find(kind)
    assert found is not None, f"there is no kind {kind!r}"
    return found(**params)


def chain(*items: Item) -> Network:
    """Blocks one behind the other: "flatten", ("conv2d", "conv1") or ("conv2d", "conv1", {"out_channels": 8})."""
    nodes: list[Node] = []
    for item in items:
        kind, name, params = (item, item, {}) if isinstance(item, str) else (*item, {})[:3]
        made = block(kind, **params)
        free = (None,) * len(made.input_ports)
        before = _given_by(nodes[-1], made) if nodes and free else None
        nodes.append(Node(name, made, (before, *free[1:]) if before else free))
    return Network.of(nodes)


def _given_by(node: Node, taker: Block) -> str:
    """A recurrent block gives its last state; the whole sequence to another recurrent one."""
    recurrent = "sequence" in node.block.output_ports
    return f"{node.id}.sequence" if recurrent and "sequence" in taker.output_ports else node.id


def starting_network(data: DataInfo, style: Style) -> Network:
    """The network of a style that is offered for some data."""
    return next(item.network for item in starting_networks(data) if item.style == style)


def dense(size: int, name: str = "dense1", **params: Any) -> Item:
    return ("dense", name, {"out_features": size, **params})


def input_of(*sizes: int | None) -> Item:
    return ("input", "input", {"sizes": sizes})


def output_for(task: str = "classification", **params: Any) -> Item:
    return ("output", "output", {"task": task, **params})


def design_of(network: Network, source: str = "mnist_5k", **training: Any) -> Design:
    settings = TrainingSettings(**{"device": "cpu", "epochs": 1, **training})
    return Design(network, DataSettings(source=source), settings)


def digits_dataset(count: int = 96, classes: int = 4, size: int = 6) -> Dataset:
    """Small pictures of noise, each with a bright stripe in the row that is its class."""
    random = np.random.default_rng(5)
    y = np.arange(count, dtype=np.int64) % classes
    x = random.uniform(0, 0.4, (count, 1, size, size)).astype(np.float32)
    x[np.arange(count), 0, y] += 0.6
    info = classes_of("stripes", image(1, size, size), tuple(f"row {row}" for row in range(classes)))
    return Dataset(info, Samples({"x": x, "y": y}), Samples({"x": x[:16], "y": y[:16]}))


def classes_of(name: str, shape: Shape, classes: Iterable[str]) -> DataInfo:
    """Data with the feature x and the target y, a class for each sample."""
    return one_to_one(name, name.capitalize(), Feature("x", shape), "y", tuple(classes))


def numbers_of(name: str, shape: Shape, count: int) -> DataInfo:
    """Data with the feature x and the target y, some numbers for each sample."""
    return one_to_one(name, name.capitalize(), Feature("x", shape), "y", numbers=count)


def stripes_network(*more: Item) -> Network:
    """Two convolutions with a Dropout, for `digits_dataset`."""
    return chain(
        input_of(1, 6, 6),
        ("conv2d", "conv1", {"out_channels": 4, "activation": "relu"}),
        ("conv2d", "conv2", {"out_channels": 6, "activation": "relu"}),
        ("dropout", "dropout1", {"p": 0.3}),
        "flatten",
        *more,
        dense(4),
        output_for(),
    )


def pairs_file(folder: Path) -> Path:
    """Pairs of digits with two Inputs and two Outputs, to be learned in a moment."""
    network = Network.of(
        [
            Node("left", block("input"), ()),
            Node("right", block("input"), ()),
            Node("flatten1", block("flatten"), ("left",)),
            Node("flatten2", block("flatten"), ("right",)),
            Node("dense1", block("dense", out_features=10), ("flatten1",)),
            Node("dense2", block("dense", out_features=10), ("flatten2",)),
            Node("multiply1", block("multiply"), ("dense1", "dense2")),
            Node("dense3", block("dense", out_features=2), ("multiply1",)),
            Node("same", block("output"), ("dense3",)),
            Node("first", block("output", weight=0.5), ("dense1",)),
        ]
    )
    path = folder / "pairs.network.json"
    files.write(design_of(network, "digit_pairs", batch_size=256, learning_rate=0.01), path)
    return path


def trained(design: Design, dataset: Dataset, **options: Any) -> tuple[Trainer, list[Event]]:
    """A session that has run to its end, and its events."""
    events: list[Event] = []
    session = Trainer(design, dataset, events.append, **options)
    session.run()
    return session, events


def stopped_at(step: int, design: Design, dataset: Dataset, run: Run) -> list[Event]:
    """The events of a run that someone stops after a step."""
    events: list[Event] = []
    session = Trainer(
        design,
        dataset,
        events.append,
        run=run,
        between_batches=lambda: session.stop() if session.position.step == step else None,
    )
    session.run()
    return events


def losses(events: Iterable[Event]) -> list[float]:
    """The loss of every step."""
    reports = [event.metrics["loss"] for event in events if isinstance(event, BatchesEnded)]
    return np.concatenate(reports).tolist() if reports else []


def same_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    first, second = one.state_dict(), other.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)
