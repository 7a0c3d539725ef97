"""The tokens' vectors on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.asr.allocation import return_large_blocks
from models.vectors import Vectors, write_vectors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    vectors = np.arange(-10, 10, dtype=np.int8).reshape(5, 4)
    write_vectors(tmp_path / "embedding.bin", vectors, np.array([1, 0.5, 2, 0.25, 4], np.float32))
    return tmp_path / "embedding.bin"


def test_what_was_written_is_read_beam_by_beam(path: Path) -> None:
    found = Vectors(path, 5, 4)([[0, 4], [1, 1]])
    assert found.dtype == np.float32
    assert found.tolist() == [
        [[-10, -9, -8, -7], [24, 28, 32, 36]],
        [[-3, -2.5, -2, -1.5], [-3, -2.5, -2, -1.5]],
    ]


@pytest.mark.parametrize(("tokens", "width"), [(6, 4), (5, 3), (4, 4)])
def test_a_file_of_another_size_is_refused(path: Path, tokens: int, width: int) -> None:
    with pytest.raises(ValueError, match=r"embedding\.bin"):
        Vectors(path, tokens, width)


def test_asking_the_allocator_harms_nothing() -> None:
    return_large_blocks()
    assert np.zeros(1 << 22).sum() == 0
