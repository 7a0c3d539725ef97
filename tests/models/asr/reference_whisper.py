"""Whisper in plain numpy and full precision, after the paper: what the converted graphs are compared with."""

from __future__ import annotations

from math import erf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.models.asr.tiny_whisper import HEADS

Array = NDArray[np.float64]


class ReferenceWhisper:
    def __init__(self, weights: dict[str, NDArray[Any]]) -> None:
        self.w = {name: value.astype(np.float64) for name, value in weights.items()}

    def encode(self, features: Array) -> Array:
        """(mel bins, frames) -> (positions, width)."""
        x = _gelu(self._convolved(features, "encoder/conv1", 1))
        x = _gelu(self._convolved(x, "encoder/conv2", 2)).T
        x = x + self.w["encoder/position_encodings/encodings"][: len(x)]
        x = x + self._self_attention(x, "encoder/layer_0", np.zeros((len(x), len(x))))
        return self._norm(self._fed_forward(x, "encoder/layer_0"), "encoder")

    def logits(self, audio: Array, tokens: list[int]) -> Array:
        """(tokens, vocabulary)."""
        embeddings, layer = self.w["decoder/embeddings/weight"], "decoder/layer_0"
        x = embeddings[tokens] + self.w["decoder/position_encodings/encodings"][: len(tokens)]
        x = x + self._self_attention(x, layer, np.triu(np.full((len(x), len(x)), -np.inf), 1))
        query = self._linear(self._norm(x, f"{layer}/attention"), f"{layer}/attention/linear_0")
        key, value = np.split(self._linear(audio, f"{layer}/attention/linear_1"), 2, axis=-1)
        mixed = _attended(query, key, value, np.zeros((len(x), len(audio))))
        x = x + self._linear(mixed, f"{layer}/attention/linear_2")
        logits: Array = self._norm(self._fed_forward(x, layer), "decoder") @ embeddings.T
        return logits

    def _self_attention(self, x: Array, layer: str, mask: Array) -> Array:
        fused = self._linear(self._norm(x, f"{layer}/self_attention"), f"{layer}/self_attention/linear_0")
        query, key, value = np.split(fused, 3, axis=-1)
        return self._linear(_attended(query, key, value, mask), f"{layer}/self_attention/linear_1")

    def _fed_forward(self, x: Array, layer: str) -> Array:
        hidden = _gelu(self._linear(self._norm(x, f"{layer}/ffn"), f"{layer}/ffn/linear_0"))
        return x + self._linear(hidden, f"{layer}/ffn/linear_1")

    def _linear(self, x: Array, name: str) -> Array:
        result: Array = x @ self.w[f"{name}/weight"].T + self.w[f"{name}/bias"]
        return result

    def _norm(self, x: Array, where: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        normed = centred / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        result: Array = normed * self.w[f"{where}/layer_norm/gamma"] + self.w[f"{where}/layer_norm/beta"]
        return result

    def _convolved(self, x: Array, name: str, stride: int) -> Array:
        windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (1, 1))), 3, axis=1)[:, ::stride]
        products: Array = np.einsum("oik,itk->ot", self.w[f"{name}/weight"], windows)
        return products + self.w[f"{name}/bias"][:, None]


def _attended(query: Array, key: Array, value: Array, mask: Array) -> Array:
    parts = []
    for q, k, v in zip(*(np.split(x, HEADS, axis=-1) for x in (query, key, value)), strict=True):
        scores = q @ k.T / np.sqrt(q.shape[-1]) + mask
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        parts.append(weights / weights.sum(-1, keepdims=True) @ v)
    return np.concatenate(parts, axis=-1)


def _gelu(x: Array) -> Array:
    result: Array = 0.5 * x * (1 + np.vectorize(erf)(x / np.sqrt(2)))
    return result
