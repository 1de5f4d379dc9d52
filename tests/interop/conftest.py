"""Keras itself, with torch under it, to compare with."""

from __future__ import annotations

import os
import tempfile

os.environ["KERAS_BACKEND"] = "torch"
os.environ["KERAS_HOME"] = tempfile.mkdtemp(prefix="keras-")  # where it writes a file of settings when it is imported
