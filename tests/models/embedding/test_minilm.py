"""From published weights to vectors of sentences: random ones against numpy, the real ones where they are installed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from controller.errors import RogerError
from models.embedding.convert import convert_minilm
from models.embedding.minilm import _AROUND, _OF_LAYER, read_minilm
from models.embedding.sentences import SentenceEncoder
from models.embedding.wordpiece import WordPiece
from models.store.fetch import installed
from tests.models.embedding.tiny_e5 import sentence_vector

WIDTH, LAYERS, INNER, POSITIONS = 48, 2, 96, 80
PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "turn", "on", "the", "light", "##s", "un", "##lock", ",", "불")
MINILM = installed("minilm-l6")

Array = NDArray[np.float32]


def write_tiny(folder: Path) -> dict[str, Array]:
    """Write model.safetensors and vocab.txt; gives the tensors by the names of the graph."""
    chance = np.random.default_rng(6)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), WIDTH),
        "emb.pos": (POSITIONS, WIDTH),
        "emb.type": (2, WIDTH),
    }
    shapes |= {"emb.ln.w": (WIDTH,), "emb.ln.b": (WIDTH,)}
    names = dict(_AROUND)
    for layer in range(LAYERS):
        for name, published in _OF_LAYER.items():
            rows, columns = {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}.get(name, (WIDTH, WIDTH))
            shapes[f"l{layer}.{name}.w"] = (rows,) if name.endswith("ln") else (rows, columns)
            shapes[f"l{layer}.{name}.b"] = (rows,)
            for part, written in (("w", "weight"), ("b", "bias")):
                names[f"l{layer}.{name}.{part}"] = f"encoder.layer.{layer}.{published}.{written}"
    tensors: dict[str, Array] = {name: (chance.normal(size=shape) / 5).astype("<f4") for name, shape in shapes.items()}
    header: dict[str, object] = {}
    body = b""
    for name, values in tensors.items():
        place = [len(body), len(body) + values.nbytes]
        header[names[name]] = {"dtype": "F32", "shape": values.shape, "data_offsets": place}
        body += values.tobytes()
    head = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    (folder / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + body)
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return tensors


def test_the_graph_gives_what_the_weights_say(tmp_path: Path) -> None:
    raw, built = tmp_path / "raw", tmp_path / "tiny"
    raw.mkdir()
    built.mkdir()
    tensors = write_tiny(raw)
    convert_minilm(raw, built, lambda what, share: None)
    encoder = SentenceEncoder(built)
    assert (encoder.name, encoder.width) == ("tiny", WIDTH)
    by_ids = {"Turn on the lights": [4, 5, 6, 7, 8], "unlock": [9, 10], "the moon, the": [6, 1, 11, 6], "": []}
    for sentence, ids in by_ids.items():
        exact = sentence_vector(tensors, [2, *ids, 3], heads=12)
        assert encoder([sentence])[0] @ exact > 0.97, sentence


@pytest.mark.parametrize("cut", [0, 7, 60, 4_000])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    write_tiny(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:cut])
    with pytest.raises(RogerError) as caught:
        read_minilm(weights, tmp_path / "vocab.txt")
    assert caught.value.problem.code == "MDL-06"


def test_another_vocabulary_is_refused(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    (tmp_path / "vocab.txt").write_text("[CLS]\n[SEP]\n[UNK]\n", encoding="utf-8")
    with pytest.raises(RogerError, match="3 pieces for 13 vectors"):
        read_minilm(tmp_path / "model.safetensors", tmp_path / "vocab.txt")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("TURN ón, the LIGHTS", [4, 5, 11, 6, 7, 8]),
        ("lightning", [1]),
        ("the_light", [6, 1, 7]),
        ("the-light!", [6, 1, 7, 1]),
        ("x" * 101, [1]),
        ("  ", []),
    ],
)
def test_words_are_cut_at_the_longest_pieces(text: str, ids: list[int]) -> None:
    assert WordPiece(PIECES, 1).encode(text, 64) == ids


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_too_strange(text: str) -> None:
    found = WordPiece(PIECES, 1).encode(text, 16)
    assert len(found) <= 16
    assert all(0 <= piece < len(PIECES) for piece in found)


def test_a_megabyte_is_read_as_far_as_it_counts() -> None:
    assert WordPiece(PIECES, 1).encode("turn on " * 130_000, 8) == [4, 5] * 4


@pytest.mark.weights
@pytest.mark.skipif(MINILM is None, reason="minilm-l6 is not installed: roger models fetch minilm-l6")
def test_alike_in_meaning_is_alike_in_direction() -> None:
    assert MINILM is not None
    vectors = SentenceEncoder(MINILM)(["turn on the light", "switch the lamp on", "who won the football game"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.4
