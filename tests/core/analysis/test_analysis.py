from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.analysis.analysis import CostRow, analyse, training_memory
from designer.core.analysis.budgets import Budgets, is_over
from designer.core.edits import network_edits as edits
from designer.core.graph.definition import Definition
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import infer
from designer.core.schema import units
from designer.core.schema.units import QUANTITIES, Quantity
from designer.core.storage.files import read
from designer.core.storage.resources import example, examples
from tests.helpers import block, chain, dense, input_of, output_for


def rows_of(network: Network) -> dict[str, CostRow]:
    return {"/".join(row.path): row for row in analyse(infer(network)).rows}


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_rows_add_up_to_the_whole_and_blocks_inside_to_their_group(path: Path) -> None:
    inference = infer(read(path).network)
    analysis = analyse(inference)
    assert analysis.parameters == inference.parameters
    assert analysis.multiply_adds == inference.multiply_adds
    assert analysis.bytes_held > 0
    for row in analysis.rows:
        if row.is_group:
            assert row.parameters == sum(inner.parameters for inner in row.inside)
            assert row.multiply_adds == sum(inner.multiply_adds for inner in row.inside)
            assert row.bytes_held >= sum(inner.bytes_held for inner in row.inside) > 0


def test_that_a_repeated_group_shows_what_all_its_repetitions_cost() -> None:
    design = read(example("digits_resnet"))
    group = next(node for node in design.network.nodes.values() if getattr(node.block, "definition", None))
    once = rows_of(edits.set_params(design.network, group.id, repeat=1))[group.id]
    thrice = rows_of(edits.set_params(design.network, group.id, repeat=3))[group.id]
    first, last = once.inside[1], thrice.inside[1]
    assert first.path == last.path == (group.id, first.path[1])
    assert [(part.times, part.weights) for part in last.parts] == [(3, 3)]  # all keep the shape: counted once
    assert thrice.multiply_adds == sum(row.multiply_adds for row in thrice.inside) > once.multiply_adds
    assert thrice.parameters == sum(row.parameters for row in thrice.inside) > once.parameters


def test_that_weights_that_two_blocks_share_are_counted_with_the_first() -> None:
    analysis = analyse(infer(read(example("pairs_siamese")).network))
    rows = {row.path[0]: row for row in analysis.rows}
    assert rows["read_first"].parameters > 0
    assert rows["read_second"].parameters == 0
    assert rows["read_second"].shared_with == "read_first"
    assert rows["read_second"].multiply_adds == rows["read_first"].multiply_adds
    assert all(inner.parameters == 0 for inner in rows["read_second"].inside)


def test_that_only_rows_of_what_has_changed_are_made_anew(cnn_example: Design) -> None:
    first = infer(cnn_example.network)
    before = analyse(first)
    edited = edits.set_params(cnn_example.network, "dense1", out_features=32)
    after = analyse(infer(edited, first), before)
    kept = {new.path[0] for new, old in zip(after.rows, before.rows, strict=True) if new is old}
    assert {"input", "conv1", "conv3"} <= kept
    assert "dense1" not in kept
    assert after.parameters < before.parameters
    assert after == analyse(infer(edited))


def test_that_a_block_that_waits_for_a_shape_costs_nothing_and_is_listed() -> None:
    broken = chain(input_of(1, 8, 8), dense(4), output_for())
    rows = rows_of(broken)
    assert list(rows) == ["input", "dense1", "output"]
    assert rows["dense1"].shape is None
    assert (rows["dense1"].parameters, rows["dense1"].multiply_adds, rows["dense1"].bytes_held) == (0, 0, 0)


