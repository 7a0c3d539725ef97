"""Recordings in place of a microphone, in virtual time."""

from __future__ import annotations

import numpy as np

from controller.adapters.button_script import ScriptedButton
from controller.adapters.microphone_wav import WavMicrophone
from controller.clock import VirtualClock
from controller.events import ButtonPressed, ButtonReleased, Event
from controller.loop import VirtualLoop
from controller.ports import Frame


def never(error: Exception) -> None:
    raise AssertionError(error)


def test_a_clip_is_played_at_its_pace_and_then_there_is_silence() -> None:
    clock = VirtualClock()
    loop = VirtualLoop(clock, lambda event: None)
    heard: list[tuple[float, Frame]] = []
    microphone = WavMicrophone([np.arange(700, dtype=np.int16)], clock)
    microphone.open(lambda frame: heard.append((round(clock.now(), 3), frame)), never)
    clock.call_at(0.1, microphone.close)
    loop.run()
    assert [at for at, _ in heard] == [0.02, 0.04, 0.06, 0.08]
    assert np.array_equal(np.concatenate([frame for _, frame in heard])[:700], np.arange(700))
    assert not heard[-1][1].any()


def test_each_opening_plays_the_next_clip() -> None:
    clock = VirtualClock()
    loop = VirtualLoop(clock, lambda event: None)
    heard: list[int] = []
    microphone = WavMicrophone([np.full(320, 1, np.int16), np.full(320, 2, np.int16)], clock)
    for start in (0.0, 1.0, 2.0):
        clock.call_at(start, lambda: microphone.open(lambda frame: heard.append(int(frame[0])), never))
        clock.call_at(start + 0.03, microphone.close)
    loop.run()
    assert heard == [1, 2, 0]


def test_a_scripted_button_presses_and_releases() -> None:
    clock = VirtualClock()
    events: list[Event] = []
    loop = VirtualLoop(clock, events.append)
    button = ScriptedButton(clock, loop.post)
    button.hold(1.0, 2.5)
    loop.run()
    button.close()
    assert events == [ButtonPressed(1.0), ButtonReleased(3.5)]
