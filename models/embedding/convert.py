"""Turns published weights of sentence models into what the sentence encoder loads: int8 ONNX and a vocabulary."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from models.embedding.graph import encoder_graph, word_vectors
from models.embedding.minilm import read_minilm
from models.embedding.packed import Packed, Tensor, read_packed
from models.embedding.unigram import SPACE
from models.onnx_graph import quantize
from models.vectors import write_vectors

FORMAT: Final = 2
"""Of the installed files; models/store installs again what has another one."""
WORDS: Final = "words"
"""In model.json under "cut": sentences are cut word by word, else as the most probable pieces."""


def convert_e5(source: Path, destination: Path, progress: Callable[[str, float], None]) -> None:
    """Convert `source`/e5.bin; writes encoder.onnx, vectors.bin, pieces.json and, last, model.json.

    Of the vocabulary only what English and Korean can need is kept, a third of 250,000 pieces.

    Raises:
        RogerError: MDL-06 where the file is missing, cut short or something else.
    """
    packed = read_packed(source / "e5.bin")
    kept = [number for number, piece in enumerate(packed.pieces) if number < FIRST_ORDINARY or is_kept(piece)]
    pieces = [[packed.pieces[number], round(float(packed.scores[number]), 4)] for number in kept]
    _write(packed, word_vectors(packed)[kept], pieces, {}, destination, progress)


def convert_minilm(source: Path, destination: Path, progress: Callable[[str, float], None]) -> None:
    """The same for `source`/model.safetensors with vocab.txt. Raises `RogerError` MDL-06."""
    packed = read_minilm(source / "model.safetensors", source / "vocab.txt")
    _write(packed, word_vectors(packed), list(packed.pieces), {"cut": WORDS}, destination, progress)


def _write(
    packed: Packed,
    vectors: Tensor,
    pieces: Sequence[object],
    more: Mapping[str, object],
    destination: Path,
    progress: Callable[[str, float], None],
) -> None:
    progress("encoder", 0.3)
    encoder_graph(packed).save("encoder", destination / "encoder.onnx")
    progress("vocabulary", 0.7)
    write_vectors(destination / "vectors.bin", *quantize(vectors))
    _write_json(destination / "pieces.json", pieces)
    _write_json(destination / "model.json", {**_model(packed), **more})
    progress("done", 1.0)


FIRST_ORDINARY: Final = 4
"""The special pieces come first."""


def is_kept(piece: str) -> bool:
    """Whether all characters are ASCII or Hangul."""
    return all(
        character.isascii() or character == SPACE or unicodedata.name(character, "").startswith("HANGUL")
        for character in piece
    )


def _model(packed: Packed) -> dict[str, int]:
    sizes = packed.sizes
    special = {"begin": packed.begin, "end": packed.end, "unknown": packed.unknown}
    return {"format": FORMAT, "width": sizes.width, "positions": sizes.positions, **special}


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
