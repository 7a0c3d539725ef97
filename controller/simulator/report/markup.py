"""HTML from values: everything that is not HTML already is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final

_VOID: Final = frozenset({"img", "meta", "link", "br"})
_HARMFUL: Final = dict.fromkeys(
    {*range(32), 127, *range(0xD800, 0xE000)} - {ord("\t"), ord("\n")}, "\N{REPLACEMENT CHARACTER}"
)
"""Control characters and lone surrogates: no page may contain them, and a trace can."""


class Html(str):
    """Text that is HTML and is written as it is."""

    __slots__ = ()


def escape(text: object) -> Html:
    """Any text as HTML, also between quotes."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(str(text).translate(_HARMFUL)).replace("\n", "&#10;"))


def tag(name: str, /, *content: object, **attributes: object) -> Html:
    """An element.

    Args:
        content: Text, which is escaped, or `Html`; None is left out.
        attributes: `class_` is class and `aria_label` is aria-label; None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(content)}</{name}>")


def join(parts: Iterable[object]) -> Html:
    """Several pieces, one after the other."""
    return Html("".join(escape(part) for part in parts if part is not None))
