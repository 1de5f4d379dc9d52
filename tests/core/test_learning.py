"""How blocks learn: kept with them in files, by edits and in groups, told in words, counted, and checked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from designer.__main__ import main
from designer.core.analysis.analysis import analyse
from designer.core.diff.edit_summary import described
from designer.core.edits import clipboard, grouping, placed_edits
from designer.core.edits.learning import plain, same_but_learning, with_learning
from designer.core.graph.definition import RESERVED
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.inference.compile import compiled
from designer.core.inference.infer import infer
from designer.core.inference.learning import learning_of, learns
from designer.core.storage.files import dumps, parse, read, write
from designer.core.storage.resources import example, examples
from designer.core.validation import check
from tests.grouping import definition, port, use
from tests.helpers import block, chain, dense, design_of, input_of, output_for, stripes_network


def stripes(frozen: tuple[str, ...] = (), **rates: float) -> Design:
    made = with_learning(design_of(stripes_network()), frozen, frozen=True)
    for name, factor in rates.items():
        made = with_learning(made, [name], rate_factor=factor)
    return made


def modules(design: Design) -> tuple[tuple[str, ...], dict[str, float]]:
    found = learning_of(design.network, compiled(design.network))
    return found.frozen, found.rates


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name.split(".")[0])
def test_that_a_file_has_no_word_of_it_where_all_learns_as_usual(path: Path) -> None:
    design = read(path)
    text = dumps(design)
    assert "frozen" not in text.replace(json.dumps(design.about.text), "")
    assert "rate_factor" not in text
    assert infer(design.network).trained == infer(design.network).parameters
    assert modules(design) == ((), {})


def test_that_a_file_keeps_it(tmp_path: Path) -> None:
    made = stripes(("conv1",), conv2=0.5)
    write(made, tmp_path / "a.network.json")
    assert read(tmp_path / "a.network.json").network == made.network
    blocks = {item["id"]: item["params"] for item in json.loads((tmp_path / "a.network.json").read_text())["blocks"]}
    assert blocks["conv1"]["frozen"] is True
    assert "rate_factor" not in blocks["conv1"]
    assert blocks["conv2"]["rate_factor"] == 0.5
    assert "frozen" not in blocks["conv2"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("frozen", 1, "true or false"), ("rate_factor", 0.0, "1e-06 to 1e+06"), ("rate_factor", "fast", "a number")],
)
def test_that_what_cannot_be_is_refused_with_the_block_the_field_and_what_was_expected(
    name: str, value: object, expected: str
) -> None:
    data = json.loads(dumps(stripes()))
    next(item for item in data["blocks"] if item["id"] == "conv1")["params"][name] = value
    with pytest.raises(Exception, match=rf"block 'conv1': {name}: expected .*{expected.replace('+', '.')}"):
        parse(json.dumps(data))
    with pytest.raises(NetworkError, match=rf"Conv2d 'conv1': {name}: expected .*{expected.replace('+', '.')}"):
        with_learning(stripes(), ["conv1"], **{name: value})


def test_that_edits_take_it_along() -> None:
    made = stripes(("conv1",), conv2=0.5)
    assert modules(made) == (("conv1",), {"conv2": 0.5})
    renamed = placed_edits.renamed(made, "conv1", "stem")
    assert modules(renamed) == (("stem",), {"conv2": 0.5})
    copied = clipboard.duplicated(placed_edits.settled(made), ["conv1", "conv2"])
    assert modules(copied.edit(lambda net: net))[0] == ("conv1",)  # a copy leads nowhere, and is not computed
    assert copied.network.nodes["conv3"].block.learning == (True, 1.0)
    text = clipboard.dumps(clipboard.clipped(placed_edits.settled(made), ["conv1"]))
    pasted = clipboard.pasted(Design(), clipboard.parse(text), clipboard.Where())
    assert pasted.network.nodes["conv1"].block.frozen
    assert placed_edits.removed(placed_edits.settled(made), ["conv1"]).network.nodes["conv2"].block.rate_factor == 0.5


def test_that_a_group_and_what_is_inside_are_one_when_it_is_made_and_taken_apart() -> None:
    made = placed_edits.settled(stripes(("conv1",), conv2=0.5))
    grouped = grouping.grouped(made, ["conv1", "conv2"], "Reader")
    assert modules(grouped) == (("group1.conv1",), {"group1.conv2": 0.5})
    slower = with_learning(grouped, ["group1"], rate_factor=0.1)
    assert modules(slower) == (("group1.conv1",), {"group1": 0.1, "group1.conv2": 0.5})
    apart = grouping.ungrouped(slower, "group1")
    assert modules(apart)[0] == ("conv1",)
    assert modules(apart)[1]["conv2"] == pytest.approx(0.05)
    frozen = with_learning(grouped, ["group1"], frozen=True)
    assert modules(frozen) == (("group1",), {})
    assert modules(grouping.ungrouped(frozen, "group1"))[0] == ("conv1", "conv2")
    assert infer(frozen.network).trained == infer(made.network).results["dense1"].parameters


def shared() -> Design:
    """Two uses of one module."""
    inner = definition("Twice", port("x"), Node("d", block("dense", out_features=6), ("x",)), port("y", "d"))
    return design_of(
        Network.of(
            [
                Node("input", block("input", sizes=(6,)), ()),
                Node("a", use(inner, weights="shared"), ("input",)),
                Node("b", use(inner, weights="shared"), ("a",)),
                Node("dense1", block("dense", out_features=4), ("b",)),
                Node("output", block("output"), ("dense1",)),
            ]
        )
    )


def test_that_uses_that_share_their_weights_are_frozen_together() -> None:
    made = with_learning(shared(), ["b"], frozen=True)
    assert made.network.nodes["a"].block.frozen
    assert modules(made) == (("twice",), {})
    assert (infer(made.network).parameters, infer(made.network).trained) == (42 + 28, 28)


def test_that_a_file_where_only_one_of_them_is_frozen_is_told_as_such() -> None:
    data = json.loads(dumps(with_learning(shared(), ["b"], frozen=True)))
    del next(item for item in data["blocks"] if item["id"] == "a")["params"]["frozen"]
    (problem,) = check.problems(parse(json.dumps(data)))
    assert "Group 'b' shares its weights with 'a', but has other ways to learn (frozen, rate)" in problem.message


def test_that_words_name_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert described(stripes(), stripes(("conv1",))).words == "Freeze conv1"
    assert described(stripes(("conv1", "conv2")), stripes()).words == "Unfreeze conv1, conv2"
    assert described(stripes(), stripes(("conv1",), conv1=0.5)).words == "conv1: frozen off → on, rate factor 1.0 → 0.5"
    assert described(stripes(), stripes(conv1=0.1)).words == "conv1: rate factor 1.0 → 0.1"
    for name, made in (("a", stripes()), ("b", stripes(("conv1",)))):
        write(made, tmp_path / f"{name}.network.json")
    assert main(["compare", str(tmp_path / "a.network.json"), str(tmp_path / "b.network.json")]) == 1
    assert "± conv1: frozen off → on" in capsys.readouterr().out


def test_that_two_networks_that_learn_in_other_ways_have_the_same_weights() -> None:
    made = read(example("digits_resnet"))
    inner = made.network.nodes["residual1"].block.definition  # type: ignore[union-attr]
    inside = replace(inner, network=with_learning(Design(inner.network), ["norm1"], frozen=True).network)
    changed = grouping.redefined(made, inner.name, inside)
    other = with_learning(changed, ["conv"], rate_factor=2.0)
    assert modules(other)[0] == ("residual1.norm1", "residual3_1.norm1", "residual3_2.norm1")
    assert dict(other.network.nodes) != dict(made.network.nodes)
    assert same_but_learning(made.network, other.network)
    assert dict(plain(other.network).nodes) == dict(made.network.nodes)
    wider = made.edit(lambda net: placed_edits.network_edits.set_params(net, "conv", out_channels=8))
    assert not same_but_learning(made.network, wider.network)


def test_that_only_what_has_parameters_can_learn() -> None:
    found = infer(stripes_network())
    assert [name for name, result in found.results.items() if learns(result)] == ["conv1", "conv2", "dense1"]
    activations = chain(
        input_of(6), ("activation", "relu1"), ("activation", "prelu1", {"function": "prelu"}), dense(4), output_for()
    )
    found = infer(activations)
    assert [name for name, result in found.results.items() if learns(result)] == ["prelu1", "dense1"]
    assert {"frozen", "rate_factor"} <= RESERVED


def test_that_nothing_is_left_to_learn_where_all_is_frozen_and_a_click_mends_it() -> None:
    made = stripes(("conv1", "conv2", "dense1"))
    (problem,) = check.problems(made)
    assert problem.message == (
        "All blocks that have parameters are frozen, and nothing is left to learn: unfreeze one of them or more"
    )
    last, every = problem.fixes
    assert (last.title, every.title) == ("Unfreeze 'dense1' alone", "Unfreeze all blocks")
    assert modules(last.apply(made))[0] == ("conv1", "conv2")
    assert modules(every.apply(made)) == ((), {})
    assert check.problems(last.apply(made)) == []
    assert check.problems_of_use(made, infer(made.network), None) == []
    assert check.problems(design_of(chain(input_of(4), output_for("regression")))) == []


def test_that_frozen_blocks_inside_a_group_are_unfrozen_as_well() -> None:
    grouped = grouping.grouped(
        placed_edits.settled(stripes(("conv1", "conv2", "dense1"))), ["conv1", "conv2"], "Reader"
    )
    inside = with_learning(grouped, ["dense1"], frozen=True)
    (problem,) = check.problems(inside)
    assert modules(problem.fixes[-1].apply(inside)) == ((), {})


def test_that_training_keeps_nothing_of_frozen_blocks_ahead_of_all_that_learns() -> None:
    usual, frozen = (analyse(infer(made.network)) for made in (stripes(), stripes(("conv1", "conv2"))))
    held = {row.path[0]: row.bytes_held for row in frozen.rows}
    before = {row.path[0]: row.bytes_held for row in usual.rows}
    assert held["conv1"] == held["dropout1"] == 0
    assert before["conv1"] > 0
    assert held["flatten"] + held["conv2"] > 0  # what the Dense takes
    grouped = grouping.grouped(placed_edits.settled(stripes()), ["conv1", "conv2"], "Reader")
    (row,) = [
        row for row in analyse(infer(with_learning(grouped, ["group1"], frozen=True).network)).rows if row.is_group
    ]
    assert [inner.bytes_held for inner in row.inside if inner.path[-1] == "conv1"] == [0]
    assert (row.trained, [inner.trained for inner in row.inside]) == (0, [0] * len(row.inside))
    assert row.bytes_held < analyse(infer(grouped.network)).rows[1].bytes_held
    assert (frozen.parameters, frozen.trained) == (usual.parameters, usual.rows[-2].parameters)
