"""`roger simulate --wav --say`: whole turns on recorded or written utterances, with the real engines."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from config.loader import Config, load
from controller.adapters.board import simulated_pins
from controller.adapters.button_script import ScriptedButton
from controller.adapters.display_files import FanOutDisplay, FileDisplay
from controller.adapters.display_terminal import braille
from controller.adapters.microphone_wav import WavMicrophone
from controller.app import Assistant, Surroundings, real_time, virtual_time
from controller.audio import read_wav
from controller.commands.tracing import open_trace
from controller.engines import make_recognizer
from controller.events import Event
from controller.ports import SAMPLE_RATE_HZ, Recognizer
from controller.simulator.playlist import TYPED_S, PlaylistRecognizer, Utterance
from controller.simulator.session import Session
from controller.simulator.timeline import Timeline
from controller.turn import Scene
from states.names import DISPLAYING


def run(args: argparse.Namespace) -> int:
    """Run the turns; 0 when all of them ended, whatever came of them."""
    utterances: list[Utterance] = args.turns
    config = _with_overrides(load(args.config), args.model, args.language)
    clips = [read_wav(utterance.path) if utterance.path else _silence() for utterance in utterances]
    time = virtual_time() if args.fast else real_time()
    console = Console()
    with open_trace(args.trace, config, time.clock) as trace:
        frames = [FileDisplay(args.frames, time.clock)] if args.frames else []
        around = Surroundings(
            make_microphone=lambda clock, post: WavMicrophone(clips, clock),
            make_recognizer=lambda: _recognizer(config, utterances),
            make_display=lambda clock: FanOutDisplay(frames),
            pin_factory=simulated_pins(),
        )
        durations_s = [len(clip) / SAMPLE_RATE_HZ for clip in clips]
        _run_turns(Assistant(config, around, time, trace), utterances, durations_s, console)
    _say_where(console, args)
    return 0


def _silence() -> Any:
    return np.zeros(int(TYPED_S * SAMPLE_RATE_HZ), np.int16)


def _with_overrides(config: Config, model: str | None, language: str | None) -> Config:
    given = {"model": model, "language": language}
    changes = {name: value for name, value in given.items() if value}
    recognizer = config.roger.recognizer.model_copy(update=changes)
    return replace(config, roger=config.roger.model_copy(update={"recognizer": recognizer}))


def _recognizer(config: Config, utterances: Sequence[Utterance]) -> Recognizer:
    spoken = any(utterance.path for utterance in utterances)
    return PlaylistRecognizer(utterances, make_recognizer(config) if spoken else None)


def _run_turns(
    assistant: Assistant, utterances: Sequence[Utterance], durations_s: Sequence[float], console: Console
) -> None:
    timeline = Timeline(console)
    button = ScriptedButton(assistant.clock, assistant.post)
    session = Session(utterances, durations_s, button.hold, lambda number, what: timeline.begin(number, what.title))

    def show_card(event: Event, verdict: str, scene: Scene) -> None:
        if scene.state == DISPLAYING and not verdict.startswith(DISPLAYING):
            card = braille(assistant.view.picture(scene, event.at)[0])
            console.print(Panel.fit(Text(card, "bright_cyan"), padding=0))

    assistant.watchers += [timeline.watch, show_card, session.watch]
    try:
        assistant.run(lambda: session.finished)
    finally:
        assistant.close()


def _say_where(console: Console, args: argparse.Namespace) -> None:
    if args.frames:
        console.print(f"\nscreens: {args.frames} (PNG and GIF)", highlight=False)
    if args.trace:
        console.print(f"trace:   {args.trace}", highlight=False)
