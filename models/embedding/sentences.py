"""What sentences mean, as vectors: alike in meaning is alike in direction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from controller.errors import RogerError
from models.embedding.convert import FORMAT, WORDS
from models.embedding.unigram import Unigram
from models.embedding.wordpiece import WordPiece
from models.vectors import Vectors

PREFIX: Final = "query: "
"""Before every sentence, as e5 was trained for texts that are compared with one another
(https://huggingface.co/intfloat/multilingual-e5-small)."""
LONGEST: Final = 64
"""Pieces of a sentence that are read; more is no command."""

SentenceVectors = NDArray[np.float32]


class SentenceEncoder:
    """multilingual-e5-small or all-MiniLM-L6-v2 in int8.

    Args:
        folder: With the files that `models.embedding.convert` wrote.

    Raises:
        RogerError: MDL-02 where the model is not installed, MDL-06 where it cannot be loaded.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        try:
            model: dict[str, Any] = json.loads((folder / "model.json").read_text("utf-8"))
            pieces = json.loads((folder / "pieces.json").read_text("utf-8"))
            if model["format"] != FORMAT:
                raise ValueError(f"format {model['format']}, not {FORMAT}")
            self._special = model["begin"], model["end"]
            self._is_by_words = model.get("cut") == WORDS
            cut = WordPiece(pieces, model["unknown"]) if self._is_by_words else Unigram(dict(pieces), model["unknown"])
            self._tokenizer: WordPiece | Unigram = cut
            self._vectors = Vectors(folder / "vectors.bin", len(pieces), model["width"])
            self._session = _session(folder / "encoder.onnx", threads)
        except FileNotFoundError as error:
            hint = "`roger models fetch e5-small minilm-l6` installs them"
            raise RogerError("MDL-02", f"there is no model in {folder}", hint) from error
        except Exception as error:  # onnxruntime has errors of its own
            raise RogerError("MDL-06", f"{folder} cannot be loaded: {error}", "fetch the model again") from error
        self.width = model["width"]
        self.name = folder.name

    def __call__(self, sentences: Sequence[str]) -> SentenceVectors:
        """Unit vectors, shape (sentences, width). Takes about 5 ms each.

        One at a time: int8 values are scaled by all that is computed at once, so a sentence would mean something else
        beside others when it is learnt than alone when it is said.
        """
        vectors = np.zeros((len(sentences), self.width), np.float32)
        for number, sentence in enumerate(sentences):
            vectors[number] = self._encode(self._pieces(sentence))
        return vectors

    def _pieces(self, sentence: str) -> list[int]:
        begin, end = self._special
        prefix = "" if self._is_by_words else PREFIX
        return [begin, *self._tokenizer.encode(prefix + sentence, LONGEST), end]

    def _encode(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        (means,) = self._session.run(None, {"embedded": self._vectors([pieces])})
        mean: NDArray[np.float32] = means[0]
        return mean / np.float32(np.linalg.norm(mean))


def _session(path: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
