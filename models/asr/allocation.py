"""What the recogniser asks of the C library's allocator."""

from __future__ import annotations

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
"""Of mallopt(3)."""
LARGE_BYTES: Final = 1 << 20


def return_large_blocks() -> None:
    """Have blocks from `LARGE_BYTES` given back to the system when they are freed, not kept for later.

    An encoder needs some 20 MB for a moment. By default glibc learns to keep such blocks, and so they stay. Elsewhere
    than on glibc this does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
