"""Edits inside of a group, which all its uses follow; and what a group may be."""

from __future__ import annotations

import pytest

from designer.core.edits import group_editing as groups
from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.block import Block
from designer.core.graph.definition import MAX_DEPTH, Definition, GroupBlock, definitions
from designer.core.graph.design import Design
from designer.core.graph.group_paths import agreeing
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.settings import View
from designer.core.inference.infer import infer
from tests.grouping import definition, inside, port, shapes, two_uses, use
from tests.helpers import block, chain, input_of


@pytest.mark.parametrize(("name", "shown"), [("Stem", "Stem · × 2"), ("Group", "× 2")])
def test_that_a_card_says_what_group_it_is_but_not_twice_that_it_is_a_group(name: str, shown: str) -> None:
    group = use(definition(name, port("x"), port("y", "x")), repeat=2)
    assert (group.title, group.details()) == ("Group", shown)


def test_that_all_uses_follow_an_edit_inside_one_of_them() -> None:
    design = two_uses()
    after = groups.edited(design, ("first",), lambda inner: arrange.appended(inner, block("dropout"), "project"))
    for name in ("first", "second"):
        assert inside(after, name).nodes["pooled"].inputs == ("dropout1",)
    assert after.network.nodes["second"].block.definition is after.network.nodes["first"].block.definition
    assert infer(after.network).problems == []
    assert "dropout1" not in inside(design, "first").nodes


def test_that_a_parameter_is_set_for_one_use_and_its_default_stays() -> None:
    design = two_uses()
    assert shapes(design.network)["first"] == "6×8×8"
    assert shapes(design.network)["second"] == "4×8×8"
    after = design.edit(lambda net: edits.set_params(net, "second", channels=9))
    assert shapes(after.network)["second"] == "9×8×8"
    assert shapes(after.network)["first"] == "6×8×8"
    with pytest.raises(NetworkError, match=r"'second': values: expected channels: .*got 0"):
        edits.set_params(design.network, "second", channels=0)


def test_that_an_exposed_field_that_is_edited_inside_is_set_for_the_open_use_alone() -> None:
    design = two_uses()
    after = groups.edited(
        design, ("second",), lambda inner: inner.edit(lambda net: edits.set_params(net, "narrow", out_channels=7))
    )
    assert after.network.nodes["second"].block.values == {"channels": 7}
    assert after.network.nodes["first"].block.values == {"channels": 6}
    assert after.network.nodes["first"].block.definition.default("channels") == 4
    assert shapes(after.network)["second"] == "7×8×8"


def test_that_ports_that_come_and_go_inside_leave_the_edges_of_all_uses_right() -> None:
    design = two_uses()
    gone = groups.edited(design, ("first",), lambda inner: inner.edit(lambda net: edits.remove(net, ["output"])))
    assert gone.network.nodes["second"].inputs == (None,)
    assert gone.network.nodes["merge"].inputs == (None, None)
    assert gone.network.nodes["flatten1"].inputs == ("second",)
    more = groups.edited(
        design, ("first",), lambda inner: inner.edit(lambda net: edits.append(net, block("group_output"), "wide"))
    )
    assert more.network.nodes["first"].block.output_ports == ("output", "pooled", "output1")
    assert more.network.nodes["flatten1"].inputs == ("second.pooled",)
    named = groups.edited(design, ("first",), lambda inner: arrange.renamed(inner, "pooled", "small"))
    assert named.network.nodes["flatten1"].inputs == ("second.small",)
    named = groups.edited(design, ("first",), lambda inner: arrange.renamed(inner, "x", "image"))
    assert named.network.nodes["second"].inputs == ("first",)
    assert named.network.nodes["second"].block.input_ports == ("image",)


def test_that_an_input_that_goes_takes_its_edge_along_and_no_other() -> None:
    made = definition(
        "Three", port("a"), port("b"), port("c"), Node("sum", block("add", count=3), ("a", "b", "c")), port("y", "sum")
    )
    nodes = [Node(f"in{number}", block("input", sizes=(3,)), ()) for number in range(3)]
    design = Design(Network.of([*nodes, Node("g", use(made), ("in0", "in1", "in2"))]))
    after = groups.edited(design, ("g",), lambda inner: inner.edit(lambda net: edits.remove(net, ["a"])))
    assert after.network.nodes["g"].inputs == ("in1", "in2")


