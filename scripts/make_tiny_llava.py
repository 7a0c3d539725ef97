"""Make a language model with eyes that is so small that it only knows how to babble: for tests of everything around it.

Usage: python scripts/make_tiny_llava.py FOLDER

Writes tiny-llm.gguf (a Llama) and tiny-mmproj.gguf (a CLIP encoder with LLaVA 1.5's projector), together 0.7 MB, with
random weights of a fixed seed. llama.cpp loads them as it loads the real ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import gguf
import numpy as np
from numpy.typing import NDArray

WIDTH: Final = 64
FEED_FORWARD: Final = 128
HEADS: Final = 4
LAYERS: Final = 2
CONTEXT: Final = 2048

EYE_WIDTH: Final = 32
EYE_FEED_FORWARD: Final = 64
EYE_HEADS: Final = 2
EYE_LAYERS: Final = 3
IMAGE: Final = 56
PATCH: Final = 14

TEMPLATE: Final = """{% for message in messages %}{{ message.role }}: {% if message.content is string %}\
{{ message.content }}{% else %}{% for part in message.content %}{{ part.text }}{% endfor %}{% endif %}
{% endfor %}assistant: """
"""For the handlers that ask the model how it wants to be talked to."""

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6
"""Kinds of tokens in a GGUF file."""

Weights = NDArray[np.float32]
Named = tuple[str, Weights]


class Dice:
    """Random weights, the same each time."""

    def __init__(self) -> None:
        self._generator = np.random.default_rng(0)

    def __call__(self, *shape: int) -> Weights:
        return (self._generator.standard_normal(shape) * 0.05).astype(np.float32)


def ones(width: int) -> Weights:
    return np.ones(width, np.float32)


def zeros(width: int) -> Weights:
    return np.zeros(width, np.float32)


def vocabulary() -> tuple[list[bytes], list[int]]:
    """Bytes, and the characters that can be typed: what a SentencePiece model has at least."""
    special = [b"<unk>", b"<s>", b"</s>"]
    single = [f"<0x{byte:02X}>".encode() for byte in range(256)]
    typed = ["\u2581".encode(), *(chr(code).encode() for code in range(33, 127))]
    kinds = [UNKNOWN, CONTROL, CONTROL, *[BYTE] * len(single), *[NORMAL] * len(typed)]
    return [*special, *single, *typed], kinds


def language_model(path: Path) -> None:
    """A Llama of two layers."""
    random = Dice()
    tokens, kinds = vocabulary()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)
    writer.add_unk_token_id(0)
    write(writer, language_weights(random, len(tokens)))


def language_weights(random: Dice, tokens: int) -> Iterator[Named]:
    yield "token_embd.weight", random(tokens, WIDTH)
    yield "output_norm.weight", ones(WIDTH)
    yield "output.weight", random(tokens, WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", ones(WIDTH)
        yield block + "ffn_norm.weight", ones(WIDTH)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield f"{block}{name}.weight", random(WIDTH, WIDTH)
        yield block + "ffn_gate.weight", random(FEED_FORWARD, WIDTH)
        yield block + "ffn_up.weight", random(FEED_FORWARD, WIDTH)
        yield block + "ffn_down.weight", random(WIDTH, FEED_FORWARD)


def eyes(path: Path) -> None:
    """A CLIP encoder and the two layers that project what it sees into the language model."""
    random = Dice()
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.has_text_encoder", False)
    writer.add_bool("clip.has_llava_projector", True)
    writer.add_string("clip.projector_type", "mlp")
    writer.add_bool("clip.use_gelu", False)
    writer.add_file_type(0)
    sizes = {
        "image_size": IMAGE,
        "patch_size": PATCH,
        "embedding_length": EYE_WIDTH,
        "feed_forward_length": EYE_FEED_FORWARD,
        "projection_dim": WIDTH,
        "attention.head_count": EYE_HEADS,
        "block_count": EYE_LAYERS,
    }
    for name, size in sizes.items():
        writer.add_uint32(f"clip.vision.{name}", size)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    writer.add_array("clip.vision.image_mean", [0.48, 0.45, 0.40])
    writer.add_array("clip.vision.image_std", [0.26, 0.26, 0.27])
    write(writer, eye_weights(random))


def eye_weights(random: Dice) -> Iterator[Named]:
    yield "v.class_embd", random(EYE_WIDTH)
    yield "v.patch_embd.weight", random(EYE_WIDTH, 3, PATCH, PATCH)
    yield "v.position_embd.weight", random((IMAGE // PATCH) ** 2 + 1, EYE_WIDTH)
    for name in ("pre_ln", "post_ln"):
        yield from norm(f"v.{name}")
    for layer in range(EYE_LAYERS):
        block = f"v.blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            yield f"{block}{name}.weight", random(EYE_WIDTH, EYE_WIDTH)
            yield f"{block}{name}.bias", zeros(EYE_WIDTH)
        for name in ("ln1", "ln2"):
            yield from norm(block + name)
        # LLaVA calls them the other way round: "down" comes first
        yield block + "ffn_down.weight", random(EYE_FEED_FORWARD, EYE_WIDTH)
        yield block + "ffn_down.bias", zeros(EYE_FEED_FORWARD)
        yield block + "ffn_up.weight", random(EYE_WIDTH, EYE_FEED_FORWARD)
        yield block + "ffn_up.bias", zeros(EYE_WIDTH)
    for number, width in ((0, EYE_WIDTH), (2, WIDTH)):
        yield f"mm.{number}.weight", random(WIDTH, width)
        yield f"mm.{number}.bias", zeros(WIDTH)


def norm(name: str) -> Iterator[Named]:
    yield f"{name}.weight", ones(EYE_WIDTH)
    yield f"{name}.bias", zeros(EYE_WIDTH)


def write(writer: Any, weights: Iterator[Named]) -> None:
    for name, values in weights:
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    language_model(folder / "tiny-llm.gguf")
    eyes(folder / "tiny-mmproj.gguf")


if __name__ == "__main__":
    main()
