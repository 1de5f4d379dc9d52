"""Kinds that work along the steps of a sequence, and encoders and decoders made of them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from designer.core.graph.network import Network, Node
from designer.core.inference.infer import infer
from designer.core.schema.shape import Shape
from designer.engine.model.build import Model, build
from tests.helpers import Item, block, chain, dense, input_of, output_for
from tests.mendable import mendable_problem

NUMBERS = torch.arange(1.0, 13.0).reshape(2, 3, 2)
LENGTHS = torch.tensor([3, 2])


def tokens_of(length: int | None) -> Item:
    return ("input", "input", {"sizes": (length,), "axes": "tokens"})


def given(network: Network, *arguments: Tensor, name: str = "seen") -> Any:
    """What a block gives."""
    with torch.no_grad():
        return build(network, seed=3).eval().trace(*arguments)[name, "out"]


def on_sequences(kind: str, length: int | None = 3, **params: object) -> Network:
    """A block on sequences of two features, with a recurrent block behind it that reads up to each one's end."""
    return chain(input_of(length, 2), (kind, "seen", params), ("gru", "gru1"), dense(2), output_for())


def shape_of(network: Network, name: str = "seen") -> str:
    shape = infer(network).results[name].shape
    assert shape is not None
    return str(shape)


def problem_of(network: Network, name: str = "seen") -> tuple[str, list[str]]:
    """The problem's words and its mends."""
    problem = mendable_problem(network, name)
    return problem.message, [fix.title for fix in problem.fixes]


def test_that_an_embedding_gives_the_rows_of_its_table() -> None:
    network = chain(tokens_of(None), ("embedding", "seen", {"num_embeddings": 9, "embedding_dim": 4}), "gru", dense(2))
    network = Network.of([*network.nodes.values(), Node("output", block("output"), ("dense1",))])
    model = build(network, seed=1)
    x = torch.tensor([[4, 0, 8]])
    torch.testing.assert_close(
        model.trace(x, torch.tensor([3]))["seen", "out"][0], model.get_submodule("seen").weight[x[0]]
    )


def test_that_features_are_no_tokens_and_an_input_before_can_be_set_so() -> None:
    message, mends = problem_of(chain(input_of(5), ("embedding", "seen")))
    assert "Embedding 'seen' takes tokens (N×L), but 'input' gives features 5" in message
    assert mends == ["Set axes of 'input' to tokens"]


def test_that_masking_finds_the_end_of_each_sequence() -> None:
    x = torch.tensor([[[1.0, 0], [0, 0], [0, 2]], [[3, 4], [0, 0], [0, 0]], [[0, 0], [0, 0], [0, 0]]])
    network = on_sequences("masking")
    assert shape_of(network) == "L×2"
    model = build(network, seed=1).eval()
    trace = model.trace(x)
    for row, length in enumerate((3, 1, 1)):
        states, last = model.get_submodule("gru1")(x[row : row + 1, :length])
        torch.testing.assert_close(trace["gru1", "last"][row], last[0, 0])
        torch.testing.assert_close(trace["gru1", "sequence"][row, :length], states[0])


def test_that_masking_cuts_sequences_further_whose_lengths_are_known() -> None:
    x = torch.tensor([[[1.0, 0], [7, 7], [7, 7]], [[7, 7], [2, 2], [3, 3]]])
    model = build(on_sequences("masking", None, mask_value=7.0), seed=1).eval()
    last = model.trace(x, torch.tensor([2, 2]))["gru1", "last"]
    for row, length in enumerate((1, 2)):
        torch.testing.assert_close(last[row], model.get_submodule("gru1")(x[row : row + 1, :length])[1][0, 0])


def test_that_masking_leaves_out_steps_anywhere_and_closes_the_gaps() -> None:
    x = torch.tensor([[[0.0, 0], [1, 2], [0, 0], [3, 4]], [[0, 0], [0, 0], [0, 0], [5, 6]]])
    network = on_sequences("masking", 4, where="anywhere")
    assert shape_of(network) == "L×2"
    model = build(network, seed=1).eval()
    last = model.trace(x)["gru1", "last"]
    for row, steps in enumerate(([1, 3], [3])):
        torch.testing.assert_close(last[row], model.get_submodule("gru1")(x[row : row + 1, steps])[1][0, 0])


