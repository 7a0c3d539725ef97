"""Texts without the secrets that roger.yaml points to: for logs, errors, and what others send back."""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 4
"""Characters; what is shorter keeps no secret, and to hide it would only garble the text."""
MASK: Final = "***"

_known: set[str] = set()


def keep(secret: str) -> str:
    """Hide `secret` from now on; gives it back."""
    if len(secret) >= SHORTEST:
        _known.add(secret)
    return secret


def hidden(text: str) -> str:
    """`text` with a mask in place of each secret."""
    for secret in sorted(_known, key=len, reverse=True):  # one may be the beginning of another
        text = text.replace(secret, MASK)
    return text
