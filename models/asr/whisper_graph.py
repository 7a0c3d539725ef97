"""Whisper (Radford et al. 2022, https://arxiv.org/abs/2212.04356) as two ONNX graphs, from CTranslate2's weights.

The encoder gives each decoder layer's cross-attention keys and values, which are needed once an utterance. The decoder
takes any number of tokens after any number of earlier ones, so one graph serves the prompt, the steps and rescoring.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.asr.ct2 import Weights
from models.asr.layout import Sizes
from models.onnx_graph import Graph, quantize, unsigned


def sizes_of(weights: Weights) -> Sizes:
    """Read the dimensions off the weights' shapes. Raises KeyError where a weight is missing."""
    width, mel_bins, _ = weights["encoder/conv1/weight"].shape
    return Sizes(
        mel_bins=mel_bins,
        width=width,
        heads=int(weights["encoder/num_heads"]),
        encoder_layers=_count_layers(weights, "encoder"),
        decoder_layers=_count_layers(weights, "decoder"),
        vocabulary=len(weights["decoder/embeddings/weight"]),
        audio_positions=len(weights["encoder/position_encodings/encodings"]),
        text_positions=len(weights["decoder/position_encodings/encodings"]),
    )


def _count_layers(weights: Weights, side: str) -> int:
    return sum(name.startswith(f"{side}/layer_") and name.endswith("/ffn/layer_norm/gamma") for name in weights)


def embedding(weights: Weights) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """The tokens' int8 vectors, shape (vocabulary, width), and their scales, shape (vocabulary,).

    They are the decoder's output layer, too. Looked up outside of the graph they stay on the disk but for the few that
    are said; inside, the runtime would hold them a second time.
    """
    return quantize(weights["decoder/embeddings/weight"])


def encoder_graph(weights: Weights) -> Graph:
    """Log-mel features (1, mel bins, frames) -> cross_key_i (1, heads, head width, positions), cross_value_i.

    Keys are stored transposed, as the product with the queries wants them.
    """
    net = _Network(weights)
    graph, sizes = net.graph, net.sizes
    x = graph.input("features", [1, sizes.mel_bins, "frames"])
    x = net.convolution(net.convolution(x, "encoder/conv1", stride=1), "encoder/conv2", stride=2)
    x = graph.op("Transpose", x, perm=[0, 2, 1])
    end = graph.op("Shape", x, start=1, end=2)
    x = graph.op("Add", x, net.positions("encoder", graph.integers(0), end))
    for i in range(sizes.encoder_layers):
        layer = f"encoder/layer_{i}"
        query, key, value = net.queries_keys_values(x, layer)
        x = graph.op("Add", x, net.attention(query, net.transposed(key), value, f"{layer}/self_attention/linear_1"))
        x = net.feed_forward(x, layer)
    x = net.norm(x, "encoder")
    for i in range(sizes.decoder_layers):
        key, value = net.heads_of(net.linear(x, f"decoder/layer_{i}/attention/linear_1"), 2)
        graph.output(f"cross_key_{i}", net.transposed(key), [1, sizes.heads, sizes.head_width, "positions"])
        graph.output(f"cross_value_{i}", value, [1, sizes.heads, "positions", sizes.head_width])
    return graph


def decoder_graph(weights: Weights) -> Graph:
    """Vectors of tokens (beams, new, width), cache of earlier ones -> logits (beams, new, vocabulary), longer cache.

    The cache is (2 x layers, beams, heads, earlier tokens, head width): keys, values, keys, values, ... The cross keys
    and values stay at batch 1 and are broadcast over the beams, never copied.
    """
    net = _Network(weights)
    graph, sizes = net.graph, net.sizes
    embedded = graph.input("embedded", ["beams", "new", sizes.width])
    cached: list[int | str] = [2 * sizes.decoder_layers, "beams", sizes.heads, "earlier", sizes.head_width]
    cache = graph.input("cache", cached)
    start = graph.op("Shape", cache, start=3, end=4)
    new = graph.op("Shape", embedded, start=1, end=2)
    end = graph.op("Add", start, new)
    x = graph.op("Add", embedded, net.positions("decoder", start, end))
    mask = net.causal_mask(start, new, end)
    grown: list[str] = []
    for i in range(sizes.decoder_layers):
        layer = f"decoder/layer_{i}"
        query, *fresh = net.queries_keys_values(x, layer)
        key, value = (net.appended(cache, 2 * i + j, fresh[j]) for j in range(2))
        grown += [key, value]
        own = net.attention(query, net.transposed(key), value, f"{layer}/self_attention/linear_1", mask)
        x = graph.op("Add", x, own)
        x = graph.op("Add", x, net.cross_attention(x, i))
        x = net.feed_forward(x, layer)
    graph.output("logits", net.logits(net.norm(x, "decoder")), ["beams", "new", sizes.vocabulary])
    graph.output("grown", net.stacked(grown), [*cached[:3], "all", sizes.head_width])
    return graph


