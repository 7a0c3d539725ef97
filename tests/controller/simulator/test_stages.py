"""How long the stages of a turn took, from its trace alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import Problem
from controller.events import (
    ActionChosen,
    ActionsDone,
    ButtonPressed,
    ButtonReleased,
    Event,
    JobFailed,
    SpeechTranscribed,
    StepDone,
    TextTyped,
    TimerRang,
)
from controller.simulator.recording import read
from controller.simulator.stages import STAGES, TurnStages, percentile, stages
from controller.turn import Decision, StepResult, Transcript
from states.guards import Rules
from states.table import TABLE
from tests.traces import light, question, said, write_trace

HEARD = "turn on the bedroom light"
Turns = Callable[..., list[TurnStages]]


@pytest.fixture
def turns(tmp_path: Path) -> Turns:
    """The stages of the turns that some events make."""

    def run(events: Sequence[Event], rules: Rules | None = None) -> list[TurnStages]:
        return stages(read(write_trace(tmp_path / "turn.jsonl", events, rules)))

    return run


def test_an_action(turns: Turns) -> None:
    (turn,) = turns(light(1.0, 1))
    assert (turn.turn_id, turn.pressed_at, turn.heard, turn.outcome) == (1, 1.0, HEARD, "done")
    assert (turn.held_s, turn.transcribe_s, turn.classify_s, turn.act_s) == pytest.approx((2.0, 0.4, 0.1, 0.25))
    assert (turn.decided_s, turn.total_s) == pytest.approx((0.5, 0.75))
    assert (turn.first_token_s, turn.token_gaps_s, turn.ask_s) == (None, (), None)


def test_an_answer(turns: Turns) -> None:
    (turn,) = turns(question(1.0, 1))
    assert turn.outcome == "answer"
    assert (turn.first_token_s, turn.ask_s, turn.total_s) == pytest.approx((0.9, 1.65, 2.15))
    assert turn.token_gaps_s == pytest.approx((0.15,) * 5)
    assert turn.act_s is None


def test_one_for_every_turn(turns: Turns) -> None:
    found = turns([*light(1.0, 1), *question(20.0, 2), *light(60.0, 3)])
    assert [(turn.turn_id, turn.pressed_at, turn.outcome) for turn in found] == [
        (1, 1.0, "done"),
        (2, 20.0, "answer"),
        (3, 60.0, "done"),
    ]


def test_what_was_typed_is_a_turn_too(turns: Turns) -> None:
    typed = [
        TextTyped(70.0, text="turn on the fan"),
        ActionChosen(70.2, 2, Decision("fan_on")),
        StepDone(70.3, 2, StepResult("gpio", "fan on")),
        ActionsDone(70.5, 2),
    ]
    _, turn = turns([*light(1.0, 1), *typed])
    assert (turn.turn_id, turn.heard, turn.action, turn.outcome) == (2, "turn on the fan", "fan_on", "done")
    assert (turn.held_s, turn.transcribe_s) == (None, 0.0)
    assert (turn.classify_s, turn.act_s, turn.total_s) == pytest.approx((0.2, 0.3, 0.5))


def test_a_tap_is_held_until_the_second_tap(turns: Turns) -> None:
    speech = SpeechTranscribed(3.5, 1, Transcript(HEARD))
    (turn,) = turns([ButtonPressed(1.0), ButtonReleased(1.1), ButtonPressed(3.0), ButtonReleased(3.1), speech])
    assert (turn.held_s, turn.transcribe_s) == pytest.approx((2.0, 0.5))


def test_a_deadline_ends_a_recording_as_a_release_does(turns: Turns) -> None:
    (turn,) = turns([ButtonPressed(1.0), SpeechTranscribed(31.5, 1, Transcript(HEARD))])
    assert (turn.held_s, turn.transcribe_s) == pytest.approx((30.0, 0.5))


def test_an_interrupted_turn_has_what_it_came_to(turns: Turns) -> None:
    first, second = turns([*said(1.0, 1, HEARD), *light(3.45, 2)])
    assert (first.heard, first.outcome, first.decided_s, first.total_s) == (HEARD, "", None, None)
    assert (first.held_s, first.transcribe_s) == pytest.approx((2.0, 0.4))
    assert second.outcome == "done"


def test_late_results_of_an_older_turn_count_for_none(turns: Turns) -> None:
    late = ActionChosen(3.5, 1, Decision("light_on"))
    first, second = turns([*said(1.0, 1, HEARD), ButtonPressed(3.45), late])
    assert first.classify_s is second.classify_s is None


def test_a_press_that_was_too_short_made_nobody_wait(turns: Turns) -> None:
    (turn,) = turns([ButtonPressed(1.0), ButtonReleased(1.1)], Rules(tap=False))
    assert (turn.outcome, turn.total_s) == ("too_short", None)
    assert turn.held_s == pytest.approx(0.1)


def test_silence_ends_after_the_transcript(turns: Turns) -> None:
    (turn,) = turns(
        [ButtonPressed(1.0), ButtonReleased(2.0), SpeechTranscribed(2.4, 1, Transcript(why_empty="no speech"))]
    )
    assert (turn.outcome, turn.heard, turn.classify_s) == ("nothing_heard", "", None)
    assert (turn.transcribe_s, turn.total_s) == pytest.approx((0.4, 0.4))


def test_a_failed_stage_is_no_measurement(turns: Turns) -> None:
    failed = JobFailed(2.5, 1, Problem("ASR-01", "gone"), "transcribing")
    (turn,) = turns([ButtonPressed(1.0), ButtonReleased(2.0), failed])
    assert (turn.outcome, turn.transcribe_s) == ("failed", None)
    assert turn.total_s == pytest.approx(0.5)


def test_a_kitchen_timer_afterwards_changes_nothing(turns: Turns) -> None:
    (turn,) = turns([*light(1.0, 1), TimerRang(4.0, label="tea")])
    assert turn.outcome == "done"
    assert turn.total_s == pytest.approx(0.75)


def test_a_trace_without_turns(turns: Turns) -> None:
    assert turns([]) == []


def test_every_stage_is_a_field() -> None:
    assert {f"{name}_s" for name in STAGES} <= set(TurnStages.__dataclass_fields__)


def test_an_outcome_is_known_by_where_and_how_the_card_was_reached() -> None:
    ways = [(row.source, row.trigger) for row in TABLE if row.outcome]
    assert len(ways) == len(set(ways))


def test_percentiles_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(0, 100))
def test_percentiles_are_numpys(values: list[float], p: float) -> None:
    assert percentile(values, p) == pytest.approx(float(np.percentile(values, p)), abs=1e-6)
