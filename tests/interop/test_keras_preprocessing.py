"""Layers that prepare and change images: those that act in training alone are gone, and tell so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from designer.interop.keras.rules.preprocessing import LEFT_OUT
from tests.interop.models import assert_agrees, images, imported, keras

layers = keras.layers

ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "RandomTranslation": (0.2, 0.2),
    "RandomPosterization": (4,),
    "RandomGrayscale": (0.5,),
    "GaussianDropout": (0.3,),
    **dict.fromkeys(
        (
            *("RandomBrightness", "RandomContrast", "RandomRotation", "RandomZoom", "RandomHue", "RandomSaturation"),
            *("RandomColorDegeneration", "RandomSharpness"),
        ),
        (0.2,),
    ),
}
BUILT = sorted(name for name in LEFT_OUT - {"Equalization"} if hasattr(layers, name))
"""Keras cannot build a model with an Equalization: what it gives is its very input."""


def notes_of(found: Any) -> list[tuple[str, str]]:
    return [(note.what, note.why) for note in found.notes if note.layer]


def test_that_layers_which_act_in_training_alone_hand_their_input_on_with_a_note_each(tmp_path: Path) -> None:
    chain = [getattr(layers, name)(*ARGUMENTS.get(name, ())) for name in BUILT]
    model = keras.Sequential([keras.Input((6, 5, 3)), *chain, layers.Conv2D(2, 3)])
    found = assert_agrees(model, tmp_path, images(6, 5, 3))
    assert [node.block.kind for node in found.design.network.nodes.values()] == ["input", "conv2d", "output"]
    told = [why for what, why in notes_of(found) if what == "dropped"]
    assert told == [f"a {name} acts only while training: there is no block for it" for name in BUILT]


def test_that_every_layer_of_keras_that_gives_its_input_in_prediction_is_known_to() -> None:
    """A new layer of Keras's that is random by its name, and unknown here, would block a whole network."""
    unknown = [name for name in dir(layers) if name.startswith("Random") and name not in (*LEFT_OUT, "RandomCrop")]
    assert unknown == []


def test_that_augmentation_in_a_model_of_its_own_leaves_the_network_as_it_is(tmp_path: Path) -> None:
    augmentation = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomZoom(0.1)])
    inputs = keras.Input((6, 5, 3))
    model = keras.Model(inputs, layers.Conv2D(2, 3)(augmentation(inputs)))
    found = assert_agrees(model, tmp_path, images(6, 5, 3))
    assert len(found.design.network.nodes) == 3


def test_that_augmentation_at_every_step_leaves_the_frames_of_a_film_as_they_are(tmp_path: Path) -> None:
    each = [layers.RandomFlip(), layers.Conv2D(2, 3), layers.GlobalMaxPooling2D()]
    frames = [layers.TimeDistributed(layer) for layer in each]
    found = assert_agrees(keras.Sequential([keras.Input((3, 6, 5, 2)), *frames]), tmp_path, images(3, 6, 5, 2))
    assert [node.block.kind for node in found.design.network.nodes.values()].count("time_distributed") == 2


def test_that_a_pipeline_is_its_layers(tmp_path: Path) -> None:
    held = layers.Pipeline([layers.RandomFlip(), layers.Rescaling(0.5), layers.CenterCrop(3, 3)])
    model = keras.Sequential([keras.Input((6, 5, 3)), held, layers.Conv2D(2, 3)])
    found = assert_agrees(model, tmp_path, images(6, 5, 3))
    kinds = [node.block.kind for node in found.design.network.nodes.values()]
    assert kinds == ["input", "rescale", "crop", "conv2d", "output"]


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        (layers.CenterCrop(4, 2), "crop"),
        (layers.CenterCrop(3, 5), "crop"),
        (layers.CenterCrop(6, 5), None),
        (layers.RandomCrop(6, 5), None),
        (layers.Resizing(6, 5), None),
        (layers.Resizing(6, 5, interpolation="bicubic", crop_to_aspect_ratio=True), None),
        (layers.Resizing(12, 15), "upsample"),
        (layers.Resizing(12, 10, interpolation="nearest", pad_to_aspect_ratio=True), "upsample"),
    ],
)
def test_that_images_are_cut_and_enlarged_as_in_keras(layer: Any, kind: str | None, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((6, 5, 3)), layer, layers.Conv2D(2, 2)])
    found = assert_agrees(model, tmp_path, images(6, 5, 3))
    kinds = [node.block.kind for node in found.design.network.nodes.values()]
    assert kinds == ["input", *([kind] if kind else []), "conv2d", "output"]
    assert [what for what, _ in notes_of(found)] == []


def test_that_a_random_crop_of_larger_images_is_one_of_their_middle_and_told(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((6, 5, 3)), layers.RandomCrop(4, 4), layers.GlobalMaxPooling2D()])
    found = imported(model, tmp_path)
    (crop,) = found.design.network.of_kind("crop")
    assert crop.block.params() == {"cropping": [0, 1, 1, 1]}
    assert [why for what, why in notes_of(found) if "in the middle" in why]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (layers.Resizing(4, 4), "resizes images of 6×5 to 4×4"),
        (layers.Resizing(12, 10, interpolation="bicubic"), "interpolation is 'bicubic'"),
        (layers.Resizing(12, 5, crop_to_aspect_ratio=True), "crop_to_aspect_ratio"),
        (layers.CenterCrop(8, 4), "enlarge images of 6×5 to 8×4"),
    ],
)
def test_that_what_no_block_can_do_to_an_image_becomes_a_placeholder_with_its_reason(
    layer: Any, words: str, tmp_path: Path
) -> None:
    found = imported(keras.Sequential([keras.Input((6, 5, 3)), layer, layers.GlobalMaxPooling2D()]), tmp_path)
    assert [words in why for what, why in notes_of(found) if what == "unsupported"] == [True]
