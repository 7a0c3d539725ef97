"""What of the card concerns Roger itself, as a few lines of YAML that go before the user's roger.yaml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from config.card.card import Card

KOREAN_MODEL: Final = "whisper-base"
"""Hears Korean and English; the models that end with .en do not."""

_HEAD: Final = "# Made from the memory card when the device started. What stands here goes before roger.yaml.\n"


def overlay(card: Card, models: Path) -> str:
    """The lines; only the head where the card says nothing of this.

    Args:
        models: Where the weights of the installed models are.
    """
    lines = [_HEAD]
    if card.where("language"):
        lines.append(f"language: {card.get('language')}  # {card.where('language')}\n")
    if card.get("language") == "ko" and hears_korean(models):
        lines.append(f"recognizer: {{model: {KOREAN_MODEL}, language: ko}}  # {card.where('language')}\n")
    if card.where("api_key") or card.where("chat_server"):
        lines += ["chat:\n", "  enabled: true\n", *_chat(card)]
    return "".join(lines)


def hears_korean(models: Path) -> bool:
    return (models / KOREAN_MODEL).is_dir()


def _chat(card: Card) -> list[str]:
    """The key itself is in a file that only Roger can read."""
    written = {
        "base_url": ("chat_server", json.dumps(card.get("chat_server"))),
        "model": ("chat_model", json.dumps(card.get("chat_model"), ensure_ascii=False)),
        "api_key": ("api_key", "!file api-key"),
    }
    return [f"  {name}: {value}  # {card.where(key)}\n" for name, (key, value) in written.items() if card.where(key)]
