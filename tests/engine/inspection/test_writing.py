"""A network goes on with a text as a plain loop over the same weights does, and leaves everything as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from designer.core.graph.binding import next_token_of
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage.files import read
from designer.core.storage.resources import example
from designer.data import opening
from designer.data.errors import DataError
from designer.data.samples import Dataset
from designer.data.spelling import behind, spelling_of
from designer.engine.inspection.writing import Writer
from designer.engine.model.build import Model, build
from tests.helpers import block, design_of


@pytest.fixture(scope="module")
def alice() -> tuple[Model, Design, Dataset]:
    design = read(example("alice_next_letter"))
    return build(design.network, seed=5), design, opening.load(design.data)


def writer(alice: tuple[Model, Design, Dataset], beginning: str, temperature: float = 1.0, seed: int = 0) -> Writer:
    model, design, dataset = alice
    return Writer(model, design.network, dataset, beginning, temperature, seed)


def plainly(model: Model, beginning: str, words: tuple[str, ...], temperature: float, of: int = 64) -> torch.Tensor:
    """What may follow a text, by the layers alone: no padding, no letter more than a piece has."""
    embedding, lstm, dense = model.get_submodule("embedding"), model.get_submodule("lstm"), model.get_submodule("dense")
    assert isinstance(lstm, nn.LSTM)
    numbers = torch.tensor([[words.index(letter) for letter in beginning[-of:]]])
    with torch.no_grad():
        states, _ = lstm(embedding(numbers))
        logits = dense(states[:, -1])[0]
    return (logits / temperature).softmax(-1)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("length", [1, 40, 64, 90])
def test_that_probabilities_are_those_of_a_plain_loop(
    alice: tuple[Model, Design, Dataset], temperature: float, length: int
) -> None:
    model, _, dataset = alice
    words = dataset.words["letters"]
    text = ("alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing")[
        :length
    ]
    writing = writer(alice, text, temperature)
    for _ in range(6):
        wanted = plainly(model.eval(), writing.text, words, temperature)
        assert np.abs(writing.probabilities - wanted.numpy()).max() < 1e-6
        added = writing.step()
        assert writing.text.endswith(added)
        assert len(added) == 1
    assert len(writing.text) == length + 6


def test_that_a_seed_writes_the_same_text_again_and_nothing_else_is_changed(
    alice: tuple[Model, Design, Dataset],
) -> None:
    model, _, _ = alice
    model.train()
    before, generator = {name: value.clone() for name, value in model.state_dict().items()}, torch.get_rng_state()

    def text(seed: int, temperature: float = 1.0) -> str:
        writing = writer(alice, "the ", temperature, seed)
        return "".join(writing.step() for _ in range(30))

    one = text(3)
    assert text(3) == one
    assert text(4) != one
    assert text(3, 0.0) == text(4, 0.0)
    assert model.training
    assert torch.equal(torch.get_rng_state(), generator)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_that_a_beginning_is_read_as_the_book_is(alice: tuple[Model, Design, Dataset]) -> None:
    one, other = (writer(alice, text) for text in ("ALICE  said", "alice said"))
    np.testing.assert_array_equal(one.probabilities, other.probabilities)
    assert not np.array_equal(
        one.probabilities, writer(alice, "alice said ").probabilities
    )  # a blank at the end counts
    with pytest.raises(DataError, match="'7' is none of the words"):
        writer(alice, "7 cats")
    with pytest.raises(DataError, match="a beginning of at least one"):
        writer(alice, "")


@pytest.mark.parametrize("name", ["mnist_cnn", "reversal_encoder_decoder", "reviews_text_cnn", "dna_motif_detector"])
def test_that_a_network_of_another_kind_writes_nothing_and_says_what_would(name: str) -> None:
    design = read(example(name))
    info = opening.info(design.data)
    assert info is not None
    assert next_token_of(design.network, info) is None
    with pytest.raises(DataError, match="does not tell the next token of a text: one Input is to read"):
        Writer(build(design.network, seed=1), design.network, opening.load(design.data), "a")


def story(folder: Path, **options: object) -> Design:
    """A network for the next token of a text of one's own."""
    path = folder / "story.txt"
    path.write_text("The cat sat on the mat, and the dog sat on the cat. " * 40, encoding="utf-8")
    name, found = opening.inspect(path)
    name, found = opening.inspect(path, name, {**found.options.model_dump(mode="json"), "length": 16, **options})
    data = opening.settings_for(path, name, found)
    size = found.info.features[0].vocabulary or 0
    nodes = [
        Node("input", block("input", sizes=[16], axes="tokens"), ()),
        Node("embedding", block("embedding", num_embeddings=size, embedding_dim=8), ("input",)),
        Node("gru", block("gru", hidden_size=16), ("embedding", None)),
        Node("dense", block("dense", out_features=size), ("gru.sequence",)),
        Node("output", block("output", task="sequence_to_sequence"), ("dense",)),
    ]
    return Design(design_of(Network.of(nodes)).network, data, TrainingSettings(device="cpu"))


@pytest.mark.parametrize("units", ["characters", "words", "byte pairs"])
def test_that_tokens_of_any_kind_are_put_together_as_a_text(tmp_path: Path, units: str) -> None:
    design = story(tmp_path, units=units, vocabulary=60, lower=units == "words")
    dataset = opening.load(design.data)
    writing = Writer(build(design.network, seed=2), design.network, dataset, "The cat", 1.0, 1)
    for _ in range(40):
        writing.step()
    assert writing.text.startswith("The cat")
    assert not any(sign in writing.text for sign in ("<padding>", "<unknown>", "\N{LOWER ONE EIGHTH BLOCK}"))
    words = dataset.words["text"]
    spelling = spelling_of(words)
    assert spelling == {"characters": "letters", "words": "words", "byte pairs": "pieces"}[units]
    text, known = "", "the cat sat on the mat, and" if units == "words" else "The cat sat on the mat, and"
    for number in dataset.cut["text"](known):
        text += behind(words[number], text, spelling)
    assert text == known