def masked_by_tokens(where: str, **sizes: Any) -> Network:
    """Sequences whose steps count where the tokens beside them are not 0."""
    return Network.of(
        [
            Node("steps", block("input", sizes=(sizes.get("steps", 4), 2)), ()),
            Node("words", block("input", sizes=(4,), axes="tokens"), ()),
            Node("seen", block("masking", where=where), ("steps", "words")),
            Node("gru1", block("gru"), ("seen", None)),
            Node("dense1", block("dense", out_features=2), ("gru1",)),
            Node("output", block("output"), ("dense1",)),
        ]
    )


@pytest.mark.parametrize(("where", "steps"), [("end", ([0, 1, 2], [0])), ("anywhere", ([0, 2], [0]))])
def test_that_other_numbers_say_which_steps_count(where: str, steps: tuple[list[int], ...]) -> None:
    x, words = torch.randn(2, 4, 2), torch.tensor([[3, 0, 5, 0], [0, 0, 0, 0]])
    model = build(masked_by_tokens(where), seed=1).eval()
    last = model.trace(x, words)["gru1", "last"]
    for row, kept in enumerate(steps):
        torch.testing.assert_close(last[row], model.get_submodule("gru1")(x[row : row + 1, kept])[1][0, 0])


def test_that_numbers_of_another_length_say_nothing_of_steps() -> None:
    message, _ = problem_of(masked_by_tokens("end", steps=5))
    assert "takes two sequences of the same length, but has 5×2 and 4" in message


def test_that_steps_moved_together_go_back_into_their_places() -> None:
    x, words = torch.randn(2, 4, 2), torch.tensor([[0, 3, 0, 5], [0, 0, 0, 0]])
    network = Network.of(
        [
            Node("steps", block("input", sizes=(4, 2)), ()),
            Node("words", block("input", sizes=(4,), axes="tokens"), ()),
            Node("seen", block("masking", where="anywhere"), ("steps", "words")),
            Node("places", block("spread_steps", value=7.0), ("seen", "words")),
            Node("repeated", block("spread_steps", fill="last"), ("seen", "words")),
            Node("row1", block("flatten"), ("places",)),
            Node("row2", block("flatten"), ("repeated",)),
            Node("output1", block("output"), ("row1",)),
            Node("output2", block("output"), ("row2",)),
        ]
    )
    trace = build(network).trace(x, words)
    there = (words != 0)[..., None]
    torch.testing.assert_close(trace["places", "out"], torch.where(there, x, 7.0))
    last = torch.stack([torch.zeros(2), x[0, 1], x[0, 1], x[0, 3]])
    torch.testing.assert_close(trace["repeated", "out"], torch.stack([last, torch.zeros(4, 2)]))


@pytest.mark.parametrize(("fill", "behind"), [("zeros", [0.0, 0.0]), ("last", None)])
def test_that_sequences_are_brought_to_one_length(fill: str, behind: list[float] | None) -> None:
    network = on_sequences("pad_steps", None, n=5, fill=fill)
    assert shape_of(network) == "5×2"
    made = given(network, NUMBERS, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        torch.testing.assert_close(made[row, :length], NUMBERS[row, :length])
        expected = NUMBERS[row, length - 1] if behind is None else torch.tensor(behind)
        torch.testing.assert_close(made[row, length:], expected.expand(5 - length, 2))
    torch.testing.assert_close(given(on_sequences("pad_steps", None, n=1), NUMBERS, LENGTHS), NUMBERS[:, :1])
    torch.testing.assert_close(given(on_sequences("pad_steps", 3, n=2, fill=fill), NUMBERS), NUMBERS[:, :2])


def test_that_features_are_repeated_at_every_step() -> None:
    network = chain(input_of(2), ("repeat_vector", "seen", {"n": 4}), ("gru", "gru1"), dense(2), output_for())
    assert shape_of(network) == "4×2"
    x = torch.randn(3, 2)
    torch.testing.assert_close(given(network, x), torch.stack([x] * 4, dim=1))


def test_that_a_sequence_is_repeated_by_its_last_state_only() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(3, 2)), ()),
            Node("gru1", block("gru"), ("input", None)),
            Node("seen", block("repeat_vector"), ("gru1.sequence",)),
        ]
    )
    message, mends = problem_of(network)
    assert "RepeatVector 'seen' takes features (N×F), but 'gru1.sequence' gives sequences 3×64" in message
    assert mends == ["Take 'last' of 'gru1'"]