def test_that_a_value_that_two_blocks_save_is_counted_once_and_one_that_none_saves_not_at_all() -> None:
    def held(*items: object) -> dict[str, int]:
        network = chain(input_of(24), dense(32, "dense1"), *items, dense(8, "dense9"), output_for())  # type: ignore[arg-type]
        return {name: row.bytes_held for name, row in rows_of(network).items()}

    assert held()["dense1"] == 4 * 32  # dense9 saves it
    relu = ("activation", "relu1", {"function": "relu"})
    assert (held(relu)["dense1"], held(relu)["relu1"]) == (0, 4 * 32)  # both save what is between them
    gelu = ("activation", "gelu1", {"function": "gelu"})
    assert (held(gelu)["dense1"], held(gelu)["gelu1"]) == (4 * 32, 4 * 32)
    cheap = held(("rescale", "rescale1", {"scale": 2.0}), ("gaussian_noise", "noise1"), "flatten")
    assert (cheap["dense1"], cheap["rescale1"], cheap["noise1"], cheap["flatten"]) == (0, 0, 4 * 32, 0)


def test_that_nothing_is_saved_for_gradients_in_front_of_all_that_learns_nor_of_what_leads_nowhere() -> None:
    items = (input_of(24), ("activation", "relu1"), ("dropout", "dropout1"), dense(8), output_for())
    rows = rows_of(chain(*items))
    assert (rows["input"].bytes_held, rows["relu1"].bytes_held, rows["dropout1"].bytes_held) == (0, 0, 4 * 24)
    aside = Node("aside", block("lstm"), ("sequence",))
    network = Network.of([*chain(*items).nodes.values(), Node("sequence", block("input", sizes=(7, 6)), ()), aside])
    assert rows_of(network)["aside"].bytes_held == 0


def test_that_what_leaves_a_group_is_counted_inside_where_somebody_outside_saves_it() -> None:
    nodes = [Node("enter", block("group_input"), ()), Node("inner", block("dense", out_features=24), ("enter",))]
    nodes += [Node("noise", block("gaussian_noise"), ("inner",)), Node("leave", block("group_output"), ("noise",))]
    group = ("group", "group1", {"definition": Definition("Noisy", Network.of(nodes), ("enter",), ("leave",))})

    def noise(*behind: object, repeat: int = 1) -> int:
        inside = (*group[:2], {**group[2], "repeat": repeat})
        network = chain(input_of(24), dense(24), inside, *behind, output_for("regression"))  # type: ignore[arg-type]
        row = rows_of(network)["group1"]
        assert row.bytes_held == sum(inner.bytes_held for inner in row.inside)
        return next(inner.bytes_held for inner in row.inside if inner.path[-1] == "noise")

    assert noise(("rescale", "rescale1", {"scale": 2.0})) == 0
    assert noise(dense(4, "dense9")) == 4 * 24
    assert noise(dense(4, "dense9"), repeat=5) == 5 * 4 * 24
    assert noise(("rescale", "rescale1", {"scale": 2.0}), repeat=5) == 4 * 4 * 24


def test_that_behind_a_time_distributed_that_learns_values_are_saved_whether_lengths_vary_or_not() -> None:
    for length in (7, None):
        items = (("time_distributed", "steps1"), ("activation", "relu1"), ("global_avg_pool", "pool1"), dense(3))
        inference = infer(chain(input_of(length, 6), *items, output_for()))
        rows = analyse(inference, longest={"input": 7}).rows
        assert {row.path[0]: row.bytes_held for row in rows}["relu1"] == 4 * 7 * 64


def test_that_values_which_no_gradient_needs_are_there_as_long_as_the_forward_pass_goes_on() -> None:
    network = chain(input_of(24), dense(32), ("rescale", "rescale1", {"scale": 2.0}), dense(8, "dense9"), output_for())
    analysis = analyse(infer(network))
    assert analysis.bytes_passing == 4 * (32 + 8)
    settings = TrainingSettings(batch_size=10)
    memory = analysis.training_memory(settings)
    assert memory.passing_values == 10 * 4 * (32 + 8)
    assert memory.total == training_memory(analysis.parameters, analysis.bytes_held, settings).total + 10 * 4 * (32 + 8)


