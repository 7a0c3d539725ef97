"""Grammars to hear against: a few phrases, or all that Roger comes with."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

import config
from config.schema import ActionsFile
from models.intent.grammar import Grammar

SLOTS = {
    "room": {
        "type": "list",
        "values": {
            "living_room": {"en": ["living room", "lounge"], "ko": ["거실"]},
            "kitchen": {"en": ["kitchen"], "ko": ["부엌", "주방"]},
            "tv_corner": {"en": ["TV corner"], "ko": ["TV 방"]},
        },
    },
    "level": {"type": "percent"},
    "what": {"type": "text"},
}


def compiled(language: str, *phrases: str) -> Grammar:
    """An action for each phrase; they may have the slots {room}, {level} and {what}."""
    made = {f"action_{i}": {"phrases": {language: [text]}, "do": [{"say": "x"}]} for i, text in enumerate(phrases)}
    return Grammar.compile(ActionsFile.model_validate({"slots": SLOTS, "actions": made}), language)


@cache
def shipped(language: str) -> Grammar:
    """The grammar of config/actions.yaml."""
    text = (Path(config.__file__).parent / "actions.yaml").read_text(encoding="utf-8")
    return Grammar.compile(ActionsFile.model_validate(yaml.safe_load(text)), language)
