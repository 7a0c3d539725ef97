"""The whole behaviour of the machine, as data. Nothing moves the machine but a row of this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from states.names import ACTING, ALL, CLASSIFYING, DISPLAYING, IDLE, QUERYING, RECORDING, TRANSCRIBING


class Row(NamedTuple):
    """In `source`, `trigger` leads to `dest` if `guard` holds; of several rows the first that may be taken is.

    Attributes:
        dest: None stays in the state without leaving and entering it again.
        guard: Name of a question in states/guards.py; None is always.
        outcome: How the turn ends here, which names the card that `displaying` shows; empty while it goes on.
    """

    source: str
    trigger: str
    dest: str | None
    guard: str | None = None
    outcome: str = ""


TABLE: Final[tuple[Row, ...]] = (
    Row(IDLE, "press", None, guard="timer_rings"),
    Row(IDLE, "press", RECORDING),
    Row(IDLE, "ring", DISPLAYING, outcome="timer"),
    Row(IDLE, "typed", CLASSIFYING, guard="has_words"),
    Row(IDLE, "stop", None),
    #
    Row(RECORDING, "release", ACTING, guard="said_yes"),
    Row(RECORDING, "release", None, guard="tapped"),
    Row(RECORDING, "release", TRANSCRIBING, guard="long_enough"),
    Row(RECORDING, "release", DISPLAYING, outcome="too_short"),
    Row(RECORDING, "press", TRANSCRIBING, guard="long_enough"),
    Row(RECORDING, "press", DISPLAYING, outcome="cancelled"),
    Row(RECORDING, "timeout", TRANSCRIBING),
    Row(RECORDING, "failed", DISPLAYING, outcome="failed"),
    Row(RECORDING, "stop", DISPLAYING, outcome="cancelled"),
    Row(RECORDING, "level", None),
    Row(RECORDING, "partial", None),
    #
    Row(TRANSCRIBING, "partial", None),
    Row(TRANSCRIBING, "transcribed", CLASSIFYING, guard="has_words"),
    Row(TRANSCRIBING, "transcribed", DISPLAYING, outcome="nothing_heard"),
    Row(TRANSCRIBING, "failed", DISPLAYING, outcome="failed"),
    Row(TRANSCRIBING, "timeout", DISPLAYING, outcome="failed"),
    Row(TRANSCRIBING, "press", RECORDING),
    #
    Row(CLASSIFYING, "chosen", DISPLAYING, guard="must_ask", outcome="confirm"),
    Row(CLASSIFYING, "chosen", ACTING),
    Row(CLASSIFYING, "unknown", QUERYING, guard="may_ask"),
    Row(CLASSIFYING, "unknown", DISPLAYING, outcome="unknown"),
    Row(CLASSIFYING, "failed", QUERYING, guard="may_ask"),
    Row(CLASSIFYING, "failed", DISPLAYING, outcome="failed"),
    Row(CLASSIFYING, "timeout", QUERYING, guard="may_ask"),
    Row(CLASSIFYING, "timeout", DISPLAYING, outcome="failed"),
    Row(CLASSIFYING, "press", RECORDING),
    #
    Row(ACTING, "step", None),
    Row(ACTING, "done", DISPLAYING, outcome="done"),
    Row(ACTING, "failed", DISPLAYING, outcome="failed"),
    Row(ACTING, "timeout", DISPLAYING, outcome="failed"),
    Row(ACTING, "press", RECORDING),
    #
    Row(QUERYING, "taken", None),
    Row(QUERYING, "token", None),
    Row(QUERYING, "answered", DISPLAYING, outcome="answer"),
    Row(QUERYING, "failed", DISPLAYING, outcome="failed"),
    Row(QUERYING, "timeout", DISPLAYING, outcome="failed"),
    Row(QUERYING, "press", RECORDING),
    #
    Row(DISPLAYING, "press", DISPLAYING, guard="rings_over_question", outcome="confirm"),
    Row(DISPLAYING, "press", IDLE, guard="timer_rings"),
    Row(DISPLAYING, "press", RECORDING),
    Row(DISPLAYING, "typed", CLASSIFYING, guard="has_words"),
    Row(DISPLAYING, "stop", None),
    Row(DISPLAYING, "ring", None, guard="asks"),
    Row(DISPLAYING, "ring", DISPLAYING, outcome="timer"),
    Row(DISPLAYING, "timeout", DISPLAYING, guard="asks", outcome="cancelled"),
    Row(DISPLAYING, "timeout", IDLE),
    #
    *(Row(state, "stop", DISPLAYING, outcome="cancelled") for state in (TRANSCRIBING, CLASSIFYING, ACTING, QUERYING)),
    *(Row(state, "ring", None) for state in (RECORDING, TRANSCRIBING, CLASSIFYING, ACTING, QUERYING)),
    *(Row(state, "part", None) for state in ALL),
    *(Row(state, "picture", None) for state in ALL),
)


class Ignored(NamedTuple):
    """In `states`, `trigger` changes nothing, on purpose."""

    trigger: str
    states: tuple[str, ...]
    why: str


def _but(*states: str) -> tuple[str, ...]:
    return tuple(state for state in ALL if state not in states)


IGNORED: Final[tuple[Ignored, ...]] = (
    Ignored("release", _but(RECORDING), "the press that it ends was answered already"),
    Ignored("level", _but(RECORDING), "the meter is shown only while recording"),
    Ignored("partial", _but(RECORDING, TRANSCRIBING), "the words are complete, or not wanted any more"),
    Ignored("transcribed", _but(TRANSCRIBING), "the words came after their deadline"),
    Ignored("chosen", _but(CLASSIFYING), "the decision came after its deadline"),
    Ignored("unknown", _but(CLASSIFYING), "the decision came after its deadline"),
    Ignored("step", _but(ACTING), "the action was given up, and shown so"),
    Ignored("done", _but(ACTING), "the action was given up, and shown so"),
    Ignored("typed", _but(IDLE, DISPLAYING), "a turn is under way: it is stopped first"),
    Ignored("taken", _but(QUERYING), "the question was given up, and shown so"),
    Ignored("token", _but(QUERYING), "the answer was given up, and shown so"),
    Ignored("answered", _but(QUERYING), "the answer was given up, and shown so"),
    Ignored("failed", (IDLE, DISPLAYING), "nothing is under way that could fail"),
    Ignored("timeout", (IDLE,), "idle has no deadline"),
)
"""Every state and trigger without a row stands here, with the reason."""

DEADLINES_S: Final[Mapping[str, float]] = {
    RECORDING: 30.0,
    TRANSCRIBING: 20.0,
    CLASSIFYING: 10.0,
    ACTING: 30.0,
    QUERYING: 75.0,
    DISPLAYING: 6.0,
}
"""How long a state may last, in seconds, unless roger.yaml says otherwise. Every state but idle has an end."""
