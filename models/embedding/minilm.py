"""all-MiniLM-L6-v2 as its publisher writes it: tensors in one file (safetensors), and a vocabulary.

The layout is that of https://github.com/huggingface/safetensors: the length of a header, the header in JSON with the
type, shape and place of each tensor, and the tensors. Little-endian throughout.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np

from controller.errors import RogerError
from models.embedding.packed import Packed, Sizes, Tensor

HEADS: Final = 12
EPSILON: Final = 1e-12
BEGIN, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_AROUND: Final = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_OF_LAYER: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def read_minilm(weights: Path, vocabulary: Path) -> Packed:
    """Read both files. Raises `RogerError` MDL-06 where one is cut short or something else."""
    try:
        tensors = _named(read_tensors(weights))
        pieces = tuple(vocabulary.read_text("utf-8").splitlines())
        begin, end, unknown = map(pieces.index, (BEGIN, END, UNKNOWN))
        if len(pieces) != len(tensors["emb.word"]):
            raise ValueError(f"{len(pieces)} pieces for {len(tensors['emb.word'])} vectors")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RogerError("MDL-06", f"{weights.name} is no MiniLM: {error}", "fetch the model again") from error
    return Packed(_sizes(tensors), pieces, np.zeros(0, np.float32), begin, end, unknown, tensors)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of 32 bits by name. Raises ValueError, KeyError, TypeError, OSError."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    found = {}
    for name, tensor in header.items():
        if name != "__metadata__" and tensor["dtype"] == "F32":
            first, last = tensor["data_offsets"]
            values = np.frombuffer(content[start + first : start + last], "<f4")
            found[name] = values.reshape(tensor["shape"])
    return found


def _named(published: dict[str, Tensor]) -> dict[str, Tensor]:
    """By the names of `models.embedding.graph`."""
    tensors = {name: published[other] for name, other in _AROUND.items()}
    for layer in range(_layers(published)):
        for name, other in _OF_LAYER.items():
            tensors[f"l{layer}.{name}.w"] = published[f"encoder.layer.{layer}.{other}.weight"]
            tensors[f"l{layer}.{name}.b"] = published[f"encoder.layer.{layer}.{other}.bias"]
    return tensors


def _layers(published: dict[str, Tensor]) -> int:
    return sum(name.endswith(".intermediate.dense.bias") for name in published)


def _sizes(tensors: dict[str, Tensor]) -> Sizes:
    positions, width = tensors["emb.pos"].shape
    layers = sum(name.endswith(".fi.b") for name in tensors)
    return Sizes(width, layers, HEADS, len(tensors["l0.fi.b"]), positions, EPSILON)
