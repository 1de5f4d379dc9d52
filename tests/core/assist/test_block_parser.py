"""Blocks as they are typed: numbers in the order of declaration, choices by their names, everything by `name=value`."""

from __future__ import annotations

from typing import Any

import pytest

from designer.core.assist.block_parser import ParsingError, grammar, read, splits
from designer.core.graph.registry import kinds
from tests.helpers import block


@pytest.mark.parametrize(
    ("typed", "params"),
    [
        ("conv2d 32 3 relu", {"out_channels": 32, "kernel_size": (3, 3), "activation": "relu"}),
        ("conv2d 64 3x5 same", {"out_channels": 64, "kernel_size": (3, 5), "padding_rule": "same"}),
        ("conv2d k=5 pad=2 bias=no", {"kernel_size": (5, 5), "padding": (2, 2), "bias": False}),
        ("conv2d relu 16", {"out_channels": 16, "activation": "relu"}),
        ("dense 10", {"out_features": 10}),
        ("dropout .3", {"p": 0.3}),
        ("lstm 24 bidirectional", {"hidden_size": 24, "bidirectional": True}),
        ("lstm 24 bi", {"hidden_size": 24, "bidirectional": True}),
        ("conv2d 8 sam", {"out_channels": 8, "padding_rule": "same"}),
        ("input 3x32x32", {"sizes": (3, 32, 32)}),
        ("input 12", {"sizes": (12,)}),
        ("input Lx12", {"sizes": (None, 12)}),
        ("embedding 1000 16", {"num_embeddings": 1000, "embedding_dim": 16}),
        ("leaky_relu 0.1", {"negative_slope": 0.1}),
        ("output regression mae", {"task": "regression", "loss": "mae"}),
    ],
)
def test_that_typed_values_fill_the_parameters(typed: str, params: dict[str, Any]) -> None:
    kind, *words = typed.split()
    made = read(block(kind), words)
    assert made.block == block(kind, **params)
    assert set(made.values) == set(params) == set(made.block.model_fields_set)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("conv2d 0", "out_channels: expected a whole number from 1 to 16,384, got 0"),
        ("conv2d 32.5", "out_channels: expected"),
        ("dense 1 2", "'2' is one number too many"),
        ("conv2d purple", "'purple' is no value of a parameter here"),
        ("conv2d 8 re", "'re' may be relu or relu6: type more of it"),
        ("conv2d colour=1", "there is no parameter 'colour': there is out_channels"),
        ("conv2d bias=maybe", "bias: expected yes or no, got 'maybe'"),
        ("conv2d activation=mush", "activation: expected none, relu"),
        ("conv2d k=big", "kernel_size: expected a number, got 'big'"),
        ("conv2d 1 2x", "'2x' is no value"),
    ],
)
def test_that_a_word_that_is_no_value_is_named_with_what_was_expected(typed: str, message: str) -> None:
    kind, *words = typed.split()
    with pytest.raises(ParsingError) as raised:
        read(block(kind), words)
    assert message in str(raised.value)


def test_that_words_before_the_first_number_may_name_the_kind_or_be_values() -> None:
    assert list(splits("max pool 2")) == [("max pool", ["2"]), ("max", ["pool", "2"])]
    assert list(splits("conv2d")) == [("conv2d", [])]
    assert list(splits("")) == []


def test_that_every_kind_can_be_typed_with_no_values_and_tells_its_parameters() -> None:
    for name, kind in kinds().items():
        made = read(kind(), [])
        assert made.block == kind(), name
        told = [field for field, _ in grammar(kind())]
        assert set(told) <= set(kind().form_fields())
    assert grammar(block("dropout"), {"p": 0.25}) == [("p", "0.25")]
