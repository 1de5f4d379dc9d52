"""A chain is built and reordered: what is fixed stays before what changes samples by chance."""

from __future__ import annotations

import pytest

from designer.core.graph.binding import Feature
from designer.core.graph.data_settings import DataSettings
from designer.core.schema.shape import features, tokens
from designer.data.transforms import chain_edits
from designer.data.transforms.chain_edits import Chain
from designer.data.transforms.registry import chain_of, transforms

CHAIN: Chain = ({"kind": "normalise"}, {"kind": "flip"}, {"kind": "shift"}, {"kind": "noise"})


def kinds(chain: Chain) -> list[object]:
    return [item["kind"] for item in chain]


@pytest.mark.parametrize("kind", transforms())
def test_that_one_that_is_added_is_written_with_all_values_where_it_may_stand(kind: str) -> None:
    chain = chain_edits.added(CHAIN, kind)
    read = chain_of(DataSettings(transforms=chain))
    assert len(read) == 5
    new = next(item for item in chain if len(item) > 1) if kind != "normalise" else chain[1]
    assert new == {"kind": kind, **transforms()[kind]().arguments()}


def test_that_a_move_ends_where_the_fixed_ones_do() -> None:
    assert kinds(chain_edits.moved(CHAIN, 1, 3)) == ["normalise", "shift", "noise", "flip"]
    assert kinds(chain_edits.moved(CHAIN, 3, 0)) == ["normalise", "noise", "flip", "shift"]
    assert chain_edits.moved(CHAIN, 0, 3) == CHAIN


def test_that_an_empty_feature_is_not_written() -> None:
    named = chain_edits.changed(CHAIN, 1, {"feature": "scene"})
    assert named[1] == {"kind": "flip", "feature": "scene"}
    assert chain_edits.changed(named, 1, {"feature": ""}) == CHAIN


def test_that_only_what_suits_is_offered() -> None:
    words, numbers = Feature("words", tokens(20), 50), Feature("numbers", features(3))
    assert [item.kind for item in chain_edits.offered([words])] == ["token_drop"]
    assert [item.kind for item in chain_edits.offered([numbers])] == ["normalise", "noise", "mixup"]


def test_that_mixup_is_offered_as_long_as_it_is_not_there() -> None:
    numbers, chain = Feature("numbers", features(3)), chain_edits.added((), "mixup")
    assert [item.kind for item in chain_edits.offered([numbers], chain)] == ["normalise", "noise"]
