"""Torch's largest library, loaded ahead of the import of torch. Imports no torch."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path


def load_without_lock() -> None:
    """Loads it without the interpreter's lock, so that other threads go on.

    An import holds the lock while the system loads a library: 150 ms for this one, in which the window would stand
    still. What cannot be loaded so is loaded by the import, which tells what is wrong with it. On Windows torch is
    there already, before Qt.
    """
    if "torch" in sys.modules or os.name == "nt":
        return
    with contextlib.suppress(OSError, AttributeError, ImportError, ValueError):
        spec = find_spec("torch")
        for place in (spec and spec.submodule_search_locations) or ():
            ending = "dylib" if sys.platform == "darwin" else "so"
            # `ctypes.CDLL` itself holds the lock; a function of C that it calls does not.
            load = ctypes.CDLL(None).dlopen
            load.argtypes, load.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
            load(os.fsencode(Path(place, "lib", f"libtorch.{ending}")), os.RTLD_NOW)
