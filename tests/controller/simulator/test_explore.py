"""Every reachable configuration keeps the promises, and the explorer would notice if one did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller import machine
from controller.machine import TRIGGERS, Controller
from controller.simulator.counterexample import scenario_of
from controller.simulator.explore import Report, explore, lead
from controller.simulator.play import Stage, play
from controller.simulator.scenario import load_script
from controller.simulator.writing import save
from controller.turn import Decision, Transcript, Turn
from states import acting, classifying, displaying, recording, transcribing
from states.behaviour import BEHAVIOUR
from states.guards import GUARDS, Known, Rules
from states.names import ALL
from states.soundness import faults
from states.table import DEADLINES_S, IGNORED, TABLE, Row

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def report() -> Report:
    return explore()


def test_every_reachable_configuration_is_sound(report: Report) -> None:
    assert not report.problems, report.path
    assert report.configurations > 500
    assert report.edges > 10_000


def test_every_row_of_the_table_is_taken(report: Report) -> None:
    assert set(report.rows) == set(TABLE)


def test_what_has_no_row_is_ignored_on_purpose(report: Report) -> None:
    ignored = {(state, entry.trigger) for entry in IGNORED for state in entry.states}
    handled = {(row.source, row.trigger) for row in TABLE}
    assert ignored | handled == {(state, trigger) for state in ALL for trigger in TRIGGERS}
    met = {(state, trigger) for state, trigger, verdict in report.refused if verdict == machine.IGNORED}
    assert met <= ignored


def changed(wanted: Row, *replacements: Row) -> list[Row]:
    assert wanted in TABLE
    return [new for row in TABLE for new in (replacements if row == wanted else (row,))]


TABLE_BUGS: dict[str, tuple[Sequence[Row], Rules, str]] = {
    "no deadline while transcribing": (
        TABLE,
        Rules(deadlines_s={state: limit for state, limit in DEADLINES_S.items() if state != "transcribing"}),
        "transcribing has no deadline",
    ),
    "deaf while answering": (changed(Row("querying", "press", "recording")), Rules(), "a press in querying was not"),
    "acts twice": ([*TABLE, Row("acting", "transcribed", "acting")], Rules(), "a turn acted twice"),
    "asks without permission": (
        changed(Row("classifying", "failed", "querying", guard="may_ask"), Row("classifying", "failed", "querying")),
        Rules(),
        "a question left the device",
    ),
    "displaying has no end": (changed(Row("displaying", "timeout", "idle")), Rules(), "time alone does not lead home"),
    "recording has no end": (
        changed(Row("recording", "timeout", "transcribing"), Row("recording", "timeout", None)),
        Rules(),
        "time alone does not lead home",
    ),
    "forgets why": (
        changed(Row("acting", "done", "displaying", outcome="done"), Row("acting", "done", "displaying")),
        Rules(),
        "displaying does not know what to show",
    ),
    "a press leads nowhere": (
        changed(Row("acting", "press", "recording"), Row("acting", "press", None)),
        Rules(),
        "a press in acting was not acknowledged",
    ),
    "a long press is too short": (
        changed(Row("recording", "release", "transcribing", guard="long_enough")),
        Rules(),
        "counted as too short",
    ),
    "silence is understood": (
        changed(
            Row("transcribing", "transcribed", "classifying", guard="has_words"),
            Row("transcribing", "transcribed", "classifying"),
        ),
        Rules(),
        "classifying does not know what was heard",
    ),
    "acts on what was never decided": (
        [Row("classifying", "timeout", "acting"), *TABLE],
        Rules(),
        "acting does not know what to do",
    ),
    "does not ask": (
        changed(Row("classifying", "chosen", "displaying", guard="must_ask", outcome="confirm")),
        Rules(),
        "acting without having asked",
    ),
    "any press is a yes": (
        [Row("displaying", "press", "acting", guard="asks"), *TABLE],
        Rules(),
        "acting without having asked",
    ),
    "silence is a yes": (
        [Row("displaying", "timeout", "acting", guard="asks"), *TABLE],
        Rules(),
        "acting without having asked",
    ),
    "a second press begins again": (
        [Row("recording", "press", None), *TABLE],
        Rules(),
        "a press in recording was not acknowledged",
    ),
}


@pytest.mark.parametrize("bug", TABLE_BUGS)
def test_a_bug_in_the_table_is_found(bug: str, tmp_path: Path) -> None:
    table, rules, promise = TABLE_BUGS[bug]
    report = explore(rules, table)
    found(report, promise)
    if not list(faults(table, rules.deadlines_s, TRIGGERS, GUARDS)):  # a device does not start on an unsound one
        assert promise in happens_again(report, table, tmp_path)


def behaves(state: Any, **otherwise: Callable[..., Any]) -> Plant:
    """A state that does something else on entry or exit."""
    name = state.__name__.rpartition(".")[2]
    other = SimpleNamespace(**{"enter": state.enter, "leave": state.leave, "note": state.note, **otherwise})
    return lambda patch: patch.setitem(BEHAVIOUR, name, other)


def works_as(owner: Any, name: str, other: Any) -> Plant:
    return lambda patch: patch.setattr(owner, name, other)


def guards_as(name: str, answer: bool | Callable[[Known], bool]) -> Plant:
    return lambda patch: patch.setitem(
        GUARDS, name, lambda event, known: answer if isinstance(answer, bool) else answer(known)
    )


def take_up_whatever_was_decided(turn: Turn) -> Turn:
    if turn.proposal is None:
        return turn
    return replace(turn, transcript=turn.proposal.transcript, decision=turn.proposal.decision)


def act_twice(effects: Any, turn: Any) -> None:
    acting.enter(effects, turn)
    acting.enter(effects, turn)


def ask_behind_the_users_back(effects: Any, turn: Any) -> None:
    classifying.enter(effects, turn)
    effects.ask(turn.id, turn.transcript, None, "")


def nothing(*_: Any) -> None:
    """What is forgotten."""


def count_turns_by_two(self: Any, row: Row, event: Any) -> None:
    take(self, row, event)
    if row.dest == "recording":
        self.turn = replace(self.turn, id=self.turn.id + 1)


def begin_without_picture(self: Any, event: Any) -> None:
    begin(self, event)
    self._scene = replace(self._scene, picture=None)


def only_other_work_is_stale(self: Any, event: Any) -> bool:
    old_deadline = event.trigger == "timeout" and event.at != self.scene.until
    return bool(old_deadline or (event.trigger == "failed" and event.job != self.state))


take, begin = Controller._take, Controller._begin

STATE_BUGS: dict[str, tuple[Plant, str]] = {
    "the microphone is left open": (behaves(recording, leave=nothing), "the microphone is open in"),
    "the microphone stays closed": (behaves(recording, enter=nothing), "the microphone is closed in recording"),
    "nobody asks for the words": (behaves(transcribing, enter=nothing), "transcribing has asked for no work"),
    "an action runs twice": (behaves(acting, enter=act_twice), "a turn acted twice"),
    "words leave the device": (behaves(classifying, enter=ask_behind_the_users_back), "a turn asked twice"),
    "the transcript is lost": (behaves(transcribing, note=lambda turn, event: turn), "does not know what was heard"),
    "work goes on behind the card": (behaves(displaying, enter=nothing), "goes on in displaying"),
    "a card with no time": (works_as(displaying, "lasts_s", lambda turn, least, speaks: 0.0), "passed before it began"),
    "old results are taken": (works_as(Controller, "_is_stale", only_other_work_is_stale), "older turn"),
    "old deadlines are taken": (
        works_as(Controller, "_is_stale", lambda self, event: event.turn_id not in (0, self.turn.id)),
        "an old deadline ended",
    ),
    "a failure has no cause": (works_as(Controller, "_problem", nothing), "without its cause"),
    "a ringing timer vanishes": (works_as(machine, "_with_rung", lambda timers, at: ()), "was lost"),
    "a timer rings unseen": (works_as(machine, "_with_rung", lambda timers, at: timers), "rang unseen"),
    "turns are miscounted": (works_as(Controller, "_take", count_turns_by_two), "follows turn"),
    "holding the button is a yes": (
        guards_as("said_yes", lambda known: bool(known.turn.proposal and not known.turn.proposal.decision.missing)),
        "a press that was held was taken for a yes",
    ),
    "a tap stands for a missing slot": (
        guards_as(
            "said_yes",
            lambda known: known.turn.proposal is not None and not known.turn.latched,
        ),
        "acting does not know all that it needs",
    ),
    "a question is answered unseen": (works_as(displaying, "SEEN_S", 0.0), "a yes before the question could be read"),
    "the old question is meant": (
        works_as(acting, "taken_up", take_up_whatever_was_decided),
        "a chosen in classifying was taken for a yes",
    ),
    "everything may be asked": (guards_as("may_ask", True), "a question left the device"),
    "silence is speech": (guards_as("has_words", True), "does not know what was heard"),
    "it listens to itself": (works_as(machine, "INTERRUPTING", ()), "it speaks while it listens"),
    "a picture vanishes": (works_as(Controller, "_begin", begin_without_picture), "a picture was lost"),
}


@pytest.mark.parametrize("bug", STATE_BUGS)
def test_a_bug_in_the_states_is_found(bug: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plant, promise = STATE_BUGS[bug]
    plant(monkeypatch)
    report = explore()
    found(report, promise)
    assert promise in happens_again(report, TABLE, tmp_path)


def found(report: Report, promise: str) -> None:
    """The promise is named, and the way to it is short."""
    assert any(promise in problem for problem in report.problems), report.problems
    assert len(report.events) <= 8, report.path


def happens_again(report: Report, table: Sequence[Row], folder: Path) -> str:
    """What goes wrong when the counterexample is saved, read and played on the whole assistant."""
    path = folder / "counterexample.yaml"
    save(scenario_of(report), path)
    stage = Stage(load(DEFAULT_FOLDER), classifier=NoClassifier(), table=table)
    return "\n".join(mismatch.what for mismatch in play(load_script(path), stage).mismatches)


class NoClassifier:
    """Nothing is classified where all results are posted."""

    def classify(self, transcript: Transcript, lacking: Decision | None = None) -> Decision:
        return Decision()


def test_a_path_can_be_walked_again() -> None:
    bench = lead(("press", "release", "transcribe: heard", "classify: chosen", "act: done"), Rules())
    assert bench.controller.state == "displaying"
    assert bench.controller.turn.outcome == "done"
    assert bench.problems == []
