"""500 presses that a chat server spoils in every way: each ends on the screen, and nothing is left behind by them."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from config.loader import DEFAULT_FOLDER, load
from controller.turn import Scene
from controller.view import load_texts, words
from tests.controller.device import Device, device
from tests.models.chat.asking import KEY
from tests.servers.chat_server import ChatServer, Talk, saying
from tests.servers.faults import FAULTS

TURNS = 500
LIMITS = {"connect_s": 5, "first_token_s": 0.05, "between_tokens_s": 0.05, "total_s": 5}
SCREENS, TEXTS = load(DEFAULT_FOLDER).screens, load_texts("en")


def open_now() -> tuple[int, int, int]:
    """Threads, file descriptors, and sockets among these, of this process: device and server."""
    targets = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            targets.append(str(entry.readlink()))
        except OSError:
            continue  # the one that lists them
    return threading.active_count(), len(targets), sum(target.startswith("socket:") for target in targets)


def settled(before: tuple[int, int, int]) -> tuple[int, int, int]:
    """What is open once it is no more than before, or after half a minute."""
    pause = threading.Event()
    for _ in range(300):
        if all(now <= then for now, then in zip(open_now(), before, strict=True)):
            break
        pause.wait(0.1)
    return open_now()


def faulty_turn(roger: Device) -> Scene:
    """Press, speak, and wait for what the screen says about it."""
    roger.forget()
    turn = roger.scenes[-1].turn.id + 1 if roger.scenes else 1
    roger.hold_and_say(0.06)
    return roger.until(lambda scene: scene.turn.id == turn and scene.state == "displaying")


@pytest.mark.slow
def test_each_fault_is_told_on_the_screen_and_the_next_press_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    asked = itertools.count()
    well = threading.Event()

    def script(talk: Talk) -> None:
        (saying("All is well.") if well.is_set() else faults[next(asked) % len(faults)])(talk)

    faults = list(FAULTS.values())
    with ChatServer(script) as server:
        chat = {"enabled": True, "base_url": server.base_url, "api_key": KEY, "limits": LIMITS}
        with device(tmp_path, "why is it so", chat=chat, button={"hold_s": 0.05}) as roger:
            for _ in faults:
                faulty_turn(roger)  # what is made once is made now
            before = open_now()
            for _ in range(TURNS):
                told = faulty_turn(roger)
                shown = " ".join(words(told, told.since, SCREENS, TEXTS))
                assert told.turn.problem, told
                assert told.turn.problem.code in ("CHAT-03", "CHAT-04", "CHAT-05")
                assert told.turn.problem.code in shown
                assert told.turn.problem.message in shown
                assert KEY not in shown
            assert next(asked) == TURNS + len(faults), "each press has asked"
            after = settled(before)
            assert all(now <= then for now, then in zip(after, before, strict=True)), (before, after)
            well.set()
            roger.forget()
            roger.hold_and_say(0.06)
            roger.until(lambda scene: scene.turn.answer == "All is well." and scene.state == "displaying")
