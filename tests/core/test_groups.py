"""Groups as edits: made, opened, changed with all their uses, taken apart; and their shapes and problems."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import group_editing as groups
from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.block import Block
from designer.core.graph.definition import MAX_DEPTH, Definition, GroupBlock, definitions
from designer.core.graph.design import Design
from designer.core.graph.group_paths import agreeing
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.settings import REACH, Note, View
from designer.core.inference.infer import infer, infer_inside
from designer.core.layout.placement import ROW
from designer.core.storage import files
from designer.core.validation import check
from tests.grouping import definition, inception, port, use
from tests.helpers import block, chain, dense, input_of, output_for
from tests.mendable import mendable_problem


def cnn() -> Design:
    """A chain of convolutions with a place for each block."""
    return arrange.settled(
        Design(
            chain(
                input_of(1, 12, 12),
                ("conv2d", "conv1", {"out_channels": 4}),
                ("conv2d", "conv2", {"out_channels": 6, "padding": 1}),
                ("conv2d", "conv3", {"out_channels": 8}),
                "flatten",
                dense(4),
                output_for(),
            )
        )
    )


@pytest.mark.parametrize(("name", "shown"), [("Stem", "Stem · × 2"), ("Group", "× 2")])
def test_that_a_card_says_what_group_it_is_but_not_twice_that_it_is_a_group(name: str, shown: str) -> None:
    group = use(definition(name, port("x"), port("y", "x")), repeat=2)
    assert (group.title, group.details()) == ("Group", shown)


def two_uses(**params: object) -> Design:
    """Two Inception modules behind each other; the first sets its channels."""
    made = inception()
    nodes = [
        Node("input", block("input", sizes=(1, 8, 8)), ()),
        Node("first", use(made, values={"channels": 6}, **params), ("input",)),
        Node("second", use(made, **params), ("first",)),
        Node("merge", block("add"), ("second", "second")),
        Node("flatten1", block("flatten"), ("second.pooled",)),
        Node("output", block("output"), ("flatten1",)),
    ]
    return arrange.settled(Design(Network.of(nodes)))


def inside(design: Design, *path: str) -> Network:
    return groups.opened(design, path).network


def shapes(network: Network) -> dict[str, str]:
    return {name: str(result.shape) for name, result in infer(network).results.items()}


def problem_of(network: Network, block_id: str) -> str:
    found = infer(network).results[block_id].problem
    assert found is not None
    return found.message


def test_that_chosen_blocks_become_a_group_whose_ports_are_the_cut_edges() -> None:
    before = cnn()
    after = grouping.grouped(before, ["conv2", "conv3"], "Pair")
    node = after.network.nodes["group1"]
    assert (node.inputs, node.block.input_ports, node.block.output_ports) == (("conv1",), ("input",), ("output",))
    assert after.network.nodes["flatten"].inputs == ("group1",)
    assert set(inside(after, "group1").nodes) == {"input", "conv2", "conv3", "output"}
    assert infer(after.network).shape("output") == infer(before.network).shape("output")
    assert infer(after.network).parameters == infer(before.network).parameters
    assert set(after.view.positions) == set(after.network.nodes)
    places = groups.opened(after, ("group1",)).view.positions
    assert places["conv2"] == before.view.positions["conv2"]
    assert places["input"][1] < places["conv2"][1] < places["conv3"][1] < places["output"][1]
    assert after.view.positions["flatten"][1] == after.view.positions["group1"][1] + ROW


def test_that_what_is_below_a_new_group_stays_where_it_would_cover_other_blocks() -> None:
    design = cnn()
    beside = arrange.added_at(design, block("dense"), design.view.positions["conv3"])
    after = grouping.grouped(beside, ["conv2", "conv3"], "Pair")
    assert after.view.positions["flatten"] == design.view.positions["flatten"]


@given(st.sets(st.sampled_from(["conv1", "conv2", "conv3", "flatten", "dense1"]), min_size=1))
def test_that_ungrouping_undoes_grouping_for_any_blocks(chosen: set[str]) -> None:
    before = cnn()
    try:
        after = grouping.grouped(before, chosen, "Some")
    except NetworkError as error:
        assert "lies between the chosen blocks" in str(error)
        return
    assert infer(after.network).problems == []
    back = grouping.ungrouped(after, "group1")
    assert back.network.nodes == before.network.nodes
    for name, place in before.view.positions.items():
        assert back.view.positions[name] == pytest.approx(place)


def test_that_one_value_that_enters_twice_has_one_port_and_several_exits_have_one_each() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(None, 3)), ()),
            Node("encoder", block("gru", hidden_size=5), ("input", None)),
            Node("decoder", block("gru", hidden_size=5), ("input", "encoder.state")),
            Node("both", block("add"), ("encoder", "decoder")),
            Node("output", block("output"), ("both",)),
        ]
    )
    after = grouping.grouped(Design(network), ["encoder", "decoder"], "Reader").network
    assert after.nodes["group1"].inputs == ("input",)
    assert after.nodes["both"].inputs == ("group1", "group1.output1")
    assert shapes(after)["both"] == "5"


def test_that_a_free_port_and_a_loose_end_become_ports() -> None:
    network = edits.add(edits.add(Network(), block("dense")), block("dense"))
    after = grouping.grouped(Design(network), ["dense1", "dense2"], "Loose").network
    assert after.nodes["group1"].inputs == (None, None)
    assert after.nodes["group1"].block.output_ports == ("output", "output1")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["input", "conv1"], "Input 'input' cannot be in a group"),
        (["dense1", "output"], "Output 'output' cannot be in a group"),
        (["conv1", "conv3"], "'conv2' lies between the chosen blocks"),
        ([], "choose the blocks"),
    ],
)
def test_that_what_cannot_be_a_group_is_refused_with_the_reason(chosen: list[str], words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        grouping.grouped(cnn(), chosen, "Pair")


@pytest.mark.parametrize("name", ["", "  ", " Pair", "x" * 41, "a\nb"])
def test_that_a_group_needs_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(NetworkError, match="is not a name of a group"):
        grouping.grouped(cnn(), ["conv2"], name)


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


def test_that_the_port_of_a_group_outside_of_one_is_a_problem() -> None:
    network = edits.append(edits.add(Network(), block("group_input"), "x"), block("dense"), "x")
    assert "Group Input 'x': stands only inside a group" in problem_of(network, "x")


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


def test_that_a_problem_inside_is_told_at_the_group_with_the_block_named_and_its_mend_works() -> None:
    design = two_uses()
    broken = groups.edited(
        design, ("first",), lambda inner: inner.edit(lambda net: edits.set_params(net, "wide", padding=0))
    )
    message = problem_of(broken.network, "first")
    assert message.startswith("Group 'first': inside, Add 'sum': ")
    image = chain(input_of(1, 4, 4), ("time_distributed", "steps"), output_for())
    assert "TimeDistributed 'steps' takes sequences" in problem_of(image, "steps")
    flat = Network.of(
        [
            Node("input", block("input", sizes=(1, 4, 4)), ()),
            Node("g", use(definition("D", port("x"), Node("d", block("dense"), ("x",)), port("y", "d"))), ("input",)),
        ]
    )
    fix, other = mendable_problem(flat, "g").fixes
    assert [fix.title, other.title] == ["Insert Flatten, inside", "Insert GlobalAvgPool, inside"]
    assert infer(fix.apply(Design(flat)).network).problems == []


def test_that_shapes_inside_are_those_of_the_use() -> None:
    found = infer(two_uses().network)
    assert str(infer_inside(found, "first").shape("x")) == "1×8×8"
    assert str(infer_inside(found, "second").shape("x")) == "6×8×8"
    loose = infer(edits.disconnect(two_uses().network, "second"))
    waiting = infer_inside(loose, "second")
    assert waiting.shape("x") is None
    assert waiting.problems == []


def test_that_repeated_groups_follow_their_shapes_and_count_their_weights() -> None:
    made = definition("D", port("x"), Node("d", block("dense", out_features=5), ("x",)), port("y", "d"))
    network = chain(input_of(3), ("group", "g", {"definition": made, "repeat": 3}))
    assert infer(network).results["g"].parameters == 3 * 5 + 5 + 2 * (5 * 5 + 5)
    shared = edits.set_params(network, "g", weights="shared")
    assert "repeats with the same weights, but makes 5 of 3" in problem_of(shared, "g")
    same = edits.set_params(shared, "input", sizes=(5,))
    assert infer(same).results["g"].parameters == 30
    two = definition("Two", port("a"), Node("d", block("dense"), ("a",)), port("y", "d"), port("z", "a"))
    assert "1 input and 2 outputs" in problem_of(
        chain(input_of(3), ("group", "g", {"definition": two, "repeat": 2})), "g"
    )


def test_that_a_mend_of_a_group_within_a_group_is_followed_by_its_uses_elsewhere() -> None:
    inner = definition("Inner", port("x"), Node("d", block("dense", out_features=3), ("x",)), port("y", "d"))
    outer = definition("Outer", port("x"), Node("i", use(inner), ("x",)), port("y", "i"))
    nodes = [Node("input", block("input", sizes=(4, 4)), ()), Node("a", use(inner), ("input",))]
    design = arrange.settled(Design(Network.of([*nodes, Node("b", use(outer), ("a",))])))

    def widened(within: Design) -> Design:
        return groups.edited(within, ("i",), lambda net: net.edit(lambda it: edits.set_params(it, "d", out_features=7)))

    after = groups.edited(design, ("b",), widened)
    for path in (("a",), ("b", "i")):
        assert inside(after, *path).nodes["d"].block == block("dense", out_features=7)


def test_that_shared_uses_count_once_and_must_be_alike() -> None:
    design = two_uses(weights="shared")
    message = problem_of(design.network, "second")
    assert "'second' shares its weights with 'first', but has other shapes" in message
    beside = edits.connect(design.network, "input", "second")
    assert "'second' shares its weights with 'first', but has other parameters" in problem_of(beside, "second")
    (fix,) = mendable_problem(beside, "second").fixes
    assert infer(fix.apply(Design(beside)).network).problems == []
    made = definition("D", port("x"), Node("d", block("dense", out_features=3), ("x",)), port("y", "d"))
    alike = chain(
        input_of(3),
        ("group", "a", {"definition": made, "weights": "shared"}),
        ("group", "b", {"definition": made, "weights": "shared"}),
    )
    assert infer(alike).parameters == 12
    assert infer(edits.set_params(alike, "b", repeat=3)).parameters == 12
    apart = edits.set_params(alike, "b", weights="separate")
    assert infer(apart).parameters == 24


def test_that_inference_after_an_edit_is_as_from_scratch() -> None:
    design = two_uses(weights="shared")
    before = infer(design.network)
    for change in (
        lambda net: edits.set_params(net, "second", weights="separate"),
        lambda net: edits.set_params(net, "first", channels=1),
        lambda net: edits.connect(net, "input", "second"),
    ):
        network = change(design.network)
        after = infer(network, before)
        assert {name: (result.shapes, str(result.problem)) for name, result in after.results.items()} == {
            name: (result.shapes, str(result.problem)) for name, result in infer(network).results.items()
        }


def test_that_blocks_behind_a_use_wait_when_an_edit_beside_it_ends_that_it_can_share() -> None:
    made = definition(
        "D",
        port("x"),
        Node("d", block("dense", out_features=3), ("x",)),
        port("y", "d"),
        parameters={"bias": ["d.bias"]},
    )
    beside = Network.of(
        [
            Node("input", block("input", sizes=(3,)), ()),
            Node("a", use(made, weights="shared"), ("input",)),
            Node("b", use(made, weights="shared"), ("input",)),
            Node("dense1", block("dense"), ("b",)),
        ]
    )
    before = infer(beside)
    assert before.shape("dense1") is not None
    after = infer(edits.set_params(beside, "a", bias=False), before)
    assert "has other parameters" in str(after.results["b"].problem)
    assert after.shape("dense1") is None


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


def test_that_a_repeated_or_distributed_group_is_not_taken_apart() -> None:
    for kind, params, words in (("group", {"repeat": 2}, "set repeat to 1"), ("time_distributed", {}, "does more")):
        design = Design(chain(input_of(4, 3), (kind, "g", params)))
        with pytest.raises(NetworkError, match=words):
            grouping.ungrouped(design, "g")


def test_that_blocks_that_come_out_of_a_group_get_free_names() -> None:
    design = two_uses()
    after = grouping.ungrouped(grouping.ungrouped(design, "first"), "second").network
    assert len(after.nodes) == 4 + 2 * 5
    assert shapes(after)["flatten1"] == shapes(design.network)["flatten1"]


def test_that_a_note_that_comes_out_of_a_group_far_off_stays_on_the_canvas() -> None:
    design = grouping.grouped(cnn(), ["conv2"], "Far")
    view = View(notes={"note1": Note(text="here", position=(REACH, REACH))})
    design = groups.edited(design, ("group1",), lambda inner: replace(inner, view=inner.view.but(notes=view.notes)))
    apart = grouping.ungrouped(design.placed({"group1": (REACH, REACH)}), "group1")
    assert files.parse(files.dumps(apart)) == apart
    assert apart.view.notes["note1"].text == "here"


def test_that_blocks_of_a_group_without_places_get_some_outside() -> None:
    design = arrange.settled(Design(two_uses().network))
    after = grouping.ungrouped(design, "first")
    assert set(after.view.positions) == set(after.network.nodes)


def test_that_a_block_inside_that_leads_nowhere_is_told_and_can_be_removed() -> None:
    made = inception()
    made = replace(
        made, network=edits.append(made.network, block("group_output"), "sum"), outputs=("output", "pooled", "output1")
    )
    loose = replace(made, network=edits.add(made.network, block("flatten"), "lost"))
    network = chain(input_of(1, 28, 28), ("group", "g", {"definition": loose}), "flatten", dense(10), output_for())
    (problem,) = check.problems(Design(network))
    assert problem.message == "Group 'g': inside, Flatten 'lost' does not lead to an output: connect or remove it"
    assert check.problems(problem.fixes[0].apply(Design(network))) == []
    deep = definition("Deep", port("x"), Node("inner", use(loose), ("x",)), port("y", "inner"))
    network = chain(input_of(1, 28, 28), ("group", "g", {"definition": deep}), "flatten", dense(10), output_for())
    (problem,) = check.problems(Design(network))
    assert problem.message.startswith("Group 'g': inside, Group 'inner': inside, Flatten 'lost'")
    assert check.problems(problem.fixes[0].apply(Design(network))) == []


@pytest.mark.parametrize("nested", [False, True])
def test_that_a_softmax_at_the_end_of_a_group_before_a_cross_entropy_is_told(nested: bool) -> None:
    made = definition(
        "Head", port("x"), Node("d", block("dense", out_features=4, activation="softmax"), ("x",)), port("y", "d")
    )
    if nested:
        made = definition("Outer", port("x"), Node("inner", use(made), ("x",)), port("y", "inner"))
    network = chain(input_of(3), ("group", "g", {"definition": made}), output_for())
    (problem,) = check.problems(Design(network))
    assert "so does 'd' inside 'g' before it: set activation to none" in problem.message
    assert problem.block == "g"
    assert problem.inside is not None
    assert problem.inside.block == ("inner" if nested else "d")
    assert check.problems(problem.fixes[0].apply(Design(network))) == []
    assert check.problems(Design(edits.set_params(network, "output", task="regression"))) == []


def test_that_a_softmax_at_every_step_is_told_and_one_at_another_output_is_none_of_the_loss_s_business() -> None:
    softmax = block("dense", out_features=4, activation="softmax")
    step = definition("Step", port("x"), Node("d", softmax, ("x",)), port("y", "d"))
    network = chain(
        input_of(5, 3), ("time_distributed", "steps", {"definition": step}), output_for("sequence_to_sequence")
    )
    (problem,) = check.problems(Design(network))
    assert "Output 'output' applies a softmax" in problem.message
    assert "so does 'd' inside 'steps' before it" in problem.message
    both = definition(
        "Both",
        port("x"),
        Node("d", block("dense"), ("x",)),
        Node("p", block("activation", function="softmax"), ("d",)),
        port("logits", "d"),
        port("shares", "p"),
    )
    nodes = [
        Node("input", block("input", sizes=(3,)), ()),
        Node("g", use(both), ("input",)),
    ]
    for source, count in (("g", 0), ("g.shares", 1)):
        network = Network.of([*nodes, Node("output", block("output"), (source,))])
        assert len(check.problems(Design(network))) == count


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
