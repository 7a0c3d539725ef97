"""Random users break nothing; and if something is broken, a few of them find it and the way to it is short."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.cli import main
from controller.engines import make_classifier
from controller.machine import Controller
from controller.simulator.dice import Dice
from controller.simulator.play import Stage, play
from controller.simulator.random_users import script_of
from controller.simulator.scenario import Outcome, load_script
from controller.simulator.seeds import StillView, broken, failures, shrunk
from controller.simulator.writing import save
from states import recording
from states.behaviour import BEHAVIOUR


@pytest.fixture(scope="module")
def stage() -> Stage:
    config = load(DEFAULT_FOLDER)
    return Stage(config, classifier=make_classifier(config), on_screen=StillView)


def leave_the_microphone_open(patch: pytest.MonkeyPatch) -> None:
    state = SimpleNamespace(enter=recording.enter, leave=lambda effects, turn: None, note=recording.note)
    patch.setitem(BEHAVIOUR, "recording", state)


def test_seeds_break_nothing(stage: Stage) -> None:
    assert list(failures(range(60), stage)) == []


def test_seeds_reach_every_state_and_most_endings(stage: Stage) -> None:
    logs = [play(script_of(seed), stage).log for seed in range(150)]
    assert len({state for log in logs for state in log.states}) == 7
    outcomes = {outcome for log in logs for outcome in log.outcomes}
    assert outcomes == {*get_args(Outcome)}


def test_a_seed_is_always_the_same() -> None:
    assert script_of(7) == script_of(7)
    assert script_of(7) != script_of(8)


def test_the_dice_keep_to_their_bounds() -> None:
    dice = Dice(1)
    assert all(2 <= dice.number(2, 4) <= 4 and 0.5 <= dice.between(0.5, 0.7) <= 0.7 for _ in range(100))
    assert {dice.among("ab") for _ in range(50)} == {"a", "b"}
    assert {dice.chance(0.5) for _ in range(50)} == {True, False}


def test_what_fails_is_made_small(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leave_the_microphone_open(monkeypatch)
    failure = next(failures(range(60), stage))
    assert "the microphone is open" in failure.what
    small = shrunk(failure, stage)
    assert len(small.scenario.timeline) == 1
    assert small.scenario.hear == []
    path = tmp_path / "small.yaml"
    save(small.scenario, path)
    assert "the microphone is open" in broken(load_script(path), stage)


def test_an_exception_in_the_machine_is_a_failure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(self: Any, row: Any, event: Any) -> None:
        raise ZeroDivisionError("in a state")

    monkeypatch.setattr(Controller, "_take", breaks)
    assert next(failures(range(5), stage)).what == "ZeroDivisionError: in a state"


def test_the_command_tells_how_to_see_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["simulate", "--seeds", "3"]) == 0
    assert "3 seeds held, 0 did not" in capsys.readouterr().out
    leave_the_microphone_open(monkeypatch)
    assert main(["simulate", "--seeds", "2", "--first", "11", "--save", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "seed 11: the microphone is open" in shown
    assert "roger simulate --seeds 1 --first 11" in shown
    assert main(["simulate", str(tmp_path / "seed-11.yaml")]) == 1
    monkeypatch.undo()
    assert main(["simulate", str(tmp_path / "seed-11.yaml")]) == 0


@pytest.mark.slow
def test_many_seeds_are_played_on_all_cores(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seeds", "50"]) == 0
    assert "50 seeds held" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--seeds", "0"], ["--seeds", "3", "--say", "hello"]])
def test_what_makes_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", *arguments])
    assert "--seeds" in capsys.readouterr().err
