"""The text of a file: what must survive it letter by letter, and what must never get into it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import placed_edits as arrange
from designer.core.graph.block import UnknownBlock
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.layout import placement
from designer.core.storage import files
from tests.helpers import chain, dense, design_of, input_of


def text_of(**changes: Any) -> str:
    return json.dumps({"format": "network-designer", "version": 1, "blocks": [], **changes})


def text_with(block: str, **changes: Any) -> str:
    """A file with one block, given as JSON text: some of what is tested here json.dumps would not write."""
    return text_of(**changes).replace('"blocks": []', f'"blocks": [{block}]')


def error_of(text: str) -> str:
    with pytest.raises(files.FileError) as caught:
        files.parse(text, "broken")
    return str(caught.value)


def with_unknown(params: dict[str, Any]) -> Design:
    return Design(Network.of([Node("later", UnknownBlock("attention", params), (None,))]))


def kept(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters of an unknown block after they were saved and read."""
    return files.parse(files.dumps(with_unknown(params))).network.nodes["later"].block.params()


any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(["[ 1,  2 ]", "a,   b", '\\"[ ']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab[] ,", max_size=4), inner, max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(st.dictionaries(st.text("xyz", max_size=3), any_json, max_size=4))
def test_that_the_parameters_of_an_unknown_kind_survive_whatever_they_are(params):
    assert kept(params) == params
    assert json.loads(files.dumps(with_unknown(params)))["blocks"][0]["params"] == params


def test_that_strings_that_look_like_lists_are_not_reformatted():
    params = {"a": "[ 1,  2 ]", "b": ["x,   y", "[ z ]"], "c": "line\nbreak  "}
    assert kept(params) == params


def test_that_keys_are_sorted_and_short_lists_stay_on_one_line():
    text = files.dumps(with_unknown({"z": [1, 2, 3], "a": [[1, 2], []], "m": {}}))
    assert '"params": {\n        "a": [\n          [1, 2],\n          []\n        ],\n        "m": {},\n' in text
    assert '"z": [1, 2, 3]\n' in text
    assert text.endswith("}\n")


def test_that_the_same_design_gives_the_same_text_whatever_order_it_was_made_in():
    first = design_of(chain(input_of(4), dense(2))).placed({"input": (0.0, 1.0), "dense1": (2.0, 3.0)})
    second = design_of(chain(input_of(4), dense(2))).placed({"dense1": (2.0, 3.0), "input": (0.0, 1.0)})
    assert files.dumps(first) == files.dumps(second)


def test_that_deep_lists_are_saved_quickly_up_to_the_depth_that_is_read():
    params: dict[str, Any] = {"x": 1}
    for _ in range(28):
        params = {"x": [params]}
    began = time.perf_counter()
    assert kept(params) == params
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("depth", [70, 500, 2000, 100_000])
@pytest.mark.parametrize("kind", ["attention", "conv2d"])
def test_that_nesting_that_could_not_be_saved_again_is_refused(depth, kind):
    deep = "[" * depth + "]" * depth
    block = f'{{"id": "a", "kind": "{kind}", "params": {{"out_channels": {deep}}}}}'
    assert error_of(text_with(block)) == "broken: the file is nested too deeply: not an architecture file"


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_that_numbers_beyond_floats_are_refused_even_where_the_kind_is_unknown(number):
    block = f'{{"id": "a", "kind": "attention", "params": {{"x": {number}}}}}'
    assert error_of(text_with(block)) == "broken: the file cannot be read: it holds a number that is too large"


def test_that_a_whole_number_of_many_digits_is_refused_in_few_words():
    block = f'{{"id": "a", "kind": "conv2d", "params": {{"kernel_size": {"9" * 4000}}}}}'
    assert error_of(text_with(block)) == "broken: the file cannot be read: it holds a number of 4000 digits"


@pytest.mark.parametrize("place", ["kind", "id", "params"])
def test_that_half_a_character_is_refused_as_it_could_not_be_written(place):
    block = {"id": "a", "kind": "attention", "params": {}} | ({place: {"\ud800": 1}} if place == "params" else {})
    block |= {place: "x\udfff"} if place != "params" else {}
    assert "half of a character" in error_of(text_of(blocks=[block]))


@pytest.mark.parametrize("coordinate", ["nan", "inf", "3", True, None, 1e300, -2e9, [1]])
def test_that_a_place_on_the_canvas_is_a_finite_number_within_reach(coordinate):
    blocks = [{"id": "a", "kind": "flatten"}]
    message = error_of(text_of(blocks=blocks, view={"positions": {"a": [0, coordinate]}}))
    assert message.startswith("broken: view: positions.a.1: expected ")


@pytest.mark.parametrize("x", [-1e9, 0.0, 1e9])
def test_that_a_block_without_a_place_gets_one_below_its_source(x):
    design = design_of(chain(input_of(4), dense(2))).placed({"input": (x, 0.0)})
    assert arrange.settled(design).view.positions == {"input": (x, 0.0), "dense1": (x, placement.ROW)}


@pytest.mark.parametrize(("edge", "way"), [(1e9, 1), (-1e9, -1)])
def test_that_blocks_stay_within_reach_of_the_canvas_whatever_moves_them(edge, way):
    design = design_of(chain(input_of(4), dense(2))).placed({"input": (edge, edge), "dense1": (0.0, 0.0)})
    assert design.moved(["input"], way * 500.0, way * 500.0).view.positions["input"] == (edge, edge)
    assert files.parse(files.dumps(arrange.settled(design.edit(lambda net: net)))).view == design.view


def test_that_a_file_whose_block_lies_at_the_very_edge_can_be_opened_and_arranged():
    design = design_of(chain(input_of(4), dense(2))).placed({"input": (1e9, 1e9)})
    settled = arrange.settled(files.parse(files.dumps(design)))
    assert set(settled.view.positions) == {"input", "dense1"}
    assert files.parse(files.dumps(settled)) == settled


def test_that_an_error_stays_one_line_whatever_the_file_holds():
    message = error_of(text_of(blocks=[{"id": "a\nb\x1b[31m", "kind": 5}]))
    assert message == "broken: block 'a?b?[31m': kind: expected a string, got int"


def test_that_an_error_quotes_no_more_of_the_file_than_one_can_read():
    message = error_of(text_of(blocks=[{"id": "x" * 5000, "kind": "flatten"}, {"id": "ok", "y" * 5000: 1}]))
    assert len(message) < 700


@pytest.mark.parametrize("part", ["data", "training", "view"])
@pytest.mark.parametrize("value", [[], None, 3, "x", True])
def test_that_a_part_that_is_no_object_is_told_by_its_name(part, value):
    assert error_of(text_of(**{part: value})).startswith(f"broken: {part}: expected an object, got ")


def test_that_every_wrong_part_is_told_and_the_count_of_the_rest():
    wrong = [{"id": f"b{number}", "kind": "flatten", "colour": 1} for number in range(5)]
    with pytest.raises(files.FileError) as caught:
        files.parse(text_of(blocks=wrong, training={"epochs": 0}))
    assert len(caught.value.problems) == 6
    assert str(caught.value).endswith("; block 'b2': colour: there is no such field (and 3 more)")
