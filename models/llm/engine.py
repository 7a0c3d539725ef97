"""A GGUF model in this process, by llama.cpp: how likely texts are, and the beginnings of texts kept ready.

llama-cpp-python's `Llama` keeps the scores of every place of its context, 200 kB each; these are only those asked for.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from controller.errors import RogerError

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads that spin take the recogniser's time

CONTEXT: Final = 2_048
"""Tokens of all sequences together."""
SEQUENCES: Final = 8
"""Beginnings that are compared at once."""

Tokens = tuple[int, ...]
Prepared = tuple[Tokens, bytes]
"""A beginning, and what `Engine.prepared` made of it."""


class Engine:
    """One model, asked by one thread at a time.

    Args:
        path: The GGUF file.

    Attributes:
        name: Of the file, with its size.

    Raises:
        RogerError: MDL-02 where llama-cpp-python is not installed, MDL-06 for a file that is no model.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._llama = llama = _library()
        self.name = f"{path.name} {path.stat().st_size if path.is_file() else 0}"
        model_parameters = llama.llama_model_default_params()
        self._model = llama.llama_model_load_from_file(str(path).encode(), model_parameters)
        if not self._model:
            raise RogerError("MDL-06", f"{path} cannot be loaded", "fetch the model again")
        parameters = llama.llama_context_default_params()
        parameters.n_ctx, parameters.n_batch, parameters.n_seq_max = CONTEXT, CONTEXT, SEQUENCES
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.kv_unified = True
        self._context = llama.llama_init_from_model(self._model, parameters)
        self._vocabulary = llama.llama_model_get_vocab(self._model)
        self._width: int = llama.llama_vocab_n_tokens(self._vocabulary)
        self._memory = llama.llama_get_memory(self._context)
        self._batch = llama.llama_batch_init(CONTEXT, 0, 1)
        self._lock = threading.Lock()

    def tokens(self, text: str, *, begins: bool = True) -> Tokens:
        """Of `text`; `begins` puts the model's first token before it."""
        encoded = text.encode()
        found = (ctypes.c_int32 * (len(encoded) + 8))()
        count = self._llama.llama_tokenize(self._vocabulary, encoded, len(encoded), found, len(found), begins, False)
        return tuple(found[:count])

    def prepared(self, beginning: Tokens) -> bytes:
        """What the model keeps of all but the last token of a beginning; 23 kB a token for SmolLM2."""
        with self._lock:
            self._forget()
            self._decode([(0, place, token, False) for place, token in enumerate(beginning[:-1])])
            size = self._llama.llama_state_seq_get_size(self._context, 0)
            state = (ctypes.c_uint8 * size)()
            self._llama.llama_state_seq_get_data(self._context, state, size, 0)
            return bytes(state)

    def log_probabilities(self, beginnings: Sequence[Prepared], continuation: Tokens) -> NDArray[np.float64]:
        """Of `continuation` after each of the beginnings, at most `SEQUENCES`, as `prepared` has them."""
        with self._lock:
            self._forget()
            asked = []
            for number, (beginning, state) in enumerate(beginnings):
                data = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
                self._llama.llama_state_seq_set_data(self._context, data, len(state), number)
                line = (beginning[-1], *continuation[:-1])
                asked += [(number, len(beginning) - 1 + place, token, True) for place, token in enumerate(line)]
            self._decode(asked)
            found = [self._log_probability(place, continuation) for place in range(len(asked))]
        sums: NDArray[np.float64] = np.array(found).reshape(len(beginnings), len(continuation)).sum(axis=1)
        return sums

    def close(self) -> None:
        """Give the memory back."""
        self._llama.llama_batch_free(self._batch)
        self._llama.llama_free(self._context)
        self._llama.llama_model_free(self._model)

    def _log_probability(self, place: int, continuation: Tokens) -> float:
        """Of the token that follows at a place of the last batch."""
        scores = np.ctypeslib.as_array(self._llama.llama_get_logits_ith(self._context, place), (self._width,))
        top = scores.max()
        return float(scores[continuation[place % len(continuation)]] - top - np.log(np.exp(scores - top).sum()))

    def _decode(self, tokens: Sequence[tuple[int, int, int, bool]]) -> None:
        """Tokens as (sequence, place, token, whether what follows is asked for)."""
        if len(tokens) > CONTEXT:
            raise RogerError("MDL-06", f"{len(tokens)} tokens are too many for the model", "say less")
        batch = self._batch
        batch.n_tokens = len(tokens)
        for number, (sequence, place, token, is_asked) in enumerate(tokens):
            batch.token[number], batch.pos[number], batch.logits[number] = token, place, is_asked
            batch.n_seq_id[number], batch.seq_id[number][0] = 1, sequence
        if tokens and self._llama.llama_decode(self._context, batch):
            raise RogerError("MDL-06", "llama.cpp cannot decode this", "say less")

    def _forget(self) -> None:
        """What was read before, whether that went well or not."""
        for number in range(SEQUENCES):
            self._llama.llama_memory_seq_rm(self._memory, number, -1, -1)


def _library() -> Any:
    try:
        import llama_cpp
    except (ImportError, RuntimeError, OSError) as error:  # not there, or not what it was compiled for
        hint = "install it: sh scripts/setup.sh llm (it is compiled, which takes minutes)"
        raise RogerError("MDL-02", f"llama-cpp-python is not usable: {error}", hint) from error
    _silence(llama_cpp)
    return llama_cpp


def _silence(llama_cpp: Any) -> None:
    """llama.cpp tells all about every model on standard error."""
    global _quiet
    if _quiet is None:
        _quiet = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(_quiet, ctypes.c_void_p())


_quiet: Any = None
