"""Turns Whisper weights as CTranslate2 stores them into what the recogniser loads: int8 ONNX and a vocabulary."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from controller.errors import RogerError
from models.asr.ct2 import read_ct2
from models.asr.layout import FORMAT, SpecialTokens
from models.asr.whisper_graph import decoder_graph, embedding, encoder_graph, sizes_of
from models.vectors import write_vectors

__all__ = ["FORMAT", "convert_whisper"]

GPT2_END_OF_TEXT: Final = 50256
"""English-only models use GPT-2's vocabulary, and so its end-of-text token; multilingual ones have another."""


def convert_whisper(source: Path, destination: Path, progress: Callable[[str, float], None]) -> None:
    """Convert the float16 or float32 Whisper in `source` (model.bin, tokenizer.json) to int8 ONNX.

    Writes encoder.onnx, decoder.onnx, embedding.bin, vocabulary.json and, last, model.json into `destination`, an
    existing folder. The same input gives the same bytes with the same version of onnx.

    Args:
        progress: Is told what is being made and the share of the work that is done, 0 to 1.

    Raises:
        RogerError: MDL-06 where a file is missing, cut short or not a Whisper model.
    """
    weights = read_ct2(source / "model.bin", "WhisperSpec")
    tokens, special = _read_tokens(source / "tokenizer.json")
    try:
        progress("encoder", 0.0)
        encoder_graph(weights).save("encoder", destination / "encoder.onnx")
        progress("decoder", 0.3)
        decoder_graph(weights).save("decoder", destination / "decoder.onnx")
        write_vectors(destination / "embedding.bin", *embedding(weights))
        model = {"format": FORMAT, "sizes": asdict(sizes_of(weights)), "tokens": asdict(special)}
    except (KeyError, ValueError) as error:
        raise RogerError("MDL-06", f"model.bin is no complete Whisper: {error}", "fetch the model again") from error
    progress("vocabulary", 0.95)
    _write_json(destination / "vocabulary.json", tokens)
    _write_json(destination / "model.json", model | {"multilingual": special.end != GPT2_END_OF_TEXT})
    progress("done", 1.0)


def _read_tokens(path: Path) -> tuple[list[str], SpecialTokens]:
    """Text tokens in the order of their ids, and what the special ones are."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        special = _special_tokens({token["content"]: token["id"] for token in content["added_tokens"]})
        ids: dict[str, int] = content["model"]["vocab"]
        ordinary = {token: i for token, i in ids.items() if i < special.end}
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path.name} is no Whisper tokeniser: {error!r}"
        raise RogerError("MDL-06", message, "fetch the model again") from error
    return sorted(ordinary, key=ordinary.__getitem__), special


def _special_tokens(ids: dict[str, int]) -> SpecialTokens:
    end = ids["<|endoftext|>"]
    return SpecialTokens(
        end=end,
        start=ids["<|startoftranscript|>"],
        previous=ids["<|startofprev|>"],
        transcribe=ids["<|transcribe|>"],
        no_timestamps=ids["<|notimestamps|>"],
        no_speech=ids.get("<|nospeech|>", ids.get("<|nocaptions|>", end)),
        languages={language: ids[f"<|{language}|>"] for language in ("en", "ko")},
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