def test_that_each_sequence_is_reversed_by_its_own_length() -> None:
    torch.testing.assert_close(given(on_sequences("reverse"), NUMBERS), NUMBERS.flip(1))
    turned = given(on_sequences("reverse", None), NUMBERS, LENGTHS)
    torch.testing.assert_close(turned[0], NUMBERS[0, [2, 1, 0]])
    torch.testing.assert_close(turned[1, :2], NUMBERS[1, [1, 0]])


def test_that_pairs_are_all_ordered_pairs_of_steps() -> None:
    def pairs(x: Tensor) -> Tensor:
        return torch.stack([torch.cat([one, other]) for one in x for other in x])

    network = on_sequences("pairs")
    assert shape_of(network) == "9×4"
    torch.testing.assert_close(given(network, NUMBERS)[1], pairs(NUMBERS[1]))
    model = build(on_sequences("pairs", None), seed=1).eval()
    trace = model.trace(NUMBERS, LENGTHS)
    torch.testing.assert_close(trace["seen", "out"][0], pairs(NUMBERS[0]))
    torch.testing.assert_close(trace["seen", "out"][1, :4], pairs(NUMBERS[1, :2]))
    _, last = model.get_submodule("gru1")(pairs(NUMBERS[1, :2])[None])
    torch.testing.assert_close(trace["gru1", "last"][1], last[0, 0])


def test_that_more_pairs_than_a_sequence_may_have_are_refused() -> None:
    message, _ = problem_of(on_sequences("pairs", 300))
    assert "300 steps have 90000 pairs, more than 65536" in message


def test_that_a_shift_delays_every_step_and_fills_the_front() -> None:
    shifted = given(on_sequences("shift", value=-1.0), NUMBERS)
    torch.testing.assert_close(shifted[:, 1:], NUMBERS[:, :-1])
    assert (shifted[:, 0] == -1).all()


def test_that_shifted_tokens_begin_with_a_start_token_and_stay_whole_numbers() -> None:
    network = chain(tokens_of(3), ("shift", "seen", {"value": 7.0}), "embedding", ("gru", "gru1"), dense(2))
    network = Network.of([*network.nodes.values(), Node("output", block("output"), ("dense1",))])
    shifted = given(network, torch.tensor([[1, 2, 3]]))
    assert shifted.tolist() == [[7, 1, 2]]
    assert shifted.dtype == torch.int64


def test_that_a_shift_that_leaves_nothing_or_starts_with_no_token_is_refused_with_a_mend() -> None:
    message, mends = problem_of(on_sequences("shift", n=3))
    assert "shifts by 3, so that nothing is left of sequences of 3: set n to less than 3" in message
    assert mends == ["Set n of 'seen' to 1"]
    message, mends = problem_of(chain(tokens_of(3), ("shift", "seen", {"value": 0.5})))
    assert "tokens are whole numbers from 0, but value is 0.5" in message
    assert mends == ["Set value of 'seen' to 0.0"]


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (1, 0), (0, 2), (1, -1), (-2, 0), (-3, -1), (0, -1)])
def test_that_slices_are_python_s_for_each_sequence(start: int, stop: int) -> None:
    x, lengths = torch.randn(3, 5, 2), torch.tensor([5, 3, 4])
    fixed = on_sequences("slice_steps", 5, start=start, stop=stop)
    expected = x[:, start : stop or None]
    torch.testing.assert_close(given(fixed, x), expected)
    assert shape_of(fixed) == f"{expected.shape[1]}×2"
    model = build(on_sequences("slice_steps", None, start=start, stop=stop), seed=1).eval()
    trace = model.trace(x, lengths)
    for row, length in enumerate(lengths):
        own = x[row, : int(length)][start : stop or None]
        torch.testing.assert_close(trace["seen", "out"][row, : len(own)], own)
        torch.testing.assert_close(trace["gru1", "last"][row], model.get_submodule("gru1")(own[None])[1][0, 0])


