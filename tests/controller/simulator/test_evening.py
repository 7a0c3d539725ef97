"""What a device did happens again on a PC, with the engines of another device."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.app import rules_of
from controller.cli import main
from controller.engines import make_classifier
from controller.simulator.dice import Dice
from controller.simulator.evening import script_of
from controller.simulator.latencies import always, measured
from controller.simulator.play import Stage, changed, play
from controller.simulator.recording import Recording, parse
from controller.simulator.scenario import Scenario, Script
from controller.simulator.stages import TurnStages, stages
from controller.trace import Trace, header

EVENING = {
    "title": "an evening",
    "config": {"chat": {"enabled": True}},
    "hear": [{}, {}, {"nothing": "no speech"}, {"fails": "ASR-02 the recogniser crashed; restart"}, {}],
    "answer": [{"answer": "It is by Saint Exupery."}],
    "timeline": [
        {"at": 1, "say": "turn on the kitchen light"},
        {"when": "displaying", "after": 2, "say": "who wrote the little prince"},
        {"when": "idle", "after": 5, "say": "mumble"},
        {"when": "displaying", "after": 1, "say": "turn off the fan"},
        {"when": "displaying", "after": 1, "button": "press"},
        {"after": 0.5, "lose": "microphone"},
        {"after": 3, "restore": "microphone"},
        {"after": 1, "say": "거실 불 켜 줘"},
    ],
}


@pytest.fixture(scope="module")
def stage() -> Stage:
    config = load(DEFAULT_FOLDER)
    return Stage(config, classifier=make_classifier(config))


def recorded(script: Script, stage: Stage) -> Recording:
    config = changed(stage.config, script.scenario.config)
    stream = io.StringIO()
    trace = Trace(stream)
    trace.write(header(config, rules_of(config), "2026-01-01T12:00:00+00:00"))
    assert play(script, stage, trace).mismatches == []
    return parse(Path("evening.jsonl"), stream.getvalue())


@pytest.fixture(scope="module")
def evening(stage: Stage) -> Recording:
    return recorded(Script(Scenario.model_validate(EVENING), "evening", Path()), stage)


def test_the_stages_are_read_from_a_trace(evening: Recording) -> None:
    turns = stages(evening)
    assert [turn.heard for turn in turns] == [
        "turn on the kitchen light",
        "who wrote the little prince",
        "",
        "",
        "",
        "거실 불 켜 줘",
    ]
    first, second = turns[:2]
    assert first.held_s == pytest.approx(5 * 0.35 + 0.2)
    assert first.transcribe_s == pytest.approx(0.4)
    assert first.decided_s == pytest.approx(0.402)
    assert first.act_s == pytest.approx(0.01)
    assert first.total_s == pytest.approx(0.412)
    assert first.first_token_s is None
    assert second.first_token_s == pytest.approx(0.8)
    assert second.token_gaps_s == pytest.approx([0.05] * 4)
    assert second.answer == "It is by Saint Exupery."
    assert [turn.problem for turn in turns] == ["", "", "", "ASR-02", "MIC-02", ""]


def test_the_same_evening_with_the_same_engines_is_the_same(evening: Recording, stage: Stage) -> None:
    again = recorded(script_of(evening), stage)
    for was, now in zip(stages(evening), stages(again), strict=True):
        assert now.pressed_at == pytest.approx(was.pressed_at, abs=0.01)
        assert (now.heard, now.action, now.answer, now.problem) == (was.heard, was.action, was.answer, was.problem)
        assert now.outcome == was.outcome
        assert now.total_s == (None if was.total_s is None else pytest.approx(was.total_s, abs=0.01))


def test_with_slower_engines_people_wait_longer(evening: Recording, stage: Stage) -> None:
    slow = Stage(stage.config, always(9.0, 0.5, 1.0, 6.0, 0.5), stage.classifier)
    again = stages(recorded(script_of(evening), slow))
    assert [turn.heard for turn in again] == [turn.heard for turn in stages(evening)]
    assert again[0].transcribe_s == pytest.approx(9.0)
    assert again[1].first_token_s == pytest.approx(6.0)
    assert again[1].pressed_at > stages(evening)[1].pressed_at + 9.0


def test_with_engines_that_are_too_slow_turns_fail(evening: Recording, stage: Stage) -> None:
    slow = Stage(stage.config, always(25.0, 0.0, 0.0, 0.0, 0.0), stage.classifier)
    assert stages(recorded(script_of(evening), slow))[0].problem == "FSM-02"


def test_measured_latencies_are_drawn_from_those_of_the_turns() -> None:
    turns = [TurnStages(1, 0.0, transcribe_s=2.0), TurnStages(2, 9.0, transcribe_s=3.0, token_gaps_s=(0.5,))]
    latencies = measured(turns, Dice(1))
    assert {latencies.hear() for _ in range(50)} == {2.0, 3.0}
    assert latencies.between_words() == 0.5
    assert latencies.first_word() == 0.8  # none of the turns asked anything


def test_the_command_compares_the_two(evening: Recording, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, again = tmp_path / "evening.jsonl", tmp_path / "again.jsonl"
    path.write_text("\n".join(evening.lines) + "\n", "utf-8")
    assert main(["simulate", str(path), "--latencies", str(path), str(path), "--trace", str(again)]) == 0
    shown = capsys.readouterr().out
    assert "6 turns, played again with latencies of 12 recorded turns" in shown
    assert "every turn ends as it did" in shown
    assert main(["replay", str(again)]) == 0
