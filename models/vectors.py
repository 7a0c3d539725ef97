"""The vectors of the tokens, read from the disk one by one: few of them are ever said, and together they are 20 MB."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

SCALE: Final = np.dtype("<f4")


def write_vectors(path: Path, vectors: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
    """Write `vectors`, shape (tokens, width), each after its scale."""
    packed = np.zeros(len(vectors), [("scale", SCALE), ("vector", np.int8, vectors.shape[1])])
    packed["scale"], packed["vector"] = scales, vectors
    path.write_bytes(packed.tobytes())


class Vectors:
    """The file that `write_vectors` wrote.

    Not mapped into memory: the kernel would count everything around what is read, and soon that is all.

    Raises:
        ValueError: Where the file is of another size.
    """

    def __init__(self, path: Path, tokens: int, width: int) -> None:
        self._record = np.dtype([("scale", SCALE), ("vector", np.int8, width)])
        self._file = path.open("rb")
        if path.stat().st_size != tokens * self._record.itemsize:
            raise ValueError(f"{path.name} is cut short or of another model")

    def __call__(self, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Vectors of `tokens`, shape (beams, new) -> (beams, new, width)."""
        size = self._record.itemsize
        read = b"".join(os.pread(self._file.fileno(), size, token * size) for row in tokens for token in row)
        records = np.frombuffer(read, self._record).reshape(len(tokens), -1)
        vectors: NDArray[np.float32] = records["vector"] * records["scale"][..., None]
        return vectors
