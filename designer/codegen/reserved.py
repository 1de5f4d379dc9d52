"""The names that a value must not take: Python's keywords, and its built-in functions, which it would hide."""

from __future__ import annotations

import builtins
import keyword

BUILT_IN = frozenset(name for name in dir(builtins) if not name.startswith("_"))
RESERVED = BUILT_IN | frozenset(keyword.kwlist)
