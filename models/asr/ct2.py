"""Reads the weights that CTranslate2 writes (model.bin), without CTranslate2.

The format is the one of `ModelSpec._serialize` in CTranslate2's model_spec.py, binary version 6: a header, then every
variable with name, shape and kind, then names that stand for another variable.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from controller.errors import RogerError

Weights: TypeAlias = dict[str, NDArray[Any]]
"""Arrays by CTranslate2's name for them, such as "encoder/layer_0/ffn/linear_0/weight"."""

BINARY_VERSION: Final = 6
KINDS: Final = (np.float32, np.int8, np.int16, np.int32, np.float16)
"""What the number that a variable is stored with stands for."""


def read_ct2(path: Path, spec: str) -> Weights:
    """Map the variables of `path` into memory; they are read from the disk as they are used.

    Args:
        spec: The kind of model that is expected, such as "WhisperSpec".

    Raises:
        RogerError: MDL-06 where the file is missing, cut short or of another kind.
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _variables(_Cursor(data), spec)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise RogerError("MDL-06", f"{path.name}: {error}", "fetch the model again") from error


class _Cursor:
    """Takes little-endian values off the front of `data`."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def integer(self, kind: str) -> int:
        value: int = struct.unpack_from(f"<{kind}", self._data, self._at)[0]
        self._at += struct.calcsize(kind)
        return value

    def text(self) -> str:
        length = self.integer("H")
        data: bytes = struct.unpack_from(f"{length}s", self._data, self._at)[0]
        self._at += length
        return data.rstrip(b"\0").decode()

    def array(self) -> NDArray[Any]:
        shape = [self.integer("I") for _ in range(self.integer("B"))]
        kind = np.dtype(KINDS[self.integer("B")])
        n_bytes = self.integer("I")
        self._at += n_bytes
        return np.frombuffer(self._data, kind, n_bytes // kind.itemsize, self._at - n_bytes).reshape(shape)


def _variables(cursor: _Cursor, spec: str) -> Weights:
    version, found = cursor.integer("I"), cursor.text()
    if version != BINARY_VERSION or found != spec:
        raise ValueError(f"holds {found!r} in version {version}, not {spec!r} in version {BINARY_VERSION}")
    cursor.integer("I")  # the spec's revision: it added variables that are not needed here
    weights = dict(_named(cursor))
    for _ in range(cursor.integer("I")):
        alias, name = cursor.text(), cursor.text()
        weights[alias] = weights[name]
    return weights


def _named(cursor: _Cursor) -> Iterator[tuple[str, NDArray[Any]]]:
    for _ in range(cursor.integer("I")):
        yield cursor.text(), cursor.array()
