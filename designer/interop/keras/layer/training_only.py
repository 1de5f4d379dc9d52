"""Layers that change what they are given while training alone: in prediction each hands its input on."""

from __future__ import annotations

AUGMENTATIONS = frozenset(
    (
        *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomShear", "RandomPerspective"),
        *("RandomElasticTransform", "RandomHeight", "RandomWidth"),
        *("RandomBrightness", "RandomContrast", "RandomHue", "RandomSaturation", "RandomSharpness"),
        *("RandomColorJitter", "RandomColorDegeneration", "RandomGrayscale", "RandomInvert", "RandomPosterization"),
        *("RandomGaussianBlur", "RandomErasing", "Solarization", "Equalization"),
        *("AugMix", "CutMix", "MixUp", "RandAugment"),
    )
)
"""Of images. Keras's AutoContrast and ContrastLimitedAdaptiveHistogramEqualization act in prediction as well."""
NUMBER_BY_NUMBER = frozenset(("GaussianDropout", "ActivityRegularization", "StochasticDepth"))
"""Of any values."""
LEFT_OUT = AUGMENTATIONS | NUMBER_BY_NUMBER
"""Those that no block stands for: they go, with a note."""
AT_RANDOM = (LEFT_OUT - {"ActivityRegularization"}) | frozenset(
    ("Dropout", "AlphaDropout", "GaussianNoise", "RandomCrop", *(f"SpatialDropout{rank}D" for rank in (1, 2, 3)))
)
"""Those whose results in training are others each time."""
