"""The encoder of multilingual-e5-small (a BERT) as a graph: vectors of pieces in, one vector of the sentence out."""

from __future__ import annotations

from models.embedding.packed import Packed, Tensor
from models.onnx_graph import Graph


def encoder_graph(packed: Packed) -> Graph:
    """Vectors of pieces (sentences, length, width) -> mean of their contexts (sentences, width).

    Sentences of one call have one length, so there is no mask.
    """
    net = _Network(packed)
    graph, sizes = net.graph, packed.sizes
    x = graph.input("embedded", ["sentences", "length", sizes.width])
    end = graph.op("Shape", x, start=1, end=2)
    placed = packed.tensors["emb.pos"] + packed.tensors["emb.type"][0]
    positions = graph.op("Slice", graph.constant("positions", placed), graph.integers(0), end, graph.integers(0))
    x = net.norm(graph.op("Add", x, positions), "emb.ln")
    for layer in range(sizes.layers):
        x = net.norm(graph.op("Add", x, net.attention(x, f"l{layer}")), f"l{layer}.aln")
        x = net.norm(graph.op("Add", x, net.feed_forward(x, f"l{layer}")), f"l{layer}.oln")
    mean = graph.op("ReduceMean", x, graph.integers(1), keepdims=0)
    graph.output("sentence", mean, ["sentences", sizes.width])
    return graph


class _Network:
    """A BERT's building blocks; each layer is normalised after what it adds."""

    def __init__(self, packed: Packed) -> None:
        self.graph = Graph()
        self._sizes = packed.sizes
        self._tensors = packed.tensors

    def norm(self, x: str, name: str) -> str:
        scale, shift = (self.graph.constant(f"{name}.{part}", self._tensors[f"{name}.{part}"]) for part in "wb")
        return self.graph.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=self._sizes.epsilon)

    def linear(self, x: str, name: str, factor: float = 1.0) -> str:
        weight, bias = (factor * self._tensors[f"{name}.{part}"] for part in "wb")
        return self.graph.linear(name, x, weight, bias)

    def attention(self, x: str, layer: str) -> str:
        query = self._heads(self.linear(x, f"{layer}.q", self._sizes.head_width**-0.5))
        key, value = (self._heads(self.linear(x, f"{layer}.{part}")) for part in "kv")
        scores = self.graph.op("MatMul", query, self.graph.op("Transpose", key, perm=[0, 1, 3, 2]))
        mixed = self.graph.op("MatMul", self.graph.op("Softmax", scores, axis=-1), value)
        merged = self.graph.op("Transpose", mixed, perm=[0, 2, 1, 3])
        merged = self.graph.op("Reshape", merged, self.graph.integers(0, 0, self._sizes.width))
        return self.linear(merged, f"{layer}.ao")

    def _heads(self, x: str) -> str:
        """(sentences, length, width) -> (sentences, heads, length, head width)."""
        shape = self.graph.integers(0, 0, self._sizes.heads, self._sizes.head_width)
        return self.graph.op("Transpose", self.graph.op("Reshape", x, shape), perm=[0, 2, 1, 3])

    def feed_forward(self, x: str, layer: str) -> str:
        return self.linear(self.graph.op("Gelu", self.linear(x, f"{layer}.fi")), f"{layer}.fo")


def word_vectors(packed: Packed) -> Tensor:
    """Of the pieces, shape (pieces, width)."""
    return packed.tensors["emb.word"]
