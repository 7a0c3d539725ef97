"""News on the idle screen: when it begins, when it ends, and what goes before it."""

from __future__ import annotations

from dataclasses import replace

from config.loader import DEFAULT_FOLDER, load
from controller.errors import Problem
from controller.turn import LAST_RUN, Part, RunningTimer, Scene, Turn
from controller.view import load_texts, next_change, words

SCREENS = load(DEFAULT_FOLDER).screens
EN, KO = load_texts("en"), load_texts("ko")
ADDRESS = Part("network", "ready", detail="192.168.1.9", since=10.0, until=70.0)
TYPO = Part(
    "settings", "off", None, Problem("SET-03", 'settings.txt:3: unknown key "x"', "y"), "settings.txt:3 → y", 0.0, 12.0
)
IDLE = Scene(turn=Turn(id=1), parts=(Part("recognizer", "ready"),))
FIRST = replace(IDLE, turn=Turn())


def shown(scene: Scene, at: float) -> str:
    return " | ".join(words(scene, at, SCREENS, EN))


def test_it_begins_and_ends_by_itself() -> None:
    scene = replace(IDLE, parts=(*IDLE.parts, ADDRESS))
    assert "192.168.1.9" not in shown(scene, 9.9)
    assert next_change(scene, 5.0, SCREENS, EN) == 10.0
    assert "my address | 192.168.1.9 | hold to talk" in shown(scene, 10.0)
    assert next_change(scene, 10.0, SCREENS, EN) == 70.0
    assert "192.168.1.9" not in shown(scene, 70.0)
    assert next_change(scene, 70.0, SCREENS, EN) is None


def test_who_speaks_is_not_disturbed() -> None:
    scene = replace(IDLE, state="recording", since=0.0, until=30.0, parts=(ADDRESS,))
    assert "192.168.1.9" not in shown(scene, 20.0)


def test_a_fault_is_shown_while_the_models_load_but_an_address_waits() -> None:
    loading = Part("recognizer", "loading")
    assert "192.168.1.9" not in shown(replace(FIRST, parts=(loading, ADDRESS)), 20.0)
    assert "SET-03" in shown(replace(FIRST, parts=(loading, TYPO)), 1.0)


def test_how_the_last_run_ended_goes_before_an_address_and_after_a_fault() -> None:
    crash = Part(LAST_RUN, "off", problem=Problem("SRV-01", "it crashed", "see the log"))
    assert "SRV-01" in shown(replace(FIRST, parts=(crash, ADDRESS)), 20.0)
    assert "SET-03" in shown(replace(FIRST, parts=(crash, TYPO)), 1.0)
    assert "SRV-01" in shown(replace(FIRST, parts=(crash, TYPO)), 13.0)


def test_a_timer_that_rings_goes_before_all() -> None:
    scene = replace(IDLE, timers=(RunningTimer("Tea", 5.0, rung=True),), parts=(TYPO,))
    assert "SET-03" not in shown(scene, 6.0)


def test_korean_says_the_code_s_meaning_and_the_place_in_no_language() -> None:
    texts = words(replace(IDLE, parts=(TYPO,)), 1.0, SCREENS, KO)
    assert texts[1] == "없는 설정이에요\nsettings.txt:3 → y\n→ 그 줄의 이름을 고치세요"


def test_who_only_joins_holds_up_nobody() -> None:
    scene = replace(FIRST, parts=(Part("recognizer", "ready"), Part("network", "joining")))
    assert "hold to talk" in shown(scene, 1.0)
