"""A network against data with several columns: which one each Input and Output takes, and what does not suit it."""

from __future__ import annotations

import pytest

from designer.core.graph.binding import DataInfo, Feature, Target, bind
from designer.core.graph.block import Block
from designer.core.graph.design import Design
from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node
from designer.core.schema.shape import features, image, sequence, tokens
from designer.core.validation import check, check_data
from tests.helpers import block, design_of

PAIRS = DataInfo(
    "pairs",
    "Pairs",
    (Feature("left", features(4)), Feature("right", features(3))),
    (Target("same", features(1), ("no", "yes")), Target("sums", features(2))),
)
SPEECH = DataInfo(
    "speech",
    "Speech",
    (Feature("heard", tokens(None), 50), Feature("pitch", sequence(None, 2))),
    (Target("said", tokens(None), tuple("abcdef")), Target("volume", sequence(None, 3))),
)
PICTURES = DataInfo(
    "pictures", "Pictures", (Feature("picture", image(1, 8, 8)),), (Target("what", features(1), ("a", "b")),)
)


def pairs_network(one: str = "", other: str = "", first: str = "", second: str = "") -> Network:
    return Network.of(
        [
            Node("input1", block("input", sizes=[4], feature=one), ()),
            Node("input2", block("input", sizes=[3], feature=other), ()),
            Node("dense1", block("dense", out_features=2), ("input1",)),
            Node("dense2", block("dense", out_features=2), ("input2",)),
            Node("add1", block("add"), ("dense1", "dense2")),
            Node("class1", block("output", target=first), ("add1",)),
            Node("number1", block("output", task="regression", target=second), ("add1",)),
        ]
    )


def speech_network(size: int = 6, known: int = 50, **output: object) -> Network:
    return Network.of(
        [
            Node("input", block("input", sizes=[None], axes="tokens"), ()),
            Node("embedding1", block("embedding", num_embeddings=known, embedding_dim=4), ("input",)),
            Node("dense1", block("dense", out_features=size), ("embedding1",)),
            Node("output", block("output", **{"task": "sequence_to_sequence", **output}), ("dense1",)),
        ]
    )


def problems(network: Network, data: DataInfo) -> list[Problem]:
    return check.problems(design_of(network), data=data)


def mended(network: Network, problem: Problem, data: DataInfo) -> list[Problem]:
    """What is still wrong after the first one-click fix."""
    after: Design = problem.fixes[0].apply(design_of(network))
    return check.problems(after, data=data)


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (("", ""), ("left", "right")),
        (("", "left"), ("right", "left")),
        (("right", ""), ("right", "left")),
        (("right", "right"), ("right", "right")),
    ],
)
def test_that_a_column_without_a_name_is_the_first_that_is_free(names: tuple[str, str], taken: tuple[str, str]) -> None:
    binding = bind(pairs_network(*names), PAIRS)
    assert tuple(item.name for item in binding.features.values()) == taken
    assert [item.name for item in bind(pairs_network("", "", *[""] * 2), PAIRS).targets.values()] == ["same", "sums"]


def test_that_lengths_follow_the_values_that_vary() -> None:
    assert bind(speech_network(), SPEECH).arguments == ("heard", "heard_lengths")
    assert bind(pairs_network(), PAIRS).arguments == ("left", "right")


def test_that_a_network_with_two_inputs_and_two_outputs_suits_its_data() -> None:
    assert problems(pairs_network(), PAIRS) == []
    assert problems(speech_network(), SPEECH) == []
    assert problems(speech_network(size=3, target="volume", loss="mse"), SPEECH) == []


def test_that_a_column_that_there_is_not_is_told_with_those_that_there_are() -> None:
    network = pairs_network(one="middle")
    found = problems(network, PAIRS)[0]
    assert found.message == (
        "Input 'input1' names the feature 'middle', but the data 'Pairs' has left, right: choose one of them"
    )
    assert (found.block, found.field) == ("input1", "feature")
    assert [fix.title for fix in found.fixes] == ["Set feature of 'input1' to left", "Set feature of 'input1' to right"]


def test_that_more_outputs_than_targets_are_told() -> None:
    one = DataInfo("one", "One", PAIRS.features, PAIRS.targets[:1])
    (found,) = problems(pairs_network(), one)
    assert found.message == (
        "No target of the data 'One' is left for Output 'number1' (there is same): name one, or remove it"
    )
    assert (found.block, found.field) == ("number1", "target")