@pytest.mark.parametrize(
    ("optimizer", "copies"),
    [
        *(("adam", 2), ("adamw", 2), ("nadam", 2), ("radam", 2), ("rmsprop", 2), ("muon", 2)),
        *(("sgd", 1), ("adagrad", 1), ("adafactor", 1)),
    ],
)
def test_that_training_takes_weights_gradients_the_optimizers_copies_and_activations_twice(
    optimizer: str, copies: int
) -> None:
    settings = TrainingSettings(optimizer=optimizer, batch_size=16)  # type: ignore[arg-type]
    memory = training_memory(1000, 200, settings)
    assert memory.optimizer == copies * memory.weights == copies * 4000
    assert memory.activations == memory.activation_gradients == 16 * 200
    assert memory.total == 4000 * (2 + copies) + 6400


def test_that_numbers_of_16_bits_take_less_and_have_copies_of_the_weights() -> None:
    settings = TrainingSettings(batch_size=16, precision="bfloat16")
    memory = training_memory(1000, 200, settings)
    assert memory.activations == memory.activation_gradients == 0.7 * 16 * 200 + 2000
    assert memory.weights == 4000


@pytest.mark.parametrize(
    ("text", "quantity", "amount"),
    [
        ("500 k", "parameters", 500e3),
        ("1.2M", "parameters", 1.2e6),
        ("93,322", "multiply_adds", 93_322.0),
        ("64 MiB", "memory", 64 * 2.0**20),
        ("2 gb", "memory", 2e9),
        ("2 ms", "time", 2e-3),
        ("30us", "time", 30e-6),
        ("  ", "time", None),
    ],
)
def test_that_amounts_are_read_as_people_write_them(text: str, quantity: Quantity, amount: float | None) -> None:
    assert units.parse(text, quantity) == (None if amount is None else pytest.approx(amount))


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("many", "parameters"),
        ("-3", "parameters"),
        ("0", "memory"),
        ("5 ms", "memory"),
        ("5", "time"),
        ("1.2.3", "time"),
    ],
)
def test_that_what_is_no_amount_is_refused_with_what_was_expected(text: str, quantity: Quantity) -> None:
    with pytest.raises(ValueError, match="expected an amount such as"):
        units.parse(text, quantity)


@given(st.sampled_from(QUANTITIES), st.floats(1, 1e14))
def test_that_an_amount_that_is_shown_can_be_typed_in_again(quantity: Quantity, amount: float) -> None:
    again = units.parse(units.shown(amount, quantity), quantity)
    assert again == pytest.approx(amount, rel=0.05, abs=0.5)


def test_that_numbers_are_rounded_to_the_unit_that_they_reach() -> None:
    assert [units.count(number) for number in (999, 999_990, 93_322)] == ["999", "1.0 M", "93.3 k"]
    assert [units.memory(number) for number in (640, 2**20, 11_324_620, 991_232)] == [
        "640 B",
        "1.0 MiB",
        "10.8 MiB",
        "968 KiB",
    ]
    assert [units.time(number) for number in (12e-6, 0.00125, 0.014, 0.9999, 0)] == [
        "12 µs",
        "1.25 ms",
        "14.0 ms",
        "1.00 s",
        "0 µs",
    ]


def test_that_only_amounts_above_a_limit_are_over_it() -> None:
    budgets = Budgets(block={"parameters": 100})
    assert is_over(101, budgets.block, "parameters")
    assert not is_over(100, budgets.block, "parameters")
    assert not is_over(None, budgets.block, "parameters")
    assert not is_over(101, budgets.whole, "parameters")


def test_that_kept_budgets_that_cannot_be_understood_are_none() -> None:
    kept = Budgets(whole={"memory": 2.0**30}, block={"time": 1e-3})
    assert Budgets.read(kept.model_dump_json()) == kept
    for text in ("", "{", '{"whole": {"memory": -1}}', '{"whole": {"speed": 1}}'):
        assert not Budgets.read(text)
