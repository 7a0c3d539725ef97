"""What the folder of a converted Whisper holds: written by `convert_whisper`, read by `WhisperModel`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FORMAT: Final = 3
"""Of model.json; a recogniser refuses any other."""

FILES: Final = ("model.json", "vocabulary.json", "encoder.onnx", "decoder.onnx", "embedding.bin")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The dimensions of a Whisper model."""

    mel_bins: int
    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    vocabulary: int
    audio_positions: int
    text_positions: int

    @property
    def head_width(self) -> int:
        return self.width // self.heads


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """Ids of the tokens that are no text; `languages` by BCP 47 tag. Text tokens have lower ids than `end`."""

    end: int
    start: int
    previous: int
    transcribe: int
    no_timestamps: int
    no_speech: int
    languages: dict[str, int]
