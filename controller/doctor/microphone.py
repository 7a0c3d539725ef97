"""The microphone: which it is, and how it sounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from controller.doctor.case import Case
from controller.doctor.finding import Finding, fault, fault_of, in_use, ok
from controller.doctor.holders import sound_holders
from controller.doctor.sound import judge, measure
from controller.errors import RogerError
from controller.events import Event
from controller.ports import Frame

LENGTH_S: Final = 2.0
QUICK_S: Final = 0.3
OPENS_WITHIN_S: Final = 10.0
"""PortAudio asks every device that ALSA knows of first, which a busy computer takes seconds for."""


def check(case: Case) -> Iterator[Finding]:
    """Records for two seconds as the firmware does, and forgets what was said."""
    name = case.config.roger.microphone.name
    holders = sound_holders(case.host, "c")
    if roger := next((holder for holder in holders if holder.roger), None):
        yield in_use(roger.pid, f'"{name}"' if name else "")
        return
    try:
        device = case.ports.input_device(name)
        yield ok(_described(device), name=str(device["name"]), rate_hz=int(device["defaultSampleRate"]))
        yield from _heard(case, device)
    except RogerError as error:
        if not holders or error.problem.code != "MIC-01":
            yield fault_of(error)
        else:
            yield fault("MIC-01", f"{error.problem.message}; {holders[0]} records", f"sudo kill {holders[0].pid}")


def _described(device: dict[str, Any]) -> str:
    channels = "mono" if int(device["maxInputChannels"]) == 1 else "stereo"
    return f'"{device["name"]}", {int(device["defaultSampleRate"])} Hz, {channels}'


def _heard(case: Case, device: dict[str, Any]) -> Iterator[Finding]:
    length_s = QUICK_S if case.quick else LENGTH_S
    case.note(f"listening for {length_s:g} s: say something")
    samples, overruns = _record(case, length_s)
    yield from judge("it", measure(samples, overruns), length_s, _mixer(str(device["name"])))


def _record(case: Case, length_s: float) -> tuple[Frame, int]:
    """Mono 16 kHz, and how often sound was lost. Raises `RogerError` MIC-xx."""
    frames: list[Frame] = []
    lost: list[Exception] = []
    told: list[Event] = []
    microphone = case.ports.microphone(case.config.roger.microphone, told.append)
    try:
        _until(case, told)
        microphone.open(frames.append, lost.append, fresh=True)
        case.wait(length_s)
        microphone.close()
    finally:
        microphone.shut_down()
    if lost:
        raise lost[0]
    return np.concatenate([np.zeros(0, np.int16), *frames]), getattr(microphone, "overruns", 0)


def _until(case: Case, told: list[Event]) -> None:
    """Its thread says whether it could be opened."""
    for _ in range(int(OPENS_WITHIN_S / 0.05)):
        if told:
            return
        case.wait(0.05)


def _mixer(name: str) -> str:
    """ "alsamixer -c 1" of "USB PnP: Audio (hw:1,0)" """
    card = re.search(r"hw:(\d+)", name)
    return f"alsamixer -c {card[1]}" if card else "alsamixer"
