"""Keras's own applications: the right parameter counts and valid shapes, and the same outputs from the same weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.core.inference.infer import infer
from designer.interop.keras.importing import import_keras
from tests.interop.models import assert_agrees, images, keras

FAMILIES = (
    ("VGG16", "ResNet50", "ResNet50V2", "DenseNet121"),
    ("MobileNet", "MobileNetV2", "MobileNetV3Small", "EfficientNetB0", "EfficientNetV2B0"),
    ("InceptionV3", "InceptionResNetV2", "Xception", "ConvNeXtTiny"),
)


@pytest.fixture(autouse=True)
def _no_weights_are_drawn_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Millions of them: no test looks at those that Keras draws, and what is compared gets weights of chance."""
    initializer = keras.initializers.VarianceScaling
    monkeypatch.setattr(initializer, "__call__", lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype))


def without_scale(model: Any) -> int:
    """Channels of batch normalisations that have no γ in Keras; torch has one."""
    found = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization" and not layer.scale]
    return sum(layer.beta.shape[0] for layer in found)


@pytest.mark.parametrize("name", [name for family in FAMILIES for name in family])
def test_that_an_application_has_its_parameters_and_its_shapes(name: str, tmp_path: Path) -> None:
    with keras.device("meta"):
        model = getattr(keras.applications, name)(weights=None)
    path = tmp_path / "model.json"
    path.write_text(model.to_json(), encoding="utf-8")
    found = import_keras(path)
    inference = infer(found.design.network)
    assert inference.problems == []
    assert [note for note in found.notes if note.what == "unsupported"] == []
    expected = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert inference.parameters == expected + without_scale(model)
    last = found.design.network.of_kind("output")[0]
    assert str(inference.shape(last.id)) == "1000"


@pytest.mark.parametrize(
    ("name", "size", "options"),
    [
        ("ResNet50V2", 40, {"include_top": False, "pooling": "avg"}),
        ("MobileNet", 40, {"alpha": 0.25, "classes": 5}),
        ("MobileNetV2", 48, {"alpha": 0.35, "classes": 5}),
        ("MobileNetV3Small", 48, {"alpha": 0.75, "minimalistic": False, "classes": 5}),
        ("DenseNet121", 40, {"include_top": False, "pooling": "avg"}),
        ("InceptionV3", 75, {"include_top": False, "pooling": "avg"}),
        ("EfficientNetB0", 40, {"classes": 5}),
        ("Xception", 71, {"include_top": False, "pooling": "avg"}),
        ("ConvNeXtTiny", 40, {"classes": 5}),
    ],
)
def test_that_an_application_gives_the_same_from_the_same_weights(
    name: str, size: int, options: dict[str, Any], tmp_path: Path
) -> None:
    model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), **options)
    assert_agrees(model, tmp_path, images(size, size, 3))