@pytest.mark.parametrize("length", [5, None])
def test_that_a_slice_of_nothing_is_refused_with_a_mend(length: int | None) -> None:
    message, mends = problem_of(on_sequences("slice_steps", length, start=3, stop=2))
    assert "is from 3 on and before 2: let start be before stop" in message
    assert mends == ["Set stop of 'seen' to 0"]


def seq_to_seq(decoder_reads: str, cell: str = "gru", length: int | None = None) -> Network:
    """Cho's encoder and decoder over tokens; the decoder reads shifted targets, or the encoder's last state again."""
    shared: list[Node] = [
        Node("source", block("input", sizes=(length,), axes="tokens"), ()),
        Node("embedding1", block("embedding", num_embeddings=12, embedding_dim=6), ("source",)),
        Node("encoder", block(cell, hidden_size=10), ("embedding1", None)),
    ]
    if decoder_reads == "targets":
        reads = [
            Node("target", block("input", sizes=(length,), axes="tokens"), ()),
            Node("shift1", block("shift", value=11.0), ("target",)),
            Node("read", block("embedding", num_embeddings=12, embedding_dim=6), ("shift1",)),
        ]
    else:
        reads = [Node("read", block("repeat_vector", n=4), ("encoder",))]
    return Network.of(
        [
            *shared,
            *reads,
            Node("decoder", block(cell, hidden_size=10), ("read", "encoder.state")),
            Node("dense1", block("dense", out_features=12), ("decoder.sequence",)),
        ]
    )


def model_of(network: Network) -> Model:
    """The model, with a block behind it that reads what the decoder gives, as only what is used is built."""
    reader = [Node("gru1", block("gru"), ("dense1", None)), Node("output", block("output"), ("gru1",))]
    return build(Network.of([*network.nodes.values(), *reader]), seed=5).eval()


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_that_an_encoder_s_state_starts_a_decoder_that_reads_shifted_targets(cell: str) -> None:
    network = seq_to_seq("targets", cell)
    assert infer(network).shape("dense1") == Shape.of((None, 12))
    model = model_of(network)
    source, target = torch.randint(0, 11, (2, 6)), torch.randint(0, 11, (2, 4))
    shown = model.trace(source, torch.tensor([6, 3]), target, torch.tensor([4, 2]))["dense1", "out"]
    assert shown.shape == (2, 4, 12)
    part = {name: model.get_submodule(name) for name in ("embedding1", "encoder", "read", "decoder", "dense1")}
    for row, (read, written) in enumerate(((6, 4), (3, 2))):
        _, state = part["encoder"](part["embedding1"](source[row : row + 1, :read]))
        before = torch.cat([torch.tensor([[11]]), target[row : row + 1, : written - 1]], dim=1)
        states, _ = part["decoder"](part["read"](before), state)
        torch.testing.assert_close(shown[row, :written], part["dense1"](states)[0])


def test_that_an_encoder_s_state_starts_a_decoder_that_reads_its_last_state_again() -> None:
    network = seq_to_seq("repeated")
    assert shape_of(network, "dense1") == "4×12"
    model = model_of(network)
    source = torch.randint(0, 11, (2, 6))
    shown = model.trace(source, torch.tensor([6, 3]))["dense1", "out"]
    encoder, decoder = model.get_submodule("encoder"), model.get_submodule("decoder")
    assert isinstance(encoder, nn.GRU)
    _, state = encoder(model.get_submodule("embedding1")(source[1:2, :3]))
    states, _ = decoder(state[0][:, None].expand(1, 4, 10), state)
    torch.testing.assert_close(shown[1], model.get_submodule("dense1")(states)[0])


def test_that_a_decoder_learns_to_reverse_tokens_with_teacher_forcing() -> None:
    model = model_of(seq_to_seq("targets", length=4))
    generator = torch.Generator().manual_seed(1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)

    def loss_of(source: Tensor) -> Tensor:
        target = source.flip(1)
        logits = model.trace(source, target)["dense1", "out"]
        return nn.functional.cross_entropy(logits.transpose(1, 2), target)

    for _ in range(150):
        optimizer.zero_grad()
        loss = loss_of(torch.randint(0, 4, (32, 4), generator=generator))
        loss.backward()
        optimizer.step()
    assert loss_of(torch.randint(0, 4, (200, 4), generator=generator)).item() < 0.7, "guessing costs log 4 = 1.39"
