"""Numbers as people read them."""

from __future__ import annotations

import math
from typing import Final

from models.intent.counting import Count

EXACT_BELOW: Final = 1_000_000
ANY_TEXT: Final = " and any text"
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def readable(number: int) -> str:
    """12,345; from a million on two digits: 4.0 × 10¹⁶."""
    if number < EXACT_BELOW:
        return f"{number:,}"
    exponent = math.floor(math.log10(number))
    mantissa = round(10 ** (math.log10(number) - exponent), 1)
    if mantissa == 10:
        mantissa, exponent = 1.0, exponent + 1
    return f"{mantissa:.1f} × 10{str(exponent).translate(_RAISED)}"


def counted(count: Count) -> str:
    """How many sentences, and whether there is no end of them."""
    return readable(count.plain) + (ANY_TEXT if count.has_text else "")