class _Network:
    """Whisper's building blocks over one set of weights."""

    def __init__(self, weights: Weights) -> None:
        self.graph = Graph()
        self.sizes = sizes_of(weights)
        self._weights = weights

    def _weight(self, name: str) -> NDArray[np.float32]:
        return self._weights[name].astype(np.float32)

    def _constant(self, name: str) -> str:
        return self.graph.constant(name, self._weight(name))

    def linear(self, x: str, name: str, scale_rows: int = 0) -> str:
        """A linear layer; its first `scale_rows` outputs, the queries, are divided by sqrt(head width)."""
        weight, bias = self._weight(f"{name}/weight"), self._weight(f"{name}/bias")
        weight[:scale_rows] *= self.sizes.head_width**-0.5
        bias[:scale_rows] *= self.sizes.head_width**-0.5
        return self.graph.linear(name, x, weight, bias)

    def norm(self, x: str, where: str) -> str:
        gamma, beta = (self._constant(f"{where}/layer_norm/{part}") for part in ("gamma", "beta"))
        return self.graph.op("LayerNormalization", x, gamma, beta, axis=-1, epsilon=1e-5)

    def convolution(self, x: str, name: str, stride: int) -> str:
        weight, bias = (self._constant(f"{name}/{part}") for part in ("weight", "bias"))
        y = self.graph.op("Conv", x, weight, bias, kernel_shape=[3], pads=[1, 1], strides=[stride])
        return self.graph.op("Gelu", y)

    def positions(self, side: str, start: str, end: str) -> str:
        encodings = self._constant(f"{side}/position_encodings/encodings")
        return self.graph.op("Slice", encodings, start, end, self.graph.integers(0))

    def heads_of(self, x: str, n: int) -> list[str]:
        """(batch, length, n x width) -> n of (batch, heads, length, head width)."""
        shape = self.graph.integers(0, 0, self.sizes.heads, self.sizes.head_width)
        parts = self.graph.split("Split", n, x, axis=-1, num_outputs=n) if n > 1 else [x]
        split = (self.graph.op("Reshape", part, shape) for part in parts)
        return [self.graph.op("Transpose", part, perm=[0, 2, 1, 3]) for part in split]

    def transposed(self, key: str) -> str:
        return self.graph.op("Transpose", key, perm=[0, 1, 3, 2])

    def queries_keys_values(self, x: str, layer: str) -> list[str]:
        normed = self.norm(x, f"{layer}/self_attention")
        return self.heads_of(self.linear(normed, f"{layer}/self_attention/linear_0", self.sizes.width), 3)

    def attention(self, query: str, key: str, value: str, name: str, mask: str = "") -> str:
        """softmax(query @ key + mask) @ value through the linear layer `name`; `key` is transposed already."""
        scores = self.graph.op("MatMul", query, key)
        if mask:
            scores = self.graph.op("Add", scores, mask)
        mixed = self.graph.op("MatMul", self.graph.op("Softmax", scores, axis=-1), value)
        merged = self.graph.op("Transpose", mixed, perm=[0, 2, 1, 3])
        return self.linear(self.graph.op("Reshape", merged, self.graph.integers(0, 0, self.sizes.width)), name)

    def cross_attention(self, x: str, i: int) -> str:
        sizes, name = self.sizes, f"decoder/layer_{i}/attention"
        query = self.linear(self.norm(x, name), f"{name}/linear_0", sizes.width)
        key = self.graph.input(f"cross_key_{i}", [1, sizes.heads, sizes.head_width, "positions"])
        value = self.graph.input(f"cross_value_{i}", [1, sizes.heads, "positions", sizes.head_width])
        return self.attention(self.heads_of(query, 1)[0], key, value, f"{name}/linear_2")

    def feed_forward(self, x: str, layer: str) -> str:
        hidden = self.linear(self.norm(x, f"{layer}/ffn"), f"{layer}/ffn/linear_0")
        return self.graph.op("Add", x, self.linear(self.graph.op("Gelu", hidden), f"{layer}/ffn/linear_1"))

    def causal_mask(self, start: str, new: str, end: str) -> str:
        """(new, all): a token sees itself and what came before it."""
        full = self.graph.full(self.graph.op("Concat", new, end, axis=0), -1e9)
        first_hidden = self.graph.op("Squeeze", self.graph.op("Add", start, self.graph.integers(1)))
        return self.graph.op("Trilu", full, first_hidden, upper=1)

    def appended(self, cache: str, index: int, fresh: str) -> str:
        which = self.graph.constant(f"entry{index}", np.array(index, np.int64))
        return self.graph.op("Concat", self.graph.op("Gather", cache, which, axis=0), fresh, axis=2)

    def stacked(self, entries: list[str]) -> str:
        rows = [self.graph.op("Unsqueeze", entry, self.graph.integers(0)) for entry in entries]
        return self.graph.op("Concat", *rows, axis=0)

    def logits(self, x: str) -> str:
        rounded, scales = embedding(self._weights)
        return self.graph.int8_product(
            x, self.graph.constant("embedding", unsigned(rounded.T)), self.graph.constant("embedding/scale", scales)
        )
