"""Output ports of recurrent blocks, and states that start others."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from designer.core.edits import network_edits as edits
from designer.core.graph.network import Network, Node
from designer.core.inference.compile import _TAKEN
from designer.core.inference.infer import infer
from designer.engine.model.build import build
from tests.helpers import block, chain, dense, input_of, output_for


def encoder_decoder(kind: str, **params: object) -> Network:
    """An encoder whose state starts a decoder that reads the same sequence."""
    return Network.of(
        [
            Node("input", block("input", sizes=(None, 3)), ()),
            Node("encoder", block(kind, hidden_size=5, **params), ("input", None)),
            Node("decoder", block(kind, hidden_size=5, **params), ("input", "encoder.state")),
            Node("output", block("output"), ("decoder",)),
        ]
    )


@pytest.mark.parametrize("kind", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("params", [{}, {"num_layers": 2}, {"bidirectional": True}])
def test_that_an_encoder_s_state_starts_the_decoder(kind: str, params: dict[str, object]) -> None:
    model = build(encoder_decoder(kind, **params), seed=1).eval()
    x, lengths = torch.randn(2, 6, 3), torch.tensor([6, 6])
    encoder, decoder = model.get_submodule("encoder"), model.get_submodule("decoder")
    _, state = encoder(x)
    _, last = decoder(x, state)
    hidden = last[0] if kind == "lstm" else last
    expected = torch.cat([hidden[-2], hidden[-1]], -1) if params.get("bidirectional") else hidden[-1]
    torch.testing.assert_close(model(x, lengths), expected)


def test_that_features_may_start_a_gru_but_not_an_lstm() -> None:
    for kind, fits in (("gru", True), ("lstm", False)):
        network = chain(input_of(4, 3), (kind, "first", {"hidden_size": 5}), dense(5), output_for())
        network = edits.add(network, block(kind, hidden_size=5), "second")
        network = edits.connect(edits.connect(network, "input", "second", 0), "dense1", "second", 1)
        problem = infer(network).results["second"].problem
        assert (problem is None) == fits
        if problem:
            assert "starts with a state of 2×1×5 (HC×S×F), but 'dense1' gives features 5" in problem.message


def test_that_an_appended_block_takes_the_output_that_fits_it() -> None:
    from designer.core.edits import placed_edits as arrange
    from designer.core.graph.design import Design

    design = arrange.settled(Design(chain(input_of(None, 3), ("lstm", "lstm1"))))
    assert arrange.appended(design, block("gru"), "lstm1").network.nodes["gru1"].inputs[0] == "lstm1.sequence"
    assert arrange.appended(design, block("dense"), "lstm1").network.nodes["dense1"].inputs[0] == "lstm1"
    state = arrange.appended(design, block("lstm_state"), "lstm1").network.nodes["state1"]
    assert state.inputs == ("lstm1", None), "a kind with two inputs takes one of them"


def test_that_no_layer_takes_a_name_of_torch_s_own() -> None:
    assert {name for name in dir(nn.Sequential()) if not name.startswith("_")} <= _TAKEN
