"""A Whisper of one layer with random weights, in CTranslate2's format: it hears nothing, but everything runs."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.asr.tokenizer import byte_alphabet

WEIGHTS = Path(__file__).resolve().parents[3] / "models" / "weights"

WIDTH, HEADS, MEL_BINS = 16, 2, 80
MERGED = ["Ġt", "Ġth", "he", "Ġthe"]
TEXT_TOKENS = [*byte_alphabet(), *MERGED]
SPECIAL = [
    *("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|ko|>", "<|translate|>", "<|transcribe|>"),
    *("<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"),
]
KINDS = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}


def random_weights(width: int = WIDTH, seed: int = 0) -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "encoder/conv1/weight": (width, MEL_BINS, 3),
        "encoder/conv1/bias": (width,),
        "encoder/conv2/weight": (width, width, 3),
        "encoder/conv2/bias": (width,),
        "encoder/position_encodings/encodings": (1500, width),
        "decoder/position_encodings/encodings": (448, width),
        "decoder/embeddings/weight": (len(TEXT_TOKENS) + len(SPECIAL), width),
        **_layer("encoder", ["self_attention"], width),
        **_layer("decoder", ["self_attention", "attention"], width),
    }
    weights = {name: (0.3 * random.normal(size=shape)).astype(np.float16) for name, shape in shapes.items()}
    return weights | {f"{side}/num_heads": np.array(HEADS, np.int16) for side in ("encoder", "decoder")}


def _layer(side: str, attentions: list[str], width: int) -> dict[str, tuple[int, ...]]:
    linears = {"ffn/linear_0": (4 * width, width), "ffn/linear_1": (width, 4 * width)}
    linears |= {"self_attention/linear_0": (3 * width, width), "self_attention/linear_1": (width, width)}
    if "attention" in attentions:
        linears |= {f"attention/linear_{i}": (rows * width, width) for i, rows in ((0, 1), (1, 2), (2, 1))}
    norms = [f"{side}/layer_norm", *(f"{side}/layer_0/{part}/layer_norm" for part in ["ffn", *attentions])]
    shapes: dict[str, tuple[int, ...]] = {f"{side}/layer_0/{name}/weight": shape for name, shape in linears.items()}
    shapes |= {f"{side}/layer_0/{name}/bias": shape[:1] for name, shape in linears.items()}
    return shapes | {f"{norm}/{part}": (width,) for norm in norms for part in ("gamma", "beta")}


def ct2_bytes(weights: dict[str, NDArray[Any]], spec: str = "WhisperSpec", version: int = 6) -> bytes:
    aliases = {"decoder/projection/weight": "decoder/embeddings/weight"} if weights else {}
    parts = [struct.pack("<I", version), _text(spec), struct.pack("<II", 3, len(weights))]
    for name, value in weights.items():
        dimensions = struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape)
        parts += [_text(name), dimensions, struct.pack("<BI", KINDS[str(value.dtype)], value.nbytes), value.tobytes()]
    parts += [struct.pack("<I", len(aliases)), *(_text(name) for pair in aliases.items() for name in pair)]
    return b"".join(parts)


def _text(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("<H", len(data)) + data


def write_source(folder: Path, weights: dict[str, NDArray[Any]] | None = None) -> Path:
    """Write model.bin and tokenizer.json as the packages hold them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.bin").write_bytes(ct2_bytes(weights or random_weights()))
    vocabulary = {token: i for i, token in enumerate(TEXT_TOKENS)}
    special = [{"content": name, "id": len(TEXT_TOKENS) + i} for i, name in enumerate(SPECIAL)]
    content = {"added_tokens": special, "model": {"type": "BPE", "vocab": vocabulary, "merges": []}}
    (folder / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
