"""Token drop: words that cannot be read."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import TOKENS, Transform


class TokenDrop(Transform):
    """Some words as the unknown one, so that no one word decides."""

    kind = "token_drop"
    title = "Token drop"
    summary = "Replaces some words by the unknown one, so that no one word decides."
    function = "random_token_drop"
    axes = TOKENS

    p: float = real(0.1, "Share of the words that are replaced.", low=0.0, high=0.9)


TRANSFORM = TokenDrop
