from __future__ import annotations

from dataclasses import replace

import pytest

from designer.core.analysis.analysis import analyse
from designer.core.analysis.budgets import Budgets
from designer.core.analysis.costs import Costs
from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.core.storage.files import read
from designer.core.storage.resources import example


@pytest.fixture(scope="module")
def costs() -> Costs:
    """Of the Inception example, with times that say which block they are of."""
    design = read(example("digits_inception"))
    analysis = analyse(infer(design.network))
    forward = {row.path[0]: 1.0 for row in analysis.rows if row.block.output_ports} | {"inception1/five": 0.25}
    return Costs(analysis, design.training, forward, {"inception1/five": 0.5})


def test_that_shares_of_each_quantity_add_up_to_one(costs: Costs) -> None:
    for quantity in ("parameters", "multiply_adds", "memory", "time"):
        shares = [costs.share(row, quantity) or 0.0 for row in costs.analysis.rows]
        assert sum(shares) == pytest.approx(1.0)


def test_that_a_time_is_forward_and_backward_and_nothing_where_it_was_not_measured(costs: Costs) -> None:
    group = next(row for row in costs.analysis.rows if row.path == ("inception1",))
    inner = {row.path[1]: row for row in group.inside}
    assert costs.amount(inner["five"], "time") == 0.75
    assert costs.amount(inner["three"], "time") is None
    assert replace(costs, forward={}).total("time") is None


def test_that_a_group_is_over_budget_where_a_block_inside_is(costs: Costs) -> None:
    limited = replace(costs, budgets=Budgets(block={"parameters": 3_000}))
    rows = {row.path[0]: row for row in limited.analysis.rows}
    assert limited.over_budget == (rows["inception1"], rows["inception2"])
    inside = [row.path[1] for row in rows["inception1"].inside if limited.is_over(row, "parameters")]
    assert inside == ["three"]
    assert not limited.is_over(rows["inception1"], "memory")


def test_that_the_memory_budget_of_the_whole_is_for_what_training_takes(cnn_example: Design) -> None:
    costs = Costs(analyse(infer(cnn_example.network)), cnn_example.training)
    values, needed = costs.total("memory"), costs.training_memory.total
    assert values is not None
    assert values < needed
    between = (values + needed) / 2
    assert replace(costs, budgets=Budgets(whole={"memory": between})).is_whole_over("memory")
    assert not replace(costs, budgets=Budgets(whole={"memory": needed})).is_whole_over("memory")


def test_that_a_block_without_a_shape_has_no_amounts(cnn_example: Design) -> None:
    broken = cnn_example.network.nodes["conv1"]
    network = type(cnn_example.network).of(
        [replace(node, inputs=(None,)) if node is broken else node for node in cnn_example.network.nodes.values()]
    )
    costs = Costs(analyse(infer(network)), cnn_example.training)
    row = next(row for row in costs.analysis.rows if row.path == ("dense1",))
    assert [costs.amount(row, quantity) for quantity in ("parameters", "multiply_adds", "memory")] == [None] * 3
    assert costs.share(row, "memory") is None
