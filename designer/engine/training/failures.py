"""What has ended a run, in words, with what to try."""

from __future__ import annotations

import traceback

import torch

from designer.core.schema.limits import first_line
from designer.engine.protocol.events import Failed


def failure(error: Exception) -> Failed:
    """Any other exception of the loop, in words, with its traceback as details."""
    details = traceback.format_exc()
    text = first_line(error) or type(error).__name__
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or "allocate memory" in str(error):
        hint = "Try a smaller batch size or smaller blocks."
        return Failed("there is not enough memory for this network", hint, details)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return Failed(
            f"training stopped: {where}{error.strerror}", "Check the disk and the file, then train again.", details
        )
    hint = "Undo the last change, or report this with the details."
    if "more than 1 value per channel" in text:
        hint = "A normalisation over the batch needs more than one number a channel in it: make the batch size larger."
    return Failed(f"training stopped on an error: {text}", hint, details)
