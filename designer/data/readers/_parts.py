"""What parts of data are called."""

from __future__ import annotations

PARTS = {
    **dict.fromkeys(("train", "training", "trn"), 0),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "development"), 1),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation"), 2),
}
"""Words for training, validation and test, in lower case, with the number of the part."""
