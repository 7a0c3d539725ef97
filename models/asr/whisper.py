"""Whisper's encoder and decoder on onnxruntime, from a folder that `convert_whisper` wrote.

Decoding strategies are built on three calls: `encode` the audio, `prefill` the prompt, `step` one token for each beam.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from controller.errors import RogerError
from models.asr.allocation import return_large_blocks
from models.asr.features import FRAMES_PER_S, log_mel
from models.asr.layout import FILES, FORMAT, Sizes, SpecialTokens
from models.asr.tokenizer import Tokenizer, load_tokenizer
from models.vectors import Vectors

Floats: TypeAlias = NDArray[np.float32]

LONGEST_S: Final = 30.0
"""Whisper hears at most this much at once."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Self-attention keys and values of the tokens so far, shape (2 x layers, beams, heads, tokens, head width)."""

    entries: Floats

    def select(self, parents: Sequence[int]) -> Cache:
        """The cache of new beams, each of which goes on from the beam at its place in `parents`."""
        return Cache(self.entries[:, list(parents)])


@dataclass(frozen=True, slots=True)
class Encoded:
    """An utterance as the decoder sees it: cross-attention keys and values by input name, at batch 1."""

    cross: dict[str, Floats]


class WhisperModel:
    """The two sessions, the tokeniser and the model's facts.

    Args:
        folder: With the files that `convert_whisper` wrote.
        threads: How many threads one operator may use.

    Raises:
        RogerError: MDL-02 where a file is missing, MDL-06 where one cannot be loaded.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise RogerError("MDL-02", f"{folder} has no {missing[0]}", f"run: roger models fetch {folder.name}")
        return_large_blocks()
        try:
            facts = _read_facts(folder / "model.json")
            self.sizes = Sizes(**facts["sizes"])
            self.special = SpecialTokens(**facts["tokens"])
            self.multilingual: bool = facts["multilingual"]
            self.tokenizer: Tokenizer = load_tokenizer(folder / "vocabulary.json")
            self._encoder = _session(folder / "encoder.onnx", threads)
            self._decoder = _session(folder / "decoder.onnx", threads)
            self._embedding = Vectors(folder / "embedding.bin", self.sizes.vocabulary, self.sizes.width)
        except Exception as error:  # onnxruntime's own exceptions share no root but this
            raise RogerError("MDL-06", f"{folder}: {error}", f"run: roger models fetch {folder.name}") from error

    def features(self, samples: NDArray[np.int16], padded_s: float) -> Floats:
        """Log-mel features of `samples` in a window of `padded_s` seconds, at most 30."""
        seconds = min(padded_s, self.sizes.audio_positions * 2 / FRAMES_PER_S)
        return log_mel(samples, 2 * int(np.ceil(seconds * FRAMES_PER_S / 2)), self.sizes.mel_bins)

    def encode(self, features: Floats) -> Encoded:
        names = [output.name for output in self._encoder.get_outputs()]
        return Encoded(dict(zip(names, _run(self._encoder, names, {"features": features}), strict=True)))

    def unheard(self) -> Encoded:
        """No audio at all: nothing to attend to."""
        sizes = self.sizes
        key = np.zeros((1, sizes.heads, sizes.head_width, 1), np.float32)
        value = np.zeros((1, sizes.heads, 1, sizes.head_width), np.float32)
        layers = range(sizes.decoder_layers)
        return Encoded({f"cross_key_{i}": key for i in layers} | {f"cross_value_{i}": value for i in layers})

    def prefill(self, encoded: Encoded, tokens: Sequence[int]) -> tuple[Floats, Cache]:
        """Decode the prompt `tokens` -> logits after each, shape (tokens, vocabulary), and the cache of one beam."""
        sizes = self.sizes
        empty = np.zeros((2 * sizes.decoder_layers, 1, sizes.heads, 0, sizes.head_width), np.float32)
        logits, cache = self._decode(encoded, [list(tokens)], Cache(empty))
        return logits[0], cache

    def step(self, encoded: Encoded, tokens: Sequence[int], cache: Cache) -> tuple[Floats, Cache]:
        """Append one token to each beam -> logits after it, shape (beams, vocabulary), and the longer cache."""
        logits, cache = self._decode(encoded, [[token] for token in tokens], cache)
        return logits[:, -1], cache

    def extend(self, encoded: Encoded, tokens: Sequence[int], cache: Cache) -> tuple[Floats, Cache]:
        """Append several tokens to the one beam -> as `prefill`."""
        logits, cache = self._decode(encoded, [list(tokens)], cache)
        return logits[0], cache

    def _decode(self, encoded: Encoded, tokens: list[list[int]], cache: Cache) -> tuple[Floats, Cache]:
        inputs: dict[str, NDArray[Any]] = {
            "embedded": self._embedding(tokens),
            "cache": cache.entries,
            **encoded.cross,
        }
        logits, grown = _run(self._decoder, ["logits", "grown"], inputs)
        return logits, Cache(grown)


def _read_facts(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if facts["format"] != FORMAT:
        raise ValueError(f"{path.name} is of format {facts['format']}, not {FORMAT}")
    return facts


def _session(path: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it keeps the most that was ever needed
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # two sessions would fight over the cores
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _run(session: Any, outputs: list[str], inputs: dict[str, NDArray[Any]]) -> list[Any]:
    try:
        results: list[Any] = session.run(outputs, inputs)
    except Exception as error:  # onnxruntime's own exceptions share no root but this
        raise RogerError("ASR-02", f"the recogniser's model failed: {error}", "fetch the model again") from error
    return results