def test_that_parameters_follow_a_block_that_is_renamed_and_go_with_one_that_is_removed() -> None:
    design = two_uses()
    named = groups.edited(design, ("first",), lambda inner: arrange.renamed(inner, "narrow", "point"))
    assert shapes(named.network)["first"] == "6×8×8"
    less = groups.edited(design, ("first",), lambda inner: inner.edit(lambda net: edits.remove(net, ["project"])))
    assert list(less.network.nodes["first"].block.definition.parameters) == ["channels"]


def test_that_a_group_keeps_an_input_and_an_output() -> None:
    for name, word in (("x", "input"), ("output", "output")):
        design = Design(Network.of([Node("g", use(definition("D", port("x"), port("output", "x"))), (None,))]))
        with pytest.raises(NetworkError, match=f"has no {word}: a group needs at least one"):
            groups.edited(design, ("g",), lambda inner, name=name: inner.edit(lambda net: edits.remove(net, [name])))


@pytest.mark.parametrize("kind", ["input", "output"])
def test_that_inputs_and_outputs_of_the_network_are_refused_inside(kind: str) -> None:
    with pytest.raises(NetworkError, match=r"cannot hold .* it stands outside of groups"):
        groups.edited(two_uses(), ("first",), lambda inner: inner.edit(lambda net: edits.add(net, block(kind))))


def test_that_groups_nest_and_an_edit_deep_inside_reaches_every_use() -> None:
    design = grouping.grouped(two_uses(), ["first"], "Outer")
    assert set(definitions(design.network)) == {"Inception", "Outer"}
    before = shapes(design.network)
    after = groups.edited(
        design,
        ("group1", "first"),
        lambda inner: inner.edit(lambda net: edits.set_params(net, "project", out_channels=3)),
    )
    assert shapes(after.network) == before  # the field is a parameter: only the open use has another value
    after = groups.edited(
        design,
        ("group1", "first"),
        lambda inner: inner.edit(lambda net: edits.set_params(net, "pool", kernel_size=1, padding=0)),
    )
    for path in (("group1", "first"), ("second",)):
        assert inside(after, *path).nodes["pool"].block.kernel_size == (1, 1)
    assert infer(after.network).problems == []


def test_that_a_group_within_itself_is_refused() -> None:
    design = grouping.grouped(two_uses(), ["first"], "Outer")
    outer = design.network.nodes["group1"].block
    with pytest.raises(NetworkError, match="group 'Outer' cannot hold itself"):
        groups.edited(design, ("group1",), lambda inner: inner.edit(lambda net: edits.add(net, outer)))
    with pytest.raises(NetworkError, match="group 'Inception' cannot hold itself"):
        groups.edited(design, ("second",), lambda inner: inner.edit(lambda net: edits.add(net, outer)))


def test_that_groups_nest_only_so_deep() -> None:
    made = definition("D0", port("x"), port("y", "x"))
    for number in range(1, MAX_DEPTH):
        made = definition(f"D{number}", port("x"), Node("inner", use(made), ("x",)), port("y", "inner"))
    assert infer(chain(input_of(3), ("group", "g", {"definition": made}))).problems == []
    with pytest.raises(NetworkError, match=f"more than {MAX_DEPTH} deep"):
        definition("Last", port("x"), Node("inner", use(made), ("x",)), port("y", "inner"))


def test_that_exposed_fields_are_parameters_of_every_use_until_they_are_hidden() -> None:
    design = two_uses()
    after = grouping.exposed(design, ("first",), "pool", "kernel_size")
    for name in ("first", "second"):
        assert "kernel_size" in after.network.nodes[name].block.form_fields()
    after = grouping.exposed(after, ("first",), "wide", "kernel_size")
    assert after.network.nodes["first"].block.definition.parameters["wide_kernel_size"] == (("wide", "kernel_size"),)
    after = grouping.hidden(after, ("first",), "channels")
    assert "channels" not in after.network.nodes["first"].block.form_fields()
    assert shapes(after.network)["first"] == "4×8×8"
    with pytest.raises(NetworkError, match="is a parameter of 'Inception' already"):
        grouping.exposed(design, ("first",), "narrow", "out_channels")
    with pytest.raises(NetworkError, match="cannot be called 'repeat'"):
        grouping.exposed(design, ("first",), "pool", "kernel_size", "repeat")


def test_that_a_field_that_joins_a_parameter_takes_its_value() -> None:
    after = grouping.exposed(two_uses(), ("first",), "project", "bias")
    after = grouping.exposed(after, ("first",), "narrow", "bias", "bias")
    assert after.network.nodes["first"].block.definition.parameters["bias"] == (("project", "bias"), ("narrow", "bias"))
    off = after.edit(lambda net: edits.set_params(net, "second", bias=False))
    assert {inside(off, "second").nodes[name].block.bias for name in ("project", "narrow")} == {False}
    with pytest.raises(NetworkError):
        grouping.exposed(after, ("first",), "pool", "kernel_size", "bias")


