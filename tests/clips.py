"""Speech to listen to: synthesised clips that come with the project, and real speakers where their recordings are."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.audio import read_wav
from controller.ports import Frame

ROOT = Path(__file__).parent.parent
AUDIO = ROOT / "tests" / "audio"
REAL = ROOT.parent / "shared" / "data" / "speech" / "commands"


def clip(name: str) -> Frame:
    """One of tests/audio."""
    return read_wav(AUDIO / name)


def real_clip(name: str) -> Frame:
    """A recording of a real speaker; skips the test where there is none."""
    if not (REAL / name).is_file():
        pytest.skip(f"no recordings of real speakers here: {name}")
    return read_wav(REAL / name)
