"""Grammars to hear against: a few phrases, or all that Roger comes with. And what a grammar lets one spell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

import config
from config.schema import ActionsFile
from models.asr.spelling import Spelling, State
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


def walked(spelling: Spelling, tokens: Sequence[int], end: int) -> set[tuple[str, ...]]:
    """What the units of a sentence can be that is spelled with `tokens`; empty where there is none."""
    reached: set[tuple[State | None, tuple[str, ...]]] = {(spelling.start(), ())}
    for token in (*tokens, end):
        reached = {
            (move.state, units + move.units)
            for state, units in reached
            if state
            for move in spelling.moves(state).moves
            if move.token == token
        }
    return {units for _, units in reached}