def test_that_a_parameter_of_a_group_within_can_be_handed_on() -> None:
    design = grouping.grouped(two_uses(), ["first"], "Outer")
    after = grouping.exposed(design, ("group1",), "first", "channels")
    after = after.edit(lambda net: edits.set_params(net, "group1", channels=11))
    assert shapes(after.network)["group1"] == "11×8×8"
    gone = grouping.hidden(after, ("second",), "channels")
    assert gone.network.nodes["group1"].block.values == {}
    assert infer(gone.network).problems == []


def test_that_a_parameter_is_renamed_with_the_values_of_all_uses_and_where_it_is_handed_on() -> None:
    design = grouping.exposed(grouping.grouped(two_uses(), ["first"], "Outer"), ("group1",), "first", "channels")
    design = design.edit(
        lambda net: edits.set_params(edits.set_params(net, "second", channels=3), "group1", channels=5)
    )
    after = grouping.renamed_parameter(design, ("second",), "channels", "width")
    assert after.network.nodes["second"].block.values == {"width": 3}
    assert after.network.nodes["group1"].block.values == {"channels": 5}
    assert definitions(after.network)["Outer"].parameters == {"channels": (("first", "width"),)}
    assert shapes(after.network) == shapes(design.network)
    for name, words in (("pooled_channels", "already has"), ("2", "not a block name"), ("repeat", "cannot be called")):
        with pytest.raises(NetworkError, match=words):
            grouping.renamed_parameter(design, ("second",), "channels", name)


def test_that_a_group_is_renamed_everywhere_and_names_stay_apart() -> None:
    design = grouping.grouped(two_uses(), ["first"], "Outer")
    after = grouping.renamed_group(design, "Inception", "Module")
    assert set(definitions(after.network)) == {"Module", "Outer"}
    assert inside(after, "group1").nodes["first"].block.definition is after.network.nodes["second"].block.definition
    with pytest.raises(NetworkError, match="two different groups called 'Outer'"):
        grouping.renamed_group(two := grouping.grouped(two_uses(), ["merge"], "Outer"), "Inception", "Outer")
    with pytest.raises(NetworkError, match="too much alike"):
        grouping.renamed_group(two, "Inception", "outer")


def test_that_an_independent_use_has_a_copy_of_its_own() -> None:
    design = grouping.made_independent(two_uses(), ("second",))
    assert set(definitions(design.network)) == {"Inception", "Inception 2"}
    after = groups.edited(
        design,
        ("second",),
        lambda inner: inner.edit(lambda net: edits.set_params(net, "pool", padding=0, kernel_size=1)),
    )
    assert inside(after, "first").nodes["pool"].block.padding == (1, 1)


def test_that_two_definitions_of_one_name_never_meet_in_a_network() -> None:
    one, other = use(definition("D", port("x"), port("y", "x"))), use(definition("D", port("x"), port("z", "x")))
    assert isinstance(one, GroupBlock)
    with pytest.raises(NetworkError, match="two different groups called 'D'"):
        agreeing(edits.add(edits.add(Network(), one), other))


def test_that_a_new_group_gets_a_name_of_its_own() -> None:
    first = grouping.with_free_name(Design(), block("group"))
    design = Design().edit(lambda net: edits.add(net, first))
    second = grouping.with_free_name(design, block("group"))
    assert isinstance(second, GroupBlock)
    assert second.definition.name == "Group 2"
    assert grouping.another_use(design, "Group").definition is first.definition  # type: ignore[attr-defined]
    plain: Block = block("dense")
    assert grouping.with_free_name(design, plain) is plain


def test_that_a_definition_says_what_is_wrong_with_it() -> None:
    network = Network.of([port("x"), port("y", "x")])
    for inputs, outputs, parameters, words in (
        (("a",), ("y",), {}, "inputs: expected the names of its Group Inputs .x., got a"),
        (("x",), (), {}, "outputs: expected the names"),
        (("x",), ("y",), {"p": (("conv", "size"),)}, "parameter 'p': there is no 'conv.size'"),
        (("x",), ("y",), {"p": ()}, "'p' belongs to no block"),
        (("x",), ("y",), {"1p": (("x", "a"),)}, "is not a block name"),
    ):
        with pytest.raises(NetworkError, match=words):
            Definition("D", network, inputs, outputs, View(), parameters)
