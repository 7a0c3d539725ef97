"""`roger try` explains what is understood, and does nothing."""

from __future__ import annotations

import argparse
import importlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.loader import DEFAULT_FOLDER, FILES
from controller.audio import write_flac
from controller.cli import main
from models.store.fetch import installed
from tests.clips import AUDIO, clip
from tests.models.asr.tiny_whisper import WEIGHTS

COMMAND = importlib.import_module("controller.commands.try_")
UNDERSTANDS = pytest.mark.skipif(installed("e5-small") is None, reason="run: roger models fetch e5-small")
HEARS = pytest.mark.skipif(not (WEIGHTS / "whisper-tiny.en").is_dir(), reason="run: roger models fetch whisper-tiny.en")


def roger(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="roger")
    COMMAND.add(parser.add_subparsers())
    args = parser.parse_args(["try", *words])
    return int(args.run(args))


def facts(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    assert roger(*words, "--json") == status
    return json.loads(capsys.readouterr().out)


def test_a_text_that_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("could you set the bedroom light to half") == 0
    out = capsys.readouterr().out
    assert "brightness" in out
    assert "phrase en 1" in out
    assert 'level = 50  said "half"' in out
    assert "bedroom_light 50 %" in out
    assert "understanding" in out
    assert "actions.yaml" not in out


def test_a_text_that_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("turn on the lamp in the garden") == 1
    out = capsys.readouterr().out
    assert "unknown" in out
    assert '"garden" is no {room}' in out
    assert "nearest is light_on" in out
    assert "      room:\n        values:\n          garden:" in out


@pytest.mark.weights
@UNDERSTANDS
def test_what_was_not_said_would_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("set a timer please") == 0
    out = capsys.readouterr().out
    assert "would ask    For how long?" in out
    assert "would do" not in out


@pytest.mark.weights
@UNDERSTANDS
def test_every_stage_is_told_with_its_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("kill the lights and set a timer for ten minutes") == 0
    out = capsys.readouterr().out
    assert "all_lights_off, then timer" in out
    assert "duration = 600" in out
    (found,) = facts(capsys, "kill the lights")
    assert [(one["stage"], one["action"]) for one in found["decision"]["stages"]] == [
        ("rules", ""),
        ("complaints", ""),
        ("meaning", "all_lights_off"),
    ]


def test_what_can_only_be_said_otherwise(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROGER_MODELS", "/nowhere")
    assert roger("set a timer for") == 1
    out = capsys.readouterr().out
    assert "{duration} (duration) was not said" in out
    assert "add this" not in out


def test_korean_is_recognised_by_its_letters(capsys: pytest.CaptureFixture[str]) -> None:
    known, unknown = facts(capsys, "거실 불 좀 켜 줘", "정원 불 켜 줘", status=1)
    assert known["language"] == unknown["language"] == "ko"
    assert (known["decision"]["action"], known["decided_by"]) == ("light_on", "text")
    assert [step["text"] for step in known["steps"]] == ["living_room_light on", "거실 켰어요"]
    assert known["advice"] is None
    assert unknown["decision"]["action"] == unknown["decided_by"] == ""
    assert unknown["advice"]["nearest"]["action"] == "light_on"
    assert unknown["advice"]["why"] == ['"정원" is no {room}']


def test_the_users_own_configuration_is_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in FILES:
        shutil.copy(DEFAULT_FOLDER / name, tmp_path)
    (tmp_path / "actions.yaml").write_text(
        "actions: { hello: { phrases: { en: [hello there] }, do: [{ say: Hi }] } }", encoding="utf-8"
    )
    (tmp_path / "roger.yaml").write_text(
        "chat: { enabled: true, base_url: 'http://box:8080/v1', model: qwen }", encoding="utf-8"
    )
    assert roger("hello there", "--config", str(tmp_path)) == 0
    assert "Hi" in capsys.readouterr().out
    assert roger("turn on the light", "--config", str(tmp_path)) == 1
    assert "would be asked: qwen at http://box:8080/v1" in capsys.readouterr().out


def test_without_anything_to_try_it_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        roger()
    assert caught.value.code == 2
    assert "--wav" in capsys.readouterr().err


@pytest.mark.weights
@HEARS
def test_recordings_are_explained_from_sound_to_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert roger("--wav", str(AUDIO / "demo_lamp.wav"), str(AUDIO / "demo_question.wav")) == 1
    lamp, question = capsys.readouterr().out.split("\n\n")[:2]
    assert "light_on  decided by the text itself" in lamp
    assert "not searched for" in lamp
    assert "living_room_light on" in lamp
    assert "listening" in lamp
    assert "unknown" in question
    assert "refused" in question
    assert all(name in question for name in ("margin  ", "cost  ", "contradiction  ", "limit ", "too much"))
    assert "write what you said, not what was heard" in question


@pytest.mark.weights
@HEARS
def test_what_was_heard_wrongly_is_decided_by_the_nearest_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lamp = clip("demo_lamp.wav")
    noise = 3_000 * np.random.default_rng(2).normal(size=len(lamp))
    write_flac(tmp_path / "noisy.flac", (lamp + noise).clip(-32_768, 32_767).astype(np.int16))
    (noisy,) = facts(capsys, "--wav", str(tmp_path / "noisy.flac"))
    assert (noisy["decision"]["action"], noisy["decided_by"]) == ("light_on", "command")
    nearest = noisy["heard"]["nearest"]
    assert nearest["accepted"] is True
    assert noisy["text"] != nearest["text"] == noisy["command"] == "turn on the living room lamp"
    assert all(one["value"] <= one["limit"] for one in nearest["measures"])
    assert roger("--wav", str(tmp_path / "noisy.flac")) == 0
    out = capsys.readouterr().out
    assert "decided by the nearest sentence" in out
    assert "turn on the living room lamp  accepted" in out
    assert f'heard "{nearest["contradicted_by"]}"' in out


@pytest.mark.weights
@HEARS
def test_the_facts_of_recordings(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("demo_brightness", "demo_silence", "demo_question")
    files = [str(AUDIO / f"{name}.wav") for name in names]
    dim, silence, question = facts(capsys, "--wav", *files, status=1)
    assert [one["source"] for one in (dim, silence, question)] == files
    assert dim["decision"]["action"] == "brightness"
    assert {slot["name"]: slot["value"] for slot in dim["decision"]["slots"]} == {"room": "bedroom", "level": 50}
    assert " ".join(word["text"] for word in dim["heard"]["words"]) == dim["text"]
    assert silence["why_empty"] == "too quiet"
    assert silence["heard"] is None
    assert silence["advice"]["yaml"] == ""
    assert question["heard"]["nearest"]["accepted"] is False
    assert any(one["value"] > one["limit"] for one in question["heard"]["nearest"]["measures"])
    assert {"loading", "listening", "decoder", "understanding"} <= question["timings_s"].keys()


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["try", "--wav", str(tmp_path / "none.wav")]) == 2
    assert "ASR-01" in capsys.readouterr().err
