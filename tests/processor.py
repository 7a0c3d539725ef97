"""What the processor computes."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest


def _saturates() -> bool:
    """Whether int8 products are summed in 16 bits, as onnxruntime does on x86 without VNNI: then a number depends on
    what is computed beside it (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
    """
    if platform.machine() != "x86_64":
        return False
    try:
        return "vnni" not in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False


SATURATES = _saturates()
EXACT = pytest.mark.skipif(SATURATES, reason="int8 saturates on this processor, so numbers differ in their digits")
