"""The scenes of the golden pictures: every screen, in both languages, as a user meets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from controller.errors import Problem
from controller.pictures import prepare
from controller.turn import Decision, Part, RunningTimer, Scene, Slot, StepResult, Transcript, Turn
from tests.pictures import encoded, still_life

READY = (Part("recognizer", "ready"), Part("classifier", "ready"))
CHAT_OFF = (*READY, Part("chat", "off"))
LOADING = (
    Part("recognizer", "loading", 0.4),
    Part("classifier", "ready"),
    Part("microphone", "missing"),
    Part("chat", "off"),
)
NO_MIC = (*CHAT_OFF, Part("microphone", "missing", problem=Problem("MIC-01", "there is no microphone")))

SAID = {"en": "Set the bedroom light to fifty percent.", "ko": "침실 불 오십 퍼센트로 맞춰 줘"}
SLOTS = {"en": ("bedroom light", "fifty percent"), "ko": ("침실 불", "오십 퍼센트")}
SHOWN = {"en": "Bedroom light at 50 %", "ko": "침실 불 밝기 50 %"}
MAY_I = {"en": "Move the garage door?", "ko": "차고 문을 움직일까요?"}
WHICH = {"en": "Which room?", "ko": "어느 방이요?"}
GARAGE = {"en": "open the garage", "ko": "차고 문 열어 줘"}
ASKED = {"en": "Who wrote The Little Prince?", "ko": "어린 왕자는 누가 썼어?"}
ANSWER = {
    "en": "The Little Prince was written by Antoine de Saint-Exupéry, a French writer and pilot, in 1943.",
    "ko": "어린 왕자는 프랑스의 작가이자 비행사인 앙투안 드 생텍쥐페리가 1943년에 썼습니다.",
}
MORE = {
    "en": " He wrote it in New York, and drew its pictures himself. It has been translated into over 500 languages.",
    "ko": " 그는 이 책을 뉴욕에서 썼고 그림도 직접 그렸습니다. 500개가 넘는 언어로 옮겨졌습니다.",
}
SEEN = {"en": "What do you see?", "ko": "뭐가 보여?"}
PICTURE = prepare(encoded(still_life())).picture
SHORT = {"en": "In 1943.", "ko": "1943년이요."}
DICTATED = {
    "en": "Remind me that the cake has to come out of the oven before grandma arrives and we light the candles",
    "ko": "할머니가 오셔서 초를 켜기 전에 케이크를 오븐에서 꺼내야 한다고 나중에 나한테 꼭 좀 알려 줄래",
}
TEA = {"en": "Tea", "ko": "차"}
EGGS = {"en": "Eggs", "ko": "달걀"}
GONE = Problem("MIC-02", 'the microphone "USB PnP Sound Device" is gone', "plug it in again")
BROKE_OFF = Problem("CHAT-05", "api.example.org stopped in the middle", "ask again; if it stays so, see chat.base_url")


Drawn = tuple[Scene, float]
"""A scene and the time at which it is drawn."""


def turn(language: str, said: str, outcome: str = "", answer: str = "", results: tuple[StepResult, ...] = ()) -> Turn:
    slots = tuple(Slot("value", words, words) for words in SLOTS[language])
    transcript = Transcript(said, language, 0.9)
    return Turn(
        id=1,
        transcript=transcript,
        decision=Decision("light", slots),
        results=results,
        answer=answer,
        outcome=outcome,
    )


def _idle(language: str) -> Iterator[tuple[str, Drawn]]:
    idle = Scene("idle", parts=CHAT_OFF)
    tea, eggs = RunningTimer(TEA[language], 600.0), RunningTimer(EGGS[language], 125.0)
    yield "starting", (replace(idle, parts=LOADING), 1.0)
    yield "idle", (idle, 5.0)
    yield "idle_timer", (replace(idle, timers=(tea,)), 5.0)
    yield "idle_two_timers", (replace(idle, timers=(tea, eggs)), 5.0)
    yield "idle_no_microphone", (replace(idle, parts=NO_MIC), 5.0)
    yield "idle_still_loading", (replace(idle, parts=LOADING, turn=Turn(id=1)), 5.0)


def _news(language: str) -> Iterator[tuple[str, Drawn]]:
    idle = Scene("idle", parts=CHAT_OFF)
    home = {"en": "Home Network", "ko": "우리집 와이파이"}[language]
    wrong = Problem("NET-02", f'"{home}" refused the password', "correct wifi_password in settings.txt on the card")
    unseen = Problem("NET-01", f'no Wi-Fi "{home}" is in reach', 'did you mean "Home Network 5G"?')
    typo = Problem("SET-03", 'settings.txt:12: unknown key "wifi_nmae"', 'did you mean "wifi_name"?')
    parts = {
        "joining": Part("network", "joining", None, None, home, 4.0, 90.0),
        "address": Part("network", "ready", None, None, "192.168.178.123", 4.0, 90.0),
        "address_6": Part("network", "ready", None, None, "2001:db8:85a3:0:211:22ff:fe33:4455", 4.0, 90.0),
        "wrong_password": Part("network", "missing", None, wrong, home, 4.0, 90.0),
        "no_such_network": Part("network", "missing", None, unseen, f"{home} → {home} 5G", 4.0, 90.0),
        "setting": Part("settings", "off", None, typo, "settings.txt:12 → wifi_name", 4.0, 90.0),
    }
    for name, part in parts.items():
        yield f"news_{name}", (replace(idle, parts=(*CHAT_OFF, part)), 5.0)
    over = Part("network", "missing", None, wrong, home, 4.0, 5.0)
    yield "idle_no_network", (replace(idle, parts=(*CHAT_OFF, over)), 6.0)


def _recording(language: str) -> Iterator[tuple[str, Drawn]]:
    said = Turn(id=1, caption=SAID[language])
    recording = Scene("recording", 10.0, 40.0, said, 0.6, parts=CHAT_OFF)
    yield "recording_first", (replace(recording, turn=Turn(id=1), level=0.3), 10.5)
    yield "recording", (recording, 12.0)
    yield "recording_long", (replace(recording, turn=Turn(id=1, caption=DICTATED[language])), 22.0)
    yield "recording_latched", (replace(recording, turn=replace(said, latched=True)), 33.0)


def _working(language: str) -> Iterator[tuple[str, Drawn]]:
    said, asked = SAID[language], ASKED[language]
    shown = (StepResult("gpio", "bedroom_light 50%"), StepResult("say", SHOWN[language]))
    querying = Scene("querying", 12.0, 87.0, turn(language, asked), parts=READY)
    acting = Scene("acting", 12.0, 42.0, turn(language, said), parts=CHAT_OFF)
    long = turn(language, asked, answer=ANSWER[language] + MORE[language])
    yield "transcribing", (Scene("transcribing", 12.0, 32.0, Turn(id=1, caption=said), parts=CHAT_OFF), 12.4)
    yield "classifying", (Scene("classifying", 12.0, 22.0, turn(language, said), parts=CHAT_OFF), 12.6)
    yield "acting", (acting, 12.4)
    yield "acting_results", (replace(acting, turn=turn(language, said, results=shown)), 12.8)
    yield "querying", (querying, 12.4)
    yield "querying_picture", (replace(querying, turn=replace(turn(language, SEEN[language]), picture=PICTURE)), 12.4)
    yield "querying_answer", (replace(querying, turn=turn(language, asked, answer=ANSWER[language][:60])), 13.0)
    yield "querying_long_answer", (replace(querying, turn=long), 14.0)


def _cards(language: str) -> Iterator[tuple[str, Drawn]]:
    said, asked, answer = SAID[language], ASKED[language], ANSWER[language]
    shown = (StepResult("gpio", "bedroom_light 50%"), StepResult("say", SHOWN[language]))
    card = Scene("displaying", 20.0, 40.0, parts=CHAT_OFF)
    long = replace(card, turn=turn(language, asked, "answer", answer + MORE[language]))
    broken = replace(turn(language, asked, "failed", answer[:30]), problem=BROKE_OFF)
    silent = Turn(id=1, transcript=Transcript(why_empty="too quiet"), outcome="nothing_heard")
    yield "done", (replace(card, turn=turn(language, said, "done", results=shown)), 20.0)
    yield (
        "done_timer",
        (
            replace(card, turn=turn(language, said, "done", results=(StepResult("timer", TEA[language], 300.0),))),
            20.0,
        ),
    )
    yield "done_silent", (replace(card, turn=turn(language, said, "done")), 20.0)
    yield "answer", (replace(card, turn=turn(language, asked, "answer", answer)), 20.0)
    yield "answer_short", (replace(card, turn=turn(language, asked, "answer", SHORT[language])), 20.0)
    yield "answer_long", (long, 20.0)
    yield "answer_long_end", (long, 39.0)
    yield "failed", (replace(card, turn=Turn(id=1, outcome="failed", problem=GONE)), 20.0)
    yield "failed_answer", (replace(card, turn=broken), 20.0)
    yield "unknown", (replace(card, turn=turn(language, asked, "unknown")), 20.0)
    yield "unknown_chat_on", (replace(card, turn=turn(language, asked, "unknown"), parts=READY), 20.0)
    yield "nothing_heard", (replace(card, turn=silent), 20.0)
    yield "too_short", (replace(card, turn=Turn(id=1, outcome="too_short")), 20.0)
    yield "cancelled", (replace(card, turn=Turn(id=1, outcome="cancelled")), 20.0)
    question = replace(
        turn(language, GARAGE[language], "confirm"), decision=Decision("garage", question=MAY_I[language])
    )
    yield "confirm", (replace(card, turn=question), 20.0)
    which = Decision("light_on", question=WHICH[language], missing="room")
    yield "slot_missing", (replace(card, turn=replace(question, decision=which)), 20.0)
    yield "confirm_late", (replace(card, turn=question), 37.0)
    ringing = replace(card, turn=Turn(outcome="timer"), timers=(RunningTimer(TEA[language], 20.0, rung=True),))
    yield "timer", (ringing, 20.6)
    yield "timer_flashing", (ringing, 20.2)


SCENES: dict[str, dict[str, Drawn]] = {
    language: dict(item for part in (_idle, _news, _recording, _working, _cards) for item in part(language))
    for language in ("en", "ko")
}
"""By language and name."""
