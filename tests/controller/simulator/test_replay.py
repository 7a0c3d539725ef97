"""A recorded session replays to the same bytes, and whatever was changed is found at its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, Config, load
from controller.cli import main
from controller.errors import RogerError
from controller.events import SpeechTranscribed
from controller.simulator.recording import read
from controller.simulator.replay import first_difference, replay, same_screens, view_of

TRACE = "turn.jsonl"
Edit = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def config() -> Config:
    return load(DEFAULT_FOLDER)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("traces") / TRACE
    turns = ["--say", "turn on the kitchen light", "--say", "거실 불 좀 켜 줘", "--say", "hello there"]
    assert main(["simulate", "--fast", *turns, "--trace", str(path)]) == 0
    return path


@pytest.fixture
def edited(recorded: Path, tmp_path: Path) -> Edit:
    """Writes a copy in which the first match of a pattern is another text."""

    def edit(pattern: str, text: str) -> Path:
        before = recorded.read_text("utf-8")
        after = re.sub(pattern, text, before, count=1)
        assert after != before
        path = tmp_path / TRACE
        path.write_text(after, "utf-8")
        return path

    return edit


def number_of(path: Path, part: str) -> int:
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if part in line)


def test_a_session_replays_to_the_same_bytes(recorded: Path, config: Config) -> None:
    recording = read(recorded)
    assert replay(recording, view_of(recording, config)) == recording.lines[1:]
    assert len(recording.inputs) > 30


def test_the_command_says_so(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(recorded)]) == 0
    assert re.search(r"turn.jsonl: the same, \d+ events, \d+ effects, \d+ pictures, \d+\.\d s", capsys.readouterr().out)


def test_every_picture_is_handed_out_with_its_scene(recorded: Path, config: Config) -> None:
    recording = read(recorded)
    seen: list[tuple[str, float]] = []
    replay(recording, view_of(recording, config), lambda scene, picture, at: seen.append((scene.state, at)))
    frames = [json.loads(line)["at"] for line in recording.lines if line.startswith('{"frame"')]
    assert [at for _, at in seen] == frames
    assert {state for state, _ in seen} >= {"idle", "recording", "displaying"}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("turn on the kitchen", "turn on tke kitchen"),
        ('"audio_s":1.0', '"audio_s":1.1'),
        ('"confidence":1.0', '"confidence":0.9'),
        (r'"event":"ButtonReleased","at":(\d)', r'"event":"ButtonReleased","at":2\1'),
    ],
    ids=["word", "length", "confidence", "time"],
)
def test_a_changed_input_is_named(
    recorded: Path, edited: Edit, pattern: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = edited(pattern, text)
    pairs = zip(read(recorded).lines, read(path).lines, strict=True)
    place = next(number for number, (one, other) in enumerate(pairs, 1) if one != other)
    assert read(path).changed == [place]
    assert main(["replay", str(path)]) == 1
    assert f"turn.jsonl:{place} is not as it was recorded" in capsys.readouterr().out


def test_a_deleted_input_is_noticed_at_the_next_one(recorded: Path, edited: Edit) -> None:
    path = edited(r'\{"event":"ButtonReleased".*\n', "")
    assert read(path).changed[0] > number_of(recorded, "ButtonReleased")


def test_another_behaviour_is_shown_at_its_first_line(edited: Edit, config: Config) -> None:
    path = edited(r'"verdict":"recording -> transcribing"', '"verdict":"recording -> displaying"')
    recording = read(path)
    difference = first_difference(recording, replay(recording, view_of(recording, config)))
    assert difference is not None
    assert difference.line == number_of(path, "recording -> displaying")
    assert "recording -> transcribing" in difference.replayed


def test_another_effect_is_shown_with_what_led_to_it(edited: Edit, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(
        r'"effect":"classify","with":\[1,"turn on the kitchen', '"effect":"classify","with":[1,"turn off the kitchen'
    )
    assert main(["replay", str(path)]) == 1
    shown = capsys.readouterr().out
    assert f"turn.jsonl:{number_of(path, 'turn off')} is the first line that differs" in shown
    assert "SpeechTranscribed" in shown
    assert "turn on the kitchen" in shown


def test_pictures_of_other_screens_are_not_compared(edited: Edit, config: Config) -> None:
    path = edited(r'"frame":"[0-9a-f]+"', '"frame":"0000000000000000"')
    recording = read(path)
    lines = replay(recording, view_of(recording, config))
    assert same_screens(recording, config)
    assert first_difference(recording, lines) is not None
    assert first_difference(recording, lines, frames=False) is None


def test_the_command_says_that_the_screens_are_others(edited: Edit, capsys: pytest.CaptureFixture[str]) -> None:
    path = edited(r'"screens":"[0-9a-f]+"', '"screens":"0000000000000000"')
    assert main(["replay", str(path)]) == 0
    assert "pictures are not compared" in capsys.readouterr().out


def test_a_trace_that_a_power_cut_ended_replays_as_far_as_it_goes(
    recorded: Path, tmp_path: Path, config: Config
) -> None:
    content = recorded.read_bytes()
    for length in range(len(content) * 9 // 10, len(content) * 9 // 10 + 200, 7):
        path = tmp_path / TRACE
        path.write_bytes(content[:length])
        recording = read(path)
        assert first_difference(recording, replay(recording, view_of(recording, config))) is None
        assert recording.changed == []
        assert recording.cut == (content[length - 1 : length] != b"\n")


def test_an_event_is_read_as_it_was(recorded: Path) -> None:
    events = [given.event for given in read(recorded).inputs]
    heard = next(event for event in events if isinstance(event, SpeechTranscribed))
    assert heard.transcript.text == "turn on the kitchen light"
    assert changed(heard, turn_id=7) != heard


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        (b"", "TRC-01", "no header"),
        (b"hello\n", "TRC-01", "no header"),
        (b"\xff\xfe\n", "TRC-01", "no text"),
        (b'{"trace":1}\n', "TRC-02", "version 1"),
        (b'{"trace":99}\n', "TRC-02", "version 99"),
        (b'{"trace":2,"rules":{"hold_s":"x"}}\n', "TRC-03", "turn.jsonl:1 "),
        (b'{"trace":2,"rules":{}}\n{"event":\n', "TRC-03", "turn.jsonl:2 "),
        (b'{"trace":2,"rules":{}}\n[1]\n', "TRC-03", "turn.jsonl:2 "),
        (b'{"trace":2,"rules":{}}\n{"event":"Nothing"}\n', "TRC-03", "there is no event 'Nothing'"),
        (b'{"trace":2,"rules":{}}\n{"start":0}\n{"event":"ButtonPressed","at":"x"}\n', "TRC-03", "turn.jsonl:3 "),
    ],
)
def test_what_is_no_trace_is_refused(content: bytes, code: str, part: str, tmp_path: Path) -> None:
    path = tmp_path / TRACE
    path.write_bytes(content)
    with pytest.raises(RogerError) as caught:
        read(path)
    assert caught.value.problem.code == code
    assert part in caught.value.problem.message
    assert caught.value.problem.hint


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "none.jsonl")]) == 2
    assert "TRC-01" in capsys.readouterr().err
