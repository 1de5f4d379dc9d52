"""Networks put together at random, with groups within groups: padding changes nothing, and scripts compute the same."""

from __future__ import annotations

import contextlib
from random import Random
from typing import Any

import torch
from torch import Tensor

from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node, block_of, port_of
from designer.core.inference.compile import compiled
from designer.core.inference.infer import infer
from designer.engine.model.build import Model, build
from tests.codegen.reading import assert_script_computes_the_same
from tests.helpers import block

CHOICES: dict[str, dict[str, tuple[Any, ...]]] = {
    "conv1d": {
        "out_channels": (2, 4),
        "kernel_size": (1, 2, 3),
        "stride": (1, 2),
        "padding_rule": ("same", "explicit"),
    },
    "max_pool1d": {"kernel_size": (2,), "stride": (1, 2)},
    "dense": {"out_features": (2, 4), "activation": ("none", "softmax")},
    "gru": {"hidden_size": (2, 4), "bidirectional": (True, False)},
    "lstm": {"hidden_size": (2,)},
    "concatenate": {"axis": ("channels", "length")},
    "multi_head_attention": {"num_heads": (1, 2), "causal": (True, False)},
    "slice_steps": {"start": (0, 1, -2), "stop": (0, -1)},
    "shift": {"n": (1,)},
    "masking": {"where": ("end", "anywhere")},
    "pad_steps": {"n": (4, 7), "fill": ("zeros", "last")},
    **{kind: {} for kind in ("batch_norm1d", "layer_norm", "reverse", "dropout")},
    **{kind: {} for kind in ("add", "multiply", "global_avg_pool", "global_max_pool", "time_distributed")},
}
LENGTHS = torch.tensor([6, 3, 4])


def outputs_of(network: Network) -> list[str]:
    """All outputs that a block may take from."""
    return [
        f"{node.id}.{port}" if place else node.id
        for node in network.nodes.values()
        for place, port in enumerate(node.block.output_ports)
    ]


def grown(random: Random) -> Network:
    """Blocks that fit behind each other, from two sequences of the same unequal lengths."""
    network = Network.of([Node(name, block("input", sizes=(None, 4)), ()) for name in ("left", "right")])
    for attempt in range(14):
        kind = random.choice(list(CHOICES))
        made = block(kind, **{name: random.choice(values) for name, values in CHOICES[kind].items()})
        there = outputs_of(network)
        inputs = tuple(
            None if port in made.optional and random.random() < 0.5 else random.choice(there[-4:])
            for port in made.input_ports
        )
        larger = Network.of([*network.nodes.values(), Node(f"{made.prefix}_{attempt}", made, inputs)])
        network = network if infer(larger).problems else larger
    return network


def in_groups(network: Network, random: Random) -> Network:
    """Some of its blocks in a group, which with others is in a group again; repeated where that is possible."""
    design = Design(network)
    for name in ("Inner", "Outer"):
        inside = [node.id for node in design.network.nodes.values() if node.block.kind != "input"]
        first = random.randrange(max(len(inside) - 1, 1))
        with contextlib.suppress(NetworkError):  # a block between them is not chosen
            design = grouping.grouped(design, inside[first : first + random.randint(2, 6)], name)
    repeated = design.network
    for group in design.network.of_kind("group"):
        repeated = edits.set_params(repeated, group.id, repeat=2)
    return design.network if infer(repeated).problems else repeated


def ended(network: Network) -> Network:
    """With an Output behind the last of its sequences and features, told by what an autoencoder could take."""
    shapes = infer(network).results
    given = []
    for ref in outputs_of(network)[2:]:
        node = network.nodes[block_of(ref)]
        shape = shapes[node.id].port_shape(port_of(ref, node.block))
        given += [ref] if shape and (shape.is_features or shape.is_sequence) else []
    ends = [Node(f"end{place}", block("output", task="autoencoder"), (ref,)) for place, ref in enumerate(given[-3:])]
    return Network.of([*network.nodes.values(), *ends])


def batch_for(network: Network, generator: torch.Generator) -> list[Tensor]:
    """Three samples for each Input that leads somewhere."""
    used = set().union(*(network.upstream(node.id) for node in network.of_kind("output")))
    entered = [node for node in network.of_kind("input") if node.id in used]
    return [item for _ in entered for item in (torch.randn(3, 6, 4, generator=generator), LENGTHS)]


def assert_padding_changes_nothing(model: Model, network: Network, given: list[Tensor]) -> None:
    """Each sample alone, without padding, gives what it gives in the batch, up to its own length."""
    wanted, lengths = model.trace_with_lengths(*given)
    for place, steps in enumerate(LENGTHS.tolist()):
        alone = [item[place : place + 1, :steps] if item.dim() > 1 else item[place : place + 1] for item in given]
        found, own = model.trace_with_lengths(*alone)
        for end in network.of_kind("output"):
            source = end.sources[0]
            key = source, port_of(str(end.inputs[0]), network.nodes[source].block)
            stop = slice(int(own[key]) if key in own else None)
            assert key not in own or own[key] == lengths[key][place]
            torch.testing.assert_close(found[key][0][stop], wanted[key][place][stop])


def test_that_composed_networks_are_exported_as_they_are_and_mind_no_padding() -> None:
    grouped = 0
    for seed in range(80):
        random = Random(seed)
        network = ended(in_groups(grown(random), random))
        if not network.of_kind("output"):
            continue
        grouped += bool(network.of_kind("group"))
        given = batch_for(network, torch.Generator().manual_seed(seed))
        try:
            model = build(network, seed=seed).eval()
            with torch.no_grad():
                assert_padding_changes_nothing(model, network, given)
            assert_script_computes_the_same(compiled(network), given)
        except ValueError as error:
            assert "only sequences of the same length can be merged" in str(error), f"seed {seed}"
        except Exception as error:
            raise AssertionError(f"seed {seed}: {network}") from error
    assert grouped > 60
