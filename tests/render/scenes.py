"""The scenes of the golden pictures: every screen, in both languages, as a user meets it."""

from __future__ import annotations

from dataclasses import replace

from controller.errors import Problem
from controller.turn import Decision, Part, RunningTimer, Scene, StepResult, Transcript, Turn

READY = (Part("recognizer", "ready"), Part("classifier", "ready"), Part("chat", "off"))
LOADING = (Part("recognizer", "loading", 0.4), Part("classifier", "ready"), Part("chat", "off"))
NO_MIC = (*READY, Part("microphone", "missing", problem=Problem("MIC-01", "there is no microphone")))

SAID = {"en": "Set the bedroom light to fifty percent.", "ko": "침실 불 오십 퍼센트로 맞춰 줘"}
ASKED = {"en": "Who wrote The Little Prince?", "ko": "어린 왕자는 누가 썼어?"}
SHOWN = {"en": "Bedroom light at 50 %", "ko": "침실 불 밝기 50 %"}
ANSWER = {
    "en": "The Little Prince was written by Antoine de Saint-Exupéry, a French writer and pilot, in 1943.",
    "ko": "어린 왕자는 프랑스의 작가이자 비행사인 앙투안 드 생텍쥐페리가 1943년에 썼습니다.",
}
TEA = {"en": "Tea", "ko": "차"}


def turn(language: str, said: str, outcome: str = "", answer: str = "", results: tuple[StepResult, ...] = ()) -> Turn:
    return Turn(
        id=1,
        transcript=Transcript(said, language, 0.9),
        decision=Decision("some"),
        results=results,
        answer=answer,
        outcome=outcome,
    )


def _scenes(language: str) -> dict[str, tuple[Scene, float]]:
    said, asked, answer = SAID[language], ASKED[language], ANSWER[language]
    shown = (StepResult("gpio", "bedroom_light 50%"), StepResult("say", SHOWN[language]))
    idle = Scene("idle", parts=READY)
    recording = Scene("recording", 10.0, 40.0, Turn(id=1, caption=said), 0.6, parts=READY)
    card = Scene("displaying", 20.0, 26.0, parts=READY)
    silent = Turn(id=1, transcript=Transcript(why_empty="too quiet"), outcome="nothing_heard")
    gone = Problem("MIC-02", 'the microphone "USB PnP Sound Device" is gone', "plug it in again")
    return {
        "starting": (replace(idle, parts=LOADING), 1.0),
        "idle": (idle, 5.0),
        "idle_timer": (replace(idle, timers=(RunningTimer(TEA[language], 600.0),)), 5.0),
        "idle_no_microphone": (replace(idle, parts=NO_MIC), 5.0),
        "recording_first": (replace(recording, turn=Turn(id=1), level=0.3), 10.5),
        "recording": (recording, 12.0),
        "recording_latched": (replace(recording, turn=Turn(id=1, caption=said, latched=True)), 33.0),
        "transcribing": (Scene("transcribing", 12.0, 32.0, Turn(id=1, caption=said), parts=READY), 12.4),
        "acting": (Scene("acting", 12.0, 42.0, turn(language, said), parts=READY), 12.4),
        "querying": (Scene("querying", 12.0, 87.0, turn(language, asked), parts=READY), 12.4),
        "querying_answer": (Scene("querying", 12.0, 87.0, turn(language, asked, answer=answer), parts=READY), 14.0),
        "done": (replace(card, turn=turn(language, said, "done", results=shown)), 20.0),
        "done_silent": (replace(card, turn=turn(language, said, "done")), 20.0),
        "answer": (replace(card, turn=turn(language, asked, "answer", answer)), 20.0),
        "answer_scrolled": (replace(card, turn=turn(language, asked, "answer", answer)), 40.0),
        "failed": (replace(card, turn=Turn(id=1, outcome="failed", problem=gone)), 20.0),
        "unknown": (replace(card, turn=turn(language, asked, "unknown")), 20.0),
        "nothing_heard": (replace(card, turn=silent), 20.0),
        "too_short": (replace(card, turn=Turn(id=1, outcome="too_short")), 20.0),
        "cancelled": (replace(card, turn=Turn(id=1, outcome="cancelled")), 20.0),
        "timer": (
            replace(card, turn=Turn(outcome="timer"), timers=(RunningTimer(TEA[language], 20.0, rung=True),)),
            20.0,
        ),
    }


SCENES = {language: _scenes(language) for language in ("en", "ko")}
"""By language and name: the scene and the time at which it is drawn."""