def test_that_wrong_sizes_are_mended_or_the_other_feature_is_taken() -> None:
    network = pairs_network(one="right", other="left")
    found = problems(network, PAIRS)
    assert found[0].message == (
        "Input 'input1' takes 4, but 'right' of the data 'Pairs' gives features 3: set its sizes to those of the data"
    )
    assert [fix.title for fix in found[0].fixes] == ["Set sizes of 'input1' to 3", "Set feature of 'input1' to left"]
    after = found[1].fixes[1].apply(found[0].fixes[1].apply(design_of(network)))
    assert check.problems(after, data=PAIRS) == []


def test_that_the_axes_of_an_input_are_set_with_its_sizes() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=[9]), ()),
            Node("dense1", block("dense", out_features=6), ("input",)),
            Node("output", block("output"), ("dense1",)),
        ]
    )
    found = problems(network, SPEECH)[0]
    assert found.message.startswith("Input 'input' takes 9, but 'heard' of the data 'Speech' gives tokens L")
    node = found.fixes[0].apply(design_of(network)).network.nodes["input"]
    assert node.block == block("input", sizes=[None], axes="tokens")


def test_that_an_input_whose_axes_do_not_fit_its_sizes_is_set_to_the_data_by_one_click() -> None:
    network = Network.of([Node("input", block("input", axes="tokens"), ())])
    found = problems(network, SPEECH)
    assert found[0].message.startswith(
        "Input 'input' has no shape, but 'heard' of the data 'Speech' gives tokens L: set"
    )
    after = found[0].fixes[0].apply(design_of(network))
    assert after.network.nodes["input"].block == block("input", sizes=[None], axes="tokens")


def test_that_new_inputs_and_outputs_suit_the_columns_that_are_free() -> None:
    def new(kind: str, network: Network, data: DataInfo) -> Block:
        return check_data.suited(block(kind), network, data)

    empty = Network.of([])
    assert new("input", empty, SPEECH) == block("input", sizes=[None], axes="tokens")
    assert new("output", empty, SPEECH) == block("output", task="sequence_to_sequence")
    begun = Network.of([Node("input", new("input", empty, SPEECH), ())])
    assert new("input", begun, SPEECH) == block("input", sizes=[None, 2])
    assert new("input", pairs_network(), PAIRS) == block("input")  # no column is left
    learnt = Network.of(
        [
            *begun.nodes.values(),
            Node("embedding1", block("embedding"), ("input",)),
            Node("output", new("output", empty, SPEECH), ("embedding1",)),
        ]
    )
    assert new("output", learnt, SPEECH) == block("output", task="sequence_to_sequence", loss="mse")
    assert new("dense", begun, SPEECH) == block("dense")


def test_that_an_embedding_that_knows_too_few_tokens_is_mended() -> None:
    network = speech_network(known=20)
    (found,) = problems(network, SPEECH)
    assert found.message == (
        "Embedding 'embedding1' knows 20 tokens, but 'heard' of the data 'Speech' has 50: set num_embeddings to 50"
    )
    assert mended(network, found, SPEECH) == []
    assert problems(speech_network(known=60), SPEECH) == []


def test_that_the_number_of_classes_is_that_of_each_step() -> None:
    network = speech_network(size=5)
    (found,) = problems(network, SPEECH)
    assert found.message == (
        "Dense 'dense1' gives 5 numbers, but 'said' of the data 'Speech' has 6 classes: set out_features to 6"
    )
    assert mended(network, found, SPEECH) == []


def test_that_numbers_for_each_step_need_another_loss_than_classes() -> None:
    network = speech_network(size=3, target="volume")
    (found,) = problems(network, SPEECH)
    assert found.message == (
        "Output 'output' has the loss cross_entropy, but 'volume' of the data 'Speech' has numbers at each step"
    )
    assert mended(network, found, SPEECH) == []
    network = speech_network(loss="mae")
    (found,) = problems(network, SPEECH)
    assert found.message.endswith("has classes at each step")
    assert mended(network, found, SPEECH) == []


