"""The trace holds everything that came in and what was done, and nothing secret."""

from __future__ import annotations

import io
import json

from PIL import Image

from config.loader import DEFAULT_FOLDER, load
from controller.errors import Problem
from controller.events import ButtonPressed, JobFailed, SpeechTranscribed, TokenArrived
from controller.simulator.recorded import RecordedEffects
from controller.trace import NotedEffects, Trace, header
from controller.turn import Decision, Picture, Scene, Slot, Transcript
from states.guards import Rules

CONFIG = load(DEFAULT_FOLDER)


def records(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_events_verdicts_effects_and_frames_stand_in_order() -> None:
    stream = io.StringIO()
    trace = Trace(stream)
    effects = NotedEffects(RecordedEffects(), trace.effect)
    trace.write(header(CONFIG, Rules(), "2026-01-01T12:00:00+00:00"))
    trace.event(ButtonPressed(1.0))
    effects.listen(1)
    trace.verdict("idle -> recording")
    trace.frame(Image.new("1", (128, 64)), 1.0)
    kinds = [next(iter(record)) for record in records(stream)]
    assert kinds == ["trace", "event", "effect", "verdict", "frame"]


def test_an_event_is_written_with_all_that_it_says() -> None:
    stream = io.StringIO()
    transcript = Transcript("거실 불 켜", "ko", 0.9, timings_s={"decoder": 0.1})
    Trace(stream).event(SpeechTranscribed(2.0, 1, transcript))
    (record,) = records(stream)
    assert (record["event"], record["at"], record["turn_id"]) == ("SpeechTranscribed", 2.0, 1)
    assert record["transcript"] == {
        "text": "거실 불 켜",
        "language": "ko",
        "confidence": 0.9,
        "why_empty": "",
        "audio_s": 0.0,
        "timings_s": {"decoder": 0.1},
        "snr_db": None,
        "command": "",
        "command_confidence": 0.0,
        "nearest": "",
    }
    assert "거실" in stream.getvalue()


def test_every_effect_is_written_and_passed_on() -> None:
    stream = io.StringIO()
    inner = RecordedEffects()
    effects = NotedEffects(inner, Trace(stream).effect)
    effects.listen(1)
    effects.stop_listening(1)
    effects.transcribe(1)
    effects.classify(1, Transcript("dim"), None, None)
    effects.act(1, Decision("dim", (Slot("level", 50, "fifty"),)), "en")
    effects.ask(1, Transcript("why"), Picture("0123"), "")
    effects.speak(1, "Because.", "en")
    effects.hush(1)
    effects.cancel(1)
    effects.set_deadline(1, 6.0)
    effects.start_timer("tea", 180.0)
    effects.show(Scene(), 1.0)
    names = [str(record["effect"]) for record in records(stream)]
    assert names == [str(entry[0]) for entry in inner.log]
    assert len(inner.scenes) == 1
    assert records(stream)[4]["with"] == [
        1,
        {
            "action": "dim",
            "slots": [{"name": "level", "value": 50, "text": "fifty"}],
            "stage": "",
            "reason": "",
            "score": 0.0,
            "question": "",
            "missing": "",
            "then": [],
            "stages": [],
            "asks": "",
        },
        "en",
    ]


def test_the_header_names_versions_and_the_configuration() -> None:
    first = header(CONFIG, Rules(), "2026-01-01T12:00:00+00:00")
    assert (first["trace"], first["config"]) == (2, CONFIG.digest)
    packages = first["packages"]
    assert isinstance(packages, dict)
    assert packages["transitions"] == "0.9.3"


def test_without_a_stream_nothing_is_written() -> None:
    trace = Trace(None)
    trace.event(JobFailed(problem=Problem("SYS-01", "x")))
    trace.verdict("idle -> idle")
    trace.flush()
    effects = NotedEffects(RecordedEffects(), trace.effect)
    effects.listen(1)
    assert trace.is_on is False


def test_half_a_character_does_no_harm() -> None:
    stream = io.StringIO()
    Trace(stream).event(TokenArrived(text="smile \ud83d"))
    assert records(stream)[0]["text"] == "smile ?"
    assert stream.getvalue().encode("utf-8")
