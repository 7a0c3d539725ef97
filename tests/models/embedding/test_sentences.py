"""From packed weights to vectors of sentences: random ones against numpy, the real ones where they are installed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from controller.errors import RogerError
from models.embedding.convert import convert_e5, is_kept
from models.embedding.packed import read_packed
from models.embedding.sentences import PREFIX, SentenceEncoder
from models.embedding.unigram import Unigram
from models.store.fetch import installed
from tests.models.embedding.tiny_e5 import PIECES, SCORES, sentence_vector, write_tiny

E5 = installed("e5-small")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    raw, built = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("built")
    write_tiny(raw / "e5.bin")
    convert_e5(raw, built, lambda what, share: None)
    return raw, built


def test_the_packed_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    tensors = write_tiny(tmp_path / "e5.bin")
    packed = read_packed(tmp_path / "e5.bin")
    assert packed.pieces == PIECES
    assert np.array_equal(packed.scores, SCORES)
    assert (packed.begin, packed.end, packed.unknown) == (0, 2, 3)
    assert packed.tensors.keys() == tensors.keys()
    for name, values in tensors.items():
        assert packed.tensors[name].shape == values.shape, name
        assert np.allclose(packed.tensors[name], values), name


@pytest.mark.parametrize("cut", [0, 3, 40, 200, 5_000])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    write_tiny(tmp_path / "e5.bin")
    (tmp_path / "e5.bin").write_bytes((tmp_path / "e5.bin").read_bytes()[:cut])
    with pytest.raises(RogerError) as caught:
        read_packed(tmp_path / "e5.bin")
    assert caught.value.problem.code == "MDL-06"


def test_the_graph_gives_what_the_weights_say(folders: tuple[Path, Path], tmp_path: Path) -> None:
    tensors = write_tiny(tmp_path / "e5.bin")
    encoder = SentenceEncoder(folders[1])
    sentences = ["turn on the light", "불 켜", "", "turn on the light, light", "the the the"]
    tokenizer = Unigram(dict(zip(PIECES, SCORES.tolist(), strict=True)), 3)
    vectors = encoder(sentences)
    assert vectors.shape == (5, 64)
    for sentence, vector in zip(sentences, vectors, strict=True):
        exact = sentence_vector(tensors, [0, *tokenizer.encode(PREFIX + sentence, 64), 2])
        assert vector @ exact > 0.99, sentence


def test_alone_or_in_company_a_sentence_is_the_same(folders: tuple[Path, Path]) -> None:
    encoder = SentenceEncoder(folders[1])
    together = encoder(["turn on the light", "불 켜", "turn on the불light"])
    for number, sentence in enumerate(["turn on the light", "불 켜", "turn on the불light"]):
        assert together[number] @ encoder([sentence])[0] > 0.99  # activations are rounded over the whole call


def test_only_english_and_korean_pieces_are_kept(folders: tuple[Path, Path]) -> None:
    pieces = [piece for piece, _ in json.loads((folders[1] / "pieces.json").read_text())]
    assert pieces == [piece for piece in PIECES if piece not in ("é", "ж")]
    assert is_kept("▁light")
    assert not is_kept("свет")


@pytest.mark.parametrize("text", ["", " ", "ж" * 50, "light" * 100_000, "\x00\ud800", "e\u0301", "🙂 불"])
def test_no_text_is_too_much(folders: tuple[Path, Path], text: str) -> None:
    vector = SentenceEncoder(folders[1])([text])[0]
    assert np.isclose(np.linalg.norm(vector), 1, atol=1e-4)


def test_what_is_not_installed_is_said(tmp_path: Path) -> None:
    with pytest.raises(RogerError) as caught:
        SentenceEncoder(tmp_path)
    assert caught.value.problem.code == "MDL-02"
    assert "roger models fetch e5-small" in caught.value.problem.hint


def test_other_files_are_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    for path in folders[1].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "encoder.onnx").write_bytes(b"no graph")
    with pytest.raises(RogerError) as caught:
        SentenceEncoder(tmp_path)
    assert caught.value.problem.code == "MDL-06"


@pytest.mark.weights
@pytest.mark.skipif(E5 is None, reason="e5-small is not installed: roger models fetch e5-small")
def test_alike_in_meaning_is_alike_in_direction_across_languages() -> None:
    assert E5 is not None
    vectors = SentenceEncoder(E5)(["turn on the light", "switch the lamp on", "불 켜 줘", "who won the football game"])
    lamp, korean, game = (float(vectors[0] @ other) for other in vectors[1:])
    assert lamp > game + 0.05
    assert korean > game + 0.02
