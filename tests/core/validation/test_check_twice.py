"""A softmax or a sigmoid that the loss applies is found wherever it stands, and nothing else is taken for one."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from designer.blocks._activation import Function, activation_layers
from designer.core.edits import network_edits as edits
from designer.core.graph.block import Block
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.graph.registry import kinds
from designer.core.inference.compile import compiled
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape, features
from designer.core.validation import check
from designer.core.validation.check_twice import applied_twice, comes_as_loss_begins
from designer.engine.model.build import make
from tests.blocks.test_contract import LENGTH, accepted, run
from tests.grouping import definition, port, use
from tests.helpers import Item, block, chain, dense, input_of, output_for

SHARES = dense(4, activation="softmax")
BETWEEN = {
    "dropout": ["dropout"],
    "gaussian_noise": ["gaussian_noise"],
    "activation": [("activation", "softmax1", {"function": "softmax"})],
    "relu": [("activation", "relu1", {"function": "relu"})],
    "reshape": [("reshape", "reshape1", {"sizes": (2, 2)}), ("reshape", "reshape2", {"sizes": (4,)})],
    "flatten": [("reshape", "reshape1", {"sizes": (2, 2)}), "flatten"],
    "one step": [("repeat_vector", "repeat1", {"n": 3}), ("global_avg_pool", "pool1")],
    "identity": ["dropout", ("rescale", "rescale1")],
    "several": ["dropout", ("activation", "softmax1", {"function": "log_softmax"}), ("dropout", "dropout2")],
}


def told(network: Network) -> list[Problem]:
    return check.problems(Design(network))


def assert_mended(network: Network, *, times: int = 1) -> None:
    """The first fix of each problem, so often, makes a network that trains on logits."""
    design = Design(network)
    for _ in range(times):
        (problem,) = check.problems(design)
        assert "as its loss works on logits" in problem.message
        design = problem.fixes[0].apply(design)
    assert check.problems(design) == []


@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
def test_that_a_softmax_is_found_behind_what_keeps_probabilities(between: list[Item], function: str) -> None:
    network = chain(input_of(3), dense(4, activation=function), *between, output_for())
    (problem,) = told(network)
    assert (problem.block, problem.field) in (("dense1", "activation"), ("softmax1", ""))
    assert_mended(network, times=2 if between == BETWEEN["several"] else 1)


@pytest.mark.parametrize("kind", ["reverse", "shift", "masking", "slice_steps"])
def test_that_it_is_found_at_every_step_of_a_sequence(kind: str) -> None:
    network = chain(input_of(5, 3), SHARES, kind, output_for("sequence_to_sequence"))
    (problem,) = told(network)
    assert problem.message == (
        "Output 'output' applies a softmax, as its loss works on logits, and so does 'dense1' before it: "
        "set activation to none"
    )
    assert_mended(network)


def test_that_a_sigmoid_is_found_before_a_binary_cross_entropy() -> None:
    network = chain(input_of(3), dense(3, activation="sigmoid"), "dropout", output_for("autoencoder", loss="bce"))
    (problem,) = told(network)
    assert "applies a sigmoid" in problem.message
    assert_mended(network)
    assert told(edits.set_params(network, "output", loss="mse")) == []


def two(merge: str, first: str, second: str) -> Network:
    return Network.of(
        [
            Node("input", block("input", sizes=(3,)), ()),
            Node("a", block("dense", out_features=4, activation=first), ("input",)),
            Node("b", block("dense", out_features=4, activation=second), ("input",)),
            Node("both", block(merge), ("a", "b")),
            Node("output", block("output"), ("both",)),
        ]
    )


@pytest.mark.parametrize("merge", ["average", "maximum", "add", "concatenate"])
def test_that_two_are_found_behind_a_merge_and_taken_out_together(merge: str) -> None:
    network = two(merge, "softmax", "softmax")
    (problem,) = told(network)
    assert "so do 'b' and 'a' before it" in problem.message
    assert_mended(network)


@pytest.mark.parametrize(
    ("merge", "first", "second"),
    [
        ("multiply", "softmax", "none"),  # a gate
        ("multiply", "softmax", "softmax"),
        ("average", "softmax", "none"),
        ("concatenate", "softmax", "relu"),
        ("subtract", "softmax", "softmax"),
        ("average", "sigmoid", "tanh"),
    ],
)
def test_that_no_alarm_is_raised_where_other_numbers_reach_the_loss(merge: str, first: str, second: str) -> None:
    assert told(two(merge, first, second)) == []


@pytest.mark.parametrize(
    "between",
    [
        [("dense", "dense2", {"out_features": 4})],
        [("batch_norm1d", "norm1")],
        [("layer_norm", "norm1")],
        [("layer_scale", "scale1")],
        [("rescale", "rescale1", {"scale": 10.0})],
        [("repeat_vector", "repeat1"), ("gru", "gru1")],
    ],
    ids=lambda items: items[0][0],
)
def test_that_no_alarm_is_raised_where_it_is_learned_from_further(between: list[Item]) -> None:
    assert told(chain(input_of(3), SHARES, *between, output_for())) == []


def test_that_the_weights_of_an_attention_are_no_softmax_of_the_loss_s() -> None:
    nodes = [
        Node("input", block("input", sizes=(5, 4)), ()),
        Node("attention", block("multi_head_attention", num_heads=2), ("input", "input", "input")),
        Node("pool", block("global_avg_pool"), ("attention",)),
        Node("output", block("output"), ("pool",)),
    ]
    assert told(Network.of(nodes)) == []
    alone = [
        Node("input", block("input", sizes=(5, 4)), ()),
        Node("scores", block("dense", out_features=4, activation="softmax"), ("input",)),
        Node("weighted", block("multiply"), ("scores", "input")),
        Node("pool", block("global_avg_pool"), ("weighted",)),
        Node("output", block("output"), ("pool",)),
    ]
    assert told(Network.of(alone)) == []


def test_that_a_last_softmax_alone_is_left_to_the_loss() -> None:
    assert told(chain(input_of(3), SHARES, output_for())) == []
    assert told(chain(input_of(3), dense(4), ("activation", "softmax1", {"function": "softmax"}), output_for())) == []
    assert told(chain(input_of(3), SHARES, "dropout", output_for("regression"))) == []


def test_that_a_block_that_computes_nothing_leaves_the_softmax_to_the_loss() -> None:
    network = chain(
        input_of(3), SHARES, ("rescale", "rescale1"), ("reshape", "reshape1", {"sizes": (4,)}), output_for()
    )
    assert told(network) == []
    assert compiled(network).needed_modules.keys() == {"dense1"}, "the model has no softmax"
    assert comes_as_loss_begins(infer(network), "reshape1", "softmax"), "so that who predicts has to apply it"


@pytest.mark.parametrize("function", get_args(Function))
def test_that_a_function_that_does_nothing_to_shares_hands_them_on(function: Function) -> None:
    shares = torch.rand(50, 4)
    kept = torch.equal(make(activation_layers(function, features(4))[0])(shares), shares)
    assert block("activation", function=function).hands_on_probabilities == kept


def test_that_it_is_found_through_the_edges_of_groups_in_any_order() -> None:
    """Inside one group and passed on by another, made before a group, and given to a parameter of its use."""
    passing = definition("Pass", port("x"), Node("forget", block("dropout"), ("x",)), port("y", "forget"))
    head = block("dense", out_features=4, activation="softmax")
    making = definition(
        "Head", port("x"), Node("d", head, ("x",)), port("y", "d"), parameters={"activation": ["d.activation"]}
    )
    groups: tuple[list[Item], ...] = (
        [SHARES, ("group", "g", {"definition": passing})],
        [SHARES, ("group", "g", {"definition": passing, "repeat": 3})],
        [("group", "h", {"definition": making}), ("group", "g", {"definition": passing})],
        [("group", "h", {"definition": making, "values": {"activation": "softmax"}}), "dropout"],
        [("group", "h", {"definition": making, "values": {"activation": "log_softmax"}})],
    )
    for items in groups:
        assert_mended(chain(input_of(3), *items, output_for()))
    other: Item = ("group", "h", {"definition": making, "values": {"activation": "none"}})
    assert told(chain(input_of(3), other, ("group", "g", {"definition": passing}), output_for())) == []


def test_that_a_branch_that_a_group_multiplies_is_no_alarm() -> None:
    gate = definition(
        "Gate",
        port("x"),
        Node("shares", block("activation", function="softmax"), ("x",)),
        Node("gated", block("multiply"), ("x", "shares")),
        port("y", "gated"),
    )
    assert told(chain(input_of(4), dense(4), ("group", "g", {"definition": gate}), output_for())) == []


def test_that_many_ways_back_are_each_gone_once() -> None:
    """Doubled 14 times, there are 16,384 ways; and as many uses within uses of a group."""
    nodes = [
        Node("input", block("input", sizes=(1,)), ()),
        Node("c0", block("activation", function="softmax"), ("input",)),
    ]
    nodes += [Node(f"c{n}", block("average"), (f"c{n - 1}",) * 2) for n in range(1, 1500)]
    network = Network.of([*nodes, Node("output", block("output"), (nodes[-1].id,))])
    (problem,) = told(network)
    assert problem.block == "c0"
    inner = definition("G0", port("x"), Node("drop", block("dropout"), ("x",)), port("y", "drop"))
    for level in range(1, 8):
        uses = [Node(f"u{n}", use(inner), (f"u{n - 1}" if n else "x",)) for n in range(6)]
        inner = definition(f"G{level}", port("x"), *uses, port("y", "u5"))
    (problem,) = applied_twice(infer(chain(input_of(3), SHARES, ("group", "g", {"definition": inner}), output_for())))
    assert problem.block == "dense1"


@pytest.mark.parametrize("kind", kinds())
def test_that_a_kind_says_whether_it_keeps_probabilities(kind: str) -> None:
    """Of numbers from 0.6 to 1 it gives such numbers, zeros, or sums of them; who does not say so gives others."""
    made = kinds()[kind]()
    if not made.input_ports or not made.output_ports or kind in ("group", "time_distributed", "group_output"):
        return
    for inputs in accepted(made):
        shapes = (*inputs, *made.output_shapes(*inputs))
        if any(shape.is_tokens or shape.is_state for shape in shapes) or made.parameter_count(*inputs):
            continue
        kept = all(0.6 <= value <= 1.0001 * len(inputs) for value in given_by(made, inputs).tolist() if value)
        assert kept == made.hands_on_probabilities, f"{kind} of {inputs}"


def given_by(made: Block, inputs: tuple[Shape, ...]) -> torch.Tensor:
    """All numbers that a block with default parameters makes of numbers from 0.6 to 1, without learning."""
    torch.manual_seed(1)
    batches = tuple(torch.rand(2, *(size or LENGTH for size in shape.sizes)) * 0.4 + 0.6 for shape in inputs)
    found, _ = run(made, inputs, batches, training=False)
    values = [part for value in found.values() for part in (value if isinstance(value, tuple) else (value,))]
    return torch.cat([value.detach().flatten() for value in values])
