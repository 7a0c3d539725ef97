"""Random people with random devices on random days: a seed in, a scenario out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from controller.simulator.dice import Dice
from controller.simulator.scenario import Scenario, Script

SAYINGS: Final = (
    "turn on the kitchen light",
    "turn off the bedroom light",
    "set the living room light to 40 percent",
    "set a timer for ten seconds",
    "what time is it",
    "open the garage door",
    "who wrote the little prince",
    "don't turn on the light",
    "거실 불 켜 줘",
    "주방 불 좀 꺼 줘",
    "삼 분 타이머 맞춰 줘",
    "음",
    "",
)
PARTS: Final = ("microphone", "display", "network")
STRAY: Final[tuple[dict[str, Any], ...]] = (
    {"event": "SpeechTranscribed", "transcript": {"text": "turn on the fan"}},
    {"event": "SpeechTranscribed"},
    {"event": "ActionChosen", "decision": {"action": "light_off"}},
    {"event": "NothingChosen"},
    {"event": "ActionsDone"},
    {"event": "TokenArrived", "text": "stray "},
    {"event": "AnswerCompleted"},
    {"event": "PictureTaken", "picture": {"digest": "0123456789abcdef"}},
)
"""Results that come without having been asked for."""
FAILURES: Final = {"hear": "ASR-02", "understand": "SYS-01", "act": "ACT-04", "answer": "CHAT-05"}

Record = dict[str, Any]


def script_of(seed: int) -> Script:
    """What happens to whom under this seed."""
    dice = Dice(seed)
    turns = dice.number(1, 4)
    timeline = [step for _ in range(turns) for step in _turn(dice)]
    written: Record = {
        "title": f"seed {seed}",
        "config": {
            "chat": {"enabled": dice.chance(0.5)},
            "button": {"tap": dice.chance(0.8)},
            "speech": {"engine": dice.among(("off", "espeak"))},
            "limits": {"recording_s": dice.among((4, 4, 6, 6, 30))},
        },
        "load_s": dice.among((0, 0, 0, 3, 30)),
        "without": [part for part in PARTS if dice.chance(0.05)],
        "timeline": timeline,
    }
    for engine in FAILURES:
        written[engine] = [_result(dice, engine) for _ in range(turns)]
    return Script(Scenario.model_validate(written), f"seed-{seed}", Path())


def _turn(dice: Dice) -> Iterator[Record]:
    if dice.chance(0.3):
        yield _fault(dice)
    yield from dice.among(_GESTURES)(dice)
    if dice.chance(0.25):
        yield {"after": dice.between(0, 4), "button": dice.among(("press", "release", "tap"))}
    if dice.chance(0.1):
        yield {"after": dice.between(0, 3), "post": {**dice.among(STRAY), "turn_id": dice.number(1, 4)}}
    if dice.chance(0.3):
        yield _fault(dice)


def _fault(dice: Dice) -> Record:
    after = dice.between(0, 3)
    kind = dice.among(("lose", "lose", "restore", "restore", "stall_s", "clock_s"))
    if kind in ("lose", "restore"):
        return {"after": after, kind: dice.among(PARTS)}
    seconds = dice.between(0, 4) if kind == "stall_s" else dice.among((-86_400.0, -3600.0, 3600.0))
    return {"after": after, kind: seconds}


def _speaks(dice: Dice) -> Iterator[Record]:
    yield {"after": dice.between(0, 12), "say": dice.among(SAYINGS)}


def _taps(dice: Dice) -> Iterator[Record]:
    yield {"after": dice.between(0, 12), "button": "tap"}
    yield {"after": dice.between(0, 3), "button": "tap"}


def _is_asked(dice: Dice) -> Iterator[Record]:
    yield {"after": dice.between(0, 12), "say": dice.among(("open the garage door", "차고 문 열어 줘"))}
    yield {
        "after": dice.between(0, 4),
        **dice.among(({"button": "tap"}, {"button": "tap"}, {"say": "what time is it"})),
    }


def _fumbles(dice: Dice) -> Iterator[Record]:
    yield {"after": dice.between(0, 12), "button": "press"}
    yield {"after": dice.between(0, 0.4), "button": dice.among(("press", "release"))}


def _bounces(dice: Dice) -> Iterator[Record]:
    edges = [0.0]
    for _ in range(dice.number(1, 5)):
        edges.append(round(edges[-1] + dice.between(0.0005, 0.2), 4))
    yield {"after": dice.between(0, 12), "contact": edges}


def _forgets_the_button(dice: Dice) -> Iterator[Record]:
    yield {"after": dice.between(0, 12), "button": "press"}
    yield {"after": dice.between(3, 9), "button": "release"}


def _writes(dice: Dice) -> Iterator[Record]:
    if dice.chance(0.5):
        picture = {"digest": "0123456789abcdef"} if dice.chance(0.8) else None
        yield {"after": dice.between(0, 6), "post": {"event": "PictureGiven", "picture": picture}}
    yield {"after": dice.between(0, 6), "post": {"event": "TextTyped", "text": dice.among(SAYINGS)}}
    if dice.chance(0.3):
        yield {"after": dice.between(0, 4), "post": {"event": "StopPressed"}}


_GESTURES: Final[tuple[Callable[[Dice], Iterator[Record]], ...]] = (
    *(_speaks,) * 8,
    _taps,
    _is_asked,
    _fumbles,
    _bounces,
    _forgets_the_button,
    _writes,
)


def _result(dice: Dice, engine: str) -> Record:
    if dice.chance(0.7):
        return {}
    kind = dice.among(("slow", "slow", "fails", "hangs", "nothing"))
    match kind, engine:
        case "slow", _:
            return {"takes_s": dice.between(0, 25)}
        case "fails", _:
            return {"fails": FAILURES[engine], "takes_s": dice.between(0, 2)}
        case "hangs", _:
            return {"hangs": True}
        case _, "hear":
            return {"nothing": dice.among(("too quiet", "no speech", "unclear"))}
        case _, "understand":
            return {"unknown": True}
        case _, "answer":
            return {"stops_after": dice.number(0, 3)}
    return {}