def test_that_a_task_for_whole_samples_is_mended_where_there_is_a_target_for_each_step() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=[None, 2], feature="pitch"), ()),
            Node("lstm1", block("lstm", hidden_size=3), ("input", None)),
            Node("output", block("output", task="regression", target="volume"), ("lstm1",)),
        ]
    )
    (found,) = problems(network, SPEECH)
    assert found.message == (
        "Output 'output' is for regression, but 'volume' of the data 'Speech' has numbers for each step as target"
    )
    after = found.fixes[0].apply(design_of(network))
    (left,) = check.problems(after, data=SPEECH)
    assert [fix.title for fix in left.fixes] == ["Take 'sequence' of 'lstm1'"]
    assert check.problems(left.fixes[0].apply(after), data=SPEECH) == []


def test_that_another_number_of_steps_than_the_target_has_is_told() -> None:
    fixed = DataInfo("x", "X", (Feature("x", sequence(9, 2)),), (Target("y", sequence(9, 2)),))
    network = Network.of(
        [
            Node("input", block("input", sizes=[9, 2]), ()),
            Node("slice1", block("slice_steps", start=2), ("input",)),
            Node("output", block("output", task="sequence_to_sequence", loss="mse"), ("slice1",)),
        ]
    )
    (found,) = problems(network, fixed)
    assert found.message == (
        "Output 'output' gets 7 steps, but the data 'X' has a value for 9 steps: the network must keep the length"
    )


def test_that_a_loss_that_a_task_does_not_have_is_mended() -> None:
    network = speech_network(loss="bce")
    (found,) = problems(network, SPEECH)
    assert found.message == (
        "Output 'output': the task sequence_to_sequence has no loss called bce: choose auto, cross_entropy, focal, "
        "mse, mae, huber, quantile, poisson or cosine"
    )
    assert mended(network, found, SPEECH) == []


# Autoencoders.


def autoencoder(*last: Node, loss: str = "bce") -> Network:
    items = [
        Node("input", block("input", sizes=[1, 8, 8]), ()),
        Node("flatten", block("flatten"), ("input",)),
        *last,
        Node("output", block("output", task="autoencoder", loss=loss), (last[-1].id,)),
    ]
    return Network.of(items)


def test_that_an_autoencoder_is_laid_out_as_its_feature_by_one_click() -> None:
    network = autoencoder(Node("dense1", block("dense", out_features=64), ("flatten",)))
    (found,) = problems(network, PICTURES)
    assert found.message == (
        "Output 'output' gets features 64, but is to give back 'picture', images 1×8×8: put an Unflatten before it"
    )
    assert found.fixes[0].title == "Insert Unflatten to 1×8×8"
    assert mended(network, found, PICTURES) == []


def test_that_an_autoencoder_of_another_shape_is_told() -> None:
    network = autoencoder(Node("dense1", block("dense", out_features=60), ("flatten",)))
    (found,) = problems(network, PICTURES)
    assert "gets features 60, but is to give back 'picture', images 1×8×8" in found.message


def test_that_tokens_are_not_given_back_as_numbers() -> None:
    (found,) = problems(speech_network(task="autoencoder"), SPEECH)
    assert found.message == "Output 'output' cannot give back 'heard': tokens are names, not numbers"
    assert mended(speech_network(task="autoencoder"), found, SPEECH) == []


def test_that_a_sigmoid_which_the_loss_would_apply_again_is_taken_out() -> None:
    last = [
        Node("dense1", block("dense", out_features=64, activation="sigmoid"), ("flatten",)),
        Node("unflatten1", block("unflatten", sizes=[1, 8, 8]), ("dense1",)),
    ]
    (found,) = problems(autoencoder(*last), PICTURES)
    assert found.message == (
        "Output 'output' applies a sigmoid, as its loss works on logits, and so does 'dense1' before it: "
        "set activation to none"
    )
    assert mended(autoencoder(*last), found, PICTURES) == []
    assert problems(autoencoder(*last, loss="mse"), PICTURES) == []
    own = [
        Node("dense1", block("dense", out_features=64), ("flatten",)),
        Node("activation1", block("activation", function="sigmoid"), ("dense1",)),
        Node("unflatten1", block("unflatten", sizes=[1, 8, 8]), ("activation1",)),
    ]
    (found,) = problems(autoencoder(*own), PICTURES)
    assert mended(autoencoder(*own), found, PICTURES) == []
